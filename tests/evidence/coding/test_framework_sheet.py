"""The framework matrix in Excel: out, edited, and back without losing what anybody wrote."""

import csv
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from labtools.cli import main
from labtools.evidence.coding.framework_cells import digest, normal
from labtools.evidence.coding.framework_edits import Edits, find_edits, read_framework, write_edits
from labtools.evidence.coding.framework_sheet import (
    STATE_SHEET,
    build_framework,
    list_matrices,
)
from labtools.evidence.schemas import empty_table, read_table

TABLES = {
    "lab.toml": '[lab]\nname = "L"\nlanguage = "sv"\n',
    "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
    "norrvik,Norrvik,,,,,,\n",
    "sources.csv": "source_id,city,type,title,date,file,language,status\n"
    "I1,norrvik,interview,Anna,,,sv,checked\nI2,norrvik,interview,Bo,,,sv,checked\n"
    "D1,norrvik,document,Plan,,,sv,checked\n",
    "people.csv": "person_id,city,role\nP1,norrvik,staff\n",
    "coding/codebook.csv": "code,parent,name_sv,name_en,definition\n"
    "top,,Hemma/ute,,\nhome,top,Att höra hemma,,\nsafety,top,Trygghet,,\nwork,,Arbete,,\n",
    "coding/coders.csv": "coder,kind\nAL,human\n",
    "coding/segments.csv": "segment_id,source_id,turn,start,end,quote,turn_hash,code,coder\n"
    "S1,I1,1,0,3,=Hej,,safety,AL\n",
    "coding/summaries.csv": "case,theme,summary,segments,author,date,relation,own\r\n"
    'I1,safety,"Går aldrig ut, säger hon.",S1,KL,2025-01-02,,x\r\n'
    "norrvik,work,=Fler i arbete,,KL,2025-01-03,expands,\r\n",
}


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    (folder / "coding").mkdir(parents=True)
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def call(lab: Path, way: str, *more: str) -> Result:
    file = str(lab.parent / "m.xlsx")
    return CliRunner().invoke(main, [way, "framework", file, "--lab", str(lab), *more])


def edit(lab: Path, **cells: str | None) -> None:
    """Write in cells of the exported workbook by case and theme, as `I1__safety`."""
    book = openpyxl.load_workbook(lab.parent / "m.xlsx")
    for place, text in cells.items():
        case, theme = place.split("__")
        for sheet in book.worksheets:
            themes = [cell.value for cell in sheet[1]]
            cases = [cell.value for cell in sheet["A"]]
            if themes[0] == "case" and case in cases and theme in themes:
                cell = sheet.cell(cases.index(case) + 1, themes.index(theme) + 1)
                cell.value = text
                if text is not None:
                    cell.data_type = "s"
    book.save(lab.parent / "m.xlsx")


def summaries(lab: Path) -> str:
    return (lab / "coding" / "summaries.csv").read_bytes().decode("utf-8")


