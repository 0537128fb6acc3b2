"""Every file that others wrote is read rightly, by another reading of it, or refused in one line.

No file is named but where somebody has published what is in it: the folder is walked.
"""

import csv
import html
import io
import re
import shutil
from collections import Counter
from pathlib import Path
from unicodedata import normalize
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

import pandas as pd
import pytest

from labtools.evidence.checks import check_folder
from labtools.evidence.sheets import tabular
from labtools.evidence.sheets.tabular import Sheet, read_sheet
from labtools.evidence.transcripts import transcript as transcripts
from labtools.evidence.transcripts.subtitles import FORMATS as SUBTITLES
from labtools.evidence.transcripts.transcript import read_transcript
from labtools.faults import BadInput, Fault

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TIMES = re.compile(
    r"\s*((?:\d+:)?\d\d:\d\d[.,]\d{3})\s+-->\s+((?:\d+:)?\d\d:\d\d[.,]\d{3})(?:\s|$)"
)
UNSEEN = dict.fromkeys(map(ord, "\u200b\u202a\u202b\u202c\u202d\u202e\ufeff"))


def walk(folder: Path, *suffixes: str) -> list[Path]:
    """The files below a folder, of some suffixes or all, in order."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if not suffixes or path.suffix.lower() in suffixes]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", normalize("NFC", text).translate(UNSEEN))


def read_turns(path: Path) -> tuple[pd.DataFrame | None, tuple[Fault, ...]]:
    try:
        return read_transcript(path, source_id="a"), ()
    except BadInput as error:
        return None, error.faults


def read_cells(path: Path) -> tuple[Sheet | None, tuple[Fault, ...]]:
    try:
        return read_sheet(path, name=path.name), ()
    except BadInput as error:
        return None, error.faults


def seconds(time: str) -> float:
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def cues_of(path: Path) -> list[tuple[float, float, str]] | None:
    """Start, end and words of each cue by another way than the reader's; None where it has faults.

    Line by line: a time begins a cue, a blank line ends it, and between them stands its text.
    """
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    if path.suffix == ".vtt" and not lines[0].startswith("WEBVTT"):
        return None
    cues: list[tuple[float, float, str]] = []
    inside = aside = False
    above = ""
    for number, line in enumerate([*lines, ""]):
        times = TIMES.match(line)
        begins = number == 0 or not lines[number - 1].strip()
        if begins and not times:
            aside = bool(re.match(r"WEBVTT|NOTE|STYLE|REGION", line)) and path.suffix == ".vtt"
        if times:
            cues.append((seconds(times[1]), seconds(times[2]), ""))
            inside, aside, above = True, False, ""
        elif not line.strip():
            if above and not above.isdigit():
                return None
            inside, above = False, ""
        elif inside:
            plain = re.sub(r"<[^>]*>", "", line)
            plain = html.unescape(plain) if path.suffix == ".vtt" else plain
            cues[-1] = (*cues[-1][:2], f"{cues[-1][2]} {plain}")
        elif "-->" in line and not aside:
            return None
        elif not aside:
            above = f"{above} {line}".strip()
    filled = [cue for cue in cues if words(cue[2])]
    return filled or None


def test_subtitles_keep_every_word_and_every_time_or_are_refused(shared_data: Path) -> None:
    counts: Counter[str] = Counter()
    for path in walk(shared_data, *SUBTITLES):
        turns, faults = read_turns(path)
        cues = cues_of(path)
        counts["read" if cues else "refused"] += 1
        if turns is None:
            assert cues is None, path.name
            assert len(faults) == 1, path.name
            assert str(faults[0]).startswith((f"{path.name}:", f"{path.name},"))
            continue
        assert cues is not None, path.name
        assert [word for text in turns["text"] for word in words(text)] == [
            word for _, _, text in cues for word in words(text)
        ], path.name
        assert turns["start_seconds"].iloc[0] == pytest.approx(cues[0][0])
        assert turns["end_seconds"].iloc[-1] == pytest.approx(cues[-1][1])
        assert set(turns["start_seconds"].round(3)) <= {round(cue[0], 3) for cue in cues}
    assert counts["read"] > counts["refused"] > 0


def test_newsreels_have_swedish_letters_and_no_speaker(shared_data: Path) -> None:
    newsreels = walk(shared_data / "transcripts" / "swedish_srt")
    turns = pd.concat([read_transcript(path, source_id=path.stem) for path in newsreels])
    assert turns["source_id"].nunique() == len(newsreels) == 40
    raw = b"".join(path.read_bytes() for path in newsreels).decode("utf-8")
    text = "".join(turns["text"])
    assert {letter: text.count(letter) for letter in "åäöÅÄÖ"} == {
        letter: raw.count(letter) for letter in "åäöÅÄÖ"
    }
    assert min(text.count(letter) for letter in "åäö") > 500
    assert (turns["label"] == "").all()


def text_of(path: Path) -> str | None:
    """All words of a document by another way than the reader's; None where it is to be refused."""
    data = path.read_bytes()
    if data.startswith(b"{\\rtf"):
        plain = re.sub(rb"\\'(..)", lambda code: bytes.fromhex(code[1].decode()), data)
        return re.sub(r"\\[a-z]+\d* ?|[{}]", " ", plain.decode("cp1252"))
    if path.suffix == ".txt":
        return data.decode("utf-8")
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            xml = archive.read("word/document.xml")
    except BadZipFile:
        return None
    if b"<!DOCTYPE" in xml:
        return None
    return " ".join(part.text or "" for part in ElementTree.fromstring(xml).iter(f"{W}t"))


