"""The personas in a made-up town, from its files to the list, by the commands alone."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.twin.facts import load_town
from tests.lib.towns import AS_OF, SEED, done

# The office keeps the outcomes of its rounds for longer than the holders' files.
KEPT, FIRST_KEPT = ("HISTORY_", "RESIDENT_2", "TEAM_", "KIKcd_H."), "202512"
SHEETS = ("변동알림", "시설", "지정담당자", "희망복지지원단", "솔루션회의")
# What an officer must read in a persona's line.
READS = {
    "A": "건강보험료를 16개월째 내지 못하고 있습니다",
    "B": "건강보험료를 22개월째 내지 못하고 있습니다",
    "B17": "건강보험료를 17개월째 내지 못하고 있습니다",
    "C": "도시가스 공급이 중지된 상태입니다",
    "D": "밀린 요금이나 대금이 3가지입니다",
    "E": "임대료나 관리비가 5개월 밀려 있습니다",
    "F": "도시가스 공급이 33일 전에 중지된 적이 있습니다",
    "I": "국민연금을 64개월째 납부예외로 내지 않고 있습니다",
    "J": "사업장 보험료를 7개월째 내지 못하고 있습니다",
    "K": "건강보험료를 8개월째 내지 못하고 있습니다",
    "L": "건강보험료를 6개월째 내지 못하고 있습니다",
}


@dataclass(frozen=True)
class Seen:
    """What came of one persona: its truth, score and line (None = not listed).

    `sheets`: its lines on the sheets beside the lists, by the title of the sheet.
    """

    told: Mapping[str, Any]
    explained: Mapping[str, Any]
    line: Mapping[str, str] | None
    sheets: Mapping[str, Mapping[str, str]]

    @property
    def score(self) -> float:
        """Its score under the model of the round."""
        return float(self.explained["score"])


def _more_hands(inbox: Path) -> None:
    """Give every team the hands to see everybody: a list then has all the eligible."""
    for file in inbox.glob("TEAM_*.csv"):
        rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
        hands, weekly = rows[0].index("인력"), rows[0].index("주당건수")
        for row in rows[1:]:
            if float(row[hands]) > 0:
                row[hands], row[weekly] = "3.00", "40"
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)


def _fewer_files(inbox: Path) -> None:
    """Take the holders' files away that are older than half a year."""
    for file in inbox.iterdir():
        month = re.search(r"20\d{4}", file.name)
        if month and month[0] < FIRST_KEPT and not file.name.startswith(KEPT):
            file.unlink()


