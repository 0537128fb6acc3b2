"""Texts from the field that are not in the language of the page on which they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping

_OTHER = {"sv": "en", "en": "sv"}
_WORD = re.compile(r"[^\W\d_]+")
COMMON: Mapping[str, frozenset[str]] = {
    "sv": frozenset(
        "och att som inte är för på från också eller har av det ett när där jag vi mig dig sig du "
        "han hon dom då så nu kan ska skulle hade vara blev blir mycket bara inget ingen någon "
        "något några utan efter över här vad hur vem vill kommer sedan sen alla mitt sin sitt ju "
        "nog fick får säger med om till deras oss era dem".split()
    ),
    "en": frozenset(
        "the and of which with are was that from they this were have had but you she it there "
        "when what who would could because about their been if we your only very than then".split()
    ),
}
"""Frequent words of each language that are hardly ever words of the other."""


def find_other(text: str, language: str) -> str:
    """The other language where a text has more than twice as many frequent words of it, else "".

    language: the page's, `sv` or `en`. A text without such a word, as a name, is in no language.

    >>> find_other("Jag trivs här, om kvällarna.", "en"), find_other("Två hus", "en")
    ('sv', '')
    """
    words = {word.lower() for word in _WORD.findall(text)}
    other = _OTHER[language]
    return other if len(words & COMMON[other]) > 2 * len(words & COMMON[language]) else ""


def mark_other(told: str, text: str, language: str) -> str:
    """`told`, which tells a text in Markdown or HTML, marked where that is in the other language.

    >>> mark_other("*I live here, and so what?*", "I live here, and so what?", "sv")
    '<span lang="en">*I live here, and so what?*</span>'
    """
    other = find_other(text, language)
    return f'<span lang="{other}">{told}</span>' if other else told
