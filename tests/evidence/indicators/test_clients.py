"""Kolada and SCB: whole tables, or an error that names the address; no network but this machine."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from labtools.cli import main
from labtools.evidence.indicators import kolada, scb, web
from labtools.evidence.indicators.kolada import read_kolada
from labtools.evidence.indicators.scb import read_scb
from labtools.evidence.indicators.table import add_indicators
from labtools.evidence.schemas import read_table
from labtools.faults import BadInput

Answer = tuple[int, dict[str, str], bytes]
PATH = "/v3/data/kpi/N00956/municipality/0114,0180/year/2022"
SCB_PATH = "/v3/tables/TAB1/data?outputFormat=json-stat2"
METADATA = "/v3/tables/TAB1/metadata?outputFormat=json-stat2"
CONFIG = {"maxDataCells": 1000, "maxCallsPerTimeWindow": 30, "timeWindow": 6}
QUERY = {"Region": ["0114", "0180"], "Kon": ["1", "2"], "Tid": ["2022M01"]}


class Server:
    """Gives each address its answers in turn, the last one for ever; keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.give("/v3/config", CONFIG)
        self.asked: list[tuple[str, bytes]] = []
        self.slept: list[float] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                server.asked.append((self.path, body))
                queue = server.answers.get(self.path, [(404, {}, b"")])
                status, headers, data = queue.pop(0) if len(queue) > 1 else queue[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.http.server_port}"

    def give(self, path: str, *answers: Any) -> None:
        """An answer is JSON, bytes, a status, or all of status, headers and bytes."""
        for answer in answers:
            if isinstance(answer, int):
                answer = (answer, {}, b"")
            elif not isinstance(answer, tuple):
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                answer = (200, {}, data)
            self.answers.setdefault(path, []).append(answer)

    def kolada(self, kpis: tuple[str, ...] = ("N00956",)) -> pd.DataFrame:
        return read_kolada(
            kpis, ["0114", "0180"], [2022], base_url=f"{self.root}/v3", sleep=self.slept.append
        )

    def scb(self, query: dict[str, list[str]] = QUERY) -> pd.DataFrame:
        return read_scb("TAB1", query, base_url=f"{self.root}/v3", sleep=self.slept.append)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "*")
    server = Server()
    thread = Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


def entry(region: str, *values: tuple[str, float | None], **more: object) -> dict[str, Any]:
    cells = [
        {"gender": gender, "value": value, "count": 1, "status": "", "isdeleted": False} | more
        for gender, value in values
    ]
    return {"kpi": "N00956", "municipality": region, "period": 2022, "values": cells}


def page(*entries: dict[str, Any], link: str | None = None, **more: object) -> dict[str, Any]:
    return {"values": list(entries), "count": len(entries), "next_url": link} | more


ONE, TWO = entry("0114", ("T", 7.5)), entry("0180", ("T", 8.0), ("K", 9.0), ("M", None))


def cube(value: Any, **more: object) -> dict[str, Any]:
    return {
        "class": "dataset",
        "id": ["Region", "Kon", "ContentsCode", "Tid"],
        "size": [2, 2, 1, 1],
        "role": {"time": ["Tid"], "geo": ["Region"], "metric": ["ContentsCode"]},
        "dimension": {
            "Region": {"category": {"index": {"0180": 1, "0114": 0}}},
            "Kon": {"category": {"index": ["1", "2"]}},
            "ContentsCode": {
                "category": {"label": {"N1": "Folkmängd"}, "unit": {"N1": {"base": "antal"}}}
            },
            "Tid": {"category": {"index": {"2022M01": 0}}},
        },
        "value": value,
    } | more


def metadata(**codes: list[str]) -> dict[str, Any]:
    return {"dimension": {name: {"category": {"index": of}} for name, of in codes.items()}}


def selections(server: Server) -> list[dict[str, list[str]]]:
    """What each question for data asked for."""
    asked = [json.loads(body)["selection"] for path, body in server.asked if path == SCB_PATH]
    return [{one["variableCode"]: one["valueCodes"] for one in of} for of in asked]


