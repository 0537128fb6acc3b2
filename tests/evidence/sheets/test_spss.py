"""A damaged SPSS file becomes one line, even where it would take Python down with it."""

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from labtools.evidence.sheets import spss
from labtools.evidence.sheets.spss import load_sav
from labtools.evidence.sheets.tabular import read_sheet
from labtools.faults import BadInput


@pytest.mark.parametrize("position", [250, 323])
def test_a_file_that_fells_its_reader_is_refused(
    shared_data: Path, tmp_path: Path, position: int
) -> None:
    file = {250: "labelled-num.sav", 323: "umlauts.sav"}[position]
    content = bytearray((shared_data / "surveys" / "spss" / file).read_bytes())
    content[position] = 255 if position == 250 else 128
    path = tmp_path / "a.sav"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"^raw/a\.sav: the file must be a whole SPSS file; found"):
        read_sheet(path, name="raw/a.sav")


@pytest.mark.parametrize(
    ("child", "said"),
    [
        ("import os; os.abort()", "found a part that stops its reader"),
        ("import time; time.sleep(9)", "found a part that is not read after 0.2 s"),
    ],
)
def test_whatever_ends_the_reader_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str, said: str
) -> None:
    monkeypatch.setattr(spss, "_CHILD", child)
    monkeypatch.setattr(spss, "MOST_SECONDS", 0.2 if "sleep" in child else 60)
    with pytest.raises(BadInput, match=said):
        load_sav(tmp_path / "a.sav", name="a.sav")


def test_letters_survive_in_names_of_files_and_in_answers(tmp_path: Path) -> None:
    path = tmp_path / "enkät åäö.sav"
    table = pd.DataFrame({"svar": ["Å", "ö"], "nr": [1.0, 2.0]})
    pyreadstat.write_sav(table, str(path), variable_value_labels={"nr": {1.0: "hög", 2.0: "låg"}})
    sheet = read_sheet(path, name=path.name)
    assert sheet.cells["svar"].tolist() == ["Å", "ö"]
    assert sheet.labels["nr"] == {"1": "hög", "2": "låg"}


def test_a_variable_whose_name_is_damaged_is_no_column_without_name(tmp_path: Path) -> None:
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"svar": [1.0], "nr": [1.0]}), str(path))
    content = path.read_bytes()
    assert content.count(b"NR      ") == 1
    path.write_bytes(content.replace(b"NR=nr", b"NR=\x80r"))
    with pytest.raises(BadInput, match="found a name that cannot be read, or stands twice"):
        load_sav(path, name="a.sav")
