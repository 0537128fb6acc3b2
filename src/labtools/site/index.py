"""`index.html`: every report of an output folder, notebooks × cities, or city by city if many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from labtools.batch.record import Entry, write_text
from labtools.batch.withdrawn import Withdrawal
from labtools.site.contents import Contents, read_contents
from labtools.site.frame import (
    MOST_CITIES,
    TEMPLATE,
    Site,
    are_for_partners,
    format_moment,
    load_template,
)
from labtools.site.policy import seal
from labtools.site.search import collect_texts
from labtools.site.wording import WORDING, join_words
from labtools.words import say_row

_LAST_LETTERS = str.maketrans("åäöæø", "{|}|}")  # after z, as Swedish has them
MOST_SEARCHED = 400  # pages whose texts the index may hold
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


@dataclass(frozen=True)
class _Change:
    """A notebook whose reports came to say something else: where, and why."""

    title: str
    why: str
    places: list[tuple[str, str]]  # the address and the city of each report


@dataclass(frozen=True)
class _City:
    """A city and its reports, in reading order."""

    name: str
    entries: list[Entry]


def write_index(
    path: Path,
    entries: Sequence[Entry],
    *,
    site: Site,
    when: str,
    withdrawals: Sequence[Withdrawal] = (),
    twin: str = "",
) -> None:
    """Write the list of reports, with the reason of each that was not finished.

    A grid of notebooks and cities; where the cities are more than a dozen, those of the whole
    lab and then city by city, in the order of the alphabet, with a field that searches them.

    when: ISO 8601; shown as the moment at which the pages were made. withdrawals: what runs found
    of people who had withdrawn. twin: the index in the other language, from this one; "" where
    there is none. To partners neither these are told nor what has changed: they saw no such run.
    """
    words = WORDING[site.language]
    ordered = sorted(entries, key=_reading_order)
    many = len(site.cities) > MOST_CITIES
    of_lab = [entry for entry in ordered if entry.city is None] if many else ordered
    cities = _list_cities(ordered, site) if many else []
    places = [] if many else [_Place(city, name) for city, name in site.cities.items()]
    if of_lab and any(entry.city is None for entry in of_lab):
        places.append(_Place(None, words["whole_lab" if site.cities else "page"]))
    contents = _read_contents(path.parent, ordered)
    texts = collect_texts(ordered, contents, cities=site.cities)
    script = (TEMPLATE / "search.js").read_text(encoding="utf-8") if many or texts else ""
    moment, changes = _list_changes(ordered, contents, site)
    if are_for_partners(ordered):
        changes, withdrawals = [], ()
    text = load_template("index.html.j2").render(
        site=site,
        words=words,
        about=_tell_cities(site),
        places=places,
        chapters=[
            _Chapter(words.get(f"chapter.{chapter}", chapter), _rows(list(group)))
            for chapter, group in groupby(of_lab, key=lambda entry: entry.notebook.split("/")[0])
        ],
        cities=[city for city in cities if city.entries],
        without=[city.name for city in cities if not city.entries],
        script=Markup(script),
        texts=texts,
        bare={name for name, one in contents.items() if one.bare},
        moment=moment,
        changes=changes,
        all_new=bool(ordered) and all(_is_new(contents.get(entry.name)) for entry in ordered),
        twin=twin,
        root="",
        unfinished=[entry for entry in ordered if entry.page is None],
        withdrawals=[
            f"{format_moment(one.when, site.language)}: "
            + say_row("withdrew", asdict(one), language=site.language)
            for one in reversed(withdrawals)
        ],
        when=format_moment(when, site.language),
    )
    write_text(path, seal(text))


def _tell_cities(site: Site) -> str:
    if len(site.cities) > MOST_CITIES:
        return WORDING[site.language]["of_cities"].format(n=len(site.cities))
    return join_words(list(site.cities.values()), site.language)


def _list_cities(entries: Sequence[Entry], site: Site) -> list[_City]:
    """Every city with its reports, in the order of the Swedish alphabet."""
    of: dict[str | None, list[Entry]] = {}
    for entry in entries:
        of.setdefault(entry.city, []).append(entry)
    listed = [_City(name, of.get(city, [])) for city, name in site.cities.items()]
    return sorted(listed, key=lambda city: city.name.lower().translate(_LAST_LETTERS))


def _read_contents(folder: Path, entries: Sequence[Entry]) -> dict[str, Contents]:
    """What the reports' pages say; nothing where they are so many that none could be searched."""
    listed = [entry for entry in entries if entry.page]
    if len(listed) > MOST_SEARCHED:
        return {}
    found = {entry.name: read_contents(folder, entry) for entry in listed}
    return {name: one for name, one in found.items() if one is not None}


def _is_new(contents: Contents | None) -> bool:
    return contents is None or contents.why == ("new",)


def _list_changes(
    entries: Sequence[Entry], contents: Mapping[str, Contents], site: Site
) -> tuple[str, list[_Change]]:
    """The reports that the last run which changed any came to change, and when that was."""
    words = WORDING[site.language]
    moment = max((one.changed for one in contents.values()), default="")
    if not moment:
        return "", []
    changes = []
    last = [
        entry
        for entry in entries
        if entry.name in contents and contents[entry.name].changed == moment
    ]
    for (title, why), group in groupby(last, lambda one: (one.title, contents[one.name].why)):
        told = join_words([words[key] for key in why], site.language)
        places = [
            (str(entry.page), site.cities.get(entry.city or "", words["whole_lab"]))
            for entry in group
        ]
        changes.append(_Change(title, told, places))
    return format_moment(moment, site.language), changes


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
