"""Swedish and English wording: labels, numbers, and sentences made from their numbers.

The texts lie in `wording.toml` beside this module, each in both languages.
"""

from __future__ import annotations

import math
import re
import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import pandas as pd

Language = Literal["sv", "en"]
WITHHELD = "withheld"  # attribute of a table whose rows these readers must not see

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_EN_DASH = "\N{EN DASH}"
_UNDEFINED = "\N{EN DASH}"


@cache
def _wording() -> dict[str, Any]:
    return tomllib.loads(files("labtools").joinpath("wording.toml").read_text(encoding="utf-8"))


def label(key: str, language: Language) -> str:
    """The label named `key`, such as `column.n` or `type.interview`, in the page's language.

    >>> label("type.workshop", "en")
    'Workshop'
    """
    group, _, name = key.partition(".")
    try:
        return str(_wording()[group][name][language])
    except KeyError as error:
        raise KeyError(f"wording.toml must hold {key} in {language}; it does not") from error


def has_label(key: str) -> bool:
    """Whether `wording.toml` holds a label named `key`."""
    group, _, name = key.partition(".")
    return name in _wording().get(group, {})


def format_number(value: float, language: Language, *, decimals: int = 0) -> str:
    """A number as the language writes it; NaN is a dash.

    >>> format_number(1234.5, "sv", decimals=1)
    '1\\xa0234,5'
    >>> format_number(-1234.5, "en", decimals=1)
    '−1,234.5'
    """
    if value is None or math.isnan(value):
        return _UNDEFINED
    text = f"{value:,.{decimals}f}".replace("-", _MINUS)
    if set(text) <= set(_MINUS + "0.,"):
        text = text.replace(_MINUS, "")
    if language == "sv":
        text = text.replace(",", " ").replace(".", ",").replace(" ", _NO_BREAK)
    return text


def label_with_n(name: str, n: float, language: Language) -> str:
    """What is drawn, and of how many people; these alone where it has no name.

    >>> label_with_n("före", 30, "sv"), label_with_n("", 30, "sv")
    ('före, n = 30', 'n = 30')
    """
    return ", ".join(filter(None, [name, f"n = {format_number(n, language)}"]))


def format_share(share: float, language: Language) -> str:
    """A share (0–1) in percent, halves up; only nobody is 0 % and only everybody 100 %.

    >>> format_share(0.596, "sv"), format_share(0.596, "en"), format_share(0.125, "en")
    ('60\\xa0%', '60%', '13%')
    >>> format_share(399 / 400, "en"), format_share(1 / 400, "en"), format_share(1.0, "en")
    ('>99%', '<1%', '100%')
    """
    if math.isnan(share):
        return _UNDEFINED
    sign = f"{_NO_BREAK}%" if language == "sv" else "%"
    percent = math.floor(100 * share + 0.5 + 1e-9)
    if 0 < share < 1 and percent in (0, 100):
        return ("<1" if percent == 0 else ">99") + sign
    return format_number(percent, language) + sign


def format_estimate(value: float, unit: str, language: Language) -> str:
    """A value in its unit: shares in percent, people whole, everything else with one decimal.

    Change on a scale of a few steps is told with two decimals and its sign, change of a share
    in percentage points; what has no unit, and is less than one, with two decimals.

    >>> format_estimate(0.25, "change in points", "en")
    '+0.25'
    >>> format_estimate(0.25, "change in share", "sv")
    '+25\\xa0procentenheter'
    """
    if unit == "share":
        return format_share(value, language)
    if unit == "people":
        return format_number(value, language)
    if unit == "change in share" and not math.isnan(value):
        points = math.floor(100 * value + 0.5 + 1e-9)
        sign = "+" if points > 0 else ""
        name = "procentenheter" if language == "sv" else "percentage points"
        return f"{sign}{format_number(points, language)}{_NO_BREAK}{name}"
    if unit.startswith("change"):
        sign = "+" if value > 0 else ""
        return sign + format_number(value, language, decimals=2)
    two = unit in ("points", "odds ratio", "log odds", "reliability", "correlation")
    two = two or (not unit and abs(value) < 1)
    return format_number(value, language, decimals=2 if two else 1)


def format_interval(low: float, high: float, unit: str, language: Language) -> str:
    """An interval in the unit of its estimate; "" where there is none.

    >>> format_interval(0.596, 0.982, "share", "sv")
    '60–98\\xa0%'
    """
    if math.isnan(low) or math.isnan(high):
        return ""
    ends = [format_estimate(end, unit, language) for end in (low, high)]
    if unit == "share":
        ends[0] = ends[0].removesuffix("%").removesuffix(_NO_BREAK)
    if unit == "change in share":
        ends[0] = ends[0].partition(_NO_BREAK)[0]
    signed = unit.startswith("change") or low < 0
    joint = f" {'till' if language == 'sv' else 'to'} " if signed else _EN_DASH
    return joint.join(ends)


