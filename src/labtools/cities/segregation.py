"""Counts of people by small area and group → how unevenly they live, less what chance makes.

Few people in small areas never spread evenly: every index is above nought even where everybody
has been placed by lot. What lot alone would give is computed exactly, and taken away.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from labtools.frames import as_estimates, check_columns
from labtools.words import Language, has_label, label

Floats = NDArray[np.float64]

INDICES = ("dissimilarity", "isolation", "exposure", "entropy")
MOST_CITIES = 12
_LEAST_DRAWN = 0.95  # of the draws must have the group and others, or there is no interval
_LIMITS = np.array([1.0, 1.0, 0.0, 1.0])  # each index where no area is shared
_INDICATOR = ["provider", "indicator"]
_PLACE = [*_INDICATOR, "city", "level", "version"]
_BY = [*_PLACE, "period", "index"]


def count_areas(indicators: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """People by area, period and group, of every indicator that has them.

    indicators, areas: context/indicators.csv and areas.csv. Returns one row per indicator, area,
    period and group: `provider, indicator, city, level, version, period, area, group, count`. Only
    groups of one kind (`background=abroad`) are taken, not totals or groups within groups. `count`
    is NaN where the figure is missing, negative or no whole number. Rows of another version of the
    areas than areas.csv tells are left out (`problems.find_problems` names them).
    """
    check_columns(indicators, *_INDICATOR, "region", "area_version", "period", "group", "value")
    listed = areas[["area", "city", "level", "version"]]
    rows = indicators.merge(listed, left_on="region", right_on="area", validate="m:1")
    single = rows["group"].str.fullmatch(r"[^=;]+=[^=;]+")
    untold = rows.groupby(_INDICATOR)["area_version"].transform("max") == ""
    rows = rows[single & (untold | (rows["area_version"] == rows["version"]))]
    whole = (rows["value"] >= 0) & (rows["value"] % 1 == 0)
    rows = rows.assign(count=rows["value"].where(whole))
    return rows[[*_PLACE, "period", "area", "group", "count"]].reset_index(drop=True)


def estimate_segregation(
    counts: pd.DataFrame,
    group: str,
    *,
    rng: np.random.Generator,
    draws: int = 1_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """How unevenly a group and everyone else live over the areas of a city, less chance.

    counts: as `count_areas` gives them; group: such as `background=abroad`; everyone else are the
    other groups of its kind, and must be told. Returns one row per indicator, city, level and
    version of the areas, period and `index`: `estimate` (0 as if by lot, 1 no area in common;
    below 0 more even than by lot), `low, high, n` (people), `unit`; `raw`, the index itself,
    `by_lot`, its mean were everybody placed by lot, and `areas` with people. NaN without two
    areas, two groups and a count for each, or with no more people than areas.

    The indices: dissimilarity (share of the group who would have to move for an even spread),
    isolation and exposure (share of the group, and of others, in the area of one of the group),
    entropy (of all groups of the kind, Theil's H). Massey & Denton 1988, Social Forces 67: 281;
    Reardon & Firebaugh 2002, Sociological Methodology 32: 33. Corrected: (raw − by chance) /
    (no area in common − by chance), Winship 1977, Social Forces 55: 1058; by chance: area sizes
    and totals of the groups are kept. Isolation and entropy so corrected are those of areas with
    many people. Dissimilarity is not: where it is real chance adds less than is taken away, far
    less in areas of a few dozen; it tells how much more uneven than by lot. A register counts
    everyone, so the interval is no sampling error: it tells how far the index could move if each
    person chose anew with the chances of their area (multinomial; shares as far apart as they are
    beyond chance). NaN where so few are of the group that one draw in twenty has none.

    >>> table = pd.DataFrame({"area": list("aabb"), "group": ["g=0", "g=1"] * 2})
    >>> about = {"provider": "scb", "indicator": "FB", "city": "boden", "level": "deso"}
    >>> counts = table.assign(count=[9, 2, 1, 8], version="2018", period="2024", **about)
    >>> found = estimate_segregation(counts, "g=0", rng=np.random.default_rng(1))
    >>> found["raw"].round(2).tolist(), found["by_lot"].round(2).tolist()
    ([0.7, 0.75, 0.25, 0.4], [0.19, 0.53, 0.47, 0.04])
    """
    check_columns(counts, *_PLACE, "period", "area", "group", "count")
    kind = group.partition("=")[0]
    of_kind = counts[counts["group"].str.startswith(f"{kind}=")]
    rows = []
    for indicator, of_indicator in of_kind.groupby(_INDICATOR, sort=False):
        groups = sorted(of_indicator["group"].unique())
        if group not in groups:
            continue
        at = groups.index(group)
        for key, place in of_indicator.groupby(_PLACE[2:], sort=False):
            table = place.pivot(index=["period", "area"], columns="group", values="count")
            every = pd.MultiIndex.from_product(table.index.levels)
            table = table.reindex(index=every, columns=groups)
            for period, cells in table.groupby(level="period"):
                found = _estimate(cells.to_numpy(float), at, rng=rng, draws=draws, level=level)
                about = dict(zip(_PLACE, (*indicator, *key), strict=True)) | {"period": period}
                rows += [about | row for row in found]
    return as_estimates(pd.DataFrame(rows, columns=_COLUMNS), by=_BY)


_COLUMNS = [*_BY, "estimate", "low", "high", "n", "unit", "raw", "by_lot", "areas"]


def keep_near(counts: pd.DataFrame, city: str) -> pd.DataFrame:
    """Counts of the city, and of the others too where there are twelve cities at most."""
    few = counts["city"].nunique() <= MOST_CITIES
    return counts[(counts["city"] == city) | few]


def latest(estimates: pd.DataFrame, city: str) -> pd.DataFrame:
    """The rows of the city's last period with an estimate, for every city that has that period."""
    known = estimates["estimate"].notna() & (estimates["city"] == city)
    if not known.any():
        return estimates.head(0)
    rows = estimates[estimates["period"] == estimates.loc[known, "period"].max()]
    return rows.reset_index(drop=True)


def list_groups(counts: pd.DataFrame) -> pd.DataFrame:
    """Which groups are counted by area: `part`, `periods` (first and last), `areas` (how many)."""
    by = counts.groupby("group", sort=False)
    found = by.agg(first=("period", "min"), last=("period", "max"), areas=("area", "nunique"))
    same = found["first"] == found["last"]
    periods = found["first"].where(same, found["first"] + "–" + found["last"])
    return found.assign(part=found.index, periods=periods)[["part", "periods", "areas"]]


def name_group(group: str, *, language: Language) -> str:
    """What a group such as `background=abroad` is called; itself where it has no label."""
    return label(f"part.{group}", language) if has_label(f"part.{group}") else group


def compare_periods(estimates: pd.DataFrame) -> pd.DataFrame:
    """Change of each index from the first period to the last, within one version of the areas.

    estimates: as `estimate_segregation` gives them. Returns one row per indicator, city, level,
    version and index with two periods or more that have an estimate: `first, last` (periods),
    `estimate` (last − first), `low, high, n` (people, the last period), `unit`. The interval is
    that of two independent counts (Zou & Donner 2008, Statistics in Medicine 27: 1693); most people
    stay from one period to the next, so it is wider than it need be.
    """
    told = estimates.dropna(subset="estimate").sort_values("period", kind="stable")
    by = [*_PLACE, "index"]
    ends = told.groupby(by, sort=False)
    first, last = ends.nth(0), ends.nth(-1)
    both = first.merge(last, on=by, suffixes=("_first", ""), validate="1:1")
    both = both[both["period_first"] < both["period"]]
    down = np.hypot(both["estimate"] - both["low"], both["high_first"] - both["estimate_first"])
    up = np.hypot(both["high"] - both["estimate"], both["estimate_first"] - both["low_first"])
    change = both["estimate"] - both["estimate_first"]
    table = both[by].assign(
        first=both["period_first"],
        last=both["period"],
        estimate=change,
        low=change - down,
        high=change + up,
        n=both["n"],
        unit="change in share",
    )
    return as_estimates(table, by=[*by, "first", "last"])


def _estimate(
    counts: Floats, at: int, *, rng: np.random.Generator, draws: int, level: float
) -> list[dict[str, object]]:
    """One row per index, of one city and period; counts: a row per area, a column per group."""
    known = not np.isnan(counts).any()
    counts = counts[counts.sum(axis=1) > 0] if known else counts
    areas, people = len(counts), np.nansum(counts)
    raw, by_chance, estimate, low, high = np.full((5, len(INDICES)), np.nan)
    inside = np.nansum(counts[:, at])
    if known and 1 < areas < people and 0 < inside < people:
        raw, by_chance = _measure(counts, at), _expect(counts, at)
        estimate = _less_chance(raw, counts, at, by_chance)
        again = rng.multinomial(
            counts.sum(axis=1).astype(int), _draw_together(counts), size=(draws, areas)
        )
        redrawn = np.asarray(again, dtype=float)
        drawn = _less_chance(_measure(redrawn, at), redrawn, at, by_chance)
        if np.isfinite(drawn).mean() > _LEAST_DRAWN:
            tails = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
            ends = estimate + tails - np.nanmean(drawn, axis=0)
            low = np.minimum(ends[0], estimate)
            high = np.clip(ends[1], estimate, np.maximum(estimate, 1.0))
    return [
        {
            "index": name,
            "estimate": estimate[one],
            "low": low[one],
            "high": high[one],
            "n": int(people),
            "unit": "share",
            "raw": raw[one],
            "by_lot": by_chance[one],
            "areas": areas,
        }
        for one, name in enumerate(INDICES)
    ]


def _measure(counts: Floats, at: int) -> Floats:
    """The four indices; counts (…, area, group) → (…, index)."""
    size = counts.sum(axis=-1)
    ours, others = counts[..., at], size - counts[..., at]
    with np.errstate(invalid="ignore", divide="ignore"):  # a draw without the group has no index
        of_ours = ours / ours.sum(axis=-1, keepdims=True)
        of_others = others / others.sum(axis=-1, keepdims=True)
        share = counts.sum(axis=-2) / size.sum(axis=-1)[..., None]
        entropy = special.entr(share).sum(axis=-1)
        within = special.entr(counts / size[..., None]).sum(axis=-1)
        within = (size * within).sum(axis=-1) / size.sum(axis=-1)
        found = [
            np.abs(of_ours - of_others).sum(axis=-1) / 2,
            (of_ours * ours / size).sum(axis=-1),
            (of_ours * others / size).sum(axis=-1),
            (entropy - within) / entropy,
        ]
    return np.stack(found, axis=-1)


def _less_chance(raw: Floats, counts: Floats, at: int, by_chance: Floats) -> Floats:
    """Indices without what chance gives; isolation and exposure with the draw's own totals."""
    gives = np.broadcast_to(by_chance, raw.shape).copy()
    isolation = _isolate_by_chance(counts, at)
    gives[..., 1], gives[..., 2] = isolation, 1 - isolation
    ours = counts[..., at].sum(axis=-1)
    both = (ours > 0) & (ours < counts.sum(axis=(-2, -1)))  # else a draw has no index
    scale = np.where(both[..., None], _LIMITS - gives, np.nan)
    return np.asarray((raw - gives) / scale)


def _isolate_by_chance(counts: Floats, at: int) -> Floats:
    people, areas = counts.sum(axis=(-2, -1)), counts.shape[-2]
    share = counts[..., at].sum(axis=-1) / people
    return np.asarray(share + (1 - share) * (areas - 1) / (people - 1))


def _expect(counts: Floats, at: int) -> Floats:
    """The mean of the four indices over all ways to place the same people in areas as large."""
    sizes, totals = counts.sum(axis=1), counts.sum(axis=0)
    people = sizes.sum()
    share = totals / people
    distance = within = 0.0
    for size in sizes:
        for group, total in enumerate(totals):
            among, chance = _hypergeometric(people, total, size)
            within += float(chance @ special.entr(among / size)) * size / people
            if group == at:
                distance += float(chance @ np.abs(among - size * share[at]))
    ours = totals[at]
    isolation = float(_isolate_by_chance(counts, at))
    entropy = float(special.entr(share).sum())
    dissimilarity = distance * people / (2 * ours * (people - ours))
    return np.array([dissimilarity, isolation, 1 - isolation, (entropy - within) / entropy])


def _hypergeometric(people: float, total: float, size: float) -> tuple[Floats, Floats]:
    """How many of a group an area of this size may hold, and with what chance; no far tails."""
    mean = size * total / people
    spread = np.sqrt(mean * (1 - total / people) * (people - size) / max(people - 1, 1))
    least = max(0, size + total - people, np.floor(mean - 12 * spread - 30))
    most = min(size, total, np.ceil(mean + 12 * spread + 30))
    among = np.arange(least, most + 1)
    ways = -sum(  # the logarithm, but for a constant; scipy's own is a hundred times slower
        special.gammaln(one + 1)
        for one in (among, total - among, size - among, people - total - size + among)
    )
    chance = np.exp(ways - ways.max())
    return among, chance / chance.sum()


def _draw_together(counts: Floats) -> Floats:
    """Each area's shares, drawn to the city's so far that their variance is what chance left.

    As an adjusted R²: the part of the variance between areas that remains once the part that
    placing by lot would give has been taken away.
    """
    sizes = counts.sum(axis=1)
    people, areas = sizes.sum(), len(sizes)
    shares, overall = counts / sizes[:, None], counts.sum(axis=0) / people
    distances = shares - overall
    explained = float(sizes @ (distances**2).sum(axis=1)) / people
    explained /= float((overall * (1 - overall)).sum())
    remains = 1 - (1 - explained) * (people - 1) / (people - areas)
    keep = np.sqrt(max(remains, 0.0) / explained) if explained > 0 else 0.0
    drawn = overall + keep * distances
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))
