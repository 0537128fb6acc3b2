"""The words of one city against the others: the planted ones are found, and chance finds none."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from labtools.evidence.inventory import INTERVIEW_TYPES
from labtools.interviews import key_words
from labtools.interviews.counts import Counts, count_words
from labtools.interviews.keyness import measure_keyness
from labtools.interviews.languages import keep_language
from labtools.interviews.log_ratios import estimate_log_ratios
from labtools.interviews.talk import choose_voices
from labtools.interviews.tokens import function_words, tokenize
from labtools.interviews.units import find_units, join_interviews
from labtools.lab import open_lab


def _counts(rows: dict[str, list[str]]) -> Counts:
    pairs = [(source, word) for source, said in rows.items() for word in said]
    tokens = pd.DataFrame(pairs, columns=["source_id", "lemma"], dtype="str")
    return count_words(tokens.astype({"source_id": "category", "lemma": "category"}))


@pytest.fixture(scope="module")
def spoken(root: Path) -> tuple[Counts, pd.Series]:
    """What the example's respondents said in Swedish, and the city of each person or group."""
    turns = open_lab(root / "data" / "example").read_turns(types=INTERVIEW_TYPES)
    voices = choose_voices(turns, speakers=["respondent"], leave_out="staff;partner")
    heard = keep_language(voices, "sv", languages=["sv", "en"])
    tokens = tokenize(heard, language="sv")
    units = find_units(heard, tokens)
    joined = join_interviews(tokens, units)
    counts = count_words(joined, least_sources=5, leave_out=function_words("sv"))
    return counts, units.drop_duplicates("unit").set_index("unit")["city"]


def _read(root: Path, file: str) -> Any:
    return tomllib.loads((root / "data" / "example" / file).read_text("utf-8"))


def _lemmas(texts: list[str]) -> set[str]:
    said = pd.DataFrame({"source_id": "x", "turn": range(len(texts)), "text": texts})
    return set(tokenize(said, language="sv")["lemma"])


@pytest.fixture(scope="module")
def key(spoken: tuple[Counts, pd.Series], root: Path) -> dict[str, pd.DataFrame]:
    """What is singled out as said more, by city."""
    counts, cities = spoken
    found = {}
    for city in _read(root, "truth.toml")["city"]:
        here = cities.index[cities == city["slug"]].tolist()
        rng = np.random.default_rng(7)
        compared = key_words.compare_words(counts, here, draws=20_000, rng=rng)
        found[city["slug"]] = key_words.choose_key_words(compared, said="more")
    return found


def test_every_planted_word_is_found(key: dict[str, pd.DataFrame], root: Path) -> None:
    """In one of its forms: of `cyk`, cykel or cykla."""
    planted = {
        (city["slug"], stem)
        for city in _read(root, "truth.toml")["city"]
        for stem in city["planted_stems"]
    }
    found = {(slug, stem) for slug, stem in planted if key[slug]["word"].str.startswith(stem).any()}
    assert found == planted


def test_of_the_words_found_at_most_one_in_twenty_is_false(
    key: dict[str, pd.DataFrame], root: Path
) -> None:
    """True are the planted words, the city's own names, and what only its fragments say."""
    staff = _read(root, "generator/text/extras.toml")["staff_names"]
    texts = _read(root, "generator/text/city_words.toml")
    false = []
    for city in _read(root, "truth.toml")["city"]:
        places = [city[of] for of in ("name", "company", "area", "neighbour", "place")]
        names = _lemmas([*places, *staff[city["slug"]]])
        fragments = _lemmas(texts[city["slug"]]["fragments"])
        found = key[city["slug"]]
        true = found["word"].str.startswith(tuple(city["planted_stems"]))
        true |= found["word"].isin(names)
        true |= found["word"].isin(fragments) & (found["count_elsewhere"] == 0)
        false += found.loc[~true, "word"].tolist()
    assert len(false) <= 0.05 * sum(map(len, key.values())), false


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


def test_names_are_marked_by_their_capitals_inside_sentences() -> None:
    """A word that begins every sentence is neither; with a capital half the time it is no name."""
    texts = ["Kunskapen är i Norrvik. Porten är röd.", "Jag gick i norrvik till Torget och torget."]
    turns = pd.DataFrame({"source_id": ["a", "a"], "turn": [1, 2], "text": texts})
    turns = pd.concat([turns, turns.assign(source_id="b", text="Hem till Norrvik.").head(1)])
    tokens = tokenize(turns, language="sv")
    words = pd.DataFrame({"word": ["norrvik", "torg", "port", "röd"]}, index=[3, 1, 4, 2])
    marked = key_words.mark_names(words, tokens, turns)
    assert marked["word"].tolist() == words["word"].tolist()
    assert marked["is_name"].tolist() == [True, False, None, False]
    assert key_words.mark_names(words.head(0), tokens, turns).columns.tolist() == [
        "word",
        "is_name",
    ]


def test_further_measures_are_those_of_their_modules() -> None:
    said = {f"h{n}": ["hus"] * (2 + n % 3) + ["x"] * 10 for n in range(9)}
    said |= {f"t{n}": ["hus"] * (n % 2) + ["x"] * 10 for n in range(9)}
    counts, here = _counts(said), [source for source in said if source.startswith("h")]
    cities = pd.Series({source: source[0] for source in said})
    compared = key_words.compare_words(counts, here, draws=500, rng=np.random.default_rng(1))
    (row,) = key_words.estimate_ratios(
        compared[compared["word"] == "hus"],
        counts,
        here,
        cities=cities,
        rng=np.random.default_rng(1),
    ).to_dict("records")
    measured = measure_keyness(counts, here).set_index("word").loc["hus"]
    assert (row["g2"], row["dp_norm"]) == (measured["g2"], measured["dp_norm"])
    ratios = estimate_log_ratios(
        counts, here, words=["hus"], cities=cities, rng=np.random.default_rng(1)
    )
    ends = ["estimate", "low", "high", "n"]
    assert [row[end] for end in ends] == ratios[ends].iloc[0].tolist()
    assert 1 < row["low"] < row["estimate"] < row["high"]
    none = key_words.estimate_ratios(
        compared.head(0), counts, here, cities=cities, rng=np.random.default_rng(1)
    )
    assert none.empty
    assert set(none) == set(row)