def fault_of(call: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as error:
        call()
    return str(error.value)


def test_every_page_and_gender_becomes_rows(server: Server) -> None:
    link = f"{server.root}{PATH}?page=2"
    server.give(PATH, page(ONE, link=link))
    server.give(f"{PATH}?page=2", page(TWO))
    rows = server.kolada()
    assert rows[["region", "period", "group"]].to_numpy().tolist() == [
        ["0114", "2022", ""],
        ["0180", "2022", ""],
        ["0180", "2022", "sex=women"],
        ["0180", "2022", "sex=men"],
    ]
    assert rows["value"].tolist()[:3] == [7.5, 8.0, 9.0]
    assert rows["value"].isna().tolist() == [False, False, False, True]


def test_a_count_may_be_that_of_all_pages(server: Server) -> None:
    server.give(PATH, page(ONE, link=f"{PATH}?page=2", count=2))
    server.give(f"{PATH}?page=2", page(TWO, count=2))
    assert len(server.kolada()) == 4


def test_a_withdrawn_value_is_blank_and_says_so(server: Server) -> None:
    gone = entry("0180", ("T", 3.0), isdeleted=True)
    server.give(PATH, page(entry("0114", ("T", None), status="Missing"), gone))
    rows = server.kolada()
    assert rows["value"].isna().all()
    assert rows["status"].tolist() == ["Missing", "deleted"]


def test_no_segment_has_more_than_25_ids(server: Server) -> None:
    years = list(range(1990, 2020))
    for part in (years[:25], years[25:]):
        path = "/v3/data/kpi/N00956/municipality/0114/year/" + ",".join(map(str, part))
        server.give(path, page(*(ONE | {"period": year} for year in part)))
    rows = read_kolada(["N00956"], ["0114"], years, base_url=f"{server.root}/v3/")
    assert rows["period"].tolist() == [str(year) for year in years]
    assert len(server.asked) == 2


def test_a_throttled_or_failing_server_is_asked_again(server: Server) -> None:
    server.give(PATH, (429, {"Retry-After": "7"}, b""), 503, page(ONE, TWO))
    assert len(server.kolada()) == 4
    assert server.slept == [7.0, 2.0]


def test_retry_after_may_be_a_date_or_nonsense(server: Server) -> None:
    past = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
    server.give(PATH, (429, past, b""), (429, {"Retry-After": "soon"}, b""), page(ONE, TWO))
    assert len(server.kolada()) == 4
    assert server.slept == [0.0, 2.0]


def test_patience_has_an_end(server: Server) -> None:
    server.give(PATH, 500)
    assert fault_of(server.kolada).startswith(f"{PATH}: must be answered; found HTTP status 500")
    assert server.slept == [1.0, 2.0, 4.0, 8.0]
    server.answers[PATH] = [(429, {"Retry-After": "86400"}, b"")]
    assert "86400 seconds" in fault_of(server.kolada)


def test_a_failed_later_page_is_never_a_shorter_table(server: Server) -> None:
    server.give(PATH, page(ONE, link=f"{server.root}{PATH}?page=2"))
    server.give(f"{PATH}?page=2", 404)
    line = fault_of(server.kolada)
    assert line.startswith(f"{PATH}?page=2: must be answered; found HTTP status 404")
    assert server.slept == []


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (json.dumps(page(ONE, TWO)).encode()[:-9], "must be whole JSON"),
        ((200, {"Content-Length": "999"}, b"{}"), "must have the 999 bytes announced"),
        (b"\xff", "must be whole JSON"),
        (b"[" * 200_000, "must be whole JSON"),
        ([], "must be a JSON object"),
        ({}, "must have a list of values"),
        (page(ONE, TWO, count=3), "must have the count of its values, 2; found 3"),
        (page(ONE, TWO, ONE), "must have each value once"),
        (page(ONE), "must have a value for 0180"),
        (page(ONE, TWO, entry("0115", ("T", 1.0))), "must have values of what was asked for"),
        (page(ONE, entry("0180")), "found N00956 0180 2022 without values"),
        (page(ONE, entry("0180", ("X", 1.0))), "must have a gender T, K or M"),
        (page(ONE, entry("0180", ("T", float("inf")))), "must hold numbers as values"),
        (page(ONE, entry("0180", ("T", 10**400))), "must hold numbers as values"),
        (page(ONE, {"kpi": "N00956"}), "must have values as Kolada's version 3"),
        (page(ONE, TWO, link=PATH), "found the same next page again"),
        (page(ONE, TWO, link="http://elsewhere.test/x"), "next page on the same server"),
        (page(ONE, TWO, link="file:///etc/hosts"), "next page on the same server"),
        (page(link=PATH), "must have a list of values"),
        ((302, {"Location": "/other"}, b""), "found HTTP status 302"),
    ],
)
def test_what_is_not_whole_is_refused(server: Server, answer: object, found: str) -> None:
    server.give(PATH, answer)
    line = fault_of(server.kolada)
    assert found in line
    assert line.startswith((f"{PATH}:", "Kolada:"))


