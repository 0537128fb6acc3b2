"""The figures of a report for all its cities beside each other, as they stand on their pages."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labtools.batch.record import Entry, write_text
from labtools.site.frame import MOST_CITIES, Site, load_template
from labtools.site.links import remove_page
from labtools.site.policy import seal
from labtools.site.wording import WORDING

FOLDER = "side_by_side"
_DRAWN = re.compile(r'<h2 id="([^"]*)">|<figure class="drawn"><img src="([^"]*)" alt="([^"]*)"')


@dataclass(frozen=True)
class Figure:
    """A figure of a page: its section's anchor, its title, its picture, what it shows in words."""

    section: str
    title: str
    source: str
    alternative: str


@dataclass(frozen=True)
class Row:
    """One figure of each city, by slug; alike: whether it is the same picture for all."""

    title: str
    figures: Mapping[str, Figure]
    alike: bool


def page_of(notebook: str, city: str, cities: Sequence[str]) -> str:
    """Where a city's figures stand beside the others', from the output folder.

    >>> page_of("surveys/02_belonging", "umea", ["norrvik", "umea"])
    'side_by_side/surveys/02_belonging.html'
    """
    return _name(notebook, cities.index(city) // MOST_CITIES)


def write_side_by_side(
    folder: Path, notebook: str, entries: Mapping[str, Entry], *, site: Site, twin: str = ""
) -> None:
    """Write the figures of a notebook's reports side by side, a dozen cities to a page.

    entries: the reports that have a page, by city, in the lab's order. A figure meets those of
    the same title in the other cities; of several with one title, the first meets the first.
    Where fewer than two cities have a page, or none has a figure, there is no page. twin: the
    folder of the same pages in the other language, from this one; "" where there is none.
    """
    pictures = {city: find_figures(folder / f"{one.name}.html") for city, one in entries.items()}
    cities, number = list(entries), 0
    if len(cities) > 1 and any(pictures.values()):
        template = load_template("side_by_side.html.j2")
        pages = [cities[at : at + MOST_CITIES] for at in range(0, len(cities), MOST_CITIES)]
        for number, chosen in enumerate(pages, start=1):
            name = _name(notebook, number - 1)
            other = f"{twin}/{name}" if twin and (folder / twin / name).is_file() else ""
            root = "../" * name.count("/")
            text = template.render(
                site=site,
                words=WORDING[site.language],
                title=entries[chosen[0]].title,
                rows=match_figures({city: pictures[city] for city in chosen}),
                cities=chosen,
                pages=[
                    (_name(notebook, at).rpartition("/")[2], site.cities[some[0]])
                    for at, some in enumerate(pages)
                ],
                at=number - 1,
                addresses={city: f"{root}{entries[city].page}" for city in chosen},
                root=root,
                twin=f"{root}{other}" if other else "",
            )
            write_text(folder / name, seal(text))
    while (folder / (left := _name(notebook, number))).is_file():  # of more cities, or figures
        remove_page(folder, left, twin)
        number += 1


def find_figures(page: Path) -> list[Figure]:
    """The figures of a page, in its order."""
    found, section = [], ""
    for anchor, source, alternative in _DRAWN.findall(page.read_text(encoding="utf-8")):
        if anchor:
            section = html.unescape(anchor)
            continue
        told = html.unescape(alternative)
        title = told.partition(". ")[0].rstrip(".")
        found.append(Figure(section, title, html.unescape(source), told))
    return found


def match_figures(figures: Mapping[str, Sequence[Figure]]) -> list[Row]:
    """The figures of several cities by title, in the order in which the titles come."""
    rows: dict[tuple[str, int], dict[str, Figure]] = {}
    for city, drawn in figures.items():
        seen: dict[str, int] = {}
        for figure in drawn:
            seen[figure.title] = seen.get(figure.title, 0) + 1
            rows.setdefault((figure.title, seen[figure.title]), {})[city] = figure
    return [
        Row(
            f"{title} ({number})" if (title, 2) in rows else title,
            of,
            len(of) == len(figures) and len({one.source for one in of.values()}) == 1,
        )
        for (title, number), of in rows.items()
    ]


def _name(notebook: str, at: int) -> str:
    return f"{FOLDER}/{notebook}{f'_{at + 1}' if at else ''}.html"
