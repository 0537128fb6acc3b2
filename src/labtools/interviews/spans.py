"""Words of many texts at once: where each stands, and which types there are.

The pattern of a word is `WORD`. Instead of searching for it text by text, every code point gets
the class that NLTK's tokenizer has for it, once; words are then runs of a class, in numpy. A test
holds this to the words and places of NLTK's RegexpTokenizer with the same pattern.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import nltk
import numpy as np
import numpy.typing as npt
import pyarrow as pa

# A word: letters, joined by hyphen, apostrophe or colon within (SFI-kurs, EU:s), or a number, also
# one with a word after a hyphen (14-åring). Hesitation dots and punctuation are no words.
WORD = r"[^\W\d_]+(?:[-:’'][^\W\d_]+)*|\d+(?:[.,:-]\d+)*(?:-[^\W\d_]+(?:[-:’'][^\W\d_]+)*)?"

_LETTER, _DIGIT = 1, 2
_JOINS = {_LETTER: "-:’'", _DIGIT: ".,:-"}
_CODE_POINTS = 0x110000
_AT_A_TIME = 4_000_000  # code points: what they need of memory beside the result stays small

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Spans:
    """One entry per word, in order: the `text` it is of, `start` and `end` (code points in its
    text, end exclusive), and `code`, its place in `types`, which are distinct as they stand.
    """

    text: Ints
    start: Ints
    end: Ints
    code: Ints
    types: list[str]


def find_words(texts: Sequence[str]) -> Spans:
    """Every word of every text, in order."""
    places, types = list[tuple[Ints, Ints, Ints]](), list[pa.Array]()
    begun, size = 0, 0
    for number, one in enumerate(texts):
        size += len(one) + 1
        if size >= _AT_A_TIME or number == len(texts) - 1:
            found, words = _find(texts[begun : number + 1], first=begun)
            places.append(found)
            types.append(words)
            begun, size = number + 1, 0
    if not places:
        none = np.empty(0, dtype=np.int32)
        return Spans(none, none, none, none, [])
    text, start, end = (np.concatenate(column) for column in zip(*places, strict=True))
    words = pa.chunked_array(types).unify_dictionaries()
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in words.chunks])
    return Spans(text, start, end, codes, words.chunks[0].dictionary.to_pylist())


def _find(texts: Sequence[str], *, first: int) -> tuple[tuple[Ints, Ints, Ints], pa.Array]:
    """Text, start and end of every word of some texts, and the words as dictionary of Arrow.

    first: the number of the first text.
    """
    lengths = np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts))
    joined = "\n".join([*texts, ""])  # a line break is in no word
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    starts, ends = _find_runs(points)
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    text = np.searchsorted(bounds, starts, side="right") - 1
    places = (text + first, starts - bounds[text], ends - bounds[text])
    number, start, end = (place.astype(np.int32) for place in places)
    return (number, start, end), _encode(points, starts, ends)


def _find_runs(points: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.int64], ...]:
    """Where words start and end: runs of one class, those joined that a joint lies between."""
    kinds = _classes()[points]
    edge = np.flatnonzero(np.diff(kinds, prepend=0, append=0))
    starts, ends = edge[:-1], edge[1:]
    inside = kinds[starts] > 0
    starts, ends = starts[inside], ends[inside]
    if not len(starts):
        return starts, ends
    kind = kinds[starts]
    between = points[np.minimum(ends[:-1], len(points) - 1)]
    joined = (starts[1:] - ends[:-1] == 1) & (kind[1:] == kind[:-1])
    of_kind = [np.isin(between, [ord(sign) for sign in _JOINS[n]]) for n in (_LETTER, _DIGIT)]
    joined &= np.where(kind[:-1] == _LETTER, *of_kind)
    joined |= (starts[1:] - ends[:-1] == 1) & (kind[:-1] == _DIGIT) & (between == ord("-"))
    return starts[np.concatenate([[True], ~joined])], ends[np.concatenate([~joined, [True]])]


def _encode(
    points: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> pa.DictionaryArray:
    """The words, each type once, with no string of Python for any of them."""
    marks = np.zeros(len(points) + 1, dtype=np.int8)
    marks[starts] += 1
    marks[ends] -= 1
    letters = points[np.cumsum(marks[:-1], dtype=np.int8).view(bool)]
    widths = 1 + (letters >= 0x80).astype(np.int64) + (letters >= 0x800) + (letters >= 0x10000)
    after = np.concatenate([[0], np.cumsum(widths)])
    offsets = after[np.concatenate([[0], np.cumsum(ends - starts)])]
    data = letters.tobytes().decode("utf-32-le").encode("utf-8")
    words = pa.LargeStringArray.from_buffers(
        len(starts), pa.py_buffer(offsets.astype(np.int64)), pa.py_buffer(data)
    )
    return words.dictionary_encode()


@cache
def _classes() -> npt.NDArray[np.uint8]:
    """The class of every code point, as NLTK has it: letter (or mark on one), digit, neither."""
    kinds = np.zeros(_CODE_POINTS, dtype=np.uint8)
    everything = "".join(map(chr, range(_CODE_POINTS)))
    for kind, pattern in ((_LETTER, r"[^\W\d_]+"), (_DIGIT, r"\d+")):
        for start, end in nltk.RegexpTokenizer(pattern).span_tokenize(everything):
            kinds[start:end] = kind
    return kinds
