"""What became of those who were asked → response rates, item non-response, who answered again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from labtools.evidence.questionnaires.survey import Scale, Survey
from labtools.frames import as_estimates, check_columns
from labtools.intervals import wilson_interval
from labtools.surveys import items
from labtools.surveys.scales import answers_of
from labtools.words import Language, label

OUTCOMES = ("complete", "partial", "refused", "unknown", "undeliverable", "ineligible")
RESPONSE_RATES = ("RR1", "RR2", "RR3", "RR4", "RR5", "RR6")
_WITH_E = ("RR3", "RR4", "REF2", "CON2")
_ASKED_TYPES = ("single", "ordinal", "multiple", "number")
_NO_DUTY_TO_ANSWER = ("not_asked", "not_applicable")


def check_disposition(disposition: pd.DataFrame) -> None:
    """Raise ValueError, with the row, where disposition.csv does not add up.

    In every row the outcomes must sum to `sampled`; a city and wave must have either one row for
    all (a blank group) or one row per group.
    """
    check_columns(disposition, "city", "wave", "group", "sampled", *OUTCOMES)
    sums = disposition[list(OUTCOMES)].sum(axis="columns")
    for row in disposition[sums != disposition["sampled"]].to_dict("records"):
        raise ValueError(
            f"disposition.csv, {_name(row)}: {', '.join(OUTCOMES)} must sum to sampled "
            f"({row['sampled']:g}); they sum to {sum(row[part] for part in OUTCOMES):g}"
        )
    key = ["city", "wave", "group"]
    for row in disposition[disposition.duplicated(key)].to_dict("records"):
        raise ValueError(f"disposition.csv, {_name(row)}: there must be one such row; found more")
    groups = disposition.groupby(["city", "wave"])["group"].transform("size")
    for row in disposition[(disposition["group"] == "") & (groups > 1)].to_dict("records"):
        raise ValueError(
            f"disposition.csv, {_name(row)}: there must be one row for all or one per group; "
            f"found both. Leave out the row with a blank group"
        )


def _name(row: Mapping[str, object]) -> str:
    return ", ".join(str(row[part]) for part in ("city", "wave", "group") if row[part])


def name_parts(
    disposition: pd.DataFrame, *, waves: Mapping[str, str], language: Language
) -> pd.DataFrame:
    """The same rows with `part`: the wave and the group in words, or all who were asked."""
    parts = [
        ", ".join(filter(None, [waves.get(wave, wave), group])) or label("group.all", language)
        for wave, group in disposition[["wave", "group"]].to_numpy().tolist()
    ]
    return disposition.assign(part=pd.Series(parts, index=disposition.index, dtype="str"))


def count_outcomes(disposition: pd.DataFrame, *, by: Sequence[str]) -> pd.DataFrame:
    """People per group and outcome: the columns of `by`, `outcome`, `n`, in that order.

    Outcomes stand in the order of OUTCOMES. Raises ValueError as `check_disposition` does.
    """
    people = _sum_people(disposition, by)
    long = people.melt(list(by), list(OUTCOMES), var_name="outcome", value_name="n")
    return long.astype({"outcome": "str", "n": "int64"})


def spread_outcomes(
    disposition: pd.DataFrame, *, by: Sequence[str], language: Language
) -> pd.DataFrame:
    """The counts of `count_outcomes` with a column per outcome, headed by its label.

    After the columns of `by` stands `sampled`: all who were asked.
    """
    people = _sum_people(disposition, by).astype(dict.fromkeys(["sampled", *OUTCOMES], "int64"))
    headings = {outcome: label(f"outcome.{outcome}", language) for outcome in OUTCOMES}
    return people[[*by, "sampled", *OUTCOMES]].rename(columns=headings)


def reconcile(survey: Survey, city: str) -> pd.DataFrame:
    """Answers that disposition.csv counts beside those that the answer file holds, per wave.

    Returns one row per wave of the disposition: `wave`, `counted` (complete and partial),
    `n` people in the answer file, and how many `fewer` or `more` the file holds. People who have
    withdrawn are counted, and not in the file.
    """
    counted = survey.disposition[survey.disposition["city"] == city]
    told = _sum_people(counted, ["wave"])
    answers = answers_of(survey)
    there = answers[answers["city"] == city].groupby("wave").size()
    table = pd.DataFrame({"wave": told["wave"], "counted": told["complete"] + told["partial"]})
    n = table["wave"].map(there).fillna(0).astype("int64")
    surplus = n - table["counted"]
    return table.assign(n=n, fewer=(-surplus).clip(lower=0), more=surplus.clip(lower=0))


def estimate_response_rates(
    disposition: pd.DataFrame,
    *,
    by: Sequence[str],
    sampling: str,
    design: Mapping[str, str],
    level: float = 0.95,
) -> pd.DataFrame:
    """AAPOR's response rates 1–6, cooperation, refusal and contact rates, per group.

    disposition: rows of disposition.csv, summed within the columns of `by`. Returns one row per
    group and `response_rate`: `estimate, low, high` (0–1), `n` people asked that the rate is about,
    `unit`; `numerator, denominator` (people; of RR3, RR4, REF2 and CON2 estimated).

    AAPOR's letters: complete = I, partial = P, refused = R, ineligible = not eligible (4.0).
    Nobody knows of an `unknown` (AAPOR 3.19, nothing was returned) or an `undeliverable` (3.30,
    the mailing did not arrive) whether they belong to the population: both are U. A postal or
    web survey seldom tells a non-contact from an unknown: NC and other (O) are 0. So contact
    rates are the lowest possible; COOP3, COOP4 and CON3 would say nothing new and are left out.
    e, the share of U that is eligible, is that of those whose eligibility is known (CASRO),
    (I + P + R) / (I + P + R + ineligible), within the group.

    RR1 = I / (I + P + R + U), RR3 = I / (I + P + R + eU), RR5 = I / (I + P + R); RR2, RR4, RR6
    have I + P above. RR5 and RR6 are for surveys where no unknown case is eligible. A rate of
    nobody, and RR3 where e is not known, is NaN.

    The rates describe those who were asked, so they have no interval; but a simple random sample
    (`random`, and a `design` that names nothing) has Wilson's, of rates without e: how often all
    would have answered. Raises ValueError as `check_disposition` does. AAPOR 2023, Standard
    Definitions, 10th edition; Council of American Survey Research Organizations 1982.

    >>> asked = pd.DataFrame({"city": ["norrvik"], "wave": [""], "group": [""], "sampled": [100],
    ...     "undeliverable": [4], "ineligible": [5], "refused": [15], "partial": [10],
    ...     "complete": [50], "unknown": [16]})
    >>> rates = estimate_response_rates(asked, by=["city"], sampling="census", design={})
    >>> rates.set_index("response_rate").loc["RR1":"RR6", "estimate"].round(3).to_dict()
    {'RR1': 0.526, 'RR2': 0.632, 'RR3': 0.533, 'RR4': 0.64, 'RR5': 0.667, 'RR6': 0.8}
    """
    people = _sum_people(disposition, by)
    complete, partial, refused = people["complete"], people["partial"], people["refused"]
    answered = complete + partial
    reached = answered + refused
    unknown = people["unknown"] + people["undeliverable"]
    e = reached / (reached + people["ineligible"]).where(lambda known: known > 0)
    asked, likely = reached + unknown, reached + e * unknown
    rates = {
        "RR1": (complete, asked, asked),
        "RR2": (answered, asked, asked),
        "RR3": (complete, likely, asked),
        "RR4": (answered, likely, asked),
        "RR5": (complete, reached, reached),
        "RR6": (answered, reached, reached),
        "COOP1": (complete, reached, reached),
        "COOP2": (answered, reached, reached),
        "REF1": (refused, asked, asked),
        "REF2": (refused, likely, asked),
        "REF3": (refused, reached, reached),
        "CON1": (reached, asked, asked),
        "CON2": (reached, likely, asked),
    }
    tables = []
    for rate, (numerator, denominator, n) in rates.items():
        low = high = np.full(len(people), np.nan)
        if sampling == "random" and not design and rate not in _WITH_E:
            low, high = wilson_interval(numerator, denominator, level=level)
        counted = people[list(by)].assign(
            response_rate=rate,
            estimate=numerator / denominator.where(denominator > 0),
            low=low,
            high=high,
            n=n.astype("int64"),
            unit="share",
            numerator=numerator,
            denominator=denominator,
        )
        tables.append(counted)
    return as_estimates(pd.concat(tables).sort_index(kind="stable"), by=[*by, "response_rate"])


def _sum_people(disposition: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    check_disposition(disposition)
    counts = ["sampled", *OUTCOMES]
    return disposition.groupby(list(by), sort=False, as_index=False)[counts].sum()


def list_questions(survey: Survey) -> Scale:
    """All that the questionnaire asks but free text, as one scale that `items` understands."""
    apart = {*survey.columns.values(), *survey.design.values()}
    asked = survey.dictionary[survey.dictionary["type"].isin(_ASKED_TYPES)]
    variables = [one for one in dict.fromkeys(asked["variable"]) if one not in apart]
    return Scale("", tuple(variables), "mean", 1, (-np.inf, np.inf), "", "")


def estimate_item_nonresponse(survey: Survey, city: str, *, language: Language) -> pd.DataFrame:
    """Share of a city's respondents who were asked a question and gave no answer to it.

    Returns one row per question and wave, in the questionnaire's order: `question, wave`;
    `estimate` (0–1, unweighted), `n` people who answered the questionnaire and were asked,
    `unit`; `missing` of them. Don't know, refused and blank alike are no answer; whom the
    question did not concern counts nowhere. It describes those who answered: no interval.
    """
    answers = answers_of(survey)
    here = answers[answers["city"] == city]
    questions = items.list_questions(survey, list_questions(survey), language=language)
    missing = survey.missing[survey.missing["row"].isin(here.index)]
    missing = missing.assign(wave=missing["row"].map(here["wave"]).astype("str"))
    spared = missing["reason"].isin(_NO_DUTY_TO_ANSWER)
    rows = []
    for variable, question in questions[["variable", "question"]].to_numpy().tolist():
        of_question = missing["variable"] == variable
        for wave, people in here.groupby("wave", sort=False):
            of_wave = of_question & (missing["wave"] == wave)
            asked = len(people) - int((of_wave & spared).sum())
            without = int((of_wave & ~spared).sum())
            if asked:
                rows.append((question, wave, without / asked, asked, without))
    table = pd.DataFrame(rows, columns=["question", "wave", "estimate", "n", "missing"])
    table = table.astype({"question": "str", "wave": "str", "estimate": "float64"})
    empty = {"low": np.nan, "high": np.nan, "unit": "share"}
    return as_estimates(table.assign(**empty), by=["question", "wave"])


def most_skipped(survey: Survey, *, language: Language) -> float:
    """The largest share of any city that skipped a question, up to the next tenth.

    It is where the axis of every city's figure must end; 1 where nobody answered.
    """
    cities = dict.fromkeys(answers_of(survey)["city"])
    shares = [
        estimate_item_nonresponse(survey, city, language=language)["estimate"].max()
        for city in cities
    ]
    return max(0.1, float(np.ceil(10 * max(shares)) / 10)) if shares else 1.0


def estimate_returned(
    answers: pd.DataFrame, *, by: Sequence[str], waves: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Share of those who answered the first wave who answered the last as well, per group.

    answers: one row per person and wave; by: columns, read as the person told them in the first
    wave; waves: in order. Answers without a `person_id` cannot be followed and are left out;
    with one wave, or without such answers in the first or in the last, no row. Returns one row
    per group, in the order of a categorical's categories: `estimate, low, high` (0–1), `n`
    people of the first wave, `unit`; `returned` of them. Wilson interval: how far chance alone
    could move the share of so few people.

    >>> people = pd.DataFrame({"person_id": ["p", "q", "p"], "city": "norrvik",
    ...                        "wave": ["before", "before", "after"]})
    >>> estimate_returned(people, by=["city"], waves=["before", "after"])["estimate"].tolist()
    [0.5]
    """
    check_columns(answers, "person_id", "wave", *by)
    linked = answers[answers["person_id"].fillna("") != ""]
    ordered = list(waves)
    first, last = (linked[linked["wave"].isin(ends)] for ends in (ordered[:1], ordered[1:][-1:]))
    if last.empty:
        first = first.head(0)
    again = first["person_id"].isin(last["person_id"])
    groups = first.assign(again=again).groupby(list(by), observed=True)["again"]
    table = groups.agg(n="size", returned="sum").reset_index()
    low, high = wilson_interval(table["returned"], table["n"], level=level)
    estimates = table.assign(
        estimate=table["returned"] / table["n"], low=low, high=high, unit="share"
    )
    return as_estimates(estimates.astype(dict.fromkeys(by, "str")), by=by)
