"""Sources, people and turns → what there is, and who has not been heard."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import pandas as pd

from labtools.evidence.files.folders import find_files
from labtools.evidence.questionnaires.survey import AnswerFile, Survey
from labtools.evidence.withdrawals import find_theirs
from labtools.faults import Fault
from labtools.frames import check_columns, join_one
from labtools.words import Language, label, text_in

INTERVIEW_TYPES = ("interview", "group_interview", "conversation")


def compare_register(sources: pd.DataFrame, raw: Path, faults: pd.DataFrame) -> pd.DataFrame:
    """One row: how many sources there are, how many name a file, how many files lie in raw/."""
    named = sources["file"] != ""
    row = {
        "sources": len(sources),
        "with_file": int(named.sum()),
        "without_file": int((~named).sum()),
        "files": len(find_files(raw)),
        "faults": len(faults),
    }
    return pd.DataFrame([row])


def count_sources(sources: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Sources per group, in the order of first appearance: `…, n` (sources)."""
    check_columns(sources, *by)
    return sources.groupby(list(by), sort=False).size().rename("n").reset_index()


def spread(
    counts: pd.DataFrame, *, rows: str, columns: str, order: Sequence[str], total: str
) -> pd.DataFrame:
    """Counts as a table of `rows` by `columns`, zeros where nothing was counted, with a total.

    order: the columns' values in the order they are to stand, those without a count as well.
    """
    check_columns(counts, rows, columns, "n")
    table = counts.pivot_table(
        index=rows, columns=columns, values="n", aggfunc="sum", fill_value=0, sort=False
    )
    spread_out = table.reindex(columns=list(order), fill_value=0)
    spread_out[total] = spread_out.sum(axis="columns")
    return spread_out.reset_index().rename_axis(columns=None)


def count_by_month(sources: pd.DataFrame) -> pd.DataFrame:
    """Sources per month and city, months in order, dates that name no month as `unknown`.

    Returns `month` (2024-09), `city`, `n` (sources).
    """
    check_columns(sources, "date", "city")
    month = sources["date"].str[:7].where(sources["date"].str.len() >= 7, "unknown")
    counted = sources.assign(month=month).groupby(["month", "city"], sort=False)
    return counted.size().rename("n").reset_index().sort_values("month", kind="stable")


def count_heard(
    people: pd.DataFrame, turns: pd.DataFrame, by: Sequence[str], *, gone: Collection[str]
) -> pd.DataFrame:
    """Of the people the lab knows, how many have a turn of their own in some transcript.

    people: one row per person; turns: one row per turn with `person_id` and `speaker`. What an
    interpreter says for a person is that person's turn. gone: who take no part or have
    withdrawn everything (`find_gone`); their turns are left out, so they are not counted as not
    heard either. Returns one row per group: `…, n` (people), `heard`, `not_heard`.
    """
    check_columns(people, "person_id", *by)
    people = people[~find_theirs(people["person_id"], gone)]
    check_columns(turns, "person_id", "speaker")
    own = turns["speaker"].isin(["respondent", "interpreter"])
    spoke = set(turns.loc[own, "person_id"]) - {""}
    counted = people.assign(heard=people["person_id"].isin(spoke)).groupby(list(by), sort=False)
    groups = counted.agg(n=("person_id", "size"), heard=("heard", "sum")).reset_index()
    return groups.assign(not_heard=groups["n"] - groups["heard"])


def find_unheard(heard: pd.DataFrame) -> pd.DataFrame:
    """The groups of `count_heard` in which nobody has been heard, the largest first."""
    check_columns(heard, "n", "heard")
    unheard = heard[heard["heard"] == 0].drop(columns=["heard", "not_heard"])
    return unheard.sort_values("n", ascending=False, kind="stable").reset_index(drop=True)


