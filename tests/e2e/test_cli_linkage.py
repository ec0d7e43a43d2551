"""Doubtful accounts from the command line: a file out, an officer's answers back."""

import csv
import io
import json
import stat
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from tests.lib.towns import AS_OF, blindspot, done, make_town

DAY = ("--as-of", AS_OF.isoformat())
NEXT = ("--as-of", "2026-07-02")
ANSWER = "판정(1/2/아님/모름)"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_town(tmp_path_factory.mktemp("linkage") / "office", months=4)
    blindspot("ingest", "--office", str(root), *DAY)
    return root


def asked(root: Path, *day: str) -> tuple[Path, list[dict[str, str]]]:
    done("linkage", "review", "--office", str(root), *day)
    (file,) = (root / "rounds").glob(f"연계확인_{day[1].replace('-', '')}_개인정보.csv")
    return file, list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def link_of(root: Path, key: str, *day: str) -> tuple[Any, ...]:
    """Household and ground of an account when a day is screened (again)."""
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    done("screen", "--office", str(root), *day)
    with open_warehouse(load_office(root), read_only=True) as warehouse:
        (row,) = warehouse.rows(
            "SELECT household_id, reason FROM core_link WHERE account_key = $k",
            {"k": key},
        )
    return row


def saved(file: Path, row: dict[str, str], how: str) -> Path:
    """The filled-in file as the spreadsheet that an officer uses saves it."""
    target = file.with_name(f"답_{how}")
    if how == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(list(row))
        book.active.append(list(row.values()))
        book.save(target)
        return target
    text = io.StringIO()
    writer = csv.DictWriter(
        text, list(row), delimiter=";" if how == "semicolon" else ","
    )
    writer.writeheader()
    writer.writerow(row)
    target.write_text(
        text.getvalue(), encoding="cp949" if how == "cp949" else "utf-8-sig"
    )
    return target


def decided(root: Path, file: Path, *day: str) -> dict[str, int]:
    result = done("linkage", "decide", str(file), "--office", str(root), *day, "--json")
    counts: dict[str, int] = json.loads(result.stdout)
    return counts


def test_report_counts_what_review_then_asks(office: Path) -> None:
    result = done("linkage", "report", "--office", str(office), *DAY, "--json")
    told = json.loads(result.stdout)
    file, rows = asked(office, *DAY)
    assert rows
    assert sum(told["to_review"].values()) >= len(rows)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.parent == office / "rounds"


def test_a_review_file_goes_nowhere_else(office: Path, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "mine.csv"))
    result = blindspot("linkage", "review", "--office", str(office), *DAY, *out)
    assert result.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_a_decision_changes_the_next_screening_and_no_earlier_one(
    office: Path,
) -> None:
    file, rows = asked(office, *DAY)
    row = rows[0]
    key, before = row["계정키"], link_of(office, rows[0]["계정키"], *DAY)
    assert before[1] != "CLERICAL"
    answer = {ANSWER: "1", "판정자": "홍담당", "판정일": "2026-07-01"}
    counts = decided(office, saved(file, {**row, **answer}, "cp949"), *DAY)
    assert (counts["kept"], counts["refused"]) == (1, 0)

    assert link_of(office, key, *NEXT) == (row["후보1"], "CLERICAL")
    assert link_of(office, key, *DAY) == before
    assert key not in {each["계정키"] for each in asked(office, *NEXT)[1]}

    for how in ("bom", "semicolon", "xlsx"):
        # A spreadsheet shows days in its own way.
        shown = {**row, **answer, "판정일": "2026. 7. 1."}
        again = decided(office, saved(file, shown, how), *NEXT)
        assert (again["kept"], again["repeated"]) == (0, 1), how
