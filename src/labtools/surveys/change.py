"""Scores in two waves → who answered both, and what changed for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import special

from labtools.frames import as_estimates, check_columns
from labtools.intervals import t_interval
from labtools.privacy.readers import Readers

MIN_PAIRS_FOR_INTERVAL = 5


def find_waves(answers: pd.DataFrame, *, waves: Iterable[str]) -> list[str]:
    """Those of the lab's waves that anybody answered, in the lab's order."""
    check_columns(answers, "wave")
    answered = set(answers["wave"].dropna())
    return [wave for wave in waves if wave in answered]


def audit_linkage(
    answers: pd.DataFrame, *, waves: Sequence[str], people: Iterable[str]
) -> pd.DataFrame:
    """How many answers of the first and the last wave can be linked, and what stands in the way.

    answers: one row per person and wave; people: the ids of people.csv. Returns one row per city
    and `wave`: `answers`, `without_id`, `ids` (different ones), `twice` (ids with more than one
    answer in the wave), `moved` (ids that stand in another city in any wave; they are linked
    nowhere), `unlisted` (ids that people.csv does not have) and `linked` (ids with one answer in
    the city in both waves). Without two waves there is no row.
    """
    check_columns(answers, "person_id", "city", "wave")
    columns = ["city", "wave", "answers", "without_id", "ids", "twice", "moved", "unlisted"]
    if len(waves) < 2:
        return pd.DataFrame(columns=[*columns, "linked"])
    told = answers[answers["wave"].isin([waves[0], waves[-1]])]
    told = told.assign(person_id=told["person_id"].fillna("").astype("str"))
    moved, listed = _find_moved(told), set(people)
    once = told[~told.duplicated(["person_id", "wave"], keep=False)]
    in_waves = once.groupby("person_id")["wave"].nunique()
    linked = set(in_waves.index[in_waves == 2]) - moved - {""}
    rows = []
    for city in dict.fromkeys(told["city"]):
        for wave in (waves[0], waves[-1]):
            ids = told.loc[(told["city"] == city) & (told["wave"] == wave), "person_id"]
            known = set(ids) - {""}
            twice = set(ids[ids.duplicated()]) - {""}
            counts = (len(ids), (ids == "").sum(), len(known), len(twice), len(known & moved))
            rows.append((city, wave, *counts, len(known - listed), len(known & linked)))
    return pd.DataFrame(rows, columns=[*columns, "linked"])


def pair_waves(scores: pd.DataFrame, column: str, *, waves: Sequence[str]) -> pd.DataFrame:
    """People who answered, with their value in the first and the last wave.

    scores: one row per person and wave; waves: in order; with fewer than two, nobody is paired,
    nor is anybody without a `person_id`, whose answers cannot be linked, nor who answered in two
    cities (`audit_linkage` counts them). Returns one row per person with a score in either wave,
    cities in the order of `scores`: `person_id, city, before, after, change` (after − before; NaN
    unless both). Raises ValueError where a person has a wave twice.
    """
    check_columns(scores, "person_id", "city", "wave", column)
    ordered = list(waves)  # a column of a table has no last place
    first_and_last = [ordered[0], ordered[-1]] if len(ordered) > 1 else []
    linked = scores[column].notna() & (scores["person_id"].fillna("") != "")
    answered = scores[linked & scores["wave"].isin(first_and_last)]
    answered = answered[~answered["person_id"].isin(_find_moved(answered))]
    if answered.duplicated(["person_id", "wave"]).any():
        twice = answered[answered.duplicated(["person_id", "wave"])].iloc[0]
        raise ValueError(
            f"each person must answer a wave once; {twice['person_id']} answered "
            f"{twice['wave']} twice"
        )
    pairs = answered.pivot(index=["city", "person_id"], columns="wave", values=column)
    pairs = pairs.reindex(columns=first_and_last or ["before", "after"])
    pairs = pairs.set_axis(["before", "after"], axis="columns")
    place = {city: at for at, city in enumerate(dict.fromkeys(answered["city"]))}
    pairs = pairs.reset_index()
    pairs = pairs.assign(place=pairs["city"].map(place)).sort_values(["place", "person_id"])
    paired = pairs[["person_id", "city", "before", "after"]].reset_index(drop=True)
    return paired.assign(change=paired["after"] - paired["before"])


def pair_answers(
    answers: pd.DataFrame, questions: pd.DataFrame, *, waves: Sequence[str]
) -> pd.DataFrame:
    """`pair_waves` of several questions, one below the other.

    questions: one row per question with `variable`; its columns stand first in every row.
    """
    check_columns(questions, "variable")
    tables = [
        pair_waves(answers, question["variable"], waves=waves).assign(**question)
        for question in questions.to_dict("records")
    ]
    first = list(questions)
    if not tables:
        return pd.DataFrame(columns=[*first, "person_id", "city", "before", "after", "change"])
    stacked = pd.concat(tables, ignore_index=True)
    return stacked[[*first, *[column for column in stacked if column not in first]]]


def count_attrition(pairs: pd.DataFrame) -> pd.DataFrame:
    """People per city who answered both waves, only before, only after.

    Returns one row per city: `city, both, only_before, only_after` (people) and
    `mean_before_stayed, mean_before_left`: the first score of those who answered again and of
    those who did not, in points.
    """
    check_columns(pairs, "city", "before", "after")
    has_before, has_after = pairs["before"].notna(), pairs["after"].notna()
    counted = pairs.assign(
        both=has_before & has_after,
        only_before=has_before & ~has_after,
        only_after=~has_before & has_after,
        mean_before_stayed=pairs["before"].where(has_after),
        mean_before_left=pairs["before"].where(~has_after),
    ).groupby("city", sort=False)
    people = counted[["both", "only_before", "only_after"]].sum()
    means = counted[["mean_before_stayed", "mean_before_left"]].mean()
    return people.join(means).reset_index()


def estimate_change(pairs: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Mean change per city among those who answered both waves.

    Returns one row per city: `estimate, low, high` in points, `n` people who answered both,
    `unit`; `rose, same, fell` (people); `sd` of the change, its `standard_error` and `df`. The
    interval is Student's t on the paired differences: how far chance alone could move the result
    of so few people; NaN for fewer than five, and where all changed alike. It says nothing of
    those who did not answer again.
    """
    check_columns(pairs, "city", "change")
    rows = []
    for city, people in pairs.groupby("city", sort=False)["change"]:
        change = people.dropna().to_numpy(dtype=float)
        n = len(change)
        mean = float(change.mean()) if n else np.nan
        sd = float(change.std(ddof=1)) if n > 1 else np.nan
        enough = n >= MIN_PAIRS_FOR_INTERVAL and sd > 1e-9
        error = sd / np.sqrt(n) if enough else np.nan
        low, high = t_interval(mean, error, n - 1, level=level)
        counts = {
            "rose": (change > 0).sum(),
            "same": (change == 0).sum(),
            "fell": (change < 0).sum(),
        }
        rows.append({"city": city, "estimate": mean, "low": float(low), "high": float(high),
                     "n": n, "sd": sd, "standard_error": error, "df": n - 1, **counts})  # fmt: skip
    columns = ["city", "estimate", "low", "high", "n", "rose", "same", "fell"]
    columns += ["sd", "standard_error", "df"]
    table = pd.DataFrame(rows, columns=columns).assign(unit="change in points")
    return as_estimates(table, by=["city"])


