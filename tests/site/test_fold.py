"""Long tables and lists: the first rows shown, all of them there, and how many told."""

import re

import lxml.html
import pytest
from markupsafe import Markup

from labtools.site.fold import FIRST, LONG, cut, fold
from labtools.site.frame import TEMPLATE


def _table(rows: int, cell: str = "a &lt; b") -> Markup:
    body = "".join(f"<tr><th>{number}</th><td>{cell}</td></tr>" for number in range(rows))
    return Markup(f"<table><caption>Ort</caption><thead><tr><th>n</th></tr></thead>"
                  f"<tbody>{body}</tbody></table>")  # fmt: skip


def test_what_is_short_stays_as_it_was() -> None:
    assert fold(_table(LONG), language="sv") == _table(LONG)


def test_a_long_table_keeps_every_row_and_tells_how_many_there_are() -> None:
    folded = fold(_table(3389), language="sv")
    tree = lxml.html.fragment_fromstring(folded, create_parent="div")
    (switch,) = tree.xpath(".//details[@class='more']")
    assert switch.getnext().tag == "table"
    assert switch.xpath("string(.//span[@class='closed'])") == (
        "Här står de första 20 av 3\N{NO-BREAK SPACE}389. Visa alla 3\N{NO-BREAK SPACE}389."
    )
    assert len(tree.xpath(".//tbody/tr")) == 3389
    assert "a &lt; b" in folded


def test_lists_are_folded_by_their_own_items_and_text_around_them_stays() -> None:
    inner = "<ul><li>x</li><li>y</li></ul>"
    items = "".join(f"<li>{number}{inner}</li>" for number in range(LONG + 1))
    folded = fold(Markup(f"5 &lt; 6<p>Hej</p><ol>{items}</ol><ul>{items[:50]}</ul>"), language="en")
    assert folded.startswith("5 &lt; 6<p>Hej</p><details")
    assert folded.count("<details") == 1


def test_the_style_sheet_hides_what_comes_after_the_first_rows() -> None:
    style = (TEMPLATE / "style.css").read_text(encoding="utf-8")
    assert set(re.findall(r"nth-child\(n\+(\d+)\)", style)) == {str(FIRST + 1)}


@pytest.mark.parametrize(("cell", "rows"), [("a", FIRST), ("<span id='e-1'>a</span>", LONG + 1)])
def test_a_document_ends_a_table_after_its_first_rows_unless_they_can_be_linked_to(
    cell: str, rows: int
) -> None:
    folded = fold(_table(LONG + 1, cell), language="sv")
    tree = lxml.html.fragment_fromstring(folded, create_parent="div")
    cut(tree, language="sv")
    assert len(tree.xpath(".//tbody/tr")) == rows
    assert not tree.xpath(".//details")
    said = "Här står de första 20 av 41; alla står på webbsidan."
    assert (said in tree.text_content()) is (rows == FIRST)
