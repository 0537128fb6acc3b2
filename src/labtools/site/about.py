"""`about.html`: how the pages were made, from what and when, and whom they can be read by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from labtools.batch.record import Entry, write_text
from labtools.faults import BadInput
from labtools.site.frame import TEMPLATE, Site, format_moment, load_template
from labtools.site.policy import seal
from labtools.site.wording import WORDING
from labtools.versions import versions
from labtools.words import Language, format_date, format_number, has_label, label

if TYPE_CHECKING:
    from labtools.lab import Lab

FILE = "about.html"
_DATES = "<!-- dates -->"  # where the texts leave room for what is known of the data


@dataclass(frozen=True)
class Dated:
    """The sources of one type in one city: how many, their first and last month, "" if unknown."""

    city: str
    type: str
    n: int
    first: str
    last: str


def find_dates(lab: Lab | None) -> list[Dated]:
    """The sources of a lab by city and type, in the lab's order; none that cannot be read."""
    if lab is None:
        return []
    try:
        sources = lab.read_sources()
    except BadInput:
        return []  # the notebooks tell it
    found = []
    for (city, kind), of in sources.groupby(["city", "type"], sort=False):
        months = sorted(str(date)[:7] for date in of["date"] if isinstance(date, str) and date)
        first, last = (months[0], months[-1]) if months else ("", "")
        found.append(Dated(str(city), str(kind), len(of), first, last))
    cities = list(dict.fromkeys(sources["city"]))
    return sorted(found, key=lambda dated: cities.index(dated.city))


def write_about(
    folder: Path,
    entries: Sequence[Entry],
    dates: Sequence[Dated],
    *,
    site: Site,
    twin: str = "",
) -> None:
    """Write the page; its texts are about.sv.md and about.en.md of the template.

    entries: the reports, of which the page tells when they were made. twin: the same page in the
    other language, from this one; "" where there is none.
    """
    language, words = site.language, WORDING[site.language]
    source = (TEMPLATE / f"about.{language}.md").read_text(encoding="utf-8")
    from labtools.site.prose import Prose  # slow, and seldom needed

    prose = Prose(language)
    before, after = (prose.render(part, None) for part in source.split(_DATES))
    made = sorted(entry.when for entry in entries if entry.page)
    text = load_template("about.html.j2").render(
        site=site,
        words=words,
        before=before,
        after=after,
        rows=[_row(dated, site.cities, language) for dated in dates],
        made=[format_moment(when, language) for when in (made[0], made[-1])] if made else [],
        versions=versions(),
        root="",
        twin=twin,
    )
    write_text(folder / FILE, seal(Markup(text)))


def _row(dated: Dated, cities: Mapping[str, str], language: Language) -> dict[str, str]:
    key, first, last = f"type.{dated.type}", dated.first, dated.last
    known = [format_date(month, language) for month in dict.fromkeys([first, last]) if month]
    return {
        "city": cities.get(dated.city, WORDING[language]["whole_lab"]),
        "type": label(key, language) if has_label(key) else dated.type,
        "n": format_number(dated.n, language),
        "when": " – ".join(known) or WORDING[language]["unknown"],
    }
