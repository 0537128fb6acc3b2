"""The numbers of a figure as a table below it, unless a table of its section holds them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from markupsafe import Markup

from labtools.other_language import find_other

_SECTION = re.compile(r"(?=<h2 id=)")
_FIGURE = re.compile(r'(<figure class="drawn"><img src="[^"]*" alt=")([^"]*)("[^>]*>)(?=</figure>)')
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"\d+(?:[,.\xa0]\d+)*")


def with_numbers(page: str, words: Mapping[str, str]) -> str:
    """The page with a table, folded, below each figure whose numbers are in no table beside it.

    A figure's numbers are those of its alternative text, which says what is drawn line by line;
    beside it are the tables of the same section. words: of the page's language.
    """
    parts, count = _SECTION.split(page), 0
    for at, part in enumerate(parts):
        if '<figure class="drawn">' not in part:
            continue
        tables = " ".join(_TAG.sub(" ", table) for table in _TABLE.findall(part))
        beside = set(_NUMBER.findall(html.unescape(tables)))

        def add(found: re.Match[str], beside: set[str] = beside) -> str:
            nonlocal count
            count += 1
            told = html.unescape(found[2])
            own = set(_NUMBER.findall(told.partition(". ")[2]))
            more = "" if not own or own <= beside else _show(told, count, words)
            return f"{found[0]}{more}"

        parts[at] = _FIGURE.sub(add, part)
    return "".join(parts)


def _show(told: str, number: int, words: Mapping[str, str]) -> Markup:
    """The table of an alternative text such as `Title. Norrvik: 0.6, n = 48; Umeå: …`."""
    language = "en" if words["other_code"] == "sv" else "sv"
    title, _, lines = told.partition(". ")
    name = words["in_numbers"].format(number=number)
    rows = Markup("").join(_row(line, language) for line in lines.removesuffix(".").split("; "))
    return Markup(
        '<details class="data"><summary>{}</summary><div class="scroll" role="region" '
        'tabindex="0" aria-label="{}"><table><caption>{}: {}</caption><tbody>{}</tbody></table>'
        "</div></details>"
    ).format(words["figure_numbers"], name, name, title, rows)


def _row(line: str, language: str) -> Markup:
    what, colon, value = line.partition(": ")
    other = find_other(what, language)
    lang = Markup(' lang="{}"').format(other) if other else ""
    if not colon:
        return Markup('<tr><td colspan="2"{}>{}</td></tr>').format(lang, line)
    return Markup('<tr><th scope="row"{}>{}</th><td>{}</td></tr>').format(lang, what, value)
