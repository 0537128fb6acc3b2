"""What stands before a colon, a tab, a time … is a speaker only where the file uses it so."""

import pytest

from labtools.evidence.transcripts.labels import label_lines
from labtools.evidence.transcripts.office import Cell, Paragraph


def labelled(*lines: str) -> list[tuple[str | None, str]] | None:
    found = label_lines([Paragraph(line) for line in lines])
    return found and [(line.label, line.text) for line in found]


def test_names_before_a_colon_that_recur() -> None:
    assert labelled("Anna: hej", "Bo B: hej", "och välkommen", "Anna: tack", "Bo B: ja") == [
        ("Anna", "hej"),
        ("Bo B", "hej"),
        (None, "och välkommen"),
        ("Anna", "tack"),
        ("Bo B", "ja"),
    ]


def test_a_sentence_with_a_colon_is_text() -> None:
    sentence = "Det var så här: vi gick dit"
    lines = ["I: hej", "N-IP03: hej", sentence, "I: jaha", "N-IP03: ja"]
    found = labelled(*lines)
    assert found is not None
    assert found[2] == (None, sentence)


@pytest.mark.parametrize(
    "line",
    [
        "Det var så här: vi gick dit",
        "Så sa hon, lite tyst: nej",
        "Ett mycket långt stycke som inte kan vara ett namn: eller hur",
        "Se https://example.org för mer",
        "12:30 gick vi",
        "Kl 14:30 kom de",
        "(skratt) Anna: nej",
    ],
)
def test_lines_that_never_begin_with_a_label_even_twice(line: str) -> None:
    other = ["Vi gick till torget.", "Där satt några.", "Sedan gick vi hem.", "Det var kallt."]
    assert labelled(line, *other, line, *other) is None


def test_a_long_answer_in_many_paragraphs_still_has_its_speaker() -> None:
    answer = ["Det var en lång dag.", "Sedan kom en annan.", "Och en till.", "Till slut."]
    lines = ["Intervjuare: berätta", "R1: ja", *answer, "Intervjuare: och sen?", "R1: så", *answer]
    found = labelled(*lines)
    assert found is not None
    assert [label for label, _ in found if label] == ["Intervjuare", "R1"] * 2


def test_a_named_speaker_who_speaks_once_is_a_speaker_but_a_heading_is_not() -> None:
    lines = ["Datum: 3 maj", "Anna: hej", "Bo: hej", "Tolk: god dag", "Anna: hej", "Bo: ja"]
    found = labelled(*lines)
    assert found is not None
    assert found[0] == (None, "Datum: 3 maj")
    assert found[3] == ("Tolk", "god dag")


def test_roles_in_small_letters_that_begin_most_lines_are_labels() -> None:
    assert labelled("Ung kvinna: hej", "Äldre man 2: hej", "Ung kvinna: ja", "Äldre man 2: nej")


def test_full_width_colon_dash_and_tab_where_every_line_has_one() -> None:
    expected = [("Intervjuare", "hej"), ("R1", "svar"), ("R2", "svar")]
    assert labelled("Intervjuare：hej", "R1 – svar", "R2\tsvar") == expected


def test_interjections_before_a_dash_are_no_speakers() -> None:
    lines = [
        "Ja – alltså det går.",
        "Vi bor bra.",
        "Nej – inte då.",
        "Ja – men ändå.",
        "Så är det.",
    ]
    assert labelled(*lines, "Det räcker.", "Nej – nu går vi.", "Hej då.", "Tack.") is None


def test_field_notes_with_headings_are_not_labelled() -> None:
    assert labelled("Datum: 3 maj", "Plats: torget", "Väder: sol", "Vi kom dit.", "Tomt.") is None


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("Åsa Öberg  01:15", 75),
        ("Åsa Öberg\t1:02:03", 3723),
        ("Åsa Öberg [00:05]", 5),
        ("00:00:07 Åsa Öberg", 7),
    ],
)
def test_name_and_time_on_a_line_of_their_own(line: str, seconds: float) -> None:
    lines = [line, "Hej.", "Bo 02:00", "Hallå.", line, "Klockan 10:30 kom de hit igen.", "Bo 03:00"]
    found = label_lines([Paragraph(text) for text in lines])
    assert found is not None
    assert (found[0].label, found[0].text, found[0].seconds) == ("Åsa Öberg", "", seconds)
    assert [line.label for line in found if line.label] == ["Åsa Öberg", "Bo"] * 2


def test_a_time_beside_the_label_is_not_part_of_it() -> None:
    found = label_lines(
        [Paragraph(text) for text in ("[00:01] A: hej", "B (00:04): hej", "A: ja", "B [1:05]: å")]
    )
    assert found is not None
    assert [line.label for line in found] == ["A", "B", "A", "B"]
    assert [line.seconds for line in found[:2]] == [1, 4]


