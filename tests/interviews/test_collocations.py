"""Which words stand together."""

from collections import Counter
from itertools import combinations
from math import log2
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics import BigramAssocMeasures

from labtools.interviews.collocations import count_pairs, find_collocates, find_network


def _tokens(*turns: tuple[str, str]) -> pd.DataFrame:
    """One turn per source and text; words are between spaces."""
    rows = [
        (source, number, word)
        for number, (source, text) in enumerate(turns, start=1)
        for word in text.split()
    ]
    tokens = pd.DataFrame(rows, columns=["source_id", "turn", "word"])
    return tokens.astype({"source_id": "category", "word": "category"})


def _count_slowly(
    tokens: pd.DataFrame, *, window: int, order: str, leave_out: set[str]
) -> dict[tuple[str, str], tuple[float, ...]]:
    """The same by a plain loop over the pairs of places of every turn, and NLTK's measure."""
    places: list[tuple[str, str, str]] = []
    for (source, _), turn in tokens.groupby(["source_id", "turn"], observed=True):
        said = turn["word"].tolist()
        for i, j in combinations(range(len(said)), 2):
            if j - i <= window:
                ends = [(said[i], said[j])]
                if order == "either":
                    ends.append((said[j], said[i]))
                places += [(*pair, str(source)) for pair in ends]
    frequency = Counter(tokens["word"])
    first = Counter(a for a, _, _ in places)
    second = Counter(b for _, b, _ in places)
    both = Counter((a, b) for a, b, _ in places)
    counted = {}
    for (a, b), n in both.items():
        if {a, b} & leave_out or (order == "either" and a > b):
            continue
        count = n // 2 if order == "either" and a == b else n
        interviews = len({source for x, y, source in places if (x, y) == (a, b)})
        g2 = BigramAssocMeasures.likelihood_ratio(n, (first[a], second[b]), len(places))
        log_dice = 14 + log2(2 * count / (frequency[a] + frequency[b]))
        expected = first[a] * second[b] / len(places) * count / n
        counted[a, b] = (count, interviews, expected, g2, log_dice)
    return counted


@given(
    st.lists(
        st.tuples(st.sampled_from("pq"), st.lists(st.sampled_from("abcd"), max_size=9)),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 4),
    st.sampled_from(["kept", "either"]),
    st.sets(st.sampled_from("ab")),
)
def test_pairs_are_those_of_a_plain_loop_and_nltk(
    talk: list[tuple[str, list[str]]],
    window: int,
    order: Literal["kept", "either"],
    leave_out: set[str],
) -> None:
    tokens = _tokens(*((source, " ".join(words)) for source, words in sorted(talk)))
    pairs = count_pairs(tokens, "word", window=window, order=order, leave_out=leave_out)
    slowly = _count_slowly(tokens, window=window, order=order, leave_out=leave_out)
    rows = pairs[["count", "interviews", "expected", "g2", "log_dice"]].to_numpy()
    found = dict(zip(zip(pairs["first"], pairs["second"], strict=True), rows, strict=True))
    assert set(found) == set(slowly)
    for pair, row in slowly.items():
        np.testing.assert_allclose(found[pair], row, rtol=1e-9, atol=1e-9)


def test_log_likelihood_of_dunning_1993() -> None:
    """Table of bigrams: *the swiss* 110, 2442, 111, 29114 has 270.72."""
    words = ["the swiss"] * 110 + ["the x"] * 2442 + ["y swiss"] * 111 + ["y x"] * 29114
    tokens = _tokens(*(("s", text) for text in words))
    pairs = count_pairs(tokens, "word", window=1, order="kept").set_index(["first", "second"])
    assert pairs.loc[("the", "swiss"), "g2"] == pytest.approx(270.72, abs=0.005)


def test_words_that_avoid_each_other_come_last() -> None:
    said = [("a", "ny dag"), ("a", "gul bil")] * 9 + [("a", "ny bil"), ("a", "gul dag")]
    pairs = count_pairs(_tokens(*said), "word", window=1, order="kept")
    assert (pairs["count"] < pairs["expected"]).tolist() == [False, False, True, True]
    assert (pairs["g2"] > 0).all()


