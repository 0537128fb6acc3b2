"""Accounts of goals in `labtools check`: sizes, denominators."""

import pandas as pd
import pytest

from labtools.evidence.goal_checks import check_observations

GOALS = pd.DataFrame({"goal": ["work", "events"], "city": "", "kind": ["participants", ""]})


def _told(numerator: str, denominator: str, goal: str = "work", **more: str) -> list[str]:
    row = {"goal": goal, "city": "umea", "numerator": numerator, "denominator": denominator}
    observations = pd.DataFrame([row | more], index=[2])
    numbers = ["numerator", "denominator"]
    observations[numbers] = observations[numbers].apply(pd.to_numeric)
    return [str(fault) for fault in check_observations(observations, GOALS)]


@pytest.mark.parametrize(("denominator", "found"), [("", "5 of nothing told"), ("0", "5 of 0")])
def test_a_numerator_without_a_denominator_is_a_fault(denominator: str, found: str) -> None:
    """One that is larger than a denominator of nought is told twice: both numbers may be wrong."""
    told = _told("5", denominator)
    assert (
        f"column denominator: a numerator must have a denominator above 0; found {found}"
        in (told[-1])
    )
    assert len(told) == (2 if denominator else 1)


def test_one_told_as_published_or_of_a_goal_that_counts_no_people_is_none() -> None:
    assert _told("10", "", published_sv="10 av ett 20-tal") == []
    assert _told("100", "", goal="events") == []
    assert _told("", "") == []
    assert _told("5", "10") == []


def test_without_goals_the_sizes_are_checked_all_the_same() -> None:
    rows = pd.DataFrame({"goal": ["g"], "numerator": [12.0], "denominator": [10.0]}, index=[2])
    (fault,) = check_observations(rows)
    assert (fault.row, fault.found) == (2, "12 of 10")
