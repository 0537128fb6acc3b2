"""The ways in which a text may be written so that a reader, or a program, still has it."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from unicodedata import normalize
from urllib.parse import unquote

_ESCAPE = re.compile(
    r"\\u\{([0-9A-Fa-f]{1,6})\}|\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})"
    r"|\\([0-9A-Fa-f]{2,6})[ \t\n]?"
)
_SIMPLE = {r"\n": "\n", r"\r": "\n", r"\t": "\t", r"\/": "/", r"\"": '"', r"\'": "'", r"\\": "\\"}
_SIMPLE_ESCAPE = re.compile(r"""\\[nrt/"'\\]""")
_HIDDEN_TAG = re.compile(
    r"<!--.*?-->|</?(?:[abiqsu]|em|strong|span|mark|small|sub|sup|wbr)\b[^>]*>"
)
_TAG = re.compile(r"<[^>]*>")
_DOTTED = re.compile(r"(?<=\w)[.+=/](?=\w)|(?<=[a-zåäöé])(?=[A-ZÅÄÖÉ])")
_DATA_URI = re.compile(r"data:([\w.+/-]*)((?:;[\w=.+-]+)*),([^\"'\s)<>\\]*)", re.IGNORECASE)
_BASE64 = re.compile(r"(?<![\w+/-])[A-Za-z0-9+/_-]{16,}={0,2}(?![\w+/=-])")
_BEGINS = re.compile(r">|(?<!\w)[\"'`]|/\*")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Ligatures, letters of full width, and those of mathematics.
_STYLED = re.compile("[\ufb00-\ufb06\uff01-\uff5e\U0001d400-\U0001d7ff]+")
_SHORT = 400


def spell(text: str) -> Iterator[str]:
    """The text, then what it is with its escapes, entities and tags resolved, each way once.

    >>> list(spell("\\\\u0041n<b>na</b>"))[1:]
    ['An<b>na</b>', 'Anna']
    """
    seen = {text}
    yield text
    plain = text
    for _ in range(3):
        before, plain = plain, _resolve(plain)
        if plain == before:
            break
    ways = [plain]
    if "<" in plain:
        ways.append(_TAG.sub("\n", _HIDDEN_TAG.sub("", plain)))
    for way in ways:
        if way not in seen:
            seen.add(way)
            yield way


def part_words(text: str) -> str:
    """A short text, such as an address or the name of a file, with spaces for the signs in it.

    >>> part_words("mal/AnnaLind_2.html")
    'mal Anna Lind_2 html'
    """
    return _DOTTED.sub(" ", text) if len(text) < _SHORT else text


def part_strings(text: str) -> str:
    """Source with a new line where a text begins in it: a capital there says nothing of a name.

    >>> part_strings('["Hans bok"]')
    '["\\nHans bok"]'
    """
    return _BEGINS.sub("\\g<0>\n", text)


def _resolve(text: str) -> str:
    text = _COLOUR.sub("", text) if "\x1b" in text else text
    if "\\" in text:
        text = _ESCAPE.sub(_character, text)
        text = _SIMPLE_ESCAPE.sub(lambda found: _SIMPLE[found[0]], text)
    if "%" in text:
        text = unquote(text, errors="replace")
    text = html.unescape(text) if "&" in text else text
    return _STYLED.sub(lambda letters: normalize("NFKC", letters[0]), text)


def _character(found: re.Match[str]) -> str:
    number = int(next(filter(None, found.groups())), 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else found[0]


def cut_data_uris(text: str) -> tuple[str, list[tuple[str, bytes | None]]]:
    """The text without its data URIs, and what each holds: kind, bytes; None where it is broken."""
    held: list[tuple[str, bytes | None]] = []

    def take(found: re.Match[str]) -> str:
        kind, parameters, payload = found.groups()
        held.append((kind.lower(), decode_payload(parameters, payload)))
        return ""

    return (_DATA_URI.sub(take, text) if "data:" in text.lower() else text), held


def decode_payload(parameters: str, payload: str) -> bytes | None:
    """What a data URI holds after its comma."""
    plain = re.sub(r"\s", "", unquote(payload, errors="surrogateescape"))
    if "base64" not in parameters.lower():
        return unquote(payload).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=None, validate=True)
    except (binascii.Error, ValueError):
        return None


def find_encoded(text: str) -> Iterator[tuple[int, bytes]]:
    """Stretches that base64 may have written, with their place; what they hold may be nonsense."""
    for found in _BASE64.finditer(text):
        token = found[0].rstrip("=").replace("-", "+").replace("_", "/")
        if len(token) % 4 != 1:
            yield found.start(), base64.b64decode(token + "=" * (-len(token) % 4))
