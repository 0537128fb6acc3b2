"""Tables of coded segments and of codes: which columns are known, and what is told of the rest."""

from pathlib import Path

import openpyxl
import pytest

from labtools.evidence.coding.coded_tables import read_coded_table
from labtools.evidence.coding.project import CodingProject
from labtools.faults import BadInput

EXAMPLE = Path(__file__).parents[3] / "data" / "example" / "coding"


def read(folder: Path, *rows: list[object]) -> CodingProject:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "x.xlsx")
    return read_coded_table(folder / "x.xlsx", name="x.xlsx")


def tell(project: CodingProject) -> list[list[object]]:
    columns = ["text", "quote", "code", "coder", "date", "memo", "id"]
    return project.selections[columns].to_numpy().tolist()


def test_maxqda_s_coded_segments_bring_the_tree_of_codes(tmp_path: Path) -> None:
    """A code is its path; a day in another order than ISO could be two days, and is left out."""
    header = ["Color", "Comment", "Document group", "Document name", "Code", "Beginning", "End"]
    header += ["Weight score", "Segment", "Modified by", "Modified on"]
    row = ["●", "tanke", "Grupp", "I1", "Hem > Trygghet", 3, 4, 0, "Jag är rädd.", "AL"]
    project = read(tmp_path, header, [*row, "05/06/2018 10:00"], [*row, "2018-05-06 10:00:00"])
    assert project.program == "MAXQDA"
    assert project.codes[["key", "parent", "name"]].to_numpy().tolist() == [
        ["Hem", "", "Hem"],
        ["Hem > Trygghet", "Hem", "Trygghet"],
    ]
    told = ["I1", "Jag är rädd.", "Hem > Trygghet", "AL"]
    assert tell(project) == [[*told, "", "tanke", ""], [*told, "2018-05-06", "tanke", ""]]
    assert project.selections[["start", "end"]].isna().all(axis=None)
    assert project.warnings == ("dates not in the form 2018-05-14, left out: 1 (row 2)",)


def test_atlas_ti_s_quotations_are_a_row_for_each_of_their_codes(tmp_path: Path) -> None:
    """Its ids are of one project only: as names of segments they would not last."""
    project = read(
        tmp_path,
        ["Project: Labbet"],
        ["ID", "Quotation Name", "Document", "Quotation Content", "Comment", "Codes"],
        ["1:1", "", "I1", "Hej", "", "hem\ntrygghet"],
        ["1:2", "", "I1", "Nej", "", "hem"],
    )
    assert project.program == "ATLAS.ti"
    assert [(row[1], row[2], row[6]) for row in tell(project)] == [
        ("Hej", "hem", ""),
        ("Hej", "trygghet", ""),
        ("Nej", "hem", ""),
    ]


def test_nvivo_s_paths_begin_below_their_root(tmp_path: Path) -> None:
    """Nodes or Codes is no code that anybody made."""
    header = ["Hierarchical Name", "File Name", "Coded Text", "Coded By Initials"]
    project = read(tmp_path, header, ["Nodes\\\\Hem\\Trygghet", "I1", "Hej", "AL"])
    assert project.codes["key"].tolist() == ["Hem", "Hem > Trygghet"]
    assert tell(project) == [["I1", "Hej", "Hem > Trygghet", "AL", "", "", ""]]


def test_taguette_s_highlights_and_codebook_are_known(tmp_path: Path) -> None:
    """Its two exports, as Taguette 1.5.2 writes them."""
    path = tmp_path / "all_tags.csv"
    rows = "1,i.docx,hem,Hej å\n1,i.docx,trygghet,Hej å\n2,i.docx,hem,Nej\n"
    path.write_text(f"id,document,tag,content\n{rows}", encoding="utf-8")
    project = read_coded_table(path, name="x")
    assert project.program == "Taguette"
    assert [(row[0], row[1], row[2], row[6]) for row in tell(project)] == [
        ("i.docx", "Hej å", "hem", ""),
        ("i.docx", "Hej å", "trygghet", ""),
        ("i.docx", "Nej", "hem", ""),
    ]
    header = ["tag", "description", "number of highlights", "number of documents"]
    codes = read(tmp_path, header, ["hem", "Att höra hemma", 2, 1], ["hem.ute", "", 1, 1])
    assert codes.codes[["name", "definition"]].to_numpy().tolist() == [
        ["hem", "Att höra hemma"],
        ["hem.ute", ""],
    ]
    assert (len(codes.selections), len(codes.texts)) == (0, 0)


