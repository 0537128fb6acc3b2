"""Networks: words that belong together, drawn so that no word covers another."""

from __future__ import annotations

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from labtools.figures import COLOURS, WIDTH_INCHES, finish
from labtools.frames import check_columns
from labtools.words import Language, format_number, label

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# In points, 1/72 inch, as the fonts; the axes are drawn to that scale.
_WIDTH = 72 * WIDTH_INCHES - 8
_COLUMN = _WIDTH / 6  # two hold a pair of words with the line between them
_STEP = 74.0
_SHORTEST = 40.0  # of the line between two long words
_FONT_SIZE = 15  # to be read on a telephone too, where the figure is half as wide
_PAD = 6.0
_GAP = 18.0
_DIAMETERS = (20.0, 46.0)
_LINE_WIDTHS = (1.0, 6.0)
_LINE_COLOUR = "#8A8A8A"
_CIRCLE_COLOUR = COLOURS[4]


def draw_network(nodes: pd.DataFrame, edges: pd.DataFrame, *, language: Language, ax: Axes) -> Axes:
    """Words as circles, joined by lines where they belong together.

    nodes: one row per word, `word, edges, count`; edges: one row per pair of different words,
    `first, second, weight` (logDice), `count`; both as `collocations.find_network` gives them.
    The higher a word's count the larger its circle, the higher a pair's weight the wider its
    line: areas and widths run evenly from the lowest to the highest. No word covers another; the
    figure of `ax` is made as high as that takes. Where a word lies means nothing: words that
    hang together are laid out by their distance along the lines (Kamada & Kawai 1989), and
    turned so that the fewest lines run through a word. Without an edge nothing is drawn. Raises
    ValueError where nodes and edges hold different words.
    """
    check_columns(nodes, "word", "edges", "count")
    check_columns(edges, "first", "second", "weight", "count")
    if edges.empty:
        return ax
    ends = _number(nodes, edges)
    diameters = np.sqrt(_spread(nodes["count"], _DIAMETERS[0] ** 2, _DIAMETERS[1] ** 2))
    widths = _spread(edges["weight"], *_LINE_WIDTHS)
    texts = [_write(word, ax) for word in nodes["word"]]
    boxes = np.maximum([_measure(text, ax) for text in texts], diameters[:, np.newaxis])
    places, height = _place(ends, boxes + _PAD)
    for text, place in zip(texts, places, strict=True):
        text.set_position(tuple(place))
    ax.add_collection(LineCollection(list(places[ends]), linewidths=widths, colors=_LINE_COLOUR))
    x, y = places.T
    ax.scatter(x, y, s=diameters**2, color=_CIRCLE_COLOUR, linewidths=0, zorder=2.5)
    ax.set(xlim=(0, _WIDTH), ylim=(height, 0), aspect="equal", anchor="NW")
    ax.set_axis_off()
    figure = ax.figure.figure
    for name, width in _key(edges["weight"], widths, "log_dice", language).items():
        ax.plot([], [], color=_LINE_COLOUR, linewidth=width, label=name)
    for name, diameter in _key(nodes["count"], diameters, "count", language).items():
        ax.plot([], [], "o", color=_CIRCLE_COLOUR, markersize=diameter, label=name)
    figure.legend(loc="outside lower left", ncols=2, frameon=False, fontsize=13,
                     handlelength=4, labelspacing=2.2, borderpad=1.4)  # fmt: skip
    figure.set_size_inches(WIDTH_INCHES, (height + 130) / 72)
    return finish(ax, "network", _describe(nodes, edges, language), language)


def _number(nodes: pd.DataFrame, edges: pd.DataFrame) -> Ints:
    """Per edge, the places of its two words among the nodes."""
    words = pd.Index(nodes["word"])
    odd = words.symmetric_difference(pd.concat([edges["first"], edges["second"]]))
    if len(odd):
        raise ValueError(f"the nodes must be the words of the edges; {odd[0]!r} is only in one")
    return np.column_stack([words.get_indexer(edges[end]) for end in ("first", "second")])


def _spread(values: pd.Series, low: float, high: float) -> Floats:
    """The values moved evenly to between low and high; all low where they are alike."""
    numbers = values.to_numpy(dtype=np.float64)
    share = (numbers - numbers.min()) / max(np.ptp(numbers), 1e-9)
    return np.asarray(low + (high - low) * share)


def _write(word: str, ax: Axes) -> Text:
    return ax.text(0, 0, word, ha="center", va="center_baseline", fontsize=_FONT_SIZE, zorder=3,
                   parse_math=False, path_effects=[withStroke(linewidth=3, foreground="white")]
                   )  # fmt: skip


def _measure(text: Text, ax: Axes) -> tuple[float, float]:
    box = text.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    return 72 * box.width, 72 * box.height


