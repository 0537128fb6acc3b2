"""XML of other programs, parsed within limits and with nothing opened beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from labtools.evidence.files.archives import with_doctype
from labtools.faults import BadInput, Fault

MOST_TAGS = 1_000_000


def parse_xml(
    data: bytes, *, name: str, do: str, damaged: Callable[[str, str], Fault], member: str = ""
) -> Any:
    """The root of XML without a document type; entities stay unresolved, nothing else is opened.

    do: what to do about more than MOST_TAGS; damaged: what is said of a file (its name, what was
    found) that breaks off; member: of which part of the file it is.
    """
    if data.count(b"<") > MOST_TAGS:
        must = f"at most {MOST_TAGS:,} tags{f' in {member}' if member else ''}"
        raise BadInput([Fault(name, must, f"{data.count(b'<'):,}", do)])
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput([damaged(name, f"XML that breaks off: {error.msg}")]) from error
    if root.getroottree().docinfo.doctype:
        raise BadInput([with_doctype(name)])
    return root
