"""lab.toml says what the contract knows, or is told what is wrong, all of it."""

from pathlib import Path

import pytest

from labtools.evidence.settings import nearest, read_settings
from labtools.faults import BadInput

LAB = '[lab]\nname = "Prov"\nlanguage = "sv"\n'
WAVE = '[[waves]]\nid = "before"\nlabel_sv = "före"\nlabel_en = "before"\n'


def _told(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "lab.toml"
    path.write_text(text, encoding="utf-8")
    try:
        read_settings(path, name="lab.toml")
    except BadInput as error:
        return str(error).splitlines()
    return []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('consent = "everything"\n' + LAB, "[consent] must be a table; found 'everything'"),
        ("lab = 3\n", "[lab] must be a table; found 3"),
        ("waves = 3\n" + LAB, "each wave must have a table [[waves]]; found 3; write [[waves]]"),
        ("waves = [3]\n" + LAB, "[[waves]] 1 must be a table; found 3"),
        (
            LAB + WAVE.replace("[[waves]]", "[waves]"),
            "each wave must have a table [[waves]]; found {",
        ),
        (LAB + "min_peple = 3\n", "a key of [lab] must be one of name, language"),
        (LAB + "min_peple = 3\n", "found min_peple; write min_people"),
        (LAB + '[consent2]\nwithdrawal = "quotes"\n', "found consent2; write consent"),
        (LAB + '[consent]\nwithdrawl = "quotes"\n', "found withdrawl; write withdrawal"),
        (
            LAB + '[consent]\nwithdrawal = ["quotes"]\n',
            "withdrawal must be one of everything, quotes",
        ),
        (LAB + "[zebra]\n", "found zebra; remove it"),
        (LAB + WAVE.replace("label_en", "labl_en"), "found labl_en; write label_en"),
        (LAB + WAVE.replace('"before"', '"Före"', 1), "[[waves]] 1: id must have only a–z"),
        (
            LAB + WAVE.replace('id = "before"\n', ""),
            "id must have only a–z, 0–9, _ and -; found nothing",
        ),
        (LAB + WAVE + WAVE, "[[waves]] 2: id must occur once; found 'before'"),
        (LAB + '[[waves]]\nid = "a"\n', "label_sv or label_en must be text; found nothing"),
        (
            LAB + '[[waves]]\nid = "a"\nlabel_sv = 1\n',
            "label_sv or label_en must be text; found [1]",
        ),
        (
            LAB + WAVE + 'start = "2018-13"\n',
            "[[waves]] 1: start must be a date in quotation marks",
        ),
        (LAB + WAVE + "end = 2018-09-01\n", "end must be a date in quotation marks"),
        (LAB + WAVE + 'start = "2018-09"\nend = "2018-08-31"\n', "end must lie at or after start"),
        (LAB.replace('"Prov"', '" "'), "name must be text; found ' '"),
        (LAB + "min_people = true\n", "min_people must be a whole number from 1; found True"),
        (LAB + "pseudonyms = 1\n", "pseudonyms must be true or false; found 1"),
        ("", "the file must have content; found 0 bytes"),
    ],
)
def test_a_wrong_setting_is_one_line(tmp_path: Path, text: str, told: str) -> None:
    (line,) = _told(tmp_path, text)
    assert told in line


def test_all_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    text = LAB.replace("sv", "no") + "shoe = 43\n[consent]\nwithdrawal = 1\n" + WAVE + WAVE
    assert len(_told(tmp_path, text)) == 4


def test_a_wave_may_lack_what_may_be_blank_and_an_end_may_be_less_exact(tmp_path: Path) -> None:
    assert _told(tmp_path, LAB + '[[waves]]\nid = "a"\nlabel_en = "a"\n') == []
    assert _told(tmp_path, LAB + WAVE + 'start = "2018-09"\nend = "2018"\n') == []
    assert _told(tmp_path, "\ufeff" + LAB + WAVE) == []


def test_the_nearest_name_is_found_whatever_its_capitals() -> None:
    assert nearest("ANNA", ["Bo", "Anna"]) == "Anna"
    assert nearest("Xerxes", ["Bo", "Anna"]) is None
    assert nearest("x", []) is None
