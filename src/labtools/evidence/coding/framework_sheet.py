"""The framework matrix → an Excel workbook in which people read and write its summaries."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import openpyxl
import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from labtools.evidence.coding.framework_cells import (
    MOST_CHARACTERS,
    OPEN,
    TOP,
    digest,
    finish_sheet,
    fit_row,
    free_title,
    write_heading,
    write_text,
)
from labtools.evidence.schemas import contract, split_list
from labtools.faults import BadInput, Fault
from labtools.words import Language, has_label, label, text_in

FIXED = ("case", "title", "city", "kind")
"""What stands before the themes; their names are in the hidden first row of each matrix."""
STATE_SHEET = "labtools"
STATE_COLUMNS = ("case", "theme", "digest")
"""Of the hidden sheet; after them stands the title of the sheet of quotations."""
QUOTATION_COLUMNS = ("segment", "case", "theme", "coder", "quotation", "cited_by")

_HEADING_ROWS = 2
_INTERVIEWS = ("interview", "group_interview", "conversation")
_WIDTHS = {"case": 11, "title": 22, "city": 13, "kind": 14, "quotation": 90, "cited_by": 22}
_THEME_WIDTH = 42


@dataclass(frozen=True)
class Matrix:
    """One sheet: what it is called, and its themes, from code to name."""

    title: str
    themes: dict[str, str]


def list_cases(tables: Mapping[str, pd.DataFrame], *, language: Language) -> pd.DataFrame:
    """The rows of the matrix: `case, title, city, kind`, in the order of the lab's cities.

    They are every interview, group interview and conversation, every other source and every
    person with a summary, and every city. BadInput where a summary is of none of these.
    """
    cities, summarised = tables["cities"], set(tables["summaries"]["case"])
    names = dict(zip(cities["city"], cities["name"], strict=True))
    sources, people = tables["sources"], tables["people"]
    heard = sources["type"].isin(_INTERVIEWS) & (sources["status"] != "excluded")
    parts = [
        sources[heard | sources["source_id"].isin(summarised)].assign(
            case=lambda rows: rows["source_id"], kind=lambda rows: "type." + rows["type"]
        ),
        people[people["person_id"].isin(summarised)].assign(
            case=lambda rows: rows["person_id"], kind=lambda rows: "role." + rows["role"]
        ),
    ]
    rows = pd.concat(parts, ignore_index=True)
    order = {city: at for at, city in enumerate(names)}
    rows = rows.sort_values(
        "city", key=lambda of: of.map(order).fillna(len(order)), kind="stable"
    ).assign(city=lambda rows: rows["city"].map(names).fillna(""))
    own = cities.assign(case=cities["city"], title=cities["name"], kind="column.city")
    cases = pd.concat([rows, own.assign(city=cities["name"])], ignore_index=True)[list(FIXED)]
    strangers = tables["summaries"][~tables["summaries"]["case"].isin(cases["case"])]
    if len(strangers):
        file, must = contract()["summaries"].file, "names a source, person or city of the lab"
        raise BadInput(
            Fault(file, must, str(case), "correct it", row=int(str(row)), column="case")
            for row, case in strangers["case"].items()
        )
    kinds = cases["kind"].map(lambda key: label(key, language) if has_label(key) else "")
    return cases.assign(kind=kinds).drop_duplicates("case").reset_index(drop=True)


def list_matrices(
    codebook: pd.DataFrame, *, summarised: Sequence[str], language: Language
) -> list[Matrix]:
    """The themes by the topmost code they stand under, a sheet each; the others on the last.

    A topmost code with others under it is a theme of its own only where it has a summary.
    BadInput where there is no code, or a summary is of none of them.
    """
    file, names = contract()["codebook"].file, text_in(codebook, "name", language)
    if codebook.empty:
        raise BadInput([Fault(file, "holds a code", "none", "write the themes there")])
    if lost := sorted(set(summarised) - set(codebook["code"])):
        file, must = contract()["summaries"].file, "theme names a code of the codebook"
        raise BadInput([Fault(file, must, one, "add the code, or correct it") for one in lost])
    named = {
        code: name or code for code, name in zip(codebook["code"], names.fillna(""), strict=True)
    }
    parents = dict(zip(codebook["code"], codebook["parent"], strict=True))
    tops = {code: _find_top(code, parents) for code in named}
    with_others = {top for code, top in tops.items() if top != code}
    groups: dict[str, dict[str, str]] = {top: {} for top in tops.values() if top in with_others}
    others: dict[str, str] = {}
    for code, top in tops.items():
        if code in with_others and code not in summarised:
            continue
        (groups[top] if top in with_others else others)[code] = named[code]
    sheets = [Matrix(named[top], themes) for top, themes in groups.items()]
    if others:
        rest = label(f"framework.{'others' if sheets else 'themes'}", language)
        sheets.append(Matrix(rest, others))
    return sheets


def _find_top(code: str, parents: Mapping[str, str]) -> str:
    seen = {code}
    while parents.get(code) in parents and parents[code] not in seen:
        code = parents[code]
        seen.add(code)
    return code


def build_framework(tables: Mapping[str, pd.DataFrame], *, language: Language) -> bytes:
    """The workbook of a lab's framework matrix, as bytes.

    tables: `summaries, codebook, sources, people, cities, segments` of the contract, by name. A
    sheet for each topmost code: a row for each case, a column for each theme, in the cell what a
    person wrote. One sheet lists the quotations behind the cells, and a hidden one what each cell
    held, so that edits are known when the workbook comes back (`framework_edits`). What must not
    be edited is locked, without a password. Text stays text, whatever it begins with. BadInput
    where a summary's case or theme is unknown, or it is longer than a cell of Excel.
    """
    summaries, codebook = tables["summaries"], tables["codebook"]
    cases = list_cases(tables, language=language)
    sheets = list_matrices(codebook, summarised=summaries["theme"].tolist(), language=language)
    must, do = f"has at most {MOST_CHARACTERS} characters", "shorten it: Excel would cut it off"
    long = summaries[summaries["summary"].str.len() > MOST_CHARACTERS]
    if len(long):
        file = contract()["summaries"].file
        raise BadInput(
            Fault(file, must, str(len(text)), do, row=int(str(row)), column="summary")
            for row, text in long["summary"].items()
        )
    written = {
        (case, theme): text
        for case, theme, text in summaries[["case", "theme", "summary"]].to_numpy()
    }
    book = openpyxl.Workbook()
    book.remove(book.active)
    titles = [STATE_SHEET]
    for sheet in sheets:
        titles.append(free_title(sheet.title, titles))
        _write_matrix(book.create_sheet(titles[-1]), sheet, cases, written, language=language)
    title = free_title(label("framework.quotations", language), titles)
    names = {code: name for sheet in sheets for code, name in sheet.themes.items()}
    quotations = _list_quotations(tables["segments"], summaries, cases=cases, names=names)
    _write_quotations(book.create_sheet(title), quotations, language=language)
    state = book.create_sheet(STATE_SHEET)
    state.sheet_state = "veryHidden"
    known = [(case, theme, digest(text)) for (case, theme), text in written.items()]
    for row, cells in enumerate([(*STATE_COLUMNS, title), *known], start=1):
        for at, cell in enumerate(cells, start=1):
            write_text(state, row, at, cell)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _write_matrix(
    sheet: Worksheet,
    of: Matrix,
    cases: pd.DataFrame,
    written: Mapping[tuple[str, str], str],
    *,
    language: Language,
) -> None:
    known = ["framework.case", "column.title", "column.city", "column.type"]
    headings = [label(key, language) for key in known] + list(of.themes.values())
    for at, (key, heading) in enumerate(zip((*FIXED, *of.themes), headings, strict=True), start=1):
        write_text(sheet, 1, at, key)
        write_heading(sheet, _HEADING_ROWS, at, heading)
        column = sheet.column_dimensions[get_column_letter(at)]
        column.width = _WIDTHS.get(key, _THEME_WIDTH) if at <= len(FIXED) else _THEME_WIDTH
        if at > len(FIXED):
            column.protection, column.alignment, column.number_format = OPEN, TOP, "@"
    for row, case in enumerate(cases.to_dict("records"), start=_HEADING_ROWS + 1):
        for at, key in enumerate(FIXED, start=1):
            write_text(sheet, row, at, case[key])
        texts = {
            at: text
            for at, theme in enumerate(of.themes, start=len(FIXED) + 1)
            if (text := written.get((case["case"], theme), ""))
        }
        for at, text in texts.items():
            write_text(sheet, row, at, text, locked=False)
        fit_row(sheet, row, texts.values(), width=_THEME_WIDTH)
    sheet.row_dimensions[1].hidden = True
    sheet.freeze_panes = sheet.cell(_HEADING_ROWS + 1, len(FIXED) + 1)
    last = get_column_letter(len(headings))
    sheet.auto_filter.ref = f"A{_HEADING_ROWS}:{last}{_HEADING_ROWS + len(cases)}"
    sheet.print_title_rows = f"{_HEADING_ROWS}:{_HEADING_ROWS}"
    finish_sheet(sheet)


def _list_quotations(
    segments: pd.DataFrame,
    summaries: pd.DataFrame,
    *,
    cases: pd.DataFrame,
    names: Mapping[str, str],
) -> Iterator[tuple[str, ...]]:
    """The segments of the matrix's cases and themes, each with the cases whose summary cites it."""
    cited: dict[tuple[str, str], list[str]] = {}
    for case, theme, ids in summaries[["case", "theme", "segments"]].to_numpy():
        for one in split_list(ids):
            cited.setdefault((one, theme), []).append(case)
    there = segments[segments["source_id"].isin(cases["case"]) & segments["code"].isin(list(names))]
    columns = ["segment_id", "source_id", "code", "coder", "quote"]
    for segment, source, code, coder, quote in there[columns].to_numpy():
        by = "; ".join(cited.get((segment, code), []))
        yield segment, source, names[code], coder, quote, by


def _write_quotations(
    sheet: Worksheet,
    quotations: Iterator[tuple[str, ...]],
    *,
    language: Language,
) -> None:
    for at, key in enumerate(QUOTATION_COLUMNS, start=1):
        write_heading(sheet, 1, at, label(f"framework.{key}", language))
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(key, 16)
    for row, cells in enumerate(quotations, start=2):
        for at, cell in enumerate(cells, start=1):
            write_text(sheet, row, at, cell[:MOST_CHARACTERS])
        fit_row(sheet, row, cells, width=_WIDTHS["quotation"])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(QUOTATION_COLUMNS))}{sheet.max_row}"
    finish_sheet(sheet)
