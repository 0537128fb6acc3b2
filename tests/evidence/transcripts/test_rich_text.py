"""Rich text is read as it is shown, without what is struck, hidden or a code."""

from pathlib import Path

import pytest

from labtools.evidence.transcripts.documents import read_document


def texts(path: Path) -> list[str]:
    return [paragraph.text for paragraph in read_document(path, name=path.name).paragraphs]


@pytest.mark.parametrize(
    ("rtf", "shown"),
    [
        (r"Jag {\deleted\revauthdel1 van}trivs", "Jag trivs"),
        (r"Jag {\rtlch \ltrch\deleted {\b van}{x}}trivs", "Jag trivs"),
        (r"Jag \deleted van\deleted0 trivs", "Jag trivs"),
        (r"Jag \deleted van\plain trivs", "Jag trivs"),
        (r"Jag {\revised\revauth1 trivs}", "Jag trivs"),
        (r"Jag {\v dolt}trivs {\deleted \'e5 \{ \} \\ }nu", "Jag trivs nu"),
        (r"Jag {\*\atnid AB}{\*\annotation Nota}trivs{\footnote Not}", "Jag trivs"),
        (
            r'{\field{\*\fldinst{HYPERLINK "http://a.se"}}{\fldrslt{ h\'e4r}}} ja',
            "här ja",
        ),
        (r"{\field{\*\fldinst PAGE}{\fldrslt 3}} ja", "3 ja"),
    ],
)
def test_rich_text_leaves_what_is_struck_hidden_or_a_code(
    tmp_path: Path, rtf: str, shown: str
) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(rf"{{\rtf1\ansi\ansicpg1252 {rtf}\par Sist}}", encoding="ascii")
    assert [text.strip() for text in texts(path)] == [shown, "Sist"]
