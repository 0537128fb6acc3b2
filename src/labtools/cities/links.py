"""Links within a report, and the short texts that its statements are put together from."""

from __future__ import annotations

import re

from labtools.other_language import mark_other
from labtools.words import Language, Prose, label, say_row


def make_anchor(reference: str) -> str:
    """The name of a place on the page, another one for every reference.

    >>> make_anchor("AL-0034"), make_anchor("residents/at_home")
    ('e-AL-0034', 'e-residents.2f.at.5f.home')
    """
    plain = re.sub(r"[^A-Za-z0-9-]", lambda found: f".{ord(found[0]):x}.", reference)
    return f"e-{plain}"


def link(reference: str, language: Language, *, shown: str | None = None) -> str:
    """A link to where the evidence called so stands on the page, in Markdown."""
    row = {"reference": shown or reference, "anchor": make_anchor(reference)}
    return say_row("link", row, language=language)


def mark(reference: str, language: Language, *, shown: str | None = None) -> str:
    """The place that such links lead to, with what it is called."""
    row = {"reference": shown or reference, "anchor": make_anchor(reference)}
    return say_row("mark", row, language=language)


def place(reference: str, language: Language) -> str:
    """The place that such links lead to, without a name."""
    return say_row("place", {"anchor": make_anchor(reference)}, language=language)


def say_label(key: str, language: Language) -> str:
    """A label of the report."""
    return label(f"report.{key}", language)


def say_nothing(key: str, language: Language) -> Prose:
    """The label that says what is missing, as a text of its own."""
    return Prose(f"*{say_label(key, language)}*")


def say_text(text: str, language: Language) -> str:
    """Text from data as it is, nothing in it Markdown, and marked if in the other language."""
    return mark_other(say_row("text", {"text": text}, language=language), text, language)
