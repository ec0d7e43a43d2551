"""What each rule of the policy asks: one drawn table that fires it and one that does not."""

import re
import sys
from pathlib import Path

import pytest

from pipeline.policy import apply_policy, load_policy
from pipeline.policy_file import shipped
from tests.lib.referral_tables import AS_OF, ROUND, an_office, draw_town
from tests.lib.tables import draw, read

SQL = Path(__file__).parents[2] / "pipeline" / "sql" / "policy"
# Birth months (year * 12 + month): 19 years before June 2026, 65 years before.
AGE_19, AGE_65 = 2007 * 12 + 6, 1961 * 12 + 6


@pytest.fixture
def asked(tmp_path: Path) -> "Asked":
    return Asked(tmp_path)


class Asked:
    """Draws a town, asks the whole policy and compares what one rule says."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, code: str, fires: str, quiet: str, **drawings: str) -> None:
        wanted = read(fires)
        loud = [row[0] or "" for row in wanted.rows]
        silent = quiet.split()
        assert loud, "a table that fires"
        assert silent, "and one that does not"
        drawings.setdefault(
            "core_household", "\n".join(["household_id", *loud, *silent])
        )
        with draw_town(**drawings) as warehouse:
            known = {
                one
                for (one,) in warehouse.rows("SELECT household_id FROM core_household")
            }
            assert known == {*loud, *silent}
            policy = load_policy(an_office(self.root))
            fired = apply_policy(policy, warehouse, ROUND, as_of=AS_OF)
            found = warehouse.rows(
                "SELECT household_id, detail_ko FROM _policy WHERE rule = $code "
                "ORDER BY household_id",
                {"code": code},
            )
            kept = warehouse.rows(
                "SELECT household_id, detail_ko FROM out_policy "
                "WHERE round = $round AND rule = $code ORDER BY household_id",
                {"round": ROUND, "code": code},
            )
        columns = ["household_id", "detail_ko"]
        expected = sorted((row[0] or "", row[1]) for row in wanted.rows)
        assert draw(columns, found) == draw(columns, expected)
        assert kept == found
        assert fired[code] == len(found)


def test_every_rule_has_its_file_its_entry_and_its_test() -> None:
    entries = [rule.code for rule in shipped().rule]
    files = {path.stem.upper() for path in SQL.glob("[a-z]*.sql")}
    tests = {
        match[1].upper()
        for name in vars(sys.modules[__name__])
        if (match := re.fullmatch(r"test_rule_(\w+)", name))
    }
    assert len(entries) == len(set(entries))
    assert files == set(entries), files ^ set(entries)
    assert tests == set(entries), tests ^ set(entries)


STOPPED = """
    household_id | source | event_type   | occurred_on | known_on   | restored_on | is_current
    cut          | gas    | gas_stop     | 2026-04-02  | 2026-04-20 |             | true
    twice        | gas    | gas_stop     | 2026-04-02  | 2026-04-20 |             | true
    twice        | kepco  | kepco_stop   | 2026-05-04  | 2026-05-20 |             | true
    restored     | gas    | gas_stop     | 2026-04-02  | 2026-04-20 | 2026-04-09  | false
    known_today  | gas    | gas_stop     | 2026-06-02  | 2026-06-15 |             | true
    owing        | gas    | gas_arrears  | 2026-05-31  | 2026-06-05 |             | true
    nobody       | water  | water_stop   | 2026-04-02  | 2026-04-20 |             | true
    dead         | water  | water_stop   | 2026-04-02  | 2026-04-20 |             | true
