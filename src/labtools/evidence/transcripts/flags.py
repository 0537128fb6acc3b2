"""What in a transcript looks wrong: flagged for a person to look at, never removed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

import pandas as pd

from labtools.evidence.transcripts.subtitles import Cue
from labtools.frames import check_columns

FLAGS = ("overlap", "backward", "credit", "repeated")
OVERLAP_SECONDS = 0.05
"""Cues that overlap by no more than this stand as they are: programs round their times."""
REPEATED = 3
LONGEST_CREDIT = 100
LONGEST_EXAMPLE = 80

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_PHRASES = re.compile(
    r"""
    (?:www\.)?(?:svensktextning\.nu|undertextning\.nu|undertexter\.se|btistudios\.com
        |sdimedia\.com|opensubtitles\.org)
    |tack\ (?:så\ mycket\ )?för\ att\ (?:du|ni)\ (?:har\ )?(?:tittat|tittade|tittar)
        (?:\ på\ (?:den\ här\ |det\ här\ )?(?:videon?|klippet|filmen|programmet|avsnittet))?
    |(?:glöm\ inte\ att\ )?prenumerera\ på\ (?:min\ |vår\ |den\ här\ )?kanal(?:en)?
    |(?:thanks|thank\ you)(?:\ so\ much|\ very\ much)?\ for\ watching
        (?:\ (?:this|the|my|our)\ (?:video|film|episode))?
    |please\ subscribe|(?:please\ )?(?:like\ and\ )?subscribe\ to\ (?:my|our|this|the)\ channel
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MAKERS = re.compile(
    r"(?:(?:svenska )?undertext(?:er|ning|ad|at|ade)|(?:svensk ?)?textning|översättning"
    r"|(?:swedish |english )?(?:subtitles|captions)|(?:translated|subtitled)(?= by ))"
    r"(?P<by> (?:av|från|by|from)\b|(?= ?:))? ?:? (?P<who>\S.*)",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:www\.)?[\w-]+\.(?:com|org|net|nu|se|tv)(?:-\w+)?", re.IGNORECASE)
_BETWEEN = frozenset("och and för for the community / & + -".split())


def flag_times(cues: Sequence[Cue]) -> list[tuple[str, ...]]:
    """The flags that each cue's times call for, held against the cue before it in the file.

    `overlap`: it begins before the one before it ended, by more than OVERLAP_SECONDS.
    `backward`: it begins before the one before it began, or ends before it begins. The voices
    of one cue share its flags.
    """
    found: list[tuple[str, ...]] = []
    before: Cue | None = None
    for cue in cues:
        if cue.goes_on:
            found.append(found[-1])
            continue
        overlap = before is not None and round(before.end - cue.start, 3) > OVERLAP_SECONDS
        backward = cue.end < cue.start or (before is not None and cue.start < before.start)
        found.append(("overlap",) * overlap + ("backward",) * backward)
        before = cue
    return found


def flag_lines(lines: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """The flags that the words of each line call for.

    lines: speaker and words of each cue or paragraph. `credit`: `is_credit`. `repeated`: one
    speaker has the same line, letter case and outer punctuation aside, REPEATED times or more
    in a row. Lines without a letter or digit are never repeated, nor do they break a row.
    """
    whole = [(speaker, said, _bare(said).casefold()) for speaker, said in lines]
    worded = (number for number, (_, _, bare) in enumerate(whole) if bare)
    repeated: set[int] = set()
    for _, run in groupby(worded, key=lambda number: (whole[number][0], whole[number][2])):
        numbers = list(run)
        if len(numbers) >= REPEATED:
            repeated.update(numbers)
    return [
        ("credit",) * is_credit(said) + ("repeated",) * (number in repeated)
        for number, (_, said, _) in enumerate(whole)
    ]


def is_credit(said: str) -> bool:
    """Whether a whole cue or turn is what speech recognisers invent where nobody speaks.

    That is: who made the subtitles, thanks for watching, a call to subscribe, or the address of
    a subtitling firm; and, anywhere in at most LONGEST_CREDIT characters, `amara.org`. The
    patterns are the project's own, for Swedish and English.

    >>> is_credit("Textning: Anna Ek, www.btistudios.com"), is_credit("Tack för att ni kom.")
    (True, False)
    """
    if len(said) > LONGEST_CREDIT:
        return False
    bare = _bare(said)
    if _PHRASES.fullmatch(bare) or "amara.org" in bare.casefold():
        return True
    made = _MAKERS.fullmatch(bare)
    if made is None:
        return False
    words = [word.strip(",.;()") for word in made["who"].split()]
    names = [word for word in words if word not in _BETWEEN]
    return len(names) > (made["by"] is None) and all(
        name[:1].isupper() or _HOST.fullmatch(name) for name in names
    )


def _bare(said: str) -> str:
    """A line without the punctuation, brackets and notes of music around it."""
    return _EDGES.sub("", said)


def join_flags(flags: Iterable[str]) -> str:
    """The flags of a turn as one cell, each once, in the order of FLAGS.

    >>> join_flags(["credit", "overlap", "credit"])
    'overlap;credit'
    """
    return ";".join(sorted(set(flags), key=FLAGS.index))


def place_flags(raised: Sequence[tuple[str, int]]) -> str:
    """Where in a turn its flags were raised first, in the order of `join_flags`.

    raised: flags, in the turn's order, each with the number of the turn's words before the cue
    or paragraph that raised it.

    >>> place_flags([("overlap", 4), ("credit", 0), ("overlap", 9)])
    '4;0'
    """
    first = dict(reversed(raised))
    return ";".join(str(first[flag]) for flag in sorted(first, key=FLAGS.index))


def count_flags(turns: pd.DataFrame) -> pd.DataFrame:
    """One row per source and flag, for sources in the order of their first turn.

    turns: one row per turn with `source_id, turn, start_seconds, flags, flag_places, text`.
    Returns `source_id, flag, n` (turns) and, of the first of them, `turn`, `start_seconds` (as
    mm:ss; NaN where not known) and `example`: at most LONGEST_EXAMPLE characters from the cue or
    paragraph on that raised the flag. (A pseudonym of more or fewer words than the name that
    stood before it moves the example's beginning by as many words.)
    """
    columns = ["source_id", "turn", "start_seconds", "flags", "flag_places", "text"]
    check_columns(turns, *columns)
    flagged = turns.loc[turns["flags"] != "", columns]
    split = flagged.assign(
        flag=flagged["flags"].str.split(";"), place=flagged["flag_places"].str.split(";")
    )
    each = split.explode(["flag", "place"], ignore_index=True)
    groups = each.groupby(["source_id", "flag"], sort=False)
    counted = each.assign(n=groups["turn"].transform("size"))
    first = counted[~counted.duplicated(["source_id", "flag"])].reset_index(drop=True)
    said = [
        " ".join(text.split()[int(place) :])[:LONGEST_EXAMPLE]
        for text, place in zip(first["text"], first["place"], strict=True)
    ]
    clock = first["start_seconds"].map(_clock, na_action="ignore").astype("str")
    shown = first.assign(
        flag=first["flag"].astype("str"), start_seconds=clock, example=pd.Series(said, dtype="str")
    )
    return shown[["source_id", "flag", "n", "turn", "start_seconds", "example"]]


def _clock(seconds: float) -> str:
    """Minutes, beyond 59 as well, and seconds."""
    return f"{int(seconds) // 60:02}:{int(seconds) % 60:02}"
