"""Whether a quotation is what stands at its place: to the letter, but for space, or cut short."""

from __future__ import annotations

import re
from typing import Literal
from unicodedata import normalize

_CUT = re.compile(r"\s*(?:…|\.\.\.)$")
_LEAST_CUT = 20  # characters of a quotation that ends early without a sign


def find_cut(quote: str) -> tuple[str, bool]:
    """The quotation with single spaces and without `…` at its end; whether it had that.

    >>> find_cut("Vi bor  här...")
    ('Vi bor här', True)
    """
    words = " ".join(quote.split())
    kept = _CUT.sub("", words)
    return kept, kept != words


def compare_quote(words: str, quote: str) -> Literal[0, 1, 2]:
    """2 where `words` are the quotation to the letter; 1 but for space or its cut end; else 0.

    >>> compare_quote("Vi bor här.", "Vi bor…"), compare_quote("Vi bor här.", "De bor")
    (1, 0)
    """
    if words == quote:
        return 2
    found = " ".join(normalize("NFC", words).split())
    kept, cut = find_cut(normalize("NFC", quote))
    whole = " ".join(normalize("NFC", quote).split())
    early = cut or len(kept) >= _LEAST_CUT
    return 1 if found == whole or (early and kept and found.startswith(kept)) else 0
