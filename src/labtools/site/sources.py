"""What a report was made from: the tables and folders of the lab that it read, and their size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from labtools.batch.record import Entry
from labtools.evidence.schemas import contract
from labtools.faults import BadInput
from labtools.site.wording import WORDING
from labtools.words import Language, format_number

if TYPE_CHECKING:
    from labtools.lab import Lab

_OF_READER = {
    "city_name": ("cities",),
    "city_names": ("cities",),
    "describe": ("sources",),
    "read_consent": ("people", "consent"),
    "read_photos": ("speakers", "consent", "photos"),
    "read_records": (
        "sources", "speakers", "consent", "segments", "activities", "photos", "goals",
        "observations", "reflections",
    ),
    "read_segments": ("sources", "speakers", "consent", "segments"),
    "read_turns": ("sources", "people", "speakers", "consent"),
    "source_titles": ("sources",),
}  # fmt: skip
_FOLDERS = {"raw": "transcripts", "photos": "photographs"}
_SETTINGS = "lab.toml"
_WRITTEN = "survey_answer"


@dataclass(frozen=True)
class Sources:
    """The lab's files that reports read, counted once each; lab: None where there is none.

    files: of the lab, by their names in its folder.
    """

    lab: Lab | None = None
    files: frozenset[str] = frozenset()
    _counted: dict[str, int | None] = field(default_factory=dict, repr=False)

    def tell(self, entry: Entry, language: Language) -> list[str]:
        """What a report read, such as `people.csv (61 rows)`, in the order of the data contract.

        Files in folders are told by their number, since a transcript's name may be a person's.
        For readers outside the lab nothing is counted: the difference between two tables of
        people may be a single one.
        """
        words, counts = WORDING[language], self._count(entry)
        if entry.parameters.get("audience", "internal") != "internal":
            counts = dict.fromkeys(counts)
        told = []
        for (name, unit), n in counts.items():
            shown = words.get(name, name)
            few = words[unit if n == 1 else f"{unit}s"]
            told.append(shown if n is None else f"{shown} ({format_number(n, language)} {few})")
        return told

    def _count(self, entry: Entry) -> dict[tuple[str, str], int | None]:
        """How many rows or files a report read, by name; None where that is not known."""
        reads = [(reader, json.loads(arguments)) for reader, arguments, _ in entry.reads]
        counts: dict[tuple[str, str], int | None] = {}
        if any(reader == "check" for reader, _ in reads):
            counts["whole_folder", "file"] = len(self.files)
        if said := self._find_transcripts(reads):
            counts["transcripts", "file"] = len(said)
        for survey in self._find_surveys(reads):
            counts[f"surveys/{survey}", "row"] = self._count_answers(survey)
        opened = list(self._find_opened(entry))
        tables = {table for read in reads for table in _find_tables(*read)}
        tables |= {_TABLES[name] for name in opened if name in _TABLES and not reads}
        for name, table in _TABLES.items():
            if table in tables and name in self.files:
                counts[name, "row"] = self._count_rows(table)
        others = [name for name in opened if name not in _TABLES and name != _SETTINGS]
        kinds = [_FOLDERS.get(name.partition("/")[0], "other_files") for name in others]
        for kind in dict.fromkeys(kinds):
            if kind == "photographs" or not reads:
                counts.setdefault((kind, "file"), kinds.count(kind))
        return counts

    def _find_opened(self, entry: Entry) -> Iterator[str]:
        """The files that a report opened without a reader, by their names in the lab's folder."""
        folder = PurePath(str(entry.parameters.get("lab_folder") or "."))
        for name in entry.files:
            path = PurePath(name)
            if self.lab is None:
                if path.suffix and path.suffix != ".py":
                    yield path.as_posix()
            elif path.is_relative_to(folder):
                inside = path.relative_to(folder).as_posix()
                if inside in self.files:
                    yield inside

    def _find_transcripts(self, reads: Iterable[tuple[str, list[Any]]]) -> set[str]:
        """The sources whose transcripts were read."""
        found: set[str] = set()
        for reader, (given, named, _) in reads:
            if reader != "read_turns":
                continue
            sources = self._with_transcript
            city = given[0] if given else named.get("city")
            types = named.get("types")
            found |= {
                one
                for one, (of, kind) in sources.items()
                if (city is None or of == city) and (types is None or kind in types)
            }
        return found

    @cached_property
    def _with_transcript(self) -> Mapping[str, tuple[str, str]]:
        """City and type of each source that has a transcript."""
        if self.lab is None:
            return {}
        from labtools.evidence.transcripts.turns import has_transcript  # slow

        try:
            sources = self.lab.read_sources()
        except BadInput:
            return {}  # the notebooks tell it
        sources = sources[has_transcript(sources)]
        pairs = zip(sources["city"], sources["type"], strict=True)
        return dict(zip(sources["source_id"], pairs, strict=True))

    def _find_surveys(self, reads: Iterable[tuple[str, list[Any]]]) -> list[str]:
        found: dict[str, None] = {}
        there = self.lab.surveys() if self.lab else []
        for reader, (given, named, _) in reads:
            if reader == "read_survey":
                found |= dict.fromkeys([*given, *named.values()])
            elif reader == "read_turns" and _WRITTEN in (named.get("types") or ()):
                found |= dict.fromkeys(there)
        return [survey for survey in there if survey in found]

    def _count_rows(self, table: str) -> int | None:
        if table not in self._counted and self.lab:
            try:
                self._counted[table] = len(self.lab.read_table(table))
            except BadInput:
                self._counted[table] = None  # the notebooks tell it
        return self._counted.get(table)

    def _count_answers(self, survey: str) -> int | None:
        key = f"surveys/{survey}"
        if key not in self._counted and self.lab:
            try:
                self._counted[key] = len(self.lab.read_survey(survey).answers)
            except BadInput:
                self._counted[key] = None
        return self._counted.get(key)


_TABLES = {table.file: table.name for table in contract().values()}


def _find_tables(reader: str, arguments: list[Any]) -> tuple[str, ...]:
    """The tables that a reader reads.

    >>> _find_tables("read_table", [["codebook"], {}, []]), _find_tables("read_goals", [])
    (('codebook',), ('goals',))
    """
    if reader == "read_table":
        given, named, _ = arguments
        return tuple(map(str, [*given, *named.values()]))
    name = reader.removeprefix("read_")
    return _OF_READER.get(reader, (name,) if name in contract() else ())
