"""Extract files as they come, written byte by byte: a test states only what matters.

write(folder, "KEPCO_LIMIT_20260315.txt", kepco([kepco_row(name="김가을")]))
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from data_contracts.sources import SOURCES
from pipeline.ledger import LEDGER_NAME, ledger_template
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

DEFAULTS: dict[str, Mapping[str, str]] = {
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
    "kikmix": {
        "dong_code": "4413100000",
        "sido": "충청남도",
        "sgg": "천안시 동남구",
        "dong_name": "중앙동",
        "legal_code": "4413110100",
        "legal_name": "대흥동",
        "created_on": "20080623",
    },
    "nps": {
        "resident": CANARY,
        "name": "최라온",
        "subscriber_kind": "지역",
        "months_overdue": "5",
        "amount_krw": "450000",
        "is_exempt": "N",
        "last_paid_month_no": "202510",
    },
    "kcomwel": {
        "workplace_no": "01234567890",
        "owner": CANARY,
        "industry": "음식점업",
        "workers": "2",
        "employment_months_overdue": "4",
        "employment_amount_krw": "80000",
        "accident_months_overdue": "0",
        "accident_amount_krw": "0",
    },
    "indicator": {
        "indicator_code": "F03",
        "resident": CANARY,
        "occurred_on": "20260301",
        "value": "4",
        "amount_krw": "210000",
        "note_code": "A1",
    },
    "benefit": {
        "resident": CANARY,
        "benefit_kind": "생계",
        "status": "중지",
        "starts_on": "20240101",
        "ends_on": "20260228",
        "reason": "소득 증가",
    },
    "case_management": {
        "case_no": "2026-0001",
        "resident": CANARY,
        "stage": "계획",
        "manager": "한누리",
        "opened_on": "20260105",
        "crisis_level": "4",
        "surveyed_on": "20260110",
    },
    "visit": {
        "agency": "노인복지센터",
        "service": "노인맞춤돌봄",
        "resident": CANARY,
        "starts_on": "20250301",
        "next_visit_on": "20260402",
    },
    "tip": {
        "tip_no": "T2026-0001",
        "received_on": "20260314",
        "reporter_kind": "검침원",
        "name": "오솔길",
        "road_address": "천안시 동남구 중앙로 1",
        "detail_address": "101호",
        "dong_code": "4413100000",
        "reason_code": "M01",
    },
    "result": {
        "referral_id": "R20263-01234567X",
        "attempt1_on": "20260316",
        "attempt1_method": "전화",
        "contacted_on": "20260316",
        "result_code": "S3",
        "need_confirmed": "Y",
        "service": "긴급복지",
        "crisis_level": "4",
        "officer_decision": "동의",
        "officer": "한누리",
    },
}
DEFAULTS["resident_change"] = {
    **DEFAULTS["resident"],
    "change_kind": "전입",
    "changed_on": "20260310",
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
    "kikmix": "KIKmix.20260101.csv",
    "nps": "NPS_ARREARS_202603.csv",
    "kcomwel": "KCOMWEL_ARREARS_202603.csv",
    "indicator": "INDICATOR_202603.csv",
    "benefit": "BENEFIT_20260315.csv",
    "case_management": "CASE_20260315.csv",
    "visit": "VISIT_202603.csv",
    "tip": "TIP_20260315.csv",
    "result": "중앙동 회신.csv",
    "resident_change": "RESIDENT_CHANGE_202603.csv",
}
ENCODINGS = {
    **dict.fromkeys(("gas", "team", "kikcd_h", "kikmix", "indicator"), "utf-8-sig"),
    **dict.fromkeys(("case_management", "visit", "tip", "result"), "utf-8-sig"),
    "kcomwel": "utf-8",
}
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


def office(folder: Path, *, synthetic: bool = True, settings: str = "") -> Office:
    """An office folder with its inbox and a filled ledger, without keys."""
    folder.mkdir(parents=True, exist_ok=True)
    text = CONFIG.format(synthetic=str(synthetic).lower()) + settings
    (folder / CONFIG_NAME).write_text(text, encoding="utf-8")
    ledger = ledger_template(synthetic=True)
    (folder / LEDGER_NAME).write_text(ledger, encoding="utf-8")
    (folder / "inbox").mkdir(exist_ok=True)
    return load_office(folder, {})