"""


def test_rule_cut_child(asked: Asked) -> None:
    asked(
        "CUT_CHILD",
        """
        household_id | detail_ko
        cut          | 도시가스 공급중지 2026-04-02 · 미성년 2명
        twice        | 도시가스 공급중지 2026-04-02 · 단전·전류제한 2026-05-04 · 미성년 1명
        """,
        "restored known_today owing nobody dead",
        core_event=STOPPED,
        core_household_member=f"""
        household_id | person_key | birth_month_no | is_dead
        cut          | p1         | {AGE_65}       | false
        cut          | p2         | {AGE_19 + 1}   | false
        cut          | p3         | {AGE_19 + 120} | false
        twice        | p4         | {AGE_19 + 1}   | false
        restored     | p5         | {AGE_19 + 120} | false
        known_today  | p6         | {AGE_19 + 120} | false
        owing        | p7         | {AGE_19 + 120} | false
        nobody       | p8         | {AGE_19}       | false
        dead         | p9         | {AGE_19 + 120} | true
        """,
    )


def test_rule_cut_disabled(asked: Asked) -> None:
    asked(
        "CUT_DISABLED",
        """
        household_id | detail_ko
        cut          | 도시가스 공급중지 2026-04-02 · 장애인 2명
        """,
        "twice restored known_today owing nobody dead",
        core_event=STOPPED,
        core_household_member="""
        household_id | person_key | disability_level | is_dead
        cut          | p1         | 1                | false
        cut          | p2         | 2                | false
        twice        | p3         | 0                | false
        twice        | p4         |                  | false
        restored     | p5         | 1                | false
        known_today  | p6         | 1                | false
        owing        | p7         | 1                | false
        dead         | p8         | 1                | true
        """,
    )


def test_rule_cut_alone_65(asked: Asked) -> None:
    asked(
        "CUT_ALONE_65",
        """
        household_id | detail_ko
        cut          | 도시가스 공급중지 2026-04-02
        dead         | 단수 2026-04-02
        """,
        "twice restored known_today owing nobody",
        core_event=STOPPED,
        core_household_member=f"""
        household_id | person_key | birth_month_no | is_dead
        cut          | p1         | {AGE_65}       | false
        dead         | p2         | {AGE_65 - 120} | false
        dead         | p3         | {AGE_65 - 120} | true
        twice        | p4         | {AGE_65}       | false
        twice        | p5         | {AGE_65}       | false
        restored     | p6         | {AGE_65}       | false
        known_today  | p7         | {AGE_65}       | false
        owing        | p8         | {AGE_65}       | false
        nobody       | p9         | {AGE_65 + 1}   | false
        """,
    )


def test_rule_human_tip(asked: Asked) -> None:
    asked(
        "HUMAN_TIP",
        """
        household_id | detail_ko
        untouched    | 제보 확인 2026-06-05
        tried_before | 제보 확인 2026-06-05
        that_day     | 제보 확인 2026-06-05
        """,
        "tried_since spoken_since long_ago arrears",
        core_event="""
        household_id | source  | event_type   | occurred_on | known_on   | is_current
        untouched    | tip     | tip          | 2026-06-03  | 2026-06-05 | true
        tried_before | tip     | tip          | 2026-06-03  | 2026-06-05 | true
        that_day     | tip     | tip          | 2026-06-03  | 2026-06-05 | true
        tried_since  | tip     | tip          | 2026-06-03  | 2026-06-05 | true
        spoken_since | tip     | tip          | 2026-06-03  | 2026-06-05 | true
        spoken_since | history | contact      | 2026-06-08  | 2026-06-10 | false
        long_ago     | tip     | tip          | 2026-01-03  | 2026-01-05 | false
        arrears      | nhis    | nhis_arrears | 2026-05-31  | 2026-06-05 | true
        """,
        core_repeat="""
        household_id | last_attempt_on
        tried_before | 2026-06-04
        that_day     | 2026-06-05
        tried_since  | 2026-06-06
        """,
    )


def test_rule_crisis_5(asked: Asked) -> None:
    asked(
        "CRISIS_5",
        """
        household_id | detail_ko
        by_result    | 2026-05-04 조사
        by_case      | 2026-02-10 조사
        """,
        "level_4 met_since less_since too_old",
        core_survey="""
        household_id | crisis_level | found_on   | known_on
        by_result    | 5            | 2026-05-04 | 2026-05-20
        level_4      | 4            | 2026-05-04 | 2026-05-20
        met_since    | 5            | 2026-05-04 | 2026-05-20
        less_since   | 5            | 2026-03-04 | 2026-03-20
        less_since   | 3            | 2026-04-10 | 2026-04-20
        too_old      | 5            | 2024-05-31 | 2024-06-20
        by_case      | 5            | 2026-02-10 | 2026-02-20
        """,
        core_listing="""
        household_id | crisis_level | contacted_on
        by_result    | 5            | 2026-05-04
        level_4      | 4            | 2026-05-04
        met_since    | 5            | 2026-05-04
        less_since   | 5            | 2026-03-04
        too_old      | 5            | 2024-05-31
        """,
        core_person_key="""
        person_key | household_id
        p1         | by_case
        p2         | less_since
        """,
        stg_case_management="""
        person_key | crisis_level | surveyed_on
        p1         | 5            | 2026-02-10
        p2         | 3            | 2026-04-10
        """,
        core_event="""
        household_id | source | event_type | occurred_on | known_on   | is_current
        by_result    | result | contact    | 2026-05-04  | 2026-05-20 | false
        met_since    | result | contact    | 2026-05-05  | 2026-05-20 | false
        """,
    )


LEDGER = """
    household_id | times_listed | times_met | unmet_since_contact | carried_in_row
    thrice       | 3            | 0         | 3                   | 0
    met_between  | 5            | 1         | 2                   | 0
    carried      | 1            | 0         | 1                   | 1
    carried_on   | 2            | 0         | 2                   | 2
