"""The list that a person reads: each replaced name, and each that is only suspected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from labtools.evidence.sheets.tabular import read_sheet
from labtools.faults import BadInput, Fault
from labtools.privacy.forms import NONE_ORDINARY, genitive_words, list_forms
from labtools.privacy.matching import WORD, Form, Matcher
from labtools.privacy.names import is_word
from labtools.privacy.numbers import Recall, Spans
from labtools.privacy.private import write_private
from labtools.privacy.pseudonyms import Pseudonymiser
from labtools.privacy.suspects import REASONS, find_suspects

COLUMNS = ("decision", "status", "text", "kind", "reason", "count", "sources", "context")
DECISIONS = ("", "name", "not_a_name")
_NAMES = ("person", "place", "organisation", "name")
_AROUND = 40
_MOST_SOURCES = 5
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Row(NamedTuple):
    """One occurrence, before those of the same text are counted."""

    at: int
    start: int
    end: int
    text: str
    kind: str
    status: str
    reason: str


def review_path(key_path: Path) -> Path:
    """Where the review list of a key lies.

    >>> review_path(Path("keys/north.csv")).name
    'north-review.csv'
    """
    return key_path.with_name(f"{key_path.stem}-review.csv")


def fill_ordinary(key: pd.DataFrame) -> pd.DataFrame:
    """The same key with `ordinary` filled where it is blank, by the Swedish dictionary.

    A form of one word is ordinary where it, or its genitive, is a word in lower case, or a
    single letter.
    """
    forms = list_forms(key).query("not identifier")
    listed: dict[int, list[str]] = {}
    for row, form, words in zip(forms["row"], forms["form"], forms["words"], strict=True):
        both = {words, genitive_words(words)}
        if len(words) == 1 and any(len(word) == 1 or is_word(word) for (word,) in both):
            listed.setdefault(int(row), []).append(form)
    found = [";".join(listed.get(int(row), [NONE_ORDINARY])) for row in key.index]
    filled = key["ordinary"].where(key["ordinary"] != "", pd.Series(found, index=key.index))
    return key.assign(ordinary=filled)


def build_review(
    texts: pd.DataFrame, key: pd.DataFrame, *, recall: Recall, decided: pd.DataFrame
) -> pd.DataFrame:
    """One row per text, kind and status that was replaced or is suspected.

    texts: `source`, `text`, raw. decided: an earlier list, whose `decision` stays with the
    same text and kind. Columns: decision, status (replaced or suspected), text as it first
    stood, kind, reason, count, sources (the first five), context (of the first).
    Order: suspects that were decided to be names, the other suspects with the most certain
    first, what was replaced, and what was decided to be no name. A decision about what no
    longer occurs is kept at the very end, with a count of 0 and nothing of what was said.
    """
    rows = pd.DataFrame(_occurrences(texts, key, recall), columns=_Row._fields)
    rows["source"] = texts["source"].to_numpy()[rows["at"].to_numpy(dtype="int64")]
    rows["folded"] = rows["text"].map(_fold).astype("str")
    rows["rank"] = rows["reason"].map(_rank)
    review = [
        {
            "status": status,
            "text": one["text"].iloc[0],
            "kind": kind,
            "reason": one.loc[one["rank"].idxmin(), "reason"],
            "count": len(one),
            "sources": ";".join(list(dict.fromkeys(one["source"]))[:_MOST_SOURCES]),
            "context": _context(texts["text"].iloc[one["at"].iloc[0]], one.iloc[0]),
        }
        for (_, kind, status), one in rows.groupby(["folded", "kind", "status"], sort=False)
    ]
    table = pd.DataFrame(review, columns=list(COLUMNS[1:]))
    return _sort(_keep_decisions(table, decided))


def _occurrences(texts: pd.DataFrame, key: pd.DataFrame, recall: Recall) -> Iterator[_Row]:
    pseudonymiser = Pseudonymiser(key)
    parts = _match_parts(key)
    kinds = dict(zip(key.index, key["kind"], strict=True))
    suspects = find_suspects(texts["text"].reset_index(drop=True), recall=recall)
    of_text = dict(tuple(suspects.groupby("at")))
    for at, text in enumerate(texts["text"]):
        replaced = pseudonymiser.replace(text)
        done = Spans((one.start, one.end) for one in replaced.spans)
        taken = Spans([*((one.start, one.end) for one in replaced.spans), *replaced.doubtful])
        for span in replaced.spans:
            kind = kinds[span.name_row]
            said = text[span.start : span.end]
            yield _Row(at, span.start, span.end, said, kind, "replaced", "in the key")
        left = [(start, end, "in the key, but a word as well") for start, end in replaced.doubtful]
        left += [
            (match.start, match.end, "part of a name in the key")
            for match in parts.find(text)
            if match.certain and not taken.touch(match.start, match.end)
        ]
        for start, end, reason in left:
            yield _Row(at, start, end, text[start:end], "name", "suspected", reason)
            if not taken.touch(start, end):
                taken.add(start, end)
        for one in of_text[at].itertuples() if at in of_text else ():
            if all(done.touch(*word.span()) for word in WORD.finditer(text, one.start, one.end)):
                continue
            whole = one.kind not in _NAMES or not taken.touch(one.start, one.end)
            pieces = [(one.start, one.end)] if whole else _untouched(text, one, taken)
            for start, end in pieces:
                yield _Row(at, start, end, text[start:end], one.kind, "suspected", one.reason)


def _untouched(text: str, suspect: Any, taken: Spans) -> Iterator[tuple[int, int]]:
    """The words of a suspect that are not dealt with: a surname after a replaced given name."""
    for word in WORD.finditer(text, suspect.start, suspect.end):
        if len(word[0]) > 1 and not taken.touch(*word.span()):
            yield word.span()


def _match_parts(key: pd.DataFrame) -> Matcher:
    """Finds single words of the key's longer names."""
    names = list_forms(key).query("not identifier")
    words = {word for form in names["words"] if len(form) > 1 for word in form}
    return Matcher(Form((word,), 0, is_word(word)) for word in sorted(words) if len(word) > 1)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _rank(reason: str) -> int:
    return REASONS.index(reason) if reason in REASONS else len(REASONS)


