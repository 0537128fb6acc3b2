"""`labtools export coding`: valid for every program, and everything back from it."""

import csv
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from labtools.cli import main
from labtools.evidence.coding.exporting import Exported, export_coding
from labtools.evidence.coding.importing import import_coding
from labtools.evidence.coding.refi import read_refi
from labtools.evidence.coding.refi_writing import write_qdc, write_qdpx
from labtools.evidence.coding.said import Said
from labtools.evidence.schemas import empty_table, read_table
from labtools.evidence.transcripts.transcript import turn_hash
from labtools.faults import BadInput

TEXTS = [
    ("s1", "Anna", "Var bor du?"),
    ("s1", "Bo", "Här på gården 😀, sedan länge. Ja."),
    ("s1", "Anna", "Ja."),
    ("s2", "", "Vi gick q\u0301n gång till torget."),
]
CODEBOOK = [
    {"code": "plats", "name_sv": "Plats", "name_en": "Place", "words": "torg;gård"},
    {
        "code": "hem",
        "parent": "plats",
        "name_sv": "Att höra hemma",
        "definition": "Rad ett.\r\nRad två.",
        "include": "längtan",
        "exclude": "bostadens skick",
        "colour": "#aa00ff",
    },
    {"code": "only_slug", "parent": "plats"},
]
CODERS = [{"coder": "AL", "kind": "human"}, {"coder": "GPT", "kind": "model"}]


def make_said() -> Said:
    turns = pd.DataFrame(TEXTS, columns=["source_id", "label", "text"])
    turns["turn"] = turns.groupby("source_id").cumcount() + 1
    turns["turn_hash"] = turns["text"].map(turn_hash)
    return Said(pd.DataFrame({"source_id": ["s1", "s2"], "file": ["a.txt", "b.txt"]}), turns)


def make_segment(number: int, row: int, first: int, last: int, **cells: str) -> dict[str, str]:
    """A segment of the n-th of TEXTS."""
    source, _, text = TEXTS[row]
    segment = {
        "segment_id": f"AL-{number:04d}",
        "source_id": source,
        "turn": str(row + 1 if source == "s1" else 1),
        "start": str(first),
        "end": str(last),
        "quote": text[first:last].strip(),
        "turn_hash": turn_hash(text),
        "code": "hem",
        "coder": "AL",
    }
    return segment | cells


def write_tables(folder: Path, **tables: list[dict[str, str]]) -> dict[str, pd.DataFrame]:
    """The tables as a lab has them, read as the lab reads them."""
    (folder / "coding").mkdir(parents=True)
    read = {}
    for name, rows in tables.items():
        columns = [*empty_table(name).columns]
        columns += [column for row in rows for column in row if column not in columns]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, dict.fromkeys(columns), restval="", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
        path = folder / "coding" / f"{name}.csv"
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
        read[name] = read_table(path, name, name=name)
    return read


def export(
    folder: Path, segments: list[dict[str, str]]
) -> tuple[Exported, dict[str, pd.DataFrame]]:
    tables = write_tables(folder, codebook=CODEBOOK, coders=CODERS, segments=segments)
    return export_coding(make_said(), tables, lab="Labb", language="sv"), tables


def bring_back(folder: Path, data: bytes) -> dict[str, pd.DataFrame]:
    """What a lab without any coding has after importing a project."""
    path = folder / "p.qdpx"
    path.write_bytes(data)
    lab = folder / "lab"
    lab.mkdir()
    read = read_refi(path, name="p.qdpx")
    import_coding(lab, read, make_said(), file="p.qdpx", language="sv")
    tables = {}
    for name in ("codebook", "coders", "segments"):
        file = lab / "coding" / f"{name}.csv"
        tables[name] = read_table(file, name, name=name) if file.exists() else empty_table(name)
    assert not (lab / "coding" / "unplaced.csv").exists()
    return tables


def same_rows(table: pd.DataFrame) -> list[tuple[tuple[str, str], ...]]:
    """Filled cells, whichever the order of rows and columns."""
    rows = table.astype("object").fillna("").astype("str").to_dict("records")
    return sorted(tuple(sorted((k, v) for k, v in row.items() if v)) for row in rows)


MEMOS = st.text(st.sampled_from("aå ö😀\r\n\"'<&]>;,=\u0301\u0327\u200d\t{}\\"), max_size=12)
DATES = st.sampled_from(["", "2024", "2024-05", "2024-05-06"])


