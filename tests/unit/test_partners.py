"""What meetings, councils and agencies get: numbers, and nobody who can be named."""

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.agencies import agency_sheets
from pipeline.case_page import Case, render_case_sheets
from pipeline.case_sheet import (
    HIDDEN,
    LINES,
    case_sheets,
    months_only,
    pseudonyms,
    told_of,
)
from pipeline.consents import agreed, keep_consent
from pipeline.council import NO_TONG, council_brief
from pipeline.disclosure import SMALL, TOTAL, WITHHELD
from pipeline.dong_profile import NO_DATA, dong_profile
from pipeline.errors import NotConfirmed, NotReady, OptionError
from pipeline.referral_id import make_referral_ids
from pipeline.settings import Office
from pipeline.support_team import team_round, wilson, write_team_round
from pipeline.warehouse import Warehouse
from tests.lib.loop import House, Listing, Result, loop_of
from tests.lib.referral_tables import AS_OF, BULDANG, ROUND, SINBANG, an_office
from tests.lib.sheet_tables import draw_round
from tests.lib.tables import load

Lines = list[dict[str, str]]
REF = make_referral_ids(b"k" * 32, ROUND, ["H0", "H1", "H2"])


def read(folder: Path, part: str) -> Lines:
    (file,) = (path for path in folder.iterdir() if part in path.name)
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def keyed(message: str) -> str:
    return hashlib.sha256(message.encode()).hexdigest()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def town() -> Iterator[Warehouse]:
    """28 households of Sinbang with a bill overdue, by 통, and a few besides."""
    homes = [f"A{n}" for n in range(9)] + [f"B{n}" for n in range(3)]
    homes += [f"C{n}" for n in range(16)] + ["SECRET", "MOVED", "FREE"]
    dongs = dict.fromkeys(homes, SINBANG)
    with draw_round(
        core_household="household_id | kind | current_dong_code | is_protected\n"
        + "\n".join(
            f"{h} | registered | {dongs[h]} | {'true' if h == 'SECRET' else 'false'}"
            for h in homes
        ),
        core_team=f"dong_code | team_name\n{SINBANG} | 신방팀",
        core_dong=f"dong_code | dong_name\n{SINBANG} | 신방동",
        core_event="household_id | source | event_type | subject | occurred_on "
        "| known_on | months_overdue | is_current\n"
        + "\n".join(
            f"{h} | nhis | {'gas' if h.startswith('C') else 'nhis'}_arrears | {h} "
            "| 2026-03-31 | 2026-04-05 | 5 | true"
            for h in homes
            if h != "FREE"
        ),
        out_referral=f"""
        referral_id | household_id | route | worked_by | escalate_ko | reason_1 | must_code
        {REF["H0"]} | A0           | team  | {SINBANG} | 여러 영역의 위기 | 공급중지 중 · 미성년 가구원이 있습니다 | CUT_CHILD
        {REF["H1"]} | A1           | team  | {SINBANG} |             | 건강보험료가 밀려 있습니다 |
        {REF["H2"]} | SECRET       | protected_officer | | 여러 영역의 위기 | 건강보험료가 밀려 있습니다 |
        """,
    ) as warehouse:  # fmt: skip
        load(
            warehouse,
            "core_household_member",
            "household_id | person_key | is_head BOOLEAN | is_dead BOOLEAN "
            "| birth_month_no INT | dong_code | file_id INT | row_no BIGINT\n"
            + "\n".join(
                f"{h} | p{n} | true | false | {12 * 1956} | "
                f"{BULDANG if h == 'MOVED' else SINBANG} | 1 | {n}"
                for n, h in enumerate(homes)
            ),
        )
        tongs = {"A": "1", "B": "2"}
        load(
            warehouse,
            "stg_resident",
            "file_id INT | row_no BIGINT | tong\n"
            + "\n".join(
                f"1 | {n} | {tongs.get(h[0], '10')}" for n, h in enumerate(homes)
            ),
        )
        load(warehouse, "stg_resident_change", "file_id INT | row_no BIGINT | tong")
        load(warehouse, "core_as_of", f"as_of DATE\n{AS_OF}")
        yield warehouse


