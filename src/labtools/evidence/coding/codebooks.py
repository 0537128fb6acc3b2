"""A project's codes beside a lab's codebook: which are the same, which are new, which disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

import pandas as pd

from labtools.evidence.coding.project import CodingProject
from labtools.evidence.questionnaires.proposals.names import make_slug
from labtools.words import Language, label

_NAMES = ("name_sv", "name_en", "code")
_MOST_SHOWN = 60


@dataclass
class MergedCodes:
    """slugs: from a project code's key to its `code`; rows: the new ones; told: conflicts."""

    slugs: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def merge_codes(project: CodingProject, old: pd.DataFrame, *, language: Language) -> MergedCodes:
    """Each code of a project as a row of the codebook: one that is there, or a new one.

    old: coding/codebook.csv as text. A code is the one that its own export names, else the one
    under the same parent whose `name_sv`, `name_en` or `code` is its name, in any capitals; failing
    that whose slug is; failing that one elsewhere, if the name occurs once on either side. A new
    code has a slug of its name, with -2 where that is taken. What differs in a code that is there
    is told, never changed.
    """
    merged = MergedCodes()
    there = {row["code"]: row for row in old.to_dict("records")}
    kept = project.kept.get("codebook", {})
    codes = project.codes.fillna("").to_dict("records")
    twins = Counter(_fold(code["name"]) for code in codes)
    free = {slug: set(_keys(row)) for slug, row in there.items()}
    for code in codes:
        own = kept.get(code["key"], {})
        parent = merged.slugs.get(code["parent"], "")
        slug = _find(code, own, parent, there, free, alone=twins[_fold(code["name"])] == 1)
        if slug:
            free.pop(slug)
            merged.told += _list_conflicts(code, own, parent, there[slug], language=language)
        else:
            row = _make_row(code, own, parent, language=language)
            taken = {*there, *(new["code"] for new in merged.rows)}
            wished = row["code"]
            slug = row["code"] = next(name for name in _list_slugs(wished) if name not in taken)
            if slug != wished:
                merged.told.append(f"code {code['name']} is {slug}, as {wished} is taken")
            merged.rows.append(row)
        merged.slugs[code["key"]] = slug
    return merged


def describe_code(row: Mapping[str, str], *, language: Language) -> str:
    """What other programs show of a code: its definition, what it includes and excludes.

    >>> describe_code({"definition": "Home.", "include": "longing"}, language="en")
    'Home.\\n\\nInclude: longing'
    """
    parts = [row.get("definition", "")]
    for side in ("include", "exclude"):
        if row.get(side):
            parts.append(f"{label(f'coding.{side}', language)}: {row[side]}")
    return "\n\n".join(filter(None, parts))


def name_code(row: Mapping[str, str], *, language: Language) -> str:
    """A code's name in a language, else in the other, else the code itself."""
    other = "en" if language == "sv" else "sv"
    return row.get(f"name_{language}") or row.get(f"name_{other}") or row["code"]


def _find(
    code: Mapping[str, str],
    own: Mapping[str, str],
    parent: str,
    there: Mapping[str, Mapping[str, str]],
    free: Mapping[str, set[str]],
    *,
    alone: bool,
) -> str:
    if own.get("code") in free:
        return own["code"]
    for key in (_fold(code["name"]), "slug " + make_slug(code["name"])):
        same = [slug for slug, keys in free.items() if key in keys]
        beside = [slug for slug in same if there[slug].get("parent", "") == parent]
        if beside:
            return beside[0]
        if alone and len(same) == 1:
            return same[0]
    return ""


def _keys(row: Mapping[str, str]) -> Iterator[str]:
    for name in filter(None, (row.get(column, "") for column in _NAMES)):
        yield _fold(name)
        if make_slug(name):
            yield "slug " + make_slug(name)


def _fold(name: str) -> str:
    return "name " + " ".join(name.split()).casefold()


def _list_slugs(slug: str) -> Iterator[str]:
    yield slug
    for number in count(2):
        yield f"{slug}-{number}"


def _make_row(
    code: Mapping[str, str], own: Mapping[str, str], parent: str, *, language: Language
) -> dict[str, str]:
    """A new code, with what an own export kept of it unless it was changed since."""
    row = {"code": make_slug(code["name"]) or "code", **own}
    row["parent"] = parent
    if code["name"] not in [own.get(column) for column in _NAMES]:
        row[f"name_{language}"] = " ".join(code["name"].split())
    if code["definition"] not in _list_definitions(own):
        row["definition"] = code["definition"].strip()
    if code.get("colour"):
        row["colour"] = code["colour"]
    return row


def _list_definitions(row: Mapping[str, str]) -> list[str]:
    """What a program may show of a code that nobody has changed."""
    if not row:
        return []
    return [row.get("definition", ""), *(describe_code(row, language=one) for one in ("sv", "en"))]


def _list_conflicts(
    code: Mapping[str, str],
    own: Mapping[str, str],
    parent: str,
    row: Mapping[str, str],
    *,
    language: Language,
) -> Iterator[str]:
    definitions = {_squeeze(one) for one in _list_definitions(row)}
    if _squeeze(code["definition"]) not in {*definitions, ""}:
        yield _tell(row, "definition", row.get("definition", ""), code["definition"])
    if _fold(code["name"]) not in _keys(row) and own:
        yield _tell(row, "name", name_code(row, language=language), code["name"])
    if row.get("parent", "") != parent:
        yield _tell(row, "parent", row.get("parent", ""), parent)


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _tell(row: Mapping[str, str], what: str, here: str, given: str) -> str:
    shown = [_shorten(text) or "nothing" for text in (here, given)]
    told = f"{shown[0]} in codebook.csv, {shown[1]} in the file; not changed"
    return f"code {row['code']}, {what}: {told}"


def _shorten(text: str) -> str:
    words = _squeeze(text)
    return words if len(words) <= _MOST_SHOWN else words[: _MOST_SHOWN - 1] + "…"