"""


def test_rule_listed_3_met_0(asked: Asked) -> None:
    asked(
        "LISTED_3_MET_0",
        """
        household_id | detail_ko
        thrice       | 접촉 없이 3회 의뢰
        """,
        "met_between carried carried_on",
        core_repeat=LEDGER,
    )


def test_rule_carried_twice(asked: Asked) -> None:
    asked(
        "CARRIED_TWICE",
        """
        household_id | detail_ko
        carried_on   | 방문 없이 2회 이월
        """,
        "thrice met_between carried",
        core_repeat=LEDGER,
    )


def test_rule_carried_over(asked: Asked) -> None:
    asked(
        "CARRIED_OVER",
        """
        household_id | detail_ko
        carried      | 방문 없이 1회 이월
        carried_on   | 방문 없이 2회 이월
        """,
        "thrice met_between",
        core_repeat=LEDGER,
    )


def test_rule_repeats_unmet(asked: Asked) -> None:
    asked(
        "REPEATS_UNMET",
        """
        household_id | detail_ko
        thrice       | 접촉 없이 3회 의뢰
        """,
        "met_between carried carried_on",
        core_repeat=LEDGER,
    )


def test_rule_protected(asked: Asked) -> None:
    own = Path(asked.root) / "policy.toml"
    ours = Path(SQL).parents[1] / "policy.toml"
    named = ours.read_text("utf-8").replace(
        'protected_officer = ""', 'protected_officer = "희망복지지원단 팀장"'
    )
    own.write_text(named, encoding="utf-8")
    asked(
        "PROTECTED",
        """
        household_id | detail_ko
        hidden       |
        """,
        "hidden_calm open",
        core_household="""
        household_id | is_protected
        hidden       | true
        hidden_calm  | true
        open         | false
        """,
        core_event="""
        household_id | event_type
        hidden | nhis_arrears
        open | nhis_arrears
        hidden_calm | case_open
        """,
    )


def test_without_a_named_officer_no_protected_household_is_referred(
    tmp_path: Path,
) -> None:
    town = "household_id | is_protected\nhidden | true"
    with draw_town(core_household=town, core_event="household_id\nhidden") as warehouse:
        policy = load_policy(an_office(tmp_path))
        assert not apply_policy(policy, warehouse, ROUND, as_of=AS_OF)["PROTECTED"]


def test_rule_institution(asked: Asked) -> None:
    asked(
        "INSTITUTION",
        """
        household_id | detail_ko
        home         |
        """,
        "calm_home family",
        core_household="""
        household_id | is_institution
        home         | true
        calm_home    | true
        family       | false
        """,
        core_event="""
        household_id | event_type
        home | nhis_arrears
        family | nhis_arrears
        calm_home | case_open
        """,
    )


CASES = """
    household_id | source          | event_type   | occurred_on | known_on   | is_current
    limiter      | case_management | case_open    | 2025-11-03  | 2025-12-05 | true
    limiter      | kepco           | kepco_stop   | 2026-05-04  | 2026-05-20 | true
    told         | case_management | case_open    | 2025-11-03  | 2025-12-05 | true
    told         | kepco           | kepco_stop   | 2026-03-04  | 2026-03-20 | true
    told_now     | case_management | case_open    | 2025-11-03  | 2025-12-05 | true
    told_now     | kepco           | kepco_stop   | 2026-05-04  | 2026-05-20 | true
    same_bill    | case_management | case_open    | 2025-11-03  | 2025-12-05 | true
    same_bill    | nhis            | nhis_arrears | 2025-10-31  | 2025-11-01 | false
    same_bill    | nhis            | nhis_arrears | 2026-05-31  | 2026-06-05 | true
    calm         | case_management | case_open    | 2025-11-03  | 2025-12-05 | true
    closed       | case_management | case_open    | 2025-11-03  | 2025-12-05 | false
    closed       | kepco           | kepco_stop   | 2026-05-04  | 2026-05-20 | true
