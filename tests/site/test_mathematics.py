r"""LaTeX becomes MathML that nothing acts in; what is not understood stays readable."""

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser

from labtools.batch.record import Entry
from labtools.site.clean import clean
from labtools.site.frame import Site
from labtools.site.mathematics import format_environment, format_formula
from labtools.site.pages import Press
from labtools.site.prose import Prose


def formula(source: str, *, display: bool = False) -> str:
    return format_formula(source, display=display, name="Formel", note="som den skrevs")


def rendered(markdown: str) -> str:
    return str(Prose("sv").render(markdown, None))


def test_a_fraction_is_a_fraction_and_a_sum_has_its_limits() -> None:
    found = formula(r"\frac{1}{n}\sum_{i=1}^{n} x_i")
    root = etree.fromstring(found[found.index("<math") : found.index("</math>") + 7])
    numerator, denominator = root.find(".//mfrac")
    assert ("".join(numerator.itertext()), "".join(denominator.itertext())) == ("1", "n")
    below = ["".join(part.itertext()) for part in root.xpath(".//munderover|.//msubsup")[0]]
    assert below == ["∑", "i=1", "n"]


@pytest.mark.parametrize(
    "source", ["$x<y$", "$$x<y$$", r"\\(x<y\\)", r"\begin{equation}x<y\end{equation}"]
)
def test_each_way_of_writing_a_formula_is_known(source: str) -> None:
    assert "<mi>x</mi><mo>&lt;</mo><mi>y</mi>" in rendered(f"Så: {source}")


def test_markdown_within_a_formula_is_none() -> None:
    assert "<em>" not in rendered("$a_1 * b_2 * c_3$ och *ord*").split(" och ")[0]


@pytest.mark.parametrize("source", [r"\okänt{x}", "{", r"\left(", r"\begin{matrix}1", "a_", ""])
def test_what_cannot_be_converted_stands_as_it_was_written(source: str) -> None:
    found = formula(source)
    assert "<math" not in found
    assert f"<code>{source}</code>" in found
    assert "som den skrevs" in found


@pytest.mark.parametrize(
    "source", [r"\href{javascript:x}{y}", r"\style{color:red}{y}", r"\color{red}{y}", r"\class{a}y"]
)
def test_a_formula_brings_no_link_style_or_colour(source: str) -> None:
    found = rendered(f"${source}$")
    assert not any(word in found for word in ("href", "style=", "mathcolor", 'class="a"'))


def test_an_environment_that_numbers_lines_is_one_that_lines_them_up() -> None:
    found = formula(format_environment("align", r"a &= b \\ c &= d"), display=True)
    assert found.count("<mtr>") == 2


def test_a_long_formula_scrolls_by_itself_and_can_be_reached() -> None:
    found = formula("+".join("abcdefghijklmnopqrstuvwxyz"))
    assert 'role="region" tabindex="0" aria-label="Formel"' in found
    assert "tabindex" not in formula("a+b")


@given(st.text(alphabet=r"\{}$^_&<>ab1 frac sqrt begin end", max_size=30))
def test_whatever_is_written_comes_out_closed_and_clean(source: str) -> None:
    found = formula(source)
    assert clean(found, not_shown="–").count("<math") == found.count("<math")
    assert "<script" not in found


def test_a_browser_draws_a_fraction_higher_than_a_letter(browser: Browser, tmp_path) -> None:
    """From a file, in prose and in an output of sympy's kind."""
    latex = new_output("display_data", data={"text/latex": r"$\displaystyle \frac{a}{b}$"})
    cells = [new_markdown_cell("# T\n\n$a$"), new_code_cell("x", outputs=[latex])]
    notebook = new_notebook(cells=cells, metadata={"labtools": {"versions": {}}})
    nbformat.write(notebook, tmp_path / "x.ipynb")
    when = "2026-01-31T12:00:00+01:00"
    entry = Entry("a/b", None, "T", {}, "done", "", 1.0, 1.0, 1.0, False, when, None)
    Press(Site("L", False, {}, "sv")).render(tmp_path / "x.ipynb", tmp_path / "x.html", entry)
    page = browser.new_page()
    page.goto((tmp_path / "x.html").as_uri())
    heights = page.locator("math").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) == 2
    assert heights[1] > 1.5 * heights[0]
    page.close()
