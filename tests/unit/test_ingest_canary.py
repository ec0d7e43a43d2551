"""A resident number through every failing path: it is seen nowhere, on no disk."""

import logging
from pathlib import Path

import pytest

from data_contracts.sources import SOURCES
from pipeline import cells
from pipeline.errors import UserError
from pipeline.identity import create_keys, load_keys
from pipeline.ingest import ingest_inbox
from pipeline.office import open_warehouse
from pipeline.settings import Office
from tests.lib import files
from tests.lib.canary import (
    HYPHENATED,
    assert_in_no_table,
    assert_unseen,
    bytes_on_disk,
)

CANARY = files.CANARY


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
                "tong",
                "ban",
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
# The further sources with a resident number: the same damages in every column that the
# warehouse keeps.
MORE = ("nps", "kcomwel", "indicator", "benefit", "case_management", "visit")
KEPT = {
    source: [f.name for f in SOURCES[source].fields if not f.vault]
    for source in (*MORE, "resident_change", "tip", "result")
}


def _everywhere(source: str) -> bytes:
    """A row per column that holds the canary, whole, hyphenated, cut or longer."""
    forms = (CANARY, HYPHENATED, CANARY[1:], f"{CANARY}0", f"*{CANARY}", f"x {CANARY}")
    damaged = [
        files.row(source, **{name: form}) for name in KEPT[source] for form in forms
    ]
    return files.delimited(source, [files.row(source), *damaged])


FIXED = {
    "good": files.nhis([files.row("nhis")]),
    "wrong count": files.nhis([files.row("nhis")], count=9),
    "short record": files.nhis([files.row("nhis")])[1:],
    "no text": files.nhis([files.row("nhis")]).replace(
        "최".encode("cp949"), b"\xff\xff"
    ),
    "trailer of digits": files.nhis([]) + CANARY.encode() + b"\n",
}


@pytest.fixture(params=["every row is looked at", "too many rejected stop a file"])
def office(tmp_path: Path, request: pytest.FixtureRequest) -> Office:
    every_row = request.param == "every row is looked at"
    settings = f"\n[thresholds]\ndefault = {1.0 if every_row else 0.05}\n"
    office = files.office(tmp_path, settings=settings)
    create_keys(office, 1)
    inbox = office.path("inbox")
    for day, body in enumerate(BROKEN.values(), start=1):
        files.write(inbox, f"RESIDENT_202601{day:02d}.csv", body)
    for month, body in enumerate(FIXED.values(), start=1):
        files.write(inbox, f"NHIS_ARREARS_2025{month:02d}.dat", body)
    files.write(
        inbox, "HISTORY_202601.csv", files.extract("history", [files.row("history")])
    )
    for source in KEPT:
        body = _everywhere(source)
        files.write(inbox, files.NAMES[source], body)
        stem, dot, ending = files.NAMES[source].rpartition(".")
        files.write(inbox, f"{stem}_v2{dot}{ending}", body[:-1])  # cut off
        files.write(
            inbox, f"{stem}_v3{dot}{ending}", body + CANARY.encode() + b"\xff\r\n"
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
        assert statuses.count("refused") > 8 + 2 * len(KEPT)
        assert sum(report.rejected for report in reports) >= 8
        rejecting = {report.source for report in reports if report.rejected > 8}
        assert set(KEPT) <= rejecting or office.config.threshold("tip") < 1
        assert_unseen(repr(reports))
        # A column of free text (an address) may hold anything: the vault is for it.
        assert_in_no_table(warehouse)
        assert_unseen(bytes_on_disk(office))
    assert_unseen(bytes_on_disk(office))
    shown = capfd.readouterr()
    assert_unseen(caplog.text + shown.out + shown.err)


def test_names_are_not_readable_on_disk_either(office: Office) -> None:
    with open_warehouse(office) as warehouse:
        ingest_inbox(office, warehouse, load_keys(office))
        found = warehouse.rows("SELECT DISTINCT name FROM vault.vault_resident")
        assert found == [("정마루",)]
        assert "정마루".encode() not in bytes_on_disk(office)
    assert "정마루".encode() not in bytes_on_disk(office)


def test_an_engine_error_on_a_broken_check_does_not_quote_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = cells.checking_sql

    def broken(contract, table):  # the engine quotes the text that it cannot cast
        sql = real(contract, table)
        first = contract.fields[2].name
        return (
            f"SELECT * REPLACE (CAST({first} AS DATE) AS row_no) FROM {table} -- {sql}"
        )

    monkeypatch.setattr(cells, "checking_sql", broken)
    monkeypatch.setattr(cells, "parameters", lambda contract: ())
    with open_warehouse(office) as warehouse:
        with pytest.raises(UserError) as caught:
            ingest_inbox(office, warehouse, load_keys(office))
        chain: BaseException | None = caught.value
        while chain is not None:
            if not chain.__suppress_context__ or chain is caught.value:
                assert_unseen(str(chain))
            chain = None if chain.__suppress_context__ else chain.__context__
    assert_unseen(bytes_on_disk(office))


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
            assert_unseen(path.read_bytes())
