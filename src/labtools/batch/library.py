"""The Python files that a notebook's code imports, found by reading, without running anything."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import labtools

LABTOOLS = Path(labtools.__file__).parent
_IMPORT = re.compile(
    r"^\s*(?:from\s+([\w.]+)\s+import\s+(\([^)]*\)|.*)|import\s+(.*))", re.MULTILINE
)


def hash_library(cells: Iterable[str], *, root: Path) -> str:
    """A digest of what code imports of labtools, and of modules that lie at the project's root.

    cells: the notebook's code. What those modules import in turn is in it, wherever in them it
    is imported, and so are the tables and texts beside them. A cell that is no Python, even
    after IPython's own signs are taken away, may import anything: then all of labtools is in it.
    """
    whole = hashlib.sha256()
    for path in sorted(_close(_imports("\n".join(map(_plain, cells))), root)):
        whole.update(path.name.encode("utf-8") + _hash_file(path))
    return whole.hexdigest()[:16]


def find_modules(cells: Iterable[str]) -> list[str]:
    """The modules of labtools that code imports, sorted; all that are known without running it."""
    names = _imports("\n".join(map(_plain, cells))) or set()
    own = [name for name in names if name.startswith("labtools.")]
    return sorted(name for name in own if len(_files(name, LABTOOLS)) > name.count("."))


def _plain(cell: str) -> str:
    """A cell as Python, IPython's own signs taken away where there are any."""
    try:
        ast.parse(cell)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager  # slow, and seldom needed

        return str(TransformerManager().transform_cell(cell))
    return cell


def _close(names: set[str] | None, root: Path) -> set[Path]:
    """The files of these modules, of all that they import, and of what lies beside them."""
    if names is None:
        return {path for path in LABTOOLS.rglob("*") if path.is_file() and _is_source(path)}
    found: set[Path] = set()
    todo = list(names)
    while todo:
        for path in _files(todo.pop(), root):
            if path not in found:
                found.add(path)
                todo += _imports_of(path) or ()
    return found | {
        beside
        for path in found
        if path.is_relative_to(LABTOOLS)
        for beside in path.parent.iterdir()
        if beside.suffix in (".csv", ".toml")
    }


@cache
def _files(name: str, root: Path) -> tuple[Path, ...]:
    """The file of a module, and those of the packages that hold it; none of other libraries."""
    parts = name.split(".")
    bases = (LABTOOLS.parent, root) if parts[0] == LABTOOLS.name else (root,)
    places = [base.joinpath(*parts[: n + 1]) for base in bases for n in range(len(parts))]
    both = (path for place in places for path in (place.with_suffix(".py"), place / "__init__.py"))
    return tuple(path for path in both if path.is_file())


@cache
def _imports_of(path: Path) -> set[str] | None:
    source = path.read_text(encoding="utf-8")
    return find_imports(source) if path.is_relative_to(LABTOOLS) else _imports(source)


def find_imports(source: str) -> set[str]:
    """What `_imports` finds in modules of labtools, without parsing: in a twentieth of the time.

    Lines of text that look like an import are among it, which name no file.
    """
    names: set[str] = set()
    for module, members, plain in _IMPORT.findall(source):
        parts = re.sub(r"#.*", "", members or plain).strip("()").split(",")
        first = [words[0] for part in parts if (words := part.split())]
        names |= {module, *(f"{module}.{name}" for name in first)} if module else set(first)
    return names


def _imports(source: str) -> set[str] | None:
    """The names of modules that code imports, or may: `from a import b` may be of `a.b`."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@cache
def _hash_file(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def _is_source(path: Path) -> bool:
    return path.suffix in (".py", ".csv", ".toml")