def test_a_sheet_for_each_topmost_code_a_row_for_each_case(lab: Path) -> None:
    """Interviews and cities are rows; a topmost code without a summary is no column."""
    result = call(lab, "export")
    assert (result.exit_code, result.stderr) == (0, "")
    book = openpyxl.load_workbook(lab.parent / "m.xlsx")
    assert book.sheetnames == ["Hemma ute", "Övriga teman", "Citat", STATE_SHEET]
    sheet = book["Hemma ute"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows == [
        ["case", "title", "city", "kind", "home", "safety"],
        ["Fall", "Titel", "Stad", "Slag", "Att höra hemma", "Trygghet"],
        ["I1", "Anna", "Norrvik", "Intervju", None, "Går aldrig ut, säger hon."],
        ["I2", "Bo", "Norrvik", "Intervju", None, None],
        ["norrvik", "Norrvik", "Norrvik", "Stad", None, None],
    ]
    assert (sheet.freeze_panes, sheet.row_dimensions[1].hidden) == ("E3", True)
    assert book[STATE_SHEET].sheet_state == "veryHidden"
    quotations = [list(row) for row in book["Citat"].iter_rows(min_row=2, values_only=True)]
    assert quotations == [["S1", "I1", "Trygghet", "AL", "=Hej", "I1"]]


def test_only_cells_for_summaries_can_be_written_in(lab: Path) -> None:
    """Ids and headings are locked; blank cells of a theme are open by their column."""
    call(lab, "export")
    sheet = openpyxl.load_workbook(lab.parent / "m.xlsx")["Hemma ute"]
    assert sheet.protection.sheet
    locked = {place: sheet[place].protection.locked for place in ("A3", "E1", "E2", "F3")}
    assert locked == {"A3": True, "E1": True, "E2": True, "F3": False}
    column = sheet.column_dimensions["E"]
    assert (column.protection.locked, column.alignment.wrap_text, column.width) == (False, True, 42)


def test_text_that_looks_like_a_formula_stays_text(lab: Path) -> None:
    """In summaries and in quotations, whoever wrote them."""
    call(lab, "export")
    book = openpyxl.load_workbook(lab.parent / "m.xlsx")
    for sheet, place, text in (
        ("Övriga teman", "E5", "=Fler i arbete"),
        ("Citat", "E2", "=Hej"),
    ):
        cell = book[sheet][place]
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_without_edits_not_one_byte_changes(lab: Path) -> None:
    """CRLF, a column of one's own and quotation marks included; no author is asked for."""
    before = summaries(lab)
    call(lab, "export")
    result = call(lab, "import")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{lab}: coding/summaries.csv: summaries added: 0, changed: 0\n"
    assert summaries(lab) == before


def test_new_and_changed_cells_come_back_and_nothing_else_is_touched(lab: Path) -> None:
    """A changed row keeps segments, relation and columns of its own; other rows their bytes."""
    before = summaries(lab).splitlines(keepends=True)
    call(lab, "export")
    edit(lab, I1__safety="Går ut, numera.\nMed hunden.", I2__home="@hemma", norrvik__safety="Ny")
    result = call(lab, "import", "--author", "AB")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "summaries added: 2, changed: 1" in result.stdout
    today = date.today().isoformat()
    assert summaries(lab) == (
        before[0]
        + f'I1,safety,"Går ut, numera.\nMed hunden.",S1,AB,{today},,x\r\n'
        + before[2]
        + f"I2,home,@hemma,,AB,{today},,\r\n"
        + f"norrvik,safety,Ny,,AB,{today},,\r\n"
    )
    assert len(read_table(lab / "coding/summaries.csv", "summaries", name="x")) == 4
    again = call(lab, "import")
    assert (again.exit_code, "added: 0, changed: 0" in again.stdout) == (0, True)


def test_who_wrote_what_is_new_must_be_told(lab: Path) -> None:
    """Without initials nothing is written."""
    before = summaries(lab)
    call(lab, "export")
    edit(lab, I2__home="Hemma.")
    result = call(lab, "import")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "--author: must name who wrote what is new; found summaries added: 1, changed: 0; "
        "give --author INITIALS"
    ]
    assert summaries(lab) == before


def test_what_the_lab_has_changed_since_is_shown_and_nothing_is_written(lab: Path) -> None:
    """Both texts, who and when; the edits without a conflict wait too."""
    call(lab, "export")
    edit(lab, I1__safety="Ny text i Excel.", I2__home="Hemma.")
    path = lab / "coding" / "summaries.csv"
    changed = summaries(lab).replace("Går aldrig ut, säger hon.", "Ny text i labbet.")
    path.write_bytes(changed.encode())
    result = call(lab, "import", "--author", "AB")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"{lab.parent / 'm.xlsx'}, row 3, column F of Hemma ute: must be changed in Excel or in "
        "the lab, not in both; found “Ny text i Excel.” in Excel, “Ny text i labbet.” in the lab "
        "(KL, 2025-01-02); write in both what is to stand, and import again"
    ]
    assert summaries(lab) == changed


def test_the_same_edit_in_both_is_no_conflict(lab: Path) -> None:
    """Nor is a new summary in the lab where Excel's cell is still blank."""
    call(lab, "export")
    edit(lab, I1__safety="Ny text.")
    path = lab / "coding" / "summaries.csv"
    path.write_bytes(
        (
            summaries(lab).replace("Går aldrig ut, säger hon.", "Ny text.") + "I2,home,Ny,,,,,\n"
        ).encode()
    )
    result = call(lab, "import")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "added: 0, changed: 0" in result.stdout


def test_an_emptied_cell_and_a_deleted_row_are_told_and_kept(lab: Path) -> None:
    """What somebody wrote goes only when somebody takes it out of the lab."""
    before = summaries(lab)
    call(lab, "export")
    edit(lab, I1__safety=None)
    book = openpyxl.load_workbook(lab.parent / "m.xlsx")
    book["Övriga teman"].delete_rows(5)
    book.create_sheet("Mina ord")["A1"] = "x"
    book.save(lab.parent / "m.xlsx")
    file = lab.parent / "m.xlsx"
    result = call(lab, "import")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:3] == [
        f"{file}, sheet Mina ord: no matrix, passed over",
        f"{file}, row 3, column F of Hemma ute: emptied, and kept in the lab: I1, safety",
        f"{file}: no longer there, and kept in the lab: norrvik, work",
    ]
    assert summaries(lab) == before


