"""Pictures in a page that nobody could have read to them."""

from __future__ import annotations

import re
from typing import Any

from labtools.privacy.gate.notes import Notes

_PLACEHOLDER = re.compile(
    r"no description has been provided for this image|<figure size .*|\S+\.(?:png|jpe?g|svg|webp)"
    r"|image|picture|figure|graph|chart|plot|photo|bild|figur|diagram|foto|untitled|alt|todo",
    re.IGNORECASE,
)
_DESCRIBED = ("aria-label", "aria-labelledby")


def look_at_alternative(element: Any, tag: str, place: str, notes: Notes, *, is_html: bool) -> None:
    """Note where a picture has no alternative text, or one that says nothing.

    An empty one is right for a picture that is told to be decoration (`role`, `aria-hidden`).
    """
    if tag == "docpr" and _holds_picture(element):
        _judge(element.get("descr"), place, notes)
    if not is_html or _is_decoration(element):
        return
    if tag in ("img", "area") or (tag == "input" and element.get("type", "").lower() == "image"):
        _judge(element.get("alt"), place, notes)
    if tag == "svg" and not any(element.get(name) for name in _DESCRIBED):
        titles = [child.text_content() for child in element if str(child.tag) == "title"]
        _judge(titles[0] if titles else None, place, notes)
    if tag in ("canvas", "video", "audio", "object", "embed"):
        _judge(element.get("aria-label") or element.text_content(), place, notes)


def _is_decoration(element: Any) -> bool:
    hidden = any(each.get("aria-hidden") == "true" for each in (element, *element.iterancestors()))
    return hidden or element.get("role") in ("presentation", "none")


def _holds_picture(properties: Any) -> bool:
    drawing = properties.getparent()
    return drawing is not None and drawing.find(".//{*}blip") is not None


def _judge(alternative: str | None, place: str, notes: Notes) -> None:
    told = " ".join((alternative or "").split())
    if not told:
        notes.add("alternative_text", "none", place)
    elif _PLACEHOLDER.fullmatch(told) or told.casefold() in notes.sought.placeholders:
        notes.add("alternative_text", "one that describes nothing", place)
