"""Files in one ZIP, the same byte for byte: in the order of their names, without the times and owners of a computer."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the format knows no earlier time, and none is meant


def pack(files: Mapping[str, Path], comment: bytes = b"") -> bytes:
    """The files by the names that they have in it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        zipped.comment = comment
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            zipped.writestr(entry, files[name].read_bytes())
    return content.getvalue()


def unpack(content: bytes, folder: Path) -> None:
    """Write what is in a ZIP below a folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        zipped.extractall(folder)
