"""What a notebook that nobody here wrote shows: all of it that a page can, the rest with a note."""

import base64
import random
from io import BytesIO

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from labtools.batch.record import Entry
from labtools.site.frame import Site
from labtools.site.images import data_uri
from labtools.site.numbers import with_numbers
from labtools.site.outputs import LONGEST, MOST_LINES, MOST_ROWS
from labtools.site.pages import Press
from labtools.site.wording import WORDING

WORDS = WORDING["sv"]
WHEN = "2026-01-31T12:00:00+01:00"
ENTRY = Entry("a/b", None, "T", {}, "done", "", 1.0, 1.0, 1.0, False, WHEN, None)


def shown(**data: str) -> nbformat.NotebookNode:
    kinds = {kind.replace("__", "/").replace("_", "."): text for kind, text in data.items()}
    return new_output("display_data", data=kinds)


@pytest.fixture
def page(tmp_path):
    def render(*outputs: nbformat.NotebookNode) -> str:
        cells = [new_code_cell("x", outputs=list(outputs))]
        notebook = new_notebook(cells=cells, metadata={"labtools": {"versions": {}}})
        nbformat.write(notebook, tmp_path / "x.ipynb")
        press = Press(Site("L", False, {}, "sv"))
        return press.render(tmp_path / "x.ipynb", tmp_path / "x.html", ENTRY)

    return render


def encoded(image: Image.Image, **options: object) -> str:
    out = BytesIO()
    image.save(out, "PNG", **options)
    return base64.b64encode(out.getvalue()).decode()


def opened(uri: str) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(uri.partition(",")[2])))


def test_a_text_without_end_ends_with_a_note(page) -> None:
    text = page(new_output("stream", text="x" * (LONGEST + 1)), shown(text__plain="rad\n" * 5000))
    assert "Här står de första 20\xa0000 av 20\xa0001 tecken." in text
    assert f"Här står de första {MOST_LINES * 4 - 1:,} av ".replace(",", "\xa0") in text
    assert text.count("x" * 100) < LONGEST
    assert "tecken" not in page(new_output("stream", text="kort\n"))


def test_a_table_without_end_ends_with_a_note(page) -> None:
    rows = "".join(f"<tr><td>r{n}</td></tr>" for n in range(MOST_ROWS + 5))
    text = page(shown(text__html=f"&lt;så&gt;<table>{rows}</table>"))
    assert "Här står de första 1\xa0000 av 1\xa0005 rader." in text
    assert f">r{MOST_ROWS - 1}<" in text
    assert f">r{MOST_ROWS}<" not in text
    assert "&lt;så&gt;" in text


def test_lines_that_a_bar_wrote_over_each_other_show_its_end(page) -> None:
    text = page(*(new_output("stream", text=f"\r{n} %") for n in (10, 50, 100)))
    assert "<pre>100 %</pre>" in text.replace("\r", "")
    assert "50 %" not in text


def test_what_is_interactive_is_told_or_shown_as_its_picture(page) -> None:
    widget = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider(value=3)"}
    plotly = {"application/vnd.plotly.v1+json": {}, "text/html": "<div id='a'></div>"}
    vega = {"application/vnd.vegalite.v5+json": {}, "image/png": encoded(Image.new("L", (9, 9)))}
    text = page(*(new_output("display_data", data=data) for data in (widget, plotly, vega)))
    assert text.count(WORDS["interactive"]) == 2
    assert "IntSlider" not in text
    assert text.count("<img") == 1


def test_html_that_was_all_script_is_told_to_be_there(page) -> None:
    text = page(shown(text__html="<div id='g'></div><script>draw('g')</script>"))
    assert WORDS["not_shown"] in text
    hidden = "<p>syns</p><p style='display: none'>dolt</p>"
    text = page(shown(text__html=hidden))
    assert "syns" in text
    assert "dolt" not in text
    assert WORDS["not_shown"] not in text


def test_a_picture_keeps_every_pixel_and_loses_what_was_written_beside_them() -> None:
    noise = random.Random(1)
    image = Image.new("RGBA", (40, 30))
    image.putdata([(noise.randrange(256), 0, n % 256, 90 + n % 100) for n in range(1200)])
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Software", "a program, a person" * 40)
    found = data_uri(encoded(image, pnginfo=info), "image/png")
    assert found.startswith("data:image/webp;base64,")
    assert opened(found).convert("RGBA").tobytes() == image.tobytes()
    assert opened(found).info.get("exif") is None


def test_a_picture_that_cannot_be_read_or_would_grow_stays_as_it_is() -> None:
    for source in (base64.b64encode(b"\x89PNG").decode(), "!!", "AAA"):
        assert data_uri(source, "image/png") == f"data:image/png;base64,{source}"
    assert data_uri("QUJD\n", "image/jpeg") == "data:image/jpeg;base64,QUJD"
    moving = [Image.new("L", (5, 5), colour) for colour in (0, 200)]
    animated = encoded(moving[0], save_all=True, append_images=moving[1:])
    assert data_uri(animated, "image/png").startswith("data:image/png")


FIGURE = (
    '<figure class="drawn"><img src="data:," alt="Andelar. Norrvik: 60 % (40–80), n = 30; '
    'Umeå: 70 %, n = 25."></figure>'
)


def test_a_figure_without_a_table_beside_it_has_one_below_it() -> None:
    text = with_numbers(f"<h2 id='a'>A</h2>{FIGURE}".replace("'", '"'), WORDS)
    assert "<caption>Figur 1 i siffror: Andelar</caption>" in text
    assert '<tr><th scope="row">Norrvik</th><td>60 % (40–80), n = 30</td></tr>' in text
    assert '<tr><th scope="row">Umeå</th><td>70 %, n = 25</td></tr>' in text
    assert text.index("<details") > text.index("<img")


def test_a_figure_whose_numbers_stand_in_a_table_of_its_section_has_no_second_one() -> None:
    table = "<table><tr><td>60 %</td><td>40–80</td><td>30</td><td>70</td><td>25</td></tr></table>"
    heading = '<h2 id="a">A</h2>'
    assert with_numbers(f"{heading}{table}{FIGURE}", WORDS) == f"{heading}{table}{FIGURE}"
    other = with_numbers(f'{heading}{table}<h2 id="b">B</h2>{FIGURE}', WORDS)
    assert "<details" in other
    assert "<details" in with_numbers(f"{heading}{table.replace('70', '71')}{FIGURE}", WORDS)