def test_the_council_gets_counts_by_tong_that_tell_of_nobody(
    office: Office, town: Warehouse
) -> None:
    made, name = council_brief(office, town, ROUND, as_of=AS_OF, confirm_by="김담당")
    assert name == "김담당"
    rows = {row["통"]: row for row in read(made.folder, "council_brief")}
    # Of 3 in 통 2 and 1 of an unknown 통 nothing may follow from the totals; whoever
    # is protected, or has no sign in force, is in no count.
    assert list(rows) == ["1통", "2통", "10통", NO_TONG, TOTAL]
    assert [row["사회보험만"] for row in rows.values()] == ["X", "X", "0", "X", "13"]
    assert [row["에너지·수도만"] for row in rows.values()] == [
        "0",
        "0",
        "16",
        "0",
        "16",
    ]
    assert rows[TOTAL]["합계(세대)"] == "29"
    assert not {"SECRET", "A0", REF["H0"]} & set(str(rows).split("'"))
    again, kept = council_brief(office, town, ROUND, as_of=AS_OF, confirm_by="박과장")
    assert (again.already_published, kept) == (True, "김담당")


def test_nothing_leaves_without_a_name_or_of_another_day(
    office: Office, town: Warehouse
) -> None:
    with pytest.raises(NotConfirmed):
        council_brief(office, town, ROUND, as_of=AS_OF, confirm_by=" ")
    with pytest.raises(NotReady, match="was screened as of"):
        council_brief(
            office, town, ROUND, as_of=AS_OF + dt.timedelta(1), confirm_by="김담당"
        )
    assert not office.path("rounds").exists()


def test_a_dong_s_profile_tells_a_trend_only_where_both_counts_are_told(
    office: Office, town: Warehouse
) -> None:
    load(
        town,
        "core_coverage",
        "source | dong_code | month_no INT | state\n"
        f"nhis | {SINBANG} | {2026 * 12 + 1} | reports",
    )
    made = dong_profile(office, town, as_of=dt.date(2026, 6, 15), quarters=2)
    rows = read(made.folder, "dong_profile")
    told = {(r["분기"], r["행정동"], r["지표"]): r["세대수"] for r in rows}
    assert told["2025Q4", "신방동", "건강보험 체납"] == NO_DATA
    assert told["2026Q1", "신방동", "건강보험 체납"] == "13"
    assert told["2026Q1", "전체", "도시가스 체납"] == "16"
    assert {row["증감"] for row in rows} == {""}


rows_of_a_city = st.lists(
    st.fixed_dictionaries(
        {
            "dong": st.sampled_from(["신방동", "불당동", None]),
            "age": st.sampled_from(["30대", "60대", "70대"]),
            "kind": st.sampled_from(["1인 가구", "그 밖의 2인 이상 가구"]),
        }
    ),
    min_size=1,
    max_size=40,
)


@given(rows_of_a_city)
def test_a_sheet_says_no_more_than_fits_several_households(
    drawn: list[dict[str, str | None]],
) -> None:
    city = [
        {
            **row,
            "age_band": "40세 미만" if row["age"] == "30대" else "40세 이상",
            "kind_band": row["kind"],
        }
        for row in drawn
    ]
    for row in city:
        told = told_of(row, city)
        if told == (HIDDEN, HIDDEN, HIDDEN):
            continue
        alike = [
            one
            for one in city
            if any(
                told == tuple(HIDDEN if name is None else one[name] for name in line)
                for line in LINES
            )
        ]
        assert len(alike) >= SMALL
        assert row in alike
        assert told[0] == HIDDEN or row["dong"] is not None


def test_two_meetings_cannot_be_joined() -> None:
    homes = [f"H{n}" for n in range(300)]
    first, second = (pseudonyms(keyed, day, homes) for day in ("07-01", "08-01"))
    assert first == pseudonyms(keyed, "07-01", homes[::-1])
    assert len({*first.values()}) == len(homes)
    assert not {*first.values()} & {*second.values()}


