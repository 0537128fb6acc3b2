"""What a report quotes in another language than its own, marked so that it is read out right."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import lxml.html
from lxml.html import HtmlElement
from markupsafe import Markup

from labtools.other_language import COMMON, find_other
from labtools.words import Language

_EVIDENCE = ".//td|.//tbody/tr/th|.//figcaption//strong|.//em"
_QUOTED = re.compile(r"([“”][^“”]+[“”]|(?<=\()[^()]+(?=\))|(?<=Source: ).+|(?<=Källa: ).+)")
_ANY = {
    language: re.compile(rf"\b(?:{'|'.join(sorted(words))})\b", re.IGNORECASE)
    for language, words in COMMON.items()
}


def mark_quoted(content: Markup, *, language: Language) -> Markup:
    """The same content with `lang` on what is quoted in it and in the other language.

    Looked at are the cells of tables, the names of places below photographs, what stands in
    italics, what stands between quotation marks or, as titles of sources do, in brackets or at
    the end of a text; never the report's own sentences, so that one in the wrong language is
    found by the tests. Names and most single nouns are in none.

    >>> mark_quoted(Markup("<p>“Jag bor här.” It is so.</p>"), language="en")
    Markup('<p><span lang="sv">“Jag bor här.”</span> It is so.</p>')
    """
    other = "en" if language == "sv" else "sv"
    if not _ANY[other].search(content):
        return content
    parser = lxml.html.HTMLParser(huge_tree=True)
    root = lxml.html.fragment_fromstring(content, create_parent="div", parser=parser)
    for element in root.xpath(_EVIDENCE):
        found = "" if _is_marked(element) else find_other(element.text_content(), language)
        if found:
            element.set("lang", found)
    for element in list(root.iter()):
        if isinstance(element.tag, str) and not _is_marked(element):
            _mark_quotations(element, language)
    inside = [lxml.html.tostring(child, encoding="unicode") for child in root]
    return Markup(html.escape(root.text or "", quote=False) + "".join(inside))


def _is_marked(element: HtmlElement) -> bool:
    return any("lang" in one.attrib for one in (element, *element.iterancestors()))


def _mark_quotations(element: HtmlElement, language: Language) -> None:
    """Mark the quotations in the text of an element, and in the texts between its children."""
    for child in list(element):
        text, spans = _part(child.tail or "", language)
        if spans:
            child.tail = None  # or it would come after what is added
            for span in reversed(spans):
                child.addnext(span)
            child.tail = text
    text, spans = _part(element.text or "", language)
    if spans:
        element.text = text
        for at, span in enumerate(spans):
            element.insert(at, span)


def _part(text: str, language: Language) -> tuple[str, list[HtmlElement]]:
    """The text before its first quotation in the other language, and each with what follows."""
    before, spans = "", list[HtmlElement]()
    for part, other in _split(text, language):
        if other:
            span = lxml.html.Element("span", {"lang": other})
            span.text = part
            spans.append(span)
        elif spans:
            spans[-1].tail = (spans[-1].tail or "") + part
        else:
            before += part
    return before, spans


def _split(text: str, language: Language) -> Iterator[tuple[str, str]]:
    for at, part in enumerate(_QUOTED.split(text)):
        yield part, find_other(part, language) if at % 2 else ""
