"""Extract files as they come, written byte by byte: a test states only what matters.

write(folder, "KEPCO_LIMIT_20260315.txt", kepco([kepco_row(name="김가을")]))
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from data_contracts.sources import SOURCES
from pipeline.settings import CONFIG_NAME, Office, load_office

# A valid resident number of nobody: whatever fails, it must be seen nowhere.
CANARY = "9001011234567"
CANARY_NAME = "카나리아"

CONFIG = """\
[office]
name = "시험시"
synthetic = {synthetic}
dong_prefixes = ["44131", "44133"]
"""

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "kepco": {
        "ref_date": "20260315",
        "account_no": "0123456789",
        "contract_kind": "주택용",
        "name": "김가을",
        "birth_date": "700102",
        "road_address": "충청남도 천안시 동남구 중앙로 1",
        "detail_address": "101호",
        "months_overdue": "3",
        "amount_krw": "120000",
        "limit_kind": "0",
        "is_protected_customer": "N",
    },
    "water": {
        "billed_month_no": "202603",
        "account_no": "012345678",
        "use_kind": "가정용",
        "households": "1",
        "name": "이나무",
        "lot_address": "천안시 동남구 문화동 1-1",
        "waterworks_dong": "011",
        "months_overdue": "2",
        "amount_krw": '"45,000"',
    },
    "gas": {
        "ref_date": "20260315",
        "account_no": "012345678901",
        "name": "박다리",
        "phone": "01000000000",
        "road_address": "천안시 동남구 중앙로 1 101호",
        "months_overdue": "1",
        "amount_krw": "30000",
    },
    "nhis": {
        "certificate_no": "01234567890",
        "subscriber_kind": "1",
        "head": CANARY,
        "name": "최라온",
        "premium_krw": "000015000",
        "months_overdue": "007",
        "amount_krw": "00000105000",
        "first_unpaid_month_no": "202508",
        "is_benefit_restricted": "N",
        "dong_code": "4413100000",
        "address": "천안시 동남구 중앙로 1",
    },
    "resident": {
        "registry_no": "000000000001",
        "relation": "본인",
        "resident": CANARY,
        "name": "정마루",
        "moved_in_on": "20200101",
        "dong_code": "4413100000",
        "road_address": "천안시 동남구 중앙로 1",
        "detail_address": "101호",
        "tong": "1",
        "ban": "2",
        "is_residence_unknown": "N",
        "phone": "01000000000",
        "disability_level": "0",
        "is_protected": "N",
    },
    "team": {
        "dong_code": "4413100000",
        "team_name": "맞춤형복지팀",
        "fte": "1.5",
        "weekly_cases": "2.5",
        "starts_on": "20260101",
    },
    "history": {
        "round": "2025-R4",
        "resident": CANARY,
        "selected_on": "20250801",
        "contacted_on": "20250805",
        "contact_method": "전화",
        "attempts": "1",
        "result_code": "C1",
        "need_confirmed": "Y",
        "crisis_level": "4",
    },
    "kikcd_h": {
        "dong_code": "4413100000",
        "sido": "충청남도",
        "sgg": "천안시 동남구",
        "dong_name": "중앙동",
        "created_on": "20080623",
    },
}
NAMES = {
    "kepco": "KEPCO_LIMIT_20260315.txt",
    "water": "WATER_STOP_202603.csv",
    "gas": "GAS_STOP_20260315.csv",
    "nhis": "NHIS_ARREARS_202603.dat",
    "resident": "RESIDENT_20260315.csv",
    "team": "TEAM_20260101.csv",
    "history": "HISTORY_202512.csv",
    "kikcd_h": "KIKcd_H.20260101.csv",
}
ENCODINGS = {"gas": "utf-8-sig", "team": "utf-8-sig", "kikcd_h": "utf-8-sig"}
NHIS_WIDTHS = (11, 1, 13, 20, 9, 3, 11, 6, 1, 10, 100)


def row(source: str, **cells: str) -> list[str]:
    """One row's cells in the contract's order: defaults, and what the test says."""
    filled = {**DEFAULTS[source], **cells}
    names = [field.name for field in SOURCES[source].fields]
    if unknown := set(filled) - set(names):
        raise AssertionError(f"{source} has no fields {sorted(unknown)}")
    return [filled.get(name, "") for name in names]


def header(source: str) -> list[str]:
    """The header names of an extract."""
    return [field.header_ko for field in SOURCES[source].fields]


def delimited(source: str, rows: Iterable[list[str]]) -> bytes:
    """A delimited file as its holder writes it: water with title, unit and total."""
    mark = "|" if source == "kepco" else ","
    encoding = ENCODINGS.get(source, "cp949")
    end = "\r\n" if encoding == "cp949" and source != "kepco" else "\n"
    lines = [mark.join(cells) for cells in [header(source), *rows]]
    if source == "water":
        lines = [
            "수도요금 체납 현황",
            '"(단위: 원, 개월)"',
            *lines,
            '합계,,,,,,,,"1",,',
        ]
    return "".join(line + end for line in lines).encode(encoding)


def nhis(rows: Iterable[list[str]], *, count: int | None = None) -> bytes:
    """A fixed-width file: fields in bytes, then T and the count of records."""
    records = [
        b"".join(
            cell.encode("cp949").ljust(width)[:width]
            for cell, width in zip(cells, NHIS_WIDTHS, strict=True)
        )
        for cells in rows
    ]
    told = len(records) if count is None else count
    return b"".join(record + b"\n" for record in records) + f"T{told:010d}\n".encode()


def extract(source: str, rows: Iterable[list[str]]) -> bytes:
    """A whole file of an extract in its default layout."""
    return nhis(rows) if source == "nhis" else delimited(source, rows)


def write(
    folder: Path, name: str, content: bytes, known_on: str | None = "2026-03-20"
) -> Path:
    """A file and its side-car."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    if known_on is not None:
        (folder / f"{name}.received").write_text(f"{known_on}\n", encoding="utf-8")
    return path


def office(folder: Path, *, synthetic: bool = True) -> Office:
    """An office folder with its inbox, without keys."""
    folder.mkdir(parents=True, exist_ok=True)
    text = CONFIG.format(synthetic=str(synthetic).lower())
    (folder / CONFIG_NAME).write_text(text, encoding="utf-8")
    (folder / "inbox").mkdir(exist_ok=True)
    return load_office(folder, {})
