"""Scores → means with the interval that the way of sampling allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from labtools.frames import as_estimates, check_columns
from labtools.intervals import t_interval

Sampling = Literal["random", "census", "convenience", "unknown"]


def estimate_means(
    scores: pd.DataFrame,
    column: str,
    *,
    by: Sequence[str],
    sampling: Sampling,
    design: Mapping[str, str],
    unit: str = "points",
    level: float = 0.95,
) -> pd.DataFrame:
    """Mean of a measured column per group.

    scores: one row per person; design: which columns hold `strata`, `cluster` and `weight` (none
    named: one stratum, each person a cluster, equal weights). Returns one row per group, in the
    table's order: `estimate, low, high, n, unit`, then `standard_error`; people without a score
    leave both the mean and `n`, but stay in the design. Only a random sample gets an interval:
    Taylor linearisation over clusters nested in strata, groups as domains of the whole sample,
    t with the group's clusters less its strata (Särndal, Swensson & Wretman 1992, section 5.7;
    R's survey, `svyby`). The finite population correction is left out, which widens the
    interval; there is none where all are alike. Raises ValueError for a weight that is not above
    zero and for a stratum with one cluster.
    """
    check_columns(scores, column, *by)
    answered = scores[column].notna()
    rows = []
    for key, members in scores[answered].groupby(list(by), sort=False, observed=True):
        mean = float(np.average(members[column], weights=_weights(members, design)))
        low = high = error = np.nan
        if sampling == "random":
            inside = scores.index.isin(members.index)
            error, df = _standard_error(scores, inside, column, design)
            bounds = t_interval(mean, error if error > 0 else np.nan, df, level=level)
            low, high = (float(bound) for bound in bounds)
        group = dict(zip(by, key, strict=True))
        measures = {"estimate": mean, "low": low, "high": high, "n": len(members)}
        rows.append({**group, **measures, "standard_error": error})
    columns = [*by, "estimate", "low", "high", "n", "standard_error"]
    return as_estimates(pd.DataFrame(rows, columns=columns).assign(unit=unit), by=by)


def _weights(people: pd.DataFrame, design: Mapping[str, str]) -> np.ndarray:
    weights = (
        people[design["weight"]].to_numpy(dtype=float)
        if "weight" in design
        else np.ones(len(people))
    )
    if not (weights > 0).all():
        raise ValueError(f"every weight must be above 0; found {weights.min():g}")
    return weights


def _standard_error(
    people: pd.DataFrame, inside: np.ndarray, column: str, design: Mapping[str, str]
) -> tuple[float, float]:
    """Linearised standard error of a domain's mean, and its degrees of freedom."""
    for part in ("strata", "cluster"):
        if part in design and people[design[part]].isna().any():
            raise ValueError(f"everybody must have a {part} ({design[part]}); some have none")
    weights = _weights(people, design) * inside
    values = people[column].fillna(0.0).to_numpy(dtype=float)
    mean = (weights * values).sum() / weights.sum()
    influence = weights * (values - mean) / weights.sum()
    strata = people[design["strata"]] if "strata" in design else pd.Series(0, index=people.index)
    cluster = (
        people[design["cluster"]]
        if "cluster" in design
        else pd.Series(np.arange(len(people)), index=people.index)
    )
    keys = pd.DataFrame({"stratum": strata.to_numpy(), "cluster": cluster.to_numpy()})
    totals = keys.assign(influence=influence).groupby(["stratum", "cluster"])["influence"].sum()
    by_stratum = totals.groupby("stratum")
    clusters = by_stratum.size()
    if (clusters < 2).any():
        raise ValueError(
            f"a stratum must hold two clusters or more; {clusters.index[clusters < 2][0]} has one"
        )
    variance = (clusters * by_stratum.var(ddof=1)).sum()
    domain = keys[np.asarray(inside, dtype=bool)].drop_duplicates()
    df = len(domain) - domain["stratum"].nunique()
    return float(np.sqrt(variance)), float(df)
