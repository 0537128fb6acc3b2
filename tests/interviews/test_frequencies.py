"""Rates per thousand words, averaged over interviews."""

import numpy as np
import pandas as pd

from labtools.interviews.frequencies import count_without, estimate_rates, summarize_use


def _tokens(**interviews: str) -> pd.DataFrame:
    rows = [(source, word) for source, text in interviews.items() for word in text.split()]
    return pd.DataFrame(rows, columns=["source_id", "lemma"])


def _rates(tokens: pd.DataFrame, **options: object) -> pd.DataFrame:
    return estimate_rates(
        tokens, "lemma", **({"leave_out": (), "rng": np.random.default_rng(1)} | options)
    )


def test_the_rate_is_a_mean_over_interviews_not_over_words() -> None:
    """1 of 2 words and 1 of 8: (500 + 125) / 2, where pooling would give 200."""
    rates = _rates(_tokens(a="kaffe och", b="kaffe och och och och och och och")).set_index("lemma")
    assert rates.loc["kaffe", "estimate"] == (500 + 125) / 2
    assert rates.loc["kaffe", ["users", "words", "n"]].tolist() == [2, 2, 2]


def test_an_interview_without_the_word_counts_as_nought() -> None:
    rates = _rates(_tokens(a="kaffe", b="te")).set_index("lemma")
    assert rates.loc["kaffe", "estimate"] == 500


def test_words_left_out_stay_in_the_denominator() -> None:
    rates = _rates(_tokens(a="kaffe och"), leave_out={"och"})
    assert rates["lemma"].tolist() == ["kaffe"]
    assert rates["estimate"].tolist() == [500]


def test_words_are_ordered_by_users_before_rate() -> None:
    rates = _rates(_tokens(a="te te te kaffe", b="kaffe"))
    assert rates["lemma"].tolist() == ["kaffe", "te"]


def test_below_eight_interviews_there_is_no_interval() -> None:
    texts = {f"i{number}": "kaffe " + "och " * number for number in range(1, 9)}
    eight = _rates(_tokens(**texts)).set_index("lemma")
    del texts["i8"]
    assert _rates(_tokens(**texts))["low"].isna().all()
    assert eight.loc["kaffe", "low"] < eight.loc["kaffe", "estimate"] < eight.loc["kaffe", "high"]


def test_eight_interviews_that_are_all_alike_have_no_interval_and_no_crash() -> None:
    """Rounding once put 15.15 outside an interval from 15.15 to 15.15."""
    for length in range(20, 80):
        alike = {f"i{number}": "kaffe " + "och " * length for number in range(8)}
        assert _rates(_tokens(**alike))["low"].isna().all()


def test_the_same_seed_gives_the_same_interval() -> None:
    texts = {f"i{number}": "kaffe " * number + "och" for number in range(1, 10)}
    first, second = _rates(_tokens(**texts)), _rates(_tokens(**texts))
    pd.testing.assert_frame_equal(first, second)


def test_no_words_give_no_rates() -> None:
    assert _rates(_tokens()).empty


def test_interviews_without_the_word_come_first() -> None:
    use = count_without(_tokens(a="kaffe te", b="te", c="te te kaffe kaffe"), "lemma", "kaffe")
    assert use.to_numpy().tolist() == [["b", 0, 1], ["a", 1, 2], ["c", 2, 4]]
    assert summarize_use(use, "kaffe").to_numpy().tolist() == [["kaffe", 2, 1]]
