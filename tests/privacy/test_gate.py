"""The gate finds what must not leave, wherever it stands in the finished bytes, and tells it not.

Telephone numbers are those that the Swedish authority keeps for fiction; people are made up.
"""

import base64
import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import docx
import openpyxl
import pandas as pd
import pytest
from docx.oxml import OxmlElement
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import NameObject

from labtools.privacy.gate import (
    KINDS,
    Finding,
    Sought,
    list_faults,
    make_sought,
    search_file,
    search_folder,
    through,
)
from labtools.site.release import pack

NAME, PERSON = "Fatima Warsame", "811228-9874"
TELEPHONE, EMAIL = "070-174 06 05", "f.warsame@example.se"
ADDRESS, POSTCODE = "Storgatan 15", "961 32 Boden"
HOME = "/home/karin/labb/data.csv"


@pytest.fixture(scope="module")
def sought() -> Sought:
    rows = [
        [NAME, "Fatima;Fatty", "person", "Amina", "none"],
        ["Hans", "", "person", "Per", "Hans"],
        ["O'Brien", "", "person", "Liv", "none"],
        ["Roman", "", "person", "Bo", "Roman"],
        ["Solhöjden", "", "place", "Området", "none"],
        ["Sofia Lind", "", "person", "Eva", "none"],
        ["k-17/B", "", "identifier", "kod 1", ""],
    ]
    columns = ["name", "aliases", "kind", "pseudonym", "ordinary"]
    return make_sought(
        pd.DataFrame(rows, columns=columns, index=range(2, 9)),
        min_people=5,
        messages=["Meddelande från programmet", "Message from the program"],
        placeholders=["Figur utan beskrivning"],
        places=[Path("/srv/labbet/projekt")],
    )


def page(body: str = "", head: str = "") -> bytes:
    """A small page as others may have written it."""
    return (
        f'<!DOCTYPE html><html lang="sv"><head><meta charset="utf-8"><title>Mål</title>'
        f"{head}</head><body><main><h1>Mål</h1><p>Nio av tio hade arbete.</p>"
        f"{body}</main></body></html>"
    ).encode()


def png(**texts: str) -> bytes:
    about = PngImagePlugin.PngInfo()
    for name, text in texts.items():
        about.add_itxt(name, text) if name.startswith("i") else about.add_text(name, text)
    return picture("PNG", pnginfo=about)


def picture(format_: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "navy").save(out, format_, **options)
    return out.getvalue()


def exif(text: str) -> bytes:
    data = Image.Exif()
    data[0x010E] = text
    data.get_ifd(0x8825)[1] = "N"
    return data.tobytes()