def test_pages_without_end_are_refused(server: Server) -> None:
    server.give(PATH, page(ONE, link=f"{PATH}?page=2"))
    server.give(f"{PATH}?page=2", page(ONE, link=f"{PATH}?page=3"))
    assert fault_of(server.kolada).startswith(f"{PATH}?page=2: must have each value once")


def test_an_answer_has_a_greatest_size(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MOST_BYTES", 100)
    server.give(PATH, page(ONE, TWO))
    assert f"{PATH}: must have at most 100 bytes; found more" in fault_of(server.kolada)


def test_only_http_and_only_ids_are_asked_for(server: Server) -> None:
    for base in ("file:///etc", "ftp://127.0.0.1", "//127.0.0.1", "http://[", "data:,{}"):
        line = fault_of(partial(read_kolada, ["N00956"], ["0114"], [2022], base_url=base))
        assert "must be an http or https address" in line
    line = fault_of(lambda: server.kolada(("N00956/../x", "n1")))
    assert line.count("each kpi must have the form") == 2
    assert server.asked == []


def test_a_server_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    base = "http://127.0.0.1:1/v3"
    line = fault_of(partial(read_kolada, ["N00956"], ["0114"], [2022], base_url=base))
    assert "must be answered" in line


@pytest.mark.parametrize("value", [[1, 2, None, 4], {"0": 1, "1": 2, "3": 4}])
def test_an_array_and_a_sparse_object_are_the_same_table(server: Server, value: object) -> None:
    server.give(SCB_PATH, cube(value, status={"2": ".."}))
    rows = server.scb()
    assert rows["indicator"].unique().tolist() == ["TAB1:N1"]
    assert rows["period"].unique().tolist() == ["2022-01"]
    assert rows["unit"].unique().tolist() == ["antal"]
    assert rows["region"].tolist() == ["0114", "0114", "0180", "0180"]
    assert rows["group"].tolist() == ["sex=men", "sex=women"] * 2
    assert rows["value"].fillna(-1).tolist() == [1, 2, -1, 4]
    assert rows["status"].tolist() == ["", "", "..", ""]
    assert selections(server) == [QUERY]


def test_totals_have_no_group_and_areas_keep_their_version(server: Server) -> None:
    answer = cube([1, 2])
    answer["size"] = [2, 1, 1, 1]
    answer["dimension"]["Region"]["category"] = {"index": ["0180A0010_DeSO2025", "0180"]}
    answer["dimension"]["Kon"]["category"] = {"index": ["1+2"]}
    server.give(METADATA, metadata(Region=["0180A0010_DeSO2025", "0180"], Tid=["2022M01"]))
    server.give(SCB_PATH, answer)
    query = {"Region": ["0180*"], "Tid": ["top(1)"]}
    rows = server.scb(query)
    assert selections(server) == [query]
    assert rows["region"].tolist() == ["0180A0010", "0180"]
    assert rows["area_version"].tolist() == ["DeSO2025", ""]
    assert rows["group"].tolist() == ["", ""]


@pytest.mark.parametrize(
    ("answer", "query", "found"),
    [
        (cube([1, 2, 3]), QUERY, "must have 4 cells; found 3"),
        (cube({"4": 1}), QUERY, "must have 4 cells"),
        (cube({"x": 1}), QUERY, "must be JSON-stat 2"),
        (cube([1, 2, "3", 4]), QUERY, "must hold numbers"),
        (cube([1, 2, 3, 4], size=[1, 2, 1, 1]), QUERY, "of the sizes [2, 2, 1, 1]"),
        (cube([1, 2, 3, 4], role={"time": ["Tid"]}), QUERY, "one variable of place"),
        (cube([1, 2, 3, 4]), QUERY | {"Region": ["0114"]}, "must have Region 0114; found"),
        (cube([1, 2, 3, 4]), QUERY | {"Region": ["0115", "*"]}, "must have Region 0115,*"),
        (cube([1, 2, 3, 4]), QUERY | {"Alder": ["*"]}, "must have Alder *; found none"),
        ({"title": "no"}, QUERY, "must be JSON-stat 2"),
        (400, QUERY, "found HTTP status 400"),
    ],
)
def test_an_scb_table_that_does_not_fit_is_refused(
    server: Server, answer: object, query: dict[str, list[str]], found: str
) -> None:
    server.give(
        METADATA, metadata(Region=["0114", "0180"], Kon=["1", "2"], Tid=["2022M01"], Alder=[])
    )
    server.give(SCB_PATH, answer)
    line = fault_of(lambda: server.scb(query))
    assert line.startswith("/v3/tables/TAB1/data")
    assert found in line


def part(regions: list[str], kon: list[str], values: Any) -> dict[str, Any]:
    answer = cube(values, size=[len(regions), len(kon), 1, 1])
    answer["dimension"]["Region"]["category"] = {"index": regions}
    answer["dimension"]["Kon"]["category"] = {"index": kon}
    return answer


def test_a_query_beyond_the_limit_comes_in_parts_and_whole(server: Server) -> None:
    server.answers["/v3/config"] = []
    server.give("/v3/config", CONFIG | {"maxDataCells": 4})
    server.give(SCB_PATH, part(["0114", "0115"], ["1", "2"], [1, 2, 3, 4]))
    server.give(SCB_PATH, part(["0180"], ["1", "2"], [5, 6]))
    rows = server.scb(QUERY | {"Region": ["0114", "0115", "0180"]})
    assert [asked["Region"] for asked in selections(server)] == [["0114", "0115"], ["0180"]]
    assert rows["region"].tolist() == ["0114", "0114", "0115", "0115", "0180", "0180"]
    assert rows["value"].tolist() == [1, 2, 3, 4, 5, 6]
    assert server.slept == [0.2, 0.2]  # 30 calls in 6 seconds


def test_a_star_is_written_out_only_where_it_must_be_split(server: Server) -> None:
    server.answers["/v3/config"] = []
    server.give("/v3/config", CONFIG | {"maxDataCells": 1})
    server.give(
        METADATA, metadata(Region=["0114", "0180", "1280"], Kon=["1", "2"], Tid=["2022M01"])
    )
    places = [(region, kon) for region in ("0114", "0180") for kon in ("1", "2")]
    server.give(SCB_PATH, *(part([region], [kon], [8]) for region, kon in places))
    rows = server.scb({"Region": ["0*"], "Kon": ["1", "2"], "Tid": ["top(1)"]})
    assert [(asked["Region"], asked["Kon"]) for asked in selections(server)] == [
        ([region], [kon]) for region, kon in places
    ]
    assert {asked["Tid"][0] for asked in selections(server)} == {"top(1)"}
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (part(["0115"], ["1", "2"], [5, 6]), "must have Region 0180; found 0115"),
        (part(["0180"], ["1"], [5]), "must have Kon 1,2; found 1"),
        (404, "found HTTP status 404"),
        ("later", "must have the same Tid in each part"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(
    server: Server, second: object, found: str
) -> None:
    server.answers["/v3/config"] = []
    server.give("/v3/config", CONFIG | {"maxDataCells": 2})
    server.give(METADATA, metadata(Region=["0114", "0180"], Kon=["1", "2"], Tid=["2022M01"]))
    if second == "later":
        second = part(["0180"], ["1", "2"], [5, 6])
        second["dimension"]["Tid"]["category"] = {"index": ["2022M02"]}
    server.give(SCB_PATH, part(["0114"], ["1", "2"], [1, 2]), second)
    assert found in fault_of(lambda: server.scb(QUERY | {"Tid": ["top(1)"]}))


def test_what_cannot_be_split_is_refused_before_it_is_asked_for(server: Server) -> None:
    server.answers["/v3/config"] = []
    server.give("/v3/config", CONFIG | {"maxDataCells": 2})
    server.give(METADATA, metadata(Region=["0114"], Tid=["2020", "2021", "2022"]))
    line = fault_of(lambda: server.scb({"Region": ["0114"], "Tid": ["from(2020)"]}))
    assert "must have at most 2 cells in one answer; found up to 3; ask for fewer codes" in line
    assert selections(server) == []


@pytest.mark.parametrize(
    "config", [{}, {"maxDataCells": 0}, {"maxDataCells": "9"}, CONFIG | {"timeWindow": 90000}, 404]
)
def test_without_limits_nothing_is_asked_for(server: Server, config: object) -> None:
    server.answers["/v3/config"] = []
    server.give("/v3/config", config)
    assert fault_of(server.scb).startswith("/v3/config: ")
    assert selections(server) == []


def test_a_service_may_leave_out_how_often_it_can_be_asked(server: Server) -> None:
    server.answers["/v3/config"] = []
    server.give("/v3/config", {"maxDataCells": 4, "maxCallsPerTimeWindow": 0})
    server.give(SCB_PATH, cube([1, 2, 3, 4]))
    assert len(server.scb()) == 4
    assert server.slept == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@st.composite
def spoilt(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """An answer of which one part, at any depth, is any JSON instead."""
    answer = json.loads(json.dumps(whole))
    inner: Any = answer
    while True:
        key = draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
        if isinstance(inner[key], dict | list) and inner[key] and draw(st.booleans()):
            inner = inner[key]
        else:
            inner[key] = draw(JSON)
            return answer


@given(spoilt(cube([1, 2, 3, 4], status={"2": ".."})))
def test_no_spoilt_cube_gives_anything_but_a_table_or_bad_input(answer: dict[str, Any]) -> None:
    answers = [CONFIG, answer]
    with patch.object(scb, "fetch_json", side_effect=answers), suppress(BadInput):
        assert len(read_scb("TAB1", QUERY, sleep=lambda _: None)) == 4


@given(spoilt(CONFIG), spoilt(metadata(Region=["0114", "0180"], Kon=["1", "2"], Tid=["2022M01"])))
def test_no_spoilt_limits_or_metadata_give_anything_but_a_table_or_bad_input(
    config: dict[str, Any], codes: dict[str, Any]
) -> None:
    answers = [config, codes, cube([1, 2, 3, 4])]
    with patch.object(scb, "fetch_json", side_effect=answers), suppress(BadInput):
        assert len(read_scb("TAB1", QUERY | {"Kon": ["*"]}, sleep=lambda _: None)) == 4


@given(spoilt(page(ONE, TWO)))
def test_no_spoilt_page_gives_anything_but_a_table_or_bad_input(answer: dict[str, Any]) -> None:
    with patch.object(kolada, "fetch_json", return_value=answer), suppress(BadInput):
        assert len(read_kolada(["N00956"], ["0114", "0180"], [2022])) >= 2


OLD = (
    "provider,indicator,region,period,group,value,unit,margin,retrieved,note\n"
    "kolada,N00956,0180,2022,,8.00,percent,0.5,2024-01-01,mine\n"
    'example,EX01,9901,2015,sex=women,7.40,percent,,2024-01-01,"a, b"\n'
    "kolada,N00956,0180,2022,sex=women,1,percent,0.5,2024-01-01,\n"
)


def test_new_values_replace_old_ones_and_nothing_else_is_lost(
    server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "context" / "indicators.csv"
    path.parent.mkdir()
    path.write_text(OLD, encoding="utf-8")
    server.give(PATH, page(ONE, TWO))
    rows = server.kolada()
    add_indicators(tmp_path, rows, retrieved=date(2025, 3, 1))
    told = path.read_text(encoding="utf-8")
    lines = told.splitlines()
    assert lines[0] == OLD.splitlines()[0] + ",area_version,reference_date,status"
    assert lines[1] == "kolada,N00956,0180,2022,,8,percent,0.5,2025-03-01,mine,,,"
    assert lines[2] == OLD.splitlines()[2] + ",,,"
    assert lines[3] == "kolada,N00956,0180,2022,sex=women,9,percent,,2025-03-01,,,,"
    assert len(lines) == 6
    assert list(path.parent.iterdir()) == [path]
    add_indicators(tmp_path, rows, retrieved=date(2025, 3, 1))
    assert path.read_text(encoding="utf-8") == told


def test_a_first_import_lays_the_table(server: Server, tmp_path: Path) -> None:
    server.give(PATH, page(ONE, TWO))
    add_indicators(tmp_path, server.kolada(), retrieved=date(2025, 3, 1))
    table = read_table(tmp_path / "context" / "indicators.csv", "indicators", name="x")
    assert table["value"].tolist()[:3] == [7.5, 8.0, 9.0]
    assert set(table["retrieved"]) == {"2025-03-01"}


def test_a_faulty_table_is_left_as_it_is(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "context" / "indicators.csv"
    path.parent.mkdir()
    path.write_text(OLD.replace("8.00", "eight"), encoding="utf-8")
    server.give(PATH, page(ONE, TWO))
    rows = server.kolada()
    add = partial(add_indicators, tmp_path, rows, retrieved=date(2025, 3, 1))
    assert "context/indicators.csv, row 2, column value" in fault_of(add)
    assert "eight" in path.read_text(encoding="utf-8")


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / "lab.toml").write_text('[lab]\nname = "L"\nlanguage = "sv"\n', encoding="utf-8")
    cities = "city,name,municipality_code,company,lab,target_group,start,end\n"
    cities += "a,A,0114,,,,,\nb,B,0180,,,,,\nc,C,,,,,,\n"
    (tmp_path / "cities.csv").write_text(cities, encoding="utf-8")
    header = "source_id,city,type,date,file,language,status\n"
    (tmp_path / "sources.csv").write_text(header, encoding="utf-8")
    return tmp_path


def test_the_commands_write_the_lab(
    server: Server, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = f"{server.root}/v3"
    monkeypatch.setattr(kolada, "read_kolada", partial(read_kolada, base_url=base))
    monkeypatch.setattr(
        scb, "read_scb", partial(read_scb, base_url=base, sleep=server.slept.append)
    )
    server.give(METADATA, metadata(Region=["0114"], Tid=["2022M01", "2022M02"]))
    server.give(PATH, page(ONE, TWO))
    server.give(SCB_PATH, cube([1, 2, 3, 4]))
    run = CliRunner().invoke
    asked = ["import", "kolada", "--lab", str(lab), "--kpi", "N00956", "--year"]
    result = run(main, [*asked, "2022"])
    assert (result.exit_code, result.stderr) == (0, "")
    selects = ["--select", "Region=0114,0180", "--select", "Tid=range(2022M01,2022M02)"]
    result = run(main, ["import", "scb", "--lab", str(lab), "--table", "TAB1", *selects])
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(server.asked[-1][1])["selection"][1]["valueCodes"] == [
        "range(2022M01,2022M02)"
    ]
    table = read_table(lab / "context" / "indicators.csv", "indicators", name="x")
    assert table["provider"].tolist() == ["kolada"] * 4 + ["scb"] * 4
    result = run(main, [*asked, "2021"])
    assert result.exit_code == 2
    assert "/year/2021: must be answered" in result.stderr
    assert len((lab / "context" / "indicators.csv").read_text("utf-8").splitlines()) == 9
    result = run(main, ["import", "scb", "--lab", str(lab), "--table", "T", "--select", "Tid"])
    assert result.exit_code == 2
