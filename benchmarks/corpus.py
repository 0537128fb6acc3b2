"""How rightly Swedish is read: words, sentences and lemmas, beside plain NLTK and simplemma.

    .venv/bin/python benchmarks/corpus.py

On the development part of UD Talbanken (beside the checkout, in shared/data), and on the spoken
turns of tests/interviews/spoken_turns.txt. Prints F, or the share that is right; what is compared
stands with each function that measures.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path

import nltk
import pandas as pd
import simplemma

from labtools.interviews.sentences import split_sentences
from labtools.interviews.spans import find_words
from labtools.interviews.tokens import lemmatize

ROOT = Path(__file__).resolve().parents[1]
TALBANKEN = ROOT.parent / "shared" / "data" / "swedish" / "talbanken-dev.conllu"
SPOKEN = ROOT / "tests" / "interviews" / "spoken_turns.txt"
OPEN_CLASSES = ("NOUN", "VERB", "ADJ", "ADV")
END_MARKS = ".-"
FINAL_MARK = re.compile(r"[.!?…][\"'”)]*$")
ANYWHERE = re.compile("")

Places = set[tuple[int, int, int]]  # number of the text, start, end


@dataclass(frozen=True)
class Word:
    """A token of the treebank with its place in its sentence."""

    start: int
    end: int
    form: str
    lemma: str
    part_of_speech: str


@dataclass(frozen=True)
class Sentence:
    """A sentence of the treebank as it was written."""

    document: int
    text: str
    words: tuple[Word, ...]


def read_talbanken(path: Path) -> list[Sentence]:
    """The sentences of a CoNLL-U file; words that nobody wrote (`19.1`) are left out."""
    sentences: list[Sentence] = []
    document = -1
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        lines = block.splitlines()
        document += any(line.startswith("# newdoc") for line in lines)
        [text] = [line.removeprefix("# text = ") for line in lines if line.startswith("# text = ")]
        rows = [line.split("\t") for line in lines if line[0] != "#"]
        words = tuple(_place([row for row in rows if row[0].isdigit()], text))
        sentences.append(Sentence(document, text, words))
    return sentences


def read_spoken(path: Path) -> list[list[Sentence]]:
    """The sentences of each spoken turn."""
    lines = path.read_text(encoding="utf-8").splitlines()
    turns = [line.split(" | ") for line in lines if not line.startswith("#")]
    return [[Sentence(n, text, ()) for text in turn] for n, turn in enumerate(turns)]


def _place(rows: Iterable[Sequence[str]], text: str) -> Iterator[Word]:
    past = 0
    for row in rows:
        start = text.index(row[1], past)
        past = start + len(row[1])
        yield Word(start, past, row[1], row[2], row[3])


@dataclass(frozen=True)
class Joined:
    """Texts made of sentences, and where in them each sentence and each of its words stands."""

    texts: list[str]
    sentences: Places
    words: Places


def join(groups: Iterable[Sequence[Sentence]], *, between: re.Pattern[str]) -> Joined:
    """A text for each group of sentences.

    A space follows a sentence that ends as `between` says, a line break any other: a heading
    stands on a line of its own.
    """
    joined = Joined([], set(), set())
    for number, group in enumerate(groups):
        text = ""
        for sentence in group:
            past = len(text)
            joined.sentences.add((number, past, past + len(sentence.text)))
            joined.words.update((number, past + w.start, past + w.end) for w in sentence.words)
            text += sentence.text + (" " if between.search(sentence.text) else "\n")
        joined.texts.append(text[:-1])
    return joined


def join_documents(sentences: Sequence[Sentence]) -> Joined:
    """The documents of the treebank."""
    documents: dict[int, list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        documents[sentence.document].append(sentence)
    return join(documents.values(), between=FINAL_MARK)


def score(gold: Places, found: Places) -> float:
    """F of places: right where both ends are."""
    return 2 * len(gold & found) / (len(gold) + len(found))


def score_words(gold: Joined, found: Places, *, end_marks: bool) -> float:
    """F of the places of words: those of the treebank's tokens that hold a letter or a digit.

    A place is right where both its ends are. With end_marks as the treebank has it: the full stop
    of an abbreviation (`Vol.`) or a list's number (`7.`) and the hyphen that a word is left off at
    (`barn- och ungdom`) belong to the word; without, these are taken off its end, on both sides.
    """
    kept = (keep_words(one, gold.texts, end_marks=end_marks) for one in (gold.words, found))
    return score(*kept)


def keep_words(places: Places, texts: Sequence[str], *, end_marks: bool) -> Places:
    """Those that hold a letter or a digit."""
    kept = {place for place in places if re.search(r"[^\W_]", texts[place[0]][slice(*place[1:])])}
    if end_marks:
        return kept
    return {
        (n, start, start + len(texts[n][start:end].rstrip(END_MARKS))) for n, start, end in kept
    }


def find_with_labtools(texts: Sequence[str]) -> Places:
    """The words of each text."""
    found = find_words(texts)
    return set(zip(found.text.tolist(), found.start.tolist(), found.end.tolist(), strict=True))


def find_with_nltk(tokenizer: nltk.tokenize.api.TokenizerI, texts: Sequence[str]) -> Places:
    """The same with one of NLTK's tokenizers."""
    return {(n, *span) for n, text in enumerate(texts) for span in tokenizer.span_tokenize(text)}