def test_a_table_in_plain_swedish_is_read_with_semicolons(tmp_path: Path) -> None:
    """As Excel in Swedish saves it, in its own encoding."""
    path = tmp_path / "x.csv"
    path.write_bytes("Källa;Kod;Citat;Kodad av\nI1;hem;Jag hör hemma, här;AL\n".encode("cp1252"))
    project = read_coded_table(path, name="x.csv")
    assert tell(project) == [["I1", "Jag hör hemma, här", "hem", "AL", "", "", ""]]
    assert project.texts.to_numpy().tolist() == [["I1", "I1", None]]


def test_the_lab_s_own_tables_are_known() -> None:
    """segments.csv keeps every row and id, codebook.csv its tree."""
    segments = read_coded_table(EXAMPLE / "segments.csv", name="segments.csv")
    lines = (EXAMPLE / "segments.csv").read_text("utf-8").splitlines()
    assert segments.program == "labtools"
    assert [lines[0].split(",")[0], *segments.selections["id"]] == [
        line.split(",")[0] for line in lines
    ]
    codes = read_coded_table(EXAMPLE / "codebook.csv", name="codebook.csv").codes
    under = codes.set_index("key")["parent"]
    assert (under["belonging"], under["safety"]) == ("", "belonging")


def test_renamed_columns_are_one_line_with_those_found_and_those_needed(tmp_path: Path) -> None:
    """Nothing is guessed from what the cells look like."""
    with pytest.raises(BadInput) as error:
        read(tmp_path, ["Dok.", "Tagg", "Innehåll"], ["I1", "hem", "Hej"])
    assert str(error.value) == (
        "x.xlsx: must have columns for the source, the quotation and the code of each row; found "
        "the columns Dok., Tagg, Innehåll; name the columns source_id, quote and code"
    )


def test_rows_that_lack_something_are_told_with_their_numbers(tmp_path: Path) -> None:
    """Left out, never in silence; a blank heading is no fault."""
    header = ["Källa", "Kod", "Citat", ""]
    rows = [["I1", "", "Hej", "x"], ["", "hem", "Hej", ""], ["I1", "hem", "", ""]]
    project = read(tmp_path, header, *rows, ["I1", "hem", "Nej", ""])
    assert [row[1] for row in tell(project)] == ["Nej"]
    assert project.warnings == (
        "rows without a code, left out: 1 (row 2)",
        "rows without a source, left out: 1 (row 3)",
        "rows without a quotation, left out: 1 (row 4)",
    )


def test_a_tree_that_bites_its_tail_and_a_code_named_twice_are_told(tmp_path: Path) -> None:
    """Both codes are kept, at the top."""
    header = ["Kod", "Överordnad kod", "Definition"]
    project = read(tmp_path, header, ["a", "b", "x"], ["b", "a", "y"], ["b", "a", "y"])
    assert project.codes[["key", "parent"]].to_numpy().tolist() == [["a", ""], ["b", ""]]
    assert project.warnings == (
        "codes under a code that is not there, put at the top: a, b",
        "rows with a code named above, taken as one: 1 (row 4)",
    )


def test_a_table_with_its_headings_alone_is_a_line(tmp_path: Path) -> None:
    """An export that went wrong, most likely."""
    with pytest.raises(BadInput, match="must have a row below its headings; found none"):
        read(tmp_path, ["Källa", "Kod", "Citat"])
