"""New, worsened, resolved: what changed since the round before, nobody lost."""

import csv
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_contracts.sheets import DELTA
from pipeline.delta import (
    LISTED_NEW,
    MOVED_IN,
    NO_SIGN,
    Delta,
    round_delta,
    write_delta,
)
from pipeline.errors import NotReady
from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import (
    AS_OF,
    BULDANG,
    ROUND,
    SINBANG,
    an_office,
)
from tests.lib.sheet_tables import draw_round

FORMER, THEN = "2026-R2", "2026-04-15"
HOUSEHOLDS = (
    *("new", "same", "months", "band", "kinds", "swap", "mover"),
    *("paid", "back_on", "silent", "waiting", "managed", "moved_out", "dead"),
)


@pytest.fixture
def town() -> Iterator[Warehouse]:
    with draw_round(
        core_team=f"""
        dong_code | team_name
        {SINBANG} | 신방팀
        {BULDANG} | 불당팀
        """,
        core_dong=f"""
        dong_code | dong_name
        {SINBANG} | 신방동
        {BULDANG} | 불당1동
        """,
        core_household="household_id | members_alive\n"
        + "\n".join(
            f"{name} | {0 if name == 'dead' else 1}"
            for name in HOUSEHOLDS
            if name != "moved_out"
        ),
        core_source_clock="""
        source | last_ref_date | is_stale
        nhis   | 2026-05-31    | false
        gas    | 2026-05-31    | false
        kepco  | 2026-05-31    | false
        water  | 2026-03-31    | true
        """,
        core_event="""
        household_id | source | event_type    | subject | occurred_on | known_on   | months_overdue | restored_on | is_current
        swap         | gas    | gas_stop      | g       | 2026-03-01  | 2026-03-05 |                | 2026-05-01  | false
        swap         | kepco  | kepco_stop    | k       | 2026-05-20  | 2026-06-01 |                |             | true
        same         | nhis   | nhis_arrears  | n       | 2026-05-31  | 2026-06-05 | 3              |             | true
        paid         | nhis   | nhis_arrears  | n       | 2026-03-31  | 2026-04-05 | 3              |             | false
        paid         | nps    | nps_exempt    | e       | 2026-05-31  | 2026-06-05 | 9              |             | true
        back_on      | gas    | gas_stop      | g       | 2026-03-01  | 2026-03-05 |                | 2026-05-01  | false
        silent       | water  | water_arrears | w       | 2026-03-31  | 2026-04-05 | 5              |             | false
        waiting      | nhis   | nhis_arrears  | n       | 2026-05-31  | 2026-06-05 | 2              |             | true
        managed      | nhis   | nhis_arrears  | n       | 2026-05-31  | 2026-06-05 | 2              |             | true
        """,
        out_referral=f"""
        round    | as_of   | referral_id | household_id | dong_code | route        | rank_in_dong | band | months_max | stops_in_force | kinds
        {ROUND}  | {AS_OF} | N1          | new          | {SINBANG} | team         | 1            | 높음 | 3          | 0              | 1
        {ROUND}  | {AS_OF} | N2          | same         | {SINBANG} | team         | 2            | 보통 | 3          | 0              | 1
        {ROUND}  | {AS_OF} | N3          | months       | {SINBANG} | team         | 3            | 높음 | 5          | 0              | 1
        {ROUND}  | {AS_OF} | N4          | band         | {SINBANG} | team         | 4            | 매우 높음 | 3     | 0              | 1
        {ROUND}  | {AS_OF} | N5          | kinds        | {SINBANG} | team         | 5            | 높음 | 3          | 0              | 2
        {ROUND}  | {AS_OF} | N6          | swap         | {SINBANG} | team         | 6            | 높음 | 3          | 1              | 1
        {ROUND}  | {AS_OF} | N7          | mover        | {BULDANG} | team         | 1            | 높음 | 3          | 0              | 1
        {ROUND}  | {AS_OF} | N8          | managed      | {SINBANG} | case_manager |              | 높음 | 9          | 9              | 9
        {FORMER} | {THEN}  | F2          | same         | {SINBANG} | team         | 1            | 높음 | 4          | 0              | 2
        {FORMER} | {THEN}  | F3          | months       | {SINBANG} | team         | 2            | 높음 | 3          | 0              | 1
        {FORMER} | {THEN}  | F4          | band         | {SINBANG} | team         | 3            | 보통 | 3          | 0              | 1
        {FORMER} | {THEN}  | F5          | kinds        | {SINBANG} | team         | 4            | 높음 | 3          | 0              | 1
        {FORMER} | {THEN}  | F6          | swap         | {SINBANG} | team         | 5            | 높음 | 3          | 1              | 1
        {FORMER} | {THEN}  | F7          | mover        | {SINBANG} | team         | 6            | 높음 | 3          | 0              | 1
        {FORMER} | {THEN}  | F8          | managed      | {SINBANG} | team         | 7            | 높음 | 3          | 0              | 1
        {FORMER} | {THEN}  | G1          | paid         | {SINBANG} | team         | 8            | 높음 | 3          | 0              | 1
        {FORMER} | {THEN}  | G2          | back_on      | {SINBANG} | team         | 9            | 높음 |            | 1              | 1
        {FORMER} | {THEN}  | G3          | silent       | {SINBANG} | team         | 10           | 높음 | 5          | 0              | 1
        {FORMER} | {THEN}  | G4          | waiting      | {SINBANG} | team         | 11           | 높음 | 2          | 0              | 1
        {FORMER} | {THEN}  | G5          | moved_out    | {SINBANG} | team         | 12           | 높음 | 2          | 0              | 1
        {FORMER} | {THEN}  | G6          | dead         | {BULDANG} | team         | 1            | 높음 | 2          | 0              | 1
        2026-R1  | 2026-02-15 | E1       | new          | {SINBANG} | team         | 1            | 높음 | 3          | 0              | 1
        """,
    ) as warehouse:
        yield warehouse


