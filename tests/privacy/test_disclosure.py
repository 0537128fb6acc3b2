"""What is shown of small counts does not lead back to them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from labtools.privacy.disclosure import TOTAL, Release, find_bounds, hide_few

MIN_PEOPLE = 5


def _table(*rows: list[int]) -> pd.DataFrame:
    columns = ["work", "studies", "seeking"][: len(rows[0])]
    return pd.DataFrame(list(rows), index=list("abc")[: len(rows)], columns=columns)


def _release(counts: pd.DataFrame, before: Release | None = None) -> Release:
    """The table with its totals as it leaves the lab."""
    published = hide_few(counts, min_people=MIN_PEOPLE, before=before)
    return Release(hide_few(counts, min_people=0), published.notna())


def _is_small(published: pd.DataFrame, counts: pd.DataFrame) -> np.ndarray:
    there = counts.reindex(index=published.index, columns=published.columns)
    there[TOTAL] = counts.sum(axis=1)
    there.loc[TOTAL] = [*counts.sum(), counts.to_numpy().sum()]
    cells = there.to_numpy(float)
    return np.asarray((cells > 0) & (cells < MIN_PEOPLE))


def test_one_small_count_takes_three_others_with_it() -> None:
    published = hide_few(_table([12, 2, 9], [8, 11, 30], [20, 14, 16]), min_people=MIN_PEOPLE)
    assert np.isnan(published.loc["a", "work"] * published.loc["a", "studies"])
    assert published.isna().sum().sum() == 4
    assert published.notna()[TOTAL].all()


def test_a_table_without_small_counts_is_shown_whole() -> None:
    counts = _table([12, 0], [8, 30])
    published = hide_few(counts, min_people=MIN_PEOPLE)
    assert published.loc[TOTAL].tolist() == [20, 30, 50]
    assert published.notna().all().all()


def test_one_row_hides_its_total_too() -> None:
    """With one row every total is a count again."""
    published = hide_few(_table([12, 2, 9]), min_people=MIN_PEOPLE)
    assert published["studies"].isna().all()


def test_a_reader_can_reckon_what_a_margin_gives_away() -> None:
    published = _table([12, 2], [8, 9]).astype(float).mask(np.array([[0, 1], [0, 0]], dtype=bool))
    published[TOTAL] = [14.0, 17.0]
    published.loc[TOTAL] = [20.0, 11.0, 31.0]
    low, high = find_bounds(published)
    assert low.loc["a", "studies"] == high.loc["a", "studies"] == 2


@settings(max_examples=40, deadline=None)
@given(
    arrays(
        int,
        st.tuples(st.integers(1, 12), st.integers(1, 8)),
        elements=st.one_of(st.integers(0, 8), st.integers(0, 60)),
    )
)
def test_no_hidden_count_can_be_held_within_the_rule(cells: np.ndarray) -> None:
    """An attacker with the page and its totals, by programmes that know nothing of the hiding."""
    counts = pd.DataFrame(cells).rename(index=str, columns=str)
    published = hide_few(counts, min_people=MIN_PEOPLE)
    small, hidden = _is_small(published, counts), published.isna().to_numpy()
    assert (small <= hidden).all()
    low, high = (ends.to_numpy() for ends in find_bounds(published))
    assert (low[small] <= 1e-6).all()
    assert (high[small] >= MIN_PEOPLE + 1 - 1e-6).all()
    assert (high[hidden] - low[hidden] >= 1 - 1e-6).all()


def test_who_holds_the_last_release_learns_nothing_more() -> None:
    """One who came into work would be seen by the difference of two tables shown whole."""
    first = _table([12, 20, 9], [8, 11, 30], [20, 14, 16])
    then = _release(first)
    assert then.shown.all().all()
    one_more = _table([13, 20, 9], [8, 11, 30], [20, 14, 16])
    now = hide_few(one_more, min_people=MIN_PEOPLE, before=then)
    assert now.isna().stack().loc[lambda hidden: hidden].index.tolist() == [
        ("a", "work"),
        ("a", TOTAL),
        (TOTAL, "work"),
        (TOTAL, TOTAL),
    ]
    grown = _table([13, 30, 21], [18, 21, 45], [31, 24, 30])
    now = hide_few(grown, min_people=MIN_PEOPLE, before=then)
    assert np.isnan(now.loc["a", "work"])
    assert now.isna().sum().sum() == 4


def test_a_table_that_nothing_can_protect_beside_the_last_is_refused() -> None:
    """One of eleven changed places: the known total leaves no room to hide it in."""
    then = _release(_table([6, 5]))
    with pytest.raises(ValueError, match="made out whatever else"):
        hide_few(_table([7, 4]), min_people=MIN_PEOPLE, before=then)


def test_what_stands_unmoved_since_the_last_release_cannot_hide_another() -> None:
    counts = _table([12, 2, 9], [8, 11, 30], [20, 14, 16])
    then = _release(counts)
    again = hide_few(counts, min_people=MIN_PEOPLE, before=then)
    pd.testing.assert_frame_equal(again.notna(), then.shown)


def test_what_hid_the_few_of_then_is_not_given_away_now() -> None:
    """The two who were few are many now; what hid them, still standing, would tell how few."""
    then = _release(_table([12, 2, 9], [8, 11, 30], [20, 14, 16]))
    few = then.counts.columns.get_loc("studies")
    grown = _table([12, 22, 9], [8, 11, 30], [20, 14, 16])
    assert _attack_both(then, _release(grown), few) == (2, 2)
    low, high = _attack_both(then, _release(grown, then), few)
    assert low == 0
    assert high >= 2 + MIN_PEOPLE


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(2, 5), st.integers(2, 4)).flatmap(
        lambda shape: st.tuples(
            arrays(int, shape, elements=st.one_of(st.integers(0, 8), st.integers(0, 60))),
            arrays(int, shape, elements=st.sampled_from([0, 0, 0, 1, 12])),
        )
    )
)
def test_two_releases_together_tell_of_no_few(tables: tuple[np.ndarray, np.ndarray]) -> None:
    """Not the few of then, nor those of now, nor those who came between."""
    first, came = (pd.DataFrame(cells).rename(index=str, columns=str) for cells in tables)
    then = _release(first)
    try:
        now = _release(first + came, then)
    except ValueError:
        return  # it is not published
    before, after = (one.counts.to_numpy().ravel() for one in (then, now))
    few = [(one > 0) & (one < MIN_PEOPLE) for one in (before, after)]
    between = then.shown.to_numpy().ravel() & (after != before) & (after - before < MIN_PEOPLE)
    sought = np.append(few[0], few[1] | between)
    for cell in np.flatnonzero(sought):
        size = np.append(before, after)[cell]
        low, high = _attack_both(then, now, cell)
        assert low <= max(size - MIN_PEOPLE, 0)
        assert high >= size + MIN_PEOPLE


def _attack_both(then: Release, now: Release, cell: int) -> tuple[float, float]:
    """From where to where a count may lie for who has both tables, and knows what still stands.

    cell: among those of then, row by row, and after them those of now. A programme of its own.
    """
    rows, columns = then.counts.shape
    size = rows * columns
    cells = np.arange(2 * size).reshape(2, rows, columns)
    sums = [
        *((line[:-1], line[-1]) for table in cells for line in table),
        *((line[:-1], line[-1]) for table in cells for line in table.T),
    ]
    values = [one.counts.to_numpy(float).ravel() for one in (then, now)]
    sums += [(at, at + size) for at in np.flatnonzero(values[0] == values[1])]
    equal = np.zeros((len(sums), 2 * size))
    for line, (parts, total) in enumerate(sums):
        equal[line, parts], equal[line, total] = 1, -1
    shown = [one.shown.to_numpy().ravel() for one in (then, now)]
    bounds = [
        (value, value) if is_shown else (0, None)
        for value, is_shown in zip(np.concatenate(values), np.concatenate(shown), strict=True)
    ]
    ends = []
    for sign in (1, -1):
        aim = np.zeros(2 * size)
        aim[cell] = sign
        found = linprog(aim, A_eq=equal, b_eq=np.zeros(len(sums)), bounds=bounds)
        ends.append(np.inf if found.status == 3 else round(sign * found.fun, 4))
    return ends[0], ends[1]


@pytest.mark.parametrize("cell", [-1, 0.5, np.nan])
def test_what_is_no_count_is_refused(cell: float) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        hide_few(pd.DataFrame({"work": [cell]}), min_people=MIN_PEOPLE)
