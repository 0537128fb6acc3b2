"""HTML of a notebook → HTML that can stand in a page: content only, every tag closed."""

from __future__ import annotations

import html
import re

import lxml.html
from lxml.html import HtmlElement
from markupsafe import Markup

_CONTENT = frozenset(
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp "
    "section small span strong style sub summary sup table tbody td tfoot th thead time tr u ul "
    "var wbr".split()
)
_MATHEMATICS = frozenset(
    "math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms "
    "mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none".split()
)
_ATTRIBUTES = frozenset(
    "alt class colspan datetime dir headers height href id lang open reversed role rowspan scope "
    "span src start tabindex title value width".split()
)
_OF_MATHEMATICS = frozenset(
    "accent accentunder columnalign columnspacing depth dir display displaystyle fence form height "
    "largeop linethickness lspace mathvariant maxsize minsize movablelimits rowspacing rspace "
    "scriptlevel separator stretchy symmetric voffset width".split()
)
_UNSEEN = frozenset("annotation annotation-xml base head link meta script template title".split())
_DRAWN = frozenset("applet audio canvas embed frame iframe object svg video".split())
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DOCUMENT = re.compile(r"</?(?:html|head|body|frameset)\b[^>]*>", re.IGNORECASE)


def clean(source: str, *, not_shown: str) -> Markup:
    """The same content without what would act on the page, load something or break its frame.

    not_shown: the text in place of a drawing or a frame, which only an output of its own kind
    can bring. Other unknown tags, such as forms, go; what they hold stays.

    >>> clean("<form>5 < 6 <b>ja</form></main><meta http-equiv=refresh>", not_shown="–")
    Markup('5 &lt; 6 <b>ja</b>')
    """
    parser = lxml.html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    text = _DOCUMENT.sub("", _CONTROL.sub("", source))  # the parser ends where a document ends
    body = lxml.html.document_fromstring(f"<body>{text}", parser=parser).body
    for element in list(body.iterdescendants()):
        if element.tag in _DRAWN:
            element.addprevious(_note(not_shown))
        if element.tag in _DRAWN | _UNSEEN or _is_hidden(element):
            element.drop_tree()
        elif element.tag in _MATHEMATICS and _is_in_formula(element):
            _keep_attributes(element, _OF_MATHEMATICS)
        elif element.tag not in _CONTENT:
            element.drop_tag()
        else:
            _keep_attributes(element, _ATTRIBUTES)
    inside = [lxml.html.tostring(child, encoding="unicode") for child in body]
    return Markup(html.escape(body.text or "", quote=False) + "".join(inside))


def _note(text: str) -> HtmlElement:
    note = lxml.html.Element("span", {"class": "label"})
    note.text = text
    return note


def _is_hidden(element: HtmlElement) -> bool:
    """Whether it was never to be seen; its style is about to go."""
    style = "".join(element.get("style", "").split()).lower()
    return "display:none" in style or "visibility:hidden" in style


def _is_in_formula(element: HtmlElement) -> bool:
    return element.tag == "math" or next(element.iterancestors("math"), None) is not None


def _keep_attributes(element: HtmlElement, names: frozenset[str]) -> None:
    """Only those that are of content, and no source that would have to be fetched.

    What an element would look like is left to the page: a colour that is right on white paper
    is unreadable on black.
    """
    for name, value in element.items():
        known = name in names or name.startswith("aria-")
        if not known or (name == "src" and not value.startswith("data:")):
            del element.attrib[name]
