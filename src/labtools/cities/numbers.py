"""Numbers of a report → text: city by city, and in short for each theme."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from labtools.cities.accounts import MOST_NAMES
from labtools.cities.links import link, place, say_label, say_nothing, say_text
from labtools.frames import check_columns
from labtools.words import Language, Prose, format_estimate, say_row


def write_estimates(told: pd.DataFrame, *, cities: Mapping[str, str], language: Language) -> Prose:
    """Numbers as sentences, city by city, each in a place that claims and themes link to.

    told: as `synthesis.tell_outcomes` gives it; cities: from slug to name. Cities without a number
    are left out. Each has a heading of its own, unless they are more than a dozen.
    """
    check_columns(told, "city", "reference", "sentence")
    if told.empty:
        return say_nothing("no_number", language)
    marked: set[str] = set()
    sentences: dict[str, list[str]] = {}
    for city in cities:
        of = told.loc[told["city"] == city, ["reference", "sentence"]]
        for reference, sentence in of.to_numpy():
            anchor = "" if reference in marked else place(reference, language)
            marked.add(reference)
            sentences.setdefault(city, []).append(f"{anchor}{sentence}")
    named = {say_row("heading", {"text": cities[city]}, language=language): lines
             for city, lines in sentences.items()}  # fmt: skip
    if len(named) > MOST_NAMES:
        items = [f"- **{name}**\n" + "\n".join(f"    - {one}" for one in said)
                 for name, said in named.items()]  # fmt: skip
        return Prose("\n".join(items))
    parts = [f"### {name}\n\n" + "\n".join(f"- {one}" for one in said)
             for name, said in named.items()]  # fmt: skip
    return Prose("\n\n".join(parts))


def write_numbers(numbers: pd.DataFrame, cities: Mapping[str, str], language: Language) -> str:
    """What was counted of one theme: the value of each city, linked to how it was counted.

    Of more than a dozen values, what they spread over, linked to the first of them.
    """
    check_columns(numbers, "name", "reference", "city", "value", "estimate", "unit")
    told = []
    for name, of in numbers.groupby("name", sort=False):
        if of["estimate"].count() > MOST_NAMES:
            told.append(_say_spread(str(name), of, language))
            continue
        columns = of[["reference", "city", "value"]].itertuples(index=False)
        values = [
            f"{link(reference, language, shown=cities.get(city, city))} {say_text(value, language)}"
            for reference, city, value in columns
        ]
        told.append(f"{say_text(str(name), language)}: {', '.join(values)}.")
    return f"**{say_label('numbers', language)}.** {' '.join(told)}"


def _say_spread(name: str, of: pd.DataFrame, language: Language) -> str:
    unit = str(of["unit"].iloc[0])
    ends = of["estimate"].quantile([0, 0.25, 0.5, 0.75, 1])
    row = dict(zip(("lowest", "low", "middle", "high", "highest"), ends, strict=True))
    texts = {key: format_estimate(value, unit, language) for key, value in row.items()}
    first = link(of["reference"].iloc[0], language, shown=say_label("by_city", language))
    said = say_row(
        "numbers_spread", texts | {"name": name, "n": of["estimate"].count()}, language=language
    )
    return f"{said} ({first})."
