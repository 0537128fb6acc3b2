"""Files of photographs → small upright copies, with nothing in them but their pixels."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from labtools.evidence.files.encodings import MOST_BYTES, read_bytes
from labtools.faults import BadInput, Fault

SIDE_PX = 320
"""No copy is wider or higher."""

MOST_COPY_BYTES = 12_000
"""No copy takes more; a picture so full of detail that it would is saved with less of it."""

MOST_PIXELS = 61_000_000
"""No photograph with more is decoded; few cameras take one."""

_ENDINGS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),  # also with several pictures, as MPO
    "PNG": (".png",),
    "WEBP": (".webp",),
    "TIFF": (".tif", ".tiff"),
    "GIF": (".gif",),
    "BMP": (".bmp",),
}
_AS_JPEG = "export it as JPEG, and register that file"
_OTHERS = (
    (re.compile(rb"....ftyp(hei|hev|mif1|msf1)", re.DOTALL), "HEIC, as iPhones save it", _AS_JPEG),
    (re.compile(rb"....ftypavi", re.DOTALL), "AVIF", _AS_JPEG),
    (re.compile(rb"....ftyp", re.DOTALL), "a film", "save a picture of it as JPEG"),
    (re.compile(rb".{0,1000}<svg\b", re.DOTALL), "an SVG drawing", "export it as PNG"),
)
_MOST_MILLION = f"{MOST_PIXELS // 1_000_000} million pixels"
_QUALITIES = (80, 70, 60, 50, 40, 30, 20)


def read_picture(path: Path, *, name: str) -> bytes:
    """A photograph as WebP: upright, small, in sRGB, on white, and nothing but its pixels.

    name: what messages call the file. At most SIDE_PX wide and high, and MOST_COPY_BYTES long;
    of several pictures in a file the first. No EXIF, position, comment, profile or thumbnail
    of the file comes along, since only the pixels are encoded. Raises BadInput, with one fault,
    for what is no picture, is damaged, has another ending than its format, or is too large.
    """
    return _encode(_read_upright(path, name=name))


def check_picture(path: Path, *, name: str) -> None:
    """BadInput where `read_picture` would raise it."""
    _read_upright(path, name=name)


def _encode(image: Image.Image) -> bytes:
    for quality in _QUALITIES:
        copy = BytesIO()
        image.save(copy, "WEBP", quality=quality, method=6)
        if copy.tell() <= MOST_COPY_BYTES:
            return copy.getvalue()
    return _encode(image.reduce(2))


def _read_upright(path: Path, *, name: str) -> Image.Image:
    """The picture in RGB, at most SIDE_PX wide and high, without any information beside it."""
    size = path.stat().st_size if path.is_file() else 0
    if size > MOST_BYTES:
        most, found = f"{MOST_BYTES // 1_000_000} MB", f"{size / 1_000_000:,.0f} MB"
        raise BadInput([_too_large(name, most, found)])
    data = read_bytes(path, name=name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are of size, checked here, or of what is left out
        try:
            with Image.open(BytesIO(data), formats=list(_ENDINGS)) as image:
                _check_kind(image, path.suffix.lower(), name=name)
                image.draft(None, (2 * SIDE_PX, 2 * SIDE_PX))  # JPEG: decodes what is needed
                image.load()
                upright = ImageOps.exif_transpose(_shrink(image))
                flat = _in_srgb(_on_white(upright), image.info.get("icc_profile"))
        except BadInput:
            raise
        except UnidentifiedImageError as error:
            raise BadInput([_no_picture(data, name=name)]) from error
        except Image.DecompressionBombError as error:
            raise BadInput([_too_large(name, _MOST_MILLION, "far more")]) from error
        except Exception as error:  # the library tells damage by whatever it stumbles over
            found = f"a part that cannot be read ({type(error).__name__})"
            do = "copy it here again, or save it anew as JPEG"
            raise BadInput([Fault(name, "the file is a whole picture", found, do)]) from error
    return Image.frombytes("RGB", flat.size, flat.tobytes())


def _too_large(name: str, most: str, found: str) -> Fault:
    do = "save a smaller copy, and register that file"
    return Fault(name, f"a photograph has at most {most}", found, do)


def _no_picture(data: bytes, *, name: str) -> Fault:
    other = "something else", "copy it here again, or remove its row"
    known = ((kind, cure) for beginning, kind, cure in _OTHERS if beginning.match(data))
    found, do = next(known, other)
    must = "a photograph is JPEG, PNG, WebP, TIFF, GIF or BMP"
    return Fault(name, must, found, do)


def _check_kind(image: Image.Image, ending: str, *, name: str) -> None:
    """BadInput where the file's ending is another format's, or the picture is too large."""
    kind = "JPEG" if image.format == "MPO" else str(image.format)
    pixels = image.width * image.height
    if pixels > MOST_PIXELS:
        found = f"{pixels / 1_000_000:,.0f} million"
        raise BadInput([_too_large(name, _MOST_MILLION, found)])
    if ending not in _ENDINGS[kind]:
        must = "a photograph has the ending of its format"
        do = f"rename it so that it ends in {_ENDINGS[kind][0]}, here and in the register"
        found = f"{kind} in a file that ends in {ending or 'nothing'}"
        raise BadInput([Fault(name, must, found, do)])


def _shrink(image: Image.Image) -> Image.Image:
    """The picture at its final size, in a mode whose colours can be blended.

    Blending other modes than L and RGB takes copies of all pixels; of a large one every second,
    third … is enough.
    """
    step = max(image.size) // (8 * SIDE_PX)
    if step > 1 and image.mode not in ("L", "RGB"):
        width, height = (-(-side // step) for side in image.size)
        image = image.resize((width, height), Image.Resampling.NEAREST)
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode in ("1", "P", "PA"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.mode in ("I", "F"):
        raise ValueError(f"numbers of 32 bits ({image.mode}) are no colours")
    image.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as the profile means them; as they are where it is damaged or of other colours.

    So do browsers with such a profile.
    """
    if profile:
        try:
            own, srgb = ImageCms.getOpenProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(image, own, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            return image.convert("RGB")
        assert changed is not None  # only a change in place gives nothing back
        return changed
    return image.convert("RGB")
