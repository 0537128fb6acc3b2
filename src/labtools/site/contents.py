"""What a page says: to search it, and to tell whether it says anything else than before."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from labtools.batch.record import Entry, executed_path, write_text

_MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
_LEFT_OUT = re.compile(
    r'<details class="(?:code|data)">.*?</details>|<nav class="contents".*?</nav>'
    r'|<a class="anchor"[^>]*>.*?</a>|<p class="(?:notice|place)[^>]*>.*?</p>',
    re.DOTALL,
)
_PICTURE = re.compile(r'<img\b[^>]*?\balt="([^"]*)"[^>]*>')
_SOURCE = re.compile(r'\bsrc="data:[^"]*"')
_HEADING = re.compile(r'<h2 id="([^"]*)">(.*?)</h2>', re.DOTALL)
_CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
_TABLE = re.compile(r"<table\b.*?</table>|<pre\b.*?</pre>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Section:
    """A section: where a link to it leads, its heading, and its text, tables by their caption."""

    anchor: str
    heading: str
    text: str


@dataclass(frozen=True)
class Contents:
    """What a page says.

    rendered: a digest of what the page was made from; said: one of its words and numbers, code
    aside; bare: whether it holds neither table nor picture; changed: when it last came to say
    something else, ISO 8601, and why, keys of `WORDING`.
    """

    rendered: str
    said: str
    bare: bool
    sections: tuple[Section, ...]
    changed: str = ""
    why: tuple[str, ...] = ()


def find_contents(page: str, *, rendered: str = "") -> Contents:
    """What a page of this site says.

    >>> page = "<main><h1>T</h1><h2 id='x'>A</h2></main>".replace("'", '"')
    >>> find_contents(page).sections
    (Section(anchor='', heading='', text='T'), Section(anchor='x', heading='A', text=''))
    """
    found = _MAIN.search(page)
    main = _LEFT_OUT.sub("", _SOURCE.sub("", found[0] if found else ""))
    bare = "<table" not in main and "<img" not in main
    said = _words(_PICTURE.sub(r" \1 ", main))
    first, *rest = _HEADING.split(main)
    parts = [("", "", first), *zip(rest[::3], rest[1::3], rest[2::3], strict=True)]
    sections = tuple(
        Section(html.unescape(anchor), _words(heading), _tell(part))
        for anchor, heading, part in parts
    )
    return Contents(rendered, hashlib.sha256(said.encode()).hexdigest()[:16], bare, sections)


def _tell(part: str) -> str:
    """The words of a section; of a picture its title, of a table its caption."""
    told = _PICTURE.sub(lambda found: f" {found[1].partition('. ')[0]}. ", part)
    told = _TABLE.sub(lambda found: f" {'. '.join(_CAPTION.findall(found[0]))}. ", told)
    return _words(told)


def _words(part: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", part)).split())


def compare_contents(
    new: Contents, old: Contents | None, *, why: tuple[str, ...], when: str
) -> Contents:
    """The new contents, with when and why they came to be: as before if they say the same."""
    if old is not None and old.said == new.said:
        return replace(new, changed=old.changed, why=old.why)
    return replace(new, changed=when, why=why)


def tell_why(entry: Entry, old: Entry | None) -> tuple[str, ...]:
    """What differs between a report and the one before it: keys of `WORDING`."""
    if old is None or old.page is None:
        return ("new",)
    state, before = entry.state, old.state
    reads: Mapping[str, bool] = {
        "parameters_changed": entry.parameters != old.parameters,
        "evidence_changed": (entry.reads, entry.files) != (old.reads, old.files),
        "notebook_changed": any(state.get(key) != before.get(key) for key in ("code", "prose")),
        "program_changed": any(
            state.get(key) != before.get(key) for key in ("library", "versions")
        ),
    }
    return tuple(key for key, differs in reads.items() if differs)


def keep_contents(folder: Path, name: str, contents: Contents) -> None:
    """Keep what the page of a report says beside its executed notebook."""
    write_text(_path(folder, name), json.dumps(asdict(contents), ensure_ascii=False))


def read_contents(folder: Path, entry: Entry) -> Contents | None:
    """What the page of a report says, as it was kept, or from the page; None without a page."""
    page = folder / f"{entry.name}.html"
    kept = _read(_path(folder, entry.name))
    if kept is not None and kept.rendered == entry.rendered:
        return kept
    if not page.is_file():
        return None
    found = find_contents(page.read_text(encoding="utf-8"), rendered=entry.rendered)
    return replace(found, changed=kept.changed, why=kept.why) if kept else found


def _read(path: Path) -> Contents | None:
    try:
        kept = json.loads(path.read_bytes())
        sections = tuple(Section(**section) for section in kept.pop("sections"))
        return Contents(**kept | {"sections": sections, "why": tuple(kept["why"])})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _path(folder: Path, name: str) -> Path:
    return executed_path(folder, name).with_suffix(".said.json")
