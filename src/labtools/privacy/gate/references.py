"""What a page would fetch from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labtools.privacy.gate.spellings import spell

_NEVER_FETCHED = frozenset("alt title content cite lang rel class id name summary label".split())
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LINKS = frozenset({"http", "https", "mailto", "data"})
_FETCHED = frozenset(
    "src srcset imagesrcset poster data background action formaction ping manifest longdesc "
    "classid codebase archive profile href xlink:href dynsrc lowsrc icon".split()
)
_CSS_URL = re.compile(r"url\(\s*[\"']?([^\"')\s]*)", re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_IN_SCRIPT = re.compile(
    r"(?:https?|wss?|ftp|file):(?:\\?/){2}(?!www\.w3\.org/)|[\"'`]//\w|\bimport\s*\(", re.IGNORECASE
)


def is_elsewhere(address: str) -> bool:
    """Whether an address leads out of the release.

    >>> [is_elsewhere(one) for one in ("../style.css", "//x.se/a", "#top", "file:///a", "/a")]
    [False, True, False, True, True]
    """
    address = re.sub(r"[\x00-\x20]", "", address)
    if address.startswith(("/", "\\")):
        return True
    return bool(_SCHEME.match(address)) and not address.lower().startswith("data:")


def is_fetched(tag: str, attribute: str, value: str) -> bool:
    """Whether an attribute of a page makes a browser fetch something from elsewhere.

    A link that a reader has to follow may lead to a page, or to a mail program.
    """
    attribute = attribute.lower()
    if tag in ("a", "area") and attribute in ("href", "xlink:href"):
        address = re.sub(r"[\x00-\x20]", "", value)
        scheme = _SCHEME.match(address)
        allowed = scheme is None or scheme[0][:-1].lower() in _LINKS
        return not allowed or address.startswith(("/", "\\"))
    if attribute in ("srcset", "imagesrcset"):
        return any(is_elsewhere(part) for part in re.split(r",\s", value))
    if attribute in _FETCHED:
        return is_elsewhere(value)
    is_known = attribute in _NEVER_FETCHED or attribute.startswith(("aria-", "data-", "rdf:"))
    return not is_known and bool(re.match(r"\s*(?:https?:|ftp:|file:|//)", value, re.IGNORECASE))


def find_fetched_by_css(css: str) -> Iterator[str]:
    """What a style sheet fetches from elsewhere, however it is escaped."""
    for way in spell(_CSS_COMMENT.sub("", css)):
        if "@import" in way.lower():
            yield "@import"
        if "://" in way or any(is_elsewhere(address) for address in _CSS_URL.findall(way)):
            yield "url()"


def is_fetched_by_script(script: str) -> bool:
    """Whether a script names an address elsewhere."""
    return any(_IN_SCRIPT.search(way) for way in spell(script))
