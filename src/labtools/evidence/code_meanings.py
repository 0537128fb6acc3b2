"""Codes of codes.csv that do not say what they mean."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from labtools.faults import Fault


def check_meanings(codes: pd.DataFrame, *, name: str) -> Iterator[Fault]:
    """A fault for each code that has neither a label nor a missing_reason.

    codes: rows of codes.csv, indexed by their row in a spreadsheet; name: what messages call it.
    """
    bare = (codes[["label_sv", "label_en", "missing_reason"]] == "").all(axis=1)
    for row, code, of in zip(
        codes.index[bare], codes.loc[bare, "code"], codes.loc[bare, "codes"], strict=True
    ):
        yield Fault(
            name,
            "each code has a meaning",
            f"none for {code} of {of}",
            "write label_sv or label_en as the questionnaire has it, or the missing_reason",
            row=int(row),
        )
