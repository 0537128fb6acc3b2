"""No page mixes languages: what is quoted in another one is marked, and nothing else is in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from lxml.html import HtmlElement
from markupsafe import Markup

from labtools.cities.links import say_text
from labtools.site.marks import mark_quoted
from labtools.site.numbers import with_numbers
from labtools.site.wording import WORDING
from labtools.words import Language

WORDS = {  # written down here once more, so that a list that was wrong would be found
    "sv": frozenset("och att som inte är för på från också eller har av det ett när där".split()),
    "en": frozenset("the and of which with are was that from they this were their".split()),
}
WORD = re.compile(r"[^\W\d_]+")
UNREAD = "//script|//style|//code|//pre|//details[@class='data']"  # names, and what a figure says
TELLING = ("alt", "aria-label", "title")


def list_texts(element: HtmlElement, language: str) -> Iterator[str]:
    """The texts of a page that are in its language, as far as it tells; titles of its pictures."""
    if not isinstance(element.tag, str) or element.get("lang", language) != language:
        return
    for attribute in TELLING:
        yield element.get(attribute, "").partition(". ")[0]
    yield element.text or ""
    for child in element:
        yield from list_texts(child, language)
        yield child.tail or ""


def find_mixed(page: str) -> list[tuple[str, list[str]]]:
    """The texts that hold words of the other language, without being marked so."""
    tree = lxml.html.document_fromstring(page, parser=lxml.html.HTMLParser(huge_tree=True))
    for element in tree.xpath(UNREAD):
        element.drop_tree()
    (other,) = WORDS.keys() - {tree.get("lang")}
    found = [
        (text, sorted({word.lower() for word in WORD.findall(text)} & WORDS[other]))
        for text in list_texts(tree, tree.get("lang"))
    ]
    return [(" ".join(text.split()), words) for text, words in found if words]


def test_no_page_of_the_real_notebooks_mixes_languages(built) -> None:
    """Quotations, words and names from the field are marked as what they are in."""
    marked = 0
    for page in built.pages:
        assert find_mixed(page.text) == [], page.path
        (other,) = WORDS.keys() - {built.language}
        marked += len(re.findall(rf'<(?:td|th|span|em|strong|li)\b[^>]* lang="{other}"', page.text))
    if built.language == "en":
        assert marked > 50 or built.folder.parent.name != "example"


def test_a_text_in_the_wrong_language_would_be_found() -> None:
    page = '<html lang="en"><p>{}</p><img alt="Det är. The rest"></html>'
    assert find_mixed(page.format("All well.")) == [("Det är", ["det", "är"])]
    assert len(find_mixed(page.format("Så är det inte."))) == 2
    assert len(find_mixed(page.format('<span lang="sv">Så är det.</span> Och här.'))) == 2
    assert len(find_mixed(page.format('<i lang="sv">Så <b>är</b> det.</i> Here.'))) == 1


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_frame_of_every_page_is_in_its_own_language(language: Language) -> None:
    """But for the link that leads to the other, which is marked where it stands."""
    (other,) = WORDS.keys() - {language}
    for name, text in WORDING[language].items():
        if name not in ("other_language", "other_code"):
            assert {word.lower() for word in WORD.findall(text)} & WORDS[other] == set(), name


@pytest.mark.parametrize(
    ("content", "marked"),
    [
        ("<p>a “Jag bor där.” b “I live there, and well.” c</p>", ["“Jag bor där.”"]),
        ("<p>a<b>b</b> “Det är så.” c “Vi är där.” d</p>", ["“Det är så.”", "“Vi är där.”"]),
        ("<table><tbody><tr><th>och</th><td>Jag ser det.</td><td>3</td></tr></table>",
         ["och", "Jag ser det."]),
        ("<table><thead><tr><th>och så</th></tr></thead></table>", []),
        ("<p>The word <em>inte</em> is said by <em>most</em> people.</p>", ["inte"]),
        ("<p>Nine. Source: Om labbet och dess resultat.</p>", ["Om labbet och dess resultat."]),
        ("<p>Work, Boden (Om labbet och dess mål): nine.</p>", ["Om labbet och dess mål"]),
        ("<p>Detta är inte märkt, för att det är rapportens egen mening.</p>", []),
        ('<p lang="sv">“Det är så.” <em>inte</em></p>', ['“Det är så.” inte']),
    ],
)  # fmt: skip
def test_what_is_quoted_is_marked_and_the_reports_own_sentences_are_not(
    content: str, marked: list[str]
) -> None:
    """Every word stays, in its order."""
    shown = mark_quoted(Markup(content), language="en")
    before, after = (lxml.html.fragment_fromstring(one) for one in (content, shown))
    assert after.text_content() == before.text_content()
    tree = lxml.html.fragment_fromstring(shown, create_parent="div")
    assert [one.text_content() for one in tree.xpath(".//*[@lang='sv']")] == marked


def test_what_is_in_the_pages_language_stays_as_it_was() -> None:
    content = Markup("<p>“I was there,” she said. <br>Höör &amp; Åre</p>")
    assert mark_quoted(content, language="en") is content


def test_text_from_the_lab_is_marked_where_it_is_put_into_a_sentence() -> None:
    """Nothing in it becomes Markdown."""
    text = "Siffran är *inte* allt."
    assert say_text(text, "en") == r'<span lang="sv">Siffran är \*inte\* allt.</span>'
    assert say_text(text, "sv") == r"Siffran är \*inte\* allt."


def test_the_words_of_a_figure_are_marked_in_its_table() -> None:
    figure = (
        '<figure class="drawn"><img src="x" alt="Words. inte–veta: 3; yes: 4; '
        'det är så (n = 7)."></figure>'
    )
    shown = with_numbers(f'<h2 id="a">A</h2>{figure}', WORDING["en"])
    assert re.findall(r'lang="sv">([^<]*)<', shown) == ["inte–veta", "det är så (n = 7)"]


def test_a_reason_that_a_program_gave_is_marked_as_english(tmp_path: Path) -> None:
    from labtools.batch.record import Entry
    from labtools.site.frame import Site
    from labtools.site.index import write_index

    when = "2026-01-31T12:00:00+01:00"
    failed = Entry("a/c", "umea", "Fel", {}, "failed", "the cell was not there", 1.0, 1.0, 1.0,
                   False, when, None)  # fmt: skip
    write_index(
        tmp_path / "i.html", [failed], site=Site("L", False, {"umea": "U"}, "sv"), when=when
    )
    assert find_mixed((tmp_path / "i.html").read_text("utf-8")) == []
