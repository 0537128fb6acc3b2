"""Headings that ask for words of one's own, and answers that were written rather than chosen."""

from __future__ import annotations

import re
from collections.abc import Collection

_OPEN = re.compile(
    r"(?:^|[.?!:,–-]\s*)(?:(?:om \w+, )?varför|kommentar(?:er)?\b|(?:övriga|andra) (?:kommentar|"
    r"synpunkt)|övrigt|berätta|beskriv|motivera|förklara|(?:något|nåt|någonting) (?:mer|annat)\b|"
    r"(?:if \w+, )?why\b|(?:other |further |any )?comments?\b|(?:please )?(?:describe|explain|"
    r"tell us)|(?:what|anything|something) else\b)"
    r"|\b(?:varför|kommentar(?:er)?|why|comments?)\W*$"
)
_WHAT = re.compile(r"(?:^|[.?!]\s+)(?:vad|what)\s+(?!är (?:din|ditt|dina|högst)|is your)")
_SENTENCE = re.compile(r"[.!?…]\s*$|\w[,.;!?]\s+\w")


def is_written(cells: Collection[str], *, heading: str) -> bool:
    """Whether a heading asks openly and half the different answers or more are sentences.

    An answer counts as one that has two words or a sentence's punctuation; below a heading that
    only begins with What, which may list choices as well, three words.

    >>> is_written(["Mer ljus i porten", "Bänkar"], heading="Vad skulle göra det bättre?")
    True
    >>> is_written(["Hel tid", "Del tid"], heading="Vad gör du?")
    False
    """
    asked = " ".join(heading.split()).casefold()
    few = 2 if _OPEN.search(asked) else 3 if _WHAT.search(asked) else 0
    sentences = [one for one in cells if len(one.split()) >= few or _SENTENCE.search(one)]
    return few > 0 and 2 * len(sentences) >= len(cells) > 0
