"""An executed notebook → one page: a single file that needs nothing else, in one language."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

import nbformat
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter

from labtools.batch.parameters import Value
from labtools.batch.record import Entry, write_text
from labtools.site.clean import clean
from labtools.site.fold import fold
from labtools.site.frame import MOST_CITIES, TEMPLATE, Site, format_moment
from labtools.site.prose import Prose
from labtools.site.wording import WORDING
from labtools.words import Language

_HIDDEN = {"parameters", "injected-parameters"}
_KINDS = (
    "text/html",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/markdown",
    "text/latex",
    "text/plain",
)
_CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class Press:
    """Writes pages that share a site; what they have in common is made ready once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._words = WORDING[site.language]
        self._prose = self._new_prose()
        not_shown = self._words["not_shown"]
        self._exporter = TemplateExporter(
            template_name=TEMPLATE.name,
            template_file="page.html.j2",
            extra_template_basedirs=[str(TEMPLATE.parent)],
            filters={
                # of the page at hand: the template with the cells is filled in once
                "markdown": lambda source, attachments: self._prose.render(source, attachments),
                "best_kind": _best_kind,
                "caption": find_caption,
                "clean": lambda text: clean(text, not_shown=not_shown),
                "data_uri": _data_uri,
                "fold": lambda content: fold(content, language=site.language),
                "shown": lambda value, name: _shown(value, name, self._words),
            },
        )
        environment = self._exporter.environment
        environment.autoescape = environment.trim_blocks = environment.lstrip_blocks = True
        environment.globals.update(site=site, words=self._words, most=MOST_CITIES)

    def _new_prose(self) -> Prose:
        return Prose(self._words["link_here"], not_shown=self._words["not_shown"])

    def render(
        self,
        notebook: Path,
        page: Path,
        entry: Entry,
        *,
        cities: Sequence[str] = (),
        document: Path | None = None,
    ) -> None:
        """Write the page of an executed notebook.

        cities: slugs of all cities for which the same report has a page, this one's included;
        the pages lie side by side. document: where the page is to be written for Word too, beside
        it. Cells of another language and the parameters' cells are left out.
        """
        executed = nbformat.read(notebook, as_version=4)
        executed.cells = [cell for cell in executed.cells if _is_shown(cell, self._site.language)]
        self._prose = self._new_prose()
        self._exporter.environment.globals.update(
            entry=entry,
            cities=cities,
            index="../" * entry.name.count("/") + "index.html",
            when=format_moment(entry.when, self._site.language),
            prose=self._prose,
            document=document.name if document else "",
        )
        text, _ = self._exporter.from_notebook_node(executed)
        write_text(page, text)
        if document:
            from labtools.site.word import write_document  # slow, and seldom needed

            write_document(page, document)


def _is_shown(cell: nbformat.NotebookNode, language: Language) -> bool:
    tags = set(cell.metadata.get("tags", []))
    other = any(tag.startswith("lang-") for tag in tags - {f"lang-{language}"})
    return not other and not tags & _HIDDEN


def _best_kind(data: Mapping[str, Any]) -> str | None:
    """The richest form of an output that a page can show."""
    return next((kind for kind in _KINDS if kind in data), None)


def find_caption(table: str) -> str:
    """What the caption of an HTML table says; empty where it has none."""
    found = _CAPTION.search(table)
    return html.unescape(_TAG.sub("", found[1])).strip() if found else ""


def _data_uri(data: str, kind: str) -> Markup:
    is_text = kind == "image/svg+xml"
    encoded = base64.b64encode(data.encode()).decode() if is_text else "".join(data.split())
    return Markup("data:{};base64,{}").format(kind, encoded)


def _shown(value: Value, name: str, words: Mapping[str, str]) -> str:
    """A parameter's value for readers; of a folder only the last part, no path of a machine."""
    if value is None:
        return words["none"]
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    return PurePath(value).name if name == "lab_folder" and isinstance(value, str) else str(value)
