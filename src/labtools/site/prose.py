"""Markdown → HTML with headings that can be linked to, and the list of contents."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from labtools.site.clean import clean
from labtools.site.mathematics import format_environment, format_formula
from labtools.site.wording import WORDING
from labtools.words import Language

_FORMULA = re.compile(r"\$.+\$|\\begin\{(?!tabular)", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Heading:
    """A heading of the second level: where its link leads, and what it says."""

    anchor: str
    text: str


class Prose:
    """Renders the Markdown of one page, in its order, and remembers its headings.

    Its own words, such as what a screen reader says of the link beside a heading, are in the
    page's language.
    """

    def __init__(self, language: Language) -> None:
        self.has_title = False
        self.contents: list[Heading] = []
        self._words = WORDING[language]
        self._anchors: set[str] = {"main", "contents", "how-made"}

    def render(self, source: str, attachments: Mapping[str, Any] | None) -> Markup:
        """The HTML of one cell; raw HTML in it is kept as far as it is content."""
        renderer = _Renderer(self, attachments=dict(attachments or {}), escape=False)
        text = MarkdownWithMath(renderer=renderer).render(source)
        return clean(text, not_shown=self._words["not_shown"])

    def render_latex(self, source: str) -> Markup:
        """The HTML of an output in LaTeX: its formulas, and the text between them."""
        if not _FORMULA.search(source):  # a table, or TeX that stands for itself
            return Markup(self.formula(source.strip(), display=True))
        return self.render(source, None)

    def heading(self, inner: str, level: int) -> str:
        """One heading, with an anchor that no other heading of the page has."""
        text = html.unescape(_TAG.sub("", inner)).strip()
        anchor = self._new_anchor(text)
        if level == 1:
            self.has_title = True
            return f'<h1 id="{anchor}">{inner}</h1>\n'
        if level == 2:
            self.contents.append(Heading(anchor, text))
        label = html.escape(f"{self._words['link_here']}: {text}")
        link = f'<a class="anchor" href="#{anchor}" aria-label="{label}">#</a>'
        return f'<h{level} id="{anchor}">{inner}{link}</h{level}>\n'

    def with_contents(self, body: Markup, contents: Markup) -> Markup:
        """The page's body with the list of contents before its first section."""
        if not self.contents:
            return body
        start = Markup('<h2 id="{}">').format(self.contents[0].anchor)
        return body.replace(start, contents + start, 1)

    def formula(self, source: str, *, display: bool) -> str:
        """A formula as MathML; as it was written where it cannot be."""
        name, note = self._words["formula"], self._words["formula_note"]
        return format_formula(source, display=display, name=name, note=note)

    def _new_anchor(self, text: str) -> str:
        """Letters, digits and hyphens of the heading; numbered where another one has the same."""
        base = re.sub(r"[^\w]+", "-", text.lower()).strip("-") or "section"
        anchor, number = base, 1
        while anchor in self._anchors:
            number += 1
            anchor = f"{base}-{number}"
        self._anchors.add(anchor)
        return anchor


class _Renderer(IPythonRenderer):  # type: ignore[misc]
    def __init__(self, prose: Prose, **options: Any) -> None:
        super().__init__(**options)
        self._prose = prose

    def heading(self, text: str, level: int, **_attrs: Any) -> str:
        return self._prose.heading(text, level)

    def inline_math(self, body: str) -> str:
        return self._prose.formula(body, display=False)

    def block_math(self, body: str) -> str:
        return self._prose.formula(body, display=True)

    def latex_environment(self, name: str, body: str) -> str:
        return self._prose.formula(format_environment(name, body), display=True)
