"""What the build writes between markers: findings in README.md, the meaning of every column in data/README.md."""

from notebook_reports import datapackage
from notebook_reports import pages as report
from notebook_reports.datapackage import Descriptor
from notebook_reports.errors import BuildError
from notebook_reports.paths import ROOT
from notebook_reports.publish import as_build_error, read_executed


def texts(names: list[str]) -> dict[str, str]:
    """README.md with the headlines of the executed notebooks `names`, data/README.md with the data dictionary."""
    with as_build_error():
        pages = [report.read_page(read_executed(name), name) for name in names]
    parts = {
        "README.md": ("findings", findings(pages)),
        "data/README.md": ("dictionary", dictionary(datapackage.read())),
    }
    return {file: replaced((ROOT / file).read_text("utf-8"), part, new, file) for file, (part, new) in parts.items()}


def replaced(text: str, part: str, new: str, file: str) -> str:
    """`text` with what stands between the markers of `part` replaced by `new`; BuildError, which names `file`, if a
    marker is missing."""
    begin, end = f"<!-- {part}:begin -->", f"<!-- {part}:end -->"
    for marker in (begin, end):
        if text.count(marker) != 1:
            raise BuildError(
                f"{file} has the line '{marker}' {text.count(marker)} times, expected once: "
                f"the build writes between '{begin}' and '{end}'."
            )
    before, _, rest = text.partition(begin)
    _, closing, after = rest.partition(end)
    if not closing:
        raise BuildError(f"{file} has the line '{end}' before '{begin}': swap them.")
    shown = new.replace("<!--", "&lt;!--")  # else a description could hold a marker
    return f"{before}{begin}\n{shown}\n{end}{after}"


def findings(pages: list[report.Page]) -> str:
    """A list of headlines, each with a link to its page."""
    return "\n".join(f"- {page.headline!s} ([{page.title}](reports/{page.name}.html))" for page in pages)


def dictionary(package: Descriptor) -> str:
    """One table a resource of datapackage.json: column, type, required, meaning, allowed values."""
    return "\n\n".join(map(resource_section, package["resources"]))


def resource_section(resource: Descriptor) -> str:
    head = f"### `data/{resource['path']}`\n\n{resource.get('description', '')}".rstrip()
    rows = ["| column | type | required | meaning | allowed values |", "|---|---|---|---|---|"]
    rows += [field_row(field) for field in resource["schema"]["fields"]]
    return head + "\n\n" + "\n".join(rows)


def field_row(field: Descriptor) -> str:
    rules = field.get("constraints", {})
    required = "yes" if rules.get("required") else ""
    cells = [
        f"`{field['name']}`",
        field["type"],
        required,
        cell(field.get("description", "")),
        allowed(rules),
    ]
    return f"| {' | '.join(cells)} |"


def allowed(rules: Descriptor) -> str:
    """What the constraints of a field permit, in words."""
    parts = [", ".join(f"`{value}`" for value in rules.get("enum", []))]
    parts += [f"from {rules['minimum']}"] if "minimum" in rules else []
    parts += [f"to {rules['maximum']}"] if "maximum" in rules else []
    parts += [f"pattern `{cell(rules['pattern'])}`"] if "pattern" in rules else []
    parts += ["unique"] if rules.get("unique") else []
    return "; ".join(filter(None, parts))


def cell(text: str) -> str:
    """Text that does not break out of a cell of a Markdown table."""
    return " ".join(text.replace("|", r"\|").split())
