"""pyproject.toml as the one source of truth, held against lock, conda file and imports."""

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def _declared(project: dict[str, Any]) -> dict[str, Requirement]:
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    found = [Requirement(line) for line in project["dependencies"] + extras]
    return {canonicalize_name(one.name): one for one in found}


def _locked(root: Path) -> dict[str, list[str]]:
    """From a package to its versions; the universal lock may hold one for each Python."""
    lines = (root / "requirements.lock").read_text("utf-8").splitlines()
    versions: dict[str, list[str]] = {}
    for line in lines:
        if pinned := re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", line):
            versions.setdefault(canonicalize_name(pinned[1]), []).append(pinned[2])
    return versions


def test_the_lock_satisfies_every_declared_dependency(root: Path, project: dict[str, Any]) -> None:
    locked = _locked(root)
    for name, requirement in _declared(project).items():
        assert locked.get(name), f"{name} is not in requirements.lock: run make lock"
        for version in locked[name]:
            assert requirement.specifier.contains(version), f"{name}: run make lock"


def test_every_pin_has_hashes_and_the_lock_names_no_address(root: Path) -> None:
    text = (root / "requirements.lock").read_text("utf-8")
    pins = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in pin for pin in pins)
    assert "://" not in text
    assert "index" not in re.sub(r"^[^\s]+==", "", text, flags=re.MULTILINE)


def test_the_build_tools_are_pinned(root: Path, project: dict[str, Any]) -> None:
    pyproject = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    assert pyproject["build-system"]["requires"] == project["optional-dependencies"]["build"]
    assert "setuptools" in _locked(root)


def test_conda_gets_the_same_names_and_specifiers(root: Path, project: dict[str, Any]) -> None:
    lines = [line.strip() for line in (root / "environment.yml").read_text("utf-8").splitlines()]
    entries = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    assert entries[:2] == ["conda-forge", "nodefaults"]
    assert entries[-1] == "-e ."
    assert entries[-3:-1] == ["pip", "pip:"]
    python, *packages = entries[2:-3]
    assert python == f"python{project['requires-python']}"
    declared = sorted(str(one) for one in _declared(project).values())
    assert sorted(str(Requirement(line)) for line in packages) == declared


def _imports(code: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _sources(root: Path) -> dict[Path, str]:
    """Every module and notebook of the repository, as code."""
    folders = ("src", "tests", "benchmarks", "data")
    code = {p: p.read_text("utf-8") for f in folders for p in (root / f).rglob("*.py")}
    for path in (root / "notebooks").rglob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code[path] = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    return code


def test_every_import_is_a_declared_dependency(root: Path, project: dict[str, Any]) -> None:
    """What src/ and the notebooks import must come with `pip install labtools` itself."""
    distributions = packages_distributions()
    core = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    everything = set(_declared(project))
    own = {path.stem for path in (root / "data" / "example" / "generator").glob("*.py")}
    own |= {"labtools", "conftest", "tests"}
    for path, code in _sources(root).items():
        allowed = everything
        if path.is_relative_to(root / "src") or path.suffix == ".ipynb":
            allowed = core
        if path.is_relative_to(root / "src" / "labtools" / "batch" / "cluster"):
            allowed = core | {"distributed"}  # the extra that --dask needs
        for name in _imports(code) - set(sys.stdlib_module_names) - own:
            found = {canonicalize_name(one) for one in distributions.get(name, [name])}
            assert found & allowed, f"{path.relative_to(root)} imports {name}"


def test_nothing_fetches_nltks_data(root: Path) -> None:
    forbidden = "nltk." + "download"
    assert not [path for path, code in _sources(root).items() if forbidden in code]


def test_no_module_is_longer_than_300_lines(root: Path) -> None:
    long = {
        str(path.relative_to(root)): lines
        for path in [*(root / "src").rglob("*.py"), *(root / "data").rglob("*.py")]
        if (lines := path.read_text("utf-8").count("\n")) > 300
    }
    assert not long
