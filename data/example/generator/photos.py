"""Small drawn photographs with the camera's data in them, and their register.

Each drawing shows what its alternative text says. The position in the camera data lies at sea.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from files import write_bytes, write_csv
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational
from truth import HERE, Truth

WIDTH, HEIGHT = 480, 360
INK, WALL, PAPER, GREY, GREEN, YELLOW, BLUE, RED = (
    "#2b2b2b", "#e6dfd3", "#fbf8f0", "#8f9296", "#7c9a6c", "#e8c35a", "#5f86a3", "#b5604c",
)  # fmt: skip
GPS, CAPTURE = 0x8825, 0x8769
COLUMNS = (
    "photo", "source_id", "file", "place", "caption_sv", "caption_en", "alt_sv", "alt_en", "faces",
    "approved",
)  # fmt: skip

Pen = ImageDraw.ImageDraw


def _steps(pen: Pen) -> None:
    for step in range(6):
        left, top = 60 + 60 * step, 300 - 38 * step
        pen.rectangle((left, top, 430, 340), fill=GREY, outline=INK, width=2)
    pen.line((60, 230, 400, 15), fill=INK, width=6)
    pen.ellipse((90, 40, 140, 90), fill=YELLOW, outline=INK, width=3)


def _yard(pen: Pen) -> None:
    pen.rectangle((0, 250, WIDTH, HEIGHT), fill=GREEN)
    for left in (20, 340):
        pen.rectangle((left, 60, left + 120, 270), fill=RED, outline=INK, width=3)
    pen.rectangle((232, 200, 248, 280), fill=INK)
    pen.ellipse((190, 110, 290, 215), fill=GREEN, outline=INK, width=3)


def _stones(pen: Pen) -> None:
    pen.rectangle((0, 0, WIDTH, HEIGHT), fill=GREEN)
    places = ((0, -90), (64, -64), (90, 0), (64, 64), (0, 90), (-64, 64), (-90, 0), (-64, -64))
    for x, y in places:
        pen.ellipse((222 + x, 164 + y, 258 + x, 196 + y), fill=GREY, outline=INK, width=3)


def _bench(pen: Pen) -> None:
    pen.rectangle((120, 40, 320, 170), fill=BLUE, outline=INK, width=5)
    pen.rectangle((0, 310, WIDTH, HEIGHT), fill=GREY)
    pen.rectangle((110, 235, 330, 255), fill=RED, outline=INK, width=3)
    for left in (130, 300):
        pen.rectangle((left, 255, left + 12, 312), fill=INK)
    pen.polygon(((365, 260), (425, 260), (412, 312), (378, 312)), fill=RED, outline=INK)


def _machines(pen: Pen) -> None:
    for left in (20, 150, 280):
        pen.rectangle((left, 120, left + 115, 300), fill=PAPER, outline=INK, width=3)
        pen.ellipse((left + 20, 170, left + 95, 245), fill=BLUE, outline=INK, width=4)
    pen.polygon(((405, 290), (470, 290), (458, 345), (417, 345)), fill=YELLOW, outline=INK)


def _booking(pen: Pen) -> None:
    pen.rectangle((170, 190, 310, 345), fill=PAPER, outline=INK, width=3)
    pen.ellipse((198, 230, 282, 314), fill=BLUE, outline=INK, width=4)
    for row in range(4):
        for column in range(7):
            left, top = 100 + 40 * column, 20 + 36 * row
            filled = (3 * row + column) % 5 == 0
            pen.rectangle(
                (left, top, left + 40, top + 36), fill=BLUE if filled else PAPER, outline=INK
            )


def _notices(pen: Pen) -> None:
    pen.rectangle((40, 40, 440, 320), fill=YELLOW, outline=INK, width=6)
    places = (
        (60, 60, 90, 110), (170, 60, 70, 60), (260, 70, 60, 90), (340, 55, 80, 70),
        (70, 190, 110, 70), (210, 180, 80, 120), (320, 170, 90, 100),
    )  # fmt: skip
    for left, top, wide, high in places:
        pen.rectangle((left, top, left + wide, top + high), fill=PAPER, outline=INK, width=2)
        pen.ellipse((left + wide / 2 - 5, top + 3, left + wide / 2 + 5, top + 13), fill=RED)


def _columns(pen: Pen) -> None:
    pen.rectangle((40, 30, 440, 330), fill=PAPER, outline=INK, width=6)
    for column, notes in enumerate((4, 2, 6)):
        left = 60 + 130 * column
        if column:
            pen.line((left - 15, 30, left - 15, 330), fill=INK, width=3)
        for note in range(notes):
            top = 45 + 46 * note
            pen.rectangle((left, top, left + 95, top + 34), fill=YELLOW, outline=INK, width=2)


def _door(pen: Pen) -> None:
    pen.rectangle((160, 80, 320, 290), fill=BLUE, outline=INK, width=4)
    pen.rectangle((190, 105, 290, 200), fill=PAPER, outline=INK, width=3)
    pen.rectangle((140, 290, 340, 315), fill=GREY, outline=INK, width=2)
    pen.rectangle((120, 315, 360, 345), fill=GREY, outline=INK, width=2)
    pen.rectangle((170, 25, 310, 60), outline=INK, width=4)


def _keypad(pen: Pen) -> None:
    pen.rectangle((100, 50, 260, 340), fill=RED, outline=INK, width=4)
    pen.rectangle((310, 140, 400, 240), fill=GREY, outline=INK, width=3)
    for row in range(3):
        for column in range(3):
            left, top = 318 + 27 * column, 150 + 29 * row
            pen.rectangle((left, top, left + 20, top + 20), fill=PAPER, outline=INK)


def _path(pen: Pen) -> None:
    pen.rectangle((0, 150, WIDTH, HEIGHT), fill=GREEN)
    pen.polygon(((140, HEIGHT), (340, HEIGHT), (250, 150), (230, 150)), fill=GREY)
    for number, (x, foot, top) in enumerate(
        ((90, 340, 90), (140, 280, 100), (180, 230, 110), (205, 195, 120), (220, 170, 130))
    ):
        pen.line((x, foot, x, top), fill=INK, width=6 - number)
        pen.ellipse((x - 14 + 2 * number, top - 16, x + 14 - 2 * number, top + 8),
                    fill=INK if number in (1, 3) else YELLOW, outline=INK)  # fmt: skip


def _window(pen: Pen) -> None:
    pen.rectangle((120, 30, 360, 290), fill=BLUE, outline=INK, width=6)
    pen.line((240, 30, 240, 290), fill=INK, width=6)
    pen.line((120, 150, 360, 150), fill=INK, width=6)
    pen.rectangle((90, 290, 390, 312), fill=PAPER, outline=INK, width=3)
    for left in (140, 200, 320):
        pen.polygon(((left, 255), (left + 34, 255), (left + 28, 290), (left + 6, 290)), fill=RED)
    pen.line((283, 290, 283, 250), fill=INK, width=4)
    pen.polygon(((262, 250), (304, 250), (292, 215), (274, 215)), fill=YELLOW, outline=INK)


def _table(pen: Pen) -> None:
    pen.rectangle((40, 110, 440, 250), fill=RED, outline=INK, width=4)
    for top in (122, 194):
        for seat in range(6):
            left = 58 + 64 * seat
            pen.ellipse((left, top, left + 44, top + 44), fill=PAPER, outline=INK, width=3)


def _mural(pen: Pen) -> None:
    pen.polygon(((60, 340), (60, 120), (240, 20), (420, 120), (420, 340)), fill=PAPER, outline=INK)
    pen.ellipse((110, 120, 190, 200), fill=YELLOW)
    pen.line((260, 170, 300, 140, 330, 165, 360, 135, 400, 165), fill=INK, width=7)
    for wave in range(3):
        top = 235 + 34 * wave
        for left in range(70, 410, 48):
            pen.arc((left, top, left + 48, top + 34), 180, 360, fill=BLUE, width=7)


def _people(pen: Pen) -> None:
    for left in (110, 290):
        pen.rounded_rectangle((left - 20, 170, left + 100, 280), 30, fill=BLUE, outline=INK)
        pen.ellipse((left, 70, left + 80, 160), fill=WALL, outline=INK, width=3)
        pen.rectangle((left + 2, 80, left + 78, 150), fill=GREY)
    pen.rectangle((40, 250, 440, 290), fill=RED, outline=INK, width=4)
    pen.polygon(((210, 250), (270, 250), (280, 230), (220, 230)), fill=PAPER, outline=INK)


# Motif and which of its entries in the text bank → the drawing that its words describe.
DRAWINGS: dict[tuple[str, int], Callable[[Pen], None]] = {
    ("stairwell", 0): _steps,
    ("courtyard", 0): _yard,
    ("noticeboard", 0): _notices,
    ("path", 0): _path,
    ("entrance", 0): _door,
    ("laundry", 0): _machines,
    ("noticeboard", 1): _columns,
    ("bench", 1): _bench,
    ("courtyard", 1): _stones,
    ("kitchen", 2): _table,
    ("window", 1): _window,
    ("laundry", 1): _booking,
    ("mural", 0): _mural,
    ("entrance", 2): _keypad,
    ("people", 0): _people,
}


def write_photos(folder: Path, truth: Truth, walks: Sequence[dict[str, Any]]) -> None:
    """photos/register.csv and its images, spread over the walks and field notes given."""
    entries = _entries()
    rows = []
    for number, (key, draw) in enumerate(DRAWINGS.items(), start=1):
        entry = entries[key]
        walk = walks[number * 3 % len(walks)]
        name = f"F{number:02d}"
        file = f"{walk['city']}/{name}.jpg"
        masked = key[0] == "people"
        rows.append(
            {
                "photo": name,
                "source_id": walk["source_id"],
                "file": file,
                "place": entry["place_sv"],
                **{column: entry[column] for column in COLUMNS[4:8]},
                "faces": "masked" if masked else "none",
                "approved": "yes" if number % 5 else "",
            }
        )
        write_bytes(folder / "photos" / file, _photograph(draw, truth, name, walk["date"]))
    write_csv(folder / "photos" / "register.csv", rows, COLUMNS)


def _entries() -> dict[tuple[str, int], dict[str, str]]:
    """The register's words by motif and number."""
    text = (HERE / "text" / "fieldwork.toml").read_text(encoding="utf-8")
    extras = tomllib.loads((HERE / "text" / "extras.toml").read_text(encoding="utf-8"))
    found: dict[tuple[str, int], dict[str, str]] = {}
    for entry in [*tomllib.loads(text)["photo"], extras["people_photo"]]:
        number = sum(1 for motif, _ in found if motif == entry["motif"])
        found[entry["motif"], number] = entry
    return found


def _photograph(draw: Callable[[Pen], None], truth: Truth, name: str, day: str) -> bytes:
    image = Image.new("RGB", (WIDTH, HEIGHT), WALL)
    draw(ImageDraw.Draw(image))
    rng = truth.rng("photos", name)
    exif = Image.Exif()
    exif[0x010F] = "Exempel"
    exif[0x0110] = "Exempel Fon 3"
    exif[0x0132] = f"{day.replace('-', ':')} 13:20:00"
    exif.get_ifd(CAPTURE)[0x9003] = exif[0x0132]
    gps = exif.get_ifd(GPS)
    gps[1], gps[3] = "N", "E"
    for tag, degrees in ((2, 62), (4, 19)):  # the Gulf of Bothnia
        seconds = IFDRational(int(rng.integers(6000)), 100)
        gps[tag] = (IFDRational(degrees), IFDRational(int(rng.integers(10, 50))), seconds)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=80, exif=exif.tobytes())
    return content.getvalue()
