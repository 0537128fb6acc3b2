"""What the gate finds in the bytes of a release, told without telling it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from labtools.faults import Fault

KINDS = {
    "name": ("holds no name of the key", "take it out, or mend what replaces it"),
    "personal_number": ("holds no personal number", "take it out of the evidence"),
    "telephone": ("holds no telephone number", "take it out of the evidence"),
    "email": ("holds no e-mail address", "take it out of the evidence"),
    "address": ("holds no street address", "take it out of the evidence"),
    "postcode": ("holds no postcode", "take it out of the evidence"),
    "path": ("holds no path of a computer", "write paths from the project's folder"),
    "machine": ("holds no name of a user or a computer", "take it out"),
    "metadata": ("holds no data about a picture or document beside it", "save it without them"),
    "reference": ("is complete without anything from elsewhere", "put it into the page, or out"),
    "message": ("holds no message of a program", "mend what it warns of and run again"),
    "alternative_text": ("has each picture described", "give the figure an alternative text"),
    "small_count": ("holds no count of a few people", "hide it, or put groups together"),
    "notebook": ("holds no executed notebook", "leave it out"),
    "record": ("holds no record of a run", "leave it out"),
    "comment": ("holds no comments and no tracked changes", "accept or remove them"),
    "unreadable": ("is read whole before it leaves", "leave it out, or save it in another format"),
}
"""From the kind of a finding to the rule that it breaks, and what to do."""

_SHORT = 2
_TOLD = 3


class Finding(NamedTuple):
    """Something that must not leave: in which file, where in it, of which kind, as it is told."""

    file: str
    place: str
    kind: str
    shown: str


def mask(secret: str) -> str:
    """The first letter of what was found, and its length; of the shortest the length alone.

    >>> mask("Fatima"), mask("Bo")
    ('F… (6 characters)', '… (2 characters)')
    """
    first = secret[:1] if len(secret) > _SHORT else ""
    return f"{first}… ({len(secret)} characters)"


def list_faults(findings: Iterable[Finding]) -> list[Fault]:
    """One fault for each thing found in a file: its first places, and in how many more it is."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for file, place, kind, shown in findings:
        places.setdefault((file, kind, shown), []).append(place)
    faults = []
    for (file, kind, shown), there in places.items():
        must, do = KINDS[kind]
        told = " and ".join(filter(None, dict.fromkeys(there[:_TOLD])))
        more = f" and {len(there) - _TOLD} more" if len(there) > _TOLD else ""
        faults.append(Fault(file, must, shown + (f" at {told}" if told else "") + more, do))
    return faults
