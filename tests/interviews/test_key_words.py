"""The words of one city against the others: the planted ones are found, and chance finds none."""

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labtools.evidence.inventory import INTERVIEW_TYPES
from labtools.interviews import key_words
from labtools.interviews.counts import Counts, count_words
from labtools.interviews.languages import keep_language
from labtools.interviews.talk import choose_voices
from labtools.interviews.tokens import function_words, tokenize
from labtools.lab import open_lab


def _counts(rows: dict[str, list[str]]) -> Counts:
    pairs = [(source, word) for source, said in rows.items() for word in said]
    tokens = pd.DataFrame(pairs, columns=["source_id", "lemma"], dtype="str")
    return count_words(tokens.astype({"source_id": "category", "lemma": "category"}))


@pytest.fixture(scope="module")
def spoken(root: Path) -> tuple[Counts, pd.Series]:
    """What the example's respondents said in Swedish, and each source's city."""
    turns = open_lab(root / "data" / "example").read_turns(types=INTERVIEW_TYPES)
    voices = choose_voices(turns, speakers=["respondent"], leave_out="staff;partner")
    heard = keep_language(voices, "sv", languages=["sv", "en"])
    tokens = tokenize(heard, language="sv")
    counts = count_words(tokens, least_sources=5, leave_out=function_words("sv"))
    return counts, heard.drop_duplicates("source_id").set_index("source_id")["city"]


def _planted(root: Path) -> dict[str, list[str]]:
    truth = tomllib.loads((root / "data" / "example" / "truth.toml").read_text("utf-8"))
    return {city["slug"]: city["planted_stems"] for city in truth["city"]}


def test_every_planted_word_that_could_be_sure_is_found(
    spoken: tuple[Counts, pd.Series], root: Path
) -> None:
    """A word of fewer than five interviews cannot be: 4 of 10 against 0 of 30 is p = .002."""
    counts, cities = spoken
    found = 0
    for city, stems in _planted(root).items():
        here = cities.index[cities == city].tolist()
        rng = np.random.default_rng(7)
        compared = key_words.compare_words(counts, here, draws=20_000, rng=rng)
        key = set(key_words.choose_key_words(compared, said="more")["word"])
        planted = {word for word in counts.words if word.startswith(tuple(stems))}
        assert planted <= key
        found += len(planted)
        others = [s for other, of in _planted(root).items() if other != city for s in of]
        assert not [word for word in key if word.startswith(tuple(others))]
    assert found >= 8


def test_where_cities_are_drawn_by_lot_hardly_any_word_is_found(
    spoken: tuple[Counts, pd.Series],
) -> None:
    counts, cities = spoken
    rng = np.random.default_rng(11)
    found = 0
    for _ in range(20):
        here = rng.permutation(cities.index.to_numpy())[:10].tolist()
        compared = key_words.compare_words(counts, here, draws=4_000, rng=rng)
        more = key_words.choose_key_words(compared, said="more")
        found += bool(len(more) or len(key_words.choose_key_words(compared, said="less")))
    assert found <= 3


def test_what_the_others_say_is_found_as_said_less() -> None:
    here = {f"h{n}": ["hus"] * 9 + ["x"] for n in range(12)}
    there = {f"t{n}": ["hus"] * 5 + ["gård"] * 5 for n in range(12)}
    compared = key_words.compare_words(
        _counts(here | there), list(here), draws=2_000, rng=np.random.default_rng(1)
    )
    assert key_words.choose_key_words(compared, said="less")["word"].tolist() == ["gård"]
    assert set(key_words.choose_key_words(compared, said="more")["word"]) == {"hus", "x"}
    (row,) = key_words.summarize(compared).to_dict("records")
    assert (row["more"], row["less"], row["vocabulary"]) == (2, 1, 3)


def test_words_said_less_begin_with_the_surest_and_their_bound_is_the_one_nearest_nought() -> None:
    here = {f"h{n}": ["hus"] * 40 for n in range(12)}
    there = {f"t{n}": ["hus"] * 20 + ["äng"] * 5 + ["gård"] * 15 for n in range(12)}
    compared = key_words.compare_words(
        _counts(here | there), list(here), draws=2_000, rng=np.random.default_rng(1)
    )
    less = key_words.choose_key_words(compared, said="less")
    assert less["word"].tolist() == ["gård", "äng"]
    assert (less["log_ratio"] < less["lrc"]).all()
    assert (less["lrc"] < 0).all()


@pytest.mark.parametrize("here", [[], ["a", "b"], ["nobody"]])
def test_without_two_sides_there_is_nothing_to_compare(here: list[str]) -> None:
    counts = _counts({"a": ["hus"], "b": ["hus", "gård"]})
    rng = np.random.default_rng(1)
    compared = key_words.compare_words(counts, here, draws=10, rng=rng)
    assert compared.empty
    assert key_words.summarize(compared).empty
    assert key_words.choose_key_words(compared, said="more").empty
    ranked = key_words.rank_by_log_odds(counts, here, own=[], most=5)
    assert ranked.empty
    assert key_words.count_shared(ranked).empty


def test_rates_are_averages_over_interviews_with_intervals_from_eight_on() -> None:
    said = {f"h{n}": ["hus"] * (n % 3) + ["x"] * (10 - n % 3) for n in range(9)}
    counts = _counts(said | {"t": ["hus", "y"]})
    rates = key_words.estimate_rates_by_group(
        counts, list(said), words=["hus"], rng=np.random.default_rng(1)
    )
    here, there = rates.to_dict("records")
    assert here["estimate"] == pytest.approx(100)
    assert 0 < here["low"] < 100 < here["high"]
    assert (here["n"], there["n"], there["estimate"]) == (9, 1, 500)
    assert np.isnan(there["low"])
    none = key_words.estimate_rates_by_group(
        counts, list(said), words=[], rng=np.random.default_rng(1)
    )
    assert none.empty


def test_who_does_not_say_a_word_is_named() -> None:
    counts = _counts({"a": ["hus"], "b": ["gård"], "c": ["hus", "gård"]})
    absent = key_words.list_without(counts, ["a", "b"], words=["hus", "gård"])
    assert absent.to_numpy().tolist() == [["hus", 1, "b"], ["gård", 1, "a"]]


def test_every_city_is_counted_in_its_order() -> None:
    counts = _counts({"a": ["hus", "hus"], "b": ["gård"]})
    cities = pd.Series({"a": "y", "b": "x"})
    table = key_words.count_cities(counts, cities, order=["y", "z", "x"])
    assert table.to_numpy().tolist() == [["y", 1, 2], ["z", 0, 0], ["x", 1, 1]]
