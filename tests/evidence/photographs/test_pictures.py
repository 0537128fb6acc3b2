"""A copy of a photograph holds its pixels, upright and small, and nothing else of the file."""

import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, IptcImagePlugin, PngImagePlugin, TiffImagePlugin

from labtools.evidence.photographs import pictures
from labtools.evidence.photographs.pictures import (
    MOST_COPY_BYTES,
    SIDE_PX,
    check_picture,
    read_picture,
)
from labtools.faults import BadInput

SECRET = b"Storgatan 17"
RED, GREEN, BLUE, GREY = (220, 30, 30), (30, 160, 60), (40, 60, 210), (128, 128, 128)
FORMATS = {
    ".jpg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".gif": "GIF",
    ".bmp": "BMP",
}


def scene(width: int = 96, height: int = 64) -> Image.Image:
    """Red above to the left, green to the right of it, blue below red, grey below green."""
    picture = Image.new("RGB", (width, height), GREY)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def opened(copy: bytes) -> Image.Image:
    picture = Image.open(BytesIO(copy))
    picture.load()
    return picture


def corners(picture: Image.Image) -> np.ndarray:
    """The colours of the four quarters: above left and right, below left and right."""
    width, height = picture.size
    at = [(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    return np.array([picture.convert("RGB").getpixel(point) for point in at], dtype=int)


def chunks(webp: bytes) -> list[bytes]:
    """The names of the chunks of a WebP file; fails where they are not all of the file."""
    assert (webp[:4], webp[8:12]) == (b"RIFF", b"WEBP")
    assert struct.unpack("<I", webp[4:8])[0] + 8 == len(webp)
    names, at = [], 12
    while at < len(webp):
        names.append(webp[at : at + 4])
        at += 8 + (struct.unpack("<I", webp[at + 4 : at + 8])[0] + 1) // 2 * 2
    assert at == len(webp)
    return names


def exif() -> Image.Exif:
    """Where, with what and by whom; a maker's note; and an orientation that turns nothing."""
    tags = Image.Exif()
    tags[ExifTags.Base.ImageDescription] = SECRET.decode()
    tags[ExifTags.Base.Orientation] = 1
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = SECRET
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = SECRET
    position = tags.get_ifd(ExifTags.IFD.GPSInfo)
    position[ExifTags.GPS.GPSLatitudeRef] = "N"
    position[ExifTags.GPS.GPSLatitude] = (65.0, 49.0, 33.0)
    position[ExifTags.GPS.GPSAreaInformation] = SECRET
    return tags


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>%b</a></x:xmpmeta>' % SECRET
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ICC = SRGB + SECRET


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def plant_jpeg() -> bytes:
    about = {"exif": exif(), "xmp": XMP, "comment": SECRET, "icc_profile": ICC}
    data = saved(scene(), "JPEG", **about)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x10\x1c\x02\x50\x00\x0c" + SECRET
    return data[:2] + segment(0xED, iptc) + segment(0xEF, SECRET) + data[2:] + SECRET


def plant_several() -> bytes:
    hidden = saved(scene(32, 32), "JPEG", comment=SECRET)
    both = {"save_all": True, "append_images": [Image.open(BytesIO(hidden))], "exif": exif()}
    return saved(scene(), "MPO", **both) + b"\x00\x00\x00\x18ftypmp42" + SECRET


def plant_png() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SECRET.decode())
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    texts.add(b"prVt", SECRET)
    about = {"pnginfo": texts, "exif": exif(), "icc_profile": ICC}
    return saved(scene(), "PNG", **about) + SECRET


def plant_webp() -> bytes:
    return saved(scene(), "WEBP", exif=exif(), xmp=XMP, icc_profile=ICC, quality=90)


def plant_tiff() -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[ExifTags.Base.ImageDescription] = SECRET.decode()
    for tag in (700, 33723, 34377, 37500, 65000):  # XMP, IPTC, Photoshop, a maker's note, own
        tags.tagtype[tag] = 7
        tags[tag] = SECRET
    return saved(scene(), "TIFF", tiffinfo=tags, icc_profile=ICC) + SECRET


def plant_gif() -> bytes:
    several = {"save_all": True, "append_images": [Image.new("RGB", (96, 64), BLUE)]}
    return saved(scene(), "GIF", comment=SECRET, **several) + SECRET


def plant_bmp() -> bytes:
    return saved(scene(), "BMP") + SECRET


@pytest.mark.parametrize(
    ("file", "plant"),
    [
        ("a.jpg", plant_jpeg),
        ("b.JPG", plant_several),
        ("c.png", plant_png),
        ("d.webp", plant_webp),
        ("e.tif", plant_tiff),
        ("f.gif", plant_gif),
        ("g.bmp", plant_bmp),
    ],
)
def test_nothing_beside_the_pixels_comes_along(
    tmp_path: Path, file: str, plant: Callable[[], bytes]
) -> None:
    data = plant()
    assert SECRET in data
    copy = read_picture(write(tmp_path / file, data), name=file)
    assert chunks(copy) == [b"VP8 "]
    for planted in (SECRET, b"Exif", b"xmpmeta", b"8BIM", b"ICC", b"MPF", b"ftyp", b"\xff\xd8"):
        assert planted not in copy
    picture = opened(copy)
    assert not set(picture.info) - {"loop", "background", "timestamp", "duration"}
    assert (dict(picture.getexif()), IptcImagePlugin.getiptcinfo(picture)) == ({}, None)
    assert np.abs(corners(picture) - corners(scene())).max() < 25


def test_what_is_encoded_carries_no_information_that_an_encoder_could_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[Image.Image] = []
    monkeypatch.setattr(pictures, "_encode", encoded.append)
    for file, plant in (("a.jpg", plant_jpeg), ("b.png", plant_png), ("c.tif", plant_tiff)):
        read_picture(write(tmp_path / file, plant()), name=file)
    assert [(type(picture), picture.info) for picture in encoded] == [(Image.Image, {})] * 3


STORED: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    1: lambda seen: seen,
    2: lambda seen: seen[:, ::-1],
    3: lambda seen: seen[::-1, ::-1],
    4: lambda seen: seen[::-1],
    5: lambda seen: seen.swapaxes(0, 1),
    6: lambda seen: np.rot90(seen, 1),
    7: lambda seen: seen[::-1, ::-1].swapaxes(0, 1),
    8: lambda seen: np.rot90(seen, -1),
}


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
@pytest.mark.parametrize("orientation", STORED)
def test_a_photograph_is_upright_however_the_camera_was_held(
    tmp_path: Path, suffix: str, orientation: int
) -> None:
    """As EXIF 2.32 tells in its table for tag 274: 6 is stored a quarter turn to the left."""
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](np.asarray(scene()))))
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    data = saved(stored, FORMATS[suffix], exif=tags)
    picture = opened(read_picture(write(tmp_path / f"a{suffix}", data), name="a"))
    assert picture.size == (96, 64)
    assert np.abs(corners(picture) - corners(scene())).max() < 25


