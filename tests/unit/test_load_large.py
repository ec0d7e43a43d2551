"""A large file takes the quick way; what is stored of it is the same."""

import datetime as dt
from pathlib import Path

import pytest

from data_contracts.sources import SOURCES
from pipeline import load
from pipeline.identity import Keys, Secret
from pipeline.layouts import load_layouts
from pipeline.load import FileToLoad, Loaded, load_file
from pipeline.migrations import m001_account_keys
from pipeline.refusals import Refused
from pipeline.stored import ensure_tables
from pipeline.warehouse import Warehouse

REF = dt.date(2026, 1, 31)
KEYS = Keys(Secret(b"p" * 32), Secret(b"w" * 32), Secret(b"v" * 32))
HEADER = "조회일,사용계약번호,성명,연락처,도로명주소,체납개월,체납액,공급중지일,재개일"
ROWS = [
    "20260131,000000000001,김민수,010-1234-5678,동남구 충절로 1,3,50000,20260105,",
    "20260131,200000002,김  민수,1012345678,동남구 충절로 2,3개월,\"50,000원\",2026-01-05,",
    "20260131,000000000003,김민수,,,601,5,,",  # too many months
    "20260130,000000000004,김민수,,,3,5,,",  # another day than its file's
    "20260131,000000000005,김민수,,,3,5,20260105,20260104",  # back before it went
    "20260131,,김민수,,,3,5,,",  # no account
    "20260131,000000000001,김민수,010-1234-5678,동남구 충절로 1,4,50000,20260105,",
    "20260131,000000000007,김민수,,3,5",  # too few cells
    "합계,,,,,,50000,,",
]  # fmt: skip


def stored(folder: Path, text: str) -> tuple[Loaded, list[tuple[object, ...]]]:
    path = folder / "GAS_STOP_20260131.csv"
    path.write_text(text, encoding="utf-8-sig", newline="")
    file = FileToLoad(
        path=path,
        layout=load_layouts()["gas"],
        contract=SOURCES["gas"],
        ref_date=REF,
        version=1,
        known_on=REF,
        sha256="s",
        size=path.stat().st_size,
    )
    with Warehouse.in_memory() as warehouse:
        ensure_tables(warehouse)
        loaded = load_file(warehouse, file, KEYS)
        rows = warehouse.rows("FROM acc_gas ORDER BY row_no")
        rows += warehouse.rows("FROM vault.vault_gas ORDER BY row_no")
        rows += warehouse.rows("FROM rej_row ORDER BY row_no")
    return loaded, rows


def test_both_ways_store_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n".join([HEADER, *ROWS, ""])
    by_the_law = stored(tmp_path, text)
    monkeypatch.setattr(load, "QUICK_FROM_BYTES", 0)
    assert stored(tmp_path, text) == by_the_law
    loaded = by_the_law[0]
    assert (loaded.accepted, loaded.rejected, loaded.superseded) == (2, 5, 1)
    assert loaded.skipped == 1


@pytest.mark.parametrize("quick_from", [0, 1 << 30])
def test_what_the_reader_refuses_comes_out_of_the_engine_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick_from: int
) -> None:
    monkeypatch.setattr(load, "QUICK_FROM_BYTES", quick_from)
    with pytest.raises(Refused, match="the last line has no end"):
        stored(tmp_path, "\n".join([HEADER, *ROWS]))


def test_an_older_office_keeps_its_accounts_keys() -> None:
    with Warehouse.in_memory() as warehouse:
        ensure_tables(warehouse)
        warehouse.execute("ALTER TABLE acc_gas ADD COLUMN account_key VARCHAR")
        warehouse.execute(
            "INSERT INTO acc_gas (file_id, row_no, account_no, account_key) "
            "VALUES (1, 2, '7', 'k7'), (2, 2, '7', 'k7')"
        )
        for _ in range(2):
            m001_account_keys.apply(warehouse)
        assert warehouse.rows("FROM core_account_key") == [("gas", "7", "k7")]
