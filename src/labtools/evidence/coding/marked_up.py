"""HTML as Taguette keeps it → the text a reader sees, and its places by UTF-8 bytes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from html.parser import HTMLParser
from itertools import pairwise

_SPACE = " \t\n\r\f"
_BLOCKS = frozenset(
    "address article aside blockquote br caption dd div dl dt figcaption figure footer h1 h2 h3 "
    "h4 h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_UNSHOWN = frozenset(("script", "style"))


class MarkedUp(HTMLParser):
    """The text of a document in HTML, a line for each of its blocks, and where its bytes are.

    Taguette counts the UTF-8 bytes of the text between the tags, without the line feeds that
    are added here between blocks. Its HTML has been cleaned, so that tags are balanced.

    >>> page = MarkedUp("<p>Hör du?</p><p>Å ja.</p>")
    >>> page.text
    'Hör du?\\nÅ ja.'
    >>> page.text[page.place(start=8) : page.place(end=13)]
    'Å ja'
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._length = 0
        self._added: list[int] = []
        self._break = False
        self._after_pre = False
        self._hidden = 0
        self.feed(html.replace("\r\n", "\n").replace("\r", "\n").lstrip(_SPACE))
        self.close()
        self._bytes = "".join(self._pieces).encode("utf-8")
        edges = [0, *self._added, self._length]
        whole = "".join(self._pieces)
        lines = [whole[a:b] for a, b in pairwise(edges)]
        self.text = "\n".join(lines)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._break = self._break or tag in _BLOCKS
        self._after_pre = tag == "pre"
        self._hidden += tag in _UNSHOWN

    def handle_endtag(self, tag: str) -> None:
        self._break = self._break or tag in _BLOCKS
        self._after_pre = False
        self._hidden -= tag in _UNSHOWN

    def handle_data(self, data: str) -> None:
        if self._after_pre:  # a browser passes over the first line feed
            data = data.removeprefix("\n")
        self._after_pre = False
        if not data or self._hidden:
            return
        there = not self._length or self._pieces[-1].endswith("\n") or data.startswith("\n")
        if self._break and not there:
            self._added.append(self._length)
        self._break = False
        self._pieces.append(data)
        self._length += len(data)

    def place(self, *, start: int = -1, end: int = -1) -> int:
        """Where the text between two bytes begins or ends in `text`, in code points.

        A line feed that was added at the very place belongs to neither.
        """
        at = len(self._bytes[: max(start, end)].decode("utf-8", "ignore"))
        added = bisect_right(self._added, at) if start >= 0 else bisect_left(self._added, at)
        return at + added
