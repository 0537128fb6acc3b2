"""Goals and outcomes as their page shows them: definitions, accounts side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from labtools.frames import check_columns
from labtools.words import Language, label, text_in

MOST_NAMES = 12  # that a sentence or a cell holds


def summarize(goals: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """One row: how many goals, observations, and goals without any; no row without a goal."""
    if goals.empty:
        return pd.DataFrame(columns=["goals", "observations", "unobserved"])
    unobserved = int((~goals["goal"].isin(observations["goal"])).sum())
    row = {"goals": len(goals), "observations": len(observations), "unobserved": unobserved}
    return pd.DataFrame([row])


def list_definitions(
    goals: pd.DataFrame, names: Mapping[str, str], *, language: Language
) -> pd.DataFrame:
    """One row per goal as it is defined: cities that share every word of it stand in one row.

    Columns: `indicator, cities` (their names, or the first dozen), `definition, denominator_text,
    kind, target_share, due`, in the order of goals.csv.
    """
    told = goals.rename(
        columns={
            "denominator_sv": "denominator_text_sv",
            "denominator_en": "denominator_text_en",
            "target": "target_share",
        }
    )
    for column in ("indicator", "definition", "denominator_text"):
        told[column] = text_in(told, column, language)
    told["cities"] = told["city"].replace(dict(names))
    same = ["indicator", "definition", "denominator_text", "kind", "target_share", "due"]
    of = told.groupby(same, sort=False, dropna=False)["cities"]
    grouped = of.agg(lambda cities: list_names(list(cities), language)).reset_index()
    return grouped[["indicator", "cities", *same[1:]]]


def list_names(names: Sequence[str], language: Language) -> str:
    """Names in a row; of more than a dozen, those that come first and how many are left.

    >>> list_names([f"C{number}" for number in range(20)], "en")[-12:]
    'and 8 others'
    """
    told = ", ".join(names[:MOST_NAMES])
    left = len(names) - MOST_NAMES
    return f"{told} {label('figure.others', language).format(left)}" if left > 0 else told


def name_lines(
    outcomes: pd.DataFrame, names: Mapping[str, str], *, language: Language
) -> pd.DataFrame:
    """Outcomes with `indicator`, `definition`, `counted`, `published` in the page's language.

    Rows of one indicator come together, otherwise the order stays. Adds `line`, which names
    goal and city, and the source where several tell of one goal.
    """
    told = outcomes.copy()
    for column in ("indicator", "definition", "counted", "published"):
        told[column] = text_in(told, column, language)
    place = {indicator: at for at, indicator in enumerate(dict.fromkeys(told["indicator"]))}
    told = told.sort_values("indicator", key=lambda cells: cells.map(place), kind="stable")
    line = told["indicator"] + ", " + told["city"].replace(dict(names))
    source = told["source"].replace(dict(names))
    told["line"] = line.where(~line.duplicated(keep=False), line + " (" + source + ")")
    return told.reset_index(drop=True)


def list_outcomes(named: pd.DataFrame) -> pd.DataFrame:
    """What a table of outcomes shows, in this order."""
    check_columns(named, "line")
    shown = named.rename(columns={"target": "target_share"})
    return shown[
        ["line", "numerator", "denominator", "unknown", "estimate", "low", "high", "unit",
         "target_share", "too_few"]
    ]  # fmt: skip


def list_accounts(named: pd.DataFrame) -> pd.DataFrame:
    """Accounts side by side: `city, indicator, published, counted, date, source`.

    `published` is the figure as its source gives it, or numerator and denominator where the lab
    keeps no wording, and NaN where the readers must not see it; `counted` is how this source
    counted, or the goal's definition.
    """
    check_columns(named, "published", "counted", "definition", "too_few")
    told = named.copy()
    parts = [
        " / ".join(f"{part:.0f}" for part in pair if pd.notna(part))
        for pair in zip(named["numerator"], named["denominator"], strict=True)
    ]
    figures = pd.Series(parts, index=named.index, dtype="str")
    told["published"] = named["published"].where(named["published"] != "", figures)
    told["published"] = told["published"].mask(named["too_few"])
    told["counted"] = named["counted"].where(named["counted"] != "", named["definition"])
    return told[["city", "indicator", "published", "counted", "date", "source", "too_few"]]


def count_conflicts(conflicts: pd.DataFrame) -> pd.DataFrame:
    """One row: how many `goals` have how many `accounts` that differ; no row where none do."""
    if conflicts.empty:
        return pd.DataFrame(columns=["goals", "accounts"])
    goals = len(conflicts[["goal", "city"]].drop_duplicates())
    return pd.DataFrame([{"goals": goals, "accounts": len(conflicts)}])
