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
WORDS_PER_FRAGMENT = 43


def compose(plan: Plan, bank: Bank, rng: np.random.Generator) -> list[Turn]:
    """The turns of one interview, from the consent to the good-bye."""
    talk = Talk(plan, bank, rng)
    _open(talk)
    blocks = _blocks(talk)
    for theme, fragments, planted in blocks:
        if theme == "":
            _speak_of_pastimes(talk, planted)
        elif fragments == 0:
            _ask_in_vain(talk, theme)
        else:
            _speak_of(talk, theme, fragments)
    _close(talk)
    return talk.turns


def _blocks(talk: Talk) -> list[tuple[str, int, int]]:
    """What is spoken of, in order: theme, number of fragments, number of planted fragments."""
    plan, rng = talk.plan, talk.rng
    rest = plan.words - 330 - WORDS_PER_FRAGMENT * plan.planted
    if plan.alone:
        rest += 150
    total = max(2 * len(plan.themes), round(rest / (WORDS_PER_FRAGMENT + 9)))
    counts = dict.fromkeys(plan.themes, total // len(plan.themes))
    for theme in list(plan.themes)[: total % len(plan.themes)]:
        counts[theme] += 1
    order = [(theme, count, 0) for theme, count in counts.items()]
    order += [(theme, 0, 0) for theme in plan.asked_in_vain if not plan.alone]
    if plan.planted:
        order.append(("", 0, plan.planted))
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
    talk.ask(talk.take(talk.shelf(f"{theme}/questions")))
    _next_speaker(talk)
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
        return
    if len(talk.plan.people) > 1 and draw < 0.75:
        _go_round(talk)
    elif draw < 0.35:
        return
    elif draw < 0.55:
        talk.ask(talk.take(talk.shelf("backchannels"), again=True))
    else:
        talk.ask(talk.take(talk.shelf("probes"), again=True))
        if talk.plan.role not in STAFF_BACKGROUNDS and talk.rng.random() < 0.24:
            talk.answer(Piece(talk.take(talk.shelf("probe_answers"))))
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
    lead = talk.take("frames/interpreter/lead_ins", again=True)
    aside: tuple[Piece, ...] = ()
    if talk.rng.random() < 0.15:
        aside = (Piece(talk.take("frames/interpreter/asides", again=True)),)
    talk.say("interpreter", *aside, Piece(lead), piece)


def _ask_in_vain(talk: Talk, theme: str) -> None:
    """A question on a theme that the respondent does not hold."""
    talk.ask(talk.take(talk.shelf(f"{theme}/questions")))
    _next_speaker(talk)
    shelf = talk.shelf(f"{theme}/deflections")
    talk.answer(Piece(talk.take(shelf)))


def _speak_of_pastimes(talk: Talk, planted: int) -> None:
    """What people do together there, in the city's own words."""
    talk.ask(talk.take("extras/pastime_questions"))
    for number in range(planted):
        _next_speaker(talk)
        try:
            text = talk.take(f"city_words/{talk.plan.city.slug}/fragments")
        except LookupError:
            return
        if number:
            talk.ask(talk.take(talk.shelf("probes"), again=True))
        talk.answer(Piece(text, planted=True))


def _close(talk: Talk) -> None:
    if talk.plan.alone:
        talk.answer(Piece(talk.take("extras/monologue/closings")))
        return
    talk.ask(talk.take(talk.shelf("closing/interviewer")))
    _next_speaker(talk)
    talk.answer(Piece(talk.take(talk.shelf("closing/respondent"))))
    talk.ask(talk.take(talk.shelf("closing/goodbye")))
