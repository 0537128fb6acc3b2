"""One row per turn, the same whatever the file's format and whatever sets its labels off."""

import hashlib
import html
import time
import unicodedata
from pathlib import Path

import docx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odfdo import Document as OpenDocument
from odfdo import Paragraph as OpenParagraph

from labtools.evidence.transcripts.transcript import FORMATS, read_transcript, turn_hash
from labtools.faults import BadInput

TALK = [
    ("Intervjuare", ["Hur är det att bo här?"]),
    ("N-IP03", ["Det är bra.", "Det var så här: vi kom 2015, och hissen var trasig."]),
    ("Intervjuare", ["Åh. Och nu?"]),
    ("N-IP03", ["Nu är den lagad – äntligen!"]),
    ("Tolk", ["Hon säger att den är lagad."]),
]
TURNS = [(label, " ".join(said)) for label, said in TALK]


def save_word(path: Path, style: str) -> None:
    document = docx.Document()
    for label, said in TALK:
        if style == "table":
            table = document.add_table(rows=1, cols=2)
            table.cell(0, 0).text = label
            table.cell(0, 1).text = said[0]
            for line in said[1:]:
                table.cell(0, 1).add_paragraph(line)
            continue
        paragraph = document.add_paragraph()
        if style == "time":
            paragraph.add_run(f"{label}  01:{len(document.paragraphs):02}")
            paragraph = document.add_paragraph()
        elif style == "bold":
            paragraph.add_run(label).bold = True
            paragraph.add_run(" ")
        else:
            paragraph.add_run(f"{label}: ")
        paragraph.add_run(said[0])
        for line in said[1:]:
            document.add_paragraph(line)
    document.save(str(path))


def save_plain(path: Path) -> None:
    lines = [f"{label}: {said[0]}" for label, said in TALK]
    lines.insert(2, TALK[1][1][1])
    if path.suffix == ".odt":
        document = OpenDocument("text")
        document.body.clear()
        for line in lines:
            document.body.append(OpenParagraph(line))
        document.save(str(path))
    elif path.suffix == ".rtf":
        codes = [f"\\u{ord(c)}?" if ord(c) > 127 else c for c in "\\par ".join(lines)]
        path.write_text("{\\rtf1\\ansi " + "".join(codes) + "\\par}", encoding="ascii")
    else:
        decomposed = unicodedata.normalize("NFD", "\r\n\r\n".join(lines))
        path.write_bytes(decomposed.encode("utf-8-sig"))


def save_cues(path: Path) -> None:
    blocks, seconds = ["WEBVTT"], 0
    for label, said in TALK:
        for line in said:
            begin, seconds = seconds, seconds + 5
            blocks.append(f"00:{begin:02}.000 --> 00:{seconds:02}.000\n<v {label}>{line}</v>")
    path.write_text("\n\n".join(blocks), encoding="utf-8")


