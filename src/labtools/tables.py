"""Tables as people read them: rounded, worded, with a caption and scoped headings."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from labtools.words import (
    WITHHELD,
    Language,
    Prose,
    format_date,
    format_estimate,
    format_interval,
    format_number,
    format_share,
    has_label,
    label,
)

_ESTIMATE = ("estimate", "low", "high", "unit")
_SHARES = (
    "share",
    "share_asked",
    "share_if_none",
    "share_if_all",
    "target_share",
    "share_before",
    "share_after",
    "share_agreed",
    "share_overlap",
)
_SCORES = (
    "mean_before_stayed",
    "mean_before_left",
    "level_before",
    "level_after",
    "observed",
    "lowest",
    "highest",
    "tipping",
    "common",
    "log_ratio",
    "dp_norm",
    "mean",
    "item_rest",
    "alpha_if_dropped",
    "scale",
    "lrc",
    "z",
    "stability",
    "by_chance",
    "coherence",
)
_PROBABILITIES = ("p", "p_adjusted")
_WHOLE = ("n_effective",)
# How a page sets a column: a concordance meets at its word, an id stays on one line, and
# running text keeps its width where the page is narrow.
_ENGLISH = ("must", "found", "do", "reason_en")  # faults are told in English alone
_SET_AS = {
    "left": "before",
    "node": "node",
    **dict.fromkeys(("source_id", "date", "city", "age_band"), "id"),
    **dict.fromkeys(("text", "right", "note", "definition", "example", "reason_en"), "text"),
    **dict.fromkeys(("must", "found", "do", "left_out"), "phrase"),
    **dict.fromkeys(("about", "single", "themes_missing"), "text"),
}

_TEMPLATE = """\
<table class="labtools">
<caption>{{ caption }}</caption>
<thead><tr>
{%- for column in columns %}
<th scope="col"{{ column.set_as }}>{{ column.label }}</th>
{%- endfor %}
</tr></thead>
<tbody>
{%- for row in rows %}
<tr><th scope="row"{{ row[0].attributes }}>{{ row[0].text }}</th>
{%- for cell in row[1:] %}<td{{ cell.attributes }}>{{ cell.text }}</td>{% endfor %}</tr>
{%- endfor %}
</tbody>
</table>
"""


class HTMLTable:
    """A table that a notebook shows as HTML, and as plain text where HTML is not shown."""

    def __init__(self, html: str, plain: str) -> None:
        self.html = html
        self.plain = plain

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.plain


def show(
    table: pd.DataFrame,
    *,
    caption: str,
    language: Language,
    names: Mapping[str, str] | None = None,
) -> HTMLTable | Prose:
    """A table for readers; the first column names each row.

    caption: the key of a label in wording.toml; names: what slugs and codes are called, such as
    cities. `estimate`, `low`, `high`, `unit` become two columns: the estimate in its unit, and
    its interval. Cells whose value has a label (`type.interview`) are worded; NaN is a dash, or,
    in rows that are `too_few` (a column that is not shown), told as such. A table without a row
    becomes a sentence. Raises KeyError for a column without a label.
    """
    title = label(f"caption.{caption}", language)
    if table.empty:
        why = "team_only" if table.attrs.get(WITHHELD) else "empty"
        return Prose(f"*{title}: {label(f'figure.{why}', language)}.*")
    shown = _with_intervals(table, language)
    few = shown.get("too_few", pd.Series(data=False, index=shown.index))
    shown = shown.drop(columns="too_few", errors="ignore")
    words = dict(names or {})
    set_as = {str(column): _set_as(shown[column]) for column in shown}
    columns = [
        {"label": _heading(column, words, language), "set_as": set_as[column]} for column in set_as
    ]
    rows = [
        [
            {
                "text": _say_hidden(record, str(column), language)
                if is_few and _is_hidden(value, str(column))
                else format_cell(value, str(column), language, words),
                "attributes": set_as[str(column)]
                + Markup(' lang="en"' if column in _ENGLISH else ""),
            }
            for column, value in record.items()
        ]
        for record, is_few in zip(shown.to_dict("records"), few, strict=True)
    ]
    html = _template().render(caption=title, columns=columns, rows=rows)
    return HTMLTable(html, shown.to_string(index=False))


def _is_hidden(value: Any, column: str) -> bool:
    """Whether a cell of a row with too few people has no number; a goal may be without target."""
    blank = value == "–" if column in ("estimate", "interval") else pd.isna(value)
    return bool(blank) and not column.startswith("target")


def _say_hidden(record: Mapping[Any, Any], column: str, language: Language) -> str:
    """Why a number is not there; where the estimate is told, its people are not too few."""
    if column == "interval" and record["estimate"] != "–":
        return "–"
    told = column == "n" and record.get("estimate", "–") != "–"
    return label(f"figure.{'not_told' if told else 'too_few'}", language)


def _heading(column: str, names: Mapping[str, str], language: Language) -> str:
    """What a column is called; a name that is no slug is a heading already, such as an answer."""
    if column in names:
        return names[column]
    is_slug = re.fullmatch(r"[a-z_][a-z0-9_]*", column)
    return label(f"column.{column}", language) if is_slug else column


def format_cell(value: Any, column: str, language: Language, names: Mapping[str, str]) -> str:
    """One cell as text: named, worded, or written as the language writes numbers and dates.

    >>> format_cell(0.5, "share", "sv", {})
    '50\\xa0%'
    >>> format_cell("interview", "type", "sv", {}), format_cell("16-24", "age_band", "sv", {})
    ('Intervju', '16–24')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool):
        return label(f"answer.{'yes' if value else 'no'}", language)
    if isinstance(value, int | float):
        if column in _SHARES:
            return format_share(value, language)
        if column in _SCORES:
            return format_number(value, language, decimals=2)
        if column in _PROBABILITIES:
            least = 0.001
            sign = "< " if value < least else ""
            return sign + format_number(max(value, least), language, decimals=3)
        whole = column in _WHOLE or float(value).is_integer() or abs(value) >= 1000
        return format_number(value, language, decimals=0 if whole else 1)
    text = str(value)
    if text in names and text:
        return names[text]
    if has_label(f"{column}.{text}"):
        return label(f"{column}.{text}", language)
    if not text:
        return "" if column in ("left", "right") else "–"
    if column in ("date", "month", "due"):
        return format_date(text, language)
    return text.replace("-", "–") if column == "age_band" else text


def _with_intervals(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """`estimate`, `low`, `high`, `unit` replaced by `estimate` and `interval` as text."""
    if not set(_ESTIMATE) <= set(table):
        return table
    numbers = table[list(_ESTIMATE)].to_numpy(dtype=object).tolist()
    shown = table.drop(columns=["low", "high", "unit"])
    shown["estimate"] = [
        format_estimate(value, unit, language) if not math.isnan(value) else "–"
        for value, _, _, unit in numbers
    ]
    interval = [format_interval(low, high, unit, language) or "–" for _, low, high, unit in numbers]
    if any(text != "–" for text in interval):
        shown.insert(shown.columns.get_loc("estimate") + 1, "interval", interval)
    return shown


def _set_as(cells: pd.Series) -> Markup:
    """The class of a column's cells, which the page's style sheet knows."""
    name = str(cells.name)
    if pd.api.types.is_numeric_dtype(cells) or name in ("estimate", "interval"):
        return Markup(' class="number"')
    return Markup(f' class="{_SET_AS[name]}"' if name in _SET_AS else "")


@cache
def _template() -> jinja2.Template:
    return jinja2.Environment(autoescape=True).from_string(_TEMPLATE)
