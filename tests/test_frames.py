"""What every table shares: columns, the estimates contract, merges that lose nothing."""

import pandas as pd
import pytest
from pandas.errors import MergeError

from labtools.frames import as_estimates, check_columns, join_one


def _estimate(**changed: object) -> pd.DataFrame:
    row = {"city": "a", "estimate": 0.5, "low": 0.4, "high": 0.6, "n": 10, "unit": "share"}
    return pd.DataFrame([row | changed])


def test_a_missing_column_is_named_beside_those_that_are_there() -> None:
    with pytest.raises(KeyError, match="must have the columns city, n; n missing; it has city"):
        check_columns(pd.DataFrame({"city": []}), "city", "n")


def test_an_estimate_outside_its_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="must lie within its interval"):
        as_estimates(_estimate(estimate=0.7), by=["city"])


@pytest.mark.parametrize("n", [-1, 2.5])
def test_n_counts_people(n: float) -> None:
    with pytest.raises(ValueError, match="n must count people"):
        as_estimates(_estimate(n=n), by=["city"])


def test_people_who_must_not_be_counted_have_no_n() -> None:
    hidden = _estimate(estimate=float("nan"), low=float("nan"), high=float("nan"), n=float("nan"))
    assert as_estimates(hidden.assign(too_few=True), by=["city"])["n"].isna().all()
    with pytest.raises(ValueError, match="n must count people"):
        as_estimates(hidden, by=["city"])


def test_an_undefined_estimate_keeps_its_n() -> None:
    undefined = _estimate(estimate=float("nan"), low=float("nan"), high=float("nan"))
    assert as_estimates(undefined, by=["city"])["n"].tolist() == [10]


def test_a_join_keeps_every_row_in_order() -> None:
    left = pd.DataFrame({"key": ["b", "x", "a"]})
    right = pd.DataFrame({"key": ["a", "b"], "value": [1, 2]})
    joined = join_one(left, right, on=["key"])
    assert joined["key"].tolist() == ["b", "x", "a"]
    assert joined["value"].isna().tolist() == [False, True, False]


def test_a_join_refuses_a_key_that_stands_twice() -> None:
    twice = pd.DataFrame({"key": ["a", "a"], "value": [1, 2]})
    with pytest.raises(MergeError):
        join_one(pd.DataFrame({"key": ["a"]}), twice, on=["key"])


def test_a_join_refuses_to_rename_a_column_behind_your_back() -> None:
    table = pd.DataFrame({"key": ["a"], "note": ["x"]})
    with pytest.raises(ValueError, match="only key may stand in both tables; also note"):
        join_one(table, table, on=["key"])
