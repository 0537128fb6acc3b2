"""Networks: every word can be read, sizes follow the numbers, and the text holds them."""

from collections.abc import Iterator
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.transforms import Bbox

from labtools import figures, networks
from labtools.words import Language

mpl.use("agg")


@pytest.fixture(autouse=True)
def _no_figure_stays_open() -> Iterator[None]:
    yield
    plt.close("all")


def _pairs(*words: str, count: int = 3) -> pd.DataFrame:
    """A pair for each "first second", the weights falling by one from 13."""
    ends = [pair.split() for pair in words]
    edges = pd.DataFrame(ends, columns=["first", "second"])
    weight = [13.0 - place for place in range(len(ends))]
    return edges.assign(weight=weight, count=range(count, count + len(ends)), interviews=3)


def _words(edges: pd.DataFrame) -> pd.DataFrame:
    ends = pd.concat([edges[["first", "count"]].set_axis(["word", "count"], axis=1),
                      edges[["second", "count"]].set_axis(["word", "count"], axis=1)])  # fmt: skip
    return ends.groupby("word", sort=False)["count"].agg(edges="size", count="sum").reset_index()


def _draw(edges: pd.DataFrame, language: Language = "sv") -> plt.Axes:
    ax = networks.draw_network(_words(edges), edges, language=language, ax=figures.new_axes())
    ax.figure.draw_without_rendering()
    return ax


FOUR = _pairs("mat laga", "inte veta", "inte orka", "ingen veta")
STAR = _pairs(*(f"inte granne{place}" for place in range(15)))
LONG = _pairs("samhällsplanering arbetsförmedlingen", "stadsdelsnämnden medborgarförslag")
MANY = _pairs(*(f"ord{place} ordet{place}" for place in range(12)))
RING = _pairs(*(f"grannskap{place} grannskap{(place + 1) % 14}" for place in range(14)))


@pytest.mark.parametrize(
    "edges", [FOUR, STAR, LONG, MANY, RING], ids=["four", "star", "long", "many", "ring"]
)
def test_no_word_covers_another_and_none_is_cut(edges: pd.DataFrame) -> None:
    ax = _draw(edges)
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts}
    assert set(boxes) == set(edges["first"]) | set(edges["second"])
    overlapping = [
        (one, other) for one, other in combinations(boxes, 2) if boxes[one].overlaps(boxes[other])
    ]
    assert overlapping == []
    page = ax.figure.bbox
    (key,) = ax.figure.legends
    for word, box in boxes.items():
        assert page.containsx(box.x0), word
        assert page.containsx(box.x1), word
        assert page.containsy(box.y0), word
        assert page.containsy(box.y1), word
        assert not box.overlaps(key.get_window_extent()), word


def test_no_circle_covers_another_word() -> None:
    ax = _draw(STAR)
    _, circles = ax.collections
    middles = ax.transData.transform(circles.get_offsets())
    radii = np.sqrt(circles.get_sizes()) / 2 * ax.figure.dpi / 72
    for own, text in enumerate(ax.texts):
        box = text.get_window_extent()
        nearest = np.clip(middles, [box.x0, box.y0], [box.x1, box.y1])
        covers = np.hypot(*(middles - nearest).T) < radii
        assert np.flatnonzero(covers).tolist() == [own]


def test_a_star_is_turned_so_that_no_line_runs_through_another_word() -> None:
    ax = _draw(STAR)
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts}
    for row, line in zip(STAR.itertuples(), ax.collections[0].get_segments(), strict=True):
        points = ax.transData.transform(np.linspace(*line, 100))
        through = {word for word, box in boxes.items() if box.count_contains(points)}
        assert through == {row.first, row.second}


def test_every_line_runs_between_its_two_words() -> None:
    ax = _draw(FOUR)
    at = {text.get_text(): text.get_position() for text in ax.texts}
    drawn = [[tuple(end) for end in line] for line in ax.collections[0].get_segments()]
    assert drawn == [[at[row.first], at[row.second]] for row in FOUR.itertuples()]


def test_lines_widen_with_weight_and_circles_grow_with_count() -> None:
    ax = _draw(FOUR)
    lines, circles = ax.collections
    np.testing.assert_allclose(lines.get_linewidths(), [6, 1 + 10 / 3, 1 + 5 / 3, 1])
    areas = pd.Series(circles.get_sizes(), index=_words(FOUR)["word"])
    assert _words(FOUR).set_index("word")["count"].to_dict() == {
        "mat": 3, "laga": 3, "inte": 9, "veta": 10, "orka": 5, "ingen": 6
    }  # fmt: skip
    assert (areas["mat"], areas["veta"]) == (20**2, pytest.approx(46**2))
    assert areas["inte"] - areas["ingen"] == pytest.approx(3 / 7 * (46**2 - 20**2))


def test_the_key_tells_the_lowest_and_the_highest() -> None:
    (key,) = _draw(FOUR).figure.legends
    told = [text.get_text() for text in key.get_texts()]
    assert told == ["logDice: 10,0", "logDice: 13,0", "Gånger: 3", "Gånger: 10"]


def test_where_all_are_alike_the_key_has_one_of_each() -> None:
    (key,) = _draw(_pairs("mat laga"), "en").figure.legends
    assert [text.get_text() for text in key.get_texts()] == ["logDice: 13.0", "Times: 3"]


def test_the_alternative_text_holds_every_pair_with_its_numbers() -> None:
    assert _draw(FOUR).get_label() == (
        "Ord som hör ihop. 6 ord och 4 par; flest par har inte (2), veta (2), mat (1). "
        "Paren med logDice och antal gånger: mat–laga 13,0 (3); inte–veta 12,0 (4); "
        "inte–orka 11,0 (5); ingen–veta 10,0 (6)."
    )
    assert _draw(FOUR, "en").get_label().endswith("inte–orka 11.0 (5); ingen–veta 10.0 (6).")


def test_words_that_do_not_hang_together_stand_apart_the_most_words_first() -> None:
    boxes = {text.get_text(): text.get_window_extent() for text in _draw(FOUR).texts}
    pair = Bbox.union([boxes[word] for word in ("mat", "laga")])
    rest = Bbox.union([boxes[word] for word in ("inte", "veta", "orka", "ingen")])
    assert rest.x1 < pair.x0


def test_the_same_table_gives_the_same_figure() -> None:
    first, second = ([text.get_position() for text in _draw(STAR).texts] for _ in range(2))
    assert first == second


def test_text_of_the_interviews_is_text_not_a_formula() -> None:
    texts = _draw(_pairs("$x$ 100$")).texts
    assert [text.get_text() for text in texts] == ["$x$", "100$"]
    assert not any(text.get_parse_math() for text in texts)


def test_nodes_of_other_words_are_an_error() -> None:
    with pytest.raises(ValueError, match="must be the words of the edges; 'ingen' is only in one"):
        networks.draw_network(_words(FOUR.head(3)), FOUR, language="sv", ax=figures.new_axes())


def test_a_network_of_nothing_becomes_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = FOUR.head(0)
    figures.show(_draw(nothing), language="sv")
    assert "Markdown" in capsys.readouterr().out
    assert not plt.get_fignums()


def test_the_figure_is_seven_inches_wide_and_as_high_as_its_words_need() -> None:
    small, large = (_draw(edges).figure.get_size_inches() for edges in (FOUR, MANY))
    assert small[0] == large[0] == 7
    assert small[1] < large[1]


def test_the_tables_are_left_as_they_were() -> None:
    kept = STAR.copy()
    _draw(STAR)
    pd.testing.assert_frame_equal(STAR, kept)