def test_unknown_cases_and_themes_are_a_line_each(lab: Path) -> None:
    """Whether the id was changed in Excel, or the case or code left the lab since."""
    call(lab, "export")
    book = openpyxl.load_workbook(lab.parent / "m.xlsx")
    sheet = book["Hemma ute"]
    sheet["A4"], sheet["E4"] = "I9", "Ny"
    sheet["E1"], sheet["E3"] = "hemma", "Ny"
    sheet["H3"], sheet["F9"] = "Utan tema", "Utan fall"
    book.save(lab.parent / "m.xlsx")
    result = call(lab, "import", "--author", "AB")
    assert [line.split(": ", 1)[1] for line in result.stderr.splitlines()] == [
        "must have its theme in the hidden first row; found “Utan tema” without one; "
        "move the text to the column of a theme",
        "must have the id of its case in column A; found “Utan fall” without one; "
        "move the text to a case's row",
    ]
    sheet["H3"] = sheet["F9"] = None
    book.save(lab.parent / "m.xlsx")
    result = call(lab, "import", "--author", "AB")
    assert [line.split(": ", 1)[1] for line in result.stderr.splitlines()] == [
        "must name a code of the codebook; found hemma; add the code, or export anew",
        "must name a source, person or city of the lab; found I9; correct column A",
    ]
    assert summaries(lab) == TABLES["coding/summaries.csv"]


