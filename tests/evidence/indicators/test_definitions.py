"""`labtools import table`: figures and their definitions, both or neither."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from labtools.cli import main
from labtools.evidence.schemas import read_table

TABLE = "kommun;år;skatt;folk\n114;2022;19,42;\n114;2021;19,4;1\n0115;2022;19;2\n"


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    folder.mkdir()
    (folder / "lab.toml").write_text('[lab]\nname = "L"\nlanguage = "sv"\n', encoding="utf-8")
    cities = "city,name,municipality_code,company,lab,target_group,start,end\na,A,0114,,,,,\n"
    (folder / "cities.csv").write_text(cities, encoding="utf-8")
    header = "source_id,city,type,date,file,language,status\n"
    (folder / "sources.csv").write_text(header, encoding="utf-8")
    return folder


def run(lab: Path, text: str, *more: str) -> Result:
    file = lab.parent / "skatt.csv"
    file.write_text(text, encoding="utf-8")
    keys = ["--region", "kommun", "--period", "år", "--provider", "scb"]
    return CliRunner().invoke(main, ["import", "table", str(file), "--lab", str(lab), *keys, *more])


def test_figures_definitions_and_what_was_done_are_told(lab: Path) -> None:
    result = run(lab, TABLE, "--source", "SCB, hämtad 2026")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line.split(": ", 1)[1] for line in result.stdout.splitlines()]
    assert lines == [
        "utf-8, columns parted by ';', decimals after a comma",
        "1 code repaired, in 2 rows: 114 → 0114",
        "without a row, 1 of 4 pairs of municipality and period: 0115 Vallentuna in 2021",
        "6 rows of context/indicators.csv written, 0 in place of earlier ones, "
        "1 without a value: 2 indicators, 2 places, 2 periods",
    ]
    figures = read_table(lab / "context" / "indicators.csv", "indicators", name="x")
    assert figures["value"].fillna(-1).tolist() == [19.42, 19.4, 19, -1, 1, 2]
    told = (lab / "context" / "definitions.csv").read_text("utf-8").splitlines()
    assert told[1:] == [
        'scb,skatt,skatt,,,,"SCB, hämtad 2026"',
        'scb,folk,folk,,,,"SCB, hämtad 2026"',
    ]


def test_a_corrected_file_takes_the_place_of_the_first(lab: Path) -> None:
    run(lab, TABLE)
    path = lab / "context" / "definitions.csv"
    edited = path.read_text("utf-8").replace("scb,skatt,skatt", "scb,skatt,Skattesats")
    path.write_text(edited, encoding="utf-8")
    result = run(lab, TABLE.replace("19,42", "19,43"), "--source", "SCB")
    assert "6 rows of context/indicators.csv written, 6 in place of" in result.stdout
    assert path.read_text("utf-8") == edited
    figures = read_table(lab / "context" / "indicators.csv", "indicators", name="x")
    assert figures["value"].fillna(-1).tolist() == [19.43, 19.4, 19, -1, 1, 2]


@pytest.mark.parametrize("broken", ["indicators", "definitions", "file", "source"])
def test_where_anything_is_wrong_both_files_stay_as_they_were(lab: Path, broken: str) -> None:
    run(lab, TABLE, "--source", "SCB")
    folder = lab / "context"
    if broken in ("indicators", "definitions"):
        path = folder / f"{broken}.csv"
        path.write_text(path.read_text("utf-8") + ",,,,,,,,,,,\n,x,,,,,", encoding="utf-8")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    text = TABLE.replace("19,4;", "hög;") if broken == "file" else TABLE.replace("folk", "barn")
    result = run(lab, text, "--source", "Kolada" if broken == "source" else "SCB")
    assert result.exit_code == 2
    said = {
        "file": "row 3, column skatt: must be a number",
        "source": "row 2, column source: skatt must have one source; found 'SCB' there, 'Kolada'",
    }
    assert said.get(broken, f"context/{broken}.csv, row ") in result.stderr
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--indicator", "skatt"), "write COLUMN=CODE"),
        (("--indicator", "skatt="), "write COLUMN=CODE"),
        (("--indicator", "skatt=A", "--indicator", "skatt=B"), "skatt is named twice"),
        (("--provider", " "), "write who made the figures"),
    ],
)
def test_options_that_do_not_fit_are_refused(lab: Path, more: tuple[str, ...], said: str) -> None:
    result = run(lab, TABLE, *more)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (lab / "context").exists()


def test_a_column_gets_the_name_asked_for(lab: Path) -> None:
    result = run(lab, TABLE, "--indicator", "skatt=N00900")
    assert "left out, not asked for: folk" in result.stdout
    told = (lab / "context" / "definitions.csv").read_text("utf-8").splitlines()
    assert told[1:] == ["scb,N00900,skatt,,,,"]
