"""What a page leads to: its cities, its figures side by side, its twin in the other language."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from urllib.parse import quote

from labtools.batch.plan import LANGUAGES, Notebook
from labtools.batch.record import Entry, write_text
from labtools.words import Language

_TWIN = re.compile(r'<a href="[^"]*" lang="\w\w" hreflang="\w\w">[^<]*</a>\n?')
_HEAD = 50_000  # characters of a page, its style sheet and its header among them
_BY_OPTION = ("lab_folder", "city", "language", "audience")


@dataclass(frozen=True)
class Links:
    """What a page leads to beside its own report; each "" where there is no such page.

    cities: slugs of all cities for which the same report has a page, this one's included; the
    pages lie side by side. beside: their figures side by side, from the output folder. twin: the
    page in the other language, from this one. document: whether the page is written for Word
    too, beside it. command: what makes the report again.
    """

    cities: Sequence[str] = ()
    beside: str = ""
    twin: str = ""
    document: bool = False
    command: str = ""


def find_twin(folder: Path, language: Language) -> str:
    """The output folder in the other language, from this one; "" where there is none.

    Output folders of one lab lie side by side, each with its language last in its name.
    """
    (other,) = set(LANGUAGES) - {language}
    stem, dash, code = folder.name.rpartition("-")
    twin = folder.with_name(f"{stem}-{other}")
    return f"../{twin.name}" if dash and code == language and twin.is_dir() else ""


def lead_to_twin(folder: Path, page: str, twin: str) -> str:
    """Where a page's twin lies, from the page; "" where it has none.

    page: from the output folder; twin: as `find_twin` tells.
    """
    there = bool(twin) and (folder / twin / page).is_file()
    return f"{'../' * page.count('/')}{twin}/{page}" if there else ""


def remove_page(folder: Path, page: str, twin: str) -> None:
    """Remove a page, where it is there, and the link to it from its twin.

    folder, page, twin: as `lead_to_twin` takes them.
    """
    (folder / page).unlink(missing_ok=True)
    there = folder / twin / page
    if twin and there.is_file():
        text = there.read_text(encoding="utf-8")
        if (without := without_twin(text)) != text:
            write_text(there, without)


def leads_to(path: Path, twin: str) -> bool:
    """Whether a page is there and leads to this twin, or to none where that is blank."""
    if not path.is_file():
        return False
    with path.open(encoding="utf-8") as page:
        found = _TWIN.search(page.read(_HEAD))
    return found[0].startswith(f'<a href="{quote(twin)}"') if found else not twin


def without_twin(page: str) -> str:
    """A page's text without its link to the other language, for where that does not go along."""
    return _TWIN.sub("", page)


def tell_command(entry: Entry, notebook: Notebook) -> str:
    """The command that makes a report again, with the parameters that are not the notebook's own.

    A lab's folder of which others need not know where it lies is told by its name.
    """
    if notebook.foreign:
        words = ["labtools", "run", f"{notebook.name}.ipynb"]
        named = dict(entry.parameters)
    else:
        words = ["labtools", "run", notebook.name]
        lab = str(entry.parameters.get("lab_folder") or "")
        if lab:
            place = PurePath(lab)
            hidden = place.is_absolute() or ".." in place.parts
            words += ["--lab", place.name if hidden else place.as_posix()]
        if entry.city:
            words += ["--city", entry.city]
        for option in ("language", "audience"):
            if option in entry.parameters:
                words += [f"--{option}", str(entry.parameters[option])]
        named = {
            name: value
            for name, value in entry.parameters.items()
            if name not in _BY_OPTION
            and (name not in notebook.parameters or notebook.parameters[name].default != value)
        }
    for name, value in named.items():
        words += ["-p", name, "none" if value is None else str(value)]
    return shlex.join(words)
