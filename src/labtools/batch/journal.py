"""`run.jsonl`: what a run has finished so far, so that one that is killed has not run in vain.

A line for each report, added as it is finished; gone when `run.json` holds it. A line that a
full disk or a kill cut short counts as none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = "run.jsonl"


def add_line(folder: Path, entry: Mapping[str, Any], *, lab: str, version: int) -> None:
    """Add a report's entry. lab: as `record.identify_lab` tells; version: of the format."""
    line = {"format": version, "lab": lab, "report": entry}
    with (folder / FILE).open("a", encoding="utf-8", newline="\n") as lines:
        lines.write("\n" + json.dumps(line, ensure_ascii=False, sort_keys=True))


def read_lines(folder: Path, *, lab: str, version: int) -> list[dict[str, Any]]:
    """The entries of a run that did not come to its end, in their order."""
    path = folder / FILE
    if not path.exists():
        return []
    found = []
    for text in path.read_bytes().split(b"\n"):
        try:
            line = json.loads(text)
            if (line["format"], line["lab"]) == (version, lab):
                found.append(dict(line["report"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def forget_lines(folder: Path) -> None:
    """Nothing is unfinished any more."""
    (folder / FILE).unlink(missing_ok=True)