def said_in(turns: pd.DataFrame) -> list[tuple[str, str]]:
    return list(turns[["label", "text"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("style", ["colon", "time", "table", "bold"])
def test_word_gives_the_same_turns_in_each_style(tmp_path: Path, style: str) -> None:
    save_word(tmp_path / "a.docx", style)
    assert said_in(read_transcript(tmp_path / "a.docx", source_id="s1")) == TURNS


@pytest.mark.parametrize("suffix", [".odt", ".rtf", ".txt"])
def test_other_documents_give_the_same_turns(tmp_path: Path, suffix: str) -> None:
    save_plain(tmp_path / f"a{suffix}")
    assert said_in(read_transcript(tmp_path / f"a{suffix}", source_id="s1")) == TURNS


def test_voices_give_the_same_turns_with_their_times(tmp_path: Path) -> None:
    save_cues(tmp_path / "a.vtt")
    turns = read_transcript(tmp_path / "a.vtt", source_id="s1")
    assert said_in(turns) == TURNS
    assert turns["start_seconds"].tolist() == [0, 5, 15, 20, 25]
    assert turns["end_seconds"].tolist() == [5, 15, 20, 25, 30]


def test_the_table_has_its_columns_types_numbers_and_hashes(tmp_path: Path) -> None:
    save_word(tmp_path / "a.docx", "time")
    turns = read_transcript(tmp_path / "a.docx", source_id="s1")
    types = {"source_id": "str", "turn": "int64", "start_seconds": "float64"}
    types |= {"end_seconds": "float64", "label": "str", "text": "str"}
    types |= {"flags": "str", "flag_places": "str", "turn_hash": "str"}
    assert turns.dtypes.astype(str).to_dict() == types
    assert turns["turn"].tolist() == [1, 2, 3, 4, 5]
    assert turns["start_seconds"].tolist() == [61, 63, 66, 68, 70]
    assert turns["end_seconds"].isna().all()
    expected = [hashlib.sha256(text.encode()).hexdigest()[:12] for _, text in TURNS]
    assert turns["turn_hash"].tolist() == expected


def test_a_file_without_labels_has_a_turn_for_each_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Vi gick till\ntorget.\n\nDet var så här: tomt.\n", encoding="cp1252")
    turns = read_transcript(path, source_id="s1")
    assert said_in(turns) == [("", "Vi gick till torget."), ("", "Det var så här: tomt.")]


def save_srt(path: Path, *cues: tuple[int, int, str]) -> Path:
    blocks = [
        f"{n}\n00:00:{start:02},000 --> 00:00:{end:02},000\n{text}"
        for n, (start, end, text) in enumerate(cues, start=1)
    ]
    path.write_text("\n\n".join(blocks), encoding="utf-8")
    return path


def test_subtitles_without_speakers_break_at_pauses_of_two_seconds(tmp_path: Path) -> None:
    path = save_srt(
        tmp_path / "a.srt", (0, 2, "Jag"), (3, 4, "trivs."), (6, 9, "Ja."), (5, 6, "Jo.")
    )
    turns = read_transcript(path, source_id="s1")
    assert said_in(turns) == [("", "Jag trivs."), ("", "Ja. Jo.")]
    assert turns["start_seconds"].tolist() == [0, 6]
    assert turns["end_seconds"].tolist() == [4, 6]


def test_subtitles_with_names_in_their_text(tmp_path: Path) -> None:
    cues = [(0, 2, "Anna: Hej."), (9, 10, "Hallå?"), (10, 11, "Bo: Hej."), (11, 12, "Anna: Ja.")]
    path = save_srt(tmp_path / "a.srt", *cues, (12, 13, "Bo: Nej."))
    assert said_in(read_transcript(path, source_id="s1")) == [
        ("Anna", "Hej. Hallå?"),
        ("Bo", "Hej."),
        ("Anna", "Ja."),
        ("Bo", "Nej."),
    ]


@pytest.mark.parametrize("name", ["blank.txt", "blank.vtt"])
def test_a_transcript_without_any_turn_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("WEBVTT\n" if name.endswith("vtt") else " \n\n", encoding="utf-8")
    with pytest.raises(BadInput, match="raw/x: a transcript must hold speech; found no text"):
        read_transcript(tmp_path / name, source_id="s1", name="raw/x")


def test_a_format_that_is_not_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"found \.m4a"):
        read_transcript(tmp_path / "a.m4a", source_id="s1")


def test_real_swedish_subtitles_have_no_speakers_and_lose_no_word(shared_data: Path) -> None:
    for path in sorted((shared_data / "transcripts" / "swedish_srt").iterdir()):
        turns = read_transcript(path, source_id=path.stem)
        assert set(turns["label"]) == {""}, path.name
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        spoken = [line for line in lines if "-->" not in line and not line.strip().isdigit()]
        assert " ".join(turns["text"]).split() == " ".join(spoken).split(), path.name


def test_every_broken_file_is_read_rightly_or_refused_by_name(shared_data: Path) -> None:
    read = {}
    for path in sorted((shared_data / "broken").iterdir()):
        before = time.perf_counter()
        try:
            read[path.name] = said_in(read_transcript(path, source_id="s"))
        except BadInput as error:
            assert str(error).startswith(path.name)  # noqa: PT017
        assert time.perf_counter() - before < 2
    assert read == {
        "bidi_zwsp.txt": [("Intervjuare", "hej dolt"), ("R1", "svar")],
        "curly_fullwidth_colon.txt": [("Intervjuare", "hej"), ("R1", "svar"), ("R2", "svar")],
        "nfd_names_å.txt": [("Intervjuare", "Malmö och Göteborg"), ("R", "Skane\u030aboende")],
        "really_rtf.docx": [("Intervjuare", "hej"), ("R", "hallå")],
        "table_interview_sv.docx": [
            ("", "Intervju 3 – Rosengård"),
            ("Intervjuare", "Hur trivs du här?"),
            ("R1", "Bra, men hissen är trasig."),
        ],
        "vtt_overlap_backwards.vtt": [
            ("Åsa Öberg", "bakåt"),
            ("R2", "över timmen & kursiv"),
            ("", "utan talare"),
        ],
    }


# Round trips: what was said, in composed and decomposed letters, through every format.
SPOKEN = st.one_of(
    st.sampled_from(
        [
            "å",
            "Ä",
            "ö!",
            "café",
            "”ja”",
            "‘nä’",
            "👋🏽",
            "👩\u200d👧",
            "2019",
            "…",
            "R&D",
            "&amp;",
            "1<2",
        ]
    ),
    st.text(st.characters(codec="utf-8", categories=["L"]), min_size=1, max_size=8),
)
FORMS = st.sampled_from(["NFC", "NFD"])
SENTENCES = st.lists(
    st.builds(
        lambda words, space, form: unicodedata.normalize(form, space.join(words)),
        st.lists(SPOKEN, min_size=1, max_size=6),
        st.sampled_from([" ", "\u00a0", "  "]),
        FORMS,
    ),
    min_size=1,
    max_size=3,
)
TALKS = st.tuples(*[SENTENCES] * 4)
SPEAKERS = ("Åsa Öberg", "IP-03")


def write_talk(path: Path, talk: tuple[list[str], ...]) -> None:
    """A label before the first sentence of each turn; a paragraph or cue for each sentence."""
    said = [
        (SPEAKERS[turn % 2], sentence, number == 0)
        for turn, sentences in enumerate(talk)
        for number, sentence in enumerate(sentences)
    ]
    lines = [f"{name}: {sentence}" if first else sentence for name, sentence, first in said]
    if path.suffix == ".docx":
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        document.save(str(path))
    elif path.suffix == ".odt":
        text = OpenDocument("text")
        text.body.clear()
        for line in lines:
            text.body.append(OpenParagraph(line))
        text.save(str(path))
    elif path.suffix == ".rtf":
        body = "\\par ".join(lines).encode("utf-16-le")
        units = [int.from_bytes(body[at : at + 2], "little") for at in range(0, len(body), 2)]
        codes = [chr(u) if u < 128 else f"\\u{u - 65536 * (u > 32767)}?" for u in units]
        path.write_text("{\\rtf1\\ansi " + "".join(codes) + "\\par}", encoding="ascii")
    elif path.suffix == ".txt":
        path.write_bytes("\r\n".join(lines).encode("utf-16"))
    else:
        voices = [f"<v {name}>{html.escape(sentence)}</v>" for name, sentence, _ in said]
        texts = voices if path.suffix == ".vtt" else lines
        mark = "." if path.suffix == ".vtt" else ","
        blocks = [
            f"{n}\n00:{n:02}:00{mark}000 --> 00:{n:02}:01{mark}000\n{text}"
            for n, text in enumerate(texts, start=1)
        ]
        head = ["WEBVTT"] if path.suffix == ".vtt" else []
        path.write_text("\n\n".join([*head, *blocks]), encoding="utf-8-sig")


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".rtf", ".txt", ".vtt", ".srt"])
@given(talk=TALKS)
@settings(max_examples=40)
def test_every_format_gives_back_the_visible_text_with_offsets_that_do_not_drift(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, talk: tuple[list[str], ...]
) -> None:
    path = tmp_path_factory.getbasetemp() / f"talk{suffix}"
    write_talk(path, talk)
    seen = [
        [" ".join(unicodedata.normalize("NFC", sentence).split()) for sentence in sentences]
        for sentences in talk
    ]
    turns = read_transcript(path, source_id="s")
    assert turns["label"].tolist() == [*SPEAKERS, *SPEAKERS]
    assert turns["text"].tolist() == [" ".join(sentences) for sentences in seen]
    for text, sentences in zip(turns["text"], seen, strict=True):
        start = 0
        for sentence in sentences:
            assert text[start : start + len(sentence)] == sentence
            start += len(sentence) + 1