def test_bold_names_with_and_without_colon() -> None:
    lines = [
        Paragraph("Anna Hur bor du?", "Anna"),
        Paragraph("Bo: Bra.", "Bo"),
        Paragraph("Och billigt."),
        Paragraph("Anna", "Anna"),
        Paragraph("Jaha.", ""),
        Paragraph("Bo Ja.", "Bo "),
    ]
    found = label_lines(lines)
    assert found is not None
    assert [line.label for line in found] == ["Anna", "Bo", None, "Anna", None, "Bo"]
    assert found[1].text == "Bra."


def test_bold_headings_that_come_once_are_text() -> None:
    lines = [
        Paragraph("Bakgrund", "Bakgrund"),
        Paragraph("Vi kom hit."),
        Paragraph("Boende", "Boende"),
        Paragraph("Vi bor."),
    ]
    assert label_lines(lines) is None
    talk = [Paragraph("Anna Hej.", "Anna"), Paragraph("Bo Hej.", "Bo")]
    found = label_lines([*talk, *lines[:2], *talk, Paragraph("Tolk Ja.", "Tolk")])
    assert found is not None
    assert [line.label for line in found] == ["Anna", "Bo", None, None, "Anna", "Bo", "Tolk"]


def table(*rows: tuple[str, str]) -> list[Paragraph]:
    return [
        Paragraph(text, cell=Cell(row, column, 2))
        for row, cells in enumerate(rows, start=1)
        for column, text in enumerate(cells)
        if text
    ]


def test_two_column_tables_label_their_rows_and_nothing_else() -> None:
    rows = table(("Anna:", "hej"), ("Bo", "nej"), ("", "aldrig"), ("Anna", "jo"), ("Bo", "så"))
    found = label_lines([Paragraph("Intervju 3"), *rows, Paragraph("Slut")])
    assert found is not None
    assert [(line.label, line.text) for line in found] == [
        ("", "Intervju 3"),
        ("Anna", ""),
        (None, "hej"),
        ("Bo", ""),
        (None, "nej"),
        (None, "aldrig"),
        ("Anna", ""),
        (None, "jo"),
        ("Bo", ""),
        (None, "så"),
        ("", "Slut"),
    ]


def test_a_table_of_facts_before_the_talk_labels_nothing() -> None:
    facts = table(("Datum", "3 maj"), ("Plats", "torget"))
    talk = [Paragraph(line) for line in ("Anna: hej", "Bo: hej", "Anna: ja", "Bo: nej")]
    found = label_lines([*facts, *talk])
    assert found is not None
    assert [line.label for line in found if line.label] == ["Anna", "Bo", "Anna", "Bo"]
    notes = [Paragraph("Vi kom till torget."), Paragraph("Det var tomt.")]
    assert label_lines([*facts, *notes]) is None


def test_times_win_over_the_bold_names_beside_them() -> None:
    """As Teams writes: one bold line has no time, so that bold type begins one line more."""
    karin, bo = "Karin Lindqvist", "Bo Ek"
    bold = [
        Paragraph(f"{karin} startade transkriptionen", karin),
        Paragraph(f"{karin}   0:03", karin),
        Paragraph("Hej."),
        Paragraph(f"{bo}   0:05", bo),
        Paragraph("Hyran är hög.", "Hyran"),
        Paragraph(f"{karin}   0:08", karin),
        Paragraph("Jaha."),
        Paragraph(f"{bo}   1:02:09", f"{bo} "),
        Paragraph("Ja."),
        Paragraph(f"{karin} stoppade transkriptionen", karin),
    ]
    found = label_lines(bold)
    assert found is not None
    assert [(line.label, line.text) for line in found] == [
        (None, f"{karin} startade transkriptionen"),
        (karin, ""),
        (None, "Hej."),
        (bo, ""),
        (None, "Hyran är hög."),
        (karin, ""),
        (None, "Jaha."),
        (bo, ""),
        (None, "Ja."),
        (karin, "stoppade transkriptionen"),
    ]
    assert [line.seconds for line in found if not line.text] == [3, 5, 8, 3729]


def test_a_bold_speaker_who_never_has_a_time_is_still_one() -> None:
    lines = [
        Paragraph("Anna Ek   0:03", "Anna Ek"),
        Paragraph("Hej."),
        Paragraph("Tolk Hej.", "Tolk"),
        Paragraph("Anna Ek   0:07", "Anna Ek"),
        Paragraph("Jaha."),
        Paragraph("Tolk Ja.", "Tolk"),
    ]
    found = label_lines(lines)
    assert found is not None
    assert [line.label for line in found if line.label] == ["Anna Ek", "Tolk"] * 2
