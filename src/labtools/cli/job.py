"""What a `labtools run` is about: its reports, where they go, what they are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from labtools.batch.changes import Evidence
from labtools.batch.foreign import are_foreign, plan_foreign
from labtools.batch.library import LABTOOLS
from labtools.batch.plan import (
    LANGUAGES,
    Report,
    find_notebooks,
    locate_notebooks,
    name_notebook,
    plan_reports,
)
from labtools.batch.record import Record, identify_lab
from labtools.batch.state import hash_files
from labtools.faults import BadInput, Fault
from labtools.reads import hash_input
from labtools.site.frame import Site

if TYPE_CHECKING:
    from labtools.lab import Lab
    from labtools.words import Language


@dataclass(frozen=True)
class Job:
    """The reports of a run, and the output folder they belong to.

    which: lab it is about, as `record.identify_lab` tells. base: the folder from which notebooks
    have their names. lab: None where the notebooks know nothing of labtools.
    """

    reports: list[Report]
    target: Path
    which: str
    base: Path
    site: Site
    lab: Lab | None

    def hash_inputs(self) -> dict[str, str]:
        """A digest of each file that the lab is made of, its key included."""
        if self.lab is None:
            return {}
        from labtools.privacy.key import find_key

        files = hash_files(self.lab.folder)
        if (key := find_key(self.lab.folder)) is not None:
            files["the key"] = hash_input(key)
        return files

    def compare(self, files: Mapping[str, str], before: Record) -> Evidence:
        """The evidence as it is now, beside what the record of the folder says."""
        return Evidence(self.lab, files=files, before=before.files)

    def folders(self) -> list[Path]:
        """Where something can be saved that concerns these reports, this library included."""
        places = {report.notebook.path.parent for report in self.reports}
        return sorted({self.base, LABTOOLS, *([self.lab.folder] if self.lab else []), *places})


def find_job(
    choices: Sequence[str],
    *,
    lab_folder: str,
    folder: Path,
    out: Path | None,
    language: str | None,
    audience: str,
    cities: Sequence[str],
    values: Mapping[str, str],
    tell: Callable[[str], None],
) -> Job:
    """What the command line asks for; BadInput with all that it cannot ask for."""
    folder = locate_notebooks(folder)
    if are_foreign(choices, folder=folder):
        return _foreign_job(choices, out=out, language=language, cities=cities, values=values)
    from labtools.lab import open_lab

    lab = open_lab(lab_folder)
    if _shows_names(lab):
        tell(f"{lab_folder}: names are not replaced; see labtools key --help")
    language = language or lab.language
    reports = plan_reports(
        lab,
        folder=folder,
        notebooks=choices,
        cities=cities,
        language=language,
        audience=audience,
        values=values,
    )
    if audience == "partners" and not choices:
        ran = {report.notebook.name for report in reports}
        left = [name for name in map(name_notebook, find_notebooks(folder)) if name not in ran]
        if left:
            tell(f"the team's own, not run for partners: {', '.join(left)}")
    outputs = out or folder.parent / "outputs"
    target = outputs / lab.folder.resolve().name / f"{audience}-{language}"
    site = Site(lab.name, lab.synthetic, lab.city_names(), cast("Language", language))
    return Job(reports, target, identify_lab(lab.folder, target), folder, site, lab)


def _foreign_job(
    choices: Sequence[str],
    *,
    out: Path | None,
    language: str | None,
    cities: Sequence[str],
    values: Mapping[str, str],
) -> Job:
    language = language or "en"
    faults = []
    if cities:
        do = "leave --city out, or set a parameter with -p"
        faults.append(Fault("--city", "is for notebooks of the lab", ", ".join(cities), do))
    if language not in LANGUAGES:
        do = f"choose among {', '.join(LANGUAGES)}"
        faults.append(Fault("--language", "is a language of the pages", language, do))
    if faults:
        raise BadInput(faults)
    reports, base = plan_foreign(choices, values=values)
    site = Site(base.name, False, {}, cast("Language", language))
    target = out or Path("outputs")
    return Job(reports, target, identify_lab(base, target), base, site, None)


def _shows_names(lab: Lab) -> bool:
    """Whether people's words reach the pages as they stand; where that cannot be read, yes."""
    from labtools.evidence.transcripts.turns import has_transcript

    if lab.synthetic or lab.pseudonymiser is not None:
        return False
    try:
        return bool(has_transcript(lab.read_sources()).any())
    except BadInput:  # the notebooks tell it
        return True
