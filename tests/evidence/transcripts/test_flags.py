"""What looks wrong in a transcript is flagged; what is ordinary speech is not."""

from pathlib import Path

import pandas as pd
import pytest

from labtools.evidence.transcripts.flags import (
    count_flags,
    flag_lines,
    flag_times,
    is_credit,
    join_flags,
)
from labtools.evidence.transcripts.subtitles import Cue
from labtools.evidence.transcripts.transcript import read_transcript


def _cue(start: float, end: float, *, goes_on: bool = False) -> Cue:
    return Cue(start, end, "", "hej", goes_on)


@pytest.mark.parametrize(
    ("second", "flags"),
    [
        (_cue(3, 4), ()),
        (_cue(2.95, 4), ()),
        (_cue(2.949, 4), ("overlap",)),
        (_cue(1, 4), ("overlap",)),
        (_cue(0.999, 4), ("overlap", "backward")),
        (_cue(5, 4.999), ("backward",)),
        (_cue(3, 3), ()),
    ],
)
def test_times_are_held_against_the_cue_before(second: Cue, flags: tuple[str, ...]) -> None:
    assert flag_times([_cue(1, 3), second]) == [(), flags]


def test_two_voices_of_one_cue_do_not_overlap_but_share_its_flags() -> None:
    cues = [_cue(1, 3), _cue(1, 3, goes_on=True), _cue(2, 4), _cue(2, 4, goes_on=True)]
    assert flag_times(cues) == [(), (), ("overlap",), ("overlap",)]


@pytest.mark.parametrize(
    "said",
    [
        "Undertexter från Amara.org-gemenskapen",
        "Textning Stina Hedin www.btistudios.com",
        "Textning: Åsa Ek",
        "www.btistudios.com",
        "Svensktextning.nu",
        "[Undertexter av Nils Öberg]",
        "♪ Tack för att du har tittat! ♪",
        "TACK FÖR ATT NI TITTADE PÅ DEN HÄR VIDEON.",
        "Tack så mycket för att ni tittade på videon",
        "Glöm inte att prenumerera på kanalen!",
        "Thanks for watching!",
        "Thank you so much for watching this video.",
        "Subtitles by the Amara.org community",
        "Sous-titres réalisés par la communauté d'Amara.org",
        "Translated by Nils Öberg",
        "Please subscribe to our channel.",
    ],
)
def test_what_recognisers_invent_in_silence_is_a_credit(said: str) -> None:
    assert is_credit(said)


@pytest.mark.parametrize(
    "said",
    [
        "Tack för att ni kom.",
        "Tack för att du har tid.",
        "Tack för att ni tittade förbi!",
        "Tack för idag.",
        "Thanks for coming.",
        "Thank you for watching my children.",
        "Undertexter är bra för den som inte hör.",
        "Undertexter av det slaget hjälper.",
        "Vi behöver undertexter.",
        "Textning pågår.",
        "Textning Stockholm.",
        "Översättning, det gör tolken.",
        "Jag prenumererar på tidningen.",
        "Blocket.se",
        "Text",
        "",
        "Amara.org " * 20,
    ],
)
def test_ordinary_speech_is_no_credit(said: str) -> None:
    assert not is_credit(said)


def test_a_line_is_repeated_from_the_third_time_in_a_row_by_one_speaker() -> None:
    twice = [("A", "Ja."), ("A", "Ja."), ("B", "Ja."), ("A", "Nej."), ("A", "Ja.")]
    assert flag_lines(twice) == [()] * 5
    thrice = [("A", "Nej"), ("A", "Ja."), ("A", ""), ("A", "ja"), ("A", "JA!"), ("A", "Nej")]
    repeated = ("repeated",)
    assert flag_lines(thrice) == [(), repeated, (), repeated, repeated, ()]


def test_lines_without_a_word_are_not_repeated() -> None:
    assert flag_lines([("", "…"), ("", "…"), ("", "…"), ("", "♪")]) == [()] * 4


def test_a_turn_has_the_flags_of_its_cues_and_its_words_stay(tmp_path: Path) -> None:
    times = [(0, 2), (1, 3), (9, 10), (10, 11), (11, 12), (20, 21), (15, 16)]
    said = ["Hej.", "Hallå.", "Tack.", "Tack.", "Tack.", "Thanks for watching!", "Jo."]
    blocks = [
        f"00:{start:02}.000 --> 00:{end:02}.000\n{text}"
        for (start, end), text in zip(times, said, strict=True)
    ]
    path = tmp_path / "a.vtt"
    path.write_text("\n\n".join(["WEBVTT", *blocks]), encoding="utf-8")
    turns = read_transcript(path, source_id="s")
    assert turns["text"].tolist() == ["Hej. Hallå.", "Tack. Tack. Tack.", *said[5:]]
    assert turns["flags"].tolist() == ["overlap", "repeated", "credit", "overlap;backward"]
    assert turns["flag_places"].tolist() == ["1", "0", "0", "0;0"]
    assert count_flags(turns).to_numpy().tolist() == [
        ["s", "overlap", 2, 1, "00:00", "Hallå."],
        ["s", "repeated", 1, 2, "00:09", "Tack. Tack. Tack."],
        ["s", "credit", 1, 3, "00:20", "Thanks for watching!"],
        ["s", "backward", 1, 4, "00:15", "Jo."],
    ]


