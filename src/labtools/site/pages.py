"""An executed notebook → one page: a single file that needs nothing else, in one language."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

import nbformat
from nbconvert.exporters import TemplateExporter

from labtools.batch.parameters import Value
from labtools.batch.record import Entry, write_text
from labtools.batch.state import hash_json
from labtools.site.clean import clean
from labtools.site.fold import fold
from labtools.site.frame import MOST_CITIES, TEMPLATE, Site, format_moment
from labtools.site.images import data_uri
from labtools.site.links import Links
from labtools.site.marks import mark_quoted
from labtools.site.numbers import with_numbers
from labtools.site.outputs import (
    best_kind,
    cut_rows,
    cut_text,
    is_blank,
    is_interactive,
    merge_streams,
    tell_cut,
)
from labtools.site.policy import seal
from labtools.site.prose import Prose
from labtools.site.wording import WORDING
from labtools.words import Language

_HIDDEN = {"parameters", "injected-parameters"}
_CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


_NONE = Links()


class Press:
    """Writes pages that share a site; what they have in common is made ready once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._words = WORDING[site.language]
        self._prose = Prose(site.language)
        self._exporter = TemplateExporter(
            template_name=TEMPLATE.name,
            template_file="page.html.j2",
            extra_template_basedirs=[str(TEMPLATE.parent)],
            filters=self._filters(),
            default_preprocessors=[],  # none is used, and each would check the whole notebook again
        )
        environment = self._exporter.environment
        environment.autoescape = environment.trim_blocks = environment.lstrip_blocks = True
        environment.globals.update(site=site, words=self._words, most=MOST_CITIES)

    def _filters(self) -> dict[str, Callable[..., Any]]:
        language, words = self._site.language, self._words
        return {
            # of the page at hand: the template with the cells is filled in once
            "markdown": lambda source, attachments: self._prose.render(source, attachments),
            "latex": lambda source: self._prose.render_latex(source),
            "best_kind": best_kind,
            "caption": find_caption,
            "clean": lambda text: clean(text, not_shown=words["not_shown"]),
            "cut_rows": lambda content: cut_rows(content, language, words),
            "cut_text": cut_text,
            "data_uri": data_uri,
            "fold": lambda content: fold(content, language=language),
            "is_blank": is_blank,
            "is_interactive": is_interactive,
            "mark_quoted": lambda content: mark_quoted(content, language=language),
            "shown": lambda value, name: show_value(value, name, words),
            "tell_cut": lambda text: tell_cut(text, language, words),
        }

    def render(
        self,
        notebook: Path,
        page: Path,
        entry: Entry,
        links: Links = _NONE,
        *,
        sources: Sequence[str] = (),
    ) -> str:
        """Write the page of an executed notebook; return its text.

        Cells of another language and the parameters' cells are left out. sources: what the
        report read, as `Sources.tell` tells.
        """
        executed = nbformat.read(notebook, as_version=4)
        executed.cells = [cell for cell in executed.cells if _is_shown(cell, self._site.language)]
        for cell in executed.cells:
            merge_streams(cell)
        self._prose = Prose(self._site.language)
        document = page.with_suffix(".docx") if links.document else None
        self._exporter.environment.globals.update(
            entry=entry,
            cities=links.cities,
            root="../" * entry.name.count("/"),
            when=format_moment(entry.when, self._site.language),
            prose=self._prose,
            document=document.name if document else "",
            beside=links.beside,
            twin=links.twin,
            command=links.command,
            sources=sources,
            key=hash_json([entry.state, entry.parameters, entry.reads, entry.files]),
        )
        text, _ = self._exporter.from_notebook_node(executed)
        text = seal(with_numbers(text, self._words))
        write_text(page, text)
        if document:
            from labtools.site.word import write_document  # slow, and seldom needed

            write_document(page, document)
        return text


def _is_shown(cell: nbformat.NotebookNode, language: Language) -> bool:
    tags = set(cell.metadata.get("tags", []))
    other = any(tag.startswith("lang-") for tag in tags - {f"lang-{language}"})
    return not other and not tags & _HIDDEN


def find_caption(table: str) -> str:
    """What the caption of an HTML table says; empty where it has none."""
    found = _CAPTION.search(table)
    return html.unescape(_TAG.sub("", found[1])).strip() if found else ""


def show_value(value: Value, name: str, words: Mapping[str, str]) -> str:
    """A parameter's value for readers; of a folder only the last part, no path of a machine."""
    if value is None:
        return words["none"]
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    return PurePath(value).name if name == "lab_folder" and isinstance(value, str) else str(value)
