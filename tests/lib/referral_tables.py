"""The tables a list is made from, drawn: a test draws what matters, the rest is filled."""

import datetime as dt
from pathlib import Path

from pipeline.settings import Config, Office
from pipeline.warehouse import Warehouse
from tests.lib.tables import load

AS_OF = dt.date(2026, 6, 15)
ROUND = "2026-R3"
SINBANG, BULDANG, MOKCHEON = "4413158000", "4413368000", "4413125000"

SCHEMAS: dict[str, dict[str, str]] = {
    "core_as_of": {"as_of": "DATE"},
    "core_household": {
        "household_id": "VARCHAR",
        "kind": "VARCHAR",
        "home_kind": "VARCHAR",
        "dong_code": "VARCHAR",
        "current_dong_code": "VARCHAR",
        "members_alive": "INTEGER",
        "is_protected": "BOOLEAN",
        "is_institution": "BOOLEAN",
        "is_residence_unknown": "BOOLEAN",
        "address_grade": "INTEGER",
        "source": "VARCHAR",
        "source_file_id": "INTEGER",
        "row_no": "BIGINT",
    },
    "core_address": {
        "household_id": "VARCHAR",
        "grade": "INTEGER",
        "unit_from_source": "VARCHAR",
        "unit_from_file_id": "INTEGER",
        "unit_from_row_no": "BIGINT",
    },
    "core_address_doubt": {"household_id": "VARCHAR"},
    "core_processing_stop": {"household_id": "VARCHAR"},
    "core_repeat": {
        "household_id": "VARCHAR",
        "times_listed": "INTEGER",
        "times_met": "INTEGER",
        "unmet_since_contact": "INTEGER",
        "first_listed_on": "DATE",
        "last_listed_on": "DATE",
        "last_contact_on": "DATE",
        "last_attempt_on": "DATE",
        "last_result_code": "VARCHAR",
        "carried_in_row": "INTEGER",
        "attempts": "INTEGER",
    },
    "core_locate": {
        "household_id": "VARCHAR",
        "state": "VARCHAR",
        "opened_on": "DATE",
        "unmet": "INTEGER",
        "attempts": "INTEGER",
        "tried": "VARCHAR",
        "next_step": "VARCHAR",
        "next_step_ko": "VARCHAR",
        "due_days": "INTEGER",
        "review_on": "DATE",
        "step_due_on": "DATE",
        "is_relisted": "BOOLEAN",
    },
    "core_household_member": {
        "household_id": "VARCHAR",
        "person_key": "VARCHAR",
        "is_head": "BOOLEAN",
        "birth_month_no": "INTEGER",
        "disability_level": "INTEGER",
        "is_foreigner": "BOOLEAN",
        "is_dead": "BOOLEAN",
    },
    "core_household_alias": {"household_no": "VARCHAR", "household_id": "VARCHAR"},
    "core_person_key": {
        "person_key": "VARCHAR",
        "household_id": "VARCHAR",
        "is_dead": "BOOLEAN",
    },
    "core_survey": {
        "household_id": "VARCHAR",
        "found_on": "DATE",
        "crisis_level": "INTEGER",
        "known_on": "DATE",
    },
    "core_listing": {
        "household_id": "VARCHAR",
        "round": "VARCHAR",
        "disposition": "VARCHAR",
        "subject": "VARCHAR",
        "listed_on": "DATE",
        "route": "VARCHAR",
        "contacted_on": "DATE",
        "result_code": "VARCHAR",
        "crisis_level": "INTEGER",
        "field_flag": "VARCHAR",
        "returned_known_on": "DATE",
        "result_on": "DATE",
        "locate_step": "VARCHAR",
        "attempts": "INTEGER",
        "last_attempt_on": "DATE",
    },
    "out_transfer": {
        "referral_id": "VARCHAR",
        "household_id": "VARCHAR",
        "round": "VARCHAR",
        "to_dong": "VARCHAR",
        "to_city": "VARCHAR",
        "status": "VARCHAR",
        "decided_on": "DATE",
    },
    "stg_visit": {
        "ref_date": "DATE",
        "known_on": "DATE",
        "person_key": "VARCHAR",
        "service": "VARCHAR",
        "starts_on": "DATE",
        "ends_on": "DATE",
        "next_visit_on": "DATE",
    },
    "stg_case_management": {
        "known_on": "DATE",
        "case_no": "VARCHAR",
        "person_key": "VARCHAR",
        "opened_on": "DATE",
        "surveyed_on": "DATE",
        "crisis_level": "INTEGER",
        "file_id": "INTEGER",
        "row_no": "BIGINT",
        "ref_date": "DATE",
        "stage": "VARCHAR",
        "closed_on": "DATE",
    },
    "stg_benefit": {
        "file_id": "INTEGER",
        "row_no": "BIGINT",
        "known_on": "DATE",
        "person_key": "VARCHAR",
        "benefit_kind": "VARCHAR",
        "status": "VARCHAR",
        "starts_on": "DATE",
        "ends_on": "DATE",
    },
    "vault.vault_benefit": {
        "file_id": "INTEGER",
        "row_no": "BIGINT",
        "reason": "VARCHAR",
    },
    "core_team": {
        "dong_code": "VARCHAR",
        "team_name": "VARCHAR",
        "hub_code": "VARCHAR",
        "fte": "DECIMAL(6,2)",
        "weekly_cases": "INTEGER",
    },
    "core_dong": {
        "dong_code": "VARCHAR",
        "dong_name": "VARCHAR",
        "is_live": "BOOLEAN",
    },
    "core_event": {
        "household_id": "VARCHAR",
        "source": "VARCHAR",
        "event_type": "VARCHAR",
        "subject": "VARCHAR",
        "occurred_on": "DATE",
        "known_on": "DATE",
        "months_overdue": "INTEGER",
        "amount_krw": "BIGINT",
        "restored_on": "DATE",
        "is_current": "BOOLEAN",
    },
    "core_source_clock": {
        "source": "VARCHAR",
        "last_ref_date": "DATE",
        "last_known_on": "DATE",
        "files": "INTEGER",
        "is_stale": "BOOLEAN",
    },
    "core_link": {"source": "VARCHAR", "account_no": "VARCHAR", "reason": "VARCHAR"},
    "core_file": {
        "file_id": "INTEGER",
        "source": "VARCHAR",
        "file_name": "VARCHAR",
        "ref_date": "DATE",
        "version": "INTEGER",
        "known_on": "DATE",
        "sha256": "VARCHAR",
        "rows": "BIGINT",
        "accepted": "BIGINT",
        "rejected": "BIGINT",
        "repeated": "BIGINT",
        "superseded": "BIGINT",
        "skipped": "BIGINT",
        "rejected_by_code": "VARCHAR",
    },
    "out_score": {
        "round": "VARCHAR",
        "as_of": "DATE",
        "household_id": "VARCHAR",
        "model": "VARCHAR",
        "model_hash": "VARCHAR",
        "score": "DOUBLE",
        "band": "VARCHAR",
        "reason_1": "VARCHAR",
        "reason_2": "VARCHAR",
        "reason_3": "VARCHAR",
        "reason_codes": "VARCHAR[]",
        "probability": "DOUBLE",
    },
    "vault.vault_resident": {
        "file_id": "INTEGER",
        "row_no": "BIGINT",
        "name": "VARCHAR",
        "road_address": "VARCHAR",
        "detail_address": "VARCHAR",
        "phone": "VARCHAR",
    },
    "vault.vault_resident_change": {
        "file_id": "INTEGER",
        "row_no": "BIGINT",
        "name": "VARCHAR",
        "road_address": "VARCHAR",
        "detail_address": "VARCHAR",
        "phone": "VARCHAR",
    },
    "vault.vault_kepco": {
        "file_id": "INTEGER",
        "row_no": "BIGINT",
        "name": "VARCHAR",
        "road_address": "VARCHAR",
        "detail_address": "VARCHAR",
    },
    "vault.vault_case_management": {
        "file_id": "INTEGER",
        "row_no": "BIGINT",
        "manager": "VARCHAR",
    },
    "vault.vault_tip": {
        "file_id": "INTEGER",
        "row_no": "BIGINT",
        "name": "VARCHAR",
        "road_address": "VARCHAR",
        "detail_address": "VARCHAR",
    },
    "vault.vault_water": {
        "file_id": "INTEGER",
        "row_no": "BIGINT",
        "name": "VARCHAR",
        "lot_address": "VARCHAR",
    },
    "vault.vault_gas": {
        "file_id": "INTEGER",
        "row_no": "BIGINT",
        "name": "VARCHAR",
        "phone": "VARCHAR",
        "road_address": "VARCHAR",
    },
}
DEFAULTS: dict[str, dict[str, str]] = {
    "core_household": {
        "kind": "registered",
        "dong_code": SINBANG,
        "current_dong_code": SINBANG,
        "members_alive": "1",
        "is_protected": "false",
        "is_institution": "false",
        "is_residence_unknown": "false",
        "address_grade": "2",
        "source": "resident",
        "source_file_id": "1",
    },
    "core_locate": {
        "state": "open",
        "unmet": "1",
        "attempts": "1",
        "next_step": "VILLAGE_HEAD",
        "next_step_ko": "통·이장에게 거주 여부 확인",
        "due_days": "14",
    },
    "core_household_member": {
        "is_head": "true",
        "birth_month_no": "23541",
        "disability_level": "0",
        "is_foreigner": "false",
        "is_dead": "false",
    },
    "core_person_key": {"is_dead": "false"},
    "core_listing": {
        "round": "2026-R2",
        "subject": "s",
        "listed_on": "2026-04-06",
        "route": "team",
        "returned_known_on": "2026-05-20",
        "result_on": "2026-05-04",
    },
    "out_transfer": {
        "referral_id": "r",
        "round": "2026-R2",
        "decided_on": "2026-05-20",
    },
    "stg_visit": {
        "ref_date": "2026-05-31",
        "known_on": "2026-06-05",
        "service": "elder_care",
        "starts_on": "2025-01-02",
    },
    "stg_case_management": {
        "known_on": "2026-06-05",
        "case_no": "1",
        "opened_on": "2026-02-02",
    },
    "stg_benefit": {
        "file_id": "1",
        "row_no": "1",
        "known_on": "2026-06-05",
        "benefit_kind": "livelihood",
        "starts_on": "2025-01-02",
    },
    "vault.vault_benefit": {"file_id": "1", "row_no": "1"},
    "core_team": {"team_name": "맞춤형복지팀", "fte": "1", "weekly_cases": "1"},
    "core_dong": {"is_live": "true"},
    "core_event": {
        "source": "nhis",
        "event_type": "nhis_arrears",
        "subject": "s",
        "occurred_on": "2026-05-31",
        "known_on": "2026-06-05",
        "months_overdue": "3",
        "is_current": "true",
    },
    "core_source_clock": {
        "last_ref_date": "2026-05-31",
        "last_known_on": "2026-06-05",
        "files": "1",
        "is_stale": "false",
    },
    "core_file": {
        "ref_date": "2026-05-31",
        "version": "1",
        "known_on": "2026-06-05",
        "sha256": "0" * 64,
        "rejected": "0",
        "repeated": "0",
        "superseded": "0",
        "skipped": "0",
        "rejected_by_code": "{}",
    },
    "out_score": {
        "round": ROUND,
        "as_of": AS_OF.isoformat(),
        "model": "signs_v1",
        "model_hash": "a" * 64,
        "score": "1",
        "band": "높음",
        "reason_1": "건강보험료를 오래 내지 못했습니다",
    },
}
_NOTHING = {name: " | ".join(schema) for name, schema in SCHEMAS.items()}
_NOTHING["core_as_of"] = f"as_of\n{AS_OF}"


def draw_town(**drawings: str) -> Warehouse:
    """A warehouse in memory with every table a list needs; undrawn ones are empty.

    A double underscore in a name stands for the dot of `vault.`.
    """
    warehouse = Warehouse.in_memory()
    drawn = {name.replace("__", "."): text for name, text in drawings.items()}
    if unknown := set(drawn) - set(SCHEMAS):
        raise AssertionError(f"no such tables: {sorted(unknown)}")
    for name, schema in SCHEMAS.items():
        text = drawn.get(name, _NOTHING[name])
        load(warehouse, name, text, schema, DEFAULTS.get(name))
    return warehouse


def an_office(root: Path, **settings: object) -> Office:
    """An office of 천안시 in a folder of the test."""
    config = Config.model_validate(
        {
            "office": {
                "name": "천안시",
                "synthetic": True,
                "dong_prefixes": ("44131", "44133"),
            },
            **settings,
        }
    )
    return Office(root=root, config=config)
