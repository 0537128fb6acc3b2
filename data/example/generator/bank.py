"""The text bank: sentences with [alternatives|…] and {slots}, and which was used how often."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")

Parts = tuple[tuple[str, ...], ...]


def parse(text: str) -> Parts:
    """A sentence as a row of choices; a choice of one is fixed text.

    >>> parse("Ja, [kanske|] nu")
    (('Ja, ',), ('kanske', ''), (' nu',))
    """
    pieces = _CHOICE.split(text)
    return tuple(
        tuple(piece.split("|")) if number % 2 else (piece,)
        for number, piece in enumerate(pieces)
        if piece or number % 2
    )


def expand(parts: Parts, slots: Mapping[str, str], rng: np.random.Generator) -> str:
    """One reading of a sentence: an alternative at each choice, every slot filled."""
    text = "".join(
        options[int(rng.random() * len(options))] if len(options) > 1 else options[0]
        for options in parts
    )
    if "{" in text:
        text = _SLOT.sub(lambda slot: slots[slot[1]], text)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r" ([,.!?…:])", r"\1", text)
    return text[:1].upper() + text[1:]


class Bank:
    """Every sentence by shelf (`at_home/fragments`), taken out the least used first."""

    def __init__(self, folder: Path) -> None:
        self._texts: dict[str, tuple[str, ...]] = {}
        self._parts: dict[str, list[Parts]] = {}
        self._used: dict[str, list[int]] = {}
        self._used_here: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        for path in sorted(folder.glob("*.toml")):
            content = tomllib.loads(path.read_text(encoding="utf-8"))
            name = re.sub(r"_\d$", "", path.stem)
            self._add(name, content)

    def _add(self, name: str, content: Any) -> None:
        if isinstance(content, dict):
            for key, inner in content.items():
                self._add(f"{name}/{key}", inner)
        elif isinstance(content, list) and all(isinstance(text, str) for text in content):
            self._texts[name] = tuple(content)
            self._parts[name] = [parse(text) for text in content]
            self._used[name] = [0] * len(content)

    def __contains__(self, shelf: str) -> bool:
        return bool(self._parts.get(shelf))

    def names(self, shelf: str) -> tuple[str, ...]:
        """A shelf as it was written, without taking anything."""
        return self._texts[shelf]

    def size(self, shelf: str) -> int:
        """How many sentences stand on a shelf."""
        return len(self._parts[shelf])

    def find(self, shelf: str, pattern: str) -> list[int]:
        """Where on a shelf the sentences stand in which a regular expression is found."""
        texts = enumerate(self._texts[shelf])
        return [i for i, text in texts if re.search(pattern, text, re.IGNORECASE)]

    def take(
        self,
        shelf: str,
        rng: np.random.Generator,
        slots: Mapping[str, str],
        *,
        taken: Collection[tuple[str, int]] = (),
        among: Sequence[int] | None = None,
    ) -> tuple[str, tuple[str, int]]:
        """A sentence that is not `taken` yet, one of those least used so far, and its key.

        What was not said in the city yet comes first, so that neighbours seldom say the same.

        Raises LookupError where every sentence of the shelf is taken.
        """
        used = self._used[shelf]
        free = [i for i in (among or range(len(used))) if (shelf, i) not in taken]
        if not free:
            raise LookupError(f"every sentence of {shelf} is taken")
        here = self._used_here[shelf, slots.get("city", "")]
        least = min((here[i], used[i]) for i in free)
        least_used = [i for i in free if (here[i], used[i]) == least]
        chosen = least_used[int(rng.random() * len(least_used))]
        used[chosen] += 1
        here[chosen] += 1
        return expand(self._parts[shelf][chosen], slots, rng), (shelf, chosen)
