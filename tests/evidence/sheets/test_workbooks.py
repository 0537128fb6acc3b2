"""Excel's first sheet becomes the cells that Excel shows, or one line that says why not."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from labtools.evidence.sheets import workbooks
from labtools.evidence.sheets.tabular import read_sheet
from labtools.faults import BadInput

HEADER = ["nr", "svar", "dag"]


def save(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.create_sheet("Annat").append(["inte", "detta"])
    book.save(path)
    return path


def change(path: Path, old: bytes, new: bytes) -> Path:
    """The same workbook with other bytes in its first sheet."""
    whole = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in whole.namelist():
            data = whole.read(member)
            if member == "xl/worksheets/sheet1.xml":
                assert old in data
                data = data.replace(old, new)
            archive.writestr(member, data)
    return path


def fault_of(path: Path) -> str:
    with pytest.raises(BadInput) as refused:
        read_sheet(path, name=f"raw/{path.name}")
    (fault,) = refused.value.faults
    assert fault.file == f"raw/{path.name}"
    return str(fault)


def test_cells_are_written_as_answers_are(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        HEADER,
        [1.0, "A\u030alder ", dt.datetime(2018, 5, 14)],
        [None, None, None],
        [2.5, True, dt.datetime(2018, 5, 14, 10, 30)],
        [10**12, None, dt.time(9, 5)],
    ]
    sheet = read_sheet(save(tmp_path / "a.xlsx", rows), name="a.xlsx")
    assert sheet.cells.columns.tolist() == HEADER
    assert sheet.cells.index.tolist() == [2, 4, 5]
    assert sheet.cells.to_numpy().tolist() == [
        ["1", "Ålder", "2018-05-14"],
        ["2.5", "TRUE", "2018-05-14T10:30:00"],
        ["1000000000000", "", "09:05:00"],
    ]


def test_a_formula_is_its_value(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["nr", "summa"], [1, "=A2+3"], [2, "=A3+3"]])
    assert "row 2, column B: a formula must have a value; found none" in fault_of(path)
    change(path, b"<f>A2+3</f><v></v>", b"<f>A2+3</f><v>4</v>")
    cells = read_sheet(path, name="a.xlsx").cells
    assert cells["summa"].tolist() == ["4", ""]


def test_headers_are_told_apart_and_no_answer_is_without_one(tmp_path: Path) -> None:
    twice = fault_of(save(tmp_path / "a.xlsx", [["svar", "svar"], [1, 2]]))
    assert "row 1: each column must have its own name; found 'svar' 2 times" in twice
    beside = fault_of(save(tmp_path / "b.xlsx", [["svar"], [1], [1, "ja"]]))
    assert "row 3" in beside
    assert "found 'ja' in column 2 without one" in beside
    assert "must hold answers" in fault_of(save(tmp_path / "c.xlsx", [["svar"]]))


def test_bombs_and_document_types_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, [1, 2, 3]])
    typed = change(save(tmp_path / "b.xlsx", [HEADER]), b"<worksheet", b"<!DOCTYPE a><worksheet")
    assert "free of document types" in fault_of(typed)
    long = change(save(tmp_path / "c.xlsx", [[1]]), b"</row>", b"<c/>" * 100_000 + b"</row>")
    assert "found more than 100,000 parts at one place in xl/worksheets" in fault_of(long)
    monkeypatch.setattr(workbooks, "MOST_CELLS", 5)
    assert "at most 5 cells" in fault_of(path)
    monkeypatch.setattr(workbooks, "MOST_BYTES", 500)
    assert "MB, unpacked" in fault_of(path)
