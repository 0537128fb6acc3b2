"""Words and lemmas of edited Swedish as benchmarks/corpus.py measures them."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
import simplemma

from labtools.interviews.tokens import lemmatize


@pytest.fixture(scope="module")
def corpus(root: Path) -> ModuleType:
    """benchmarks/corpus.py, which measures."""
    spec = importlib.util.spec_from_file_location(
        "corpus_benchmark", root / "benchmarks" / "corpus.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_words_of_talbanken_are_found(corpus: ModuleType, shared_data: Path) -> None:
    """UD Talbanken, dev: its tokens with a letter or digit, and whether both ends are right.

    The treebank keeps the full stop of `Vol.` and the hyphen of `barn-` as parts of the word,
    which here are punctuation, so more are right where neither side has them.
    """
    gold = corpus.join_documents(
        corpus.read_talbanken(shared_data / "swedish" / corpus.TALBANKEN.name)
    )
    found = corpus.find_with_labtools(gold.texts)
    assert len(corpus.keep_words(gold.words, gold.texts, end_marks=True)) == 8825
    assert corpus.score_words(gold, found, end_marks=False) >= 0.997
    assert corpus.score_words(gold, found, end_marks=True) >= 0.995


def test_lemmas_are_better_than_the_dictionary_alone(corpus: ModuleType, shared_data: Path) -> None:
    """Open-class words of UD Talbanken, dev, beside simplemma's greedy look-up alone."""
    sentences = corpus.read_talbanken(shared_data / "swedish" / corpus.TALBANKEN.name)
    words = corpus.choose_open_classes(sentences)
    own = corpus.score_lemmas(words, lambda word: lemmatize(word, language="sv"))
    plain = corpus.score_lemmas(
        words, lambda word: simplemma.lemmatize(word, lang="sv", greedy=True).lower()
    )
    assert own > plain + 0.003
    assert own >= 0.91


def test_scores_fall_with_a_wrong_end_and_with_a_word_too_many(corpus: ModuleType) -> None:
    said = corpus.Sentence(
        0,
        "Se Vol. 7.",
        (
            corpus.Word(0, 2, "Se", "se", "VERB"),
            corpus.Word(3, 7, "Vol.", "volym", "NOUN"),
            corpus.Word(8, 9, "7", "7", "NUM"),
            corpus.Word(9, 10, ".", ".", "PUNCT"),
        ),
    )
    gold = corpus.join([[said]], between=corpus.FINAL_MARK)
    found = {(0, 0, 2), (0, 3, 6), (0, 8, 9)}
    assert corpus.score_words(gold, found, end_marks=True) == pytest.approx(2 / 3)
    assert corpus.score_words(gold, found, end_marks=False) == 1
    assert corpus.score_words(gold, found | {(0, 0, 1)}, end_marks=False) == pytest.approx(6 / 7)
    words = [corpus.Word(0, 0, form, "x", "NOUN") for form in ("a", "b", "c")]
    assert corpus.score_groups(words, lambda word: word.replace("c", "d").replace("b", "a")) == (
        1, pytest.approx(1 / 3), pytest.approx(1 / 2)
    )  # fmt: skip
