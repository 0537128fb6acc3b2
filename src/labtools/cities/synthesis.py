"""Themes, numbers and people's own summaries side by side, and what none of them holds yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from labtools.cities import accounts
from labtools.evidence.questionnaires.survey import Scale
from labtools.evidence.schemas import split_list
from labtools.frames import check_columns
from labtools.words import (
    Language,
    format_date,
    format_estimate,
    format_interval,
    label,
    say_row,
    text_in,
)

RELATIONS = ("confirms", "expands", "contradicts")


def list_labs(cities: pd.DataFrame) -> pd.DataFrame:
    """One row per city: `city, lab, company, target_group, start, end`, and `source` if told.

    cities: as cities.csv has them; its column `source`, beyond the contract, says who tells it.
    """
    columns = ["city", "lab", "company", "target_group", "start", "end"]
    check_columns(cities, *columns)
    return cities[[*columns, *(["source"] if "source" in cities else [])]]


def list_themes(codebook: pd.DataFrame, *, language: Language) -> pd.DataFrame:
    """The codes as their tree: `theme, parent, name, depth` (0 at the top), children below parents.

    A code whose parent is no code stands at the top; so does one of a circle.
    """
    check_columns(codebook, "code", "parent")
    named = text_in(codebook, "name", language)
    rows = pd.DataFrame({"theme": codebook["code"], "parent": codebook["parent"], "name": named})
    rows["name"] = rows["name"].where(rows["name"] != "", rows["theme"])
    of = rows.set_index("theme").to_dict("index")
    children: dict[str, list[str]] = {theme: [] for theme in of}
    tops = [theme for theme in of if of[theme]["parent"] not in of]
    for theme in of:
        if theme not in tops:
            children[of[theme]["parent"]].append(theme)
    ordered: dict[str, int] = {}
    waiting = [(theme, 0) for theme in [*tops, *of]][::-1]
    while waiting:
        theme, depth = waiting.pop()
        if theme not in ordered:
            ordered[theme] = depth
            waiting += [(child, depth + 1) for child in children[theme][::-1]]
    return pd.DataFrame(
        [(theme, of[theme]["parent"], of[theme]["name"], at) for theme, at in ordered.items()],
        columns=["theme", "parent", "name", "depth"],
    )


def place_summaries(
    summaries: pd.DataFrame,
    *,
    cities: Collection[str],
    sources: pd.DataFrame,
    people: pd.DataFrame,
) -> pd.DataFrame:
    """People's summaries with their `city`, "" where the case belongs to none.

    A case is a source, a person or a city. What is written of a whole city tells how numbers and
    words go together there; its `relation` (a column beyond the contract: confirms, expands,
    contradicts) is only ever what somebody wrote. Adds `is_city` and, if absent, `relation`.
    ValueError for another relation.
    """
    check_columns(summaries, "case", "theme", "summary", "segments")
    known = {city: city for city in cities}
    known |= dict(zip(people["person_id"], people["city"], strict=True))
    known |= dict(zip(sources["source_id"], sources["city"], strict=True))
    relation = summaries.get("relation", pd.Series("", index=summaries.index, dtype="str"))
    wrong = sorted(set(relation) - {"", *RELATIONS})
    if wrong:
        raise ValueError(
            f"coding/summaries.csv: relation must be {', '.join(RELATIONS)} or blank; "
            f"found {', '.join(wrong)}"
        )
    return summaries.assign(
        city=summaries["case"].map(known).fillna(""),
        is_city=summaries["case"].isin(list(cities)),
        relation=relation,
    )


def keep_open(
    summaries: pd.DataFrame, sources: pd.DataFrame, *, shown: Collection[str], audience: str
) -> pd.DataFrame:
    """Summaries as the readers may see them, with `is_held`: whether something is left out.

    summaries: as `place_summaries` gives them; shown: ids of the quotations that may be shown.
    For partners what is written of one interview or person has no text unless it rests on
    quotations that may all be shown, and neither the case's id nor the way to its passages: who
    was met on which day is known to others; nor do they stand in the order of the interviews. What
    is written of a city, or of a document, stays.
    """
    documents = sources.loc[sources["type"] == "document", "source_id"]
    is_held = ~summaries["is_city"] & ~summaries["case"].isin(documents)
    if audience != "partners":
        return summaries.assign(is_held=False)
    cited = [split_list(cell) for cell in summaries["segments"]]
    may = [bool(ids) and set(ids) <= set(shown) for ids in cited]
    text = summaries["summary"].where(~is_held | pd.Series(may, index=summaries.index), "")
    case, is_held = summaries["case"].mask(is_held, ""), is_held | summaries["segments"].ne("")
    told = summaries.assign(summary=text, case=case, segments="", is_held=is_held)
    return told.sort_values("summary", ignore_index=True)


def tell_outcomes(
    outcomes: pd.DataFrame, names: Mapping[str, str], *, language: Language
) -> pd.DataFrame:
    """Outcomes in words, one row per account: `reference` (the goal), `theme, name` (of what),
    `city, value` (the estimate with its interval), `sentence`, `estimate` and `unit`.

    outcomes: as `goals.estimate_outcomes` gives them. The theme is what goals.csv says in a
    column `theme`, beyond the contract. What cannot be counted is told as it was published.
    """
    named = accounts.name_lines(outcomes, names, language=language)
    published = accounts.list_accounts(named)["published"]
    named = named.assign(published=published, source=named["source"].replace(dict(names)))
    named["line"] = named["indicator"] + ", " + named["city"].replace(dict(names))
    sample = np.where(named["kind"] == "sample", "outcomes_of_samples", "outcomes")
    keys = np.where(named["n"] == 0, "outcome_published", sample)
    keys = np.where(_is_hidden(named), "too_few", keys)
    rows = named.assign(names=named["line"]).to_dict("records")
    values = [
        row["published"] if key == "outcome_published" else _tell_value(row, language)
        for row, key in zip(rows, keys, strict=True)
    ]
    for row, key in zip(rows, keys, strict=True):
        if key in ("outcome_published", "too_few"):
            del row["estimate"]  # or it would be told that there is none
    told = pd.DataFrame({"reference": named["goal"], "theme": named.get("theme", "")})
    told = told.assign(name=named["indicator"], city=named["city"], value=values)
    told = told.assign(sentence=list(map(partial(say_row, language=language), keys, rows)))
    told = told.astype("str").assign(estimate=named["estimate"], unit=named["unit"])
    return told.reset_index(drop=True)


def _is_hidden(estimates: pd.DataFrame) -> pd.Series:
    """Which estimates the readers may not see, in tables that have passed `Readers`."""
    few = estimates.get("too_few", pd.Series(data=False, index=estimates.index))
    return few & estimates["estimate"].isna()


def _tell_value(row: Mapping[str, Any], language: Language) -> str:
    if row.get("too_few") and np.isnan(row["estimate"]):
        return label("figure.too_few", language)
    value = format_estimate(row["estimate"], row["unit"], language)
    interval = format_interval(row["low"], row["high"], row["unit"], language)
    return f"{value} ({interval})" if interval else value


def tell_changes(
    changes: pd.DataFrame,
    names: Mapping[str, str],
    *,
    survey: str,
    scale: Scale,
    language: Language,
) -> pd.DataFrame:
    """Changes on a scale in words, as `tell_outcomes` gives outcomes.

    changes: one row per city with an estimate, `rose, fell, same`. The reference of each is
    `survey/scale/city`, its theme the code that is called as the scale.
    """
    check_columns(changes, "city", "estimate", "low", "high", "n", "unit", "rose", "fell", "same")
    own, other = scale.name_sv, scale.name_en
    title = (own or other) if language == "sv" else (other or own)
    named = changes.assign(name=changes["city"].replace(dict(names)), scale=title or scale.name)
    named["names"] = named["scale"] + ", " + named["name"]
    rows = named.to_dict("records")
    values = [_tell_value(row, language) for row in rows]
    keys = np.where(_is_hidden(named), "too_few", "change_of_scale")
    for row, key in zip(rows, keys, strict=True):
        if key == "too_few":
            del row["estimate"]  # or it would be told that there is none
    told = pd.DataFrame(
        {
            "reference": [f"{survey}/{scale.name}/{city}" for city in changes["city"]],
            "theme": scale.name,
            "name": named["scale"] + f" ({label('unit.change_in_points', language).lower()})",
            "city": changes["city"],
            "value": values,
            "sentence": list(map(partial(say_row, language=language), keys, rows)),
        }
    )
    return told.astype("str").assign(estimate=changes["estimate"], unit=changes["unit"])


def join_themes(
    themes: pd.DataFrame,
    told: pd.DataFrame,
    voices: pd.DataFrame,
    summaries: pd.DataFrame,
    *,
    cities: Sequence[str],
) -> pd.DataFrame:
    """The joint display in short, one row per theme that is coded, counted or summarised.

    told: numbers as `tell_outcomes` gives them; voices: as `claims.count_voices` does; summaries:
    placed. Returns `code`, `theme` (its name), `numbers`, `people` (who spoke of it; one heard in
    two cities counts in each), `cities_heard` (cities where anybody did), `summaries`,
    `without_summary` (cities with none), and how often people wrote that words `confirms, expands,
    contradicts` the numbers. A theme that only gathers others has NaN but for its numbers.
    """
    check_columns(voices, "code", "city", "people")
    parents = set(themes["parent"])
    rows: list[dict[str, Any]] = []
    for theme, name in zip(themes["theme"], themes["name"], strict=True):
        of = summaries[summaries["theme"] == theme]
        heard = voices[(voices["code"] == theme) & (voices["people"] != 0)]
        row = {
            "code": theme,
            "theme": name,
            "numbers": int((told["theme"] == theme).sum()),
            "people": heard["people"].sum(),
            "cities_heard": heard.loc[heard["city"] != "", "city"].nunique(),
            "summaries": len(of),
            "without_summary": len(set(cities) - set(of["city"])),
            **{relation: int((of["relation"] == relation).sum()) for relation in RELATIONS},
        }
        is_told = bool(len(heard) or len(of))
        if theme in parents and not is_told:
            row |= dict.fromkeys(set(row) - {"code", "theme", "numbers"}, np.nan)
        if row["numbers"] or is_told:
            rows.append(row)
    columns = ["numbers", "people", "cities_heard", "summaries", "without_summary"]
    return pd.DataFrame(rows, columns=["code", "theme", *columns, *RELATIONS])


def count_activities(activities: pd.DataFrame, *, order: Sequence[str]) -> pd.DataFrame:
    """What was arranged in each city that arranged anything: one row per city, in this order.

    `city, activities, visits` (NaN where nobody counted any), `first_date, last_date`. People are
    left out: whoever came twice would count twice.
    """
    dated = activities[activities["date"] != ""].groupby("city")["date"]
    of = activities.groupby("city")
    table = pd.DataFrame(
        {
            "activities": of.size(),
            "visits": of["visits"].sum(min_count=1),
            "first_date": dated.min(),
            "last_date": dated.max(),
        }
    )
    table = table.reindex([city for city in order if city in table.index])
    texts = dict.fromkeys(("first_date", "last_date"), "")
    return table.rename_axis("city").reset_index().fillna(texts)


def format_dates(table: pd.DataFrame, *columns: str, language: Language) -> pd.DataFrame:
    """The same rows with the dates of these columns as the language writes them."""
    check_columns(table, *columns)
    told = {name: [format_date(date, language) for date in table[name]] for name in columns}
    return table.assign(**told)


def count_known(changes: pd.DataFrame, *, cities: Collection[str]) -> pd.DataFrame:
    """One row: of how many `cities` the change in belonging is `known`; as `tell_changes` takes."""
    known = changes.loc[changes["estimate"].notna(), "city"].isin(list(cities))
    return pd.DataFrame([{"known": int(known.sum()), "cities": len(cities)}])


def count_gaps(strength: pd.DataFrame, goals: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """One row: how much of the report rests on nothing, or on what is no longer there.

    strength: as `claims.count_strength` gives it; outcomes: the latest of each goal, where one
    that the readers may not see is `too_few`. `claims`, of which `bare` (nothing behind them),
    `lost` and `withdrawn` (some of what they cite); `goals`, of which `uncounted` have no account
    with both a numerator and a denominator.
    """
    behind = strength[["quotations", "estimates", "published"]].sum(axis="columns", skipna=False)
    counted = set(outcomes.loc[outcomes["estimate"].notna() | _is_hidden(outcomes), "goal"])
    row = {
        "claims": len(strength),
        "bare": int((behind == 0).sum()),
        "lost": int((strength["lost"] > 0).sum()),
        "withdrawn": int((strength["withdrawn"] > 0).sum()),
        "goals": len(goals),
        "uncounted": int((~goals["goal"].isin(counted)).sum()),
    }
    return pd.DataFrame([row])
