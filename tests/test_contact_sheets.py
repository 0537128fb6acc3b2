"""Contact sheets: every photograph or why not, in words that anyone can read or hear."""

import base64
import re
from html import unescape

import lxml.html
import pandas as pd
import pytest
from lxml.html import HtmlElement

from labtools import contact_sheets
from labtools.site.clean import clean
from labtools.words import Language

NAMES = {"umea": "Umeå", "boden": "Boden"}
PICTURE = b"RIFF\x00\x00\x00\x00WEBP"


def photographs(*rows: dict[str, object]) -> pd.DataFrame:
    """Photographs that are shown, of a door in Umeå, unless they say otherwise."""
    usual = {"source_id": "s1", "city": "umea", "place": "Porten", "caption_sv": "Dörren",
             "caption_en": "The door", "alt_sv": "En dörr", "alt_en": "A door",
             "state": "shown", "picture": PICTURE}  # fmt: skip
    named: list[dict[str, object]] = []
    for number, row in enumerate(rows, start=1):
        empty = {"picture": b""} if row.get("state", "shown") != "shown" else {}
        named.append({"photo": f"f{number}"} | usual | empty | row)
    return pd.DataFrame(named)


def shown(photos: pd.DataFrame, *, language: Language = "sv", most: int = 60) -> HtmlElement:
    """The sheet as it stands on a page, after the page has cleaned it."""
    sheet = contact_sheets.show(photos, language=language, names=NAMES, most=most)
    cleaned = clean(sheet.data, not_shown="–")
    assert len(re.findall("<", cleaned)) == len(re.findall("<", sheet.data))
    return lxml.html.fragment_fromstring(cleaned, create_parent="div")


def text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def caption_of(sheet: HtmlElement) -> HtmlElement:
    """Between place and origin."""
    _, caption, _ = sheet.findall(".//figcaption/div")
    return caption


def test_a_picture_stands_with_alternative_text_caption_place_and_source() -> None:
    sheet = shown(photographs({}))
    image = sheet.find(".//li/figure/img")
    assert image.get("src") == f"data:image/webp;base64,{base64.b64encode(PICTURE).decode()}"
    assert image.get("alt") == "En dörr"
    assert text(sheet.find(".//figure/figcaption")) == "Porten Dörren Foto f1, källa s1"
    assert text(sheet.find("h3")) == "Umeå"
    assert not sheet.findall(".//*[@lang]")


@pytest.mark.parametrize(
    ("state", "why_sv", "why_en"),
    [
        ("awaiting_approval", "väntar på godkännande", "shows faces and awaits approval"),
        ("not_approved", "inte godkänd", "not been approved"),
        ("no_alternative_text", "saknar alternativtext", "no alternative text"),
        ("missing", "Bildfilen saknas", "is missing"),
        ("unreadable", "går inte att läsa", "cannot be read"),
    ],
)
def test_a_picture_that_is_not_shown_is_an_empty_frame_that_says_why(
    state: str, why_sv: str, why_en: str
) -> None:
    photos = photographs({"state": state, "alt_sv": "", "alt_en": ""}, {})
    for language, why in (("sv", why_sv), ("en", why_en)):
        first, second = shown(photos, language=language).findall(".//figure")
        assert first.find("img") is None
        assert why in text(first.find("p[@class='held-back']"))
        assert "Porten" in text(first)
        assert second.find("img") is not None


def test_bytes_of_a_picture_that_may_not_be_shown_stay_away() -> None:
    """Also where the table holds them against its own state."""
    sheet = contact_sheets.show(
        photographs({"state": "not_approved", "picture": PICTURE}), language="sv", names=NAMES
    )
    assert "base64" not in sheet.data
    assert base64.b64encode(PICTURE).decode() not in sheet.data


def test_a_text_in_the_other_language_is_marked_as_such() -> None:
    sheet = shown(photographs({"alt_sv": "", "caption_sv": ""}))
    image, caption = sheet.find(".//img"), caption_of(sheet)
    assert (image.get("alt"), image.get("lang")) == ("A door", "en")
    assert (caption.text, caption.get("lang")) == ("The door", "en")
    sheet = shown(photographs({"alt_en": ""}), language="en")
    assert (sheet.find(".//img").get("lang"), sheet.find(".//img").get("alt")) == ("sv", "En dörr")
    assert caption_of(sheet).get("lang") is None


