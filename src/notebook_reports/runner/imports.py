"""Which modules of the project a notebook or a module imports, directly or through others.

Read from the source with `ast`, so that a change of sums.py re-runs only the notebooks that use it. Only what lies in
src/ is followed: for all else the lock file stands.
"""

import ast
import json
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256

from notebook_reports import settings
from notebook_reports.errors import in_plain_words
from notebook_reports.paths import BUILD, ROOT
from notebook_reports.runner import memory
from notebook_reports.runner.notebooks import code, load

KEPT = BUILD / "imports.kept"  # what sources import, by content: to parse them takes longest of all at start
ASKED: dict[str, list[str]] = {}  # names by digest of the source, of this build


@cache
def packages() -> set[str]:
    """Names of the packages whose modules are followed."""
    return {*settings.project().packages, "notebook_reports"}


def notebook_modules(name: str) -> set[str]:
    """Paths, relative to the root, of the modules that notebook `name` needs."""
    return with_imports(*(module for cell in code(load(name)) for module in imported(cell, "")))


@cache
def with_imports(*modules: str) -> set[str]:
    """Paths, relative to the root, of `modules` (dotted names), of all that they import, and of their packages."""
    seen: set[str] = set()
    waiting = set(modules)
    while waiting:
        module = waiting.pop()
        seen.add(module)
        parent = module.rpartition(".")[0]
        waiting |= (module_imports(module) | ({parent} if parent else set())) - seen
    return {file for module in seen if (file := file_of(module))}


@cache
def module_imports(module: str) -> set[str]:
    file = file_of(module)
    if file is None:
        return set()
    package = module if file.endswith("/__init__.py") else module.rpartition(".")[0]
    return imported((ROOT / file).read_text("utf-8"), package)


def imported(source: str, package: str) -> set[str]:
    """Dotted names in our packages that `source`, a part of `package`, imports; some may be names inside a module."""
    if "import" not in source:  # spares most cells the parsing
        return set()
    key = sha256(f"{package}\n{source}".encode(errors="surrogatepass")).hexdigest()
    if key not in ASKED:
        try:
            ASKED[key] = kept()[key] if key in kept() else sorted(names_in(source, package))
        except (SyntaxError, RecursionError, MemoryError):  # the last two where it is nested too deep
            # The kernel will say so, better than we could; until then it may depend on anything.
            return every_module()
    return {name for name in ASKED[key] if name.split(".")[0] in packages()}


def names_in(source: str, package: str) -> set[str]:
    """Dotted names that it imports, from any package. SyntaxError and the like where nobody can parse it."""
    nodes = list(statements(ast.parse(source).body))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            above = package.split(".")[: 1 - node.level or None] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            names |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return names


@cache
@in_plain_words()
def kept() -> dict[str, list[str]]:
    """As ASKED, as the last build has left it."""
    return dict(json.loads(memory.read(KEPT) or "{}"))


def keep() -> None:
    """For the next build, once all is asked for."""
    if ASKED.keys() != kept().keys():
        memory.write(KEPT, json.dumps(ASKED))


def statements(block: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Each statement of a block and of the blocks inside it: `ast.walk` takes ten times as long over expressions."""
    for statement in block:
        yield statement
        for inner in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from statements(getattr(statement, inner, []))


def every_module() -> set[str]:
    modules = (file.removeprefix("src/").removesuffix(".py") for file in sources() if file.endswith(".py"))
    return {module.removesuffix("/__init__").replace("/", ".") for module in modules}


@cache
def file_of(module: str) -> str | None:
    """The source file of a dotted name in src/, relative to the root; None when it names no module there (but a
    function in one, say)."""
    base = f"src/{module.replace('.', '/')}"
    return next((file for file in (f"{base}.py", f"{base}/__init__.py") if (ROOT / file).is_file()), None)


@cache
def sources() -> set[str]:
    """Paths, relative to the root, of all files of the packages, which are listed once."""
    files = (file for package in packages() for file in (ROOT / "src" / package).rglob("*") if file.is_file())
    return {file.relative_to(ROOT).as_posix() for file in files}
