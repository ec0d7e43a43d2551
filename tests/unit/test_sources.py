"""The further sources: small files with their traps, counted by code; parity."""

import datetime as dt
import re
import unicodedata
from pathlib import Path

import pytest

from data_contracts import derive
from data_contracts.base import Contract
from data_contracts.dictionary import render_dictionary
from data_contracts.sources import SOURCES
from pipeline.identity import create_keys, person_key
from pipeline.ingest import FileReport, ingest_inbox
from pipeline.warehouse import Warehouse
from tests.lib import files
from tests.lib.tables import assert_table

OTHER = "0512314234567"
SQL = Path(__file__).parents[2] / "pipeline" / "sql" / "staging"


class Bench:
    """An office that takes any file, and a warehouse in memory."""

    def __init__(self, folder: Path) -> None:
        settings = "\n[thresholds]\ndefault = 1.0\n"
        self.office = files.office(folder, settings=settings)
        self.keys = create_keys(self.office, 1)
        self.warehouse = Warehouse.in_memory()

    def load(self, source: str, *rows: list[str]) -> FileReport:
        body = files.extract(source, rows)
        name = files.NAMES[source]
        files.write(self.office.path("inbox"), name, body)
        (report,) = ingest_inbox(self.office, self.warehouse, self.keys)
        assert (report.status, report.source) == ("loaded", source), report.message
        return report


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def row(source: str, **cells: str) -> list[str]:
    return files.row(source, **cells)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


