"""What people repeat word for word."""

from collections import defaultdict

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.interviews.ngrams import count_ngrams


def _tokens(*turns: tuple[str, str]) -> pd.DataFrame:
    rows = [
        (source, number, word)
        for number, (source, text) in enumerate(turns, start=1)
        for word in text.split()
    ]
    tokens = pd.DataFrame(rows, columns=["source_id", "turn", "word"])
    return tokens.astype({"source_id": "category", "word": "category"})


def _count_slowly(
    tokens: pd.DataFrame, *, least_count: int, least_sources: int, longest: int
) -> dict[str, tuple[int, int, float]]:
    said: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (source, _), turn in tokens.groupby(["source_id", "turn"], observed=True):
        words = turn["word"].tolist()
        for n in range(2, longest + 1):
            for i in range(len(words) - n + 1):
                said[tuple(words[i : i + n])][source] += 1
    lengths = tokens["source_id"].value_counts()
    lengths = lengths[lengths > 0]
    total = {gram: sum(by.values()) for gram, by in said.items()}
    shown = {}
    for gram, by in said.items():
        longer = any(
            len(other) == len(gram) + 1 and gram in (other[1:], other[:-1])
            for other, count in total.items()
            if count == total[gram]
        )
        if total[gram] >= least_count and len(by) >= least_sources and not longer:
            rate = sum(1000 * count / lengths[source] for source, count in by.items())
            shown[" ".join(gram)] = (total[gram], len(by), rate / len(lengths))
    return shown


@given(
    st.lists(
        st.tuples(st.sampled_from("pq"), st.lists(st.sampled_from("abc"), max_size=12)),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 3),
    st.integers(1, 2),
)
def test_ngrams_are_those_of_a_plain_loop(
    talk: list[tuple[str, list[str]]], least_count: int, least_sources: int
) -> None:
    tokens = _tokens(*((source, " ".join(words)) for source, words in sorted(talk)))
    limits = {"least_count": least_count, "least_sources": least_sources}
    ngrams = count_ngrams(tokens, "word", lengths=(2, 3, 4), **limits)
    slowly = _count_slowly(tokens, longest=4, **limits)
    assert set(ngrams["ngram"]) == set(slowly)
    assert ngrams["ngram"].is_unique
    for row in ngrams.itertuples():
        assert (row.count, row.interviews) == slowly[row.ngram][:2]
        assert row.rate == pytest.approx(slowly[row.ngram][2])
        assert row.length == len(row.ngram.split())


def test_what_is_always_part_of_a_longer_one_is_not_shown() -> None:
    tokens = _tokens(("a", "det är som det är"), ("b", "man får ta det som det är"))
    shown = count_ngrams(tokens, "word", least_count=2, least_sources=2)
    assert dict(zip(shown["ngram"], shown["count"], strict=True)) == {"som det är": 2, "det är": 3}


def test_nothing_but_left_out_words_is_no_phrase() -> None:
    tokens = _tokens(("a", "det är bra"), ("a", "det är"), ("b", "det är bra"))
    shown = count_ngrams(tokens, "word", least_count=2, least_sources=1, leave_out=["det", "är"])
    assert shown["ngram"].tolist() == ["det är bra"]


def test_only_the_asked_lengths_are_shown() -> None:
    tokens = _tokens(("a", "i dag och i morgon"), ("b", "i dag och sen i dag"))
    limits = {"least_count": 2, "least_sources": 1}
    assert count_ngrams(tokens, "word", lengths=[3], **limits)["ngram"].tolist() == ["i dag och"]
    with pytest.raises(ValueError, match=r"from 2 up; found \[1, 2\]"):
        count_ngrams(tokens, "word", lengths=[1, 2], **limits)


def test_nobody_said_anything_and_three_words_are_enough() -> None:
    limits = {"least_count": 1, "least_sources": 1}
    assert count_ngrams(_tokens(("a", "hej")).head(0), "word", **limits).empty
    shown = count_ngrams(_tokens(("a", "jag trivs här")), "word", **limits)
    assert shown["ngram"].tolist() == ["jag trivs här"]
    assert shown["rate"].tolist() == pytest.approx([1000 / 3])
