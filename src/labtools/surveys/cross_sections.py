"""Two waves that cannot be linked → the difference between two cross-sections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from labtools.frames import as_estimates, check_columns


def compare_waves(levels: pd.DataFrame, *, by: Sequence[str], waves: Sequence[str]) -> pd.DataFrame:
    """How far the last wave lies from the first, whoever answered them.

    levels: estimates with a row per group and `wave`, such as `estimates.estimate_means` gives
    them; waves: in order. A level whose n these readers must not see (NaN) has none here either.
    Returns one row per group that has the first and the last: `estimate, low, high` (the last less
    the first), `n` people in the wave with fewer, `unit`, `level_before, level_after`. It is a
    change of the population only as far as both waves speak for it; nobody in particular changed.
    Interval where both levels have theirs, as if the waves were drawn apart from each other: too
    long where the same people or stairwells were asked twice. Squares of the levels' own limits are
    added, which holds near 0 and 1 as well: Newcombe 1998, Statistics in Medicine 17: 873, method
    10; Zou & Donner 2008, 27: 1693.
    """
    check_columns(levels, *by, "wave", "estimate", "low", "high", "n", "unit")
    columns = [*by, "estimate", "low", "high", "n", "unit", "level_before", "level_after"]
    if len(waves) < 2 or levels.empty:
        return pd.DataFrame(columns=columns)
    first, last = (levels[levels["wave"] == wave] for wave in (waves[0], waves[-1]))
    both = first.merge(last, on=list(by), suffixes=("_before", "_after"), validate="1:1")
    before, after = both["estimate_before"], both["estimate_after"]
    down = np.hypot(after - both["low_after"], both["high_before"] - before)
    up = np.hypot(both["high_after"] - after, before - both["low_before"])
    table = both[list(by)].assign(
        estimate=after - before,
        low=after - before - down,
        high=after - before + up,
        n=both[["n_before", "n_after"]].min(axis="columns", skipna=False),
        unit="change in " + both["unit_after"],
        level_before=before,
        level_after=after,
    )
    if "too_few" in levels:
        table = table.assign(too_few=both["too_few_before"] | both["too_few_after"])
    return as_estimates(table, by=by)