# source -> rows that are accepted beside the default row, rows with their first code
GOOD: dict[str, list[dict[str, str]]] = {
    "nps": [
        {"subscriber_kind": "임의", "months_overdue": "12개월", "amount_krw": "－"},
        {
            "resident": OTHER,
            "months_overdue": "-",
            "amount_krw": "0",
            "is_exempt": "Y",
            "exempt_reason": "실직",
            "last_paid_month_no": "000000",
        },
    ],
    "kcomwel": [
        {"workplace_no": "9876543210", "closed_on": "99991231"},  # lost its zero
        {"workplace_no": "11111111111", "workers": "X", "closed_on": "2026-01-31"},
    ],
    "indicator": [
        {"occurred_on": "2013.05.01"},  # before the list began
        {"indicator_code": "Ｆ０３", "resident": OTHER, "amount_krw": '"210,000원"'},
        {"indicator_code": "S03", "value": "", "amount_krw": "…", "note_code": ""},
    ],
    "benefit": [
        {"benefit_kind": "장애인연금", "status": "신청중", "ends_on": "00000000"},
        {"benefit_kind": "의료", "starts_on": "20260228"},  # ends the day it starts
    ],
    "case_management": [
        {"case_no": nfd("2026-중앙-1"), "stage": nfd("종결"), "closed_on": "20260201"},
        {"case_no": "2026031500001", "crisis_level": "", "surveyed_on": "X"},
    ],
    "visit": [
        {"service": nfd("방문건강"), "ends_on": "-", "next_visit_on": ""},
        {"agency": "평택 보건소"},
    ],
    "tip": [
        {
            "tip_no": "2",
            "reporter_kind": nfd("통ㆍ이장"),
            "name": "",
            "reason_code": "",
        },
        {"tip_no": "3", "received_on": "2026-03-01", "road_address": nfd("문화로 2")},
    ],
    "result": [
        {"referral_id": "R20263-765432108", "result_code": "", "attempt1_on": "-"},
        {"referral_id": "R20263-ABCDEFGH4", "officer_decision": "변경"},
    ],
    "resident_change": [
        {"change_kind": "정정", "previous_resident": OTHER},
        {"change_kind": "출생", "resident": OTHER, "relation": "자녀"},
    ],
    "kikmix": [
        {"legal_code": "4413110200", "abolished_on": "20240101"},
        {"legal_code": "4400000000", "legal_name": "", "dong_name": "", "sgg": ""},
    ],
}
BAD: dict[str, list[tuple[dict[str, str], str]]] = {
    "nps": [
        ({"resident": ""}, "REQUIRED_MISSING"),
        ({"resident": "900101-1******"}, "RRN_MASKED"),
        ({"subscriber_kind": "직장"}, "CODE_UNKNOWN"),
        ({"months_overdue": "601"}, "NUMBER_BAD"),
        ({"is_exempt": ""}, "REQUIRED_MISSING"),
        ({"last_paid_month_no": "202613"}, "DATE_BAD"),
    ],
    "kcomwel": [
        ({"workplace_no": "123"}, "ID_BAD"),
        ({"owner": "501011234567"}, "RRN_LOST_ZERO"),
        ({"workers": "두명"}, "NUMBER_BAD"),
        ({"accident_amount_krw": "-1"}, "NUMBER_BAD"),
        ({"closed_on": "20260230"}, "DATE_BAD"),
    ],
    "indicator": [
        ({"indicator_code": "Z99"}, "CODE_UNKNOWN"),
        ({"indicator_code": ""}, "REQUIRED_MISSING"),
        ({"occurred_on": "00000000"}, "REQUIRED_MISSING"),
        ({"resident": "9.0010E+12"}, "RRN_SCIENTIFIC"),
        ({"value": "4.5"}, "NUMBER_BAD"),
        ({"note_code": files.CANARY}, "ID_BAD"),
    ],
    "benefit": [
        ({"ends_on": "20231231"}, "ENDS_BEFORE_START"),
        ({"status": "해지"}, "CODE_UNKNOWN"),
        ({"benefit_kind": "실업"}, "CODE_UNKNOWN"),
        ({"starts_on": "-"}, "REQUIRED_MISSING"),
    ],
    "case_management": [
        ({"closed_on": "20260104"}, "ENDS_BEFORE_START"),
        ({"stage": "보류"}, "CODE_UNKNOWN"),
        ({"crisis_level": "6"}, "CODE_UNKNOWN"),
        ({"case_no": files.CANARY}, "ID_BAD"),
    ],
    "visit": [
        ({"ends_on": "20250228"}, "ENDS_BEFORE_START"),
        ({"service": "반찬배달"}, "CODE_UNKNOWN"),
        ({"agency": ""}, "REQUIRED_MISSING"),
    ],
    "tip": [
        ({"tip_no": ""}, "REQUIRED_MISSING"),
        ({"reporter_kind": "누군가"}, "CODE_UNKNOWN"),
        ({"dong_code": "0413100000"}, "ID_BAD"),
        ({"received_on": "20261301"}, "DATE_BAD"),
    ],
    "result": [
        ({"referral_id": "R20263-0123456I*"}, "ID_BAD"),
        ({"result_code": "L0"}, "CODE_UNKNOWN"),
        ({"attempt2_method": "문자"}, "CODE_UNKNOWN"),
        ({"contacted_on": "어제"}, "DATE_BAD"),
        ({"crisis_level": "0"}, "CODE_UNKNOWN"),
        ({"officer_decision": "보류"}, "CODE_UNKNOWN"),
    ],
    "resident_change": [
        ({"change_kind": "개명"}, "CODE_UNKNOWN"),
        ({"changed_on": ""}, "REQUIRED_MISSING"),
        ({"previous_resident": "9013011234567"}, "RRN_BAD"),
        ({"registry_no": "12"}, "ID_BAD"),
    ],
    "kikmix": [
        ({"legal_code": "441311010"}, "ID_BAD"),
        ({"legal_code": ""}, "REQUIRED_MISSING"),
        ({"created_on": "20080631"}, "DATE_BAD"),
    ],
}


@pytest.mark.parametrize("source", sorted(GOOD))
def test_a_small_file_with_its_traps(bench: Bench, source: str) -> None:
    good, bad = GOOD[source], BAD[source]
    default = row(source)
    report = bench.load(
        source,
        default,
        *(row(source, **cells) for cells in good),
        *(row(source, **cells) for cells, _ in bad),
        default[:-1],  # a column too few
        default,  # a repeat
        [""] * len(default),  # a blank tail row
        ["합계", *[""] * (len(default) - 1)],
    )
    codes = ["COLUMN_COUNT", *(code for _, code in bad)]
    assert report.rejected_by_code == {code: codes.count(code) for code in set(codes)}
    told = (report.accepted, report.rejected, report.repeated, report.superseded)
    assert told == (1 + len(good), 1 + len(bad), 1, 0)
    assert report.skipped == 2
    assert report.rows == sum(told) + 2


