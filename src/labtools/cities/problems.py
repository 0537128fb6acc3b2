"""What stands in the way of published statistics: one row for each thing that does not hold."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from labtools.cities.context import KEY, MUNICIPALITY, PERIOD, WIDER
from labtools.evidence.schemas import split_list

_COLUMNS = ["name", "problem", "found"]
_COUNTY = r"\d{2}"


def find_problems(
    indicators: pd.DataFrame,
    definitions: pd.DataFrame,
    areas: pd.DataFrame,
    listed: pd.DataFrame,
    place: str,
) -> pd.DataFrame:
    """One row per indicator and problem: its `name`, the `problem`, and what was `found`.

    listed: as `context.list_indicators` gives them; place: the code of the city's municipality.
    """
    rows: list[tuple[str, str, str]] = []
    for row in listed.to_dict("records"):
        figures = indicators[(indicators[KEY] == [row[one] for one in KEY]).all(axis=1)]
        defined = (definitions[KEY] == [row[one] for one in KEY]).all(axis=1).any()
        found = [
            ("several_units", row["units"] if ";" in row["units"] else ""),
            ("no_unit", "" if row["units"] else row["indicator"]),
            ("undefined", "" if defined else row["indicator"]),
            ("broken", _find_breaks(row["breaks"], figures["period"])),
            *_find_in_figures(figures, areas, place),
        ]
        rows += [(row["key_figure"], problem, what) for problem, what in found if what]
    keys = pd.MultiIndex.from_frame(listed[KEY])
    unused = definitions[~pd.MultiIndex.from_frame(definitions[KEY]).isin(keys)]
    rows += [(code, "no_figures", code) for code in unused["indicator"]]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _find_breaks(breaks: str, periods: pd.Series) -> str:
    """The breaks between the first figure and the last."""
    within = [one for one in split_list(breaks) if periods.min() < one <= periods.max()]
    return ", ".join(within)


def _find_in_figures(
    figures: pd.DataFrame, areas: pd.DataFrame, place: str
) -> Iterator[tuple[str, str]]:
    region = figures["region"]
    yield "no_date", _list(figures.loc[~figures["period"].str.fullmatch(PERIOD), "period"])
    known = region.str.fullmatch(f"{MUNICIPALITY}|{WIDER}|{_COUNTY}") | region.isin(areas["area"])
    yield "unknown_region", _list(region[~known])
    municipal = figures[region.str.fullmatch(MUNICIPALITY)]
    of_all = municipal[municipal["group"] == ""]
    if len(municipal):
        yield "only_groups", "" if len(of_all) else _list(municipal["group"])
        here = municipal[municipal["region"] == place]
        yield "not_here", "" if here["value"].notna().any() else place or "–"
    yield from _find_in_areas(figures.merge(areas, left_on="region", right_on="area"), areas)


def _find_in_areas(rows: pd.DataFrame, areas: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """rows: figures of areas, each with what areas.csv tells of the area."""
    if rows.empty:
        return
    other = (rows["area_version"] != "") & (rows["area_version"] != rows["version"])
    yield "other_version", _list(rows.loc[other, "area_version"])
    counts = rows[~other & rows["group"].str.fullmatch(r"[^=;]+=[^=;]+")]
    whole = (counts["value"] >= 0) & (counts["value"] % 1 == 0)
    yield "no_count", _list(counts.loc[~whole, "area"])
    kind = counts["group"].str.replace("=.*", "", regex=True)
    alone = counts.groupby(["city", kind])["group"].transform("nunique") == 1
    yield "no_denominator", _list(counts.loc[alone, "city"] + ": " + counts.loc[alone, "group"])
    same = ["city", "level", "version"]
    counted = areas.merge(counts[same].drop_duplicates(), on=same)
    yield "no_area", _list(counted.loc[~counted["area"].isin(counts["area"]), "area"])
    yield "uneven_sums", _compare_sums(rows[~other], counts)


def _compare_sums(rows: pd.DataFrame, counts: pd.DataFrame) -> str:
    """How many people the groups of a kind differ from the total, at most; "" where they agree."""
    by = ["area", "period"]
    total = rows[rows["group"] == ""].groupby(by)["value"].first()
    kind = counts["group"].str.replace("=.*", "", regex=True).rename("kind")
    parts = counts.groupby([*by, kind])["value"].sum(min_count=1)
    apart = (parts - total.reindex(parts.index.droplevel("kind")).to_numpy()).abs()
    return f"{apart.max():.0f}" if apart.max() > 0 else ""


def _list(cells: pd.Series) -> str:
    """The distinct cells, the first three of them."""
    distinct = list(dict.fromkeys(cells))
    more = f", … ({len(distinct)})" if len(distinct) > 3 else ""
    return ", ".join(distinct[:3]) + more
