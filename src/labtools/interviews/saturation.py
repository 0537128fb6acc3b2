"""In how many interviews codes were heard → how much is not yet heard.

Everything here takes interviews for independent draws from one pool, in which each code has a
share of its own (incidence data). Q1 and Q2 are the codes heard in one interview and in two, T
the interviews, U the incidences: the interviews of each code, added up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from labtools.frames import as_estimates, check_columns
from labtools.intervals import Floats

_FREQUENCIES = ("n", "codes_found", "in_one", "in_two", "incidences")


def estimate_codes(
    frequencies: pd.DataFrame, *, by: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Chao2: how many codes there are at least, those that nobody has heard yet included.

    frequencies: as `incidence.count_frequencies` gives them. Returns one row per group:
    `estimate, low, high` (codes), `n` interviews, `unit`, `standard_error`, `codes_found`. The
    estimate is a lower bound of what could be heard with the same codebook from the same kind of
    people, never a count of what is missing. NaN for fewer than two interviews or no code; without
    interval where no code is unheard by the estimate, because the interval is one of how many
    are. Its lower end lies above what was found, so it fails where nearly all has been found:
    with codes alike it holds their number in 92 to 94 of 100 cases while nine tenths or less are
    found. Chao 1987, Biometrics 43: 783 (estimator, variance, interval from logarithms); with
    (T−1)/T, and for Q2 = 0, as R's vegan has them.

    >>> ants = pd.DataFrame({"n": [599], "codes_found": [227], "in_one": [49], "in_two": [23],
    ...                      "incidences": [5976]})
    >>> estimate_codes(ants, by=[])[["estimate", "standard_error"]].round(3).to_numpy().tolist()
    [[279.109, 19.794]]
    """
    check_columns(frequencies, *by, *_FREQUENCIES)
    interviews, found, once, twice, _ = _columns(frequencies)
    unheard = count_unheard(interviews, once, twice)
    total = np.where(found > 0, found, np.nan) + unheard
    share = (interviews - 1) / interviews
    ratio = once / np.where(twice > 0, twice, np.nan)
    variance = np.where(
        twice > 0,
        twice * (share * ratio**2 / 2 + share**2 * ratio**3 + share**2 * ratio**4 / 4),
        unheard + share**2 * once * (2 * once - 1) ** 2 / 4 - share**2 * once**4 / (4 * total),
    )
    there = np.where(unheard > 0, unheard, np.nan)
    spread = np.exp(_quantile(level) * np.sqrt(np.log1p(variance / there**2)))
    estimates = frequencies[[*by]].assign(
        estimate=total,
        low=found + there / spread,
        high=found + there * spread,
        n=frequencies["n"],
        unit="codes",
        standard_error=np.sqrt(np.where(unheard > 0, variance, np.nan)),
        codes_found=frequencies["codes_found"],
    )
    return as_estimates(estimates, by=by)