def test_every_further_source_is_tried() -> None:
    first = {"kepco", "water", "gas", "nhis", "resident", "team", "history", "kikcd_h"}
    assert set(GOOD) == set(BAD) == set(SOURCES) - first
    for made in (files.DEFAULTS, files.NAMES):
        assert set(made) == set(SOURCES)


def test_a_pension_row_keeps_exemption_and_arrears_apart(bench: Bench) -> None:
    bench.load("nps", row("nps", **GOOD["nps"][1]))
    assert_table(
        bench.warehouse,
        "acc_nps",
        """
        subscriber_kind | months_overdue | amount_krw | is_exempt | exempt_reason | last_paid_month_no
        local           |                | 0          | true      | 실직          |
        """,
    )
    assert bench.warehouse.rows("SELECT person_key FROM acc_nps") == [
        (person_key(bench.keys, OTHER),)
    ]
    assert bench.warehouse.rows("SELECT name FROM vault.vault_nps") == [("최라온",)]


def test_free_text_and_names_are_in_the_vault_only() -> None:
    personal = {
        "benefit": {"reason"},
        "case_management": {"manager"},
        "tip": {"name", "road_address", "detail_address"},
        "result": {"change_reason", "officer"},
        "nps": {"name"},
        "resident_change": {
            *("name", "birth_date", "road_address", "detail_address", "phone"),
        },
    }
    for source in GOOD:
        kept = {name for name, _ in derive.vault_columns(SOURCES[source])}
        assert kept == personal.get(source, set()), source


def test_a_correction_keeps_both_keys_and_no_number(bench: Bench) -> None:
    cells = {"change_kind": "정정", "previous_resident": OTHER}
    bench.load("resident_change", row("resident_change", **cells))
    assert bench.warehouse.rows(
        "SELECT person_key, previous_person_key, change_kind, changed_on, sex "
        "FROM acc_resident_change"
    ) == [
        (
            person_key(bench.keys, files.CANARY),
            person_key(bench.keys, OTHER),
            "correction",
            dt.date(2026, 3, 10),
            "M",
        )
    ]


def test_of_two_changes_of_a_person_on_a_day_both_count(bench: Bench) -> None:
    report = bench.load(
        "resident_change",
        row("resident_change", change_kind="세대분리"),
        row("resident_change", change_kind="전출"),
    )
    assert report.accepted == 2


@pytest.mark.parametrize("contract", SOURCES.values(), ids=lambda c: c.source)
def test_staging_hands_on_what_the_contract_keeps(contract: Contract) -> None:
    text = (SQL / f"stg_{contract.source}.sql").read_text(encoding="utf-8")
    kept = {name for name, _ in derive.acc_columns(contract)}
    selected = text[text.index("SELECT") : text.index("FROM")]
    staged = set(re.findall(r"\b[af]\.(\w+)", selected))
    unused = {"account_key"} if contract.source == "nhis" else set()  # linked by person
    assert kept - unused == staged - {"file_id", "known_on", "version", "row_no"} - (
        {"ref_date"} - kept
    )
    assert f"acc_{contract.source} AS a" in text


@pytest.mark.parametrize("contract", SOURCES.values(), ids=lambda c: c.source)
def test_the_dictionary_has_a_page_of_every_source(contract: Contract) -> None:
    page = render_dictionary()
    start = page.index(f"## {contract.source} · ")
    own = page[start : page.index("\n## ", start + 1)]
    for field in contract.fields:
        assert f"| {field.name} | {field.header_ko} |" in own


def test_the_sql_that_names_sources_names_those_of_the_contracts() -> None:
    core = SQL.parent / "core"
    visible = (core / "core_visible_file.sql").read_text(encoding="utf-8")
    every = set(re.findall(r"'([a-z_]+)'", visible))
    assert every == {
        source
        for source, contract in SOURCES.items()
        if contract.snapshot == "union" or contract.recognised_by
    }
    clock = (core / "core_source_clock.sql").read_text(encoding="utf-8")
    ages = set(re.findall(r"'([a-z_]+)'", clock)) - {"day"}
    full = {source for source, each in SOURCES.items() if each.snapshot == "full"}
    assert ages == full - {"team"}
