"""The report's part on coverage: signs beside colours, whole pages, no small counts."""

import datetime as dt
import re
from dataclasses import replace
from xml.etree import ElementTree

from pipeline.coverage import DUE_DAYS, regular_sources
from pipeline.coverage_findings import KINDS, SourceCoverage, month_text
from pipeline.report_coverage import CoverageFigures, coverage_sections
from pipeline.report_heat import SIGNS, HeatMap, heat_map, legend
from pipeline.report_words import FLAG_KO, SOURCE_KO, SOURCE_SHORT_KO

WATER = SourceCoverage(
    source="water",
    files_expected=5,
    files_arrived=4,
    files_missing=1,
    last_ref_date=dt.date(2026, 5, 31),
    days_old=45,
    is_stale=False,
    dongs_reporting=1,
    dongs_silent=1,
    dongs_without=0,
    homes=1_000,
    homes_unseen=100,
    homes_blind=400,
)
MAP = HeatMap(["서동", "동동"], ["수도"], {(0, 0): "seen", (1, 0): "silent"})
FIGURES = CoverageFigures(
    sources=[WATER],
    dongs=MAP,
    months=HeatMap(["수도"], ["26-05"], {(0, 0): "missing"}),
    silent={"water": ["동동"]},
    nothing={},
    flags={"water": ["다른 출처보다 2배 이상: 서동"]},
    meters=(1, 3, 5_000),
    overrides=[
        {
            "accepted_at": dt.datetime(2026, 5, 10, 10, 0, tzinfo=dt.UTC),
            "accepted_by": "김담당",
            "source": "water",
            "file_name": "WATER_<STOP>.csv",
            "rejected": 70,
            "data_rows": 900,
            "reason": "고칠 수 없음",
        }
    ],
    in_doubt={"refused_files": 2, "rejected_rows": 70},
)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_each_source_tells_files_age_and_dark_dongs() -> None:
    page = words(coverage_sections(FIGURES))
    # (100 + 400) / 1,000 homes are not seen; three households are a small number.
    assert (
        "상수도 체납·정수 5 4 1 2026-05-31 45일 50.0% 침묵: 동동 다른 출처보다" in page
    )
    assert "공동 계량기 1개 뒤의 5 미만세대: 체납 5,000원" in page
    assert "격리 중인 파일 2개, 반려된 행 70행" in page
    assert "2026-05-10 상수도 체납·정수 WATER_&lt;STOP&gt;.csv 70 / 900" in page
    assert "김담당" not in page


def test_a_share_of_a_few_homes_is_not_told() -> None:
    few = replace(WATER, homes_unseen=0, homes_blind=3)
    page = words(coverage_sections(replace(FIGURES, sources=[few])))
    assert "0.1% 미만" in page
    assert "0.3%" not in page


def test_before_coverage_was_counted_nothing_is_shown() -> None:
    assert coverage_sections(None) == ""


def test_a_map_has_a_sign_for_each_state_and_breaks_over_no_page() -> None:
    signs = [sign for _, sign in SIGNS.values()]
    assert len(set(signs)) == len(signs)
    for part in re.findall(r"<svg.*?</svg>", heat_map(MAP, "관측", 90)):
        found = [t.text for t in ElementTree.fromstring(part).iter("text")]
        assert found == ["수도", "서동", "●", "동동", "!"]
    long = HeatMap([f"{n}동" for n in range(70)], ["수도"], {(69, 0): "nothing"})
    charts = re.findall(r"<svg.*?</svg>", heat_map(long, "관측", 90))
    assert [chart.count("동</text>") for chart in charts] == [32, 32, 6]
    assert [chart.count("×") for chart in charts] == [0, 0, 1]
    assert "보고한 적 없음" in legend({"nothing": "보고한 적 없음"})


def test_every_regular_source_and_flag_has_its_words() -> None:
    assert set(SOURCE_SHORT_KO) == set(regular_sources())
    assert set(regular_sources()) <= set(SOURCE_KO)
    assert {kind.replace("_", " ") for kind in FLAG_KO} <= set(KINDS)
    assert set(DUE_DAYS) == {"monthly", "twice a month", "every half year"}
    assert [month_text(2026 * 12 + m) for m in (1, 12)] == ["2026-01", "2026-12"]
