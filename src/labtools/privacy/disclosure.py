"""Counts of people → the same counts without those from which a few people could be made out.

A count of few people is hidden, and so are the further counts from which it could be computed, or
held within narrow bounds, with the totals of its row and column: the fewest that are enough. A
rule for tables of two ways with totals: whoever publishes parts of one table on several pages
hides over the whole of it, and each page shows its part. Two tables over the same people are not
seen together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, sparse

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

TOTAL = "total"
_TIES = 0.01  # of a cell: what its share of all people counts for among sets of as many cells
_CLOSE = 1e-6


class Release(NamedTuple):
    """A table as it was released: its counts with their totals, and which of them were shown."""

    counts: pd.DataFrame
    shown: pd.DataFrame


def hide_few(
    counts: pd.DataFrame,
    *,
    min_people: int,
    before: Release | None = None,
) -> pd.DataFrame:
    """The table with its totals, and NaN where a count is hidden.

    counts: people, one row and one column per group, each person in one cell; no totals. Returns
    the same rows and columns and a row and a column `total`. A count of 1 to `min_people` − 1 is
    hidden, with the fewest others such that what is shown leaves it anywhere from 0 to
    `min_people` above what it is; no further hidden count can be computed. Nought is shown: there
    is nobody to make out. Which of the hidden counts are the small ones is not told.

    before: the table as it was released last, if it was. Whoever holds both is taken to know which
    counts still stand. So a count that has moved by fewer than `min_people` is hidden, for it
    tells of those who came or went; and what is shown now must lead neither to the few of now
    nor, beside what was shown then, to the few of then. ValueError where no hiding is enough: the
    table cannot be published beside the earlier one.

    Cell suppression as an integer programme with cuts from the linear programmes of an attacker:
    Fischetti & Salazar 2001, Management Science 47: 1008, sections 3 and 4.

    >>> counts = pd.DataFrame({"work": [12, 2], "studies": [9, 8], "seeking": [7, 11]})
    >>> hide_few(counts.set_axis(["boden", "umeå"]), min_people=5).isna().sum().sum()
    np.int64(4)
    """
    whole = _with_totals(counts)
    sums = _find_sums(whole.shape)
    cells = whole.to_numpy(float)
    if (cells < 0).any() or (cells % 1 != 0).any() or np.isnan(cells).any():
        raise ValueError("counts must be whole numbers from 0, each person in one cell")
    small = (cells > 0) & (cells < min_people)
    none = np.zeros(cells.size, dtype=bool)
    attacked = _Attacked(cells.ravel(), sums, small.ravel(), none, none[:0])
    if before is not None:
        attacked = _join(attacked, whole, before, min_people=min_people)
    hidden = _choose_hidden(attacked, _never_alone(sums), spread=float(min_people))
    return whole.astype(float).mask(hidden.reshape(cells.shape))


def find_bounds(published: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The least and the most that each count can be, as whoever reads the table can reckon.

    published: as `hide_few` gives it; NaN where hidden. Returns two tables of the same shape;
    infinity where there is no bound above.
    """
    shown = published.to_numpy(float)
    sums = _find_sums(shown.shape)
    free = np.isnan(shown).ravel()
    fixed = np.nan_to_num(shown).ravel()
    bounds = np.column_stack([fixed, np.where(free, np.inf, fixed)])
    low, high = fixed.copy(), fixed.copy()
    for cell in np.flatnonzero(free):
        for sign, ends in ((1.0, low), (-1.0, high)):
            aim = np.zeros(len(fixed))
            aim[cell] = sign
            found = optimize.linprog(aim, A_eq=sums, b_eq=np.zeros(sums.shape[0]), bounds=bounds)
            ends[cell] = np.inf if found.status == 3 else sign * found.fun
    tables = (
        pd.DataFrame(ends.reshape(shown.shape), index=published.index, columns=published.columns)
        for ends in (low, high)
    )
    return next(tables), next(tables)


def _with_totals(counts: pd.DataFrame) -> pd.DataFrame:
    across = counts.assign(**{TOTAL: counts.sum(axis=1)})
    return pd.concat([across, across.sum().to_frame(TOTAL).T])


def _find_sums(shape: tuple[int, ...]) -> sparse.csr_array:
    """One row per sum that must come out: cells of a row less its total, and so for columns."""
    rows, columns = shape
    of_row, of_column = (np.append(np.ones(size - 1), -1.0)[None, :] for size in (columns, rows))
    across = sparse.kron(sparse.eye_array(rows), of_row)
    down = sparse.kron(of_column, sparse.eye_array(columns))
    return sparse.csr_array(sparse.vstack([across, down]))


class _Attacked(NamedTuple):
    """What an attacker works on: cells, sums that come out at nought, cells not to be found.

    The cells of the table are followed by those of its last release, if there was one; `known`
    of the former cannot help, for the latter tell them; `then` of the latter were hidden.
    """

    value: Floats
    sums: sparse.csr_array
    sought: Flags
    known: Flags
    then: Flags


