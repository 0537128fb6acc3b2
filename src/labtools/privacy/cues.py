"""Words after which a name is likely: *heter*, *min man*, *rektor*, *bor i*."""

from __future__ import annotations

import re

_KIN = (
    r"man|fru|make|maka|sambo|särbo|son|dotter|bror|brorsa|lillebror|storebror|syster|syrra"
    r"|lillasyster|storasyster|mamma|pappa|mor|far|farsa|morsa|mormor|morfar|farmor|farfar"
    r"|kusin|farbror|moster|faster|morbror|svärmor|svärfar|svåger|svägerska|pojkvän|flickvän"
    r"|kille|tjej|kompis|polare|vän|väninna|bästis|granne|chef|kollega|lärare|handläggare"
    r"|kurator|läkare|klasskompis|rumskompis|barnbarn"
)
_TITLES = (
    r"herr|fröken|doktor|doktorn|professor|professorn|rektor|rektorn|imam|imamen|pastor|pastorn"
    r"|prästen|kuratorn|läkaren|tandläkaren|sköterskan|läraren|mentorn|handläggaren"
    r"|vaktmästaren|fastighetsskötaren|husvärden|bovärden|chefen|samordnaren|coachen"
    r"|projektledaren|kommunalrådet|tolken|grannen|kompisen|tant|farbror"
)
_NAME_CUE = re.compile(
    rf"\b(?:(?:heter|hette|döpt\w* till|kallas|kallas för|vid namn)"
    rf"|(?:min|mitt|mina|din|hans|hennes|vår|er|deras)\s+(?:\w+\s+)?(?:{_KIN})"
    rf"|{_TITLES})\s+$",
    re.IGNORECASE,
)
_PLACE_CUE = re.compile(
    r"\b(?:bor|bo|bodde|bott|född|födda|uppvuxen|uppväxt|växte upp|växt upp|flytt\w+|kommer|kom"
    r"|kommit|åk\w+|rest\w*|hyr\w*|lägenhet\w*)\s+(?:\w+\s+)?(?:i|från|till|på|utanför|nära)\s+$",
    re.IGNORECASE,
)
_LOOK_BACK = 60


def follows_name_cue(text: str, start: int) -> bool:
    """Whether what begins at `start` comes right after words that introduce a person.

    >>> follows_name_cue("min lilla syster hodan", 17), follows_name_cue("min bil", 4)
    (True, False)
    """
    return bool(_NAME_CUE.search(text[max(0, start - _LOOK_BACK) : start]))


def follows_place_cue(text: str, start: int) -> bool:
    """Whether what begins at `start` comes right after words about where somebody lives.

    >>> follows_place_cue("jag bor i boden", 10), follows_place_cue("jag tror på det", 12)
    (True, False)
    """
    return bool(_PLACE_CUE.search(text[max(0, start - _LOOK_BACK) : start]))
