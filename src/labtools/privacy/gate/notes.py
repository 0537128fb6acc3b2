"""What has been found so far in one file, and how a text of it is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable

from labtools.privacy.gate.counts import find_small_counts
from labtools.privacy.gate.findings import Finding, mask
from labtools.privacy.gate.sought import Numbers, Sought
from labtools.privacy.gate.spellings import cut_data_uris, find_encoded

_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"<svg")
_PRINTABLE = re.compile(r"[^\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]+")
_DEEPEST = 8

Read = Callable[[bytes, str, "Notes"], None]


class Notes:
    """The findings of one file, and of what lies within it.

    read: reads bytes within the file, whose name or kind is given.
    """

    def __init__(self, file: str, sought: Sought, read: Read) -> None:
        self.found: list[Finding] = []
        self.sought = sought
        self.inside = ""
        self._file = file
        self._read = read
        self._depth = 0
        self._seen: set[tuple[str, str]] = set()

    def add(self, kind: str, shown: str, place: str) -> None:
        """A finding, told as it may be told; `place` is within what is being read."""
        file, at = self.sought.hide(self._file), self.sought.hide(self._place(place))
        self.found.append(Finding(file, at, kind, shown))

    def _place(self, place: str) -> str:
        return ", ".join(filter(None, [self.inside, place]))

    def text(
        self,
        text: str,
        place: str,
        *,
        prose: bool = False,
        numbers: Numbers = "all",
        again: bool = False,
    ) -> None:
        """Look at a text.

        prose: a reader meets it, so that it may tell a count. again: it has been looked at in its
        parts, and only what they did not show is new.
        """
        text, held = cut_data_uris(text)
        for kind, data in held:
            self.within(data, kind or "text/plain", f"{place}, data URI")
        if not text.strip():
            return
        for hit in self.sought.look(text, numbers=numbers):
            known = (hit.kind, hit.secret.casefold())
            if not again or known not in self._seen:
                self.add(hit.kind, mask(hit.secret), place)
            self._seen.add(known)
        if prose:
            self._look_at_prose(text, place)
        for _, data in find_encoded(text):
            self._look_at_encoded(data, place)

    def _look_at_prose(self, text: str, place: str) -> None:
        if " ".join(text.split()) in self.sought.messages:
            self.add("message", "what a program said", place)
        for _ in find_small_counts(text, min_people=self.sought.min_people):
            self.small_count(place)

    def small_count(self, place: str) -> None:
        """A count of people that are too few."""
        self.add("small_count", f"a count under {self.sought.min_people}", place)

    def _look_at_encoded(self, data: bytes, place: str) -> None:
        if data.startswith(_MAGIC):
            self.within(data, "", f"{place}, base64")
            return
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return
        if _PRINTABLE.fullmatch(text):
            for hit in self.sought.look(text):
                self.add(hit.kind, mask(hit.secret), f"{place}, base64")

    def within(self, data: bytes | None, name: str, place: str, *, is_file: bool = False) -> None:
        """Read bytes within the file; None where they could not be had.

        is_file: they are a file of an archive, and findings are told by its name.
        """
        if data is None or self._depth == _DEEPEST:
            why = "broken base64" if data is None else "files in files in files"
            self.add("unreadable", why, place)
            return
        outside = self._file, self.inside, self._seen
        if is_file:
            self._file = f"{self._file}/{name}"
            self.inside, self._seen = "", set()
        else:
            self.inside = self._place(place)
        self._depth += 1
        try:
            self._read(data, name, self)
        finally:
            self._file, self.inside, self._seen = outside
            self._depth -= 1
