"""Composes what is said in one interview: who speaks, in which order, about which theme."""

from __future__ import annotations

import numpy as np
from bank import Bank
from talk import Piece, Plan, Talk, Turn

# Which of those who work there tell of themselves so: partners come from elsewhere.
STAFF_BACKGROUNDS = {"staff": (0, 1, 3, 4, 5, 7, 9, 10, 11, 12), "partner": (2, 6, 8, 13)}
# How it began, and an ordinary week; what answers the question who one is fits neither.
BEGINNINGS, WEEKS = range(16), (*range(16, 23), *range(24, 29))
BEGINNINGS_EN, WEEKS_EN = range(4), range(4, 7)
# Answers that fit whatever the follow-up question asked.
ANSWERS = (2, 14, 18, 19, 20, 26, 31, 37, 44, 52, 54)
ANSWERS_EN = (0, 2, 4, 5, 15, 19)
WORDS_PER_FRAGMENT = 43


def compose(
    plan: Plan, bank: Bank, rng: np.random.Generator, said: dict[str, set[tuple[str, int]]]
) -> list[Turn]:
    """The turns of one interview, from the consent to the good-bye.

    said: what each person has told so far, which they do not tell again; grows.
    """
    talk = Talk(plan, bank, rng)
    for person in plan.people:
        talk.taken |= said.get(person, set())
    _open(talk)
    blocks = _blocks(talk)
    for number, (theme, fragments) in enumerate(blocks):
        if plan.alone and number:
            talk.answer(Piece(talk.take("extras/monologue/turns", again=True)))
        if theme == "":
            _speak_of_pastimes(talk)
        elif fragments == 0:
            _ask_in_vain(talk, theme)
        else:
            _speak_of(talk, theme, fragments)
    _close(talk)
    told = {key for key in talk.taken if key[0].endswith("/fragments")}
    for person in plan.people:
        said.setdefault(person, set()).update(told)
    return talk.turns