def format_date(date: str, language: Language) -> str:
    """A day, month or year as it is written in a sentence; "" stays "".

    >>> format_date("2019-12", "sv"), format_date("2018-05-14", "en")
    ('december 2019', '14 May 2018')
    """
    if not date:
        return ""
    year, _, rest = date.partition("-")
    month, _, day = rest.partition("-")
    parts = [str(int(day))] if day else []
    parts += [label(f"month.{month}", language)] if month else []
    return " ".join([*parts, year])


def text_in(table: pd.DataFrame, column: str, language: Language) -> pd.Series:
    """The text of a pair `…_sv`, `…_en`: the other language where one is blank, "" without either.

    >>> table = pd.DataFrame({"name_sv": ["torg", ""], "name_en": ["square", "market"]})
    >>> text_in(table, "name", "sv").tolist()
    ['torg', 'market']
    """
    blank = pd.Series("", index=table.index, dtype="str")
    own, other = (
        table.get(f"{column}_{one}", blank).fillna("").astype("str")
        for one in (language, "en" if language == "sv" else "sv")
    )
    return own.where(own != "", other)


class Prose(str):
    """Text in Markdown, shown as such by a notebook."""

    def _repr_markdown_(self) -> str:
        return str(self)


def _escape(text: str) -> str:
    """Text from data, so that nothing in it is Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", text)


class _Sentence(string.Formatter):
    """Fills a sentence's fields.

    `{x:share}`, `{x:number}`, `{x:one}` and `{x:two}` decimals; `{interval:interval}` of a (low,
    high, unit) and `{value:estimate}` of a (value, unit); `{x:label type}`, the label `type.x`;
    `{x:aside}`, a comma and the text or date, or nothing for ""; `{x:?none|one|# many|unknown}`,
    which chooses by count and writes it for #.
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> Any:
        if format_spec.startswith("?"):
            return self._choose(value, format_spec[1:].split("|"))
        if format_spec.startswith("label "):
            return label(f"{format_spec.removeprefix('label ')}.{value}", self.language)
        match format_spec:
            case "share":
                return format_share(value, self.language)
            case "number" | "one" | "two":
                decimals = {"number": 0, "one": 1, "two": 2}[format_spec]
                return format_number(value, self.language, decimals=decimals)
            case "aside":
                is_date = re.fullmatch(r"\d{4}(-\d{2}){0,2}", value)
                text = format_date(value, self.language) if is_date else _escape(value)
                return f", {text}" if text else ""
            case "interval":
                low, high, unit = value
                return format_interval(low, high, unit, self.language)
            case "estimate":
                number, unit = value
                return format_estimate(number, unit, self.language)
        text = super().format_field(value, format_spec)
        return _escape(text) if isinstance(value, str) else text

    def _choose(self, count: float, forms: list[str]) -> str:
        if math.isnan(count):
            return forms[3]
        chosen = forms[0] if count == 0 else forms[1] if count == 1 else forms[2]
        return chosen.replace("#", format_number(count, self.language))


def say_row(key: str, row: Mapping[str, Any], *, language: Language) -> str:
    """One sentence about one row.

    The sentence has variants: `undefined` where the row's estimate is NaN, `no_interval` where
    its low is NaN, otherwise `plain`. Raises KeyError where a variant that is needed is absent.
    """
    variant = "plain"
    values = dict(row)
    if "estimate" in row:
        values["interval"] = (row["low"], row["high"], row["unit"])
        values["value"] = (row["estimate"], row["unit"])
        if math.isnan(row["estimate"]):
            variant = "undefined"
        elif math.isnan(row["low"]):
            variant = "no_interval"
    return _Sentence(language).format(_template(key, variant, language), **values)


def say(key: str, table: pd.DataFrame, *, language: Language) -> Prose:
    """What a table says, in Markdown: a sentence per row; a list where there are several.

    An empty table gives the sentence's variant `empty`, which says what is missing; one that is
    withheld from these readers gives a sentence that says so. Of rows that are `too_few`, a
    column, and whose estimate, if there is any, is hidden, only that is said.
    """
    if table.empty and table.attrs.get(WITHHELD):
        return Prose(label("readers.not_for_them", language))
    if table.empty:
        return Prose(_template(key, "empty", language))
    few = table.get("too_few", pd.Series(data=False, index=table.index))
    if "estimate" in table:
        few = few & table["estimate"].isna()
    told = table[~few].to_dict("records")
    sentences = [say_row(key, row, language=language) for row in told]
    if few.any():
        named = table[few].get("name", table[few].get("line", pd.Series(dtype="str")))
        about = {"names": ", ".join(dict.fromkeys(named)), "rows": int(few.sum())}
        key = "too_few" if about["names"] else "too_few_rows"
        sentences.append(say_row(key, about, language=language))
    if len(sentences) == 1:
        return Prose(sentences[0])
    return Prose("\n".join(f"- {sentence}" for sentence in sentences))


def _template(key: str, variant: str, language: Language) -> str:
    try:
        return str(_wording()["sentence"][key][variant][language])
    except KeyError as error:
        raise KeyError(
            f"wording.toml must hold sentence.{key}.{variant} in {language}; it does not"
        ) from error