def _place(ends: Ints, boxes: Floats) -> tuple[Floats, float]:
    """The middle of each word's box, and how high they are together.

    Words that hang together are one part; the parts stand in rows, the largest first. Words are
    numbers here: sets of text have another order in every run.
    """
    graph = nx.Graph(ends.tolist())
    parts = [sorted(part) for part in nx.connected_components(graph)]
    places = np.zeros_like(boxes)
    left = top = bottom = 0.0
    for part in sorted(parts, key=lambda part: (-len(part), part)):
        inner = _lay_out(np.searchsorted(part, ends[np.isin(ends[:, 0], part)]), boxes[part])
        width, height = (inner + boxes[part] / 2).max(axis=0)
        room = min(np.ceil(width / _COLUMN) * _COLUMN, _WIDTH)
        if left + room > _WIDTH + 1:
            left, top = 0.0, bottom + _GAP
        places[part] = inner + np.array([left + (room - width) / 2, top])
        left, bottom = left + room, max(bottom, top + height)
    return places, bottom


def _lay_out(ends: Ints, boxes: Floats) -> Floats:
    """One part, its upper left corner at nought: of 36 turns the one with fewest lines crossed.

    A line is as long as the root of its busier word's lines: many words have room about one.
    """
    graph = nx.Graph()
    graph.add_nodes_from(range(len(boxes)))
    degrees = np.bincount(ends.ravel())
    graph.add_weighted_edges_from(
        (first, second, degrees[[first, second]].max() ** 0.5) for first, second in ends.tolist()
    )
    found = nx.kamada_kawai_layout(graph)
    raw = np.array([found[node] for node in range(len(boxes))])
    widest = boxes[:, 0].max()
    size = max(_STEP * len(boxes) ** 0.5, widest + _SHORTEST)
    turned = []
    for angle in np.linspace(0, 2 * np.pi, 36, endpoint=False):
        cosine, sine = np.cos(angle), np.sin(angle)
        places = raw @ np.array([[cosine, -sine], [sine, cosine]])
        width, height = np.ptp(places, axis=0)
        scale = min(size / max(width, height), (_WIDTH - widest) / max(width, 1e-9))
        turned.append(_push_apart(scale * places, boxes))
    crossed = [_count_crossed(places, ends, boxes) for places in turned]
    heights = [float(np.ptp(places[:, 1]).round()) for places in turned]
    best = turned[int(np.lexsort(np.array([heights, crossed]))[0])]
    return np.asarray(best - (best - boxes / 2).min(axis=0))


def _push_apart(places: Floats, boxes: Floats) -> Floats:
    """From above, each box moved down as far as it takes to lie on no other."""
    order = np.argsort(places[:, 1], kind="stable")
    moved = places.copy()
    for at, here in enumerate(order):
        above = order[:at]
        needed = (boxes[above] + boxes[here]) / 2
        beside = np.abs(places[above, 0] - places[here, 0]) < needed[:, 0]
        for other in above[beside][np.argsort(moved[above[beside], 1], kind="stable")]:
            least = (boxes[other, 1] + boxes[here, 1]) / 2
            if abs(moved[other, 1] - moved[here, 1]) < least:
                moved[here, 1] = moved[other, 1] + least
    return moved


def _count_crossed(places: Floats, ends: Ints, boxes: Floats) -> int:
    """How many times a line runs through a word that is not its own, at forty points along it."""
    along = np.linspace(0, 1, 40)[:, np.newaxis, np.newaxis]
    points = places[ends[:, 0]] + along * (places[ends[:, 1]] - places[ends[:, 0]])
    apart = np.abs(points[:, :, np.newaxis] - places)
    inside = np.asarray((apart < boxes / 2).all(axis=3).any(axis=0))  # per line and word
    inside[np.arange(len(ends))[:, np.newaxis], ends] = False
    return int(inside.sum())


def _key(numbers: pd.Series, sizes: Floats, column: str, language: Language) -> dict[str, float]:
    """What the lowest and the highest of a measure are called, and how large they are drawn."""
    decimals = 1 if column == "log_dice" else 0
    name = label(f"column.{column}", language)
    return {
        f"{name}: {format_number(number, language, decimals=decimals)}": float(size)
        for number, size in zip(np.sort(numbers)[[0, -1]], np.sort(sizes)[[0, -1]], strict=True)
    }


def _describe(nodes: pd.DataFrame, edges: pd.DataFrame, language: Language) -> str:
    """How many words and pairs, the three words with most pairs, and each pair's numbers."""
    busiest = [
        f"{word} ({format_number(count, language)})"
        for word, count in nodes.nlargest(3, "edges")[["word", "edges"]].to_numpy()
    ]
    pairs = [
        f"{row['first']}–{row['second']} {format_number(row['weight'], language, decimals=1)} "
        f"({format_number(row['count'], language)})"
        for row in edges.to_dict("records")
    ]
    return label("figure.network", language).format(
        words=format_number(len(nodes), language),
        pairs=format_number(len(edges), language),
        busiest=", ".join(busiest),
        described="; ".join(pairs),
    )
