"""What a page may do, told to the browser: show its own style and pictures, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re

_OWN = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)  # a script with a type holds data


def seal(page: str) -> str:
    """The page with its policy naming each style sheet and script in it by its digest.

    The frame's policy allows none; what is not named here, an attribute `style` or `onclick`
    too, has no effect in a browser.

    >>> print(seal('<meta content="style-src \\'none\\';"><style></style>'))
    <meta content="style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';"><style></style>
    """
    found: dict[str, dict[str, None]] = {}
    for tag, text in _OWN.findall(page):
        found.setdefault(tag, {})[_digest(text)] = None
    allowed = "; ".join(f"{tag}-src {' '.join(found[tag])}" for tag in sorted(found, reverse=True))
    return page.replace("style-src 'none'", allowed, 1) if allowed else page


def _digest(text: str) -> str:
    """As a policy writes the digest of a text whose lines a browser has made alike."""
    alike = text.replace("\r\n", "\n").replace("\r", "\n")
    digest = hashlib.sha256(alike.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
