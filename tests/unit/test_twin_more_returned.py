"""A list that comes back holds officers' results and passes the contract."""

import csv
import datetime as dt
import io
from pathlib import Path

from data_contracts.outputs import HEADERS_KO, OFFICER_HEADERS_KO
from pipeline.identity import create_keys
from pipeline.ingest import ingest_inbox
from pipeline.list_formats import render_csv
from pipeline.twin.returned import Seen, fill_returned
from pipeline.warehouse import Warehouse
from tests.lib import files

START = dt.date(2026, 7, 3)


def _listed(count: int) -> bytes:
    at = HEADERS_KO.index("의뢰번호")
    rows = [["x"] * len(HEADERS_KO) for _ in range(count)]
    for n, row in enumerate(rows):
        row[at] = f"R20264-{n:08d}0"
        for header in OFFICER_HEADERS_KO:
            row[HEADERS_KO.index(header)] = ""
    return render_csv([list(HEADERS_KO), *rows])


def _read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_results_tell_of_the_truth_through_reach_and_error() -> None:
    ids = [row["의뢰번호"] for row in _read(_listed(400))]
    truth = {id_: Seen(n % 2 == 0, n % 4 < 2) for n, id_ in enumerate(ids[:-1])}
    rows = _read(fill_returned(_listed(400), truth, START, 1))
    assert [row["의뢰번호"] for row in rows] == ids
    assert rows[-1]["결과코드"] == "P0"
    found = {"Y": 0, "N": 0}
    for row in rows[:-1]:
        seen = truth[row["의뢰번호"]]
        met, code = bool(row["접촉일"]), row["결과코드"]
        assert met == bool(row["필요확인"]) == (code[0] in "SCNR")
        if met and seen.in_need:
            found[row["필요확인"]] += 1
    assert found["Y"] > 4 * found["N"] > 0
    reached = [
        sum(
            bool(r["접촉일"])
            for r in rows[:-1]
            if truth[r["의뢰번호"]].lives_there is h
        )
        for h in (True, False)
    ]
    assert reached[0] > 2 * reached[1]


def test_the_dead_are_told_as_dead() -> None:
    (row,) = _read(
        fill_returned(
            _listed(1),
            {"R20264-000000000": Seen(True, True, is_dead=True)},
            START,
            1,
            done_share=1.0,
        )
    )
    assert (row["결과코드"], row["접촉일"]) == ("D1", "")


def test_a_returned_list_is_loaded(tmp_path: Path) -> None:
    office = files.office(tmp_path)
    ids = [row["의뢰번호"] for row in _read(_listed(30))]
    truth = {id_: Seen(n % 2 == 0, True) for n, id_ in enumerate(ids)}
    data = fill_returned(_listed(30), truth, START, 1)
    files.write(office.path("inbox"), "불당1동_완료.csv", data, "2026-08-31")
    with Warehouse.in_memory() as warehouse:
        (told,) = ingest_inbox(office, warehouse, create_keys(office, 1))
    assert (told.source, told.accepted, told.rejected) == ("result", 30, 0)
