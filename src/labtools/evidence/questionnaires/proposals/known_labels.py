"""Labels that questionnaires share: scales from low to high, and what stands for no answer.

They lie in `known_labels.toml` beside this module.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class Scale(NamedTuple):
    """A scale that labels are of: its name, and the labels in their order, low to high."""

    name: str
    labels: list[str]


@cache
def _known() -> dict[str, Any]:
    text = (
        files("labtools.evidence.questionnaires.proposals")
        .joinpath("known_labels.toml")
        .read_text(encoding="utf-8")
    )
    return tomllib.loads(text)


def fold_label(label: str) -> str:
    """Small letters, single spaces, straight apostrophes; no full stop at the end.

    >>> fold_label("Don’t  know.")
    "don't know"
    """
    return " ".join(label.replace("’", "'").split()).casefold().rstrip(".!")


def find_reason(label: str) -> str:
    """The missing_reason that a label tells; "" where it is an answer.

    A label of several words for it, divided by a stroke, is known where each of them is.

    >>> find_reason("Vet ej / vill ej svara"), find_reason("Nej")
    ('dont_know', '')
    """
    reasons: dict[str, str] = {
        known: why for why, labels in _known()["reasons"].items() for known in labels
    }
    whole = fold_label(label)
    if whole in reasons:
        return reasons[whole]
    parts = [reasons.get(part.strip(), "") for part in re.split(r"[/,]| eller | or ", whole)]
    return parts[0] if all(parts) else ""


def find_scale(labels: Iterable[str]) -> Scale | None:
    """The scale that all labels are points of, each a point of its own; None where there is none.

    Fewer than two labels are no scale.

    >>> find_scale(["Ofta", "Aldrig", "Ibland"])
    Scale(name='frequency_sv', labels=['Aldrig', 'Ibland', 'Ofta'])
    """
    wanted = list(labels)
    for name, points in _known()["scales"].items():
        rank = {word: place for place, words in enumerate(points) for word in words}
        places = {label: rank.get(fold_label(label), -1) for label in wanted}
        if (
            len(wanted) > 1
            and min(places.values()) >= 0
            and len(set(places.values())) == len(wanted)
        ):
            return Scale(name, sorted(wanted, key=lambda label: places[label]))
    return None


def has_other(labels: Iterable[str]) -> bool:
    """Whether one of the labels is "other": then they are a list, and not an order.

    >>> has_other(["Man", "Kvinna", "Annat, nämligen"])
    True
    """
    first_words = {re.split(r"[\s,:(]", fold_label(label), maxsplit=1)[0] for label in labels}
    return not first_words.isdisjoint(_known()["other"]["words"])