def find_with_simplemma(texts: Sequence[str]) -> Places:
    """The same with simplemma's, which gives no places: each is the next that holds the word."""
    places: Places = set()
    for number, text in enumerate(texts):
        past = 0
        for word in simplemma.simple_tokenizer(text):
            start = text.index(word, past)
            past = start + len(word)
            places.add((number, start, past))
    return places


def split_with_labtools(texts: Sequence[str]) -> Places:
    """The sentences of each text."""
    found = split_sentences(
        pd.DataFrame({"source_id": "", "turn": range(len(texts)), "text": texts})
    )
    return set(zip(found["turn"], found["start"], found["end"], strict=True))


def split_with_punkt(texts: Sequence[str], *, learnt_from: str | None = None) -> Places:
    """The same with NLTK's Punkt, line by line."""
    punkt = nltk.PunktSentenceTokenizer(learnt_from)
    return {
        (number, line.start() + start, line.start() + end)
        for number, text in enumerate(texts)
        for line in re.finditer(r"[^\n]+", text)
        for start, end in punkt.span_tokenize(line[0])
    }


def choose_open_classes(sentences: Sequence[Sentence]) -> list[Word]:
    """Nouns, verbs, adjectives and adverbs."""
    return [word for one in sentences for word in one.words if word.part_of_speech in OPEN_CLASSES]


def score_lemmas(words: Sequence[Word], lemma_of: Callable[[str], str]) -> float:
    """The share of words of the open classes whose lemma is the treebank's, capitals aside."""
    made = {form: lemma_of(form) for form in {word.form.lower() for word in words}}
    return sum(made[word.form.lower()] == word.lemma.lower() for word in words) / len(words)


def score_groups(words: Sequence[Word], key_of: Callable[[str], str]) -> tuple[float, float, float]:
    """Precision, recall and F over pairs of different forms: do both belong to one lemma?

    A form belongs to the lemma that it most often has in the treebank, and to the group of all
    forms with the same key: a stem is no lemma, but may bring the same forms together.
    """
    lemmas: dict[str, Counter[str]] = defaultdict(Counter)
    for word in words:
        lemmas[word.form.lower()][word.lemma.lower()] += 1
    gold = {form: max(sorted(counts), key=counts.__getitem__) for form, counts in lemmas.items()}
    made = {form: key_of(form) for form in gold}
    both = _count_pairs((gold[form], made[form]) for form in gold)
    precision, recall = (both / _count_pairs(one.values()) for one in (made, gold))
    return precision, recall, 2 * precision * recall / (precision + recall)


