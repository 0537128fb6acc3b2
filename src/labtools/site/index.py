"""`index.html`: every report of an output folder, notebooks × cities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from labtools.batch.record import Entry, write_text
from labtools.site.frame import TEMPLATE, Site, format_moment
from labtools.site.wording import WORDING, join_words

_CHAPTERS = ("evidence", "interviews", "surveys", "cities")  # a chapter of one's own comes after


@dataclass(frozen=True)
class _Place:
    """A column of the grid; `city` is None for the whole lab."""

    city: str | None
    name: str


@dataclass(frozen=True)
class _Row:
    """A notebook, and its report for each city, or for None: the whole lab."""

    title: str
    entries: dict[str | None, Entry]

    @property
    def whole_lab(self) -> bool:
        """Whether it is about the whole lab."""
        return None in self.entries


@dataclass(frozen=True)
class _Chapter:
    name: str
    rows: list[_Row]


def write_index(path: Path, entries: Sequence[Entry], *, site: Site, when: str) -> None:
    """Write the grid of reports, with the reason of each that was not finished.

    when: ISO 8601; shown as the moment at which the pages were made.
    """
    words = WORDING[site.language]
    ordered = sorted(entries, key=_reading_order)
    places = [_Place(city, name) for city, name in site.cities.items()]
    if any(entry.city is None for entry in ordered):
        places.append(_Place(None, words["whole_lab" if site.cities else "page"]))
    text = load_template("index.html.j2").render(
        site=site,
        words=words,
        about=join_words(list(site.cities.values()), site.language),
        places=places,
        chapters=[
            _Chapter(words.get(f"chapter.{chapter}", chapter), _rows(list(group)))
            for chapter, group in groupby(ordered, key=lambda entry: entry.notebook.split("/")[0])
        ],
        unfinished=[entry for entry in ordered if entry.page is None],
        when=format_moment(when, site.language),
    )
    write_text(path, text)


def load_template(name: str) -> Template:
    """A template of the site that stands outside nbconvert."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(name)


def _reading_order(entry: Entry) -> tuple[int, str]:
    chapter = entry.notebook.split("/")[0]
    known = chapter in _CHAPTERS
    return (_CHAPTERS.index(chapter) if known else len(_CHAPTERS), entry.name)


def _rows(entries: Sequence[Entry]) -> list[_Row]:
    rows = []
    for _, group in groupby(entries, key=lambda entry: entry.notebook):
        reports = list(group)
        rows.append(_Row(reports[0].title, {entry.city: entry for entry in reports}))
    return rows
