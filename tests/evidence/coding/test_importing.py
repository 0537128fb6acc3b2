"""`labtools import coding`: rows are added to coding/, nothing that is there is touched."""

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from labtools.cli import main
from labtools.evidence.checks import check_folder
from labtools.evidence.schemas import read_rows

TEXT = (
    "Anna: Var bor du?\r\nBo: Här på gården 😀, sedan länge.\r\nAnna: Trivs du?\r\nBo: Ja, bra.\r\n"
)
HEAD = "segment_id,source_id,turn,start,end,quote,turn_hash,code,coder,date,memo\n"


def make_lab(folder: Path, **tables: str) -> Path:
    """A lab with one interview and whatever coding it has."""
    texts = {
        "lab.toml": '[lab]\nname = "Labb"\nlanguage = "sv"\nsynthetic = true\n',
        "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
        "umea,Umeå,2480,,,,,\n",
        "sources.csv": "source_id,city,type,date,file,language,status\n"
        "s1,umea,interview,2019,umea/i1.txt,sv,raw\n",
        "raw/umea/i1.txt": TEXT,
        "people.csv": "person_id,city,role\np1,umea,resident\n",
        "speakers.csv": "source_id,label,person_id,role\ns1,Bo,p1,respondent\n"
        "s1,Anna,,interviewer\n",
        **{f"coding/{name}.csv": text for name, text in tables.items()},
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    return folder


def make_project(path: Path, *chosen: str, codes: str = "", text: str = TEXT) -> Path:
    """A project that counts UTF-16 units with CR LF, as programs on Windows do."""
    selections = []
    for number, words in enumerate(chosen):
        start = len(text[: text.index(words)].encode("utf-16-le")) // 2
        end = start + len(words.encode("utf-16-le")) // 2
        selections.append(
            f'<PlainTextSelection guid="x{number}" name="{words}" startPosition="{start}" '
            f'endPosition="{end}"><Coding guid="k{number}" creatingUser="u" '
            f'creationDateTime="2024-05-06T00:00:00Z"><CodeRef targetGUID="c"/></Coding>'
            "</PlainTextSelection>"
        )
    codes = codes or '<Code guid="c" name="Hemkänsla" isCodable="true"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "project.qde",
            f'<Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="Program 1"><Users>'
            f'<User guid="u" name="Eva Ek"/></Users><CodeBook><Codes>{codes}</Codes></CodeBook>'
            f'<Sources><TextSource guid="t" name="i1" plainTextPath="internal://t.txt">'
            f"{''.join(selections)}</TextSource></Sources></Project>",
        )
        archive.writestr("sources/t.txt", text.encode("utf-8"))
    return path


def run(file: Path, lab: Path) -> Result:
    return CliRunner().invoke(main, ["import", "coding", str(file), "--lab", str(lab)])


def read(lab: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((lab / "coding").glob("*"))}


def test_what_windows_programs_count_lands_in_the_turns(tmp_path: Path) -> None:
    """UTF-16 units and CR LF after an emoji, a stretch over two turns, a lab without coding."""
    lab = make_lab(tmp_path / "lab")
    file = make_project(tmp_path / "p.qdpx", "sedan länge", "Trivs du?\r\nBo: Ja", "Ja, bra.")
    result = run(file, lab)
    assert result.exit_code == 0, result.output
    segments = read_rows(lab / "coding" / "segments.csv", name="segments.csv")
    shown = ["segment_id", "turn", "start", "end", "quote", "code", "coder", "date"]
    assert segments[shown].to_numpy().tolist() == [
        ["Eva_Ek-0001", "2", "17", "28", "sedan länge", "hemkansla", "Eva_Ek", "2024-05-06"],
        ["Eva_Ek-0002-1", "3", "0", "9", "Trivs du?", "hemkansla", "Eva_Ek", "2024-05-06"],
        ["Eva_Ek-0002-2", "4", "0", "2", "Ja", "hemkansla", "Eva_Ek", "2024-05-06"],
        ["Eva_Ek-0003", "4", "0", "8", "Ja, bra.", "hemkansla", "Eva_Ek", "2024-05-06"],
    ]
    told = [line.removeprefix(f"{file}: ") for line in result.stdout.splitlines()]
    assert told == [
        "Program 1: codes 1, texts 1, coded selections 3",
        "positions counted in UTF-16 units, a line break as two (CR LF), no byte-order mark: "
        "1 text, 3 of 3 quotations match",
        "selections over several turns: 1, as 2 segments, one for each turn",
        "added: codes 1, coders 1, segments 4; segments there already: 0",
        "coders added, kind as in coders.csv (correct it there if need be): Eva_Ek",
    ]
    assert check_folder(lab).faults == ()