WORDS = st.text(st.characters(codec="utf-8"), max_size=12)


@given(lines=st.lists(st.one_of(WORDS, st.builds("{}: {}".format, WORDS, WORDS)), max_size=8))
@settings(max_examples=200, deadline=None)
def test_turns_are_numbered_hashed_and_clean_whatever_the_text(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes("\n".join(lines).encode("utf-8"))
    try:
        turns = read_transcript(path, source_id="s")
    except BadInput:
        return
    assert turns["turn"].tolist() == list(range(1, len(turns) + 1))
    for text, digest in zip(turns["text"], turns["turn_hash"], strict=True):
        assert text
        assert text == unicodedata.normalize("NFC", " ".join(text.split()))
        assert digest == turn_hash(text)


def test_formats_are_those_of_documents_and_subtitles() -> None:
    assert FORMATS == (".docx", ".odt", ".rtf", ".txt", ".pdf", ".vtt", ".srt")


def test_what_teams_writes_has_its_times_and_its_first_line(tmp_path: Path) -> None:
    said = [("Karin Lindqvist", "0:03", "Hej."), ("Bo Ek", "0:07", "Hej."),
            ("Karin Lindqvist", "1:12", "Och nu?"), ("Bo Ek", "1:02:09", "Ja.")]  # fmt: skip
    document = docx.Document()
    heading = document.add_paragraph()
    heading.add_run("Karin Lindqvist").bold = True
    heading.add_run(" startade transkriptionen")
    for name, clock, text in said:
        paragraph = document.add_paragraph()
        paragraph.add_run(name).bold = True
        paragraph.add_run(f"   {clock}")
        document.add_paragraph(text)
    document.save(str(tmp_path / "a.docx"))
    turns = read_transcript(tmp_path / "a.docx", source_id="s1")
    assert said_in(turns) == [
        ("", "Karin Lindqvist startade transkriptionen"),
        *((name, text) for name, _, text in said),
    ]
    assert turns["start_seconds"].tolist()[1:] == [3, 7, 72, 3729]
