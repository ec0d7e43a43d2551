"""열람제한: name, address and phone of a protected household never leave the vault."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.lib.towns import AS_OF, blindspot, done, make_town

NAME, ROAD, DOOR, PHONE = "카나리", "카나리로 77", "7707호", "01098765432"
DAY = ("--as-of", AS_OF.isoformat())


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_town(
        tmp_path_factory.mktemp("protected") / "office", households=120, months=3
    )
    kept = ("RESIDENT_2", "TEAM", "KIK", "GAS", "HISTORY")
    for file in sorted((root / "inbox").iterdir()):
        if not file.name.startswith(kept):
            file.unlink()
    for file in sorted((root / "inbox").glob("RESIDENT_2*.csv")):
        _protect_first(file)
    # The last one is received after the day of the screening.
    _stop_gas(sorted((root / "inbox").glob("GAS_STOP_*.csv"))[-2])
    return root


def _protect_first(file: Path) -> None:
    """The head of the first household gets canaries for all that tells where it is."""
    rows = list(csv.reader(io.StringIO(file.read_text("cp949"), newline="")))
    at = {name: place for place, name in enumerate(rows[0])}
    household = next(row for row in rows[1:] if row[at["세대주관계"]] == "본인")
    for row in rows[1:]:
        if row[at["세대번호"]] == household[at["세대번호"]]:
            row[at["성명"]], row[at["연락처"]] = NAME, PHONE
            row[at["도로명주소"]] = f"충청남도 천안시 동남구 {ROAD} (신방동)"
            row[at["상세주소"]] = DOOR
            row[at["열람제한"]] = "Y"
    _write(file, rows, "cp949")


def _stop_gas(file: Path) -> None:
    """Its gas was stopped, so that it would head a list; a second row is unreadable."""
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
    at = {name: place for place, name in enumerate(rows[0])}
    row = [""] * len(rows[0])
    row[at["조회일"]] = row[at["공급중지일"]] = file.stem[-8:]
    row[at["사용계약번호"]] = "999999999999"
    row[at["성명"]], row[at["연락처"]] = NAME, PHONE
    row[at["도로명주소"]] = f"충청남도 천안시 동남구 {ROAD}, {DOOR} (신방동)"
    row[at["체납개월"]], row[at["체납액"]] = "9", "900000"
    wrong = list(row)
    wrong[at["체납개월"]], wrong[at["사용계약번호"]] = "?", "999999999998"
    _write(file, [*rows, row, wrong], "utf-8-sig")


def _write(file: Path, rows: list[list[str]], encoding: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    file.write_bytes(text.getvalue().encode(encoding))


def _told(text: str) -> set[str]:
    canaries = (NAME, "카나리로", DOOR, PHONE, "010-9876-5432")
    return {canary for canary in canaries if canary in text}


def test_nothing_that_tells_where_a_protected_household_is_leaves_the_vault(
    office: Path,
) -> None:
    where = ("--office", str(office))
    outputs = [blindspot("ingest", *DAY, *where, "--json").output]
    outputs.append(done("screen", *DAY, *where, "--json").output)
    outputs.append(done("export", *DAY, *where, "--confirm-by", "홍길동").output)
    outputs.append(done("report", *DAY, *where).output)
    outputs.append(done("status", *where, "--as-of", AS_OF.isoformat()).output)
    outputs.append(blindspot("quarantine", "list", *where).output)
    outputs.append(blindspot("dong", "review", *where).output)
    (household, reason) = _household(office)
    assert reason == "PROTECTED_ADDRESS"
    told = done("explain", "--household", household, *where, *DAY, "--json").output
    assert json.loads(told)
    outputs.append(told)
    assert set().union(*map(_told, outputs)) == set()
    published = [
        file
        for folder in ("rounds", "reports", "logs", "quarantine")
        for file in (office / folder).rglob("*")
        if file.is_file()
    ]
    assert any(file.name.startswith("의뢰목록") for file in published)
    leaks = {
        file.name: _told(file.read_bytes().decode("utf-8", errors="replace"))
        for file in published
    }
    assert {name for name, found in leaks.items() if found} == set()


def _household(office: Path) -> tuple[str, str]:
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    with open_warehouse(load_office(office), read_only=True) as w:
        (found,) = w.rows(
            "SELECT h.household_id, e.reason FROM core_household AS h "
            "INNER JOIN vault.vault_resident AS v "
            "ON h.source_file_id = v.file_id AND h.row_no = v.row_no "
            "INNER JOIN out_eligibility AS e ON h.household_id = e.household_id "
            "INNER JOIN core_link AS l ON h.household_id = l.household_id "
            "AND l.account_no = '999999999999' WHERE v.name = $name",
            {"name": NAME},
        )
    return str(found[0]), str(found[1])