@st.composite
def drawn_segments(draw: st.DrawFn) -> list[dict[str, str]]:
    """Stretches anywhere in the turns, whole turns, whole sources, and what no turn holds."""
    rows = []
    for number in range(draw(st.integers(0, 6))):
        turn = draw(st.integers(0, len(TEXTS) - 1))
        start = draw(st.integers(0, len(TEXTS[turn][2]) - 1))
        end = draw(st.integers(start + 1, len(TEXTS[turn][2])))
        cells = draw(
            st.sampled_from(
                [
                    {},
                    {"quote": ""},
                    {"turn_hash": ""},
                    {"start": "", "end": ""},
                    {"start": "", "end": "", "quote": ""},
                    {"turn": "", "start": "", "end": "", "quote": "", "turn_hash": ""},
                    {"quote": "nya ord", "turn_hash": "0123456789ab"},
                ]
            )
        )
        about = {"code": draw(st.sampled_from(["hem", "plats", "only_slug"]))}
        about |= {"coder": draw(st.sampled_from(["AL", "GPT"])), "date": draw(DATES)}
        rows.append(make_segment(number, turn, start, end, **cells | about, memo=draw(MEMOS)))
    return rows


@settings(max_examples=30)
@given(segments=drawn_segments())
def test_a_lab_s_coding_comes_back_whole_from_its_own_export(
    tmp_path_factory: pytest.TempPathFactory, segments: list[dict[str, str]]
) -> None:
    """Codebook, coders and segments, cell by cell; a second export has the same bytes."""
    folder = tmp_path_factory.mktemp("round")
    exported, tables = export(folder / "lab1", segments)
    data = write_qdpx(exported.project, name="Labb")
    back = bring_back(folder, data)
    for name, table in tables.items():
        assert same_rows(back[name]) == same_rows(table), name
    again = export_coding(make_said(), tables, lab="Labb", language="sv")
    assert write_qdpx(again.project, name="Labb") == data


def test_the_project_is_valid_against_the_schema_of_refi_qda(
    tmp_path: Path, shared_data: Path
) -> None:
    schema = etree.XMLSchema(etree.parse(shared_data / "coding" / "refi-qda.xsd"))
    segments = [
        make_segment(1, 1, 3, 20, memo="Rad\r\ntvå & <tre>", date="2024-05"),
        make_segment(2, 1, 0, 3, date="2024-05-06", coder="GPT"),
        make_segment(3, 3, 0, 2, turn="", start="", end="", quote="", turn_hash=""),
    ]
    exported, _ = export(tmp_path, segments)
    empty = export_coding(
        make_said(),
        {name: empty_table(name) for name in ("codebook", "coders", "segments")},
        lab="Labb",
        language="sv",
    )
    for project in (exported.project, empty.project):
        data = write_qdpx(project, name="Labb")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            schema.assertValid(etree.fromstring(archive.read("project.qde")))


def test_other_programs_find_texts_positions_names_and_nesting(tmp_path: Path) -> None:
    """Read with nothing but lxml: a label and a turn a line, positions in code points."""
    exported, _ = export(tmp_path, [make_segment(1, 1, 7, 15), make_segment(2, 3, 8, 12)])
    with zipfile.ZipFile(io.BytesIO(write_qdpx(exported.project, name="Labb"))) as archive:
        root = etree.fromstring(archive.read("project.qde"))
        texts = {}
        for source in root.iterfind(".//{*}TextSource"):
            member = source.get("plainTextPath").replace("internal://", "sources/")
            texts[source.get("name")] = (source, archive.read(member).decode("utf-8"))
    source, text = texts["s1"]
    assert text == "Anna: Var bor du?\nBo: Här på gården 😀, sedan länge. Ja.\nAnna: Ja.\n"
    (chosen,) = source.iterfind("{*}PlainTextSelection")
    ends = slice(int(chosen.get("startPosition")), int(chosen.get("endPosition")))
    assert (chosen.get("name"), text[ends]) == ("AL-0001", "gården 😀")
    assert [code.get("name") for code in root.iterfind(".//{*}Code")] == [
        "Plats",
        "Att höra hemma",
        "only_slug",
    ]
    code = root.find(".//{*}Code/{*}Code")
    assert code.get("color") == "#aa00ff"
    assert code.findtext("{*}Description") == (
        "Rad ett.\r\nRad två.\n\nTas med: längtan\n\nTas inte med: bostadens skick"
    )


