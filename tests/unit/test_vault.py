"""The vault is written first and never keeps what the warehouse does not hold."""

from pathlib import Path

import pytest

from data_contracts.sources import SOURCES
from pipeline import load, vault
from pipeline.identity import create_keys
from pipeline.ingest import ingest_inbox
from pipeline.settings import Office
from pipeline.stored import ensure_tables
from pipeline.warehouse import Warehouse
from tests.lib import files


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = files.office(tmp_path)
    create_keys(office, 1)
    return office


def _names(warehouse: Warehouse) -> list[tuple[str]]:
    return warehouse.rows("SELECT name FROM vault.vault_gas ORDER BY ALL")


def _accepted(warehouse: Warehouse, name: str) -> None:
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE _accepted AS SELECT 2::BIGINT AS row_no, "
        f"'{name}' AS name, '010' AS phone, 'road' AS road_address"
    )


def test_writing_a_file_twice_leaves_one_copy() -> None:
    warehouse = Warehouse.in_memory()
    ensure_tables(warehouse)
    for name in ("first", "second"):
        _accepted(warehouse, name)
        vault.forget(warehouse, SOURCES["gas"], 1)
        vault.insert(warehouse, SOURCES["gas"], 1, "a" * 64, "_accepted")
    assert _names(warehouse) == [("second",)]


def test_rows_of_a_file_that_was_not_committed_are_swept() -> None:
    warehouse = Warehouse.in_memory()
    ensure_tables(warehouse)
    for file_id, name in ((1, "committed"), (2, "left over")):
        _accepted(warehouse, name)
        vault.insert(warehouse, SOURCES["gas"], file_id, str(file_id) * 64, "_accepted")
    warehouse.execute(
        "INSERT INTO core_file (file_id, sha256) VALUES (1, $sha)", {"sha": "1" * 64}
    )
    assert vault.sweep(warehouse) == 1
    assert _names(warehouse) == [("committed",)]


def test_an_id_taken_by_another_file_does_not_save_the_rows() -> None:
    warehouse = Warehouse.in_memory()
    ensure_tables(warehouse)
    _accepted(warehouse, "left over")
    vault.insert(warehouse, SOURCES["gas"], 1, "a" * 64, "_accepted")
    warehouse.execute(
        "INSERT INTO core_file (file_id, sha256) VALUES (1, $sha)", {"sha": "b" * 64}
    )
    assert vault.sweep(warehouse) == 1


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_a_stop_between_vault_and_warehouse_leaves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    from pipeline.identity import load_keys

    def stops(*_: object) -> None:
        raise stop

    body = files.extract("gas", [files.row("gas")])
    files.write(office.path("inbox"), files.NAMES["gas"], body)
    warehouse = Warehouse.in_memory()
    with monkeypatch.context() as patched:
        patched.setattr(load, "_record", stops)
        with pytest.raises(stop):
            ingest_inbox(office, warehouse, load_keys(office))
    assert _names(warehouse) == []
    assert warehouse.rows("SELECT count(*) FROM acc_gas") == [(0,)]
    ingest_inbox(office, warehouse, load_keys(office))
    assert _names(warehouse) == [("박다리",)]