def test_a_case_sheet_names_nobody(office: Office, town: Warehouse) -> None:
    load(town, "core_listing", "household_id | round | subject | referral_id | slot_kind "
         "| route | attempts INT | disposition | result_code\n"
         "A0 | 2026-R1 | s | r | must | team | 2 | locate | L1")  # fmt: skip
    load(town, "stg_result", "referral_id | attempt1_method | attempt2_method "
         "| attempt3_method\nr | visit | phone |")  # fmt: skip
    asked = {"as_of": AS_OF, "round_": ROUND, "meeting": "2026-06-20"}
    made = case_sheets(
        office, town, **asked, referral=None, confirm_by="김담당", keyed=keyed
    )
    assert sorted(made.behind.values()) == sorted([REF["H0"], REF["H2"]])
    (file,) = made.published.folder.glob("*.html")
    page = file.read_text("utf-8")
    for name in made.behind:
        assert f"<h1>{name}</h1>" in page
    for secret in ("A0", "SECRET", *REF.values(), "2026-05-31", "미성년 가구원"):
        assert secret not in page
    assert page.count("<dd>신방동</dd>") == 1  # not where the protected one lives
    assert "건강보험 3개월 체납(2026-05 기준)" in page
    assert "만나지 못해 소재 확인 — 연락두절" in page
    assert "2회 (전화·방문)" in page
    with pytest.raises(OptionError):
        case_sheets(
            office,
            town,
            **asked,
            referral="R20263-XXXXXXXXX",
            confirm_by="김",
            keyed=keyed,
        )


def test_days_are_told_as_months() -> None:
    assert months_only("수도 단수 2026-05-12(2026-05-20 재개)") == (
        "수도 단수 2026-05(2026-05 재개)"
    )
    assert months_only("공급이 19일 전에 중지") == "공급이 한 달 안에 중지"
    assert months_only("공급이 95일 전에 중지") == "공급이 약 3개월 전에 중지"


def test_what_a_case_says_is_text_and_no_markup() -> None:
    case = Case("사례-1", "<b>", "&", "k", "<i>", ("<s>",), (), (), 0, 0, None)
    page = render_case_sheets([case], meeting="<m>", as_of=AS_OF, mark="").decode()
    assert not any(word in page for word in ("<b>", "<i>", "<s>", "<m>"))


def test_an_agency_is_told_only_of_who_agreed(office: Office, town: Warehouse) -> None:
    load(town, "core_person_key", "person_key | household_id | is_dead BOOLEAN\n"
         "p1 | A0 | false\np2 | A1 | false\np3 | SECRET | false")  # fmt: skip
    load(
        town,
        "stg_visit",
        """
        ref_date DATE | known_on DATE | person_key | agency | starts_on DATE | ends_on DATE | next_visit_on DATE
        2026-05-31    | 2026-06-01    | p1         | 복지관 | 2025-01-01     |              | 2026-06-16
        2026-05-31    | 2026-06-01    | p1         | 보건소 | 2025-01-01     |              | 2026-06-19
        2026-05-31    | 2026-06-01    | p2         | 보건소 | 2025-01-01     |              | 2026-06-22
        2026-05-31    | 2026-06-01    | p2         | 복지관 | 2025-01-01     | 2026-02-01   | 2026-06-22
        2026-05-31    | 2026-06-01    | p3         | 보건소 | 2025-01-01     |              | 2026-06-16
        """,
    )
    load(town, "core_source_clock", "source | last_ref_date DATE\nvisit | 2026-05-31")
    town.execute(
        "INSERT INTO out_issued BY NAME SELECT round, referral_id, household_id, as_of, "
        "1 AS edition FROM out_referral"
    )
    day = AS_OF - dt.timedelta(3)
    keep_consent(town, REF["H1"], agency="보건소", on=day, kept_by="김담당")
    keep_consent(town, REF["H0"], agency="복지관", on=day, kept_by="김담당")
    keep_consent(
        town, REF["H0"], agency="복지관", on=AS_OF, kept_by="김담당", is_withdrawn=True
    )
    for back in (False, True):  # given and taken back on one day: it does not hold
        keep_consent(
            town, REF["H1"], agency="복지관", on=day, kept_by="김", is_withdrawn=back
        )
    assert agreed(town, day) == {("A1", "보건소"), ("A0", "복지관")}
    assert agreed(town, AS_OF) == {("A1", "보건소")}
    with pytest.raises(OptionError, match="no consent"):
        keep_consent(
            town, REF["H0"], agency="복지관", on=AS_OF, kept_by="김", is_withdrawn=True
        )
    office.path("keys").mkdir()
    made = agency_sheets(office, town, ROUND, as_of=AS_OF, confirm_by="김담당")
    assert [(name.split("_")[4], rows) for name, rows in made.sealed.items()] == [
        ("보건소", 1)
    ]
    counts = read(made.published.folder, "기관별")
    assert [(row["기관"], row["의뢰 세대"]) for row in counts] == [
        ("보건소", WITHHELD),
        ("복지관", WITHHELD),
    ]
    (twice,) = read(made.published.folder, "중복")
    assert twice["의뢰번호"] == REF["H0"]
    assert twice["예정된 방문"] == "복지관 2026-06-16 · 보건소 2026-06-19"
    again = agency_sheets(office, town, ROUND, as_of=AS_OF, confirm_by="김담당")
    assert again.published.already_published  # though a container's bytes differ


