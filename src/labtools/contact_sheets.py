"""Contact sheets: photographs by city and place, with their alternative texts and captions."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2
import pandas as pd
from IPython.display import HTML

from labtools.frames import check_columns
from labtools.tables import format_cell
from labtools.words import Language, Prose, label, say, say_row

_COLUMNS = ("photo", "source_id", "city", "place", "state", "picture")
_TEXTS = ("caption_sv", "caption_en", "alt_sv", "alt_en")
# The styles make a grid also where the page's style sheet is not at hand, as in JupyterLab.
_TEMPLATE = """\
<p>{{ told }}</p>
{%- for city in cities %}
<h3>{{ city.name }}</h3>
<ul class="photographs" role="list" style="display: grid; gap: 1.2rem; padding: 0; \
list-style: none; grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr))">
{%- for frame in city.frames %}
<li><figure style="margin: 0">
{%- if frame.why %}
<p class="held-back">{{ frame.why }}</p>
{%- else %}
<img src="data:image/webp;base64,{{ frame.data }}" alt="{{ frame.alt.text }}"
 style="max-width: 100%"
{%- if frame.alt.other %} lang="{{ frame.alt.other }}"{% endif %}>
{%- endif %}
<figcaption>
<div><strong>{{ frame.place }}</strong></div>
{%- if frame.caption.text %}
<div{% if frame.caption.other %} lang="{{ frame.caption.other }}"{% endif %}>
{{- frame.caption.text }}</div>
{%- endif %}
<div class="label">{{ frame.origin }}</div>
</figcaption>
</figure></li>
{%- endfor %}
</ul>
{%- endfor %}
"""


def show(
    photos: pd.DataFrame, *, language: Language, names: Mapping[str, str], most: int = 60
) -> HTML | Prose:
    """A sheet with every photograph, by city and place; without a row it is a sentence.

    photos: one row per photograph with `photo, source_id, city, place, caption_sv, caption_en,
    alt_sv, alt_en`, `state`, and `picture`, a WebP file in bytes, as `evidence.photos` gives
    them; names: what cities are called, in their order. A row whose state is not `shown` is an
    empty frame that says why, with its caption and place. A text that is blank in the page's
    language stands in the other, and is marked so. Of more than `most` pictures as many stand
    on the sheet, spread evenly over cities and, within each, over places; a sentence says how
    many there are of each kind. Raises ValueError where a picture has no alternative text.
    """
    check_columns(photos, *_COLUMNS, *_TEXTS)
    if photos.empty:
        return say("photographs", photos, language=language)
    ordered = _by_city_and_place(photos, names)
    on_sheet = _choose(ordered, most)
    counts = _count(photos) | {"further": len(photos) - len(on_sheet)}
    cities = [
        {
            "name": format_cell(city, "city", language, names),
            "frames": [_frame(row, language) for row in rows.to_dict("records")],
        }
        for city, rows in on_sheet.groupby("city", sort=False)
    ]
    told = say_row("photographs", counts, language=language)
    return HTML(_template().render(told=told, cities=cities))


def _by_city_and_place(photos: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Cities in the order of `names`, others last; places in the order they first come."""
    cities = list(dict.fromkeys([*names, *photos["city"]]))
    places = list(dict.fromkeys(photos["place"]))
    return photos.sort_values(
        ["city", "place"],
        key=lambda cells: cells.map((cities if cells.name == "city" else places).index),
        kind="stable",
    )


def _choose(photos: pd.DataFrame, most: int) -> pd.DataFrame:
    """All held back, and at most `most` pictures: from each city in turn, evenly over its own."""
    shown = photos[photos["state"] == "shown"]
    turn = shown.groupby("city", sort=False).cumcount()
    room = shown.loc[turn.sort_values(kind="stable").index[:most], "city"].value_counts()
    chosen: list[Any] = []
    for city, count in room.items():
        rows = shown.index[shown["city"] == city]
        chosen += [rows[at * len(rows) // count] for at in range(count)]
    return photos[photos.index.isin(chosen) | (photos["state"] != "shown")]


def _count(photos: pd.DataFrame) -> dict[str, int]:
    counts = {
        state: int((photos["state"] == state).sum()) for state in ("shown", "missing", "unreadable")
    }
    return {"n": len(photos), **counts, "held_back": len(photos) - sum(counts.values())}


def _frame(row: Mapping[Any, Any], language: Language) -> dict[str, Any]:
    """What the template shows of one photograph."""
    is_shown = row["state"] == "shown"
    alt = _text(row, "alt", language)
    if is_shown and not alt["text"]:
        photo = row["photo"]
        raise ValueError(f"a picture must have an alternative text; photograph {photo} has none")
    origin = f"{label('photograph.photo', language)} {row['photo']}"
    if row["source_id"]:
        origin += f", {label('photograph.source_id', language)} {row['source_id']}"
    return {
        "why": "" if is_shown else label(f"photo_state.{row['state']}", language),
        "data": base64.b64encode(row["picture"]).decode() if is_shown else "",
        "alt": alt,
        "place": row["place"] or label("photograph.no_place", language),
        "caption": _text(row, "caption", language),
        "origin": origin,
    }


def _text(row: Mapping[Any, Any], column: str, language: Language) -> dict[str, str]:
    """A text in the page's language, or in the `other`, which is then named."""
    own, other = row[f"{column}_{language}"], "en" if language == "sv" else "sv"
    if own:
        return {"text": own, "other": ""}
    return {"text": row[f"{column}_{other}"], "other": other}


@cache
def _template() -> jinja2.Template:
    return jinja2.Environment(autoescape=True).from_string(_TEMPLATE)
