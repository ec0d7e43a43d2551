"""What a round leaves behind: referrals of every route, the account, the sample."""

import datetime as dt
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from pipeline.first_step import (
    NO_SIGN,
    PHONE_FIRST,
    ROUTE_STEP_KO,
    SAMPLE_REASON,
    URGENT,
    VISIT_WITHOUT_PHONE,
    due_on,
)
from pipeline.referral import build_referrals
from pipeline.referral_id import is_valid_referral_id
from pipeline.settings import Office
from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import AS_OF, ROUND, SINBANG, an_office, draw_town
from tests.lib.tables import assert_table

KEY = b"k" * 32
POLICY = "policy.toml"
ADDRESS_REASON = "주민등록과 다른 주소로 보입니다"
Row = dict[str, Any]


def office_with(root: Path, **params: object) -> Office:
    """An office whose own policy differs from ours in some numbers."""
    shipped = resources.files("pipeline").joinpath(POLICY)
    lines = shipped.read_text(encoding="utf-8").splitlines()
    for name, value in params.items():
        shown = f'"{value}"' if isinstance(value, str) else value
        lines = [
            f"{name} = {shown}" if line.startswith(f"{name} =") else line
            for line in lines
        ]
    (root / POLICY).write_text("\n".join(lines), encoding="utf-8")
    return an_office(root)


def a_town(**changed: str) -> Warehouse:
    drawings = {
        "core_team": f"dong_code | weekly_cases\n{SINBANG} | 2",
        "core_household": """
        household_id | is_protected | is_institution | members_alive | row_no
        CHILD        | false        | false          | 2             | 1
        PLAIN        | false        | false          | 1             | 2
        SOUGHT       | false        | false          | 1             | 3
        SECRET       | true         | false          | 1             | 4
        HOME         | false        | true           | 20            | 5
        CASE         | false        | false          | 1             | 6
        SILENT       | false        | false          | 1             | 7
        HIDDEN       | true         | false          | 1             | 8
        """,
        "core_household_member": """
        household_id | person_key | birth_month_no
        CHILD        | p1         | 24200
        PLAIN        | p2         | 23541
        """,
        "core_event": """
        household_id | source          | event_type      | subject | occurred_on | known_on   | months_overdue | is_current
        CHILD        | gas             | gas_stop        | g       | 2026-05-12  | 2026-05-20 |                | true
        CHILD        | nhis            | nhis_arrears    | p       | 2026-05-31  | 2026-06-05 | 7              | true
        CHILD        | nps             | nps_arrears     | p       | 2026-05-31  | 2026-06-05 | 3              | false
        PLAIN        | nhis            | nhis_arrears    | p       | 2026-05-31  | 2026-06-05 | 5              | true
        SOUGHT       | history         | listing         | p       | 2026-04-06  | 2026-05-20 |                | false
        SECRET       | gas             | gas_stop        | g       | 2026-05-12  | 2026-05-20 |                | true
        HOME         | nhis            | nhis_arrears    | p       | 2026-05-31  | 2026-06-05 | 5              | true
        CASE         | case_management | case_open       | c       | 2026-03-01  | 2026-03-05 |                | true
        CASE         | nhis            | nhis_arrears    | p       | 2026-05-31  | 2026-06-05 | 5              | true
        """,
        "core_source_clock": "source | last_ref_date\nnhis | 2026-05-31",
        "core_locate": "household_id | unmet\nSOUGHT | 2",
        "core_repeat": """
        household_id | times_listed | times_met | unmet_since_contact | carried_in_row
        SOUGHT       | 2            | 0         | 2                   | 0
        """,
        "out_score": f"""
        household_id | score | band      | reason_1
        CHILD        | 2     | 높음      | 도시가스 공급이 중지된 상태입니다
        PLAIN        | 5     | 매우 높음 | 건강보험료를 오래 내지 못했습니다
        SOUGHT       | 1     | 보통      |
        SECRET       | 9     | 매우 높음 | {ADDRESS_REASON}
        HOME         | 3     | 높음      | 건강보험료를 오래 내지 못했습니다
        CASE         | 4     | 높음      | 건강보험료를 오래 내지 못했습니다
        SILENT       | 0     | 보통      |
        """,
        "vault__vault_resident": """
        file_id | row_no | phone
        1       | 1      | 01012345678
        1       | 2      |
        """,
    }  # fmt: skip
    return draw_town(**{**drawings, **changed})


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Callable[..., dict[str, Row]]]:
    """Build a round under some numbers; its referrals by household."""
    opened: list[Warehouse] = []

    def build(town: Warehouse | None = None, **params: object) -> dict[str, Row]:
        warehouse = town or a_town()
        opened.append(warehouse)
        office = office_with(tmp_path, **params)
        build_referrals(office, warehouse, ROUND, as_of=AS_OF, referral_key=KEY)
        rows = warehouse.fetch("SELECT * FROM out_referral").to_pylist()
        assert len({row["referral_id"] for row in rows}) == len(rows)
        assert all(is_valid_referral_id(row["referral_id"]) for row in rows)
        return {row["household_id"]: row for row in rows}

    yield build
    for warehouse in opened:
        warehouse.close()


