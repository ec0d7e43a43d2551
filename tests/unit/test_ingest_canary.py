"""A resident number through every failing path: it is seen nowhere, on no disk."""

import logging
from pathlib import Path

import pytest

from pipeline import load
from pipeline.errors import UserError
from pipeline.identity import create_keys, load_keys
from pipeline.ingest import ingest_inbox
from pipeline.office import open_warehouse
from pipeline.settings import Office
from tests.lib import files

CANARY = files.CANARY
HYPHENATED = f"{CANARY[:6]}-{CANARY[6:]}"


def _resident(*rows: list[str]) -> bytes:
    return files.delimited("resident", rows)


def _row(**cells: str) -> list[str]:
    return files.row("resident", **cells)


def _without(column: str) -> bytes:
    at = files.header("resident").index(column)
    lines = [files.header("resident"), _row()]
    return "".join(
        ",".join(line[:at] + line[at + 1 :]) + "\r\n" for line in lines
    ).encode("cp949")


BROKEN = {
    "good": _resident(_row()),
    "hyphenated": _resident(_row(resident=HYPHENATED)),
    "ragged": _resident(_row()[:-2], [*_row(), CANARY]),
    "in other columns": _resident(
        *(
            _row(**{name: CANARY})
            for name in (
                "registry_no",
                "relation",
                "moved_in_on",
                "dong_code",
                "died_on",
            )
        )
    ),
    "other damages": _resident(
        _row(resident=f"*{CANARY}"),
        _row(resident=f"{CANARY}0"),
        _row(resident=f"'{CANARY}"),
        _row(is_protected=CANARY),
    ),
    "a total": _resident(_row()) + f"합계,{CANARY}\r\n".encode("cp949"),
    "bad encoding": _resident(_row()) + CANARY.encode() + b"\xff\xff\r\n",
    "utf-8": _resident(_row()).decode("cp949").encode(),
    "cut off": _resident(_row())[:-2],
    "zero byte": _resident(_row()) + CANARY.encode() + b"\0\r\n",
    "open quote": _resident(_row(name=f'"{CANARY}')),
    "open quote at the top": f'"{CANARY}'.encode() * 20_000 + b"\r\n",
    "no header": (",".join(_row()) + "\r\n").encode("cp949"),
    "missing column": _without("열람제한"),
    "one line only": CANARY.encode() + b"\r\n",
}
FIXED = {
    "good": files.nhis([files.row("nhis")]),
    "wrong count": files.nhis([files.row("nhis")], count=9),
    "short record": files.nhis([files.row("nhis")])[1:],
    "no text": files.nhis([files.row("nhis")]).replace(
        "최".encode("cp949"), b"\xff\xff"
    ),
    "trailer of digits": files.nhis([]) + CANARY.encode() + b"\n",
}


def _bytes_on_disk(office: Office) -> bytes:
    folders = [office.path("data"), office.path("logs")]
    found = [p for f in folders for p in sorted(f.rglob("*")) if p.is_file()]
    return b"".join(path.read_bytes() for path in found)


def _assert_unseen(text: str | bytes) -> None:
    for form in (CANARY, HYPHENATED, CANARY[1:]):
        if isinstance(text, bytes):
            for encoding in ("utf-8", "utf-16-le"):
                assert form.encode(encoding) not in text
        else:
            assert form not in text


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = files.office(tmp_path)
    create_keys(office, 1)
    inbox = office.path("inbox")
    for day, body in enumerate(BROKEN.values(), start=1):
        files.write(inbox, f"RESIDENT_202601{day:02d}.csv", body)
    for month, body in enumerate(FIXED.values(), start=1):
        files.write(inbox, f"NHIS_ARREARS_2025{month:02d}.dat", body)
    files.write(
        inbox, "HISTORY_202601.csv", files.extract("history", [files.row("history")])
    )
    # and somebody named files after a person
    files.write(inbox, f"{CANARY}.csv", b"x")
    files.write(
        inbox,
        f"KIKcd_H_{HYPHENATED}.csv",
        files.extract("kikcd_h", [files.row("kikcd_h")]),
    )
    return office


def test_no_failing_path_shows_it(
    office: Office, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with open_warehouse(office) as warehouse:
        reports = ingest_inbox(office, warehouse, load_keys(office))
        statuses = [report.status for report in reports]
        # or these tests look at nothing
        assert statuses.count("refused") > 8
        assert sum(report.rejected for report in reports) > 8
        _assert_unseen(repr(reports))
        tables = warehouse.rows(
            "SELECT database_name, table_name FROM duckdb_tables() ORDER BY ALL"
        )
        for database, table in tables:
            # A column of free text (an address) may hold anything: the vault is for it.
            kept = warehouse.rows(f"SELECT * FROM {database}.main.{table}")
            _assert_unseen(repr(kept))
        _assert_unseen(_bytes_on_disk(office))
    _assert_unseen(_bytes_on_disk(office))
    shown = capfd.readouterr()
    _assert_unseen(caplog.text + shown.out + shown.err)


def test_names_are_not_readable_on_disk_either(office: Office) -> None:
    with open_warehouse(office) as warehouse:
        ingest_inbox(office, warehouse, load_keys(office))
        found = warehouse.rows("SELECT DISTINCT name FROM vault.vault_resident")
        assert found == [("정마루",)]
        assert "정마루".encode() not in _bytes_on_disk(office)
    assert "정마루".encode() not in _bytes_on_disk(office)


def test_an_engine_error_on_a_broken_check_does_not_quote_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = load.checking_sql

    def broken(contract, table):  # the engine quotes the text that it cannot cast
        sql = real(contract, table)
        first = contract.fields[2].name
        return (
            f"SELECT * REPLACE (CAST({first} AS DATE) AS row_no) FROM {table} -- {sql}"
        )

    monkeypatch.setattr(load, "checking_sql", broken)
    monkeypatch.setattr(load, "parameters", lambda contract: ())
    with open_warehouse(office) as warehouse:
        with pytest.raises(UserError) as caught:
            ingest_inbox(office, warehouse, load_keys(office))
        chain: BaseException | None = caught.value
        while chain is not None:
            if not chain.__suppress_context__ or chain is caught.value:
                _assert_unseen(str(chain))
            chain = None if chain.__suppress_context__ else chain.__context__
    _assert_unseen(_bytes_on_disk(office))


def test_spilled_rows_are_not_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = files.office(tmp_path)
    keys = create_keys(office, 1)
    names = "".join(chr(0xAC00 + n) for n in range(3))
    with open_warehouse(office, keys) as warehouse:
        warehouse.execute("SET memory_limit='60MB'")
        warehouse.execute(
            "CREATE TEMP TABLE t AS SELECT $text || i AS cell FROM range(3000000) s(i)",
            {"text": f"{CANARY}{names}"},
        )
        spill = office.path("data") / "spill"
        spilled = [path for path in sorted(spill.rglob("*")) if path.is_file()]
        assert spilled  # or this test looks at nothing
        for path in spilled:
            _assert_unseen(path.read_bytes())