def test_documents_keep_every_word_or_are_refused(shared_data: Path) -> None:
    files = walk(shared_data, ".docx", ".txt", ".odt", ".rtf", ".pdf")
    for path in files:
        turns, faults = read_turns(path)
        text = text_of(path)
        if turns is None:
            assert (text, len(faults)) == (None, 1), path.name
            assert str(faults[0]).startswith(f"{path.name}: ")
        else:
            assert text is not None, path.name
            said = " ".join(turns["label"] + " " + turns["text"])
            assert words(said) == words(text), path.name
            assert turns["label"].str.startswith("Intervjuare").any(), path.name
            assert len(turns) >= 2, path.name
    assert len(files) > 5


def records_of(path: Path) -> list[list[str]] | None:
    """A CSV file's records by another way than the reader's; None where it is to be refused."""
    data = path.read_bytes()
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16"}
    encoding = next((marks[mark] for mark in marks if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    delimiter = delimiter if first.count(delimiter) else "\t"
    records = [
        [normalize("NFC", cell).strip() for cell in record]
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    ]
    records = [record for record in records if any(record)]
    named = [column for record in records[:1] for column in record if column]
    if not records[1:] or len(set(named)) < len(named):
        return None
    return records if len({len(record) for record in records}) == 1 else None


def test_tables_keep_every_cell_or_are_refused(shared_data: Path) -> None:
    counts: Counter[str] = Counter()
    for path in walk(shared_data, ".csv"):
        sheet, faults = read_cells(path)
        records = records_of(path)
        counts["read" if records else "refused"] += 1
        if sheet is None:
            assert records is None, path.name
            assert len({fault.row for fault in faults}) == len(faults) > 0
            assert all(fault.file == path.name for fault in faults)
            continue
        assert records is not None, path.name
        columns = [number for number, name in enumerate(records[0]) if name]
        kept = [[record[number] for number in columns] for record in records]
        assert sheet.cells.columns.tolist() == kept[0], path.name
        assert sheet.cells.to_numpy().tolist() == kept[1:], path.name
    assert counts["read"] > counts["refused"] > 0


def lss_rows(path: Path, table: str) -> list[dict[str, str]]:
    rows = ElementTree.parse(path).getroot().findall(f"{table}/rows/row")
    return [{cell.tag: cell.text or "" for cell in row} for row in rows]


def test_limesurvey_answers_are_the_codes_of_their_questions(shared_data: Path) -> None:
    """The survey's own structure says which question has which codes and parts."""
    folder = shared_data / "surveys" / "limesurvey"
    (lss,) = walk(folder, ".lss")
    cells = read_sheet(folder / "raw_data_anonymized.csv", name="raw").cells
    parents = {row["qid"]: row["title"] for row in lss_rows(lss, "questions")}
    codes: dict[str, set[str]] = {title: set() for title in parents.values()}
    for row in lss_rows(lss, "answers"):
        codes[parents[row["qid"]]].add(row["code"])
    parts = [
        f"{parents[row['parent_qid']]}[{row['title']}]" for row in lss_rows(lss, "subquestions")
    ]
    assert set(parts) == {column for column in cells if "[" in column}
    coded = [column for column in cells if codes.get(column.split("[")[0])]
    assert len(coded) == 6 + len(parts) - 1
    for column in coded:
        assert set(cells[column]) - {""} <= codes[column.split("[")[0]], column


def test_limesurvey_answers_are_those_of_the_authors_clean_table(shared_data: Path) -> None:
    """281 of 296 people, and every answer of theirs."""
    folder = shared_data / "surveys" / "limesurvey"
    raw = read_sheet(folder / "raw_data_anonymized.csv", name="raw").cells.set_index("id")
    clean = read_sheet(folder / "clean_data.csv", name="clean").cells.set_index("id")
    assert (len(raw), len(clean)) == (296, 281)
    names = {
        "SAMonteroPublic": "SAMontero[ComfortPublic]",
        "SAMonteroHome": "SAMontero[ComfortPrivate]",
    }
    for column in clean:
        if re.match(r"[LA][A-Z]", column):
            kind = {"L": "LocationsRico", "A": "AudiencesRico"}[column[0]]
            names[column] = f"{kind}[{column[1:].lower()}]"
    plain = {name: name for name in ("SAPearson", "SAKoelle", "ConfidenceKoelle", "Gender", "Age")}
    for column, source in {**names, **plain}.items():
        assert raw.loc[clean.index, source].tolist() == clean[column].tolist(), column
    assert len(names) + len(plain) == len(clean.columns) - 2


def test_carpentries_answers_are_those_of_their_key(shared_data: Path) -> None:
    folder = shared_data / "surveys" / "carpentries"
    tables = [path for path in walk(folder, ".csv") if "no-open" in path.name]
    sheets = [read_sheet(path, name=path.name).cells for path in tables]
    assert {len(cells) for cells in sheets} == {87}
    answers = pd.concat(sheets, axis=1)
    key = read_sheet(folder / "2020-12-longterm-answer-key.csv", name="key").cells
    asked = set(key["column"]) & set(answers.columns)
    assert {"occupation", "domain", "ethnicity", "workshop_attended_content"} <= asked
    for column in asked:
        verbatim = set(key.loc[key["column"] == column, "verbatim"])
        chosen = {part for cell in answers[column] for part in cell.split(";")}
        assert len(chosen & verbatim) > 1, column
        assert chosen - verbatim <= {"NA", "Other"}, column


# What haven's own tests (tests/testthat/test-haven-spss.R) and the files' names say of them.
HAVEN: dict[str, tuple[dict[str, list[str]], dict[str, dict[str, str]]]] = {
    "datetime.sav": (
        {"date": ["2014-09-22", "2014-09-23"], "time": ["43870.09", "57560.01"]},
        {},
    ),
    "labelled-num.sav": ({"VAR00002": ["1"]}, {"VAR00002": {"1": "This is one"}}),
    "labelled-num-na.sav": ({"VAR00002": ["1", "9"]}, {"VAR00002": {"1": "This is one"}}),
    "labelled-str.sav": ({"gender": ["M", "F"]}, {"gender": {"F": "Female", "M": "Male"}}),
    "umlauts.sav": (
        {"var1": ["1", "2", "1", "3"]},
        {"var1": {"1": "the ä umlaut", "2": "the ü umlaut", "3": "the ö umlaut"}},
    ),
    "variable-label.sav": ({"sex": ["1"]}, {"sex": {"1": "female"}}),
}


def test_spss_files_hold_what_haven_finds_in_them(shared_data: Path) -> None:
    files = walk(shared_data / "surveys", ".sav")
    assert {path.name for path in files} == set(HAVEN)
    for path in files:
        sheet = read_sheet(path, name=path.name)
        cells, labels = HAVEN[path.name]
        assert {column: sheet.cells[column].tolist() for column in cells} == cells
        assert sheet.labels == labels
        missing = {"VAR00002": {"9"}} if path.name == "labelled-num-na.sav" else {}
        assert {column: codes for column, codes in sheet.user_missing.items() if codes} == missing
        if path.name == "datetime.sav":
            assert sheet.cells["date.posix"].tolist()[1] == "2014-09-23T15:59:20"
        if path.name == "variable-label.sav":
            assert sheet.questions == {"sex": "Gender"}


def test_a_format_that_nobody_reads_is_refused_by_both_readers(shared_data: Path) -> None:
    known = {*transcripts.FORMATS, *tabular.FORMATS}
    others = [path for path in walk(shared_data) if path.suffix.lower() not in known]
    assert {".qdpx", ".xsd", ".conllu"} <= {path.suffix for path in others}
    for path in others:
        for read in (read_turns, read_cells):
            _, (fault,) = read(path)
            assert str(fault).startswith(f"{path.name}: ")
            assert "ends in one of" in str(fault)
            assert f"found {path.suffix}" in str(fault)


HEADER = "city,name,municipality_code,company,lab,target_group,start,end\n"


def lay_raw(folder: Path, files: list[Path]) -> dict[str, Path]:
    """A lab whose interviews are the given files, by their names in raw/."""
    (folder / "cities.csv").write_text(f"{HEADER}umea,Umeå,2480,,,,,\n", encoding="utf-8")
    rows = ["source_id,city,type,date,file,language,status"]
    laid = {}
    for number, path in enumerate(files):
        name = f"umea/interview/{number}_{path.name}"
        rows.append(f"s{number},umea,interview,,{name},sv,raw")
        target = folder / "raw" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        laid[normalize("NFC", name)] = path
    (folder / "sources.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return laid


def test_the_check_of_a_lab_names_each_interview_that_cannot_be_read(
    shared_data: Path, tmp_path: Path
) -> None:
    """Every file as an interview in raw/, also those that are none."""
    laid = lay_raw(tmp_path, walk(shared_data))
    lines = [str(fault) for fault in check_folder(tmp_path).faults]
    told = {name: [line for line in lines if name in line] for name in laid}
    assert sum(map(len, told.values())) == len(lines)
    for name, path in laid.items():
        turns, _ = read_turns(path)
        assert len(told[name]) == (turns is None), name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cities.csv", "raw", "sources.csv"]


def test_the_check_of_a_lab_names_each_survey_that_cannot_be_read(
    shared_data: Path, tmp_path: Path
) -> None:
    """Every file as the answers of a survey whose dictionary has its first column."""
    lay_raw(tmp_path, [])
    codes = "codes,code,label_sv,label_en,order,missing_reason\n"
    read = {path: read_cells(path) for path in walk(shared_data)}
    for number, (path, (sheet, _)) in enumerate(read.items()):
        survey = tmp_path / "surveys" / f"s{number}"
        survey.mkdir(parents=True)
        shutil.copyfile(path, survey / f"answers{path.suffix}")
        column = "svar" if sheet is None else sheet.cells.columns[0]
        missing = set() if sheet is None else sheet.user_missing.get(column, set())
        (survey / "survey.toml").write_text('[survey]\nsampling = "unknown"\n', encoding="utf-8")
        (survey / "codes.csv").write_text(
            codes + "".join(f"v0,{code},,,,dont_know\n" for code in missing), encoding="utf-8"
        )
        with (survey / "dictionary.csv").open("w", encoding="utf-8", newline="") as stream:
            rows = [["variable", "source_column", "question_sv", "question_en", "type"]]
            csv.writer(stream).writerows([*rows, ["v0", column, "", "", "text"]])
    lines = [str(fault) for fault in check_folder(tmp_path).faults]
    for number, (path, (_, faults)) in enumerate(read.items()):
        told = [line for line in lines if line.startswith(f"surveys/s{number}/")]
        assert len(told) == len(faults), (path.name, told)
        assert all(f"surveys/s{number}/answers{path.suffix}" in line for line in told)
    assert len(lines) == sum(len(faults) for _, faults in read.values())
