"""Placed and unplaced selections → rows of coding/segments.csv and coding/unplaced.csv."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from labtools.evidence.coding.placing import Placed, make_check
from labtools.evidence.coding.project import CodingProject
from labtools.evidence.coding.said import Said
from labtools.evidence.kinds import KINDS, is_date
from labtools.evidence.schemas import contract

LOST = "lost"
"""Where, in an own export's note, a segment is whose words stood in no turn."""


@dataclass
class Rows:
    """Rows of segments.csv and unplaced.csv from what was placed and what was not.

    said: the lab's turns; slugs, coders: what the project's codes and coders are called there;
    file: what unplaced.csv calls the project.
    """

    project: CodingProject
    said: Said
    slugs: Mapping[str, str]
    coders: Mapping[str, str]
    placed: Placed
    file: str

    def __post_init__(self) -> None:
        blank = dict.fromkeys(("coder", "memo", "date", "id"), "")
        selections = self.project.selections.fillna(blank)
        dates = selections["date"].astype("str").str[:10]
        ids = selections["id"].astype("str")
        selections["date"] = dates.where(is_date(dates), "")
        selections["id"] = ids.where(KINDS["id"].holds(ids), "")
        self.rows = selections.to_dict("index")
        self.names = dict(zip(self.project.texts["key"], self.project.texts["name"], strict=True))
        blank = {column.name: "" for column in contract()["segments"].columns}
        kept = {
            one: blank | dict(own) for one, own in self.project.kept.get("segments", {}).items()
        }
        stands = make_check(self.said)
        self.own = {
            selection: kept[row["id"]]
            for selection, row in self.rows.items()
            if kept.get(row["id"], {}).get("at") == write_place(row["start"], row["end"])
            and stands(kept[row["id"]])
        }
        lost = [own for own in kept.values() if own.get("at") == LOST]
        known = set(self.slugs.values())
        self.lost = [
            own for own in lost if own["code"] in known and own["source_id"] in self.said.by_source
        ]
        self.strange = [own for own in lost if own not in self.lost]

    def _about(self, selection: int) -> dict[str, str]:
        row = self.rows[selection]
        return {
            "code": self.slugs.get(row["code"], ""),
            "coder": self.coders[row["coder"]],
            "date": row["date"],
            "memo": normalize("NFC", row["memo"].strip()),
        }

    def make_segments(self) -> list[dict[str, str]]:
        """Rows with `selection`, `segment_id` ("" to be given) and its `part` of several turns.

        What an own export kept of a selection comes as it was, if that still stands there; so
        does what stood in no turn when it was exported.
        """
        rows = [{**own, "selection": ""} for own in self.lost]
        for selection, own in self.own.items():
            code = self.slugs.get(self.rows[selection]["code"], own["code"])
            rows.append({**own, "selection": str(selection), "code": code})
        parts = self.placed.segments.to_dict("records")
        times = Counter(part["selection"] for part in parts)
        number: Counter[int] = Counter()
        for part in parts:
            selection = part["selection"]
            about = self._about(selection)
            if selection in self.own or not about["code"]:
                continue
            number[selection] += 1
            last = f"-{number[selection]}" if times[selection] > 1 else ""
            own_id = self.rows[selection]["id"] and self.rows[selection]["id"] + last
            ids = {"selection": str(selection), "segment_id": own_id, "part": last}
            rows.append({**part, **about, **ids})
        return rows

    def make_unplaced(self) -> list[dict[str, str]]:
        """Rows for what has no place in the turns, or no code."""
        told = self.placed.unplaced.to_dict("records")
        for part in self.placed.segments.drop_duplicates("selection").to_dict("records"):
            if not self._about(part["selection"])["code"]:
                reason = "its code is not in the file"
                told.append({**part, "reason": reason, "nearest_source_id": part["source_id"]})
        reason = "its source or its code is not in the lab"
        return [
            *(self._unplaced(row) for row in told if row["selection"] not in self.own),
            *(self._unplaced_own(own, reason) for own in self.strange),
        ]

    def make_clash(self, row: Mapping[str, str]) -> dict[str, str]:
        """A segment whose id another stretch, code or coder has in segments.csv."""
        reason = f"segments.csv has another segment {row['segment_id']}"
        if not row["selection"]:
            return self._unplaced_own(row, reason)
        near = {"nearest_source_id": row["source_id"], "nearest_turn": row["turn"]}
        told = {"selection": row["selection"], "quote": row["quote"], "reason": reason}
        return self._unplaced(near | told)

    def _unplaced_own(self, own: Mapping[str, str], reason: str) -> dict[str, str]:
        """What an own export kept of a segment, without a selection of its own."""
        told = {name: own[name] for name in ("start", "end", "quote", "code", "coder")}
        about = {name: own[name] for name in ("date", "memo")}
        near = {"nearest_source_id": "", "nearest_turn": own["turn"], "nearest_quote": ""}
        return _with_id(
            {
                "file": self.file,
                "source": own["source_id"],
                **told,
                **about,
                "reason": reason,
                **near,
            }
        )

    def _unplaced(self, told: Mapping[str, object]) -> dict[str, str]:
        selection = int(str(told["selection"]))
        row = self.rows[selection]
        names = ("quote", "reason", "nearest_source_id", "nearest_turn", "nearest_quote")
        made = {
            "file": self.file,
            "source": str(self.names.get(row["text"], row["text"])),
            "start": _write(row["start"]),
            "end": _write(row["end"]),
            **self._about(selection),
            **{name: str(told.get(name, "")) for name in names},
        }
        return _with_id(made)


def _with_id(row: Mapping[str, str]) -> dict[str, str]:
    """A row of unplaced.csv with an id that the same selection always has."""
    made = {name: normalize("NFC", cell.strip()) for name, cell in row.items()}
    same = ("source", "start", "end", "quote", "code", "coder", "memo")
    text = "\x1f".join(made[name] for name in same)
    return {"unplaced": hashlib.sha256(text.encode("utf-8")).hexdigest()[:12], **made}


def _write(position: float) -> str:
    return str(int(position)) if position >= 0 else ""


def write_place(start: float, end: float) -> str:
    return f"{_write(start)}-{_write(end)}"