def test_colours_are_as_the_profile_means_them(tmp_path: Path) -> None:
    """In a profile whose red and blue are exchanged, what is stored as red is seen as blue."""
    swapped = SRGB.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")
    data = saved(Image.new("RGB", (40, 40), (255, 0, 0)), "PNG", icc_profile=swapped)
    seen = corners(opened(read_picture(write(tmp_path / "a.png", data), name="a")))[0]
    assert seen[2] > 200 > 60 > seen[0]


@pytest.mark.parametrize("profile", [b"", b"no profile", SRGB[:60]], ids=["empty", "text", "cut"])
def test_a_damaged_profile_leaves_the_colours_as_they_are(tmp_path: Path, profile: bytes) -> None:
    data = saved(scene(), "PNG", icc_profile=profile)
    picture = opened(read_picture(write(tmp_path / "a.png", data), name="a"))
    assert np.abs(corners(picture) - corners(scene())).max() < 25


def veiled() -> Image.Image:
    """A black picture with a palette in which one half sees through the black."""
    picture = Image.new("P", (40, 40), 0)
    picture.info["transparency"] = bytes([128])
    return picture


@pytest.mark.parametrize(
    ("file", "picture", "seen"),
    [
        ("ink.jpg", Image.new("CMYK", (40, 40), (0, 255, 255, 0)), (254, 0, 0)),
        ("grey.jpg", Image.new("L", (40, 40), 90), (90, 90, 90)),
        ("deep.png", Image.fromarray(np.full((40, 40), 40_000, dtype="uint16")), (156, 156, 156)),
        ("deep.tif", Image.fromarray(np.full((40, 40), 40_000, dtype="uint16")), (156, 156, 156)),
        ("line.tif", Image.new("1", (40, 40), 1), (255, 255, 255)),
        ("clear.png", Image.new("RGBA", (40, 40), (0, 0, 0, 0)), (255, 255, 255)),
        ("half.png", Image.new("LA", (40, 40), (0, 128)), (127, 127, 127)),
        ("veil.png", veiled(), (127, 127, 127)),
        ("few.png", Image.new("RGB", (40, 40), BLUE).quantize(4), BLUE),
        ("few.gif", Image.new("RGB", (40, 40), RED).quantize(4), RED),
    ],
)
def test_every_kind_of_colour_is_seen_as_it_is_on_white_paper(
    tmp_path: Path, file: str, picture: Image.Image, seen: tuple[int, int, int]
) -> None:
    data = saved(picture, FORMATS[Path(file).suffix])
    copy = opened(read_picture(write(tmp_path / file, data), name=file))
    assert np.abs(corners(copy)[0] - seen).max() < 12


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1600, 1200), (320, 240)), ((900, 2000), (144, 320)), ((48, 36), (48, 36))],
)
def test_a_copy_is_no_larger_than_it_is_shown_and_no_larger_than_its_source(
    tmp_path: Path, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    for suffix in (".jpg", ".png"):
        data = saved(scene(*size), FORMATS[suffix])
        copy = read_picture(write(tmp_path / f"a{suffix}", data), name="a")
        assert opened(copy).size == expected


@pytest.mark.parametrize("mode", ["P", "RGBA", "L"])
def test_a_large_picture_of_any_mode_keeps_its_shape(tmp_path: Path, mode: str) -> None:
    """It is thinned out before its colours are blended, so that it takes little memory."""
    large = scene(6001, 4001).convert(mode)
    path = write(tmp_path / "a.png", saved(large, "PNG", compress_level=1))
    picture = opened(read_picture(path, name="a"))
    assert picture.size == (320, 213)
    expected = scene().convert("L") if mode == "L" else scene()
    assert np.abs(corners(picture) - corners(expected)).max() < 25


def test_a_copy_keeps_its_limit_even_of_pure_noise(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (400, 400, 3), dtype="uint8")
    path = write(tmp_path / "a.png", saved(Image.fromarray(noise), "PNG"))
    copy = read_picture(path, name="a")
    assert len(copy) <= MOST_COPY_BYTES
    assert min(opened(copy).size) >= SIDE_PX // 4


def png_of(width: int, height: int) -> bytes:
    """The beginning of a PNG file that claims to be so large."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(
        ">I", zlib.crc32(header)
    ) + struct.pack(">I", 9) + b"IDAT"  # fmt: skip


@pytest.mark.parametrize(
    ("file", "data", "said"),
    [
        ("a.jpg", b"", "must have content; found 0 bytes"),
        ("a.jpg", b"hej", "must be JPEG, PNG, WebP, TIFF, GIF or BMP; found something else"),
        ("a.jpg", b"%PDF-1.4\n", "found something else; copy it here again, or remove its row"),
        ("a.jpg", b"\x00\x00\x00\x18ftypheic\x00\x00", "found HEIC, .*; export it as JPEG, and"),
        ("a.heic", b"\x00\x00\x00\x18ftypmif1\x00\x00", "found HEIC, as iPhones save it"),
        ("a.avif", b"\x00\x00\x00\x18ftypavif\x00\x00", "found AVIF; export it as JPEG"),
        ("a.mov", b"\x00\x00\x00\x18ftypqt  \x00\x00", "found a film; save a picture of it"),
        ("a.svg", b'<?xml version="1.0"?>\n<svg xmlns="x"/>', "SVG drawing; export it as PNG"),
        ("a.png", png_of(9_000, 9_000), "at most 61 million pixels; found 81 million"),
        ("a.png", png_of(10_000, 10_000), "at most 61 million pixels; found 100 million"),
        ("a.png", png_of(60_000, 60_000), "at most 61 million pixels; found far more"),
        ("a.png", png_of(20, 20), r"must be a whole picture; found a part that cannot be read"),
        ("a.jpg", saved(scene(), "PNG"), r"found PNG in a file that ends in \.jpg; rename it"),
        ("a", saved(scene(), "JPEG"), r"ends in nothing; rename it so that it ends in \.jpg"),
        ("a.tif", saved(Image.new("F", (9, 9)), "TIFF"), "a whole picture"),
    ],
)
def test_what_is_no_usable_picture_is_told_in_one_line(
    tmp_path: Path, file: str, data: bytes, said: str
) -> None:
    path = write(tmp_path / file, data)
    for read in (read_picture, check_picture):
        with pytest.raises(BadInput, match=said) as refused:
            read(path, name=f"photos/{file}")
        assert [fault.file for fault in refused.value.faults] == [f"photos/{file}"]
        assert "\n" not in str(refused.value)


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    with path.open("wb") as file:
        file.truncate(60_000_000)  # takes no room on the disk
    with pytest.raises(BadInput, match="at most 50 MB; found 60 MB; save a smaller copy"):
        read_picture(path, name="a.png")


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_cut_in_half_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], suffix: str
) -> None:
    data = saved(scene(200, 150), FORMATS[suffix])
    path = write(tmp_path / f"a{suffix}", data[: len(data) // 2])
    with pytest.raises(BadInput, match=r"whole picture|be JPEG, PNG"):
        read_picture(path, name="a")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", FORMATS)
@given(data=st.data())
@settings(max_examples=80)
def test_cut_and_changed_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject
) -> None:
    tags = {"exif": exif()} if suffix in (".jpg", ".png", ".webp", ".tif") else {}
    content = bytearray(saved(scene(24, 16), FORMATS[suffix], **tags))
    positions = st.integers(0, len(content) - 1) | st.integers(0, min(len(content), 200) - 1)
    for position in data.draw(st.lists(positions, max_size=6)):
        content[position] = data.draw(st.integers(0, 255))
    end = data.draw(st.just(len(content)) | positions)
    path = write(tmp_path_factory.getbasetemp() / f"cut{suffix}", bytes(content[:end]))
    with suppress(BadInput):
        assert chunks(read_picture(path, name="a")) == [b"VP8 "]


@pytest.mark.parametrize("suffix", FORMATS)
@given(rest=st.binary(max_size=300))
@settings(max_examples=60)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, rest: bytes
) -> None:
    beginning = saved(scene(8, 8), FORMATS[suffix])[: len(rest) % 40]
    path = write(tmp_path_factory.getbasetemp() / f"any{suffix}", beginning + rest)
    with suppress(BadInput):
        read_picture(path, name="a")