def test_a_credit_is_a_turn_of_its_own_with_the_label_above_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    credit = "Svensktextning.nu"
    lines = ["Anna: Hej.", credit, "Jo.", "Bo: Ja.", f"Bo: {credit}", "Bo: Nej.", "Anna: Så."]
    path.write_text("\n".join(lines), encoding="utf-8")
    turns = read_transcript(path, source_id="s")
    assert turns[["label", "text", "flags"]].to_numpy().tolist() == [
        ["Anna", "Hej.", ""],
        ["", credit, "credit"],
        ["Anna", "Jo.", ""],
        ["Bo", "Ja.", ""],
        ["Bo", credit, "credit"],
        ["Bo", "Nej.", ""],
        ["Anna", "Så.", ""],
    ]


def test_a_credit_below_a_name_and_time_keeps_both(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    heads = ["Anna  0:03", "Tack för att ni tittade!", "Hej.", "Bo  0:09", "Ja."]
    path.write_text("\n".join([*heads, "Anna  0:12", "Å.", "Bo  0:15", "Ö."]), encoding="utf-8")
    turns = read_transcript(path, source_id="s")
    assert turns["label"].tolist() == ["Anna", "Anna", "Bo", "Anna", "Bo"]
    assert turns["text"].tolist()[:2] == [heads[1], "Hej."]
    assert turns["start_seconds"].iloc[0] == 3
    assert turns["flags"].tolist() == ["credit", "", "", "", ""]


def test_a_credit_over_two_cues_is_known_by_its_turn(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    lines = "WEBVTT\n\n00:01.000 --> 00:02.000\nThanks\n\n00:02.000 --> 00:03.000\nfor watching"
    path.write_text(lines, encoding="utf-8")
    assert read_transcript(path, source_id="s")["flags"].tolist() == ["credit"]


def test_machine_transcripts_in_plain_text_are_flagged(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Hej på er.\nJa.\nJa.\nJa.\nSvensktextning.nu\n", encoding="utf-8")
    flags = read_transcript(path, source_id="s")["flags"].tolist()
    assert flags == ["", "repeated", "repeated", "repeated", "credit"]


def test_a_cue_that_ends_before_it_begins_is_backward(shared_data: Path) -> None:
    """The one fault of times in this file: none of its cues begins before another has ended."""
    path = shared_data / "broken" / "vtt_overlap_backwards.vtt"
    assert read_transcript(path, source_id="s")["flags"].tolist() == ["backward", "", ""]


def test_real_subtitles_have_no_credits(shared_data: Path) -> None:
    for path in sorted((shared_data / "transcripts" / "swedish_srt").iterdir()):
        flags = ";".join(read_transcript(path, source_id=path.stem)["flags"])
        assert "credit" not in flags, path.name


def test_flags_are_counted_by_source_with_an_example() -> None:
    turns = pd.DataFrame(
        [("s2", 1, 1, "", "", "hej"), ("s2", 2, 3725.9, "credit", "0", "x" * 90),
         ("s1", 1, None, "overlap;credit", "1;0", "a b"), ("s2", 3, 5, "credit", "0", "b")],
        columns=["source_id", "turn", "start_seconds", "flags", "flag_places", "text"],
    )  # fmt: skip
    counted = count_flags(turns)
    columns = ["source_id", "flag", "n", "turn", "start_seconds", "example"]
    assert counted.columns.tolist() == columns
    assert counted.fillna("?").to_numpy().tolist() == [
        ["s2", "credit", 2, 2, "62:05", "x" * 80],
        ["s1", "overlap", 1, 1, "?", "b"],
        ["s1", "credit", 1, 1, "?", "a b"],
    ]
    assert count_flags(turns.head(1)).to_numpy().tolist() == []
    assert count_flags(turns.head(0)).columns.tolist() == counted.columns.tolist()


def test_flags_stand_once_and_in_order() -> None:
    assert join_flags([]) == ""
    assert join_flags(["repeated", "credit", "backward", "overlap", "credit"]) == (
        "overlap;backward;credit;repeated"
    )
