"""The round's report: every figure, nothing to execute or fetch, no small counts."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from data_contracts.rejects import Reject
from pipeline.disclosure import small_count
from pipeline.errors import DiskError, NotReady
from pipeline.linkage import MatchReason
from pipeline.referral import build_referrals
from pipeline.report import write_report
from pipeline.report_charts import CapacityBar, Column, capacity_chart, histogram
from pipeline.report_data import SourceRows, round_figures
from pipeline.report_words import LINK_KO, REJECT_KO
from pipeline.settings import Office
from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import (
    AS_OF,
    BULDANG,
    ROUND,
    SINBANG,
    an_office,
    draw_town,
)

TIMINGS = {"ingest": 12.34, "another": 3.0}


def several(template: str, count: int) -> str:
    return "\n".join(template.format(n=n) for n in range(count))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Warehouse]:
    with draw_town(
        core_team=f"""
        dong_code | team_name | hub_code | fte
        {SINBANG} | <신방>팀  |          | 1
        {BULDANG} | 불당팀    |          | 1
        """,
        core_dong=f"""
        dong_code | dong_name
        {SINBANG} | 신방동
        {BULDANG} | 불당1동
        """,
        core_household="household_id | is_protected | current_dong_code\n"
        + several(f"S{{n:02d}} | false | {SINBANG}\n", 12)
        + several(f"B{{n:02d}} | false | {BULDANG}\n", 3)
        + several(f"P{{n:02d}} | true  | {BULDANG}\n", 2),
        core_event="household_id\n" + several("S{n:02d}\n", 12) + several("B{n:02d}\n", 3),
        core_source_clock="""
        source | last_ref_date | last_known_on | files | is_stale
        nhis   | 2026-05-31    | 2026-06-05    | 2     | false
        gas    | 2026-03-31    | 2026-04-05    | 1     | true
        """,
        core_file="""
        file_id | source | known_on   | rows | accepted | rejected | repeated | superseded | skipped | rejected_by_code
        1       | nhis   | 2026-05-05 | 100  | 90       | 4        | 3        | 2          | 1       | {"RRN_MASKED": 3, "DATE_BAD": 1}
        2       | nhis   | 2026-06-05 | 50   | 49       | 1        | 0        | 0          | 0       | {"RRN_MASKED": 1}
        3       | gas    | 2026-04-05 | 10   | 9        | 0        | 0        | 0          | 0       | {}
        4       | gas    | 2026-06-15 | 999  | 999      | 0        | 0        | 0          | 0       | {}
        """,
        core_link="""
        source | reason
        gas    | NO_MATCH
        gas    | NAME_PHONE
        gas    | NAME_PHONE
        """,
        out_score="household_id | score\n"
        + several("S{n:02d} | {n}\n", 12)
        + several("B{n:02d} | 0.5\n", 3),
    ) as warehouse:  # fmt: skip
        office = an_office(tmp_path)
        build_referrals(office, warehouse, ROUND, as_of=AS_OF, referral_key=b"k")
        yield warehouse


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def page_of(office: Office, town: Warehouse) -> str:
    path = write_report(office, town, ROUND, TIMINGS, office.root / "report")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return path.read_text(encoding="utf-8")


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("</style>")[1]))


def test_the_figures_are_those_of_the_round(town: Warehouse) -> None:
    figures = round_figures(town, ROUND, weeks=8)
    assert figures.as_of == AS_OF
    assert figures.sources == [
        # A file received on the day itself is not counted: it was not seen.
        SourceRows("gas", 1, 10, 9, 0, 0, 0, 0, {}),
        SourceRows("nhis", 2, 150, 139, 5, 2, 3, 1, {"DATE_BAD": 1, "RRN_MASKED": 4}),
    ]
    assert [source.balances for source in figures.sources] == [False, True]
    assert [f.days_old for f in figures.freshness] == [76, 15]
    # 1 FTE x 1 a week x 8 weeks = 8 places; 12 and 3 households may be listed.
    assert [(u.dongs, u.places, u.eligible, u.listed) for u in figures.units] == [
        ("신방동", 8, 12, 8),
        ("불당1동", 8, 3, 3),
    ]
    assert [(d.dong_name, d.eligible, d.listed) for d in figures.dongs] == [
        ("신방동", 12, 8),
        ("불당1동", 3, 3),
    ]
    assert sum(column.count for column in figures.scores) == 15
    assert sum(column.marked for column in figures.scores) == 11
    assert figures.eligibility["PROTECTED_ADDRESS"] == 2


def test_the_page_tells_each_part_in_korean(office: Office, town: Warehouse) -> None:
    words = words_of(page_of(office, town))
    for told in (
        "합성 자료 — 실제 사람이 아닙니다",
        "천안시 2026-R3 회차 보고서",
        "건강보험 체납 2 150 139 5 2 3 1 일치 날짜 오류 1, 주민번호 가림 4",
        "도시가스 체납·중지 1 10 9 0 0 0 0 불일치",
        "도시가스 체납·중지 2026-03-31 2026-04-05 76일 1 오래됨",
        "신방동 8 / 8",
        "성명·연락처 일치 2 66.7%",
        "입수 12.3초",
        "another 3.0초",
        "합계 15.3초",
    ):
        assert told in words, told


def test_the_page_is_self_contained_and_well_formed(
    office: Office, town: Warehouse
) -> None:
    page = page_of(office, town)
    assert not re.search(r"<script|https?:|src=|href=|url\(|@import", page)
    assert "&lt;신방&gt;팀" in page
    body = page.replace("<!DOCTYPE html>", "")
    body = re.sub(r"<meta ([^>]*)>", r"<meta \1/>", body)
    ElementTree.fromstring(body)
    assert page == page_of(office, town)


def test_a_few_households_of_a_dong_are_not_counted_out(
    office: Office, town: Warehouse
) -> None:
    words = words_of(page_of(office, town))
    assert "불당1동 3 / 8" in words  # a list's length is no secret of anybody
    assert "불당1동 불당팀 5 미만 3 0" in words
    assert "열람제한(지정 담당자 전용) 5 미만" in words
    assert [small_count(n) for n in (0, 1, 4, 5, 1234)] == [
        "0", "5 미만", "5 미만", "5", "1,234",
    ]  # fmt: skip


def test_every_reason_has_its_korean_words() -> None:
    assert set(LINK_KO) == {reason.value for reason in MatchReason}
    assert set(REJECT_KO) == {code.value for code in Reject}


def test_a_real_town_carries_no_banner(tmp_path: Path, town: Warehouse) -> None:
    office = an_office(
        tmp_path, office={"name": "천안시", "dong_prefixes": ("44131", "44133")}
    )
    assert "합성" not in page_of(office, town)


def test_a_round_never_screened_has_no_report(office: Office, town: Warehouse) -> None:
    with pytest.raises(NotReady) as caught:
        write_report(office, town, "2026-R2", {}, office.root)
    assert caught.value.what == "round 2026-R2 was not screened yet"


def test_a_folder_that_cannot_be_made_is_said(office: Office, town: Warehouse) -> None:
    (office.root / "file").write_text("in the way")
    with pytest.raises(DiskError):
        write_report(office, town, ROUND, TIMINGS, office.root / "file")


def test_many_scores_are_binned_and_none_is_lost(town: Warehouse) -> None:
    town.execute("UPDATE out_score SET score = hash(household_id) / 1e19")
    scores = round_figures(town, ROUND, weeks=8).scores
    assert sum(column.count for column in scores) == 15
    town.execute(
        "INSERT INTO out_score BY NAME SELECT round, as_of, household_id || 'x' AS "
        "household_id, model, score + 0.01 AS score FROM out_score"
    )
    town.execute(
        "INSERT INTO out_eligibility SELECT round, household_id || 'x', is_eligible, "
        "reason FROM out_eligibility"
    )
    scores = round_figures(town, ROUND, weeks=8).scores
    assert (len(scores), sum(column.count for column in scores)) == (20, 30)


def test_charts_of_nothing_are_still_charts() -> None:
    assert "NaN" not in histogram([], "t") + capacity_chart([], "t")
    ElementTree.fromstring(histogram([Column("<0>", 0, 0)], "a & b"))
    ElementTree.fromstring(capacity_chart([CapacityBar("가", 0, 0, "0 / 0")], "t"))
