"""The way a program counts is found out by what makes its quotations match."""

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.evidence.coding.positions import COUNTINGS, Counting, find_plain, find_positions

PLAIN = "Åsa: Hej 😀 du\nBo: Jag är här.\nÅsa: Nä."
QUOTES = ["Hej 😀 du", "är här.", "Nä."]


def _count(text: str, counting: Counting) -> int:
    """How far a text reaches, in what the program counts: by encoding it."""
    if counting.line_break == 2:
        text = text.replace("\n", "\r\n")
    text = "\ufeff" * counting.mark + text
    sizes: dict[str, Callable[[str], int]] = {
        "code points": len,
        "UTF-16 units": lambda text: len(text.encode("utf-16-le")) // 2,
        "UTF-8 bytes": lambda text: len(text.encode("utf-8")),
    }
    return sizes[counting.unit](text)


def _selections(counting: Counting, quotes: list[str], *, named: bool = True) -> pd.DataFrame:
    rows = []
    for quote in quotes:
        at = PLAIN.index(quote)
        ends = (_count(PLAIN[:at], counting), _count(PLAIN[: at + len(quote)], counting))
        rows.append(("a", *map(float, ends), quote if named else ""))
    return pd.DataFrame(rows, columns=["text", "start", "end", "quote"])


@pytest.mark.parametrize("counting", COUNTINGS, ids=str)
@pytest.mark.parametrize("written", ["\n", "\r\n", "\ufeff"])
def test_every_way_of_counting_is_found_out_whatever_the_file_has(
    counting: Counting, written: str
) -> None:
    """Also where the file kept no CR or no byte-order mark, though the program counted them."""
    text = PLAIN.replace("\n", written) if written != "\ufeff" else written + PLAIN
    found, told = find_positions({"a": text}, _selections(counting, QUOTES))
    spans = found[["begin", "stop"]].to_numpy().tolist()
    assert [PLAIN[begin:stop] for begin, stop in spans] == QUOTES
    assert found["match"].tolist() == [2, 2, 2]
    assert told == [f"positions counted in {counting}: 1 text, 3 of 3 quotations match"]


def test_without_quotations_the_way_is_one_that_keeps_words_whole() -> None:
    counting = Counting("UTF-16 units", 2, False)
    selections = _selections(counting, QUOTES, named=False)
    found, told = find_positions({"a": PLAIN}, selections)
    spans = found[["begin", "stop"]].to_numpy().tolist()
    assert [PLAIN[begin:stop] for begin, stop in spans] == QUOTES
    assert told[0].endswith("no quotation to go by")


def test_sources_may_be_counted_in_two_ways_and_a_source_that_shows_nothing_goes_with_most() -> (
    None
):
    """An unaccented line fits any unit, so it takes that of the project."""
    utf8, utf16 = Counting("UTF-8 bytes", 1, False), Counting("UTF-16 units", 1, False)
    selections = pd.concat(
        [
            _selections(utf8, QUOTES),
            _selections(utf16, QUOTES).assign(text="b"),
            _selections(utf8, QUOTES).assign(text="c"),
            pd.DataFrame({"text": ["d"], "start": [0.0], "end": [3.0], "quote": ["hej"]}),
        ],
        ignore_index=True,
    )
    texts = {key: PLAIN for key in "abc"} | {"d": "hej du"}
    _, told = find_positions(texts, selections)
    assert told == [
        f"positions counted in {utf8}: 3 texts, 7 of 7 quotations match",
        f"positions counted in {utf16}: 1 text, 3 of 3 quotations match",
    ]


def test_a_quotation_cut_short_matches_and_another_does_not() -> None:
    selections = _selections(COUNTINGS[0], QUOTES)
    selections["quote"] = ["Hej  😀…", "är där.", "Nä."]
    found, _ = find_positions({"a": PLAIN}, selections)
    assert found["match"].tolist() == [1, 0, 2]


def test_a_place_outside_the_text_is_nowhere() -> None:
    selections = pd.DataFrame({"text": ["a"], "start": [3.0], "end": [999.0], "quote": [""]})
    found, _ = find_positions({"a": PLAIN}, selections)
    assert found["stop"].tolist() == [-1]
    assert found["match"].tolist() == [0]


@settings(max_examples=30)
@given(st.text("aå😀\n ", min_size=1), st.sampled_from(COUNTINGS), st.data())
def test_a_place_is_where_encoding_says(text: str, counting: Counting, data: st.DataObject) -> None:
    plain = find_plain(text)
    at = data.draw(st.integers(0, len(plain)))
    ends = [float(_count(plain[:at], counting)), float(_count(plain, counting))]
    # A quotation of all that follows settles the way where it can be told apart.
    row = pd.DataFrame([["a", *ends, plain[at:]]], columns=["text", "start", "end", "quote"])
    found, _ = find_positions({"a": text}, row)
    assert plain[found["begin"][0] : found["stop"][0]].split() == plain[at:].split()