def _count_pairs(keys: Iterable[object]) -> int:
    return sum(comb(count, 2) for count in Counter(keys).values())


def print_words(sentences: Sequence[Sentence]) -> None:
    """F of words, found in whole documents."""
    gold = join_documents(sentences)
    ways = {
        "labtools": find_with_labtools(gold.texts),
        "NLTK's word tokenizer": find_with_nltk(nltk.NLTKWordTokenizer(), gold.texts),
        "NLTK's words and punctuation": find_with_nltk(nltk.WordPunctTokenizer(), gold.texts),
        "CountVectorizer's pattern": find_with_nltk(nltk.RegexpTokenizer(r"\b\w\w+\b"), gold.texts),
        "simplemma's tokenizer": find_with_simplemma(gold.texts),
    }
    print(f"{'words, F of their places':36} {'as in Talbanken':>16} {'end marks off':>14}")
    for name, found in ways.items():
        _print_words(name, gold, found)
    alone = join(([sentence] for sentence in sentences), between=FINAL_MARK)
    told = find_with_nltk(nltk.NLTKWordTokenizer(), alone.texts)
    _print_words("NLTK's, told where sentences end", alone, told)


def _print_words(name: str, gold: Joined, found: Places) -> None:
    exact, bare = (score_words(gold, found, end_marks=marks) for marks in (True, False))
    print(f"{name:36} {exact:16.4f} {bare:14.4f}")


def print_sentences(sentences: Sequence[Sentence]) -> None:
    """F of sentences, of Talbanken and of spoken turns."""
    sets = [join_documents(sentences), join(read_spoken(SPOKEN), between=ANYWHERE)]
    print(f"{'sentences, F of their places':36} {'Talbanken':>16} {'spoken turns':>14}")
    print(f"{'(how many)':36} {len(sets[0].sentences):16} {len(sets[1].sentences):14}")
    ways: dict[str, Callable[[Sequence[str]], Places]] = {
        "labtools": split_with_labtools,
        "NLTK's Punkt, nothing learnt": split_with_punkt,
        "NLTK's Punkt, learnt from the same": lambda texts: split_with_punkt(
            texts, learnt_from="\n".join(texts)
        ),
    }
    for name, split in ways.items():
        written, said = (score(gold.sentences, split(gold.texts)) for gold in sets)
        print(f"{name:36} {written:16.4f} {said:14.4f}")


def print_lemmas(sentences: Sequence[Sentence]) -> None:
    """How many lemmas are right, and how well forms of a word come together."""
    words = choose_open_classes(sentences)
    stem = nltk.SnowballStemmer("swedish").stem
    ways: dict[str, Callable[[str], str]] = {
        "labtools": lambda word: lemmatize(word, language="sv"),
        "simplemma, greedy": lambda word: simplemma.lemmatize(word, lang="sv", greedy=True).lower(),
        "simplemma": lambda word: simplemma.lemmatize(word, lang="sv").lower(),
        "NLTK's Snowball stemmer": stem,
    }
    print(f"{f'lemmas of {len(words):,} open-class words':36} {'right':>8}", end=" ")
    print(f"{'pairs: precision':>17} {'recall':>7} {'F':>6}")
    for name, way in ways.items():
        right = "–" if way is stem else f"{score_lemmas(words, way):.4f}"
        precision, recall, f = score_groups(words, way)
        print(f"{name:36} {right:>8} {precision:17.3f} {recall:7.3f} {f:6.3f}")


def main() -> None:
    """Words, sentences, lemmas."""
    if not TALBANKEN.is_file():
        print("Talbanken is not beside the checkout: nothing is measured on it")
        return
    sentences = read_talbanken(TALBANKEN)
    print_words(sentences)
    print()
    print_sentences(sentences)
    print()
    print_lemmas(sentences)


if __name__ == "__main__":
    main()
