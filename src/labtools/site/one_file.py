"""All reports of an output folder in one page without a script, to be sent and read anywhere."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import quote, unquote

import lxml.html
from lxml.html import HtmlElement
from markupsafe import Markup

from labtools.faults import BadInput, Fault
from labtools.site.frame import Site, load_template
from labtools.site.policy import seal
from labtools.site.wording import WORDING
from labtools.words import Language

_LEFT_OUT = (
    ".//p[@class='notice']|.//nav|.//p[@class='place document']|.//a[@class='anchor']|.//script"
)
_LINKED = ("aria-labelledby", "aria-describedby", "headers", "for")
_INDEX = "index.html"
_ABOUT = "about.html"
_ELSEWHERE = ("http:", "https:", "mailto:")


@dataclass(frozen=True)
class _Part:
    """A page within the whole: where it lay, its prefix, its title, its city's name or ""."""

    page: str
    prefix: str
    title: str
    city: str
    tree: HtmlElement


def write_one_file(folder: Path, *, city: str | None = None) -> bytes:
    """The reports of an output folder as one HTML file, its contents first.

    city: the slug of the one city whose reports are meant, without those of the whole lab. The
    reports come in the order of `index.html`, the page about the pages last. Links between
    them lead to their place in the file; to what is not in it there is none. BadInput where the
    folder has no index, or no report that is meant.
    """
    index = _read(folder / _INDEX) if (folder / _INDEX).is_file() else None
    found = [] if index is None else _list_pages(index, city)
    if index is None or not found:
        must = "holds reports" + (f" of {city}" if city else "")
        raise BadInput([Fault(folder.name, must, "none", "run them first: labtools run")])
    parts = [_open(folder, page, f"r{number}") for number, page in enumerate(found, start=1)]
    if (folder / _ABOUT).is_file():
        parts.append(_open(folder, _ABOUT, "about"))
    places = {part.page: part.prefix for part in parts}
    language: Language = "sv" if index.get("lang") == "sv" else "en"
    lab = " ".join(index.xpath("string(//h1)").split())
    synthetic = bool(index.xpath("//p[@class='notice']"))
    text = load_template("one_file.html.j2").render(
        site=Site(lab, synthetic, {}, language),
        words=WORDING[language],
        parts=[{"prefix": part.prefix, "html": _show(part, places)} for part in parts],
        groups=_group(parts),
    )
    return seal(text).encode("utf-8")


def _read(path: Path) -> HtmlElement:
    parser = lxml.html.HTMLParser(huge_tree=True, remove_comments=True)
    return lxml.html.document_fromstring(path.read_text(encoding="utf-8"), parser=parser)


def _list_pages(index: HtmlElement, city: str | None) -> list[str]:
    """The reports that the index leads to, in its order, each once."""
    links = index.xpath("//table[@class='grid']//a/@href|//ul[@class='cities']//a/@href")
    pages = [unquote(link) for link in links if not link.startswith("#")]
    return [
        page
        for page in dict.fromkeys(pages)
        if city is None or posixpath.basename(page) == f"{city}.html"
    ]


def _open(folder: Path, page: str, prefix: str) -> _Part:
    tree = _read(folder / page)
    title = " ".join(tree.xpath("string(//h1)").split())
    city = " ".join(tree.xpath("string(//p[@class='place'])").split())
    return _Part(page, prefix, title, city, tree)


def _group(parts: Sequence[_Part]) -> list[tuple[str, list[_Part]]]:
    """The parts of each title, in their order."""
    return [(title, list(group)) for title, group in groupby(parts, key=lambda part: part.title)]


def _show(part: _Part, places: Mapping[str, str]) -> Markup:
    """A page's content and footer, its headings one level lower, its places and links its own."""
    (main,) = part.tree.xpath("//main")
    whole = lxml.html.Element("div")
    for element in [*main, *part.tree.xpath("//body/footer/*[not(self::p)]")]:
        whole.append(element)
    for element in whole.xpath(_LEFT_OUT):
        element.drop_tree()
    name = " – ".join(filter(None, [part.title, part.city]))
    for element in whole.iter():
        _lower(element)
        _rename(element, part, places, name=name)
    inside = [lxml.html.tostring(child, encoding="unicode") for child in whole]
    return Markup("".join(inside))


def _lower(element: HtmlElement) -> None:
    if element.tag in ("h1", "h2", "h3", "h4", "h5"):
        element.tag = f"h{int(element.tag[1]) + 1}"


def _rename(element: HtmlElement, part: _Part, places: Mapping[str, str], *, name: str) -> None:
    if "id" in element.attrib:
        element.set("id", f"{part.prefix}-{element.get('id')}")
    for attribute in _LINKED:
        if attribute in element.attrib:
            ids = element.get(attribute).split()
            element.set(attribute, " ".join(f"{part.prefix}-{one}" for one in ids))
    if element.get("role") == "region":  # regions of one page are told apart by their name
        element.set("aria-label", f"{element.get('aria-label', '')} – {name}")
    if element.tag == "a" and "href" in element.attrib:
        target = _lead(element.get("href"), part, places)
        if target:
            element.set("href", target)
        else:
            del element.attrib["href"]


def _lead(href: str, part: _Part, places: Mapping[str, str]) -> str:
    """Where a link of a page leads in the whole; "" where that is not in it."""
    if href.startswith(_ELSEWHERE):
        return href
    address, _, anchor = href.partition("#")
    page = posixpath.normpath(posixpath.join(posixpath.dirname(part.page), unquote(address)))
    target = part.page if not address else page
    if target == _INDEX:
        return "#main"
    if target not in places:
        return ""
    return "#" + quote(places[target] + (f"-{unquote(anchor)}" if anchor else ""))