def test_a_picture_without_alternative_text_is_an_error_not_a_silent_picture() -> None:
    with pytest.raises(ValueError, match="alternative text; photograph f2 has none"):
        shown(photographs({}, {"alt_sv": "", "alt_en": ""}))


def test_a_blank_place_caption_or_source_leaves_no_gap() -> None:
    sheet = shown(
        photographs({"place": "", "caption_sv": "", "caption_en": "", "source_id": "", "city": ""})
    )
    assert text(sheet.find(".//figcaption")) == "Platsen är inte antecknad Foto f1"
    assert text(sheet.find("h3")) == "Hela labbet"


def test_cities_stand_in_their_order_and_places_together() -> None:
    sheet = shown(
        photographs(
            {"city": "boden", "place": "Torget"},
            {"city": "", "place": "Kartan"},
            {"city": "umea", "place": "Gården"},
            {"city": "umea", "place": "Porten"},
            {"city": "umea", "place": "Gården"},
        )
    )
    assert [text(city) for city in sheet.findall("h3")] == ["Umeå", "Boden", "Hela labbet"]
    assert [text(place) for place in sheet.findall(".//strong")] == [
        "Gården", "Gården", "Porten", "Torget", "Kartan"
    ]  # fmt: skip
    assert [len(city.findall("li")) for city in sheet.findall("ul")] == [3, 1, 1]


def test_a_sentence_says_what_became_of_every_photograph() -> None:
    states = ["shown", "awaiting_approval", "not_approved", "missing", "unreadable", "unreadable"]
    photos = photographs(*({"state": state} for state in states))
    assert text(shown(photos).find("p")) == (
        "Registret tar upp 6 fotografier från de källor som är med: ett får visas, "
        "2 hålls tillbaka, en bildfil saknas, 2 bildfiler går inte att läsa."
    )
    assert text(shown(photographs({}, {}), language="en").find("p")) == (
        "The register lists 2 photographs from the sources that take part: 2 may be shown."
    )
    assert text(shown(photos.tail(1), language="en").find("p")) == (
        "The register lists one photograph from the sources that take part: "
        "none may be shown, one file cannot be read."
    )


def test_a_full_sheet_takes_evenly_from_cities_and_places_and_says_how_many_more() -> None:
    umea = [{"place": f"plats {number}"} for number in range(9)]
    boden = [{"city": "boden", "place": "torget"}] * 2
    sheet = shown(photographs(*umea, *boden, {"state": "missing"}), most=5)
    assert [text(place) for place in sheet.findall(".//strong")] == [
        "plats 0", "plats 3", "plats 6", "Porten", "torget", "torget"
    ]  # fmt: skip
    told = text(sheet.find("p"))
    assert "11 får visas, en bildfil saknas. 6 till får inte plats här" in told
    assert "inte plats" not in text(shown(photographs(*umea, *boden), most=11))


def test_text_of_the_register_is_text_not_markup() -> None:
    evil = '"><script>alert(1)</script>&amp;'
    sheet = contact_sheets.show(
        photographs({"alt_sv": evil, "caption_sv": evil, "place": evil, "photo": evil}),
        language="sv",
        names=NAMES,
    )
    assert "<script" not in sheet.data
    image = lxml.html.fragment_fromstring(sheet.data, create_parent="div").find(".//img")
    assert image.get("alt") == evil
    assert unescape(sheet.data).count(evil) == 4


def test_without_a_photograph_a_sentence_says_so() -> None:
    told = contact_sheets.show(photographs({}).head(0), language="sv", names=NAMES)
    assert told == "Registret tar inte upp något fotografi från de källor som är med."


def test_the_table_is_left_as_it_was() -> None:
    photos = photographs({"city": "boden"}, {})
    kept = photos.copy()
    shown(photos, most=1)
    pd.testing.assert_frame_equal(photos, kept)
