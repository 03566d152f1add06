"""The picture that stands for the site where others show a link to it: a chart, of a size for Open Graph."""

import io

from PIL import Image, ImageOps

from notebook_reports import paths, settings
from notebook_reports.errors import BuildError
from notebook_reports.pages.front import Contents

SIZE = (1200, 630)  # pixels


def picture(contents: Contents) -> bytes:
    """The figure of the settings as a PNG, whole, on white; empty where they name none, or the site has no address.
    BuildError where no notebook shows a figure of that name."""
    name = settings.project().picture
    if not (name and settings.project().address):
        return b""
    if name not in (known := sorted({figure.name for figure in contents.figures})):
        raise BuildError(f"pyproject.toml, [tool.notebook-reports], picture: found {name!r}, expected one of {known}.")
    file = io.BytesIO()
    with Image.open(contents.source(f"{paths.FIGURES.as_posix()}/{name}.png")) as drawn:
        ImageOps.pad(drawn.convert("RGB"), SIZE, color="white").save(file, format="PNG")
    return file.getvalue()
