"""Coded interviews → how the number of codes grows with the interviews, and would go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from labtools.frames import ESTIMATE_COLUMNS, as_estimates
from labtools.intervals import Floats
from labtools.interviews.incidence import Coded, keep_known
from labtools.interviews.saturation import check_stopping, count_unheard, expect_new

Ints = NDArray[np.int64]


def rarefy_codes(coded: Coded, *, by: Sequence[str], level: float = 0.95) -> pd.DataFrame:
    """How many codes any so many interviews would hold, from one to twice as many as there are.

    Returns one row per group and number of interviews: `…, interviews, estimate, low, high`
    (codes), `n` interviews in all, `unit`. Up to n the expectation over all choices of so many
    of the interviews; beyond it what Chao2 leads to expect, a lower bound. The interval is for
    another round of as many interviews with such people ("unconditional"), so it has a width at
    n as well. It holds the truth in 93 to 99 of 100 cases up to two thirds of n; from n on, where
    many codes are rare, in 87 to 90. Without interval from n on where Q1 is 0, for it would have
    no width; no row for a group of fewer than two interviews. Colwell et al. 2012, Journal of
    Plant Ecology 5: 3 (Bernoulli product model, with Chao2 for the number of codes).
    """
    tables = []
    for group in _groups(coded, by):
        if group.interviews > 1:
            estimate, error = _rarefy(group.counts())
            half = special.ndtri((1 + level) / 2) * error
            rows = {"interviews": np.arange(1, len(estimate) + 1), "estimate": estimate}
            rows |= {"low": estimate - half, "high": estimate + half}
            table = pd.DataFrame(rows).assign(**group.values, n=group.interviews, unit="codes")
            tables.append(table)
    return _stack(tables, by)


def _rarefy(counts: Floats) -> tuple[Floats, Floats]:
    """Expected codes in 1 to 2 T interviews, and their standard errors.

    counts: how many codes were heard in 1, 2, … T interviews. Each estimate changes by `weights`
    with each of the counts, which are taken for a multinomial of Chao2 codes.
    """
    total = len(counts)
    found, once, twice = counts.sum(), counts[0], counts[1]
    n, further = np.array(float(total)), np.arange(1.0, total + 1)
    unheard, new = count_unheard(n, once, twice), expect_new(n, once, twice, further)
    per_new_code = np.ones((total, total))
    per_new_code[:, :2] += np.column_stack(_change_new(n, once, twice, further))
    weights = np.vstack([_choose_any(total), per_new_code])
    estimate = np.concatenate([_choose_any(total) @ counts, found + new])
    variance = weights**2 @ counts - (weights @ counts) ** 2 / (found + unheard)
    error = np.sqrt(np.maximum(variance, 0))
    error[total - 1 :] = np.where(unheard > 0, error[total - 1 :], np.nan)
    return estimate, error


def _choose_any(total: int) -> Floats:
    """How likely a code is among any so many of the interviews.

    A row per number of interviews drawn, a column per number that the code was heard in; both
    from 1 to `total`.
    """
    heard_in = np.arange(1, total + 1)
    drawn = heard_in[:, None]
    left = total - heard_in - drawn
    ways = special.gammaln(total - heard_in + 1) - special.gammaln(np.maximum(left, 0) + 1)
    none = np.exp(ways + special.gammaln(total - drawn + 1) - special.gammaln(total + 1))
    return np.asarray(1 - np.where(left >= 0, none, 0))


def _change_new(
    interviews: Floats, once: Floats, twice: Floats, further: Floats
) -> tuple[Floats, Floats]:
    """How `expect_new` changes with Q1 and with Q2: its derivatives."""
    unheard = count_unheard(interviews, once, twice)
    at_once = once / np.maximum(interviews * unheard + once, 1)
    still = (1 - at_once) ** further
    later = further * at_once * still
    if twice > 0:
        with_once = unheard / np.maximum(once, 1) * (2 * (1 - still) - later)
        return with_once, unheard / twice * (later - (1 - still))
    share = (interviews - 1) / interviews
    slower = further * (1 - at_once) ** (further - 1) * at_once**2 * (interviews - 1) / 2
    return share * (2 * once - 1) / 2 * (1 - still) - unheard * slower, 0 * further


def trace_emergence(
    coded: Coded, *, by: Sequence[str], orders: int, rng: np.random.Generator, level: float = 0.95
) -> pd.DataFrame:
    """How many codes had been heard after each interview, as it went and in any other order.

    orders: so many random orders of each group's interviews. Returns one row per group and
    number of interviews: `…, interviews, estimate, low, high` (codes; the expectation over all
    orders, and where `level` of the orders lie), `n` interviews in all, `unit`, `in_order`
    (codes heard after so many interviews by date, those without a date last). The band tells
    what the order alone does; it closes at n because every order ends with all codes.
    """
    tables = []
    for group in _groups(coded, by):
        curves = group.draw_curves(orders, rng)
        expected = _choose_any(group.interviews) @ group.counts()
        low, high = np.quantile(curves[1:], [(1 - level) / 2, (1 + level) / 2], axis=0)
        rows = {"interviews": np.arange(1, len(expected) + 1), "estimate": expected}
        rows |= {"low": np.minimum(low, expected), "high": np.maximum(high, expected)}
        told = {"n": group.interviews, "unit": "codes", "in_order": curves[0]}
        tables.append(pd.DataFrame(rows).assign(**group.values, **told))
    return _stack(tables, by, "in_order")


def _stack(tables: list[pd.DataFrame], by: Sequence[str], *others: str) -> pd.DataFrame:
    columns = [*by, "interviews", *ESTIMATE_COLUMNS, *others]
    stacked = pd.concat(tables) if tables else pd.DataFrame(columns=columns)
    return as_estimates(stacked, by=[*by, "interviews"])


def find_stopping(
    coded: Coded, *, by: Sequence[str], orders: int, rng: np.random.Generator
) -> pd.DataFrame:
    """When the rule of `saturation.check_stopping` would have ended the interviews.

    Returns one row per group: `…, n` interviews, `stopped` (after so many, by date; NaN where it
    never would), `stopped_first` and `stopped_last` (19 of 20 random orders stop between these;
    NaN where so many do not stop), `codes_found` then (NaN likewise), of `codes` in all.
    """
    rows = []
    for group in _groups(coded, by):
        curves = group.draw_curves(orders, rng)
        stopped = check_stopping(curves)
        ends = np.nan_to_num(stopped[1:], nan=np.inf)
        ends = np.quantile(ends, [0.025, 0.975], method="inverted_cdf")
        first, last = np.where(np.isinf(ends), np.nan, ends)
        after = stopped[0]
        found = np.nan if np.isnan(after) else float(curves[0, int(after) - 1])
        row = {"n": group.interviews, "stopped": after, "stopped_first": first}
        row |= {"stopped_last": last, "codes_found": found, "codes": int(curves[0, -1])}
        rows.append(group.values | row)
    columns = [*by, "n", "stopped", "stopped_first", "stopped_last", "codes_found", "codes"]
    return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class _Group:
    """A group with a code: its `values` of the columns, and its incidences.

    sources, codes: the number of the source, which are in the order of their dates, and of the
    code, one of each per incidence, in the order of the codes.
    """

    values: dict[str, str]
    interviews: int
    sources: Ints
    codes: Ints

    def counts(self) -> Floats:
        """How many codes were heard in 1, 2, … of the interviews."""
        heard_in = np.bincount(self.codes)
        return np.bincount(heard_in, minlength=self.interviews + 1)[1:].astype(float)

    def draw_curves(self, orders: int, rng: np.random.Generator) -> Ints:
        """Codes heard after 1, 2, … interviews: by date in the first row, then in random orders."""
        by_date = np.arange(self.interviews)
        shuffled = rng.permuted(np.tile(by_date, (orders, 1)), axis=1)
        place = np.vstack([by_date, shuffled])
        begins = np.flatnonzero(np.diff(self.codes, prepend=-1))
        first = np.minimum.reduceat(place[:, self.sources], begins, axis=1)
        cell = first + self.interviews * np.arange(orders + 1)[:, None]
        new = np.bincount(cell.ravel(), minlength=place.size).reshape(place.shape)
        return np.cumsum(new, axis=1)


def _groups(coded: Coded, by: Sequence[str]) -> Iterator[_Group]:
    groups = [*by]
    heard = keep_known(coded.heard, groups)[[*groups, "source_id", "date"]].drop_duplicates()
    heard = heard.assign(undated=heard["date"] == "")
    heard = heard.sort_values(["undated", "date", "source_id"])
    said = keep_known(coded.said, groups)[[*groups, "source_id", "code"]].drop_duplicates()
    keys: list[Any] = groups or [lambda _: 0]  # all rows are one group
    said_by = dict(iter(said.groupby(keys)))
    sources_by = dict(iter(heard.groupby(keys)))
    shown = heard.loc[sorted(heard.index), groups].drop_duplicates()
    for values in shown.itertuples(index=False, name=None) if groups else [(0,)]:
        if values in said_by:
            codes, _ = pd.factorize(said_by[values]["code"])
            order = np.argsort(codes, kind="stable")
            numbered = pd.Index(sources_by[values]["source_id"])
            sources = numbered.get_indexer(said_by[values]["source_id"])
            named = dict(zip(groups, values, strict=False))
            yield _Group(named, len(numbered), sources[order], codes[order])
