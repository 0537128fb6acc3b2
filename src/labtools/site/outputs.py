"""The outputs of a cell as a page can show them: whole, or cut with a note."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import lxml.html
import nbformat
from markupsafe import Markup
from nbconvert.preprocessors.coalescestreams import CoalesceStreamsPreprocessor

from labtools.words import Language, format_number

LONGEST = 20_000  # characters of a text; what is longer is cut
MOST_LINES = 400
MOST_ROWS = 1_000  # of a table
_KINDS = (
    "text/html",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/markdown",
    "text/latex",
    "text/plain",
)
_INTERACTIVE = re.compile(
    r"application/(javascript|vnd\.(jupyter\.widget|plotly|vega|bokehjs|holoviews))"
)
_STILL = tuple(kind for kind in _KINDS if kind.startswith("image/"))
_SEEN = re.compile(r"<(?:img|table|math|hr)\b")
_UNSEEN = re.compile(r"<style>.*?</style>|<[^>]*>", re.DOTALL)


def best_kind(data: Mapping[str, Any]) -> str | None:
    """The richest form of an output that a page can show; a picture of what is interactive.

    >>> best_kind({"text/plain": "3", "text/html": "<b>3</b>"})
    'text/html'
    >>> best_kind({"application/vnd.plotly.v1+json": {}, "text/html": "", "image/png": ""})
    'image/png'
    """
    kinds = [kind for kind in _KINDS if kind in data]
    if is_interactive(data):
        kinds = [kind for kind in _STILL if kind in data]
    return kinds[0] if kinds else None


def is_interactive(data: Mapping[str, Any]) -> bool:
    """Whether an output needs a running notebook or a script: a widget, plotly, Vega, Bokeh."""
    return any(_INTERACTIVE.match(kind) for kind in data)


def is_blank(content: Markup) -> bool:
    """Whether nothing of an output's HTML can be seen: it was all script."""
    return not _SEEN.search(content) and not _UNSEEN.sub("", content).strip()


def merge_streams(cell: nbformat.NotebookNode) -> None:
    """Join what a cell printed line by line, as a terminal would show it."""
    if cell.cell_type == "code":
        CoalesceStreamsPreprocessor().preprocess_cell(cell, {}, 0)


def cut_text(text: str) -> str:
    """The first of a text that is too long for a page, up to the end of a line."""
    begun = "\n".join(text.split("\n", MOST_LINES)[:MOST_LINES])
    if len(begun) <= LONGEST:
        return begun if begun.strip() != text.strip() else text
    return begun[:LONGEST].rpartition("\n")[0] or begun[:LONGEST]


def tell_cut(text: str, language: Language, words: Mapping[str, str]) -> str:
    """What stands below a text that was cut; "" below one that was not."""
    begun = cut_text(text)
    if begun == text:
        return ""
    shown, every = (format_number(len(one), language) for one in (begun, text))
    return words["cut_text"].format(first=shown, all=every)


def cut_rows(content: Markup, language: Language, words: Mapping[str, str]) -> Markup:
    """Tables of more than `MOST_ROWS` rows end there, with a note below."""
    if content.count("<tr") <= MOST_ROWS:
        return content
    root = lxml.html.fragment_fromstring(content, create_parent="div")
    for table in root.xpath(".//table"):
        rows = table.xpath("./tbody/tr|./tr")
        if len(rows) <= MOST_ROWS:
            continue
        for row in rows[MOST_ROWS:]:
            row.drop_tree()
        note = lxml.html.Element("p", {"class": "label"})
        shown, every = (format_number(n, language) for n in (MOST_ROWS, len(rows)))
        note.text = words["cut_rows"].format(first=shown, all=every)
        table.addnext(note)
    inside = [lxml.html.tostring(child, encoding="unicode") for child in root]
    return Markup(html.escape(root.text or "", quote=False) + "".join(inside))
