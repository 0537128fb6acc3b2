"""Answer files as the survey tools export them → one header, and real answers alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labtools.evidence.questionnaires.profiles.forms import shape_google, shape_ms, shape_netigate
from labtools.evidence.questionnaires.profiles.kobo import shape_kobo
from labtools.evidence.questionnaires.profiles.limesurvey import shape_limesurvey
from labtools.evidence.questionnaires.profiles.qualtrics import shape_qualtrics
from labtools.evidence.questionnaires.profiles.shapes import Shape, iso_dates
from labtools.evidence.questionnaires.profiles.surveymonkey import shape_surveymonkey
from labtools.evidence.sheets.tabular import (
    FOUND_OUT,
    SPSS_FORMATS,
    FileSettings,
    Grid,
    Sheet,
    as_sheet,
    read_grid,
    read_spss,
)
from labtools.faults import BadInput, Fault

__all__ = ["PROFILES", "Export", "FileSettings", "read_export"]


def _shape_plain(grid: Grid) -> Shape:
    return Shape()


_SHAPES: dict[str, Callable[[Grid], Shape | None]] = {
    "qualtrics": shape_qualtrics,
    "surveymonkey": shape_surveymonkey,
    "kobo": shape_kobo,
    "limesurvey": shape_limesurvey,
    "ms_forms": shape_ms,
    "google_forms": shape_google,
    "netigate": shape_netigate,
    "plain": _shape_plain,  # last: whatever no other shape is known by
}
PROFILES = (*_SHAPES, "spss")


@dataclass(frozen=True)
class Export:
    """A file of answers with what it tells of itself.

    sheet: its cells under one header of unique names, real responses alone, indexed by the row
    as a spreadsheet shows it. questions: the wording by column, where the file gives it.
    options: of a column that is one option of a multiple choice, the question's name and the
    option. separators: of a column that holds several choices in a cell, what stands between
    them. (A question that stands in both ways is in both: `options` then names its column.)
    parts: what the tool itself writes in a column: `person_id` (of the response), `date` (of
    the answer), `duration`, `contact` (who or where a person is: not to be read unless asked
    for), `tool` (anything else about the response: its status, language, version). left_out:
    rows by the reason why they are no responses; a reason that the tool knows and no row has
    counts 0. unfinished: how many of the rows are of people who did not answer to the end;
    None where the file does not tell. open_ended: columns of which the tool says that people
    wrote what they liked.
    """

    profile: str
    sheet: Sheet
    questions: dict[str, str]
    options: dict[str, tuple[str, str]]
    separators: dict[str, str]
    parts: dict[str, str]
    left_out: dict[str, int]
    unfinished: int | None = None
    open_ended: frozenset[str] = frozenset()


def read_export(path: Path, *, name: str, settings: FileSettings = FOUND_OUT) -> Export:
    """A file of answers as its tool laid it out.

    The profile is the one of `settings`, else the first whose shape the file has; `plain` has
    the shape of any table with a header and leaves no row out. BadInput where the file cannot
    be read, is not as the settings say, or holds no responses. Unfinished responses are kept
    unless the settings leave them out.
    """
    spss = path.suffix.lower() in SPSS_FORMATS
    if settings.profile and (settings.profile == "spss") != spss:
        found = f"profile {settings.profile} of a file that ends in {path.suffix}"
        raise _refuse(
            "profile spss is for .sav and .zsav, the others for .csv and .xlsx", found, name
        )
    if spss:
        _check_unfinished(settings, None, name=name)
        sheet = read_spss(path, name=name, settings=settings)
        return Export("spss", sheet, sheet.questions, {}, {}, {}, {})
    grid = read_grid(path, name=name, settings=settings)
    wanted = [settings.profile] if settings.profile else list(_SHAPES)
    shapes = ((profile, _SHAPES[profile](grid)) for profile in wanted)
    for profile, shape in shapes:
        if shape is not None:
            return _export(profile, shape, grid, settings, name=name)
    first = next(iter(grid.rows.values()), [])
    found = "the headings " + ", ".join(cell[:30] for cell in first[:4])
    raise _refuse(f"the file is an export of the profile {settings.profile}", found, name)


def _refuse(must: str, found: str, name: str) -> BadInput:
    return BadInput([Fault(name, must, found, "correct profile in [file], or leave it out")])


def _check_unfinished(
    settings: FileSettings, unfinished: frozenset[int] | None, *, name: str
) -> None:
    """Refuses to leave out what the file does not tell: it would stay without a word."""
    if settings.unfinished == "left_out" and unfinished is None:
        must, do = "the file names its unfinished responses", "leave out unfinished in [file]"
        raise BadInput([Fault(name, must, "nothing of it", do)])


def _export(profile: str, shape: Shape, grid: Grid, settings: FileSettings, *, name: str) -> Export:
    _check_unfinished(settings, shape.unfinished, name=name)
    without = settings.unfinished == "left_out"
    stopped = (shape.unfinished or frozenset()) - set(shape.left_out)
    gone = shape.left_out | (dict.fromkeys(stopped, "unfinished") if without else {})
    sheet = as_sheet(
        grid,
        name=name,
        names=shape.names,
        header_rows=shape.header_rows,
        left_out=set(gone),
    )
    for column, part in shape.parts.items():
        if part == "date" and shape.date_format:
            sheet.cells[column] = iso_dates(sheet.cells[column], shape.date_format)
    counts = dict.fromkeys([*shape.reasons, *(["unfinished"] if without else [])], 0)
    for reason in gone.values():
        counts[reason] += 1
    return Export(
        profile,
        sheet,
        shape.questions,
        shape.options,
        shape.separators,
        shape.parts,
        counts,
        None if shape.unfinished is None else 0 if without else len(stopped),
        shape.open_ended,
    )