def _join(now: _Attacked, whole: pd.DataFrame, before: Release, *, min_people: int) -> _Attacked:
    """The table beside its last release: counts that still stand are one and the same."""
    cells = before.counts.to_numpy(float)
    there = [
        whole.index.get_indexer(before.counts.index),
        whole.columns.get_indexer(before.counts.columns),
    ]
    at = np.where(
        np.minimum.outer(*there) < 0, -1, there[0][:, None] * whole.shape[1] + there[1]
    ).ravel()
    value, shown = cells.ravel(), before.shown.to_numpy(bool).ravel()
    in_both = np.flatnonzero(at >= 0)
    moved = np.abs(now.value[at[in_both]] - value[in_both])
    came_or_went = (moved > 0) & (moved < min_people) & shown[in_both]
    sought, known = now.sought.copy(), now.known.copy()
    sought[at[in_both[came_or_went]]] = True
    stands = in_both[moved == 0]
    known[at[stands]] = shown[stands] & ~sought[at[stands]]
    links = sparse.coo_array(
        (
            np.repeat([1.0, -1.0], len(stands)),
            (np.tile(np.arange(len(stands)), 2), np.r_[at[stands], len(now.value) + stands]),
        ),
        (len(stands), len(now.value) + len(value)),
    )
    return _Attacked(
        np.r_[now.value, value],
        sparse.csr_array(
            sparse.vstack([sparse.block_diag([now.sums, _find_sums(cells.shape)]), links])
        ),
        np.r_[sought, (value > 0) & (value < min_people) & ~shown],
        known,
        ~shown,
    )


class _Attack(NamedTuple):
    """How far each count that is sought can be moved, down and then up, and a cut for each."""

    reach: Floats
    cuts: Floats


def _choose_hidden(table: _Attacked, rule: optimize.LinearConstraint, *, spread: float) -> Flags:
    """The cheapest set of cells that keeps the rule and hides those that are sought.

    A cut is a further rule that every set which protects one of them keeps: of these cells, so
    much must be hidden.
    """
    now = len(table.known)
    least = table.sought[:now]
    if not least.any() and not table.then.any():
        return least
    value, sought = table.value, np.flatnonzero(table.sought)
    needed = np.concatenate([np.minimum(value[sought], spread), np.full(len(sought), spread)])
    cost = 1 + _TIES * value[:now] / max(value[:now].max(), 1)
    bounds = optimize.Bounds(least.astype(float), np.where(table.known, 0.0, 1.0))
    rules = [rule]
    while True:
        found = optimize.milp(cost, integrality=1, bounds=bounds, constraints=rules)
        if found.x is None:
            raise ValueError("a few people can be made out whatever else is hidden")
        hidden = np.asarray(found.x > 0.5)
        free = np.append(hidden, table.then)
        attack = _attack(value, free, sought, table.sums, spread=spread)
        short = attack.reach < needed - _CLOSE
        if not short.any():
            return hidden
        cuts = attack.cuts[short] / needed[short, None]
        lacking = 1 - cuts[:, now:] @ table.then
        rules.append(optimize.LinearConstraint(np.minimum(cuts[:, :now], 1), lb=lacking - _CLOSE))


def _never_alone(sums: sparse.csr_array) -> optimize.LinearConstraint:
    """A cell hidden alone in its row or column could be computed, and so would hide nothing."""
    in_sum = abs(sums)
    cell = in_sum.tocoo().coords[1]
    others = in_sum[in_sum.tocoo().coords[0]]
    alone = sparse.csr_array((np.full(len(cell), 2.0), (np.arange(len(cell)), cell)), others.shape)
    return optimize.LinearConstraint(others - alone, lb=0)


def _attack(
    value: Floats, free: Flags, sought: NDArray[np.intp], sums: sparse.csr_array, *, spread: float
) -> _Attack:
    """All linear programmes of the attacker at once, a block for each small count and way.

    A free cell may be anything from 0 to twice `spread` above what it is, which is enough to see.
    """
    blocks, cells = 2 * len(sought), len(value)
    if not blocks:
        return _Attack(np.zeros(0), np.zeros((0, cells)))
    room = 2 * spread
    low = np.where(free, 0.0, value)
    high = np.where(free, value + room, value)
    aim = np.zeros((blocks, cells))
    aim[np.arange(len(sought)), sought] = 1.0  # as low as it can be
    aim[len(sought) + np.arange(len(sought)), sought] = -1.0  # as high as it can be
    found = optimize.linprog(
        aim.ravel(),
        A_eq=sparse.kron(sparse.eye_array(blocks), sums),
        b_eq=np.zeros(blocks * sums.shape[0]),
        bounds=np.tile(np.column_stack([low, high]), (blocks, 1)),
        method="highs",
    )
    reach = (aim * (value - found.x.reshape(blocks, cells))).sum(axis=1)
    down = np.maximum(found.lower.marginals, 0).reshape(blocks, cells)
    up = np.maximum(-found.upper.marginals, 0).reshape(blocks, cells)
    return _Attack(reach, down * value + up * room)