"""
# The second notice is an earlier edition of this very round.
NOTICES = f"""
    household_id | round   | listed_on  | route
    told         | 2026-R2 | 2026-04-06 | case_manager
    told_now     | {ROUND} | 2026-06-01 | case_manager
    limiter      | 2026-R2 | 2026-06-01 | team
"""


def test_rule_case_managed(asked: Asked) -> None:
    asked(
        "CASE_MANAGED",
        """
        household_id | detail_ko
        limiter      | 새 정보 2026-05-20
        told_now     | 새 정보 2026-05-20
        """,
        "told same_bill calm closed",
        core_event=CASES,
        core_listing=NOTICES,
    )


def test_rule_case_unchanged(asked: Asked) -> None:
    asked(
        "CASE_UNCHANGED",
        """
        household_id | detail_ko
        told         |
        same_bill    |
        calm         |
        """,
        "limiter told_now closed",
        core_event=CASES,
        core_listing=NOTICES,
    )


def test_rule_deceased_reported(asked: Asked) -> None:
    asked(
        "DECEASED_REPORTED",
        """
        household_id | detail_ko
        alone        |
        """,
        "two_live_there met_later door gone_away told_today",
        core_household="""
        household_id   | kind         | members_alive
        alone          | registered   | 1
        two_live_there | registered   | 2
        met_later      | registered   | 1
        door           | address_only | 0
        gone_away      | registered   | 1
        told_today     | registered   | 1
        """,
        core_listing="""
        household_id   | result_code | result_on  | contacted_on | returned_known_on
        alone          | N1          | 2026-03-04 | 2026-03-04   | 2026-03-20
        alone          | D1          | 2026-05-04 | 2026-05-04   | 2026-05-20
        two_live_there | D1          | 2026-05-04 |              | 2026-05-20
        met_later      | D1          | 2026-03-04 |              | 2026-03-20
        met_later      |             | 2026-05-04 | 2026-05-04   | 2026-05-20
        door           | D1          | 2026-05-04 |              | 2026-05-20
        gone_away      | L4          | 2026-05-04 |              | 2026-05-20
        told_today     | D1          | 2026-06-04 |              | 2026-06-15
        """,
    )


def test_rule_transferred(asked: Asked) -> None:
    asked(
        "TRANSFERRED",
        """
        household_id | detail_ko
        taken        | 인수 2026-05-20
        merged       | 인수 2026-05-20
        asked_again  | 인수 2026-05-20
        """,
        "offered refused to_dong seen_here decided_today",
        core_household_alias="""
        household_no | household_id
        former       | merged
        """,
        out_transfer="""
        household_id  | to_city | to_dong    | status   | decided_on
        taken         | 아산시  |            | offered  | 2026-05-20
        taken         | 아산시  |            | accepted | 2026-05-20
        former        | 아산시  |            | accepted | 2026-05-20
        asked_again   | 아산시  |            | refused  | 2026-05-01
        asked_again   | 아산시  |            | accepted | 2026-05-20
        offered       | 아산시  |            | offered  | 2026-05-20
        refused       | 아산시  |            | accepted | 2026-05-01
        refused       | 아산시  |            | refused  | 2026-05-20
        to_dong       |         | 4413368000 | accepted | 2026-05-20
        seen_here     | 아산시  |            | accepted | 2026-05-20
        decided_today | 아산시  |            | accepted | 2026-06-15
        """,
        core_event="""
        household_id | source | event_type   | occurred_on | known_on   | is_current
        taken        | nhis   | nhis_arrears | 2026-03-31  | 2026-04-05 | true
        taken        | nhis   | nhis_arrears | 2026-05-31  | 2026-06-05 | true
        seen_here    | gas    | gas_stop     | 2026-05-31  | 2026-06-05 | true
        """,
    )


def test_rule_open_transfer(asked: Asked) -> None:
    asked(
        "OPEN_TRANSFER",
        """
        household_id | detail_ko
        waiting      | 2026-05-20 요청
        """,
        "taken refused other",
        out_transfer="""
        household_id | to_city | status   | decided_on
        waiting      | 아산시  | offered  | 2026-05-20
        taken        | 아산시  | offered  | 2026-05-20
        taken        | 아산시  | accepted | 2026-05-20
        refused      | 아산시  | offered  | 2026-05-01
        refused      | 아산시  | refused  | 2026-05-20
        """,
    )


QUEUE = """
    household_id | state            | review_on
    away         | parked           | 2026-06-16
    back_today   | parked           | 2026-06-15
    looked_for   | open             |
    offered      | transfer_offered | 2026-07-01
