"""How many people have withdrawn since the last run, and how many quotations went with them.

Numbers alone: neither the record nor the index tells who they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labtools.faults import BadInput

if TYPE_CHECKING:
    from labtools.lab import Lab

_FILES = ("lab.toml", "consent.csv", "speakers.csv", "sources.csv", "coding/segments.csv")


@dataclass(frozen=True)
class Withdrawal:
    """What a run found: people who had withdrawn since the run before, and their quotations."""

    when: str
    people: int
    quotations: int


@dataclass(frozen=True)
class Withdrawals:
    """People who have withdrawn, quotations that are not used for it, and when runs found more."""

    people: int = 0
    quotations: int = 0
    told: tuple[Withdrawal, ...] = ()


def find_withdrawals(
    lab: Lab,
    before: Withdrawals | None,
    *,
    files: Mapping[str, str],
    files_before: Mapping[str, str],
    when: str,
) -> Withdrawals:
    """The withdrawals as they are now, with a line more where there are more people than before.

    before: as the last run found them, None where there was none: then nothing is new. files: of
    the lab, with a digest each; where none that tells of withdrawals has changed, or they cannot
    be read, which the reports tell, they are as they were. when: ISO 8601.
    """
    if before is not None and all(files.get(one) == files_before.get(one) for one in _FILES):
        return before
    try:
        people, quotations = _count(lab)
    except BadInput:
        return before or Withdrawals()
    told = before.told if before else ()
    if before is not None and people > before.people:
        more = max(quotations - before.quotations, 0)
        told = (*told, Withdrawal(when, people - before.people, more))
    return Withdrawals(people, quotations, told)


def _count(lab: Lab) -> tuple[int, int]:
    """How many people have withdrawn, and how many coded segments hold what they said."""
    consent = lab.read_consent()
    withdrawn = set(consent.loc[consent["withdrawn_on"] != "", "person_id"])
    if not withdrawn:
        return 0, 0
    segments, used = lab.read_table("segments"), lab.read_segments()
    if used.empty:
        return len(withdrawn), len(segments)
    turns = lab.read_turns()
    theirs = turns.loc[turns["person_id"].isin(withdrawn), ["source_id", "turn"]]
    theirs = theirs.astype({"turn": "float64"})
    not_quoted = used.merge(theirs, on=["source_id", "turn"])
    return len(withdrawn), len(segments) - len(used) + len(not_quoted)
