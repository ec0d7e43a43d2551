"""The grey zone of linkage as a file that an officer fills in; it is personal data."""

import csv
import datetime as dt
import io
import os
from pathlib import Path
from typing import Any, Final

from pipeline.errors import DiskError, OptionError
from pipeline.excel_safe import safe_text
from pipeline.household import address_doubts
from pipeline.linkage import MatchReason
from pipeline.linkage_weights import linkage_params
from pipeline.settings import Office
from pipeline.staging import build_core
from pipeline.warehouse import Warehouse

SOURCE_KO: Final = {"kepco": "전력", "water": "수도", "gas": "가스", "tip": "제보"}
LEVEL_KO: Final = {"same": "일치", "near": "유사", "other": "다름", "missing": "없음"}
# What identifies the pair comes first, what the officer fills in stands last.
COLUMNS: Final = (
    "출처", "계정키", "계정 성명", "계정 주소",
    "후보1", "후보1 확률", "후보1 성명", "후보1 주소", "후보1 생년월일", "후보1 연락처",
    "후보2", "후보2 확률", "후보2 성명", "후보2 주소", "후보2 생년월일", "후보2 연락처",
    "판정(1/2/아님/모름)", "판정자", "판정일", "근거",
)  # fmt: skip
_ANSWERS: Final = 4


def review_bytes(warehouse: Warehouse) -> tuple[bytes, int, int]:
    """The review file, how many accounts it asks about, and how many it may not show.

    The linkage tables of the day must be built in this connection.
    """
    warehouse.run_sql("linkage/_review", linkage_params())
    rows = warehouse.fetch_sql("linkage/_review_row").to_pylist()
    hidden = warehouse.rows(
        "SELECT count(*) FROM _review WHERE is_protected AND place = 1"
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row) for row in rows)
    return text.getvalue().encode("utf-8-sig"), len(rows), int(hidden[0][0])


def _cells(row: dict[str, Any]) -> list[str]:
    cells = [SOURCE_KO[row["source"]], row["account_key"]]
    cells += [row["written_name"], row["written_address"]]
    for side in ("1", "2"):
        household = row[f"household_{side}"]
        cells += [
            household,
            f"{row[f'probability_{side}']:.2f}" if household else "",
            row[f"name_{side}"],
            row[f"address_{side}"],
            LEVEL_KO.get(row[f"birth_{side}"] or "", ""),
            LEVEL_KO.get(row[f"phone_{side}"] or "", ""),
        ]
    # Keys are hex: a spreadsheet would read 12E5 as a number without its letter.
    return [safe_text(cell or "") for cell in cells] + [""] * _ANSWERS


def write_review(
    warehouse: Warehouse, office: Office, as_of: dt.date, out: Path | None
) -> tuple[Path, int, int]:
    """Link as on a day and write the review file into the office's rounds folder.

    Returns:
        The file, the accounts in it, and those left out for a protected address.

    Raises:
        OptionError: `out` lies outside the rounds folder.
        DiskError: It cannot be written.
    """
    folder = office.path("rounds")
    name = out or Path(f"연계확인_{as_of:%Y%m%d}_개인정보.csv")
    target = folder / name
    if target.resolve().parent != folder.resolve() or target.suffix != ".csv":
        raise OptionError(
            "the review file holds names and addresses: it is written as a .csv into "
            f"{folder} only",
            "give --out a file name without folders",
        )
    with warehouse.rehearsal():
        build_core(warehouse, as_of, office)
        content, asked, hidden = review_bytes(warehouse)
    try:
        if target.exists() and target.read_bytes() != content:
            raise OptionError(
                f"{target} is there already and may hold an officer's answers",
                "keep them with blindspot linkage decide, or give --out another name",
            )
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(target, flags, 0o600), "wb") as file:
            # A file that was there keeps its old mode otherwise.
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
    except OSError as error:
        raise DiskError(
            f"{target} could not be written ({error.strerror})",
            "free space or mend the folder's permissions, then run this again",
        ) from None
    return target, asked, hidden


def grey_zone(
    warehouse: Warehouse, office: Office, as_of: dt.date
) -> tuple[list[tuple[str, str, int]], list[tuple[str, int]], list[tuple[str, int]]]:
    """Accounts per source and reason, how many to ask about, households in doubt."""
    with warehouse.rehearsal():
        build_core(warehouse, as_of, office)
        warehouse.run_sql("linkage/_review", linkage_params())
        asked = warehouse.rows(
            "SELECT source, count(*) FROM _review WHERE place = 1 "
            "GROUP BY source ORDER BY source"
        )
        counted = warehouse.rows(
            "SELECT source, reason, count(*) FROM core_link GROUP BY source, reason"
        )
        doubts = address_doubts(warehouse)
    order = {reason.value: place for place, reason in enumerate(MatchReason)}
    links = sorted(counted, key=lambda row: (row[0], order[row[1]]))
    return links, [(str(source), int(n)) for source, n in asked], doubts
