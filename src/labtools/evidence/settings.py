"""lab.toml → what a lab says of itself, or every fault at once."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from labtools.evidence.files.encodings import read_bytes
from labtools.evidence.kinds import KINDS
from labtools.faults import BadInput, Fault

LANGUAGES = ("sv", "en")
APPROACHES = ("codebook", "reliability", "reflexive")
WITHDRAWALS = ("everything", "quotes")
_LAB = ("name", "language", "approach", "min_people", "synthetic", "pseudonyms")
_CONSENT = ("withdrawal",)
_WAVE = ("id", "label_sv", "label_en", "start", "end")
_DO = "correct it; data/README.md shows a whole file"
_Rule = tuple[str, object, bool, str]


def find_lab(folder: Path) -> Path:
    """A lab's folder: absolute, or relative to the working directory or any folder above it."""
    here = Path.cwd()
    places = [folder] if folder.is_absolute() else [up / folder for up in (here, *here.parents)]
    for place in places:
        if (place / "lab.toml").is_file():
            return place
    must, do = "is a folder with a lab.toml", "name a lab's folder such as data/example"
    found = "no lab.toml in it" if any(p.is_dir() for p in places) else "no such folder"
    raise BadInput([Fault(str(folder), must, found, do)])


def read_lab(folder: Path) -> dict[str, Any]:
    """What `lab.toml` says; BadInput as well where what must stand beside it does not."""
    do = "write it; data/README.md shows one"
    absent = [
        Fault("lab.toml", f"has a file {file} beside it", "none", do)
        for file in ("cities.csv", "sources.csv")
        if not (folder / file).is_file()
    ]
    try:
        settings = read_settings(folder / "lab.toml", name="lab.toml")
    except BadInput as error:
        raise BadInput([*error.faults, *absent]) from error
    if absent:
        raise BadInput(absent)
    return settings


