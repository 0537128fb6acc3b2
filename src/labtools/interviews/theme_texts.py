"""Themes → text: who spoke of each, their words with source and place, and what speaks against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from labtools.frames import check_columns
from labtools.words import Language, Prose, has_label, label, say_row

_MOST_NAMES = 12  # of interviews in which nobody spoke of a theme


def write_themes(
    counts: pd.DataFrame,
    chosen: pd.DataFrame,
    negative: pd.DataFrame,
    lost: pd.DataFrame,
    *,
    shown: Collection[str],
    language: Language,
) -> Prose:
    """Theme by theme: how many people and interviews, their words, and what speaks against it.

    counts, chosen, negative, lost: as `themes.count_themes`, `choose_quotations`,
    `list_negative_cases` and `find_lost` give them. shown: ids of the segments whose words may be
    shown to the page's readers. Of what is lost only the place is told.
    """
    check_columns(counts, "code", "theme", "people")
    if counts.empty:
        return Prose(f"*{label('theme_text.none', language)}*")
    words, against, gone = (
        dict(iter(table.groupby(key)))
        for table, key in ((chosen, "code"), (negative, "code"), (lost, "theme"))
    )
    parts = []
    for row in counts.to_dict("records"):
        code, name = row["code"], row["theme"]
        heading = say_row("heading", {"text": name}, language=language)
        parts += [f"### {heading}", say_row("theme_voices", row, language=language)]
        quoted = words.get(code, chosen.head(0)).to_dict("records")
        lines = [_write_quotation(one, language) for one in quoted]
        lines += [
            say_row("quotation_lost", one, language=language)
            for one in gone.get(name, lost.head(0)).fillna({"turn": 0}).to_dict("records")
        ]
        parts += ["\n".join(f"- {line}" for line in lines)] if lines else []
        cases = against.get(code, negative.head(0))
        parts.append(_write_against(cases, row, shown, language))
    return Prose("\n\n".join(parts))


def _write_quotation(row: Mapping[str, Any], language: Language) -> str:
    role = f"role.{row['person_role']}"
    told = {
        **row,
        "role": label(role if has_label(role) else "speaker.unknown", language),
        "place": _tell_offsets(row, language),
        "hash": row["turn_hash"],
    }
    return say_row("theme_quotation", told, language=language)


def _tell_offsets(row: Mapping[str, Any], language: Language) -> str:
    """Between which characters of its turn a quotation stands, where that was noted."""
    if np.isnan(row["start"]) or np.isnan(row["end"]):
        return ""
    return say_row("theme_offsets", row, language=language)


def _write_against(
    cases: pd.DataFrame, row: Mapping[str, Any], shown: Collection[str], language: Language
) -> str:
    lines = [
        say_row(
            "against_claim" if one["segment_id"] in shown else "against_claim_held",
            one,
            language=language,
        )
        for one in cases[cases["negative"] == "against_claim"].to_dict("records")
    ]
    lines += [
        say_row("against_numbers", one, language=language)
        for one in cases[cases["negative"] == "against_numbers"].to_dict("records")
    ]
    silent = cases.loc[cases["negative"] == "not_heard", "source_id"].tolist()
    told = {
        "silent": len(silent),
        "interviews_read": row["interviews_read"],
        "names": ", ".join(silent[:_MOST_NAMES]) + (" …" if len(silent) > _MOST_NAMES else ""),
    }
    lines.append(say_row("not_heard_in" if silent else "heard_in_all", told, language=language))
    heading = label("theme_text.against", language)
    return f"**{heading}**\n\n" + "\n".join(f"- {line}" for line in lines)
