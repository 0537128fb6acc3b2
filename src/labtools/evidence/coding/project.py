"""What a program for coding keeps, the same whatever program wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

CODE_COLUMNS = ("key", "parent", "name", "definition")
TEXT_COLUMNS = ("key", "name", "text")
SELECTION_COLUMNS = ("text", "start", "end", "quote", "code", "coder", "date", "memo", "id")


@dataclass(frozen=True)
class CodingProject:
    """Codes, texts and coded selections as another program told them; nothing is corrected yet.

    codes: one row per code, parents before their children: `key` (unique within the project),
    `parent` (a key, or blank), `name`, `definition`. texts: one row per source: `key`, `name` (as
    the program shows it), `text` (None where the project lacks it). selections: one row per
    selection and code: `text` and `code` (keys), `start, end` (as the program counts; NaN where it
    keeps no positions), `quote` (blank where the program keeps none; it may be cut short), `coder`,
    `date`, `memo`, and `id` (blank where there is none that lasts). warnings: one sentence for
    each thing that was taken in but is not as it should be.

    kept: what only this project's own export knows, rows of contract tables as they stood then, by
    table (codebook, coders, segments) and by a code's key, a coder's name, a segment's id. codes
    may have a further column `colour` (#rrggbb, or blank).
    """

    program: str
    codes: pd.DataFrame
    texts: pd.DataFrame
    selections: pd.DataFrame
    warnings: tuple[str, ...] = ()
    kept: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