def estimate_coverage(
    frequencies: pd.DataFrame, *, by: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """How large a part of what a further interview holds, counted in codes, was heard before.

    frequencies: as `incidence.count_frequencies` gives them. Returns one row per group:
    `estimate, low, high` (0–1), `n` interviews, `unit`. A code that is said by many weighs more
    than a rare one, so coverage can be near 1 while many rare codes are unheard. NaN for fewer
    than two interviews or no code. Chao & Jost 2012, Ecology 93: 2533 (the estimate; 1 − Q1/U
    for Q2 = 0). The interval is for the part that these interviews hold, not for the mean of
    others: the rare codes that are unheard vary as Q1 + 2 Q2 (Esty 1983, Annals of Statistics 11:
    905); downwards, Q1 is replaced by its expectation, so that there is an interval, of about
    3.84 / U, where every code was heard twice. The bootstrap of Chao & Jost has none there.

    >>> ants = pd.DataFrame({"n": [599], "codes_found": [227], "in_one": [49], "in_two": [23],
    ...                      "incidences": [5976]})
    >>> estimate_coverage(ants, by=[])["estimate"].round(4).tolist()
    [0.9918]
    """
    check_columns(frequencies, *by, *_FREQUENCIES)
    incidences = frequencies["incidences"].to_numpy(dtype=float)
    missing, least, most = _bound_unheard(frequencies, level)
    estimates = frequencies[[*by]].assign(
        estimate=1 - missing / incidences,
        low=1 - np.minimum(most / incidences, 1),
        high=1 - least / incidences,
        n=frequencies["n"],
        unit="share",
    )
    return as_estimates(estimates, by=by)


def estimate_new(
    frequencies: pd.DataFrame, *, interviews: int, by: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """How many codes not heard before some further interviews would bring, on average.

    frequencies: as `incidence.count_frequencies` gives them. Returns one row per group:
    `estimate, low, high` (codes), `n` interviews so far, `unit`, `further` interviews. The
    estimate rests on Chao2 and so is a lower bound; the upper end takes every further interview
    to bring as much as the first. NaN where more are asked for than there are: beyond twice as
    many the estimate is not to be trusted (Colwell et al. 2012, Journal of Plant Ecology 5: 3).
    The interval is that of `estimate_coverage`, in codes.

    >>> ants = pd.DataFrame({"n": [599], "codes_found": [227], "in_one": [49], "in_two": [23],
    ...                      "incidences": [5976]})
    >>> estimate_new(ants, interviews=284, by=[])["estimate"].round(2).tolist()
    [18.73]
    """
    check_columns(frequencies, *by, *_FREQUENCIES)
    if interviews < 1:
        raise ValueError(f"interviews must be 1 or more; found {interviews}")
    so_far, _, once, twice, _ = _columns(frequencies)
    asked = np.where(interviews <= so_far, float(interviews), np.nan)
    expected = expect_new(so_far, once, twice, asked)
    missing, least, most = _bound_unheard(frequencies, level)
    part = expected / np.where(missing > 0, missing, np.nan)
    estimates = frequencies[[*by]].assign(
        estimate=expected,
        low=np.where(missing > 0, part * least, 0 * expected),
        high=most * asked / so_far + 0 * expected,
        n=frequencies["n"],
        unit="codes",
        further=interviews,
    )
    return as_estimates(estimates, by=by)


def trace_new(
    frequencies: pd.DataFrame, *, interviews: int, by: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """`estimate_new` for one further interview, two, and so on to `interviews`, for a figure."""
    steps = range(1, interviews + 1)
    traced = [estimate_new(frequencies, interviews=m, by=by, level=level) for m in steps]
    return pd.concat(traced, ignore_index=True)


def count_unheard(interviews: Floats, once: Floats, twice: Floats) -> Floats:
    """Chao2's codes that nobody has heard, at least; NaN for fewer than two interviews."""
    share = (interviews - 1) / np.where(interviews > 1, interviews, np.nan)
    pairs = np.where(
        twice > 0, once**2 / (2 * np.maximum(twice, 1)), once * np.maximum(once - 1, 0) / 2
    )
    return np.asarray(share * pairs)


def expect_new(interviews: Floats, once: Floats, twice: Floats, further: Floats) -> Floats:
    """Codes of `count_unheard` that so many further interviews are expected to bring."""
    unheard = count_unheard(interviews, once, twice)
    at_once = once / np.maximum(interviews * unheard + once, 1)
    return np.asarray(unheard * (1 - (1 - at_once) ** further))


def _bound_unheard(frequencies: pd.DataFrame, level: float) -> tuple[Floats, Floats, Floats]:
    """Incidences that T interviews would have of the unheard codes: estimate, low, high."""
    interviews, found, once, twice, _ = _columns(frequencies)
    known = np.where((interviews > 1) & (found > 0), 1.0, np.nan)
    others = (interviews - 1) * once
    missing = known * once * others / np.maximum(others + 2 * twice, 1)
    z = _quantile(level)
    least = np.maximum(missing - z * np.sqrt(once + 2 * twice), 0)
    most = missing + z**2 / 2 + z * np.sqrt(once + 2 * twice + z**2 / 4)
    return missing, least, most


def _columns(frequencies: pd.DataFrame) -> list[Floats]:
    return [frequencies[column].to_numpy(dtype=float) for column in _FREQUENCIES]


def _quantile(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; found {level}")
    return float(special.ndtri((1 + level) / 2))


def check_stopping(
    curves: NDArray[np.int64], *, base: int = 4, run: int = 2, threshold: float = 0.05
) -> NDArray[np.float64]:
    """After how many interviews the rule of Guest, Namey & Chen (2020) would have stopped.

    curves: codes heard after 1, 2, … interviews, one row per order of the interviews. Returns one
    number per order: the last interview of the first run that brought at most `threshold` as
    many new codes as the first `base` interviews held; runs follow the base and move on by one
    interview. NaN where no run did. PLoS ONE 15(5): e0232076.

    >>> check_stopping(np.array([[4, 8, 9, 10, 11, 11, 11]]))
    array([7.])
    """
    orders, interviews = curves.shape
    if interviews < base + run:
        return np.full(orders, np.nan)
    ends = np.arange(base + run - 1, interviews)
    new = curves[:, ends] - curves[:, ends - run]
    few = new <= threshold * curves[:, [base - 1]]
    return np.where(few.any(axis=1), ends[few.argmax(axis=1)] + 1.0, np.nan)