def test_pairs_as_strong_as_each_other_are_in_alphabetical_order() -> None:
    """More of them than are reckoned at once."""
    times = np.arange(40_000) % 2 + 2  # every other word twice in its turn, every other thrice
    word = np.repeat(np.arange(40_000), times)
    tokens = pd.DataFrame({"source_id": "a", "turn": word, "word": [f"ord{n:05}" for n in word]})
    pairs = count_pairs(tokens, "word", window=1, order="kept")
    assert pairs["count"].tolist() == [2] * 20_000 + [1] * 20_000
    for _, alike in pairs.groupby("g2"):
        assert alike["first"].astype("str").is_monotonic_increasing
        assert len(alike) == 20_000


def test_no_pair_spans_two_turns_or_two_interviews() -> None:
    tokens = _tokens(("a", "bra dag"), ("a", "granne"), ("b", "hund"))
    pairs = count_pairs(tokens, "word", window=5, order="kept")
    assert pairs[["first", "second"]].to_numpy().tolist() == [["bra", "dag"]]
    same_number = _tokens(("a", "x"), ("b", "y")).assign(turn=1)
    assert count_pairs(same_number, "word", window=1, order="kept").empty


def test_words_left_out_keep_their_places() -> None:
    tokens = _tokens(("a", "hem och härd"))
    near = {"leave_out": ["och"], "order": "kept"}
    assert count_pairs(tokens, "word", window=1, **near).empty
    assert count_pairs(tokens, "word", window=2, **near)["count"].tolist() == [1]


def test_a_pair_of_one_interview_can_be_left_out() -> None:
    tokens = _tokens(("a", "ny dag ny dag"), ("b", "ny dag"), ("b", "gul bil gul bil"))
    pairs = count_pairs(tokens, "word", window=1, order="kept", least_count=2, least_sources=2)
    row = pairs[["first", "second", "count", "interviews"]].to_numpy().tolist()
    assert row == [["ny", "dag", 3, 2]]


def test_a_node_has_its_collocates_from_both_sides() -> None:
    tokens = _tokens(("a", "min granne hjälper"), ("b", "bra granne"), ("b", "granne min"))
    pairs = count_pairs(tokens, "word", window=1, order="either")
    collocates = find_collocates(pairs, "granne").set_index("word")["count"]
    assert collocates.to_dict() == {"min": 2, "bra": 1, "hjälper": 1}
    assert find_collocates(pairs, "saknas").empty
    with pytest.raises(ValueError, match='order="either"'):
        find_collocates(count_pairs(tokens, "word", window=1, order="kept"), "granne")


def test_the_network_holds_the_strongest_pairs_of_two_words() -> None:
    tokens = _tokens(("a", "ja ja ja"), ("a", "hem härd"), ("b", "bra hem"), ("b", "bra dag"))
    nodes, edges = find_network(count_pairs(tokens, "word", window=1, order="either"), most=3)
    assert {frozenset(row) for row in edges[["first", "second"]].to_numpy().tolist()} == {
        frozenset(pair) for pair in (("hem", "härd"), ("bra", "dag"), ("bra", "hem"))
    }
    assert nodes.to_dict("list") == {
        "word": ["bra", "hem", "dag", "härd"],
        "edges": [2, 2, 1, 1],
        "count": [2, 2, 1, 1],
    }


def test_nobody_said_anything() -> None:
    none = _tokens(("a", "hej")).head(0)
    pairs = count_pairs(none, "word", window=5, order="either")
    assert (
        pairs.columns.tolist()
        == count_pairs(_tokens(("a", "hej du")), "word", window=1, order="kept").columns.tolist()
    )
    assert pairs.empty
    assert all(table.empty for table in find_network(pairs, most=5))
    with pytest.raises(ValueError, match="at least 1 word; found 0"):
        count_pairs(none, "word", window=0, order="kept")
