"""What the reports of one run need, and what a machine lacks of it or has otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from labtools.batch.cells import read_cells
from labtools.batch.library import hash_library
from labtools.batch.plan import Report
from labtools.batch.state import hash_files
from labtools.faults import Fault
from labtools.privacy.key import find_key
from labtools.reads import hash_input
from labtools.versions import versions

_NAMED = 3
_SAME_CODE = "has the same code of labtools and of the project as here"


@dataclass(frozen=True)
class Job:
    """What the reports of one run need, as the caller has it; `name` tells this run from others.

    root: the project's. lab: from there, where it lies inside. files: of the lab, a digest each.
    notebooks: from the root, a digest each of their bytes and of the code that they import.
    modules: of labtools, for `warm.kernel_server`. timeout: seconds that one report may take.
    """

    name: str
    root: Path
    lab: Path
    files: Mapping[str, str]
    notebooks: Mapping[str, tuple[str, str]]
    versions: Mapping[str, str]
    modules: tuple[str, ...]
    timeout: float


def describe_job(
    reports: Iterable[Report],
    *,
    name: str,
    lab_folder: Path,
    files: Mapping[str, str],
    modules: Iterable[str],
    timeout: float,
) -> Job:
    """What these reports, at least one and of one project, need of whoever runs them."""
    notebooks = list({report.notebook.path: report.notebook for report in reports}.values())
    root, lab = notebooks[0].root, lab_folder.resolve()
    return Job(
        name=name,
        root=root,
        lab=lab.relative_to(root.resolve()) if lab.is_relative_to(root.resolve()) else lab,
        files=dict(files),
        notebooks=hash_notebooks(
            [notebook.path.relative_to(root).as_posix() for notebook in notebooks], root=root
        ),
        versions=_versions(),
        modules=tuple(modules),
        timeout=timeout,
    )


def _versions() -> dict[str, str]:
    """Of what reports depend on, and of what carries them over."""
    return {**versions(), "distributed": version("distributed")}


def hash_notebooks(names: Iterable[str], *, root: Path) -> dict[str, tuple[str, str]]:
    """Of each notebook, named from the project's root: digests of its bytes and its library."""
    return {
        name: (hash_input(root / name), _hash_imports(root / name, root=root)) for name in names
    }


def _hash_imports(path: Path, *, root: Path) -> str:
    """A digest of the code that a notebook imports; none of one that cannot be read."""
    try:
        sources = [cell.source for cell in read_cells(path) if cell.kind == "code"]
    except (OSError, ValueError):
        return ""
    return hash_library(sources, root=root)


def find_faults(job: Job, root: Path | None, *, who: str) -> list[Fault]:
    """What this machine lacks, or has otherwise than the caller, in the name of `who`.

    root: the project's on this machine.
    """
    faults = []
    own = _versions()
    others = [
        f"{name} {own.get(name, 'none')} instead of {here}"
        for name, here in job.versions.items()
        if own.get(name) != here
    ]
    if others:
        do = "install there what is installed here, and start the worker anew"
        faults.append(Fault(who, "has the same versions as here", _few(others), do))
    if root is None:
        found = f"no {next(iter(job.notebooks))} in {Path.cwd()} or {job.root}"
        do = "start the worker in the project's folder"
        return [*faults, Fault(who, "has the project's notebooks", found, do)]
    notebooks = hash_notebooks(job.notebooks, root=root)
    changed = [name for name, (own, _) in notebooks.items() if own != job.notebooks[name][0]]
    if changed:
        found, do = f"another {_few(changed)}", "copy the project's folder there again"
        faults.append(Fault(who, "has the same notebooks as here", found, do))
    imports = [
        name
        for name, digests in notebooks.items()
        if name not in changed and digests != job.notebooks[name]
    ]
    if imports:
        found = f"other code behind {_few(imports)}"
        must, do = _SAME_CODE, "copy it there again, and start the worker anew"
        faults.append(Fault(who, must, found, do))
    return [*faults, *_find_faults_of_lab(job, root / job.lab, who=who)]


def _find_faults_of_lab(job: Job, lab: Path, *, who: str) -> list[Fault]:
    must, do = "has the same files of the lab as here", "copy the lab's folder there again"
    if not lab.is_dir():
        return [Fault(who, must, f"no folder {lab}", do)]
    files = hash_files(lab)
    if (key := find_key(lab)) is not None:
        files["the key"] = hash_input(key)
    missing = sorted(job.files.keys() - files.keys())
    added = sorted(files.keys() - job.files.keys())
    changed = sorted(name for name in files if job.files.get(name, files[name]) != files[name])
    found = [
        f"{what} {_few(names)}"
        for what, names in (("no", missing), ("another", changed), ("in addition", added))
        if names
    ]
    return [Fault(who, must, ", ".join(found), do)] if found else []


def _few(names: list[str]) -> str:
    """The first few of several names, and how many more there are.

    >>> _few(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def find_root(job: Job) -> Path | None:
    """The project's root on this machine: the folder where the worker began, else the caller's."""
    places = (Path.cwd(), job.root)
    return next(
        (place for place in places if any((place / name).is_file() for name in job.notebooks)), None
    )