def test_the_same_file_a_second_time_adds_nothing(tmp_path: Path) -> None:
    lab = make_lab(tmp_path / "lab")
    file = make_project(tmp_path / "p.qdpx", "sedan länge", "Trivs du?\r\nBo: Ja")
    (lab / "raw/umea/i1.txt").write_text(TEXT.replace("sedan", "Sedan"), "utf-8")
    run(file, lab)
    before = read(lab)
    assert set(before) == {"codebook.csv", "coders.csv", "segments.csv", "unplaced.csv"}
    result = run(file, lab)
    assert "added: codes 0, coders 0, segments 0; segments there already: 2" in result.stdout
    assert "not placed: 1 (in coding/unplaced.csv, 0 new)" in result.stdout
    assert read(lab) == before


def test_what_is_there_stays_byte_for_byte(tmp_path: Path) -> None:
    """Quotation marks, line endings, a missing last line break, NFD and odd spaces too."""
    old = {
        "codebook": 'code,parent,name_sv,name_en,definition\r\n"hem",,Hemkänsla ,,"a,\r\nb"\r\n',
        "coders": "coder,kind\nEva_Ek,human",
        "segments": HEAD + "E-7,s1,4,0,2,Ja,,hem,Eva_Ek,,a\u030a\n",
    }
    lab = make_lab(tmp_path / "lab", **old)
    result = run(make_project(tmp_path / "p.qdpx", "sedan länge", "Ja"), lab)
    assert "added: codes 0, coders 0, segments 1; segments there already: 1" in result.stdout
    now = read(lab)
    assert now["codebook.csv"] == old["codebook"].encode()
    assert now["coders.csv"] == old["coders"].encode()
    assert now["segments.csv"].startswith(old["segments"].encode() + b"Eva_Ek-0001,s1,2,17,28,")


def test_a_table_without_the_columns_that_are_filled_gets_them_after_its_own(
    tmp_path: Path,
) -> None:
    head = HEAD.replace(",date,memo", "")
    lab = make_lab(
        tmp_path / "lab",
        codebook="code,parent,name_sv,name_en,definition\nhem,,Hemkänsla,,\n",
        coders="coder,kind\nE,human\n",
        segments=head + 'E-1,s1,4,0,2,"J""a,\n",,hem,E\n',
    )
    run(make_project(tmp_path / "p.qdpx", "sedan länge"), lab)
    lines = (lab / "coding/segments.csv").read_text("utf-8")
    assert lines.startswith(head.strip() + ',date\nE-1,s1,4,0,2,"J""a,\n",,hem,E,\nEva_Ek-0001,')
    assert lines.endswith(",2024-05-06\n")


def test_a_conflict_is_shown_and_nothing_is_overwritten(tmp_path: Path) -> None:
    codebook = (
        "code,parent,name_sv,name_en,definition\nplats,,Plats,,\nhem,plats,Hemkänsla,,Trygghet.\n"
    )
    lab = make_lab(tmp_path / "lab", codebook=codebook)
    about = "<Description>Tillhörighet.</Description>"
    code = f'<Code guid="c" name="HEMKÄNSLA" isCodable="true">{about}</Code>'
    result = run(make_project(tmp_path / "p.qdpx", "Ja", codes=code), lab)
    assert (
        "code hem, definition: Trygghet. in codebook.csv, Tillhörighet. in the file; not changed"
        in result.stdout
    )
    assert (
        "code hem, parent: plats in codebook.csv, nothing in the file; not changed" in result.stdout
    )
    assert (lab / "coding/codebook.csv").read_text("utf-8") == codebook