def test_each_goes_to_whom_it_concerns(built: Callable[..., dict[str, Row]]) -> None:
    rows = built(protected_officer="7급 김담당")
    assert {h: (r["route"], r["slot_kind"]) for h, r in rows.items()} == {
        "CHILD": ("team", "must"),
        "SOUGHT": ("team", "locate"),
        "PLAIN": ("team", "rank"),
        "SECRET": ("protected_officer", None),
        "HOME": ("institution", None),
        "CASE": ("case_manager", None),
    }
    for household in ("SECRET", "HOME", "CASE"):
        row = rows[household]
        assert row["first_step_ko"] == ROUTE_STEP_KO[row["route"]]
        assert row["worked_by"] is row["rank_in_dong"] is row["rank_in_unit"] is None


def test_without_a_named_officer_no_protected_household_is_referred(
    built: Callable[..., dict[str, Row]],
) -> None:
    assert "SECRET" not in built()


def test_a_protected_row_says_nothing_of_where_they_live(
    built: Callable[..., dict[str, Row]],
) -> None:
    row = built(protected_officer="7급 김담당")["SECRET"]
    assert row["dong_code"] is row["hub_code"] is None
    assert row["reason_1"] == "도시가스 공급이 중지된 상태입니다"
    assert row["reason_2"] is row["reason_3"] is None
    assert not any(ADDRESS_REASON in str(value) for value in row.values())


def test_the_rule_that_makes_a_must_visit_is_the_first_reason_and_its_term_counts(
    built: Callable[..., dict[str, Row]],
) -> None:
    row = built(urgent_days=1)["CHILD"]
    assert row["must_code"] == "CUT_CHILD"
    assert row["reason_1"] == "공급중지 중 · 미성년 가구원이 있습니다"
    assert row["reason_2"] == "도시가스 공급이 중지된 상태입니다"
    assert row["due_on"] == AS_OF + dt.timedelta(days=1)
    assert row["first_step_ko"] == f"{URGENT} · {PHONE_FIRST}"
    facts = row["months_max"], row["stops_in_force"], row["kinds"]
    assert facts == (7, 1, 2)


def test_a_must_visit_without_a_cut_off_is_due_after_the_days_of_the_policy(
    built: Callable[..., dict[str, Row]],
) -> None:
    repeat = """
        household_id | times_listed | times_met | unmet_since_contact | carried_in_row
        PLAIN        | 3            | 0         | 3                   | 0
        HOME         | 3            | 0         | 3                   | 0
        """
    row = built(a_town(core_repeat=repeat), must_days=9)["PLAIN"]
    assert row["must_code"] == "LISTED_3_MET_0"
    assert row["due_on"] == AS_OF + dt.timedelta(days=9)


def test_an_institution_of_which_nothing_is_seen_is_not_told(
    built: Callable[..., dict[str, Row]],
) -> None:
    repeat = """
        household_id | times_listed | times_met | unmet_since_contact | carried_in_row
        HOME         | 3            | 0         | 3                   | 0
        """
    seen = "household_id | event_type\nPLAIN | nhis_arrears"
    rows = built(a_town(core_repeat=repeat, core_event=seen))
    assert "HOME" not in rows