def uri(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def img(data: bytes, kind: str = "image/png", alt: str = "Nio av tio i arbete") -> bytes:
    return page(f'<img src="{uri(data, kind)}" alt="{alt}">')


def svg(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()


def zipped(name: str = "a.html", data: bytes = b"", comment: str = "", of_file: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.comment = of_file.encode()
        archive.writestr(info, data or page())
        archive.comment = comment.encode()
    return out.getvalue()


def word(change: Callable[[docx.document.Document], object], **properties: str) -> bytes:
    document = docx.Document()
    about = document.core_properties
    about.author = about.comments = ""
    for name, value in properties.items():
        setattr(about, name, value)
    package = document.part.package
    for link in [key for key, one in package.rels.items() if "thumbnail" in one.reltype]:
        del package.rels[link]
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def paragraph_of(*runs: str) -> Callable[[docx.document.Document], object]:
    def change(document: docx.document.Document) -> None:
        paragraph = document.add_paragraph()
        for text in runs:
            paragraph.add_run(text)

    return change


def commented(document: docx.document.Document) -> None:
    run = document.add_paragraph().add_run("Mål")
    document.add_comment(run, text="Se över.", author="K")


def people_table(document: docx.document.Document) -> None:
    table = document.add_table(rows=2, cols=2)
    for at, text in enumerate(("Stad", "Personer", "Boden", "3")):
        table.cell(at // 2, at % 2).text = text


def inserted(document: docx.document.Document) -> None:
    run = document.add_paragraph().add_run("Mål")
    change = OxmlElement("w:ins")
    run._r.addprevious(change)
    change.append(run._r)


def with_template(document: docx.document.Document) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    document.part.relate_to("https://x.se/a.dotx", kind, is_external=True)


def sheet(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.properties.creator = ""
    book.save(out)
    return out.getvalue()


def pdf(change: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def annotated(writer: PdfWriter) -> None:
    writer.add_annotation(0, FreeText(text=f"ring {NAME}", rect=(0, 0, 100, 50)))


def shown(writer: PdfWriter) -> None:
    from pypdf.generic import DecodedStreamObject, DictionaryObject

    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): font})
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 12 Tf 10 100 Td ({NAME}) Tj ET".encode())
    page_ = writer.pages[0]
    page_[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page_[NameObject("/Contents")] = writer._add_object(content)


def riff(data: bytes, kind: bytes, body: bytes) -> bytes:
    """A WebP with one more chunk."""
    more = kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(data) - 8 + len(more)) + data[8:] + more


def chunk(data: bytes, kind: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk before its end."""
    more = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return data[:-12] + more + data[-12:]


def zip_with_gap() -> bytes:
    """A zip with bytes between its file and the list of its files."""
    data = zipped()
    at = data.rindex(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06") + 16
    (offset,) = struct.unpack_from("<I", data, end)
    moved = struct.pack("<I", offset + 7)
    return data[:at] + b"hemligt" + data[at:end] + moved + data[end + 4 :]


def named_gzip(name: str) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=out) as file:
        file.write(b"a")
    return out.getvalue()


DRAWN = svg("<text>Fatima</text>")
ENCODED = base64.b64encode(f"Hon heter {NAME}.".encode()).decode()

PLANTED = {
    # names: in the text of a page
    "text": ("a.html", page(f"<p>Vi talade med {NAME} i maj.</p>"), "name"),
    "genitive": ("a.html", page("<p>Det var Fatimas idé.</p>"), "name"),
    "upper case": ("a.html", page("<p>FATIMA WARSAME</p>"), "name"),
    "genitive in capitals": ("a.html", page("<p>FATTY:s idé</p>"), "name"),
    "split by bold": ("a.html", page("<p>med Fat<b>im</b>a i maj</p>"), "name"),
    "split by a span of each letter": (
        "a.html",
        page("<p>" + "".join(f"<span>{letter}</span>" for letter in "Fatima") + "</p>"),
        "name",
    ),
    "split by a comment": ("a.html", page("<p>med Fat<!-- -->ima i maj</p>"), "name"),
    "split by an unknown tag": ("a.html", page("<p>med Fat<x-y>ima</x-y> i maj</p>"), "name"),
    "right after a tag": ("a.html", page("<p>ord<b>Fatima</b>ord</p>"), "name"),
    "soft hyphen": ("a.html", page("<p>med Fati&shy;ma i maj</p>"), "name"),
    "zero-width space": ("a.html", page("<p>med Fati\u200bma i maj</p>"), "name"),
    "entity": ("a.html", page("<p>&#70;atim&#x61;</p>"), "name"),
    "double entity": ("a.html", page("<p>&amp;#70;atima</p>"), "name"),
    "ligature": ("a.html", page("<p>So\ufb01a Lind</p>"), "name"),
    "letters of full width": ("a.html", page("<p>\uff26\uff41tima</p>"), "name"),
    "decomposed": ("a.html", page("<p>Solho\u0308jden</p>"), "name"),
    "ordinary word as a name": ("a.html", page("<p>Vi såg att Hans kom.</p>"), "name"),
    "identifier": ("a.html", page("<p>kort K-17/b gäller</p>"), "name"),
    "hidden": ("a.html", page('<p style="display:none">Fatima</p>'), "name"),
    "template": ("a.html", page("<template><p>Fatima</p></template>"), "name"),
    "noscript": ("a.html", page("<noscript>Fatima</noscript>"), "name"),
    "title of the page": ("a.html", page(head="<title>Fatima</title>"), "name"),
    # names: in attributes, comments, programs
    "alternative text": ("a.html", img(picture("PNG"), alt=f"Foto av {NAME}"), "name"),
    "title attribute": ("a.html", page(f'<p title="{NAME}">Mål</p>'), "name"),
    "data attribute": ("a.html", page('<p data-by="fatima.warsame">Mål</p>'), "name"),
    "name of an attribute": ("a.html", page('<p data-fatima="1">Mål</p>'), "name"),
    "anchor": ("a.html", page('<h2 id="intervju-fatima">Mål</h2>'), "name"),
    "written as one": ("a.html", page('<h2 id="fatimawarsame">Mål</h2>'), "name"),
    "link": ("a.html", page('<a href="fatima%20warsame.html">Mål</a>'), "name"),
    "letters escaped in a link": ("a.html", page('<a href="%46atima.html">Mål</a>'), "name"),
    "meta": ("a.html", page(head=f'<meta name="description" content="{NAME}">'), "name"),
    "comment": ("a.html", page(f"<!-- fråga {NAME} -->"), "name"),
    "comment before the page": ("a.html", b"<!-- Fatima -->" + page(), "name"),
    "comment after the page": ("a.html", page() + b"<!-- Fatima -->", "name"),
    "script": ("a.html", page(f"<script>const a = '{NAME}';</script>"), "name"),
    "script with escapes": ("a.html", page(r"<script>a='\u0046atima'</script>"), "name"),
    "json in a script": (
        "a.html",
        page(f'<script type="application/json">{{"who": "{NAME}"}}</script>'),
        "name",
    ),
    "apostrophe in a script": ("a.html", page("<script>a = 'b', \"O'Brien\"</script>"), "name"),
    "base64 in a script": ("a.html", page(f"<script>a='{ENCODED}'</script>"), "name"),
    "style": ("a.html", page(head="<style>p::after{content:'Fatima'}</style>"), "name"),
    "comment in a style": ("a.html", page(head="<style>/* Fatima */</style>"), "name"),
    "escape in a style": ("a.html", page(head=r"<style>a{content:'\46 atima'}</style>"), "name"),
    "srcdoc": ("a.html", page('<iframe srcdoc="&lt;p&gt;Fatima&lt;/p&gt;"></iframe>'), "name"),
    "page in a data URI": (
        "a.html",
        page(f'<a href="{uri(page("Fatima"), "text/html")}">a</a>'),
        "name",
    ),
    # names: in pictures and documents
    "text of an SVG": ("a.svg", svg("<text>Fati<tspan>ma</tspan></text>"), "name"),
    "description of an SVG": ("a.svg", svg("<desc>Fatima</desc>"), "name"),
    "metadata of an SVG": ("a.svg", svg("<metadata><a>Fatima</a></metadata>"), "name"),
    "comment of an SVG": ("a.svg", svg("<!-- Fatima -->"), "name"),
    "SVG in a page": ("a.html", img(DRAWN, "image/svg+xml"), "name"),
    "SVG in a style": (
        "a.html",
        page(head=f"<style>p{{background:url({uri(DRAWN, 'image/svg+xml')})}}</style>"),
        "name",
    ),
    "SVG as text in a style": (
        "a.css",
        b"p{background:url('data:image/svg+xml," + quote(DRAWN).encode() + b"')}",
        "name",
    ),
    "picture in an SVG in a page": (
        "a.html",
        img(svg(f'<image href="{uri(png(Comment=NAME), "image/png")}"/>'), "image/svg+xml"),
        "name",
    ),
    "text chunk": ("a.png", png(Comment=NAME), "name"),
    "packed text chunk": (
        "a.png",
        chunk(png(), b"zTXt", b"a\0\0" + zlib.compress(b"Fatima")),
        "name",
    ),
    "after a picture": ("a.png", png() + b"Fatima", "name"),
    "EXIF": ("a.jpg", picture("JPEG", exif=exif(NAME)), "name"),
    "comment of a JPEG": ("a.jpg", picture("JPEG", comment=NAME.encode()), "name"),
    "text of a PDF": ("a.pdf", pdf(shown), "name"),
    "title of a PDF": ("a.pdf", pdf(lambda w: w.add_metadata({"/Title": NAME})), "name"),
    "note in a PDF": ("a.pdf", pdf(annotated), "name"),
    "file in a PDF": ("a.pdf", pdf(lambda w: w.add_attachment("a.txt", NAME.encode())), "name"),
    "outline of a PDF": (
        "a.pdf",
        pdf(lambda w: w.add_outline_item(title=NAME, page_number=0)),
        "name",
    ),
    "runs of a document": ("a.docx", word(paragraph_of("Fat", "im", "a")), "name"),
    "header of a document": (
        "a.docx",
        word(lambda d: d.sections[0].header.paragraphs[0].add_run(NAME)),
        "name",
    ),
    "title of a document": ("a.docx", word(paragraph_of("Mål"), title=NAME), "name"),
    "cell of a workbook": ("a.xlsx", sheet((NAME, 10)), "name"),
    "csv": ("a.csv", f"vem;vad\n{NAME};ja\n".encode(), "name"),
    "json": ("a.json", json.dumps({"a": [{"b": "F\u00e5r av Fatima"}]}).encode(), "name"),
    "key of json": ("a.json", json.dumps({"Fatima": 1}).encode(), "name"),
    # names: in archives
    "zip": ("a.zip", zipped(data=page("<p>Fatima</p>")), "name"),
    "name in a zip": ("a.zip", zipped("intervju_fatima.html"), "name"),
    "folder in a zip": ("a.zip", zipped("Fatima Warsame/index.html"), "name"),
    "comment of a zip": ("a.zip", zipped(comment=NAME), "name"),
    "comment of a file in a zip": ("a.zip", zipped(of_file=NAME), "name"),
    "zip in a zip": ("a.zip", zipped("b.zip", zipped(data=page("<p>Fatima</p>"))), "name"),
    "gzip": ("a.html.gz", gzip.compress(page("<p>Fatima</p>")), "name"),
    "name in a gzip": ("a.txt.gz", named_gzip("fatima.txt"), "name"),
    "gzip in a zip": ("a.zip", zipped("b.txt.gz", gzip.compress(b"Fatima")), "name"),
    "own name": ("FatimaWarsame.html", page(), "name"),
    # numbers and addresses
    "personal number": ("a.html", page(f"<p>nummer {PERSON} i rutan</p>"), "personal_number"),
    "coordination number": ("a.html", page("<p>701063-2391</p>"), "personal_number"),
    "personal number in bold": ("a.html", page("<p>8112<b>28-98</b>74</p>"), "personal_number"),
    "personal number in a value": (
        "a.html",
        page(f'<p data-a="{PERSON}">a</p>'),
        "personal_number",
    ),
    "telephone": ("a.html", page(f"<p>ring {TELEPHONE}</p>"), "telephone"),
    "telephone in a cell": (
        "a.html",
        page("<table><tr><td>0701740605</td></tr></table>"),
        "telephone",
    ),
    "telephone in a link": ("a.html", page('<a href="tel:+46701740605">ring</a>'), "telephone"),
    "telephone in a comment": ("a.html", page(f"<!-- {TELEPHONE} -->"), "telephone"),
    "telephone in a style": ("a.css", f"/* {TELEPHONE} */ p {{}}".encode(), "telephone"),
    "telephone right after a tag": (
        "a.html",
        page(f"<p>ring<b>{TELEPHONE}</b>nu</p>"),
        "telephone",
    ),
    "telephone before the page": ("a.html", f"<!-- {TELEPHONE} -->".encode() + page(), "telephone"),
    "e-mail": ("a.html", page(f"<p>skriv till {EMAIL}</p>"), "email"),
    "e-mail in a link": ("a.html", page(f'<a href="mailto:{EMAIL}">skriv</a>'), "email"),
    "e-mail in entities": ("a.html", page("<p>f&#64;example&#46;se</p>"), "email"),
    "e-mail in base64": (
        "a.html",
        page(f'<p data-a="{base64.b64encode(b"ask f@example.se").decode()}">a</p>'),
        "email",
    ),
    "street": ("a.html", page(f"<p>bor på {ADDRESS} nu</p>"), "address"),
    "postcode": ("a.html", page(f"<p>{POSTCODE}</p>"), "postcode"),
    # what tells of the computer
    "home": ("a.html", page(f"<pre>{HOME}</pre>"), "path"),
    "home of a Mac": ("a.html", page('<p data-a="/Users/karin/x">a</p>'), "path"),
    "home of Windows": ("a.html", page(r"<p>C:\Users\karin\labb</p>"), "path"),
    "home of Windows in json": ("a.json", json.dumps(r"C:\Users\karin").encode(), "path"),
    "folder of a server": ("a.html", page(r"<p>\\filer01\labbet$\raw</p>"), "path"),
    "temporary folder": ("a.html", page("<p>/tmp/ipykernel_17/1.py</p>"), "path"),
    "temporary folder of a Mac": ("a.html", page("<p>/var/folders/zz/x</p>"), "path"),
    "file address": ("a.html", page(f'<a href="file://{HOME}">a</a>'), "path"),
    "folder of the run": ("a.html", page("<p>/srv/labbet/projekt/data</p>"), "path"),
    # data about pictures and documents
    "EXIF of a JPEG": ("a.jpg", picture("JPEG", exif=exif("a")), "metadata"),
    "EXIF of a JPEG in a page": (
        "a.html",
        img(picture("JPEG", exif=exif("a")), "image/jpeg"),
        "metadata",
    ),
    "EXIF of a PNG": ("a.png", picture("PNG", exif=exif("a")), "metadata"),
    "EXIF of a WebP": ("a.webp", picture("WEBP", exif=exif("a")), "metadata"),
    "XMP of a JPEG": ("a.jpg", picture("JPEG", xmp=b"<x:xmpmeta/>"), "metadata"),
    "XMP of a PNG": ("a.png", png(**{"iXML:com.adobe.xmp": "<x:xmpmeta/>"}), "metadata"),
    "XMP of a WebP": ("a.webp", riff(picture("WEBP"), b"XMP ", b"<x/>"), "metadata"),
    "text of a PNG": ("a.png", png(Author="K"), "metadata"),
    "unknown chunk": ("a.png", chunk(png(), b"prVt", b"a"), "metadata"),
    "author of a PDF": ("a.pdf", pdf(lambda w: w.add_metadata({"/Author": "K"})), "metadata"),
    "author of a document": ("a.docx", word(paragraph_of("a"), author="K"), "metadata"),
    "editor of a document": ("a.docx", word(paragraph_of("a"), last_modified_by="K"), "metadata"),
    "author of a page": ("a.html", page(head='<meta name="author" content="K">'), "metadata"),
    "change in a document": ("a.docx", word(inserted), "comment"),
    "comments of a document": ("a.docx", word(commented), "comment"),
    # what is fetched
    "picture elsewhere": (
        "a.html",
        page('<img alt="en bil på väg" src="https://x.se/a.png">'),
        "reference",
    ),
    "picture of any protocol": (
        "a.html",
        page('<img alt="en bil på väg" src="//x.se/a.png">'),
        "reference",
    ),
    "picture of a computer": (
        "a.html",
        page('<img alt="en bil på väg" src="file:///a.png">'),
        "reference",
    ),
    "sizes of a picture": (
        "a.html",
        page('<img alt="en bil på väg" src="a.png" srcset="a.png 1x, https://x.se/a.png 2x">'),
        "reference",
    ),
    "script elsewhere": ("a.html", page('<script src="http://x.se/a.js"></script>'), "reference"),
    "address in a script": (
        "a.html",
        page("<script>fetch('https://x.se/a')</script>"),
        "reference",
    ),
    "style elsewhere": (
        "a.html",
        page(head='<link rel="stylesheet" href="//x.se/a">'),
        "reference",
    ),
    "imported style": ("a.html", page(head="<style>@import 'a.css';</style>"), "reference"),
    "font elsewhere": ("a.css", b"@font-face{src:url(https://x.se/a.woff)}", "reference"),
    "address escaped in a style": ("a.css", rb"p{background:u\72l(https:\2f\2fx.se)}", "reference"),
    "style attribute": ("a.html", page('<p style="background:url(//x.se/a)">a</p>'), "reference"),
    "redirection": (
        "a.html",
        page(head='<meta http-equiv="Refresh" content="0;url=a">'),
        "reference",
    ),
    "base": ("a.html", page(head='<base href="https://x.se/">'), "reference"),
    "form": ("a.html", page('<form action="https://x.se/a"></form>'), "reference"),
    "frame": ("a.html", page('<iframe src="https://x.se/"></iframe>'), "reference"),
    "picture in a page in a page": (
        "a.html",
        page('<iframe srcdoc="&lt;img alt=bord src=//x.se/a.png&gt;"></iframe>'),
        "reference",
    ),
    "template of a document": ("a.docx", word(with_template), "reference"),
    "link that runs": ("a.html", page('<a href="javascript:a()">a</a>'), "reference"),
    "picture of an SVG": ("a.svg", svg('<image href="https://x.se/a.png"/>'), "reference"),
    "style sheet of an SVG": (
        "a.svg",
        b'<?xml-stylesheet href="https://x.se/a.css"?>' + svg("<text>a</text>"),
        "reference",
    ),
    "use of an SVG": (
        "a.svg",
        svg('<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://x.se/a#b"/>'),
        "reference",
    ),
    # what programs said
    "traceback": (
        "a.html",
        page("<pre>Traceback (most recent call last)\n  a</pre>"),
        "message",
    ),
    "traceback in colours": (
        "a.html",
        page("<pre><span>Traceback</span> (most <b>recent</b> call last)</pre>"),
        "message",
    ),
    "traceback in the colours of a terminal": (
        "a.json",
        json.dumps("\x1b[0;31mTraceback\x1b[0m (most recent call last)").encode(),
        "message",
    ),
    "personal number in a link": (
        "a.html",
        page(f'<a href="https://x.se/?a={PERSON}">a</a>'),
        "personal_number",
    ),
    "cell with a share": (
        "a.html",
        page("<table><tr><th>Stad</th><th>n</th></tr><tr><td>a</td><td>3 (25 %)</td></tr></table>"),
        "small_count",
    ),
    "message": ("a.html", page('<p class="label">Meddelande från programmet</p>'), "message"),
    "message of nbconvert": (
        "a.html",
        page('<div data-mime-type="application/vnd.jupyter.stderr">a</div>'),
        "message",
    ),
    # pictures that are not described
    "no alternative": ("a.html", page('<img src="a.png">'), "alternative_text"),
    "empty alternative": ("a.html", img(png(), alt=""), "alternative_text"),
    "placeholder": (
        "a.html",
        img(png(), alt="No description has been provided for this image"),
        "alternative_text",
    ),
    "own placeholder": ("a.html", img(png(), alt="Figur utan  beskrivning"), "alternative_text"),
    "name of a file": ("a.html", img(png(), alt="figure1.png"), "alternative_text"),
    "picture of a document": (
        "a.docx",
        word(lambda d: d.add_picture(io.BytesIO(png()))),
        "alternative_text",
    ),
    "drawing": ("a.html", page('<svg viewBox="0 0 1 1"></svg>'), "alternative_text"),
    # few people
    "cell": (
        "a.html",
        page("<table><thead><tr><th>Stad<th>n</thead><tr><th>Boden<td>4</table>"),
        "small_count",
    ),
    "cell in Swedish": (
        "a.html",
        page(
            "<table><tr><th>Stad</th><th>Personer</th></tr><tr><td>Boden</td><td>1</td></tr></table>"
        ),
        "small_count",
    ),
    "cell under two headings": (
        "a.html",
        page(
            '<table><thead><tr><th rowspan="2">Stad</th><th colspan="2">2018</th></tr>'
            "<tr><th>Andel</th><th>n</th></tr></thead><tr><td>Boden</td><td>50</td><td>2</td></tr></table>"
        ),
        "small_count",
    ),
    "cell beside its heading": (
        "a.html",
        page("<table><tr><th>Hörda</th><td>3 av 12</td></tr></table>"),
        "small_count",
    ),
    "term": ("a.html", page("<dl><dt>Deltagare</dt><dd>3</dd></dl>"), "small_count"),
    "n in a sentence": ("a.html", page("<p>Boden (n = 3)</p>"), "small_count"),
    "n in an alternative text": ("a.html", img(png(), alt="Boden, n = 4: 50 %"), "small_count"),
    "people in Swedish": ("a.html", page("<p>för <b>3</b> personer</p>"), "small_count"),
    "people in English": ("a.html", page("<p>3 people answered</p>"), "small_count"),
    "people of people": ("a.html", page("<p>2 of 12 known people</p>"), "small_count"),
    "one": ("a.html", page("<p>[kodat, en person]</p>"), "small_count"),
    "cell of a document": ("a.docx", word(people_table), "small_count"),
    "cell of a workbook that counts": ("a.xlsx", sheet(("stad", "n"), ("a", 3)), "small_count"),
    # files that have no place in a release
    "notebook": ("a.ipynb", b'{"cells": [], "nbformat": 4}', "notebook"),
    "notebook by another name": ("a.json", b'{"cells": [], "nbformat": 4}', "notebook"),
    "record": ("run.json", b"{}", "record"),
    "record in a zip": ("a.zip", zipped("x/run.json", b"{}"), "record"),
    "executed notebooks": ("a.zip", zipped("sv/.notebooks/a.txt", b"a"), "record"),
    # what cannot be read whole
    "unknown": ("a.bin", b"\x00\x01\x02", "unreadable"),
    "unknown text": ("a.rtf", rb"{\rtf1 Fat\'69ma}", "unreadable"),
    "other encoding": ("a.html", page("<p>å</p>").decode().encode("utf-16"), "unreadable"),
    "latin-1": ("a.txt", "Får".encode("latin-1"), "unreadable"),
    "broken zip": ("a.zip", zipped()[:-30], "unreadable"),
    "bytes before a zip": ("a.zip", b"PK\x03\x04hemligt" + zipped(), "unreadable"),
    "bytes in a zip": ("a.zip", zip_with_gap(), "unreadable"),
    "bytes after a zip": ("a.zip", zipped() + b"hemligt", "unreadable"),
    "broken picture": ("a.png", png()[:-20], "unreadable"),
    "broken JPEG": ("a.jpg", picture("JPEG")[:100], "unreadable"),
    "broken WebP": ("a.webp", picture("WEBP")[:-4], "unreadable"),
    "other picture": ("a.gif", picture("GIF"), "unreadable"),
    "broken PDF": ("a.pdf", pdf(shown)[:-60], "unreadable"),
    "encrypted PDF": ("a.pdf", pdf(lambda w: w.encrypt("a")), "unreadable"),
    "earlier version of a PDF": ("a.pdf", pdf(shown) + b"%%EOF\n", "unreadable"),
    "broken json": ("a.json", b'{"a": ', "unreadable"),
    "broken SVG": ("a.svg", b"<svg><text>a</svg>", "unreadable"),
    "entities of its own": (
        "a.svg",
        b'<!DOCTYPE svg [<!ENTITY a "Fat">]><svg>&a;ima</svg>',
        "unreadable",
    ),
    "broken base64": (
        "a.html",
        page('<img alt="en bil" src="data:image/png;base64,%%">'),
        "unreadable",
    ),
    "empty page": ("a.html", b"", "unreadable"),
}

SECRETS = (NAME, PERSON, TELEPHONE, EMAIL, ADDRESS, POSTCODE, HOME, "karin", "Fatima", "WARSAME")


@pytest.mark.parametrize("where", PLANTED)
def test_what_is_planted_is_found_with_its_kind_and_is_not_told(where: str, sought: Sought) -> None:
    """In attributes, scripts, comments, pictures, documents, archives, and cut by markup."""
    name, data, kind = PLANTED[where]
    found = search_file(data, name=name, sought=sought)
    assert kind in {one.kind for one in found}
    told = "\n".join(str(fault) for fault in list_faults(found)).casefold()
    assert not [secret for secret in SECRETS if secret.casefold() in told]
    assert all(str(fault).count("\n") == 0 for fault in list_faults(found))


def test_every_kind_is_planted_but_the_one_that_depends_on_the_computer() -> None:
    """So that none of them can be lost unseen."""
    assert {kind for _, _, kind in PLANTED.values()} == set(KINDS) - {"machine"}
    assert len(PLANTED) >= 40


def clean_release() -> dict[str, bytes]:
    matplotlib = png(Software="Matplotlib version3.10.7, https://matplotlib.org/")
    body = (
        "<p>Nio av tio (60–98 %) hade arbete i december 2019. Bygger på 12 personer, minst 2 "
        "personer per stad; oddskvot 9.33 (0.82–106.69), n = 25; 1 250 personer i registret. "
        "Se handlingsplan 2019.</p>"
        '<p>Newcombe 1998, <a href="https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8">'
        "s. 857</a>.</p>"
        "<p>”Två personer satt bredvid varandra. Hans bok och hans idé.”</p><p>Hans bok</p>"
        "<p title=\"Hans bok\">a</p><!-- Hans bok --><script>a = ['b', 'Hans bok']</script>"
        '<script type="application/json">["Mål", "Hans bok"]</script><p>”Hans bok”</p>'
        f'<img src="{uri(matplotlib, "image/png")}" alt="Arbete. Boden: 90 % (60–98), n = 10.">'
        f'<img src="{uri(picture("WEBP"), "image/webp")}" alt="Teckning av ett bord med kaffe.">'
        f'<img src="{uri(picture("JPEG"), "image/jpeg")}" alt="" role="presentation">'
        '<table class="labtools"><caption>Svar</caption><thead><tr><th scope="col">Stad</th>'
        '<th scope="col">n</th><th scope="col">Skattning</th></tr></thead><tbody>'
        '<tr><th scope="row">Boden</th><td class="number">12</td><td class="number">3</td></tr>'
        '<tr><th scope="row">Umeå</th><td class="number">0</td><td class="number">–</td></tr>'
        "</tbody></table>"
    )
    head = "<style>p{color:#123456;font-family:Times New Roman}/* två spalter */</style>"
    document = word(paragraph_of("Nio av tio hade arbete."))
    return {
        "index.html": page('<a href="mal/boden.html">Boden</a>'),
        "mal/boden.html": page(body, head),
        "mal/boden.docx": document,
    }


def test_a_clean_release_gives_nothing(sought: Sought) -> None:
    """Intervals, references, bounds, quotations and ordinary words are no secrets."""
    assert search_file(pack(clean_release()), name="till-boden.zip", sought=sought) == []


def test_without_a_key_no_name_is_sought_but_all_the_rest_is() -> None:
    """Whoever says that there are no names is taken at their word, and only there."""
    without = make_sought(None, min_people=5, messages=[], placeholders=[], places=[])
    data = page(f"<p>Fatima, {TELEPHONE}</p>")
    assert {one.kind for one in search_file(data, name="a", sought=without)} == {"telephone"}


def test_names_of_user_and_computer_are_found_unless_they_are_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`root`, `localhost` and a computer called `dator` would stop every release."""
    for user, host, expected in (("karlin7", "vdi-0417.x.se", 2), ("root", "dator", 0)):
        monkeypatch.setattr("getpass.getuser", lambda user=user: user)
        monkeypatch.setattr("socket.gethostname", lambda host=host: host)
        monkeypatch.setattr("platform.node", lambda host=host: host)
        made = make_sought(None, min_people=5, messages=[], placeholders=[], places=[])
        data = page(f"<p>{user} på {host.partition('.')[0]} gjorde sidan</p>")
        kinds = [one.kind for one in search_file(data, name="a.html", sought=made)]
        assert kinds == ["machine"] * expected


def test_a_finding_names_its_file_and_place(sought: Sought) -> None:
    """Whoever mends it must find it, by line and tag, without being told what it is."""
    data = zipped("mal/boden.html", page("\n<p>a</p>\n<p title='Fatima'>b</p>\n<p>Fatima</p>"))
    (fault,) = list_faults(search_file(data, name="ut.zip", sought=sought))
    assert str(fault) == (
        "ut.zip/mal/boden.html: must hold no name of the key; found F… (6 characters) at line 3, "
        "<p title> and line 4, <p>; take it out, or mend what replaces it"
    )


def test_a_name_is_not_told_where_the_file_has_it_in_disguise(sought: Sought) -> None:
    """Such a file name is masked whole."""
    (fault,) = list_faults(search_file(page(), name="%46atima.html", sought=sought))
    assert str(fault).startswith("%… (13 characters): must hold no name of the key")


def test_a_file_of_a_folder_is_found_wherever_it_lies(tmp_path: Path, sought: Sought) -> None:
    """Hidden folders and links leave nothing unseen."""
    (tmp_path / ".a" / "b").mkdir(parents=True)
    (tmp_path / ".a" / "b" / "c.html").write_bytes(page("<p>Fatima</p>"))
    (tmp_path / "d.html").symlink_to(tmp_path / ".a" / "b" / "c.html")
    found = {(one.file, one.kind) for one in search_folder(tmp_path, sought=sought)}
    assert found == {(".a/b/c.html", "name"), ("d.html.link", "unreadable")}


def test_what_is_too_large_is_not_let_through(
    monkeypatch: pytest.MonkeyPatch, sought: Sought
) -> None:
    """A zip may hold far more than its size tells."""
    monkeypatch.setattr(through, "MOST_BYTES", 10_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "a " * 50_000)
    assert [one.kind for one in search_file(out.getvalue(), name="a.zip", sought=sought)] == [
        "unreadable"
    ]
    data = pack({f"{at}.txt": b"a " * 3_000 for at in range(2)})
    assert [one.file for one in search_file(data, name="a.zip", sought=sought)] == ["a.zip"]
    packed = gzip.compress(b"a " * 50_000)
    assert search_file(packed, name="a.txt.gz", sought=sought)[-1].kind == "unreadable"


def test_files_within_files_without_end_are_not_let_through(sought: Sought) -> None:
    """A zip in a zip in a zip is read; at some depth it is refused."""
    data = page("<p>a</p>")
    for _ in range(12):
        data = zipped("a.zip", data)
    assert "unreadable" in {one.kind for one in search_file(data, name="a.zip", sought=sought)}


STARTS = (
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"RIFF\x10\0\0\0WEBP",
    b"%PDF-1.4\n",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"<svg",
    b"<!doctype html>",
    b"<html><p>",
    b"data:image/png;base64,",
)
ENDINGS = ("html", "svg", "css", "js", "json", "txt", "csv", "png", "pdf", "docx", "zip", "gz", "")


@settings(max_examples=300)
@given(st.sampled_from(STARTS), st.binary(max_size=200), st.sampled_from(ENDINGS))
@example(b"\xff\xd8\xff", b"\xd9", "jpg")
@example(b"<html>", b"&#1114112; \\u{ffffff} %zz", "html")
@example(b"<table><tr>", b"<td rowspan=99999999 colspan=99999999>1", "html")
def test_no_bytes_make_the_gate_fail(start: bytes, rest: bytes, ending: str) -> None:
    """Whatever is handed to it, it answers; and what is of no known kind is not let through."""
    made = make_sought(None, min_people=5, messages=[], placeholders=[], places=[])
    found = search_file(start + rest, name=f"a.{ending}", sought=made)
    assert all(isinstance(one, Finding) and one.kind in KINDS for one in found)
    if start in STARTS[1:7]:
        assert found


@settings(max_examples=60)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=4))
def test_a_changed_byte_of_a_zip_never_hides_what_was_found(at: int, new: bytes) -> None:
    """A release that is damaged is refused for what it holds, or for being damaged."""
    made = make_sought(None, min_people=5, messages=[], placeholders=[], places=[])
    whole = pack({"a.html": page(f"<p>{EMAIL}</p>")})
    at %= len(whole)
    assert search_file(whole[:at] + new + whole[at + len(new) :], name="a.zip", sought=made)


def files_of(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield from archive.namelist()


def test_the_same_pages_give_the_same_zip() -> None:
    """Whoever has a file can tell by its digest which release it is."""
    files = clean_release()
    data = pack(files)
    assert data == pack(dict(reversed(files.items())))
    assert list(files_of(data)) == sorted(files)