"""


def test_rule_parked(asked: Asked) -> None:
    asked(
        "PARKED",
        """
        household_id | detail_ko
        away         | 재확인일 2026-06-16
        """,
        "back_today looked_for offered",
        core_locate=QUEUE,
    )


def test_rule_locate_open(asked: Asked) -> None:
    asked(
        "LOCATE_OPEN",
        """
        household_id | detail_ko
        looked_for   |
        offered      |
        """,
        "away back_today",
        core_locate=QUEUE,
    )


def test_rule_recently_contacted(asked: Asked) -> None:
    # 2026-06-15 minus 60 days is 2026-04-16; spec/test_eligibility.py draws the rest.
    asked(
        "RECENTLY_CONTACTED",
        """
        household_id | detail_ko
        met          | 최근 접촉 2026-04-16
        """,
        "long_ago new_tip never_met",
        core_event="""
        household_id | source  | event_type   | occurred_on | known_on   | is_current
        met          | nhis    | nhis_arrears | 2026-03-31  | 2026-04-05 | true
        met          | history | contact      | 2026-04-16  | 2026-05-01 | false
        long_ago     | nhis    | nhis_arrears | 2026-03-31  | 2026-04-05 | true
        long_ago     | history | contact      | 2026-04-15  | 2026-05-01 | false
        new_tip      | history | contact      | 2026-04-16  | 2026-05-01 | false
        new_tip      | tip     | tip          | 2026-04-15  | 2026-04-16 | true
        never_met    | nhis    | nhis_arrears | 2026-05-31  | 2026-06-05 | true
        """,
    )


def test_rule_three_domains(asked: Asked) -> None:
    asked(
        "THREE_DOMAINS",
        """
        household_id | detail_ko
        wide         | 에너지·수도, 사회보험, 금융·통신
        """,
        "two_parts one_is_over",
        core_event="""
        household_id | source    | event_type                | is_current
        wide         | gas       | gas_arrears               | true
        wide         | water     | water_stop                | true
        wide         | nhis      | nhis_arrears              | true
        wide         | indicator | indicator_finance_arrears | true
        wide         | indicator | indicator_housing_arrears | false
        two_parts    | gas       | gas_arrears               | true
        two_parts    | kepco     | kepco_arrears             | true
        two_parts    | nhis      | nhis_arrears              | true
        two_parts    | nps       | nps_arrears               | true
        two_parts    | tip       | tip                       | true
        one_is_over  | gas       | gas_arrears               | true
        one_is_over  | nhis      | nhis_arrears              | true
        one_is_over  | indicator | indicator_work            | false
        """,
    )


def test_rule_same_day_emergency(asked: Asked) -> None:
    asked(
        "SAME_DAY_EMERGENCY",
        """
        household_id | detail_ko
        cut          | 도시가스 공급중지 2026-04-02
        twice        | 도시가스 공급중지 2026-04-02 · 단전·전류제한 2026-05-04
        nobody       | 단수 2026-04-02
        dead         | 단수 2026-04-02
        """,
        "restored known_today owing",
        core_event=STOPPED,
    )


def test_rule_mealkit(asked: Asked) -> None:
    asked(
        "MEALKIT",
        """
        household_id | detail_ko
        cut          |
        """,
        "twice restored known_today owing nobody dead",
        core_event=STOPPED,
        core_household_member="""
        household_id | person_key
        cut          | p1
        twice        | p2
        twice        | p3
        restored     | p4
        known_today  | p5
        owing        | p6
        nobody       | p7
        """,
    )


def test_rule_private_resources(asked: Asked) -> None:
    asked(
        "PRIVATE_RESOURCES",
        """
        household_id | detail_ko
        found_above  | N1 판정
        cut_off      | 소득·재산으로 급여 탈락
        """,
        "other_code other_reason receiving told_today nothing_now",
        core_event="""
        household_id | event_type
        found_above  | nhis_arrears
        cut_off      | nhis_arrears
        other_code   | nhis_arrears
        other_reason | nhis_arrears
        receiving    | nhis_arrears
        nothing_now  | case_open
        """,
        core_listing="""
        household_id | result_code | returned_known_on
        found_above  | N1          | 2026-05-20
        other_code   | N2          | 2026-05-20
        told_today   | N1          | 2026-06-15
        """,
        core_person_key="""
        person_key | household_id
        p1         | cut_off
        p2         | other_reason
        p3         | receiving
        p4         | nothing_now
        """,
        stg_benefit="""
        person_key | status    | row_no
        p1         | dropped   | 1
        p2         | stopped   | 2
        p3         | receiving | 3
        p4         | dropped   | 4
        """,
        vault__vault_benefit="""
        row_no | reason
        1      | 소득인정액 초과
        2      | 본인 포기
        3      | 소득 변동
        4      | 재산 초과
        """,
    )


FLAGS = """
    household_id | field_flag         | result_on  | returned_known_on
    both         | two_persons,animal | 2026-02-04 | 2026-02-20
    both         | two_persons        | 2026-05-04 | 2026-05-20
    clutter      | hoarding           | 2026-05-04 | 2026-05-20
    tongue       | interpreter        | 2026-05-04 | 2026-05-20
    told_today   | animal,hoarding    | 2026-06-04 | 2026-06-15
    told_today   | two_persons        | 2026-06-04 | 2026-06-15
    told_today   | interpreter        | 2026-06-04 | 2026-06-15
    blank        |                    | 2026-05-04 | 2026-05-20
