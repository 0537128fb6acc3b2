"""A figure of a notebook → what a page embeds: the same picture in fewer bytes."""

from __future__ import annotations

import base64
import binascii
from io import BytesIO

from markupsafe import Markup
from PIL import Image

_MOST_PIXELS = 40_000_000  # of larger ones the file stays as it is
_METHOD, _EFFORT = 1, 30  # a third of the PNG's bytes, in 0.03 s for a million pixels


def data_uri(data: str, kind: str) -> Markup:
    """The address of a picture that holds the picture itself.

    A PNG becomes lossless WebP, every pixel as it was and no text beside them, where that is
    smaller; a picture that cannot be read stays as it is.
    """
    if kind == "image/svg+xml":
        encoded = base64.b64encode(data.encode()).decode()
    else:
        encoded = "".join(data.split())
        if kind == "image/png" and (smaller := _as_webp(encoded)):
            kind, encoded = "image/webp", smaller
    return Markup("data:{};base64,{}").format(kind, encoded)


def _as_webp(encoded: str) -> str:
    """The same picture as WebP; "" where it cannot be one, or would not be smaller."""
    try:
        with Image.open(BytesIO(base64.b64decode(encoded)), formats=["PNG"]) as image:
            whole = image.width * image.height <= _MOST_PIXELS
            if not whole or image.mode not in ("RGB", "RGBA", "P", "L") or _moves(image):
                return ""
            out = BytesIO()
            _without_alpha(image).save(
                out, "WEBP", lossless=True, exact=True, method=_METHOD, quality=_EFFORT
            )
    except (binascii.Error, OSError, SyntaxError, ValueError, Image.DecompressionBombWarning):
        return ""
    smaller = base64.b64encode(out.getvalue()).decode()
    return smaller if len(smaller) < len(encoded) else ""


def _moves(image: Image.Image) -> bool:
    return getattr(image, "is_animated", False)


def _without_alpha(image: Image.Image) -> Image.Image:
    """The image in colours, transparent only where it is."""
    coloured = image.convert("RGBA")
    opaque = coloured.getchannel("A").getextrema() == (255, 255)
    return coloured.convert("RGB") if opaque else coloured