def compared(town: Warehouse) -> Delta:
    return round_delta(town, ROUND, as_of=AS_OF)


def by_id(delta: Delta, dong: str) -> dict[str, tuple[str, str]]:
    return {
        row["referral_id"] or row["former_referral_id"]: (
            row["change_ko"],
            row["detail_ko"],
        )
        for row in delta.rows[dong]
    }


def test_a_dong_reads_what_is_new_worse_and_resolved(town: Warehouse) -> None:
    delta = compared(town)
    assert (delta.former_round, delta.as_of) == (FORMER, AS_OF)
    assert by_id(delta, SINBANG) == {
        # Listed two rounds ago, not in the last: new again.
        "N1": ("신규", LISTED_NEW),
        "N3": ("악화", "최장 체납 3→5개월"),
        "N4": ("악화", "위험구간 보통→매우 높음"),
        "N5": ("악화", "신호 종류 1→2가지"),
        # One supply restored, another cut: as many stops as before, yet worse.
        "N6": (
            "악화",
            "전기 단전·전류제한 2026-05-20(재개 기록 없음, 2026-05-31 기준)"
            " · 도시가스 공급중지 2026-03-01(2026-05-01 재개)",
        ),
        "G1": ("해소", "건강보험 3개월 체납(2026-03-31 기준, 이후 자료에 없음)"),
        "G2": ("해소", "도시가스 공급중지 2026-03-01(2026-05-01 재개)"),
    }
    assert by_id(delta, BULDANG) == {"N7": ("신규", MOVED_IN)}