def _context(text: str, row: pd.Series) -> str:
    start = max(0, int(row["start"]) - _AROUND)
    return " ".join(text[start : int(row["end"]) + _AROUND].split())


def _keep_decisions(review: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """The review with the decisions of an earlier one, and what was decided but is gone."""
    decided = decided[decided["decision"] != ""]
    before = dict(zip(_identify(decided), decided["decision"], strict=True))
    now = review.assign(decision=[before.get(one, "") for one in _identify(review)])
    there = set(_identify(review))
    gone = decided[
        pd.Series([one not in there for one in _identify(decided)], index=decided.index, dtype=bool)
    ].assign(count=0, sources="", context="")
    if gone.empty:
        return now[list(COLUMNS)]
    return pd.concat([now[list(COLUMNS)], gone[list(COLUMNS)]], ignore_index=True)


def _identify(review: pd.DataFrame) -> list[tuple[str, str]]:
    return [(_fold(text), kind) for text, kind in zip(review["text"], review["kind"], strict=True)]


def _sort(review: pd.DataFrame) -> pd.DataFrame:
    group = (review["status"] == "replaced").astype("int64") * 2
    group = group.mask((review["decision"] == "") & (group == 0), 1)
    group = group.mask(review["decision"] == "not_a_name", 3)
    group = group.mask(review["count"] == 0, 4)
    order = review.assign(group=group, rank=review["reason"].map(_rank), fewer=-review["count"])
    order = order.sort_values(["group", "rank", "fewer", "text"], kind="stable")
    return order[list(COLUMNS)].reset_index(drop=True)


def read_review(path: Path) -> pd.DataFrame:
    """An earlier list; without a row where none is there. BadInput for a decision not allowed.

    It may have come back from a spreadsheet program, in another encoding or with semicolons.
    """
    if not path.exists():
        return pd.DataFrame({column: pd.Series(dtype="str") for column in COLUMNS})
    cells = read_sheet(path, name=str(path)).cells
    missing = [column for column in COLUMNS if column not in cells]
    if missing:
        do = "put the header back, or remove the file and lose its decisions"
        must = f"has the columns {', '.join(COLUMNS)}"
        raise BadInput([Fault(str(path), must, f"no {', '.join(missing)}", do, row=1)])
    must, do = "is blank, name or not_a_name", "write one of them"
    faults = [
        Fault(str(path), must, f"{decision[:1]}…", do, row=int(row), column="decision")
        for row, decision in cells["decision"].items()
        if decision not in DECISIONS
    ]
    if faults:
        raise BadInput(faults)
    return cells.assign(text=cells["text"].str.removeprefix("'"))


def write_review(path: Path, review: pd.DataFrame) -> None:
    """Write the list with mode 600.

    A cell that a spreadsheet would calculate, or strip of a zero, begins with '.
    """
    safe = review.assign(
        **{
            column: review[column].map(
                lambda cell: f"'{cell}" if cell.startswith(_FORMULA) or cell.isdigit() else cell
            )
            for column in ("text", "sources", "context")
        }
    )
    write_private(path, safe.to_csv(index=False, lineterminator="\n"))


def count_decisions(review: pd.DataFrame) -> dict[str, int]:
    """How many suspects that still occur nobody has decided (""), are names, are no names."""
    suspected = review[(review["status"] == "suspected") & (review["count"] > 0)]
    return {each: int((suspected["decision"] == each).sum()) for each in DECISIONS}
