"""What all pages of an output folder share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labtools.words import Language, format_date

if TYPE_CHECKING:
    from jinja2 import Template

    from labtools.batch.record import Entry

TEMPLATE = Path(__file__).parent / "template"
MOST_CITIES = 12  # that a page lists side by side; of more, one looks up one's own


@dataclass(frozen=True)
class Site:
    """What all pages of an output folder share; cities: from slug to name, in the lab's order."""

    lab: str
    synthetic: bool
    cities: Mapping[str, str]
    language: Language


def are_for_partners(entries: Iterable[Entry]) -> bool:
    """Whether reports are for readers outside the lab; all of an output folder are, or none."""
    return any(entry.parameters.get("audience") == "partners" for entry in entries)


def load_template(name: str) -> Template:
    """A template of the site that stands outside nbconvert."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(name)


def format_moment(when: str, language: Language) -> str:
    """A day and a time as the language writes them, from ISO 8601.

    >>> format_moment("2019-05-14T09:30:00+02:00", "en")
    '14 May 2019, 09:30'
    """
    return f"{format_date(when[:10], language)}, {when[11:16]}"
