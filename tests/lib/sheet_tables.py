"""What a screened round left, drawn: its own tables beside those of a list."""

from pipeline.round_tables import LOOP_TABLES, ROUND_TABLES
from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import AS_OF, ROUND, SINBANG, draw_town
from tests.lib.tables import load

DEFAULTS = {
    "out_referral": {
        "round": ROUND,
        "as_of": AS_OF.isoformat(),
        "dong_code": SINBANG,
        "route": "team",
        "slot_kind": "rank",
        "rank_in_dong": "1",
        "band": "높음",
        "reason_1": "건강보험료를 오래 내지 못했습니다",
        "seen_ko": "건강보험 3개월 체납(2026-05-31 기준)",
        "data_date": "2026-05-31",
        "first_step_ko": "전화 후 방문",
        "due_on": "2026-06-29",
        "months_max": "3",
        "stops_in_force": "0",
        "kinds": "1",
    },
    "out_unit": {"round": ROUND, "fte": "1"},
    "out_issued": {
        "round": ROUND,
        "edition": "1",
        "as_of": AS_OF.isoformat(),
        "dong_code": SINBANG,
        "route": "team",
    },
}
# As the sheets read them; whatever the lists draw of them is laid aside.
MORE = {
    "core_person_key": "person_key | household_id | is_dead BOOLEAN",
    "core_repeat": "household_id | times_listed INT | times_met INT "
    "| last_contact_on DATE",
    "stg_case_management": "file_id INT | row_no BIGINT | ref_date DATE | case_no "
    "| person_key | stage | opened_on DATE | closed_on DATE | surveyed_on DATE",
    "vault.vault_tip": "file_id INT | row_no BIGINT | name | road_address "
    "| detail_address",
    "vault.vault_case_management": "file_id INT | row_no BIGINT | manager",
}


def draw_round(**drawings: str) -> Warehouse:
    """A warehouse of one town with a screened round; undrawn tables are empty."""
    names = {name.replace("__", "."): text for name, text in drawings.items()}
    kept = ROUND_TABLES | LOOP_TABLES
    ours = {name: names.pop(name) for name in list(names) if name in kept}
    more = {name: names.pop(name, columns) for name, columns in MORE.items()}
    warehouse = draw_town(**{n.replace(".", "__"): text for n, text in names.items()})
    for name, text in more.items():
        load(warehouse, name, text)
    for name, columns in kept.items():
        schema = dict(column.split(" ", 1) for column in columns.split(", "))
        nothing = " | ".join(schema)
        load(warehouse, name, ours.get(name, nothing), schema, DEFAULTS.get(name))
    return warehouse
