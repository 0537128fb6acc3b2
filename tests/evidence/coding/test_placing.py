"""Selections come to stand in the lab's turns word for word, or are told with the nearest words."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.evidence.coding.placing import Placed, place_selections
from labtools.evidence.coding.project import CodingProject
from labtools.evidence.coding.said import Said
from labtools.evidence.coding.streams import align, make_stream
from labtools.evidence.transcripts.transcript import turn_hash

TURNS = [
    ("s1", "Anna", "Var bor du?"),
    ("s1", "Bo", "Jag bor här på gården, sedan länge. Jag trivs 😀 bra."),
    ("s1", "Anna", "Ja."),
    ("s1", "Bo", "Grannarna hälsar alltid."),
    ("s2", "", "Vi gick till torget."),
]
FILE = (
    "Anna: Var bor du?\nBo: Jag bor här på gården,\nsedan länge. Jag trivs 😀 bra.\n"
    "Anna: Ja.\nBo: Grannarna hälsar alltid.\n"
)


def make_said(rows: list[tuple[str, str, str]] = TURNS) -> Said:
    turns = pd.DataFrame(rows, columns=["source_id", "label", "text"])
    turns["turn"] = turns.groupby("source_id").cumcount() + 1
    turns["turn_hash"] = turns["text"].map(turn_hash)
    files = {"s1": "umea/interview/Intervju 1.docx", "s2": "umea/walk/gång.txt"}
    sources = pd.DataFrame({"source_id": turns["source_id"].unique()})
    return Said(sources.assign(file=sources["source_id"].map(files).fillna("")), turns)


def make_project(
    *chosen: tuple[float, float, str], text: str | None = FILE, name: str = "s1"
) -> CodingProject:
    columns = ["start", "end", "quote"]
    selections = pd.DataFrame(list(chosen), columns=columns).assign(text="t", code="c", coder="x")
    selections = selections.astype({"start": "float64", "end": "float64"})
    texts = pd.DataFrame({"key": ["t"], "name": [name], "text": pd.Series([text], dtype="object")})
    codes = pd.DataFrame({"key": ["c"], "parent": [""], "name": ["Hem"], "definition": [""]})
    return CodingProject("p", codes, texts, selections.assign(date="", memo="", id=""))


def place(
    *chosen: str, text: str = FILE, name: str = "s1", rows: list[tuple[str, str, str]] = TURNS
) -> Placed:
    """Selections of stretches of a text, wherever they stand first."""
    spans = [(text.index(words), text.index(words) + len(words), words) for words in chosen]
    return place_selections(make_project(*spans, text=text, name=name), make_said(rows))


def _segments(placed: Placed) -> list[list[str]]:
    return placed.segments[["turn", "start", "end", "quote"]].to_numpy().tolist()


def test_a_stretch_over_a_line_break_is_the_turn_s_own_words() -> None:
    placed = place("gården,\nsedan")
    assert _segments(placed) == [["2", "15", "28", "gården, sedan"]]
    assert placed.segments["turn_hash"].tolist() == [turn_hash(TURNS[1][2])]


def test_a_stretch_over_several_turns_is_one_segment_for_each_without_the_labels() -> None:
    placed = place("trivs 😀 bra.\nAnna: Ja.\nBo: Grannarna")
    assert _segments(placed) == [
        ["2", "40", "52", "trivs 😀 bra."],
        ["3", "0", "3", "Ja."],
        ["4", "0", "9", "Grannarna"],
    ]
    assert placed.segments["selection"].tolist() == [0, 0, 0]


def test_a_label_or_white_space_alone_is_nothing_said() -> None:
    placed = place("Anna: ", "\n")
    assert placed.unplaced["reason"].tolist() == ["nothing is said in it"] * 2


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("S1", "s1"),
        ("Intervju 1", "s1"),
        ("C:\\data\\intervju 1.DOCX", "s1"),
        ("umea/walk/ga\u030ang.txt", "s2"),
        ("Dokument 7", ""),
    ],
)
def test_a_text_is_the_source_of_its_name(name: str, found: str) -> None:
    """By id, file or stem, in any capitals and Unicode form."""
    assert make_said().find_source(name, None) == found


def test_a_text_of_another_name_is_the_source_that_says_the_same() -> None:
    long = [
        (one, label, f"{text} Och {one} säger en hel del till om saken.")
        for one, label, text in TURNS
    ]
    text = "\n".join(words for one, _, words in long if one == "s1")
    assert make_said(long).find_source("Dokument 7", text) == "s1"
    assert make_said(long).find_source("Dokument 7", "Något helt annat, som ingen har sagt.") == ""


def test_one_letter_changed_in_the_transcript_fails_that_quotation_and_no_other() -> None:
    rows = [*TURNS]
    rows[1] = ("s1", "Bo", TURNS[1][2].replace("gården", "gårdar"))
    placed = place("Jag bor här", "på gården", "sedan länge", "trivs 😀 bra", rows=rows)
    assert [row[3] for row in _segments(placed)] == ["Jag bor här", "sedan länge", "trivs 😀 bra"]
    (row,) = placed.unplaced.to_dict("records")
    assert row["reason"] == "the lab's transcript has other words there"
    assert (row["nearest_source_id"], row["nearest_turn"]) == ("s1", "2")
    assert row["nearest_quote"] == "på gårdar,"


def test_words_that_the_program_s_own_text_lacks_are_told_with_the_nearest() -> None:
    project = make_project((4, 9, "Grannar hälsar alltid"), (0, 999, "Ja"))
    placed = place_selections(project, make_said())
    assert placed.unplaced["reason"].tolist() == [
        "other words stand at its place in the program's own text",
        "its positions are not within the program's own text",
    ]
    assert placed.unplaced["nearest_quote"].tolist()[0] == "Grannarna hälsar alltid."


def test_without_positions_a_quotation_is_placed_where_it_stands_once() -> None:
    nan = float("nan")
    chosen = [(nan, nan, quote) for quote in ("trivs  😀 bra", "Ja", "Nej då", "Jag bor…", "")]
    placed = place_selections(make_project(*chosen, text=None), make_said())
    assert _segments(placed) == [["2", "40", "51", "trivs 😀 bra"], ["", "", "", ""]]
    assert placed.unplaced["reason"].tolist() == [
        "several times in its source",
        "not in its source",
        "its quotation is cut short, and it has no position",
    ]


def test_a_text_in_another_unicode_form_or_with_times_is_the_same_words() -> None:
    text = "WEBVTT\n\n1\n00:01.000 --> 00:02.000\n<v Bo>Jag bor här\n\n2\n00:02.000 --> 00:03.000\n"
    text += "<v Bo>pa\u030a ga\u030arden, sedan länge.\n"
    placed = place("här\n\n2\n00:02.000 --> 00:03.000\n<v Bo>pa\u030a ga\u030arden", text=text)
    assert _segments(placed) == [["2", "8", "21", "här på gården"]]


def test_a_turn_that_the_text_lacks_moves_no_other() -> None:
    """As when somebody has withdrawn; two turns alike beside the gap are not told apart."""
    lines = FILE.splitlines(keepends=True)
    placed = place("Grannarna", "Var bor du?", text=lines[0] + lines[4])
    assert [row[0] for row in _segments(placed)] == ["4", "1"]
    rows = [("s1", "Anna", "Ja."), ("s1", "Bo", "Nej, inte alls."), ("s1", "Anna", "Ja.")]
    assert place("Ja.", text="Anna: Ja.\n", rows=rows).segments.empty


@settings(max_examples=50)
@given(st.text("abå ", max_size=60), st.text("abå ", max_size=60))
def test_what_is_paired_is_the_same_character_in_the_same_order(said: str, meant: str) -> None:
    a, b = make_stream(said).text, make_stream(meant).text
    to = align(a, b)
    paired = to[to >= 0]
    assert [b[at] for at in paired] == [sign for sign, at in zip(a, to, strict=True) if at >= 0]
    assert (np.diff(paired) > 0).all()


def test_ten_thousand_selections_of_400_sources_are_placed_within_ten_seconds() -> None:
    rng = np.random.default_rng(1)
    words = np.array([f"ord{number}" for number in range(3_000)])
    rows = [
        (f"s{source}", "Bo" if turn % 2 else "Anna", " ".join(rng.choice(words, 60)))
        for source in range(400)
        for turn in range(20)
    ]
    said = make_said(rows)
    texts, chosen = [], []
    for source in range(400):
        lines = [f"{label}: {text}\r\n" for one, label, text in rows if one == f"s{source}"]
        whole = "".join(lines)
        texts.append((f"t{source}", f"s{source}", whole))
        for at in rng.integers(0, len(whole) - 200, 25).tolist():
            start = whole.index(" ", at) + 1
            end = whole.index(" ", start + 80)
            chosen.append((f"t{source}", float(start), float(end), whole[start:end]))
    project = make_project()
    selections = pd.DataFrame(chosen, columns=["text", "start", "end", "quote"])
    selections = selections.assign(code="c", coder="x", date="", memo="", id="")
    frame = pd.DataFrame(texts, columns=["key", "name", "text"], dtype="object")
    begun = time.perf_counter()
    placed = place_selections(CodingProject("p", project.codes, frame, selections), said)
    assert time.perf_counter() - begun < 10
    assert placed.unplaced.empty
    assert placed.segments["selection"].nunique() == 10_000
