"""Those who answered beside those who were asked: who they are, before and after weighting."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from labtools.evidence.questionnaires.survey import Survey
from labtools.frames import as_estimates, check_columns
from labtools.surveys.scales import answers_of, score_scale
from labtools.surveys.weights import describe_weights, post_stratify, trim, weights_of
from labtools.words import Language, text_in


def name_groups(survey: Survey, variable: str, *, language: Language) -> Survey:
    """The survey with a `part` in its answers, and the groups of its disposition named alike.

    A person's part is the label of the answer to `variable`, or the answer itself where it has
    no label, in the order of the code list; "" where it is missing. A group of disposition.csv
    is an answer's code, its label in either language, or one with the same numbers: 65+ is 65
    years or older. Raises ValueError for a variable that the survey lacks, and for a group that
    is no answer.
    """
    answers = answers_of(survey)
    if survey.answers.empty:
        return replace(survey, answers=answers.assign(part=pd.Series(dtype="str")))
    if variable not in answers:
        known = ", ".join(survey.dictionary["variable"].drop_duplicates())
        raise ValueError(
            f"survey {survey.name} has no {variable}; choose among {known} (-p groups_by …)"
        )
    given = answers[variable].map(_write_code)
    options = _list_options(survey, variable, given, language)
    groups = [group for group in survey.disposition["group"].unique() if group]
    found = {group: _find_option(group, options) for group in groups}
    for group, name in found.items():
        if name is None or list(found.values()).count(name) > 1:
            raise ValueError(
                f"disposition.csv: each group must be an answer of its own to {variable}; "
                f"{group} is none of {', '.join(options['name'])} (-p groups_by …)"
            )
    names = dict(zip(options["code"], options["name"], strict=True))
    named = given.map(lambda code: names.get(code, code))
    order = [*dict.fromkeys([*names.values(), *(name for name in named if name), ""])]
    return replace(
        survey,
        answers=answers.assign(part=pd.Categorical(named, order, ordered=True)),
        disposition=survey.disposition.replace({"group": found}),
    )


def _write_code(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:g}"
    return "" if pd.isna(value) else str(value)


def _list_options(
    survey: Survey, variable: str, given: pd.Series, language: Language
) -> pd.DataFrame:
    """What can be answered: `code`, `name` and every other way of writing it."""
    lists = survey.dictionary.drop_duplicates("variable").set_index("variable")["codes"]
    codes = survey.codes[survey.codes["codes"] == (lists.get(variable) or variable)]
    codes = codes[codes["missing_reason"] == ""].sort_values("order")
    if codes.empty:
        values = pd.Series(sorted({code for code in given if code}), dtype="str")
        return pd.DataFrame({"code": values, "name": values})
    labels = text_in(codes, "label", language)
    return codes.assign(name=labels.where(labels != "", codes["code"]))


def _find_option(group: str, options: pd.DataFrame) -> str | None:
    """The name of the one option written as the group is, or with the same numbers in it."""
    ways = [way for way in ("code", "name", "label_sv", "label_en") if way in options]
    written = options[ways].map(str.casefold)
    same = (written == group.casefold()).any(axis="columns")
    numbers = _list_numbers(group)
    if not same.any() and numbers:
        same = options["name"].map(_list_numbers) == numbers
    return str(options.loc[same, "name"].iloc[0]) if same.sum() == 1 else None


def _list_numbers(text: str) -> str:
    return " ".join(re.findall(r"\d+", text))


def keep_last_wave(survey: Survey, city: str, *, waves: Sequence[str]) -> Survey:
    """The survey with the answers and the disposition of one city's last wave alone.

    waves: in order; the last of them with an answer from the city, or all that has no wave.
    """
    answers, asked = survey.answers, survey.disposition
    here = answers[answers["city"] == city]
    answered = [wave for wave in waves if (here["wave"] == wave).any()]
    last = answered[-1] if answered else ""
    return replace(
        survey,
        answers=here[here["wave"] == last],
        disposition=asked[(asked["city"] == city) & (asked["wave"] == last)],
    )


def count_asked(disposition: pd.DataFrame) -> pd.Series:
    """People who were asked and not found to be ineligible, per named group.

    Indexed by group, in the order of the table; empty where the groups have no names.

    >>> asked = pd.DataFrame({"group": ["16-24", "65+"], "sampled": [40, 30], "ineligible": [4, 0]})
    >>> count_asked(asked).to_dict()
    {'16-24': 36, '65+': 30}
    """
    check_columns(disposition, "group", "sampled", "ineligible")
    named = disposition[disposition["group"] != ""]
    asked = named["sampled"] - named["ineligible"]
    return asked.groupby(named["group"], sort=False).sum()


def describe_groups(answers: pd.DataFrame, column: str, *, asked: pd.Series) -> pd.DataFrame:
    """Who is missing altogether among the answers, in one row; none where no group was named.

    Columns: `groups` that were asked, `unheard` of them where nobody answered, their `names`,
    and `unplaced`: people who answered and whose group is not among those asked.
    """
    check_columns(answers, column)
    groups = asked.index[asked > 0]
    unheard = groups[~groups.isin(answers[column])]
    row = {"groups": len(groups), "unheard": len(unheard), "names": ", ".join(unheard)}
    table = pd.DataFrame([row | {"unplaced": int((~answers[column].isin(groups)).sum())}])
    return table.head(len(groups))


def list_weightings(
    answers: pd.DataFrame, column: str, *, asked: pd.Series, weight: str | None, trim_at: float
) -> dict[str, pd.Series]:
    """The ways in which the answers can be weighted, by name.

    `answered`: all alike; `adjusted`: post-stratified so that each group weighs as much as among
    the asked, 1 on average, and 1 for whoever has no known group; absent where nobody answered
    in a group; `weighted`: the survey's own weights, where it has any; `trimmed`: those, none
    above `trim_at` times their mean, the rest raised proportionally.
    """
    check_columns(answers, column)
    ways = {"answered": pd.Series(1.0, index=answers.index)}
    totals = asked[asked > 0]
    placed = answers[column].isin(totals.index)
    if len(totals) and totals.index.isin(answers[column]).all():
        totals = totals * (placed.sum() / totals.sum())
        adjusted = post_stratify(answers[placed], [column], totals=totals, weight=None)
        ways["adjusted"] = adjusted.reindex(answers.index, fill_value=1.0)
    if weight:
        own = pd.Series(weights_of(answers, weight), index=answers.index)
        ways["weighted"] = own
        ways["trimmed"] = trim(own, at_most=trim_at, times="mean", spread="proportionally")
    return ways


def describe_weightings(weightings: Mapping[str, pd.Series]) -> pd.DataFrame:
    """What each way of weighting costs: `basis`, then the columns of `describe_weights`."""
    rows = [
        describe_weights(weights.to_frame("weight"), {"weight": "weight"}).assign(basis=basis)
        for basis, weights in weightings.items()
    ]
    table = pd.concat(rows, ignore_index=True)
    return table[["basis", *table.columns.drop("basis")]]


def compare_weighted(
    answers: pd.DataFrame, column: str, *, asked: pd.Series, weightings: Mapping[str, ArrayLike]
) -> pd.DataFrame:
    """Share of each group among those asked and those who answered, weighted in each way.

    answers: one row per person; asked: people per group; weightings: by name, a weight per row.
    Returns one row per group and `basis` (`asked`, then the names of weightings), groups in the
    order of `asked` and then others: `column, basis, estimate, low, high, n, unit`. Shares are
    0–1 of those whose group is known; `n` people of the group; no interval. No row without
    `asked`: there is nothing to compare with.

    >>> people = pd.DataFrame({"age": ["young", "old", "old"]})
    >>> asked = pd.Series({"young": 30, "old": 20})
    >>> ways = {"answered": [1, 1, 1], "adjusted": [1.8, 0.6, 0.6]}
    >>> compare_weighted(people, "age", asked=asked, weightings=ways)["estimate"].round(2).tolist()
    [0.6, 0.33, 0.6, 0.4, 0.67, 0.4]
    """
    check_columns(answers, column)
    if asked.empty:
        return _as_comparison([], [column, "basis"], unit="share")
    known = (answers[column] != "").to_numpy()
    groups = answers.loc[known, column].astype("str")
    order = [*dict.fromkeys([*asked.index, *groups])]
    people = groups.value_counts().reindex(order, fill_value=0)
    rows = [(group, "asked", asked.get(group, np.nan) / asked.sum(), asked.get(group, 0))
            for group in order]  # fmt: skip
    for basis, weights in weightings.items():
        sums = pd.Series(np.asarray(weights, dtype=float)[known]).groupby(groups.to_numpy()).sum()
        shares = (sums / sums.sum()).reindex(order, fill_value=0.0 if len(groups) else np.nan)
        rows += [(group, basis, shares[group], people[group]) for group in order]
    rows.sort(key=lambda row: order.index(row[0]))
    return _as_comparison(rows, [column, "basis"], unit="share")


def compare_scales(
    survey: Survey, *, weightings: Mapping[str, ArrayLike], language: Language
) -> pd.DataFrame:
    """Mean of each scale of the survey, weighted in each way: what the weights do to the answer.

    weightings: by name, a weight per row of the survey's answers. Returns one row per scale and
    weighting: `scale` (its name), `basis, estimate, low, high, n, unit`; `n` people with a
    score; NaN where nobody has one; no interval. No row without a scale.
    """
    rows = []
    for scale in survey.scales.values():
        name = text_in(pd.DataFrame([asdict(scale)]), "name", language).iloc[0] or scale.name
        scores = score_scale(survey.answers, scale, dictionary=survey.dictionary)["score"]
        scored = scores.notna().to_numpy()
        for basis, weights in weightings.items():
            shares = np.asarray(weights, dtype=float)[scored]
            shares = shares / shares.sum() if len(shares) else shares
            mean = float(shares @ scores[scored]) if len(shares) else np.nan
            rows.append((name, basis, mean, len(shares)))
    return _as_comparison(rows, ["scale", "basis"], unit="points")


def _as_comparison(rows: Sequence[tuple[object, ...]], by: list[str], *, unit: str) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[*by, "estimate", "n"]).astype({"n": "int64"})
    return as_estimates(table.assign(low=np.nan, high=np.nan, unit=unit), by=by)