def count_consent(people: pd.DataFrame, consent: pd.DataFrame) -> pd.DataFrame:
    """What people have agreed to, per city.

    Returns one row per city: `city, n` (people), `asked` (with a row in consent.csv),
    `participate`, `quote`, `photo` (said yes and not withdrawn), `withdrawn`.
    """
    check_columns(people, "person_id", "city")
    asked = join_one(people[["person_id", "city"]], consent, on=["person_id"])
    stays = asked["withdrawn_on"].fillna("") == ""
    said = {name: (asked[name] == "yes") & stays for name in ("participate", "quote", "photo")}
    counted = asked.assign(asked=asked["participate"].notna(), **said, withdrawn=~stays).groupby(
        "city", sort=False
    )
    kinds = ["asked", "participate", "quote", "photo", "withdrawn"]
    return counted["person_id"].size().rename("n").to_frame().join(counted[kinds].sum()) \
        .reset_index()  # fmt: skip


def list_faults(faults: Sequence[Fault]) -> pd.DataFrame:
    """Faults as a table: `file, row, csv_column, must, found, do`; row is NaN for a whole file."""
    rows = [
        {
            "file": fault.file,
            "row": float("nan") if fault.row is None else float(fault.row),
            "csv_column": fault.column or "",
            "must": fault.must,
            "found": fault.found,
            "do": fault.do,
        }
        for fault in faults
    ]
    return pd.DataFrame(rows, columns=["file", "row", "csv_column", "must", "found", "do"])


def count_faults(faults: pd.DataFrame) -> pd.DataFrame:
    """One row with `n` faults in `files` files; no row where there is none."""
    if faults.empty:
        return pd.DataFrame(columns=["n", "files"])
    return pd.DataFrame([{"n": len(faults), "files": faults["file"].nunique()}])


def count_records(tables: Mapping[str, pd.DataFrame], *, order: Sequence[str]) -> pd.DataFrame:
    """Rows of several tables per city: `table`, one column per city, `all`.

    tables: by name; a row whose city is blank, or a table without a city, counts in `all` only.
    """
    rows = []
    for name, table in tables.items():
        cities = table["city"] if "city" in table else pd.Series(dtype="str")
        counts = {city: int((cities == city).sum()) for city in order}
        rows.append({"table": name, **counts, "all": len(table)})
    return pd.DataFrame(rows, columns=["table", *order, "all"])


def list_answer_files(surveys: Sequence[Survey], *, language: Language) -> pd.DataFrame:
    """How each survey's file of answers was read, one row per survey.

    Returns `survey` (its name), `file, profile, encoding, delimiter, decimal, rows`,
    `left_out`, the rows that are not counted and why, in words ("" where there is none), and
    `unfinished`, how many of the rows are of people who did not answer to the end (NaN where
    the file does not tell).
    """
    rows = []
    for survey in surveys:
        told = asdict(survey.file)
        counts = told.pop("left_out")
        reasons = [f"{label(f'left_out.{why}', language)} {n}" for why, n in counts.items() if n]
        rows.append({"survey": _name(survey, language), **told, "left_out": ", ".join(reasons)})
    columns = ["survey", *(each.name for each in fields(AnswerFile))]
    return pd.DataFrame(rows, columns=columns).astype({"unfinished": "float64"})


def _name(survey: Survey, language: Language) -> str:
    return text_in(pd.DataFrame([survey.settings]), "name", language).iloc[0] or survey.name


def count_survey_answers(surveys: Sequence[Survey], *, language: Language) -> pd.DataFrame:
    """People who answered, per survey, city and wave: `survey` (its name), `city, wave, n`."""
    counted = [
        survey.answers.reindex(columns=["city", "wave"])
        .astype("object")
        .fillna("")
        .astype("str")
        .assign(survey=_name(survey, language))
        for survey in surveys
    ]
    columns = ["survey", "city", "wave"]
    everyone = pd.concat([pd.DataFrame(columns=columns, dtype="str"), *counted])
    return everyone.groupby(columns, sort=False).size().rename("n").reset_index()
