"""What `labtools check` found → a page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast

from markupsafe import Markup

from labtools import tables, words
from labtools.batch.record import write_text
from labtools.evidence.inventory import count_faults, list_faults
from labtools.evidence.readings import Check, count_readings, find_unused, list_readings
from labtools.faults import BadInput
from labtools.lab import open_lab
from labtools.site.frame import Site, format_moment, load_template
from labtools.site.pages import find_caption
from labtools.site.policy import seal
from labtools.site.prose import Prose
from labtools.site.wording import WORDING
from labtools.words import Language


def write_check(path: Path, check: Check, *, lab_folder: str) -> None:
    """Write the page: how many faults, what became of the files, every fault.

    In the lab's language; in Swedish where lab.toml itself cannot be read.
    """
    site = _describe(lab_folder)
    language, wording = site.language, WORDING[site.language]
    faults = list_faults(check.faults)
    readings = list_readings(check.readings)
    names = dict(site.cities) | {"": words.label("city.", language)}
    shown: list[str | tables.HTMLTable] = [
        wording["check_is_raw"],
        words.say("faults", count_faults(faults), language=language),
        tables.show(faults, caption="faults", language=language),
        tables.show(
            count_readings(readings, order=list(site.cities)),
            caption="readings",
            language=language,
            names=names,
        ),
        tables.show(find_unused(readings), caption="unused", language=language, names=names),
    ]
    prose = Prose(language)
    parts = [
        {"html": Markup(part.html), "caption": find_caption(part.html)}
        if isinstance(part, tables.HTMLTable)
        else {"html": prose.render(part, None), "caption": ""}
        for part in shown
    ]
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    text = load_template("check.html.j2").render(
        site=site, words=wording, parts=parts, when=format_moment(when, language)
    )
    write_text(path, seal(text))


def _describe(lab_folder: str) -> Site:
    try:
        lab = open_lab(lab_folder, pseudonyms=False)  # a page is made of a faulty key too
    except BadInput:
        return Site(Path(lab_folder).resolve().name, False, {}, "sv")
    try:
        cities = lab.city_names()
    except BadInput:
        cities = {}
    return Site(lab.name, lab.synthetic, cities, cast("Language", lab.language))
