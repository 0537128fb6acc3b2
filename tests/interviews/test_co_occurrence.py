"""Which codes are heard together."""

from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.interviews.co_occurrence import count_co_occurrences


def _said(*rows: tuple[str, float | None, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source_id", "turn", "code", "person_id"]).astype(
        {"turn": "float64", "source_id": "str", "code": "str", "person_id": "str"}
    )


def test_pairs_are_counted_in_interviews_people_and_turns() -> None:
    """Both codes in two of three interviews, in one at the same turn, from one person."""
    said = _said(
        ("i1", 1, "home", "p1"),
        ("i1", 1, "work", "p1"),
        ("i1", 5, "work", "p1"),
        ("i2", 2, "home", "p2"),
        ("i2", 4, "work", "p3"),
        ("i3", 2, "work", ""),
    )
    pair = count_co_occurrences(said).iloc[0]
    assert pair[["first", "second"]].tolist() == ["home", "work"]
    assert pair[["interviews", "n", "same_turn", "people"]].tolist() == [2, 3, 1, 1]
    assert pair["estimate"] == pytest.approx(2 / 3)
    assert [pair["low"], pair["high"]] == pytest.approx([0.2077, 0.9385], abs=1e-4)


def test_a_segment_of_a_whole_source_is_in_the_interview_but_in_no_turn() -> None:
    said = _said(("i1", None, "home", ""), ("i1", None, "work", ""))
    pair = count_co_occurrences(said).iloc[0]
    assert pair[["interviews", "same_turn", "people"]].tolist() == [1, 0, 0]


def test_codes_that_never_meet_have_no_row() -> None:
    assert count_co_occurrences(_said(("i1", 1, "a", "p"), ("i2", 1, "b", "p"))).empty
    assert count_co_occurrences(_said()).empty


def test_a_table_without_turns_is_named() -> None:
    with pytest.raises(KeyError, match="turn missing"):
        count_co_occurrences(_said().drop(columns="turn"))


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(*(st.sampled_from(letters) for letters in ("ij", "123", "abcd", ["p", "q", ""])))
    )
)
def test_counts_agree_with_plain_loops(rows: list[tuple[str, str, str, str]]) -> None:
    said = _said(*((source, float(turn), code, who) for source, turn, code, who in rows))
    found = count_co_occurrences(said).set_index(["first", "second"])

    def both(pair: tuple[str, str], *keys: int) -> set[tuple[str, ...]]:
        one, other = ({tuple(row[key] for key in keys) for row in rows if row[2] == code}
                      for code in pair)  # fmt: skip
        return one & other

    pairs = [p for p in combinations(sorted({row[2] for row in rows}), 2) if both(p, 0)]
    assert sorted(found.index) == pairs
    for pair in pairs:
        people = both(pair, 3) - {("",)}
        counted = [len(both(pair, 0)), len({at[0] for at in both(pair, 0, 1)}), len(people)]
        assert found.loc[pair, ["interviews", "same_turn", "people"]].tolist() == counted