def test_a_codebook_for_other_programs_comes_back_without_a_conflict(tmp_path: Path) -> None:
    exported, _ = export(tmp_path / "lab", [])
    path = tmp_path / "k.qdc"
    path.write_bytes(write_qdc(exported.project))
    read = read_refi(path, name="k.qdc")
    assert read.codes["name"].tolist() == ["Plats", "Att höra hemma", "only_slug"]
    before = (tmp_path / "lab" / "coding" / "codebook.csv").read_bytes()
    imported = import_coding(tmp_path / "lab", read, make_said(), file="k", language="sv")
    assert imported.told == ["added: codes 0, coders 0, segments 0; segments there already: 0"]
    assert (tmp_path / "lab" / "coding" / "codebook.csv").read_bytes() == before


def test_a_selection_moved_in_another_program_is_told_and_the_segment_stays(
    tmp_path: Path,
) -> None:
    """The same id at another place: listed, neither counted twice nor written over."""
    exported, _ = export(tmp_path / "lab", [make_segment(1, 1, 0, 3, date="2024-05")])
    path, moved = tmp_path / "p.qdpx", tmp_path / "moved.qdpx"
    path.write_bytes(write_qdpx(exported.project, name="Labb"))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(moved, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b'endPosition="25"', b'endPosition="28"')
            new.writestr(name, data)
    lab = tmp_path / "lab"
    before = (lab / "coding" / "segments.csv").read_bytes()
    read = read_refi(moved, name="moved.qdpx")
    imported = import_coding(lab, read, make_said(), file="moved.qdpx", language="sv")
    (row,) = imported.added["unplaced"]
    assert row["reason"] == "segments.csv has another segment AL-0001"
    assert row["quote"] == "Här på"
    assert (lab / "coding" / "segments.csv").read_bytes() == before


def test_a_kept_segment_of_another_lab_is_listed_not_added(tmp_path: Path) -> None:
    """What stood in no turn comes back as it was, but only to a lab that has its source."""
    exported, _ = export(tmp_path / "lab", [make_segment(1, 1, 0, 3, quote="gamla ord")])
    path, other = tmp_path / "p.qdpx", tmp_path / "other"
    path.write_bytes(write_qdpx(exported.project, name="Labb"))
    other.mkdir()
    turns = make_said().turns.query("source_id == 's2'")
    said = Said(pd.DataFrame({"source_id": ["s2"], "file": ["b.txt"]}), turns)
    read = read_refi(path, name="p.qdpx")
    imported = import_coding(other, read, said, file="p.qdpx", language="sv")
    assert imported.added["segments"] == []
    (row,) = imported.added["unplaced"]
    assert (row["source"], row["quote"]) == ("s1", "gamla ord")
    assert row["reason"] == "its source or its code is not in the lab"


def test_what_xml_cannot_hold_is_one_line(tmp_path: Path) -> None:
    exported, _ = export(tmp_path, [make_segment(1, 1, 0, 3, memo="a\x0bb")])
    with pytest.raises(BadInput, match=r"coding/segments.csv: must be without control characters"):
        write_qdpx(exported.project, name="Labb")


def test_segments_of_turns_that_may_not_be_used_are_left_out_and_told(tmp_path: Path) -> None:
    segments = [make_segment(1, 1, 0, 3, turn="9"), make_segment(2, 1, 0, 3, quote="gamla ord")]
    exported, _ = export(tmp_path, segments)
    assert exported.project.selections.empty
    assert list(exported.project.kept["segments"]) == ["AL-0002"]
    assert [line.rpartition(": ")[2] for line in exported.told] == ["1", "1"]


def _call(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["export", "coding", *arguments])


def test_the_command_writes_once_says_that_words_are_raw_and_overwrites_nothing(
    tmp_path: Path, root: Path
) -> None:
    """The example lab: of its segments, those of one who has withdrawn are not in the file."""
    lab, file = str(root / "data" / "example"), tmp_path / "lab.qdpx"
    result = _call(str(file), "--lab", lab)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].endswith("take no part or have withdrawn, left out: 49")
    assert lines[1] == f"{file}: it holds raw words, names too: keep it among the researchers"
    before = file.read_bytes()
    result = _call(str(file), "--lab", lab)
    assert result.exit_code == 2
    assert result.stderr == (
        f"{file}: must be a file that is not there yet; found one; name another\n"
    )
    assert file.read_bytes() == before
    result = _call(str(tmp_path / "x.docx"), "--lab", lab, "--format", "qdc")
    assert "must have the ending .qdpx or .qdc" in result.stderr