def _blocks(talk: Talk) -> list[tuple[str, int]]:
    """What is spoken of, in order: theme, blank for the city's own words; number of fragments."""
    plan, rng = talk.plan, talk.rng
    rest = plan.words - 330 - WORDS_PER_FRAGMENT * len(plan.planted)
    if plan.alone:
        rest += 150
    total = max(2 * len(plan.themes), round(rest / (WORDS_PER_FRAGMENT + 9)))
    counts = dict.fromkeys(plan.themes, total // len(plan.themes))
    for theme in list(plan.themes)[: total % len(plan.themes)]:
        counts[theme] += 1
    order = list(counts.items())
    order += [(theme, 0) for theme in plan.asked_in_vain if not plan.alone]
    if plan.planted:
        order.append(("", len(plan.planted)))
    return [order[i] for i in rng.permutation(len(order))]


def _open(talk: Talk) -> None:
    """Consent, and who one is."""
    plan = talk.plan
    group = len(plan.people) > 1
    if plan.alone:
        talk.say("respondent 0", talk.take("extras/monologue/openings"))
    else:
        talk.ask(talk.take("extras/group/openings" if group else talk.shelf("opening/interviewer")))
        if plan.interpreter:
            talk.say("interpreter", talk.take("frames/interpreter/greeting"))
        for talk.speaking in range(len(plan.people)):
            talk.answer(Piece(talk.take(talk.shelf("opening/respondent"))))
    if plan.again:
        talk.ask(talk.take("extras/again_questions"))
        talk.answer(Piece(talk.take("frames/background/fragments", WEEKS)))
        return
    talk.ask(talk.take("extras/group/backgrounds" if group else talk.shelf("background/questions")))
    for talk.speaking in range(len(plan.people)):
        _tell_of_oneself(talk)


def _tell_of_oneself(talk: Talk) -> None:
    plan = talk.plan
    if plan.role in STAFF_BACKGROUNDS:
        among = STAFF_BACKGROUNDS[plan.role]
        talk.answer(Piece(talk.take("frames/background/staff_fragments", among)))
        return
    shelf = talk.shelf("background/fragments")
    english = plan.language == "en"
    first = talk.take(shelf, BEGINNINGS_EN if english else BEGINNINGS)
    if plan.interpreter:
        _say_through_interpreter(talk, Piece(first))
        return
    talk.answer(Piece(first))
    if len(plan.people) == 1 and talk.rng.random() < 0.5:
        talk.ask(talk.take(talk.shelf("week_questions")))
        talk.answer(Piece(talk.take(shelf, WEEKS_EN if english else WEEKS)))


def _next_speaker(talk: Talk) -> None:
    if len(talk.plan.people) > 1:
        others = [i for i in range(len(talk.plan.people)) if i != talk.speaking]
        talk.speaking = others[int(talk.rng.integers(len(others)))]


def _speak_of(talk: Talk, theme: str, fragments: int) -> None:
    """A question on a theme the respondent holds, and as many fragments as come of it."""
    _ask(talk, theme)
    for number in range(fragments):
        direct = not talk.plan.interpreter or number == 0
        piece = talk.fragment(theme, direct=direct)
        if piece is None:
            return
        if direct:
            talk.answer(piece)
        else:
            _say_through_interpreter(talk, piece)
        if number + 1 < fragments:
            _go_on(talk)


def _go_on(talk: Talk) -> None:
    """What lies between two fragments: nothing, a nod, a follow-up, or somebody else in a group."""
    draw = talk.rng.random()
    if talk.plan.alone:
        if draw < 0.3:
            talk.answer(Piece(talk.take("extras/links", again=True)))
    elif len(talk.plan.people) > 1 and draw < 0.75:
        _go_round(talk)
    elif draw < 0.20 and talk.told == 1:
        if not talk.plan.interpreter:
            talk.answer(Piece(talk.take(talk.shelf("links"), again=True)))
    elif draw < 0.50:
        talk.ask(talk.take(talk.shelf("backchannels"), again=True))
    else:
        talk.ask(talk.take(talk.shelf("probes"), again=True))
        if talk.plan.role not in STAFF_BACKGROUNDS and talk.rng.random() < 0.15:
            among = ANSWERS_EN if talk.plan.language == "en" else ANSWERS
            try:
                _answer_shortly(talk, talk.take(talk.shelf("probe_answers"), among))
            except LookupError:
                return
            talk.ask(talk.take(talk.shelf("backchannels"), again=True))


def _go_round(talk: Talk) -> None:
    """In a group somebody else goes on, having agreed, disagreed or been asked."""
    draw = talk.rng.random()
    _next_speaker(talk)
    if draw < 0.45:
        talk.say(f"respondent {talk.speaking}", talk.take("frames/group/agreements", again=True))
    elif draw < 0.60:
        talk.say(f"respondent {talk.speaking}", talk.take("frames/group/disagreements", again=True))
    else:
        talk.ask(talk.take("frames/group/moderator", again=True))


def _say_through_interpreter(talk: Talk, piece: Piece) -> None:
    if talk.turns[-1].speaker == "interpreter":
        talk.say("interpreter", piece)
        return
    before: list[Piece] = []
    if talk.rng.random() < 0.12:
        before.append(Piece(talk.take("frames/interpreter/asides", again=True)))
    if before or talk.rng.random() < 0.25:
        before.append(Piece(talk.take("frames/interpreter/lead_ins", again=True)))
    talk.say("interpreter", *before, piece)


def _ask_in_vain(talk: Talk, theme: str) -> None:
    """A question on a theme that the respondent does not hold."""
    _ask(talk, theme)
    _answer_shortly(talk, talk.take(talk.shelf(f"{theme}/deflections")))


def _ask(talk: Talk, theme: str) -> None:
    """A question on a theme; in a group, to whoever wants to begin."""
    talk.ask(talk.take(talk.shelf(f"{theme}/questions")))
    if len(talk.plan.people) > 1:
        talk.ask(talk.take("extras/group/invitations", again=True))
    _next_speaker(talk)


def _answer_shortly(talk: Talk, text: str) -> None:
    """Something that tells of no theme; whoever has an interpreter says it through her."""
    if talk.plan.interpreter:
        _say_through_interpreter(talk, Piece(text))
    else:
        talk.answer(Piece(text))


def _speak_of_pastimes(talk: Talk) -> None:
    """What people do together there, in the city's own words."""
    shelf = f"city_words/{talk.plan.city.slug}/fragments"
    talk.ask(talk.take("extras/pastime_questions"))
    for number, stem in enumerate(talk.plan.planted):
        _next_speaker(talk)
        try:
            text = talk.take(shelf, talk.bank.find(shelf, rf"\b{stem}"))
        except LookupError:
            return
        if number:
            talk.ask(talk.take(talk.shelf("probes"), again=True))
        talk.answer(Piece(text, planted=True))


def _close(talk: Talk) -> None:
    if talk.plan.alone:
        talk.answer(Piece(talk.take("extras/monologue/closings")))
        return
    group = len(talk.plan.people) > 1
    talk.ask(talk.take("extras/group/closings" if group else talk.shelf("closing/interviewer")))
    _next_speaker(talk)
    staff = talk.plan.role in STAFF_BACKGROUNDS and talk.plan.language == "sv"
    shelf = "frames/closing/staff_respondent" if staff else talk.shelf("closing/respondent")
    _answer_shortly(talk, talk.take(shelf))
    talk.ask(talk.take("extras/group/goodbyes" if group else talk.shelf("closing/goodbye")))