def _lines(round_folder: Path, title: str) -> dict[str, dict[str, str]]:
    """Every line of the round's files of a title by its reference."""
    lines = {}
    for file in round_folder.glob(f"{title}_*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as rows:
            for row in csv.DictReader(rows):
                if "의뢰번호" in row:
                    lines[row["의뢰번호"]] = row
    return lines


def _run(*words: str) -> None:
    """A program of its own: a second Prefect server in one process finds no door."""
    found = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("personas") / "office"
    done("init", "--office", str(root), "--synthetic-seed", str(SEED))
    # 18 months hold the seven rounds in which nobody met A.
    town = ("--households", "600", "--months", "18", "--seed", str(SEED))
    day = ("--office", str(root), "--as-of", AS_OF.isoformat())
    done("twin", *town, *day, "--personas")
    _more_hands(root / "inbox")
    _fewer_files(root / "inbox")
    done("ingest", *day)
    _run("run", "round", *day, "--from", "screen", "--confirm-by", "홍길동")
    return root


@pytest.fixture(scope="module")
def cast(office: Path) -> dict[str, Seen]:
    truth = (office / "truth" / "personas.json").read_text(encoding="utf-8")
    (folder,) = (office / "rounds").iterdir()
    lines, seen = _lines(folder, "의뢰목록"), {}
    sheets = {title: _lines(folder, title) for title in SHEETS}
    ids = _household_ids(office)
    for letter, told in json.loads(truth).items():
        words = ("--household", ids[told["household"]], "--as-of", AS_OF.isoformat())
        text = done("explain", *words, "--office", str(office), "--json").stdout
        explained = json.loads(text)
        reference = explained.get("referral_id") or ""
        others = {t: rows[reference] for t, rows in sheets.items() if reference in rows}
        seen[letter] = Seen(told, explained, lines.get(reference), others)
    return seen


def _household_ids(office: Path) -> dict[str, str]:
    """세대번호 → household_id, by the office's own keys."""
    from pipeline.household import registered_household_id
    from pipeline.identity import load_keys, registry_no_key
    from pipeline.settings import load_office

    keys = load_keys(load_office(office))
    truth = (office / "truth" / "personas.json").read_text(encoding="utf-8")
    numbers = [one["household"] for one in json.loads(truth).values()]
    return {n: registered_household_id(registry_no_key(keys, n)) for n in numbers}


def line_of(cast: dict[str, Seen], letter: str) -> Mapping[str, str]:
    """A persona's line on its list."""
    line = cast[letter].line
    assert line is not None, f"{letter} is on no list"
    return line


@pytest.mark.parametrize("letter", READS)
def test_its_line_says_why(cast: dict[str, Seen], letter: str) -> None:
    line = line_of(cast, letter)
    reasons = [line[f"사유{place}"] for place in (1, 2, 3)]
    assert READS[letter] in reasons


def test_a_who_was_never_met_is_escalated_by_the_seventh_notice(
    cast: dict[str, Seen],
) -> None:
    line, told = line_of(cast, "A"), cast["A"].told
    assert told["listed_without_contact"] == 7
    assert "최근 24개월 동안 7번 안내 대상이었으나 아직 만나지 못했습니다" in (
        line["사유1"], line["사유2"], line["사유3"],
    )  # fmt: skip
    assert line["위험구간"] == "매우 높음"
    # To be located, as the seven notices went to an address where nobody is: what
    # accounts and register cannot tell, the 통·이장 may know.
    assert line["의뢰구분"] in ("필수 방문", "소재 확인")
    assert line["첫 조치"] == "통·이장에게 거주 여부 문의"
    meeting = cast["A"].sheets["솔루션회의"]
    assert "7회 의뢰" in meeting["회부 사유"]
    assert (meeting["선정 횟수"], meeting["접촉 횟수"]) == ("7", "0")


def test_b_with_22_months_does_not_rank_below_its_twin_with_17(
    cast: dict[str, Seen],
) -> None:
    assert cast["B"].score >= cast["B17"].score
    assert int(line_of(cast, "B")["방문순서"]) < int(line_of(cast, "B17")["방문순서"])


def test_c_gets_the_unit_of_its_gas_account_and_is_urgent(
    cast: dict[str, Seen],
) -> None:
    line = line_of(cast, "C")
    assert line["주소"].endswith("(가스 계약 주소: 203호)")
    assert line["위험구간"] == "매우 높음"
    assert line["첫 조치"].startswith("당일 긴급복지 해당 여부 확인")
    assert line["첫 조치"].endswith("요금 청구지의 동·호수로 방문")
    assert "5회 의뢰" in cast["C"].sheets["솔루션회의"]["회부 사유"]
    assert "이전 선정 5회(접촉 기록 없음)" in line["확인된 사실"]


def test_d_appears_through_breadth_though_each_sum_is_small(
    cast: dict[str, Seen],
) -> None:
    line = line_of(cast, "D")
    for fact in ("도시가스 2개월 체납", "건강보험 4개월 체납", "카드대금 2개월 체납"):
        assert fact in line["확인된 사실"]
    assert cast["D"].score > cast["B17"].score


def test_e_is_said_to_be_utility_blind(cast: dict[str, Seen]) -> None:
    fact = "공동주택 관리비에 포함된 전기·수도는 확인할 수 없음"
    assert fact in line_of(cast, "E")["확인된 사실"]


def test_f_whose_gas_came_back_the_next_day_is_not_urgent(
    cast: dict[str, Seen],
) -> None:
    line = line_of(cast, "F")
    assert "긴급복지" not in line["첫 조치"]
    assert "재개 기록 없음" not in line["확인된 사실"]
    assert "2026-05-30 재개" in line["확인된 사실"]
    assert cast["F"].score < cast["C"].score


def test_g_is_not_credited_with_the_buildings_debt(cast: dict[str, Seen]) -> None:
    assert cast["G"].line is None
    assert cast["G"].explained["eligibility"] == "NO_SIGNAL"
    assert cast["G"].score == 0


def test_h_goes_to_its_case_manager_and_to_no_list(cast: dict[str, Seen]) -> None:
    assert cast["H"].line is None
    assert cast["H"].explained["eligibility"] == "CASE_MANAGED"
    (title,) = cast["H"].sheets
    assert title == "변동알림"
    line = cast["H"].sheets[title]
    assert line["사례관리자"] == "모담당"
    assert cast["H"].told["since"] in line["조사 이후 변동"]


def test_only_who_was_never_met_or_has_many_troubles_goes_to_the_meeting(
    cast: dict[str, Seen],
) -> None:
    at_meeting = {one for one, seen in cast.items() if "솔루션회의" in seen.sheets}
    assert {"A", "C"} <= at_meeting
    assert not at_meeting & {"B", "B17", "E", "F", "G", "H", "J", "K", "L"}


def test_i_exempted_for_years_is_no_safer_than_a_payer_in_arrears(
    cast: dict[str, Seen],
) -> None:
    assert cast["I"].score >= cast["L"].score  # a month less of insurance than L
    assert "국민연금 납부예외 64개월" in line_of(cast, "I")["확인된 사실"]


def test_j_is_reached_through_the_business_of_its_head(cast: dict[str, Seen]) -> None:
    line = line_of(cast, "J")
    assert line["성명"] == "탁하람"
    closed = cast["J"].told["since"]
    assert f"사업장 휴업·폐업({closed})" in line["확인된 사실"]


def test_k_lists_who_is_alive_and_not_the_dead(cast: dict[str, Seen]) -> None:
    line = line_of(cast, "K")
    assert line["성명"] == "구슬기"
    assert "표한결" not in " ".join(line.values())


def test_l_lands_in_the_dong_that_its_address_lies_in(
    cast: dict[str, Seen],
) -> None:
    told, line = cast["L"].told, line_of(cast, "L")
    assert told["dong_registered"] != told["dong"]
    (name,) = [d.name for d in load_town("cheonan").dongs if d.code == told["dong"]]
    assert line["행정동"] == name


def test_every_line_has_its_place_in_the_order_of_visits(
    cast: dict[str, Seen],
) -> None:
    for letter in READS:
        assert re.fullmatch(r"[1-9]\d*", line_of(cast, letter)["방문순서"])
