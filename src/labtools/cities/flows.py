"""What people did on one date after another → who went from what to what, and how many got there.

No flow of few people is told, nor left to be computed from what else is: see `hide_small`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labtools.cities.goals import is_later
from labtools.evidence.transcripts.turns import find_gone
from labtools.evidence.withdrawals import find_theirs
from labtools.frames import check_columns, join_one
from labtools.words import Language, format_date, label

Mask = NDArray[np.bool_]

STATUSES = (
    "work",
    "studies",
    "own_business",
    "traineeship",
    "seeking",
    "parental_leave",
    "other",
    "unknown",
)
NOT_TOLD = "not_told"
SMALLER = "smaller"
SOURCE = "goals/status.csv"
MOST_DATES = 6
_FLOW = ["city", "before", "after"]
_OBSERVED = ["goal", "city", "date", "numerator", "denominator", "unknown", "source"]


def place_people(
    statuses: pd.DataFrame, people: pd.DataFrame, consent: pd.DataFrame, *, withdrawal: str
) -> pd.DataFrame:
    """The statuses of those who may be counted, with the person's `city`, in the order of people.

    withdrawal: as `[consent]` in lab.toml. Who takes no part, or has withdrawn everything, is left
    out, and so is who has no city in people.csv.
    """
    check_columns(statuses, "person_id", "date", "status")
    gone = find_gone(consent, withdrawal=withdrawal)
    counted = statuses[~find_theirs(statuses["person_id"], gone)]
    placed = join_one(counted, people[["person_id", "city"]], on=["person_id"])
    placed = placed[placed["city"].fillna("") != ""]
    rank = {person: at for at, person in enumerate(people["person_id"])}
    return placed.sort_values(
        "person_id", key=lambda cells: cells.map(rank), kind="stable", ignore_index=True
    )


def list_moves(statuses: pd.DataFrame, *, begin: str = "", end: str = "") -> pd.DataFrame:
    """What each person did at the beginning, and what at the end.

    statuses: one row per person and date with `person_id, city, date, status`. `before` is the
    latest status on record by `begin`, or the person's first where that is blank; `after` is the
    latest on record after that, by `end` or at all. Returns one row per person with either:
    `person_id, city, before, after`, of which one may be `not_told`: a person with one status on
    record has no other, and is not taken to have stayed. Only a date that is certainly later is
    later: `2019` is not later than `2019-05`.
    """
    check_columns(statuses, "person_id", "city", "date", "status")
    told = statuses.sort_values("date", kind="stable")
    if end:
        told = told[~_find_later(told, end)]
    if begin:
        later = _find_later(told, begin)
    else:
        later = (told.groupby("person_id").cumcount() > 0).to_numpy()
    place = told.drop_duplicates("person_id").set_index("person_id")["city"]
    before = told[~later].groupby("person_id")["status"].last()
    after = told[later].groupby("person_id")["status"].last()
    people = pd.DataFrame({"city": place, "before": before, "after": after})
    return people.fillna(NOT_TOLD).rename_axis("person_id").reset_index()


def _find_later(statuses: pd.DataFrame, than: str) -> Mask:
    return np.array([is_later(date, than) for date in statuses["date"]], dtype=bool)


def count_flows(moves: pd.DataFrame) -> pd.DataFrame:
    """How many people went from each status to each: `city, before, after, n`; none of nobody.

    moves: as `list_moves` gives them. Cities come in the order of the table, statuses in that of
    STATUSES.
    """
    check_columns(moves, *_FLOW)
    flows = moves.groupby(_FLOW, sort=False).size().rename("n").reset_index()
    rank = {one: at for at, one in enumerate([*dict.fromkeys(moves["city"]), *STATUSES, NOT_TOLD])}
    return flows.sort_values(_FLOW, key=lambda cells: cells.map(rank), ignore_index=True)


def hide_small(flows: pd.DataFrame, *, min_people: int, reached: Collection[str]) -> pd.DataFrame:
    """The flows of `min_people` people or more; the smaller of each city in one row together.

    flows: as `count_flows` gives them; reached: the statuses that reach the goal. The row of the
    smaller has `smaller` as `before` and `after`; its `n` is NaN where even together they are too
    few. How many had reached the goal, had not, or were unknown, at the beginning or the end, may
    be told elsewhere. So where the hidden flows of any of these six totals are of fewer than
    `min_people`, its next smallest flow is hidden as well: what is told, taken from a total,
    leaves nobody, or `min_people` at least (unless the total itself is smaller). Totals of single
    statuses must not be told beside this. It is no proof against every combination of tables.
    """
    check_columns(flows, *_FLOW, "n")
    tables = []
    for city, of_city in flows.groupby("city", sort=False):
        n = of_city["n"].to_numpy()
        hidden = _choose_hidden(n, _find_totals(of_city, reached), min_people)
        tables.append(of_city[~hidden])
        if hidden.any():
            rest = float(n[hidden].sum())
            row = {"city": city, "before": SMALLER, "after": SMALLER}
            tables.append(pd.DataFrame([row | {"n": rest if rest >= min_people else np.nan}]))
    if not tables:
        return flows[[*_FLOW, "n"]]
    return pd.concat(tables, ignore_index=True)[[*_FLOW, "n"]]


def _find_totals(flows: pd.DataFrame, reached: Collection[str]) -> list[Mask]:
    """Which flows each total that may be known counts: three at either end, and all of them."""
    totals = []
    for end in ("before", "after"):
        kinds = flows[end].map(lambda status: find_kind(status, reached))
        totals += [(kinds == kind).to_numpy(dtype=bool) for kind in ("reached", "not", "unknown")]
    return [*totals, np.ones(len(flows), dtype=bool)]


def find_kind(status: str, reached: Collection[str]) -> str:
    """Whether a status has `reached` the goal, has `not`, or is `unknown`."""
    if status in ("unknown", NOT_TOLD):
        return "unknown"
    return "reached" if status in reached else "not"


def _choose_hidden(n: NDArray[np.int64], totals: Sequence[Mask], least: int) -> Mask:
    hidden = n < least
    while True:
        lacking = [
            total
            for total in totals
            if 0 < n[total & hidden].sum() < least and (total & ~hidden).any()
        ]
        if not lacking:
            return np.asarray(hidden)
        narrowest = min(lacking, key=lambda total: n[total].sum())
        shown = np.flatnonzero(narrowest & ~hidden)
        hidden[shown[n[shown].argmin()]] = True


def list_dates(statuses: pd.DataFrame, *, most: int = MOST_DATES) -> list[str]:
    """The dates on record; of more than `most`, as many, evenly among them, first and last too.

    >>> list_dates(pd.DataFrame({"date": [f"20{year}" for year in range(10, 20)]}), most=3)
    ['2010', '2014', '2019']
    """
    dates = sorted(set(statuses["date"]) - {""})
    if len(dates) <= most:
        return dates
    return [dates[at] for at in np.linspace(0, len(dates) - 1, most).astype(int)]


def observe_statuses(
    statuses: pd.DataFrame,
    goals: pd.DataFrame,
    *,
    reached: Collection[str],
    dates: Sequence[str],
) -> pd.DataFrame:
    """How many had reached the goal on each date, as an account of the goal beside others.

    goals: those that the statuses tell of; the first of each city is taken, and cities without
    one are left out. Returns one row per city and date, as observations.csv has them: `goal, city,
    date, numerator` (whose latest status by then is among `reached`), `denominator` (whose is
    known), `unknown`, `source`. A status holds until the next; who has none yet is in no number.
    """
    check_columns(statuses, "person_id", "city", "date", "status")
    goal_of = goals[goals["city"] != ""].drop_duplicates("city").set_index("city")["goal"]
    told = statuses[statuses["city"].isin(goal_of.index)].sort_values("date", kind="stable")
    rows = []
    for day in dates:
        held = told[~_find_later(told, day)].drop_duplicates("person_id", keep="last")
        kinds = held["status"].map(lambda status: find_kind(status, reached))
        counts = held.groupby(["city", kinds]).size().unstack(fill_value=0)
        counts = counts.reindex(columns=["reached", "not", "unknown"], fill_value=0)
        for city, arrived, others, unknown in counts.itertuples():
            numbers = (arrived, arrived + others, unknown)
            rows.append((goal_of[city], city, day, *numbers, SOURCE))
    table = pd.DataFrame(rows, columns=_OBSERVED)
    rank = {city: at for at, city in enumerate(goal_of.index)}
    return table.sort_values(
        "city", key=lambda cells: cells.map(rank), kind="stable", ignore_index=True
    )


def lay_beside(
    observations: pd.DataFrame,
    statuses: pd.DataFrame,
    goals: pd.DataFrame,
    *,
    reached: Collection[str],
) -> pd.DataFrame:
    """Accounts of each goal, and after them what the statuses give for the same city and date.

    observations: the latest, of any goals; only those of `goals` with a date are taken. Cities of
    which the statuses tell nothing are left out. `goals.find_conflicts` finds where they differ.
    """
    dated = observations[observations["goal"].isin(goals["goal"]) & (observations["date"] != "")]
    dates = list(dict.fromkeys(dated["date"]))
    observed = observe_statuses(statuses, goals, reached=reached, dates=dates)
    same = ["goal", "city", "date"]
    observed = observed.merge(dated[same].drop_duplicates(), on=same)
    both = pd.concat([dated[dated["city"].isin(observed["city"])], observed])
    rank = {goal: at for at, goal in enumerate(goals["goal"])}
    return both.sort_values(
        "goal", key=lambda cells: cells.map(rank), kind="stable", ignore_index=True
    )


def name_dates(
    outcomes: pd.DataFrame, names: Mapping[str, str], *, language: Language
) -> pd.DataFrame:
    """Outcomes with a `line` each, which names the city and the date."""
    check_columns(outcomes, "city", "date")
    dates = outcomes["date"].map(lambda date: format_date(date, language))
    return outcomes.assign(line=outcomes["city"].replace(dict(names)) + ", " + dates)


def summarize(statuses: pd.DataFrame, *, language: Language) -> pd.DataFrame:
    """One row: `people`, those with `one` status alone, the `first` and `last` date; or none."""
    if statuses.empty:
        return pd.DataFrame(columns=["people", "one", "first", "last"])
    each = statuses.groupby("person_id").size()
    dates = list_dates(statuses)
    row = {"people": len(each), "one": int((each == 1).sum())}
    ends = {"first": format_date(dates[0], language), "last": format_date(dates[-1], language)}
    return pd.DataFrame([row | ends])


def choose_reached(listed: str) -> list[str]:
    """The statuses in a `;`-separated list. Raises ValueError for one that there is not.

    >>> choose_reached("work; studies")
    ['work', 'studies']
    """
    chosen = [one.strip() for one in listed.split(";") if one.strip()]
    wrong = [one for one in chosen if one not in STATUSES[:-1]]
    if wrong:
        raise ValueError(
            f"what reaches the goal must be among {', '.join(STATUSES[:-1])}; "
            f"found {', '.join(wrong)}"
        )
    return chosen


def name_statuses(language: Language) -> dict[str, str]:
    """What each status is called in a table or figure, and what stands for the smaller flows."""
    return {one: label(f"done.{one}", language) for one in (*STATUSES, NOT_TOLD, SMALLER)}
