"""Subtitle files become cues; nothing that was said is passed over."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.evidence.transcripts.subtitles import Cue, read_cues
from labtools.faults import BadInput


def save(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def test_teams_voices_with_notes_styles_and_identifiers(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        "a.vtt",
        "\ufeffWEBVTT\r\n\r\nNOTE gjord av Teams\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n"
        "7f3a/10-0\r\n00:00:01.500 --> 00:00:04.000\r\n<v Åsa Öberg>Hej &amp;\r\nhallå</v>\r\n\r\n"
        "01:00:00.000 --> 01:00:02.250 align:start\r\n<v.loud R2>Ja, <i>precis</i></v>\r\n",
    )
    assert read_cues(path, name="a.vtt") == [
        Cue(1.5, 4.0, "Åsa Öberg", "Hej & hallå"),
        Cue(3600.0, 3602.25, "R2", "Ja, precis"),
    ]


def test_two_voices_in_one_cue_are_two(tmp_path: Path) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Anna>Hej</v> <v Bo>Hej då</v>\n"
    cues = read_cues(save(tmp_path, "a.vtt", text), name="a.vtt")
    assert [(cue.voice, cue.text) for cue in cues] == [("Anna", "Hej"), ("Bo", "Hej då")]
    assert [cue.goes_on for cue in cues] == [False, True]


def test_whisper_srt_without_speakers(tmp_path: Path) -> None:
    text = (
        "1\n00:00:00,000 --> 00:00:02,480\nJag flyttade hit 2015.\n\n"
        "2\n00:00:03,100 --> 00:00:04,000\nJa."
    )
    cues = read_cues(save(tmp_path, "a.srt", text), name="a.srt")
    assert cues == [Cue(0.0, 2.48, "", "Jag flyttade hit 2015."), Cue(3.1, 4.0, "", "Ja.")]


def test_backward_and_overlapping_times_stand_as_they_are(shared_data: Path) -> None:
    path = shared_data / "broken" / "vtt_overlap_backwards.vtt"
    first, second, third = read_cues(path, name=path.name)
    assert first == Cue(5.0, 3.0, "Åsa Öberg", "bakåt")
    assert second == Cue(3599.999, 3600.001, "R2", "över timmen & kursiv")
    assert third == Cue(360000.0, 360001.0, "", "utan talare")


@pytest.mark.parametrize(
    ("file", "row"),
    [
        ("invalid_timeframe.vtt", 6),
        ("missing_timeframe.vtt", 6),
        ("missing_timeframe.srt", 5),
        ("invalid_format1.srt", 1),
        ("invalid_format3.srt", 1),
    ],
)
def test_text_that_has_no_time_is_named_by_its_row(shared_data: Path, file: str, row: int) -> None:
    with pytest.raises(BadInput) as refused:
        read_cues(shared_data / "transcripts" / "testsuites" / file, name=file)
    (fault,) = refused.value.faults
    assert (fault.file, fault.row) == (file, row)


@pytest.mark.parametrize("file", ["invalid.vtt", "invalid_format2.srt", "invalid_format4.srt"])
def test_what_is_no_subtitle_file_is_refused(shared_data: Path, file: str) -> None:
    with pytest.raises(BadInput, match=file):
        read_cues(shared_data / "transcripts" / "testsuites" / file, name=file)


def test_every_other_file_of_the_test_suite_is_read(shared_data: Path) -> None:
    counts = {}
    for path in sorted((shared_data / "transcripts" / "testsuites").iterdir()):
        with suppress(BadInput):
            counts[path.name] = len(read_cues(path, name=path.name))
    assert counts == {
        "captions_with_bom.vtt": 4,
        "comments.vtt": 3,
        "cue_tags.vtt": 3,
        "invalid_timeframe.srt": 5,
        "invalid_timeframe_in_cue_text.vtt": 3,
        "metadata_headers.vtt": 2,
        "metadata_headers_multiline.vtt": 2,
        "missing_caption_text.srt": 4,
        "missing_caption_text.vtt": 4,
        "netflix_chicas_del_cable.vtt": 865,
        "no_captions.vtt": 0,
        "one_caption.srt": 1,
        "one_caption.vtt": 1,
        "sample.srt": 5,
        "sample.vtt": 16,
        "styles.vtt": 1,
        "using_identifiers.vtt": 6,
        "youtube_dl.vtt": 4,
    }


def test_every_word_of_real_swedish_subtitles_is_kept(shared_data: Path) -> None:
    for path in sorted((shared_data / "transcripts" / "swedish_srt").iterdir()):
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        spoken = [line for line in lines if "-->" not in line and not line.strip().isdigit()]
        said = " ".join(cue.text for cue in read_cues(path, name=path.name))
        assert said.split() == " ".join(spoken).split(), path.name


LINES = st.sampled_from(
    ["WEBVTT", "NOTE x", "", " ", "1", "00:01.000 --> 00:02.000", "00:00:01,0 --> x", "hej",
     "<v Anna>hej", "<v >", "-->", "99999999999:00:00.000 --> 00:00:00.000", "STYLE", "\ufeff"]
)  # fmt: skip


@given(lines=st.lists(LINES, min_size=1), suffix=st.sampled_from([".vtt", ".srt"]))
@settings(max_examples=300, deadline=None)
def test_any_lines_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], suffix: str
) -> None:
    path = save(tmp_path_factory.getbasetemp(), f"any{suffix}", "\n".join(lines))
    with suppress(BadInput):
        for cue in read_cues(path, name=path.name):
            assert cue.text == " ".join(cue.text.split()) != ""
