"""The list that a person reads tells all that is replaced or suspected, and keeps decisions."""

import stat
from pathlib import Path

import pandas as pd
import pytest

from labtools.faults import BadInput
from labtools.privacy.key import COLUMNS as KEY_COLUMNS
from labtools.privacy.review import (
    COLUMNS,
    build_review,
    count_decisions,
    fill_ordinary,
    read_review,
    review_path,
    write_review,
)

TEXTS = pd.DataFrame(
    {
        "source": ["i1", "i1", "i2"],
        "text": [
            "Jag såg Fatima Ali och Zyxeln. Ring 070-174 06 05.",
            "Sen kom fatima, och hans bil. Frågade Hodan om Ali.",
            "Då kom Hodan, och Hodans bror.",
        ],
    }
)
NOTHING = read_review(Path("there is no such list"))


def make_key(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    rows = rows or (
        ("Fatima Ali", "Fatima", "person", "Amina", "none"),
        ("Hans", "", "person", "Olof", "Hans"),
    )
    return pd.DataFrame(list(rows), columns=list(KEY_COLUMNS), index=range(2, len(rows) + 2))


def review(decided: pd.DataFrame = NOTHING) -> pd.DataFrame:
    return build_review(TEXTS, make_key(), recall="high", decided=decided)


def test_each_name_stands_once_with_where_and_how_often_the_surest_suspects_first() -> None:
    listed = review()
    assert listed.columns.tolist() == list(COLUMNS)
    told = listed[["status", "text", "kind", "count", "sources"]]
    assert told.to_numpy().tolist() == [
        ["suspected", "070-174 06 05", "telephone", 1, "i1"],
        ["suspected", "Hodan", "person", 2, "i1;i2"],
        ["suspected", "Hodans", "person", 1, "i2"],
        ["suspected", "hans", "name", 1, "i1"],
        ["suspected", "Ali", "name", 1, "i1"],
        ["suspected", "Zyxeln", "name", 1, "i1"],
        ["replaced", "Fatima Ali", "person", 1, "i1"],
        ["replaced", "fatima", "person", 1, "i1"],
    ]
    assert listed["reason"].tolist()[3:5] == [
        "in the key, but a word as well",
        "part of a name in the key",
    ]
    assert listed["context"].iloc[6].startswith("Jag såg Fatima Ali och Zyxeln.")


def test_a_decision_stays_through_further_rounds_and_no_names_sink() -> None:
    first = review()
    first.loc[first["text"] == "Hodan", "decision"] = "not_a_name"
    first.loc[first["text"] == "Zyxeln", "decision"] = "name"
    second = review(first)
    assert second["text"].iloc[0] == "Zyxeln"
    assert second["text"].iloc[-1] == "Hodan"
    assert count_decisions(second) == {"": 4, "name": 1, "not_a_name": 1}
    pd.testing.assert_frame_equal(review(second), second)


def test_a_decision_about_what_no_longer_occurs_is_kept() -> None:
    first = review().assign(decision="not_a_name")
    texts = TEXTS.iloc[:0]
    kept = build_review(texts, make_key(), recall="high", decided=first)
    assert len(kept) == len(first)
    assert set(kept["count"]) == {0}


def test_of_what_no_longer_occurs_the_list_keeps_no_words_around_it() -> None:
    """A person who has withdrawn must not live on in the list."""
    first = review().assign(decision="name")
    kept = build_review(TEXTS.iloc[:0], make_key(), recall="high", decided=first)
    assert set(kept["context"]) | set(kept["sources"]) == {""}


def test_a_surname_beside_a_replaced_given_name_is_suspected() -> None:
    texts = pd.DataFrame({"source": ["i1"], "text": ["Jag frågade Fatima Warsame i går."]})
    nothing = read_review(Path("there is no such list"))
    key = make_key(("Fatima", "", "person", "Amina", "none"))
    listed = build_review(texts, key, recall="careful", decided=nothing)
    assert listed[["status", "text"]].to_numpy().tolist() == [
        ["suspected", "Warsame"],
        ["replaced", "Fatima"],
    ]


def test_a_number_keeps_its_first_zero_in_a_spreadsheet(keys: Path) -> None:
    listed = review()
    listed.loc[0, "text"] = "0701740605"
    write_review(keys / "a-review.csv", listed)
    assert ",'0701740605," in (keys / "a-review.csv").read_text(encoding="utf-8")
    assert read_review(keys / "a-review.csv")["text"].iloc[0] == "0701740605"


@pytest.mark.parametrize(
    ("text", "identifier", "kind"),
    [
        ("Skriv till Anna.Berg@posten.se nu.", "anna.berg@posten.se", "email"),
        ("Ring +46 70 174 06 05 sen.", "'+46 70 174 06 05", "telephone"),
        ("Ring 070-174 06 05 sen.", "070-174 06 05", "telephone"),
        ("Numret är 19900101-2385 va.", "19900101-2385", "personal_number"),
        ("Bor på Storgatan 12 B nu.", "Storgatan 12 B", "address"),
        ("Skickat till 123 45 Ekby då.", "123 45", "postcode"),
    ],
)
def test_what_the_list_proposes_can_go_into_the_key_and_is_not_suspected_again(
    text: str, identifier: str, kind: str
) -> None:
    texts = pd.DataFrame({"source": ["i1"], "text": [text]})
    before = build_review(texts, make_key(), recall="high", decided=NOTHING)
    assert kind in set(before["kind"])
    key = make_key((identifier, "", "identifier", "[uppgift 1]", "none"))
    after = build_review(texts, key, recall="high", decided=NOTHING)
    assert kind not in set(after["kind"])
    replaced = after[after["status"] == "replaced"]
    written = identifier.removeprefix("'").casefold()
    assert [told.casefold() for told in replaced["text"]] == [written]
    assert replaced["kind"].tolist() == ["identifier"]
    left = after[(after["status"] == "suspected") & (after["text"] != "Ekby")]
    assert left.empty


def test_part_of_a_number_in_the_key_is_no_part_of_a_name() -> None:
    texts = pd.DataFrame({"source": ["i1"], "text": ["Det kostar 174 kronor på ca 06 ställen."]})
    key = make_key(("070-174 06 05", "", "identifier", "[nummer]", "none"))
    assert build_review(texts, key, recall="high", decided=NOTHING).empty


def test_a_number_of_which_a_part_is_replaced_is_still_suspected() -> None:
    texts = pd.DataFrame({"source": ["i1"], "text": ["Skriv till x.anna@posten.se nu."]})
    key = make_key(("anna@posten.se", "", "identifier", "[e-brev]", "none"))
    listed = build_review(texts, key, recall="high", decided=NOTHING)
    assert listed[["status", "text"]].to_numpy().tolist() == [
        ["suspected", "x.anna@posten.se"],
        ["replaced", "anna@posten.se"],
    ]


def test_a_decided_name_that_the_key_now_has_leaves_the_top_of_the_list() -> None:
    first = review()
    first.loc[first["text"] == "Zyxeln", "decision"] = "name"
    key = make_key(("Zyxeln", "", "place", "Torget", "none"))
    now = build_review(TEXTS, key, recall="high", decided=first)
    assert now[["text", "status", "count"]].iloc[-1].tolist() == ["Zyxeln", "suspected", 0]
    assert count_decisions(now)["name"] == 0


def test_the_list_survives_its_file_and_is_its_owners_alone(keys: Path) -> None:
    path = review_path(keys / "nord.csv")
    assert path == keys / "nord-review.csv"
    listed = review()
    listed.loc[0, ["decision", "text", "context"]] = ["name", "+46 70 174 06 05", "=1+1"]
    write_review(path, listed)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    back = read_review(path)
    assert back["text"].tolist() == listed["text"].tolist()
    assert back["decision"].tolist() == listed["decision"].tolist()
    assert ",'=1+1\n" in path.read_text(encoding="utf-8")


def test_a_list_saved_by_a_swedish_spreadsheet_is_read(keys: Path) -> None:
    path = keys / "nord-review.csv"
    row = "name;suspected;Åsa;person;list of given names;1;i1;Då kom Åsa"
    path.write_text(f"{';'.join(COLUMNS)}\r\n{row}\r\n", encoding="cp1252", newline="")
    assert read_review(path)[["decision", "text"]].to_numpy().tolist() == [["name", "Åsa"]]


def test_a_decision_that_is_none_is_told_with_its_row(keys: Path) -> None:
    listed = review()
    listed.loc[1, "decision"] = "yes"
    write_review(keys / "a-review.csv", listed)
    with pytest.raises(BadInput, match="row 3, column decision: must be blank, name or not_a_na"):
        read_review(keys / "a-review.csv")


def test_a_list_without_its_columns_is_refused(keys: Path) -> None:
    (keys / "a-review.csv").write_text("text,kind\nÅsa,person\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no decision, status, reason"):
        read_review(keys / "a-review.csv")


def test_forms_that_are_words_are_written_into_the_key_where_nobody_has_looked() -> None:
    key = make_key(
        ("Hans Berg", "Hans;Fatima;Mar;B", "person", "Olof", ""),
        ("Fatima", "", "person", "Amina", ""),
        ("Sten", "", "person", "Per", "none"),
        ("Lina Hage", "Hage", "place", "Torget", ""),
    )
    before = key.copy()
    assert fill_ordinary(key)["ordinary"].tolist() == ["Hans;Mar;B", "none", "none", "Hage"]
    pd.testing.assert_frame_equal(key, before)