def test_rows_and_columns_may_be_sorted_and_moved(lab: Path) -> None:
    """A cell is known by the ids in its row and column, not by where it stands."""
    call(lab, "export")
    book = openpyxl.load_workbook(lab.parent / "m.xlsx")
    sheet = book["Hemma ute"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    for at, row in enumerate(reversed(rows), start=3):
        for column, text in enumerate(row, start=1):
            sheet.cell(at, column).value = text
    sheet.insert_cols(5)
    book.save(lab.parent / "m.xlsx")
    result = call(lab, "import")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "added: 0, changed: 0" in result.stdout


def test_a_case_that_stands_twice_is_told(lab: Path) -> None:
    """Which of the two is meant nobody can tell."""
    call(lab, "export")
    book = openpyxl.load_workbook(lab.parent / "m.xlsx")
    book["Övriga teman"]["A4"] = "I1"
    book.save(lab.parent / "m.xlsx")
    result = call(lab, "import")
    assert "each case and theme must occur once; found I1, work in row 3 of" in result.stderr


def test_another_workbook_and_a_file_in_the_way_are_a_line(lab: Path) -> None:
    """A workbook that may hold edits is never written over."""
    Workbook().save(lab.parent / "m.xlsx")
    result = call(lab, "import")
    assert result.exit_code == 2
    assert "must be a workbook that labtools export framework wrote; found the sheets Sheet" in (
        result.stderr
    )
    result = call(lab, "export")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "m.xlsx: must be a new file; found one that is there already" in result.stderr


def test_a_summary_of_nobody_or_beyond_a_cell_of_excel_is_told(lab: Path) -> None:
    """Excel would cut it off, and the import would take the rest for an edit."""
    path = lab / "coding" / "summaries.csv"
    path.write_text(TABLES["coding/summaries.csv"] + "I7,home,x,,,,,\n", encoding="utf-8")
    assert "row 4, column case: must name a source, person or city" in call(lab, "export").stderr
    path.write_text(
        TABLES["coding/summaries.csv"] + f"I2,home,{'x' * 32768},,,,,\n", encoding="utf-8"
    )
    assert "must have at most 32767 characters; found 32768" in call(lab, "export").stderr
    assert not (lab.parent / "m.xlsx").exists()


def test_a_lab_without_summaries_gets_its_first_from_excel(lab: Path) -> None:
    """The file is made with the contract's header."""
    (lab / "coding" / "summaries.csv").unlink()
    call(lab, "export")
    edit(lab, P1__home="x", D1__home="x", I1__home="Hemma.")
    assert call(lab, "import", "--author", "AB").exit_code == 0
    lines = summaries(lab).splitlines()
    assert lines[0] == "case,theme,summary,segments,author,date,relation"
    assert lines[1:] == [f"I1,home,Hemma.,,AB,{date.today().isoformat()},"]


TEXTS = st.text(
    st.sampled_from("aå😀=+-@'\"#;,\n\r\t \u0301\u2028\u200d\x0b_x0041NA/TRUE1."), max_size=12
)


@settings(max_examples=15, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4), TEXTS)
def test_whatever_was_written_comes_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], new: str
) -> None:
    """No text is taken for an edit; an edit is taken, and only the row that it is of."""
    folder = tmp_path_factory.mktemp("m")
    themes = ["home", "safety", "work", "top"][: len(texts)]
    with (folder / "summaries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow("case theme summary segments author date relation".split())
        writer.writerows(
            ["I1", theme, text, "", "", "", ""] for theme, text in zip(themes, texts, strict=True)
        )
    for name, text in TABLES.items():
        (folder / Path(name).name).write_text(
            text, encoding="utf-8"
        ) if "summaries" not in name else None
    names = ("codebook", "sources", "people", "cities", "segments", "summaries")
    tables = {name: read_table(folder / f"{name}.csv", name, name=name) for name in names}
    (folder / "m.xlsx").write_bytes(build_framework(tables, language="sv"))
    known = {"cases": {"I1"}, "themes": set(themes), "name": "m.xlsx"}
    filled = read_framework(folder / "m.xlsx", name="m.xlsx")
    assert find_edits(filled, tables["summaries"], **known) == Edits({}, {}, ())
    old = (folder / "summaries.csv").read_bytes().decode("utf-8")
    assert write_edits(old, Edits({}, {}, ()), author="AB", date="2026-01-01") == old
    edits = Edits({}, {("I1", "home"): f"ny {new}"}, ())
    (folder / "summaries.csv").write_bytes(
        write_edits(old, edits, author="AB", date="2026-01-01").encode("utf-8")
    )
    after = read_table(folder / "summaries.csv", "summaries", name="x").set_index("theme")[
        "summary"
    ]
    before = tables["summaries"].set_index("theme")["summary"]
    pd.testing.assert_series_equal(after.drop("home"), before.drop("home"))
    assert normal(after["home"]) == normal(f"ny {new}")


def test_lines_within_a_summary_are_quoted_whatever_ends_the_file() -> None:
    """A last row without a line feed stays without; a new row begins on a line of its own."""
    old = "\ufeffcase,theme,summary,segments,author,date\r\nI1,home,x,S1;S2,KL,2025"
    edits = Edits({("I2", "home"): "ny"}, {("I1", "home"): "a\nb"}, ())
    assert write_edits(old, edits, author="AB", date="2026-01-01") == (
        "\ufeffcase,theme,summary,segments,author,date\r\n"
        'I1,home,"a\nb",S1;S2,AB,2026-01-01\r\nI2,home,ny,,AB,2026-01-01\r\n'
    )


def test_the_digest_sees_past_what_excel_makes_of_line_breaks() -> None:
    """CR LF, and Excel's own escape for CR, are a line feed; a letter is a letter."""
    assert digest("a\r\nb") == digest("a_x000D_\nb") == digest(" a\nb ")
    assert digest("a\nb") != digest("a\nB")


def test_titles_of_sheets_are_those_excel_allows() -> None:
    """At most 31 characters, none of []:*?/\\, and each once whatever its capitals."""
    rows = [
        [f"t{n}", "", name, "", ""] for n, name in enumerate(["a/b" * 12, "A b" * 12, "History"])
    ]
    rows += [[f"u{n}", f"t{n}", "", "", ""] for n in range(3)]
    columns = ["code", "parent", "name_sv", "name_en", "definition"]
    codebook = pd.DataFrame(rows, columns=columns)
    tables = {name: empty_table(name) for name in ("summaries", "sources", "people", "segments")}
    cities = empty_table("cities")
    cities.loc[0] = ["a", "A", *[""] * (len(cities.columns) - 2)]
    data = build_framework({**tables, "codebook": codebook, "cities": cities}, language="sv")
    assert len(data) > 1000
    matrices = list_matrices(codebook, summarised=[], language="sv")
    assert [list(one.themes.values()) for one in matrices] == [["u0"], ["u1"], ["u2"]]


def test_the_example_s_matrix_goes_out_and_back(tmp_path: Path) -> None:
    """Two hundred summaries of fifty cases, as people wrote them."""
    example = Path(__file__).parents[3] / "data" / "example"
    lab = tmp_path / "lab"
    shutil.copytree(example, lab, ignore=shutil.ignore_patterns("raw", "photos", ".cache"))
    (lab / "consent.csv").unlink()
    call(lab, "export")
    edit(lab, **{"N-I07__children": "Ändrad."})
    result = call(lab, "import", "--author", "KL")
    assert (result.exit_code, result.stderr) == (0, "")
    before = (example / "coding/summaries.csv").read_text("utf-8").splitlines()
    after = summaries(lab).splitlines()
    assert [at for at, (x, y) in enumerate(zip(before, after, strict=True)) if x != y] == [1]