@pytest.mark.parametrize(
    ("helped", "told", "rate"),
    # 3 who were helped in the only dong: the total would tell them.
    [(3, WITHHELD, WITHHELD), (6, "6", "50% (25%~75%)")],
)
def test_the_support_team_s_report(
    office: Office, helped: int, told: str, rate: str
) -> None:
    listed, met, back = dt.date(2026, 3, 2), dt.date(2026, 3, 9), dt.date(2026, 4, 6)
    results = [
        *([Result(back, "S1", (met,), met)] * helped),
        *([Result(back, "N5", (met,), met)] * (8 - helped)),
        *([Result(back, "L1", (met,))] * 2),
        *([None] * 2),
    ]
    houses = [
        House(f"h{n}", (Listing("2026-R2", listed, result),))
        for n, result in enumerate(results)
    ]
    # Helped, but by its case manager: none of the team's.
    elsewhere = Result(back, "S1", (met,), met)
    other = Listing("2026-R2", listed, elsewhere, route="case_manager")
    houses.append(House("h99", (other,)))
    with loop_of(houses, AS_OF) as town:
        town.execute(f"UPDATE out_issued SET dong_code = '{SINBANG}'")
        town.execute(
            "INSERT INTO out_referral (round, referral_id, household_id, as_of, due_on, "
            f"route, worked_by) SELECT round, referral_id, household_id, as_of, as_of + 14, "
            f"'team', '{SINBANG}' FROM out_issued WHERE route = 'team'"
        )
        load(
            town,
            "core_team",
            f"dong_code | hub_code | fte DOUBLE | weekly_cases INT\n{SINBANG} | | 1.5 | 5",
        )
        found = team_round(town, "2026-R2", as_of=AS_OF)
        with pytest.raises(NotReady, match="no list of 2026-R5"):
            team_round(town, "2026-R5", as_of=AS_OF)
    made = write_team_round(office, found)
    dong, city = found.rows
    assert [dong[name] for name in ("met", "locate", "carried", "routed")] == [
        8,
        2,
        2,
        1,
    ]
    assert dong["listed"] == 8 + 2 + 2 + 1
    assert (dong["worked"], dong["load"], dong["days_to_contact"]) == (12, 8.0, 7)
    assert dong["contact_rate"] == "67% (39%~86%)"
    assert (dong["supported"], city["supported"]) == (told, told)
    assert dong["support_rate"] == city["support_rate"] == rate
    assert dong["overdue"] == 4
    text = (made.folder / next(n for n in made.files if n.endswith(".md"))).read_text()
    assert "h1" not in text.replace("h1.", "")
    assert text.splitlines()[0].endswith("(2026-06-15 기준) · 합성")
    again = write_team_round(office, found)
    assert again.already_published


def test_an_interval_is_that_of_the_models() -> None:
    from models.intervals import share_of

    for hits, seen in ((0, 0), (0, 5), (3, 12), (12, 12)):
        theirs = share_of(hits, seen)
        assert wilson(hits, seen) == pytest.approx((theirs.low, theirs.high))
