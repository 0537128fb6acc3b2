"""The texts that `index.html` searches without a server: as much of them as it may weigh."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from labtools.batch.record import Entry
from labtools.site.contents import Contents

MOST_BYTES = 250_000  # that the texts add to the index
_LENGTHS = (2000, 800, 400, 200, 0)  # characters of each section, the longest that fits


def collect_texts(
    entries: Sequence[Entry], contents: Mapping[str, Contents], *, cities: Mapping[str, str]
) -> Markup:
    """What the search reads, as JSON that can stand in a page; "" where there is nothing.

    `pages`: address and name of each page; `texts`: the pages that hold a section, its anchor,
    heading and text. What stands alike in several pages stands once. Sections end early where
    the whole would weigh more than `MOST_BYTES`; where headings alone do, there is no search in
    the texts.
    """
    listed = [entry for entry in entries if entry.page and entry.name in contents]
    pages = [[Path(entry.page or "").as_posix(), _name(entry, cities)] for entry in listed]
    for length in _LENGTHS:
        alike: dict[tuple[str, str, str], list[int]] = {}
        for number, entry in enumerate(listed):
            for section in contents[entry.name].sections:
                key = (section.anchor, section.heading, _begin(section.text, length))
                if any(key):
                    alike.setdefault(key, []).append(number)
        texts = [[numbers, *key] for key, numbers in alike.items()]
        found = json.dumps(
            {"pages": pages, "texts": texts}, ensure_ascii=False, separators=(",", ":")
        )
        if len(found.encode("utf-8")) <= MOST_BYTES:
            return Markup(found.replace("<", "\\u003c")) if texts else Markup()
    return Markup()


def _name(entry: Entry, cities: Mapping[str, str]) -> str:
    return " – ".join(filter(None, [entry.title, cities.get(entry.city or "", "")]))


def _begin(text: str, length: int) -> str:
    """The first of a text, up to the end of a word."""
    return text if len(text) <= length else text[:length].rpartition(" ")[0]