def standardise_change(pairs: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Mean change per city as a part of how much people differ from each other (d_av).

    Returns one row per city: `estimate, low, high` (mean change divided by the root of the mean
    of both waves' variances; 1 is as much as people typically lie from the mean, and higher is a
    larger rise), `n` people who answered both, `unit`. Bias-corrected. The divisor is people's
    spread, not that of the change, so that it may be set beside other studies; a group of people
    more alike has a larger d for the same change. NaN for fewer than five, and where all are
    alike in both waves. Cumming 2012, Understanding the New Statistics, chapter 11 (s_av);
    correction and interval: Bonett 2008, Psychological Methods 13: 99.
    """
    check_columns(pairs, "city", "before", "after")
    z = float(special.ndtri((1 + level) / 2))
    rows = []
    for city, people in pairs.groupby("city", sort=False):
        both = people[["before", "after"]].dropna().to_numpy(dtype=float)
        n, df = len(both), len(both) - 1
        found = {"city": city, "estimate": np.nan, "low": np.nan, "high": np.nan, "n": n}
        if n >= MIN_PAIRS_FOR_INTERVAL:
            (before, shared), (_, after) = np.cov(both, rowvar=False)
            spread = (before + after) / 2
            if spread > 1e-12:
                d = (both[:, 1] - both[:, 0]).mean() / np.sqrt(spread)
                of_spread = d**2 * (before**2 + after**2 + 2 * shared**2) / (8 * df * spread**2)
                of_mean = (before + after - 2 * shared) / (df * spread)
                error = np.sqrt(of_spread + of_mean)
                if error > 1e-9:
                    found |= {"low": d - z * error, "high": d + z * error}
                found |= {"estimate": np.sqrt((n - 2) / df) * d}
        rows.append(found)
    columns = ["city", "estimate", "low", "high", "n"]
    table = pd.DataFrame(rows, columns=columns).assign(unit="change in standard deviations")
    return as_estimates(table, by=["city"])


def bound_change(pairs: pd.DataFrame, *, limits: tuple[float, float]) -> pd.DataFrame:
    """What the mean change could have been, had those who left answered again.

    limits: the lowest and highest score of the scale. Returns one row per city, for everybody who
    answered the first time: `n` people, `lost` (how many of them did not answer again), `observed`
    (mean change of those who did), `lowest, highest` (the mean change of all, had everyone who
    left ended at the bottom or at the top of the scale) and `tipping`: the mean change of those
    who left at which that of all would be 0; NaN where it lies outside what the scale allows
    them, or nobody left. All in points. Manski 1990, American Economic Review 80(2): 319.
    """
    check_columns(pairs, "city", "before", "after", "change")
    rows = []
    for city, people in pairs.dropna(subset="before").groupby("city", sort=False):
        change = people["change"].dropna()
        left = people.loc[people["after"].isna(), "before"]
        n, total = len(people), change.sum()
        worst, best = (limits[0] - left).sum(), (limits[1] - left).sum()
        reachable = len(left) > 0 and len(change) > 0 and worst <= -total <= best
        tipping = -total / len(left) if reachable else np.nan
        observed = change.mean() if len(change) else np.nan
        of_all = ((total + worst) / n, (total + best) / n)
        rows.append((city, n, len(left), observed, *of_all, tipping))
    columns = ["city", "n", "lost", "observed", "lowest", "highest", "tipping"]
    return pd.DataFrame(rows, columns=columns)


def hide_levels(
    levels: pd.DataFrame,
    pairs: pd.DataFrame,
    readers: Readers,
    *,
    table: str,
    limits: tuple[float, float],
    min_people: int,
) -> pd.DataFrame:
    """Levels of each wave without what, beside the change, tells of a few who answered one wave.

    levels: one row per `city` and `wave`, of the whole lab; pairs: as `pair_waves` gives them, the
    people whose change partners see (`estimate_change`) with its n. Returns the same rows, hidden
    as `readers.hide_means` does with `table` and `limits`. Where fewer than `min_people` answered
    a wave and are not among the pairs, its n is hidden; the estimate too, unless in another wave
    there are more of them in the same city: the others' level and the change would tell theirs.
    """
    shown = readers.hide_means(levels, row=["city", "wave"], table=table, limits=limits)
    if not readers.are_partners or levels.empty:
        return shown
    both = pairs["change"].notna().groupby(pairs["city"]).sum()
    alone = levels["n"] - levels["city"].map(both).fillna(0)
    few = alone.between(1, min_people - 1)
    exposed = few & (alone.groupby(levels["city"]).transform("max") < min_people)
    hidden = {name: shown[name].mask(exposed) for name in ("estimate", "low", "high")}
    return shown.assign(n=shown["n"].mask(few), **hidden, too_few=shown["too_few"] | few)


def change_limits(changes: pd.DataFrame) -> tuple[float, float]:
    """Limits that hold every city's change and its interval, alike on both sides of no change."""
    check_columns(changes, "estimate", "low", "high")
    widest = changes[["estimate", "low", "high"]].abs().max().max()
    furthest = 1.05 * widest if widest > 0 else 1.0
    return -furthest, furthest


def _find_moved(answers: pd.DataFrame) -> set[str]:
    """Ids that stand in more than one city."""
    cities = answers.groupby("person_id")["city"].nunique()
    return set(cities.index[cities > 1]) - {""}