def read_settings(path: Path, *, name: str) -> dict[str, Any]:
    """The tables of lab.toml, with every key of each wave ("" where it is left out).

    `name` is what messages call the file. A byte-order mark is read past. Raises BadInput with
    each table or key that is missing, unknown or mistyped.
    """
    try:
        found = tomllib.loads(read_bytes(path, name=name).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        do = "mend it; data/README.md shows one"
        raise BadInput([Fault(name, "is TOML in UTF-8", str(error), do)]) from error
    faults = check_keys(found, ("lab", "consent", "waves"), table="", name=name)
    if "lab" in found:
        faults += _check_lab(found["lab"], name=name)
    elif not faults:
        faults.append(Fault(name, "has a table [lab]", "none", _DO))
    faults += _check_consent(found.get("consent", {}), name=name)
    faults += _check_waves(found.get("waves", []), name=name)
    if faults:
        raise BadInput(faults)
    waves = [dict.fromkeys(_WAVE, "") | wave for wave in found.get("waves", [])]
    return found | {"waves": waves}


def nearest(found: str, known: Iterable[str]) -> str | None:
    """The known name that is spelt most like `found`, capitals aside; None where none is near.

    >>> nearest("BSR06", ["BSRO6", "Moderator"])
    'BSRO6'
    """
    folded = {name.casefold(): name for name in sorted(known, reverse=True)}
    near = difflib.get_close_matches(found.casefold(), list(folded), n=1)
    return folded[near[0]] if near else None


def check_keys(cells: Any, keys: Sequence[str], *, table: str, name: str) -> list[Fault]:
    """A TOML table that is none, or each of its keys that the contract does not know.

    table: what messages call it, such as `[lab]`; "" for the file itself.
    """
    if not isinstance(cells, dict):
        return [Fault(name, f"{table} is a table", repr(cells), _DO)]
    must = f"a key of {table or 'the file'} is one of {', '.join(keys)}"
    faults = []
    for key in cells:
        if key not in keys:
            near = nearest(key, keys)
            do = f"write {near}" if near else "remove it; data/README.md shows a whole file"
            faults.append(Fault(name, must, key, do))
    return faults


def check_filled(cells: Any, *, name: str, place: str = "") -> list[Fault]:
    """A fault for each text of a TOML file that is still the three dots of its template.

    cells: the file's tables, or a part of them; place: what messages call that part.
    """
    if isinstance(cells, dict):
        named = [(f"{key} in [{place}]" if place else str(key), key) for key in cells]
        deeper = [
            check_filled(
                cells[key],
                name=name,
                place=said if isinstance(cells[key], str) else f"{place}.{key}".lstrip("."),
            )
            for said, key in named
        ]
        return [fault for faults in deeper for fault in faults]
    if isinstance(cells, list):
        return [fault for one in cells for fault in check_filled(one, name=name, place=place)]
    if isinstance(cells, str) and cells.strip() in ("…", "..."):
        do = "write it; where data/README.md says that it may be absent, leave the line out"
        return [Fault(name, f"{place} is filled in", repr(cells), do)]
    return []


def _check_lab(lab: Any, *, name: str) -> list[Fault]:
    faults = check_keys(lab, _LAB, table="[lab]", name=name)
    if not isinstance(lab, dict):
        return faults
    title, language = lab.get("name"), lab.get("language")
    approach, synthetic = lab.get("approach", APPROACHES[0]), lab.get("synthetic", False)
    people, pseudonyms = lab.get("min_people", 5), lab.get("pseudonyms", False)
    whole = isinstance(people, int) and not isinstance(people, bool) and people >= 1
    rules: list[_Rule] = [
        ("name", title, isinstance(title, str) and bool(title.strip()), "is text"),
        ("language", language, language in LANGUAGES, _one_of(LANGUAGES)),
        ("approach", approach, approach in APPROACHES, _one_of(APPROACHES)),
        ("min_people", people, whole, "is a whole number from 1"),
        ("synthetic", synthetic, isinstance(synthetic, bool), "is true or false"),
        ("pseudonyms", pseudonyms, isinstance(pseudonyms, bool), "is true or false"),
    ]
    return faults + _hold(rules, name=name)


def _check_consent(consent: Any, *, name: str) -> list[Fault]:
    faults = check_keys(consent, _CONSENT, table="[consent]", name=name)
    if not isinstance(consent, dict):
        return faults
    rule = consent.get("withdrawal", WITHDRAWALS[0])
    return faults + _hold(
        [("withdrawal", rule, rule in WITHDRAWALS, _one_of(WITHDRAWALS))], name=name
    )


def _check_waves(waves: Any, *, name: str) -> list[Fault]:
    if not isinstance(waves, list):
        do = "write [[waves]], in two pairs of brackets, above the keys of each wave"
        return [Fault(name, "each wave has a table [[waves]]", repr(waves), do)]
    faults: list[Fault] = []
    ids: list[object] = []
    for number, wave in enumerate(waves, start=1):
        place = f"[[waves]] {number}"
        faults += check_keys(wave, _WAVE, table=place, name=name)
        if isinstance(wave, dict):
            faults += _hold(_rules_of_wave(wave, place, ids), name=name)
            ids.append(wave.get("id"))
    return faults


def _rules_of_wave(wave: dict[str, Any], place: str, ids: list[object]) -> list[_Rule]:
    """What a wave must keep; ids: those of the waves before it."""
    key, start, end = wave.get("id"), wave.get("start", ""), wave.get("end", "")
    labels = [wave.get("label_sv", ""), wave.get("label_en", "")]
    named = all(isinstance(label, str) for label in labels) and any(labels)
    shown = [label for label in labels if label != ""] or None
    date = 'is a date in quotation marks, such as "2018-09"'
    rules: list[_Rule] = [
        (f"{place}: id", key, _is("slug", key), KINDS["slug"].must),
        (f"{place}: id", key, key is None or key not in ids, "occurs once"),
        (f"{place}: label_sv or label_en", shown, named, "is text"),
        (f"{place}: start", start, start == "" or _is("date", start), date),
        (f"{place}: end", end, end == "" or _is("date", end), date),
    ]
    if all(holds for _, _, holds, _ in rules[-2:]):
        known = min(len(start), len(end))  # 2018 ends no earlier than 2018-09 begins
        rules.append((f"{place}: end", end, start[:known] <= end[:known], "lies at or after start"))
    return rules


def _is(kind: str, cell: object) -> bool:
    return isinstance(cell, str) and bool(KINDS[kind].holds(pd.Series([cell])).all())


def _hold(rules: Iterable[_Rule], *, name: str) -> list[Fault]:
    """A fault for each rule (key, what was found, whether it holds, what must) that does not."""
    return [
        Fault(name, f"{key} {must}", "nothing" if found is None else repr(found), _DO)
        for key, found, holds, must in rules
        if not holds
    ]


def _one_of(choices: Sequence[str]) -> str:
    return "is one of " + ", ".join(choices)