def test_codes_of_one_name_or_slug_get_a_number_and_keep_it(tmp_path: Path) -> None:
    codes = (
        '<Code guid="a" name="Övrigt" isCodable="true"/><Code guid="b" name="Hem" isCodable="true">'
        '<Code guid="c" name="övrigt" isCodable="true" color="#00ff00"/></Code>'
        '<Code guid="d" name="家" isCodable="true"/>'
    )
    lab = make_lab(tmp_path / "lab")
    file = make_project(tmp_path / "p.qdpx", "Ja", codes=codes)
    result = run(file, lab)
    assert "code övrigt is ovrigt-2, as ovrigt is taken" in result.stdout
    rows = read_rows(lab / "coding" / "codebook.csv", name="codebook.csv")
    assert rows[["code", "parent", "name_sv", "colour"]].to_numpy().tolist() == [
        ["ovrigt", "", "Övrigt", ""],
        ["hem", "", "Hem", ""],
        ["ovrigt-2", "hem", "övrigt", "#00ff00"],
        ["code", "", "家", ""],
    ]
    assert "added: codes 0" in run(file, lab).stdout
    assert "ovrigt-2" in (lab / "coding" / "segments.csv").read_text("utf-8")


def test_the_words_of_one_who_has_withdrawn_are_left_out_of_every_table(tmp_path: Path) -> None:
    lab = make_lab(tmp_path / "lab")
    (lab / "consent.csv").write_text(
        "person_id,participate,quote,photo,archive,guardian,withdrawn_on\np1,yes,yes,,,,2024\n"
    )
    result = run(make_project(tmp_path / "p.qdpx", "Här på gården 😀, sedan"), lab)
    assert "words of people who take no part or have withdrawn, left out: 1" in result.stdout
    assert set(read(lab)) == {"codebook.csv", "coders.csv"}


def test_what_cannot_be_placed_is_listed_with_reason_and_nearest_words(tmp_path: Path) -> None:
    lab = make_lab(tmp_path / "lab")
    (lab / "raw/umea/i1.txt").write_text(TEXT.replace("länge", "lange"), "utf-8")
    result = run(make_project(tmp_path / "p.qdpx", "gården 😀, sedan länge."), lab)
    assert "not placed: 1 (in coding/unplaced.csv, 1 new): 1 the lab's transcript" in result.stdout
    (row,) = read_rows(lab / "coding" / "unplaced.csv", name="u").to_dict("records")
    assert (row["file"], row["source"], row["code"]) == ("p.qdpx", "i1", "hemkansla")
    assert row["quote"] == "gården 😀, sedan länge."
    assert row["reason"] == "the lab's transcript has other words there"
    assert (row["nearest_source_id"], row["nearest_turn"]) == ("s1", "2")
    assert row["nearest_quote"] == "gården 😀, sedan lange."
    assert check_folder(lab).faults == ()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("p.nvpx", "p.nvpx: must have one of the endings .qdpx, .qdc"),
        ("none.qdpx", "none.qdpx: the file must be there to read; found No such file"),
    ],
)
def test_a_file_that_nothing_reads_is_one_line(tmp_path: Path, name: str, told: str) -> None:
    lab = make_lab(tmp_path / "lab")
    result = run(tmp_path / name, lab)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert told in line


def test_a_table_that_is_broken_stops_the_import_before_anything_is_written(
    tmp_path: Path,
) -> None:
    lab = make_lab(tmp_path / "lab", coders="coder,kind\nE,robot\n")
    before = read(lab)
    result = run(make_project(tmp_path / "p.qdpx", "Ja"), lab)
    assert result.exit_code == 2
    assert "coding/coders.csv, row 2, column kind: must be one of human, model" in result.stderr
    assert read(lab) == before


def test_a_lab_with_a_key_gets_raw_words_for_its_offsets_are_of_the_raw_text(
    tmp_path: Path,
) -> None:
    """Without the key at hand as well: nothing is shown, so nothing has to be replaced."""
    lab = make_lab(tmp_path / "lab")
    settings = (lab / "lab.toml").read_text("utf-8")
    (lab / "lab.toml").write_text(settings + "pseudonyms = true\n", "utf-8")
    assert run(make_project(tmp_path / "p.qdpx", "sedan länge"), lab).exit_code == 0
    assert ",sedan länge," in (lab / "coding" / "segments.csv").read_text("utf-8")
