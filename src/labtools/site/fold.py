"""Long tables and lists of a page: the first of them shown, the others one click away."""

from __future__ import annotations

import html

import lxml.html
from lxml.html import HtmlElement
from markupsafe import Markup

from labtools.site.wording import WORDING
from labtools.words import Language, format_number

LONG = 40  # rows or items; what is no longer than that is shown whole
FIRST = 20  # of what is longer; the page's style sheet knows the number too
_ROWS = "./tbody/tr|./tr|./li"


def fold(content: Markup, *, language: Language) -> Markup:
    """The same content with a switch before each table and list of more than `LONG` rows.

    Nothing is taken away: the style sheet hides what comes after the first rows until the switch
    is opened, but for a row that a link leads to.

    >>> print(fold(Markup(f"<ul>{'<li>a</li>' * 50}</ul>"), language="en")[:82])
    <details class="more"><summary><span class="closed">Here are the first 20 of 50. S
    """
    if content.count("<tr") <= LONG and content.count("<li") <= LONG:
        return content
    parser = lxml.html.HTMLParser(huge_tree=True)
    root = lxml.html.fragment_fromstring(content, create_parent="div", parser=parser)
    for element in root.xpath(".//table|.//ul|.//ol"):
        rows = len(element.xpath(_ROWS))
        if rows > LONG:
            element.addprevious(_switch(rows, language))
    inside = [lxml.html.tostring(child, encoding="unicode") for child in root]
    return Markup(html.escape(root.text or "", quote=False) + "".join(inside))


def _switch(rows: int, language: Language) -> HtmlElement:
    switch = lxml.html.Element("details", {"class": "more"})
    summary = lxml.html.Element("summary")
    for name, key in (("closed", "show_all"), ("open", "show_first")):
        span = lxml.html.Element("span", {"class": name})
        span.text = _tell(key, rows, language)
        summary.append(span)
    switch.append(summary)
    return switch


def cut(tree: HtmlElement, *, language: Language) -> None:
    """Keep of each folded table and list what is shown first, with a sentence for its switch.

    Rows that hold a place that something may link to all stay.
    """
    for switch in tree.xpath("//details[@class='more']"):
        rows = switch.getnext().xpath(_ROWS)
        left = [row for row in rows[FIRST:] if not row.xpath(".//@id")]
        if left:
            sentence = lxml.html.Element("p")
            sentence.text = _tell("cut", len(rows), language)
            switch.addprevious(sentence)
        for row in left:
            row.drop_tree()
        switch.drop_tree()


def _tell(key: str, rows: int, language: Language) -> str:
    return WORDING[language][key].format(first=FIRST, all=format_number(rows, language))
