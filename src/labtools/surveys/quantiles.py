"""Answers → the values below which given shares of people lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from labtools.frames import as_estimates
from labtools.surveys.design import Counts, Floats, Sampling
from labtools.surveys.estimates import estimate_means
from labtools.surveys.linearisation import find_domains

_ROUNDING = 1e-12


def estimate_quantiles(
    answers: pd.DataFrame,
    column: str,
    *,
    quantiles: Sequence[float],
    by: Sequence[str],
    sampling: Sampling,
    design: Mapping[str, str],
    unit: str = "points",
    level: float = 0.95,
) -> pd.DataFrame:
    """Quantiles of a measured column per group: the median is the quantile .5.

    answers: one row per person; quantiles: shares between 0 and 1. Returns one row per group and
    `quantile`: the least value at or below which at least that share of the weight lies, with
    the columns of `estimates.estimate_means`; `design_effect` is that of the share at or below
    it. The interval is the range of values whose shares lie within Student's t interval of that
    share; a bound outside 0–1 is NaN. Raises ValueError as `design.declare_design`, and for a
    quantile that is not between 0 and 1. Woodruff 1952, JASA 47: 635; R's survey, `svyquantile`.

    >>> people = pd.DataFrame({"city": "a", "rent": [5000, 6000, 7000, 9000]})
    >>> medians = estimate_quantiles(people, "rent", quantiles=[0.5], by=["city"],
    ...                              sampling="census", design={}, unit="SEK")
    >>> medians["estimate"].tolist()
    [6000.0]
    """
    outside = [quantile for quantile in quantiles if not 0 < quantile < 1]
    if outside:
        raise ValueError(f"a quantile must lie between 0 and 1; found {outside[0]}")
    domains = find_domains(answers, [column], by=by, sampling=sampling, design=design)
    values = answers[column].to_numpy()[domains.rows].astype(float)
    ordered = np.lexsort((values, domains.group))
    ends = np.cumsum(domains.sum()).astype(int)
    tables = []
    for quantile in quantiles:
        shares = np.full(len(ends), quantile)
        found = _find(shares, values, domains.weights, ordered, ends)
        below = np.full(len(answers), np.nan)
        below[domains.rows] = values <= found[domains.group]
        at = estimate_means(
            answers.assign(**{column: below}), column, by=by, sampling=sampling,
            design=design, unit=unit, level=level,
        )  # fmt: skip
        low, high = (
            _find(at[bound].to_numpy(), values, domains.weights, ordered, ends)
            for bound in ("low", "high")
        )
        t = (at["high"] - at["low"]) / (2 * at["standard_error"])
        table = at.assign(quantile=quantile, estimate=found, low=low, high=high)
        tables.append(table.assign(standard_error=(high - low) / (2 * t), group=range(len(at))))
    if not tables:
        raise ValueError("quantiles must name one share or more; found none")
    together = pd.concat(tables).sort_values(["group", "quantile"], kind="stable")
    return as_estimates(together.drop(columns="group"), by=[*by, "quantile"])


def _find(shares: Floats, values: Floats, weights: Floats, ordered: Counts, ends: Counts) -> Floats:
    """For each group its least value at or below which its share of the weight lies.

    ordered: the rows by group and value; ends: where each group ends there.
    """
    found = np.full(len(ends), np.nan)
    starts = np.concatenate([[0], ends])
    for group, end in enumerate(ends):
        start = starts[group]
        if start == end or not 0 <= shares[group] <= 1:
            continue
        rows = ordered[start:end]
        cumulated = np.cumsum(weights[rows])
        at = np.searchsorted(cumulated, (shares[group] - _ROUNDING) * cumulated[-1])
        found[group] = values[rows[min(at, len(rows) - 1)]]
    return found
