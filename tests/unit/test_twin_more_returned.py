"""A list that comes back holds officers' results and passes the contract."""

import csv
import datetime as dt
import io
from pathlib import Path

from data_contracts.outputs import HEADERS_KO, OFFICER_HEADERS_KO
from pipeline.identity import create_keys
from pipeline.ingest import ingest_inbox
from pipeline.list_formats import render_csv
from pipeline.referral_id import check_character
from pipeline.twin.returned import Task, fill_returned
from pipeline.twin.townhall import Seen
from pipeline.warehouse import Warehouse
from tests.lib import files

START = dt.date(2026, 7, 3)


def _listed(count: int) -> bytes:
    at = HEADERS_KO.index("의뢰번호")
    rows = [["x"] * len(HEADERS_KO) for _ in range(count)]
    for n, row in enumerate(rows):
        row[at] = f"R20264-{n:08d}{check_character(f'20264{n:08d}')}"
        for header in OFFICER_HEADERS_KO:
            row[HEADERS_KO.index(header)] = ""
    return render_csv([list(HEADERS_KO), *rows])


def _read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_returned_list_is_loaded(tmp_path: Path) -> None:
    office = files.office(tmp_path)
    ids = [row["의뢰번호"] for row in _read(_listed(30))]
    truth = {id_: Seen(n % 2 == 0, True) for n, id_ in enumerate(ids)}
    data = fill_returned(_listed(30), Task(truth, START, 1))
    files.write(office.path("inbox"), "불당1동_완료.csv", data, "2026-08-31")
    with Warehouse.in_memory() as warehouse:
        (told,) = ingest_inbox(office, warehouse, create_keys(office, 1))
    wrong = sum(row["결과코드"] == "Q9" for row in _read(data))
    assert wrong == 1
    assert (told.source, told.accepted, told.rejected) == ("result", 29, wrong)