def test_everybody_of_the_former_list_is_somewhere(town: Warehouse) -> None:
    delta = compared(town)
    sinbang, buldang = (
        {c: n for c, n in dong.counts.items() if n} for dong in delta.dongs
    )
    assert (sinbang, buldang) == (
        {
            "new": 1,
            "worsened": 4,
            "resolved": 2,
            "unchanged": 1,
            "moved": 1,
            "routed": 1,
            "waiting": 1,
            "unseen": 1,
            "gone": 1,
        },
        {"new": 1, "gone": 1},
    )
    lists = {
        round_: town.rows(
            "SELECT count(*) FROM out_referral WHERE round = $round AND route = 'team'",
            {"round": round_},
        )[0][0]
        for round_ in (FORMER, ROUND)
    }
    totals = delta.totals
    assert lists[ROUND] == sum(totals[c] for c in ("new", "worsened", "unchanged"))
    assert lists[FORMER] == sum(totals.values()) - totals["new"]


def test_whose_address_became_protected_is_counted_and_in_no_dongs_sheet(
    town: Warehouse,
) -> None:
    before = compared(town).totals
    town.execute(
        "UPDATE core_household SET is_protected = true "
        "WHERE household_id IN ('paid', 'waiting', 'silent')"
    )
    delta = compared(town)
    assert "G1" not in by_id(delta, SINBANG)
    assert delta.totals == {
        **before,
        "routed": before["routed"] + 3,
        "resolved": before["resolved"] - 1,
        "waiting": before["waiting"] - 1,
        "unseen": before["unseen"] - 1,
    }


def test_a_silent_source_is_no_good_news(town: Warehouse) -> None:
    town.execute("UPDATE core_source_clock SET is_stale = false")
    assert by_id(compared(town), SINBANG)["G3"][0] == "해소"
    town.execute("UPDATE core_source_clock SET is_stale = true")
    # What was restored is known for good, whoever is silent since.
    assert set(by_id(compared(town), SINBANG)) >= {"G2"}
    assert "G1" not in by_id(compared(town), SINBANG)


def test_a_sign_that_was_withdrawn_is_told_as_none(town: Warehouse) -> None:
    town.execute("DELETE FROM core_event WHERE household_id = 'paid'")
    assert by_id(compared(town), SINBANG)["G1"] == ("해소", NO_SIGN)


def test_a_round_kept_without_figures_makes_nobody_worse(town: Warehouse) -> None:
    town.execute(
        "UPDATE out_referral SET months_max = NULL, kinds = NULL, band = NULL "
        f"WHERE round = '{FORMER}'"
    )
    found = by_id(compared(town), SINBANG)
    assert [key for key, (change, _) in found.items() if change == "악화"] == ["N6"]


def test_nothing_to_compare_with_is_said(town: Warehouse) -> None:
    with pytest.raises(NotReady, match="2026-R4 is not screened as of"):
        round_delta(town, "2026-R4", as_of=AS_OF)
    town.execute(f"DELETE FROM out_referral WHERE round <> '{ROUND}'")
    with pytest.raises(NotReady, match=f"no round before {ROUND} was screened"):
        compared(town)
    town.execute("UPDATE core_as_of SET as_of = '2026-06-16'")
    with pytest.raises(NotReady, match="not screened as of"):
        compared(town)


def test_sheets_are_written_per_dong_once_without_names(
    town: Warehouse, tmp_path: Path
) -> None:
    office = an_office(tmp_path)
    made = write_delta(office, compared(town))
    assert made.folder == tmp_path / "rounds" / f"delta_{ROUND}"
    assert dict(made.files) == {
        f"변동목록_{ROUND}_{SINBANG}_신방동_합성.csv": 7,
        f"변동목록_{ROUND}_{BULDANG}_불당1동_합성.csv": 1,
    }
    (buldang,) = made.folder.glob(f"*{BULDANG}*")
    assert stat.S_IMODE(buldang.stat().st_mode) == 0o600
    with buldang.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert tuple(row) == DELTA.headers_ko
    assert (row["의뢰번호"], row["이전 의뢰번호"], row["행정동"]) == (
        "N7",
        "F7",
        "불당1동",
    )
    assert row["자료구분"] == "합성"
    assert write_delta(office, compared(town)).already_published
    town.execute("DELETE FROM out_referral WHERE referral_id = 'N1'")
    changed = write_delta(office, compared(town))
    assert changed.folder.name == f"delta_{ROUND}_v2"
