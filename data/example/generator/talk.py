"""What an interview is made of while it is composed: its plan, its turns, what was said."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from bank import Bank
from truth import HERE, City

VOICES: dict[str, dict[str, list[int]]] = tomllib.loads(
    (HERE / "text" / "voices.toml").read_text(encoding="utf-8")
)
GROWN_UP: dict[str, list[int]] = VOICES.pop("grown_up")  # by shelf, what nobody of 20 would say
FRAMES = ("opening", "background", "closing", "probes", "backchannels", "probe_answers")


@dataclass(frozen=True)
class Piece:
    """A stretch of one turn that says one thing; `theme` is blank where it holds none."""

    text: str
    theme: str = ""
    planted: bool = False


@dataclass(frozen=True)
class Turn:
    """What one speaker says until another does; the interviewer and the interpreter by name."""

    speaker: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The turn as it is written down."""
        return " ".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Plan:
    """What is settled about an interview before anybody speaks."""

    source_id: str
    number: int
    city: City
    kind: str
    date: str
    wave: str
    people: tuple[str, ...]
    voices: tuple[str, ...]
    role: str
    themes: tuple[str, ...]
    asked_in_vain: tuple[str, ...]
    words: int
    hesitation: float
    planted: tuple[str, ...]
    staff_names: tuple[str, ...]
    language: str = "sv"
    interpreter: bool = False
    alone: bool = False
    again: bool = False


@dataclass
class Talk:
    """An interview while it is composed."""

    plan: Plan
    bank: Bank
    rng: np.random.Generator
    turns: list[Turn] = field(default_factory=list)
    taken: set[tuple[str, int]] = field(default_factory=set)
    speaking: int = 0

    @property
    def told(self) -> int:
        """How many things the turn that is spoken tells so far."""
        return sum(bool(piece.theme) for piece in self.turns[-1].pieces) if self.turns else 0

    def take(
        self,
        shelf: str,
        among: Iterable[int] | None = None,
        *,
        again: bool = False,
        voice: str = "",
    ) -> str:
        """A sentence from the bank that fits a voice, the speaker's if none is named.

        Not one that was said in this interview, unless `again`. Raises LookupError where
        everything has been said.
        """
        friends = self.bank.names("extras/friends")
        staff = self.plan.staff_names
        slots = {
            "city": self.plan.city.name,
            "company": self.plan.city.company,
            "place": self.plan.city.place,
            "area": self.plan.city.area,
            "staff": staff[int(self.rng.integers(len(staff)))],
            "friend": friends[int(self.rng.integers(len(friends)))],
        }
        by_voice = VOICES.get(shelf, VOICES["participants"] if _is_of_themes(shelf) else {})
        voice = voice or self.plan.voices[self.speaking]
        others = {i for name, places in by_voice.items() if name != voice for i in places}
        if voice == "young":
            others |= set(GROWN_UP.get(shelf, ()))
        fitting = [i for i in among or range(self.bank.size(shelf)) if i not in others]
        taken = () if again else self.taken
        text, key = self.bank.take(shelf, self.rng, slots, taken=taken, among=fitting)
        self.taken.add(key)
        return text

    def say(self, speaker: str, *pieces: Piece | str) -> None:
        """Add a turn; a speaker who goes on speaking adds to the turn before."""
        said = tuple(piece if isinstance(piece, Piece) else Piece(piece) for piece in pieces)
        if self.turns and self.turns[-1].speaker == speaker:
            said = self.turns.pop().pieces + said
        self.turns.append(Turn(speaker, said))

    def ask(self, text: str) -> None:
        """The interviewer speaks; nobody asks somebody who records alone."""
        if not self.plan.alone:
            self.say("interviewer", text)

    def answer(self, *pieces: Piece) -> None:
        """The respondent whose turn it is speaks, now and then after a hesitation."""
        if self.rng.random() < self.plan.hesitation and not self.plan.alone:
            pieces = (Piece(self.take(self.shelf("hesitations"), again=True)), *pieces)
        self.say(f"respondent {self.speaking}", *pieces)

    def shelf(self, name: str) -> str:
        """Where the bank keeps what this interview needs, by language and by who is asked."""
        english = self.plan.language == "en"
        if name in ("hesitations", "week_questions", "links"):
            return f"extras/{name}_en" if english else f"extras/{name}"
        if english:
            return f"english/{name}"
        if name.partition("/")[0] in FRAMES:
            return f"frames/{name}"
        return f"staff/{name}" if self.plan.role in ("staff", "partner") else f"participants/{name}"

    def fragment(self, theme: str, *, direct: bool = True) -> Piece | None:
        """Something on the theme that this respondent could say; None when all has been said.

        Who has an interpreter says simple things without (`direct`) and all else through her.
        Who speaks Swedish as a second language, or is young, says first what only they say.
        """
        shelf = self.shelf(f"{theme}/fragments")
        voice = self.plan.voices[self.speaking] if direct else "plain"
        tries: list[Iterable[int] | None] = [None]
        if voice in ("second_language", "young") and _is_of_themes(shelf):
            size = self.bank.size(shelf)
            tries.insert(0, [i for i in VOICES["participants"][voice] if i < size])
        for among in tries:
            try:
                return Piece(self.take(shelf, among, voice=voice), theme)
            except LookupError:
                continue
        return None


def _is_of_themes(shelf: str) -> bool:
    return shelf.startswith("participants/") and shelf.endswith("/fragments")