def test_whoever_is_sought_stays_on_the_list_without_a_sign_and_gets_the_next_step(
    built: Callable[..., dict[str, Row]],
) -> None:
    row = built()["SOUGHT"]
    assert row["locate_step"] == "VILLAGE_HEAD"
    assert row["first_step_ko"] == "통·이장에게 거주 여부 확인"
    assert row["due_on"] == AS_OF + dt.timedelta(days=14)
    assert row["reason_1"] == "아직 만나지 못한 가구"
    assert row["seen_ko"] == f"{NO_SIGN} · 이전 선정 1회(접촉 기록 없음)"
    assert row["data_date"] == dt.date(2026, 5, 31)


def test_the_stored_first_step_knows_that_no_phone_is_known(
    built: Callable[..., dict[str, Row]],
) -> None:
    row = built()["PLAIN"]
    assert row["first_step_ko"] == VISIT_WITHOUT_PHONE
    assert row["due_on"] == AS_OF + dt.timedelta(weeks=8)


def test_a_must_visit_without_a_place_goes_to_the_city_and_is_counted(
    built: Callable[..., dict[str, Row]],
) -> None:
    # 8 places, 5 of them at most for must-visits; 9 wait, and 9 more by rank.
    names = [f"C{n}" for n in range(9)], [f"R{n}" for n in range(9)]
    every = [*names[0], *names[1]]
    town = draw_town(
        core_team=f"dong_code\n{SINBANG}",
        core_household="household_id\n" + "\n".join(every),
        core_household_member="household_id | person_key | birth_month_no\n"
        + "\n".join(f"{h} | p{h} | 24200" for h in every),
        core_event="household_id | event_type | source\n"
        + "\n".join(f"{h} | gas_stop | gas" for h in names[0])
        + "\n"
        + "\n".join(f"{h} | nhis_arrears | nhis" for h in names[1]),
        out_score="household_id | score\n"
        + "\n".join(f"{h} | {n}" for n, h in enumerate(every)),
    )
    rows = built(town)
    routes = [(row["route"], row["slot_kind"]) for row in rows.values()]
    assert routes.count(("team", "must")) == 5
    assert routes.count(("team", "rank")) == 3
    assert routes.count(("city_team", None)) == 4
    assert all(
        row["must_code"] == "CUT_CHILD" and row["dong_code"] == SINBANG
        for row in rows.values()
        if row["route"] == "city_team"
    )
    assert_table(
        town,
        "out_unit",
        """
        slots | eligible | below_line | must_wanted | must_listed | must_to_city
        8     | 18       | 6          | 9           | 5           | 4
        """,
    )


def test_a_sample_row_says_that_it_is_one_and_nothing_of_a_score(
    built: Callable[..., dict[str, Row]],
) -> None:
    # 16 places, one of them for the sample; everybody with a sign has one already.
    rows = built(sample_share=0.1, no_signal_basis="천안시 조례 제5조")
    row = rows["SILENT"]
    assert (row["route"], row["slot_kind"]) == ("team", "sample")
    assert row["reason_1"] == SAMPLE_REASON
    assert row["reason_2"] is row["reason_3"] is row["band"] is None
    assert row["seen_ko"] == NO_SIGN
    assert row["data_date"] == dt.date(2026, 5, 31)
    assert row["first_step_ko"] == VISIT_WITHOUT_PHONE


def test_without_a_legal_basis_the_silent_are_left_alone(
    built: Callable[..., dict[str, Row]],
) -> None:
    assert "SILENT" not in built(sample_share=0.1)


def test_a_round_screened_again_replaces_its_account_and_keeps_its_draw(
    tmp_path: Path,
) -> None:
    office = office_with(tmp_path, no_signal_basis="천안시 조례 제5조")
    with a_town() as town:
        tables = ("out_referral", "out_unit", "out_sample", "out_sample_frame")
        seen = []
        for _ in range(2):
            build_referrals(office, town, ROUND, as_of=AS_OF, referral_key=KEY)
            seen.append([town.rows(f"SELECT * FROM {table}") for table in tables])
        assert seen[0] == seen[1]
        assert all(rows for rows in seen[0])
        assert_table(
            town,
            "out_sample_frame",
            """
            stratum   | households | expected | legal_basis
            no_signal | 1          | 1        | 천안시 조례 제5조
            """,
        )


def test_the_shortest_term_that_applies_counts() -> None:
    assert due_on(AS_OF, 56, None, 14, None) == AS_OF + dt.timedelta(days=14)
    assert due_on(AS_OF, 56) == AS_OF + dt.timedelta(days=56)
