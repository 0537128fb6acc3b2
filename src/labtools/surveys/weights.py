"""Answers and what is known of everybody → weights, and what weighting changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from labtools.frames import check_columns

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
_MOST_ROUNDS = 1000


@dataclass(frozen=True)
class Raking:
    """Raked weights and how they were reached.

    weights: one per row of the answers. rounds: passes over all margins. furthest: the largest
    relative difference left between a weighted margin and its total.
    """

    weights: pd.Series
    rounds: int
    furthest: float


def describe_weights(answers: pd.DataFrame, design: Mapping[str, str]) -> pd.DataFrame:
    """How uneven the weights are, and what that costs, in one row.

    answers: one row per person; design: the column that holds the `weight` (none: all alike).
    Returns `n` people, `n_effective`, `weight_lowest`, `weight_highest`,
    `design_effect_weights`: 1 + cv², at least 1; higher where weights differ more, so that the
    answers tell as much as `n_effective` = n / design effect of equal weight. It is the cost of
    weights alone, where they have nothing to do with what is asked. NaN where nobody answered.
    Raises ValueError for a weight that is missing or not above 0. Kish 1965, Survey Sampling,
    section 11.7; Kish 1992, Journal of Official Statistics 8: 183.

    >>> people = pd.DataFrame({"weight": [1.0, 1.0, 2.0]})
    >>> describe_weights(people, {"weight": "weight"}).round(3).to_numpy().tolist()
    [[3.0, 2.667, 1.0, 2.0, 1.125]]
    """
    weights = weights_of(answers, design.get("weight"))
    row = {"n": len(weights), "n_effective": np.nan, "weight_lowest": np.nan,
           "weight_highest": np.nan, "design_effect_weights": np.nan}  # fmt: skip
    if len(weights):
        lowest, highest = weights.min(), weights.max()
        relative = weights / highest
        effect = len(weights) * (relative**2).sum() / relative.sum() ** 2
        row |= {"n_effective": len(weights) / effect, "weight_lowest": lowest,
                "weight_highest": highest, "design_effect_weights": effect}  # fmt: skip
    return pd.DataFrame([row])


def weights_of(answers: pd.DataFrame, weight: str | None) -> Floats:
    """The weights in a column, or 1 for each where none is named.

    Raises ValueError, with how many there are, for weights that are missing or not above 0.
    """
    if weight is None:
        return np.ones(len(answers))
    check_columns(answers, weight)
    weights: Floats = answers[weight].to_numpy(dtype=float)
    wrong = ~(np.isfinite(weights) & (weights > 0))
    if wrong.any():
        raise ValueError(
            f"every weight in {weight} must be a number above 0; {wrong.sum()} of {len(weights)} "
            f"are not, the first of them {weights[wrong][0]:g}"
        )
    return weights


def post_stratify(
    answers: pd.DataFrame, by: Sequence[str], *, totals: pd.Series, weight: str | None
) -> pd.Series:
    """Weights that sum to a known total in every group.

    answers: one row per person; by: the columns that make the groups; totals: people per group,
    indexed by the values of `by`, a level for each. Returns a weight per row of `answers`: the
    weight there was (None: 1), times total / sum of weights in the group. A group with total 0
    may stand in `totals` if nobody is in it. Raises ValueError for a group of which nobody
    answered, and for people whose group is missing or has no total. Holt & Smith 1979, Journal
    of the Royal Statistical Society A 142: 33; R's survey, `postStratify`.

    >>> people = pd.DataFrame({"age": ["young", "old", "old"]})
    >>> totals = pd.Series({"young": 30, "old": 40})
    >>> post_stratify(people, ["age"], totals=totals, weight=None).tolist()
    [30.0, 20.0, 20.0]
    """
    weights = weights_of(answers, weight)
    places, wanted = _place(answers, by, totals)
    sums = np.bincount(places, weights, minlength=len(wanted))
    return _as_weights(weights * _divide(wanted, sums)[places], answers)


def rake(
    answers: pd.DataFrame,
    *,
    margins: Mapping[str, pd.Series],
    weight: str | None,
    tolerance: float = 1e-12,
) -> Raking:
    """Weights whose sums agree with the known totals of several columns at a time.

    answers: one row per person; margins: for each column the people per value. Iterative
    proportional fitting from the weights there were (None: 1), until no weighted margin differs
    from its total by more than `tolerance`, relatively. Raises ValueError as `post_stratify`
    does, where margins have different sums, and where 1,000 rounds do not suffice: then no
    weights may agree with them all. Deming & Stephan 1940, Annals of Mathematical Statistics
    11: 427; R's survey, `rake`.

    >>> people = pd.DataFrame({"age": ["young", "old", "old"], "area": ["a", "a", "b"]})
    >>> ages, areas = pd.Series({"young": 30, "old": 70}), pd.Series({"a": 60, "b": 40})
    >>> rake(people, margins={"age": ages, "area": areas}, weight=None).weights.round(9).tolist()
    [30.0, 30.0, 40.0]
    """
    weights = weights_of(answers, weight)
    if not margins:
        raise ValueError("margins must hold a column with its totals; it holds none")
    placed = {column: _place(answers, [column], totals) for column, totals in margins.items()}
    sums = {column: wanted.sum() for column, (_, wanted) in placed.items()}
    first, total = next(iter(sums.items()))
    for column, other in sums.items():
        if abs(other - total) > 1e-9 * total:
            raise ValueError(
                f"all margins must have the same sum; {first} has {total:g}, {column} {other:g}"
            )
    # All who are alike in every margin keep their weights' proportions, so they are one cell.
    shape = [len(wanted) for _, wanted in placed.values()]
    cell, kinds = pd.factorize(np.ravel_multi_index([at for at, _ in placed.values()], shape))
    places = np.unravel_index(kinds, shape)
    before = np.bincount(cell, weights, minlength=len(kinds))
    after = before.copy()
    furthest = np.inf
    for done in range(_MOST_ROUNDS + 1):
        furthest = 0.0
        for at, (_, wanted) in zip(places, placed.values(), strict=True):
            ratio = _divide(wanted, np.bincount(at, after, minlength=len(wanted)))
            furthest = max(furthest, np.abs(ratio[at] - 1).max(initial=0.0))
            after = after * ratio[at]
        if furthest <= tolerance:
            raked = weights * (after / before)[cell]
            return Raking(_as_weights(raked, answers), done, float(furthest))
    raise ValueError(
        f"some weights must agree with all margins; after {_MOST_ROUNDS} rounds one is still "
        f"{100 * furthest:.2g} % off. Merge small groups, or leave a margin out"
    )


def trim(
    weights: pd.Series,
    *,
    at_most: float,
    times: Literal["median", "mean"],
    spread: Literal["proportionally", "equally"],
) -> pd.Series:
    """The weights with none above `at_most` times their median or mean, and the same sum.

    What is cut off goes to those below the cap: by the same factor (`proportionally`, which
    keeps their proportions) or by the same amount (`equally`, as R's survey does); again, until
    none is above the cap, which stays where the untrimmed weights put it. Raises ValueError where
    the sum does not fit below the cap, and for a weight that is missing or not above 0.
    Trimming trades bias for less variance: show the estimates with and without. Potter 1990,
    Proceedings of the ASA Section on Survey Research Methods: 225; R's survey, `trimWeights`.

    >>> weights = pd.Series([1.0, 1.0, 2.0, 8.0])
    >>> trim(weights, at_most=2, times="mean", spread="proportionally").tolist()
    [1.5, 1.5, 3.0, 6.0]
    """
    given = weights_of(weights.to_frame("weights"), "weights")
    cap = at_most * float(weights.agg(times))
    if given.max(initial=0.0) > cap and cap * len(given) <= given.sum():
        raise ValueError(
            f"the cap times the number of people must be above the weights' sum; "
            f"{cap:g} x {len(given)} is not above {given.sum():g}. Choose a higher at_most"
        )
    trimmed, capped = given.copy(), np.zeros(len(given), dtype=bool)
    while (trimmed > cap).any():
        capped |= trimmed > cap
        rest = given[~capped]
        left = given.sum() - cap * capped.sum()
        trimmed[capped] = cap
        trimmed[~capped] = (
            rest * (left / rest.sum())
            if spread == "proportionally"
            else rest + (left - rest.sum()) / len(rest)
        )
    return pd.Series(trimmed, index=weights.index, name=weights.name)


def _place(answers: pd.DataFrame, by: Sequence[str], totals: pd.Series) -> tuple[Places, Floats]:
    """Each row's place among the totals, and the totals as numbers."""
    check_columns(answers, *by)
    named = " x ".join(by)
    wanted = totals.to_numpy(dtype=float)
    if totals.index.has_duplicates or not (np.isfinite(wanted) & (wanted >= 0)).all():
        raise ValueError(f"each group of {named} must have one total, 0 or more; found {totals}")
    keys = pd.Index(answers[by[0]]) if len(by) == 1 else pd.MultiIndex.from_frame(answers[[*by]])
    places = totals.index.get_indexer(keys)
    if (places < 0).any():
        found = keys[int(np.argmax(places < 0))]
        raise ValueError(f"everybody must be in a group of {named} with a total; found {found}")
    people = np.bincount(places, minlength=len(wanted))
    if ((people == 0) & (wanted > 0)).any():
        group = totals.index[(people == 0) & (wanted > 0)][0]
        raise ValueError(
            f"somebody must have answered in each group of {named}; nobody did in {group}. "
            f"Merge it with another group"
        )
    if ((people > 0) & (wanted == 0)).any():
        group = totals.index[(people > 0) & (wanted == 0)][0]
        raise ValueError(
            f"the total of a group in which people answered must be above 0; "
            f"that of {group} in {named} is 0"
        )
    return places, wanted


def _divide(numerators: ArrayLike, denominators: ArrayLike) -> Floats:
    """Element by element; 0 in a group without anybody."""
    above, below = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    ratio = np.zeros_like(above)
    np.divide(above, below, out=ratio, where=below > 0)
    return ratio


def _as_weights(weights: Floats, answers: pd.DataFrame) -> pd.Series:
    return pd.Series(weights, index=answers.index, name="weight")
