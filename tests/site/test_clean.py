"""HTML of a notebook keeps its content and loses what acts, loads or breaks a page's frame."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.site.clean import clean

PIXEL = "data:image/png;base64,iVBORw0KGgo="


def cleaned(text: str) -> str:
    return str(clean(text, not_shown="–"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('<meta http-equiv="refresh" content="0">x', "x"),
        ('<base href="http://x/">x', "x"),
        ("<form action=x>5 <b>ja</b><button>gå</button></form>x", "5 <b>ja</b>gåx"),
        ("a</p></div></main></body></html>x", "ax"),
        ("<html><head><title>t</title></head><body class=q><p>x</body></html>", "<p>x</p>"),
        ("<script>a</script><template><b>y</b></template>x", "x"),
        ("<p>y<iframe src=z></iframe>x</p>", '<p>y<span class="label">–</span>x</p>'),
        ("<svg><style><meta></style></svg>x", '<span class="label">–</span>x'),
        ("<!-- a --><?b?>x", "x"),
        ("<textarea></main></textarea>x", "&lt;/main&gt;x"),
        ("<noscript><p>x</p></noscript>", "<p>x</p>"),
        ('<img src="http://x/y.png" alt="å" onerror="z">', '<img alt="å">'),
        (f'<img src="{PIXEL}" alt="å">', f'<img src="{PIXEL}" alt="å">'),
        ('<p onclick="x" class="y">x', '<p class="y">x</p>'),
        ("<b>x", "<b>x</b>"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("å\x00\x0b\x1b<form>\ud800x</form>", "åx"),
        ("", ""),
    ],
)
def test_content_stays_and_the_rest_goes(text, kept):
    assert cleaned(text) == kept


def test_a_table_comes_through_as_it_is():
    table = (
        "<style>.x > td { color: #333; }</style>"
        '<table class="labtools"><caption>Svar &amp; frågor</caption>'
        '<thead><tr><th scope="col" class="number">n</th></tr></thead>'
        '<tbody><tr><th scope="row" rowspan="2">Å</th><td>1</td></tr></tbody></table>'
    )
    assert cleaned(table) == table


class Balance(HTMLParser):
    """What is open at the end; fails on an end tag that ends nothing."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag not in ("br", "img", "hr", "col", "wbr", "li"):  # the end of li may be left out
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == "li" or self.open.pop() == tag


PIECES = ["<p>", "</p>", "<b>", "</div>", "</main>", "<table>", "<tr><td>", "<form>", "</body>"]
PIECES += [
    "<meta x>",
    "<base>",
    "<div>",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "<li>",
    "<a href=",
    "å",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_whatever_comes_in_only_closed_content_comes_out(text):
    balance = Balance(cleaned(text))
    assert balance.open == []
    assert not balance.seen & {"form", "main", "body", "meta", "base"}


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text):
    assert cleaned(cleaned(text)) == cleaned(text)
