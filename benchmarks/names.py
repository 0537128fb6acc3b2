"""How many names are found, and how much of what is found is a name.

    .venv/bin/python benchmarks/names.py

On the development part of UNER's Swedish Talbanken (beside the checkout, in shared/data), and on
the spoken sentences of tests/privacy/spoken.csv, each as it stands and in lower case.
"""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from labtools.privacy.numbers import Recall
from labtools.privacy.suspects import find_suspects

ROOT = Path(__file__).resolve().parents[1]
TALBANKEN = ROOT.parent / "shared" / "data" / "swedish" / "uner-talbanken-dev.iob2"
SPOKEN = ROOT / "tests" / "privacy" / "spoken.csv"
Spans = list[tuple[int, int, str]]


@dataclass(frozen=True)
class Measure:
    """Of the words marked as persons' names, and as anything, how many are found, and back."""

    persons: int
    persons_found: int
    marked: int
    marked_found: int
    suspected: int
    suspected_rightly: int

    @property
    def person_recall(self) -> float:
        return self.persons_found / self.persons

    @property
    def recall(self) -> float:
        return self.marked_found / self.marked

    @property
    def precision(self) -> float:
        return self.suspected_rightly / self.suspected if self.suspected else float("nan")


def read_talbanken(path: Path) -> tuple[pd.Series, list[Spans]]:
    """Each sentence, and its tokens that are tagged as names."""
    kinds = {"PER": "person", "LOC": "place", "ORG": "organisation"}
    texts: list[str] = []
    marked: list[Spans] = []
    past = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# text = "):
            texts.append(line.removeprefix("# text = "))
            marked.append([])
            past = 0
        elif line and not line.startswith("#"):
            _, token, tag = line.split("\t")[:3]
            start = texts[-1].index(token, past)
            past = start + len(token)
            if tag != "O":
                marked[-1].append((start, past, kinds[tag.partition("-")[2]]))
    return pd.Series(texts, dtype="str"), marked


def read_spoken(path: Path) -> tuple[pd.Series, list[Spans]]:
    """Each sentence, and its marked spans."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    marked = []
    for row in rows:
        spans = []
        for one in row["names"].split(";") if row["names"] else []:
            place, kind = one.split(":")
            start, end = place.split("-")
            spans.append((int(start), int(end), kind))
        marked.append(spans)
    return pd.Series([row["text"] for row in rows], dtype="str"), marked


def measure(texts: pd.Series, marked: list[Spans], *, recall: Recall) -> Measure:
    """Words (parted by white space) that are marked or suspected, by whether both agree."""
    suspects = find_suspects(texts, recall=recall)
    places = zip(suspects["at"], suspects["start"], suspects["end"], strict=True)
    found: dict[int, list[tuple[int, int]]] = {}
    for at, start, end in places:
        found.setdefault(int(at), []).append((int(start), int(end)))
    counts = dict.fromkeys(Measure.__dataclass_fields__, 0)
    for at, (text, spans) in enumerate(zip(texts, marked, strict=True)):
        for start, end in _words(text):
            suspected = any(a < end and start < b for a, b in found.get(at, []))
            kinds = {kind for a, b, kind in spans if a < end and start < b}
            counts["persons"] += "person" in kinds
            counts["persons_found"] += "person" in kinds and suspected
            counts["marked"] += bool(kinds)
            counts["marked_found"] += bool(kinds) and suspected
            counts["suspected"] += suspected
            counts["suspected_rightly"] += suspected and bool(kinds)
    return Measure(**counts)


def _words(text: str) -> list[tuple[int, int]]:
    words, past = [], 0
    for word in text.split():
        start = text.index(word, past)
        past = start + len(word)
        if any(character.isalnum() for character in word):
            words.append((start, past))
    return words


def main() -> None:
    """Print the table: text, capitals, recall asked for, what was found."""
    sets = {"spoken": read_spoken(SPOKEN)} if SPOKEN.exists() else {}
    if TALBANKEN.exists():
        sets = {"talbanken": read_talbanken(TALBANKEN), **sets}
    print(f"{'':10} {'':10} {'':8} {'persons':>16} {'all kinds':>16} {'precision':>16} {'s':>5}")
    for name, (texts, marked) in sets.items():
        for case, cased in (("as it is", texts), ("lower case", texts.str.lower())):
            for recall in ("careful", "high"):
                begun = time.perf_counter()
                one = measure(cased, marked, recall=recall)  # type: ignore[arg-type]
                taken = time.perf_counter() - begun
                cells = [
                    f"{share:.2f} ({part}/{whole})"
                    for share, part, whole in (
                        (one.person_recall, one.persons_found, one.persons),
                        (one.recall, one.marked_found, one.marked),
                        (one.precision, one.suspected_rightly, one.suspected),
                    )
                ]
                row = " ".join(f"{cell:>16}" for cell in cells)
                print(f"{name:10} {case:10} {recall:8} {row} {taken:5.1f}")


if __name__ == "__main__":
    main()