"""


def flagged(asked: Asked, code: str, who: str, day: str) -> None:
    everybody = ["both", "clutter", "tongue", "told_today", "blank"]
    asked(
        code,
        f"household_id | detail_ko\n{who} | 현장 확인 {day}",
        " ".join(one for one in everybody if one != who),
        core_listing=FLAGS,
        core_event="household_id\n" + "\n".join(everybody),
    )


def test_rule_two_person_visit(asked: Asked) -> None:
    flagged(asked, "TWO_PERSON_VISIT", "both", "2026-05-04")


def test_rule_hoarding(asked: Asked) -> None:
    flagged(asked, "HOARDING", "clutter", "2026-05-04")


def test_rule_interpreter(asked: Asked) -> None:
    flagged(asked, "INTERPRETER", "tongue", "2026-05-04")


def test_rule_animal(asked: Asked) -> None:
    flagged(asked, "ANIMAL", "both", "2026-02-04")


def test_rule_ride_along(asked: Asked) -> None:
    asked(
        "RIDE_ALONG",
        """
        household_id | detail_ko
        visited      | 노인맞춤돌봄 다음 방문 2026-07-12
        unplanned    | 가사간병 이용 중
        """,
        "older_file ended nobody_comes",
        core_event="""
        household_id | source | event_type   | subject       | is_current
        visited      | nhis   | nhis_arrears | p1            | true
        visited      | visit  | visit_active | elder_care/p1 | true
        unplanned    | nhis   | nhis_arrears | p2            | true
        unplanned    | visit  | visit_active | home_help/p2  | true
        older_file   | nhis   | nhis_arrears | p3            | true
        older_file   | visit  | visit_active | elder_care/p3 | true
        ended        | nhis   | nhis_arrears | p4            | true
        nobody_comes | nhis   | nhis_arrears | p5            | true
        """,
        core_source_clock="source | last_ref_date\nvisit | 2026-05-31",
        core_person_key="""
        person_key | household_id
        p1         | visited
        p2         | unplanned
        p3         | older_file
        p4         | ended
        """,
        stg_visit="""
        person_key | service    | ref_date   | ends_on    | next_visit_on
        p1         | elder_care | 2026-05-31 |            | 2026-06-14
        p1         | elder_care | 2026-05-31 |            | 2026-07-12
        p1         | elder_care | 2026-05-31 |            | 2026-07-26
        p2         | home_help  | 2026-05-31 |            |
        p3         | elder_care | 2026-04-30 |            | 2026-07-12
        p4         | elder_care | 2026-05-31 | 2026-06-01 | 2026-07-12
        """,
    )


def test_rule_recipient(asked: Asked) -> None:
    asked(
        "RECIPIENT",
        """
        household_id | detail_ko
        receiving    |
        """,
        "pension ended calm",
        core_event="""
        household_id | source  | event_type        | subject          | is_current
        receiving    | nhis    | nhis_arrears      | p1               | true
        receiving    | benefit | benefit_receiving | livelihood/p1    | true
        receiving    | benefit | benefit_receiving | livelihood/p2    | true
        pension      | nhis    | nhis_arrears      | p3               | true
        pension      | benefit | benefit_receiving | basic_pension/p3 | true
        ended        | nhis    | nhis_arrears      | p4               | true
        ended        | benefit | benefit_receiving | livelihood/p4    | false
        calm         | benefit | benefit_receiving | livelihood/p5    | true
        calm         | cases   | case_open         | p5               | true
        """,
    )


def test_rule_foreigner(asked: Asked) -> None:
    asked(
        "FOREIGNER",
        """
        household_id | detail_ko
        all_are      |
        """,
        "one_is_not calm door",
        core_event="""
        household_id | event_type
        all_are | nhis_arrears
        one_is_not | nhis_arrears
        door | nhis_arrears
        calm | case_open
        """,
        core_household_member="""
        household_id | person_key | is_foreigner | is_dead
        all_are      | p1         | true         | false
        all_are      | p2         | true         | false
        all_are      | p3         | false        | true
        one_is_not   | p4         | true         | false
        one_is_not   | p5         | false        | false
        calm         | p6         | true         | false
        """,
    )
