"""A round walked by hand: half a list back, the rest, a change, transfers, parked."""

import csv
import datetime as dt
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data_contracts.outputs import HEADERS_KO
from pipeline.mention import BILL_KO, CONTEXT_KO, EVENT_KO, STOP_KO, Mention
from pipeline.office import open_warehouse
from pipeline.policy_file import shipped
from pipeline.reason_card import render_cards
from pipeline.settings import load_office
from tests.lib import files
from tests.lib.towns import done, make_town

KEPT = ("NHIS_", "RESIDENT_2", "TEAM_", "KIKcd_H.", "KEPCO_LIMIT_202606")
# Two hubs of two dongs, whose teams sit in the first of each.
DONGS = ("4413157000", "4413158000", "4413359000", "4413351000")
FIRST, NEXT = "2026-07-01", "2026-09-01"
BY = ("--by", "김담당")
Row = dict[str, str]


def two_hubs(root: Path) -> None:
    """Few files, and everybody lives in four dongs."""
    for file in sorted((root / "inbox").iterdir()):
        if not file.name.startswith(KEPT):
            file.unlink()
        elif file.name.startswith("TEAM_") and file.suffix == ".csv":
            file.write_text(roster("1"), encoding="utf-8-sig")
        elif not file.name.startswith("KIK"):
            content = re.sub(rb"(?<!\d)4413[13]\d{5}(?!\d)", _moved, file.read_bytes())
            file.write_bytes(content)


def roster(fte: str, weekly: int = 4) -> str:
    """Who serves them; `fte` is that of the second hub's only team."""
    rows = [
        f"{dong},{dong}팀,{hub},{hands if dong == hub else 0},{weekly},20241101,"
        for hub, hands in ((DONGS[0], "1"), (DONGS[2], fte))
        for dong in DONGS
        if dong[:5] == hub[:5]
    ]
    return (
        "\n".join(["행정동코드,팀명,권역코드,인력,주당건수,시작일,종료일", *rows])
        + "\n"
    )


def _moved(found: re.Match[bytes]) -> bytes:
    code = found[0].decode()
    near = [dong for dong in DONGS if dong[:5] == code[:5]]
    return near[sum(map(int, code)) % 2].encode()


class Walk:
    """An office and what was told on the way."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.told: dict[str, Any] = {}

    def do(self, *words: str) -> str:
        return done(*words, "--office", str(self.root)).stdout

    def ask(self, *words: str) -> Any:
        return json.loads(self.do(*words, "--json"))

    def round(self, day: str, kind: str = "csv") -> None:
        self.do("ingest", "--as-of", day)
        self.do("screen", "--as-of", day)
        self.do("export", "--as-of", day, "--confirm-by", "김", "--format", kind)

    def lists(self, round_: str) -> dict[str, list[Row]]:
        return {
            file.name.split("_")[2]: list(
                csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline=""))
            )
            for file in sorted((self.root / "rounds" / round_).glob("의뢰목록_*.csv"))
        }

    def back(self, name: str, content: bytes, day: str) -> Any:
        files.write(self.root / "inbox", name, content, day)
        told = self.ask("ingest", "--as-of", day)
        (self.told[name],) = (one for one in told if one["file"] == name)
        return self.told[name]

    def queue(self, day: str) -> dict[str, dict[str, Any]]:
        return {
            one["referral_id"]: one
            for one in self.ask("locate", "list", "--as-of", day)
        }

    def rows(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        with open_warehouse(load_office(self.root), read_only=True) as warehouse:
            return warehouse.rows(sql, params)


def as_csv(rows: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


MET = {"접촉일": "2026-07-10", "결과코드": "S3", "필요확인": "Y", "위기도": "4"}
CODES = ("L6", "L7", "L8", "L9")


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Everything in the order of days; each test looks at one thing of it."""
    walk = Walk(tmp_path_factory.mktemp("hand") / "office")
    make_town(walk.root, households=150, months=4)
    two_hubs(walk.root)
    walk.do("ingest", "--as-of", FIRST)
    for name in ("one", "two"):
        shutil.copytree(walk.root, walk.root.with_name(name))
    walk.round(FIRST, "both")
    lists = walk.lists("2026-R4")
    walk.told["first"] = lists
    walk.told["replay"] = out_tables(walk)
    _two_halves(walk, lists[DONGS[0]])
    _unreached(walk, lists[DONGS[3]] + lists[DONGS[2]])
    _transfers(walk)
    walk.round(NEXT)
    walk.told["second"] = state(walk, "2026-R5")
    walk.told["second_lists"] = walk.lists("2026-R5")
    return walk


def out_tables(walk: Walk) -> list[list[tuple[Any, ...]]]:
    return [
        walk.rows(f"FROM {table} WHERE round = '2026-R4' ORDER BY ALL")
        for table in ("out_score", "out_eligibility", "out_referral", "out_unit")
    ]


def _two_halves(walk: Walk, rows: list[Row]) -> None:
    half = len(rows) // 2
    filled = [row | MET if n < half else row for n, row in enumerate(rows)]
    walk.back("앞 절반.csv", as_csv(filled), "2026-07-20")
    (book_file,) = (walk.root / "rounds/2026-R4").glob(f"의뢰목록_*{DONGS[0]}*.xlsx")
    book = openpyxl.load_workbook(book_file)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[2]}
    for number in range(3 + half, 3 + len(rows)):
        for header, value in (MET | {"접촉일": dt.date(2026, 7, 14)}).items():
            sheet.cell(number, at[header]).value = value
    content = io.BytesIO()
    book.save(content)
    walk.back("딴 이름 (2).xlsx", content.getvalue(), "2026-07-24")
    walk.told["halves"] = results(walk)
    changed = rows[0] | {"결과코드": "N1", "담당자판단": "변경", "변경사유": "재확인"}
    walk.back("고침.csv", as_csv([changed]), "2026-07-28")


def results(walk: Walk) -> dict[str, list[tuple[Any, ...]]]:
    """Every word that is on record of a referral, file by file."""
    found = walk.rows(
        "SELECT referral_id, f.file_name, result_code, contacted_on, need_confirmed, "
        "officer_decision FROM acc_result JOIN core_file AS f USING (file_id) "
        "ORDER BY f.known_on, referral_id"
    )
    return {
        id_: [row[1:] for row in found if row[0] == id_]
        for id_ in {r[0] for r in found}
    }


def _unreached(walk: Walk, rows: list[Row]) -> None:
    """Four who live alone and are away for long, one of several, four who moved."""
    living = dict(
        walk.rows(
            "SELECT referral_id, members_alive FROM out_referral "
            "JOIN core_household USING (household_id)"
        )
    )
    alone = [row for row in rows if living[row["의뢰번호"]] == 1][:4]
    shared = [row for row in rows if living[row["의뢰번호"]] > 1][:5]
    vain = {"1차시도일": "2026-07-15", "1차방법": "방문"}
    told = [
        row | vain | {"결과코드": code}
        for row, code in zip(alone + shared, (*CODES, "L6", *["L3"] * 4), strict=True)
    ]
    walk.back("미접촉.csv", as_csv(told), "2026-07-30")
    ids = [row["의뢰번호"] for row in told]
    walk.told |= {"alone": ids[:4], "shared": ids[4], "moved": ids[5:]}


def _transfers(walk: Walk) -> None:
    within, accepted, refused, waiting = walk.told["moved"]
    walk.told["suggested"] = walk.queue("2026-08-01")
    here = walk.told["suggested"][within]["dong_code"]
    walk.told["from"], walk.told["to"] = here, DONGS[0]
    day, answer = ("--as-of", "2026-08-02"), ("--as-of", "2026-08-05")
    walk.do("locate", "transfer", within, "--to", DONGS[0], *BY, *day)
    for one in (accepted, refused, waiting):
        walk.do("locate", "transfer", one, "--to-city", "아산시", *BY, *day)
    walk.told["meanwhile"] = walk.queue("2026-08-04")
    walk.do("locate", "decide", accepted, "--accepted", *BY, *answer)
    walk.do("locate", "decide", refused, "--refused", *BY, *answer)
    walk.told["answered"] = walk.queue("2026-08-06")
    walk.do("notice", "add", within, "--from", "telecom", "--on", "2026-07-20")
    walk.do("notice", "add", refused, "--from", "landlord", "--on", "2026-08-10")


def state(walk: Walk, round_: str) -> dict[str, list[Any]]:
    """How every referral of the first round stands in another: why, where, as what."""
    return {
        id_: rest
        for id_, *rest in walk.rows(
            "SELECT i.referral_id, e.reason, r.dong_code, r.slot_kind, r.caution_ko "
            "FROM out_issued AS i LEFT JOIN out_eligibility AS e "
            "ON e.household_id = i.household_id AND e.round = $round "
            "LEFT JOIN out_referral AS r "
            "ON r.household_id = i.household_id AND r.round = $round "
            "WHERE i.round = '2026-R4'",
            round=round_,
        )
    }


def test_both_halves_of_a_list_are_kept(walk: Walk) -> None:
    rows = walk.told["first"][DONGS[0]]
    kept = walk.told["halves"]
    assert len(rows) > 4
    for n, row in enumerate(rows):
        said = [one for one in kept[row["의뢰번호"]] if one[1] is not None]
        name = "앞 절반.csv" if n < len(rows) // 2 else "딴 이름 (2).xlsx"
        day = dt.date(2026, 7, 10 if n < len(rows) // 2 else 14)
        assert said == [(name, "S3", day, "Y", None)]
    assert "other than" not in walk.told["딴 이름 (2).xlsx"]["message"]


def test_a_changed_cell_counts_is_told_and_the_earlier_stays_on_record(
    walk: Walk,
) -> None:
    changed = walk.told["first"][DONGS[0]][0]["의뢰번호"]
    assert [one[1] for one in results(walk)[changed]] == ["S3", None, "N1"]
    told = walk.told["고침.csv"]["message"]
    assert "1 new or changed, 1 other than an earlier list said (row 2)" in told
    # What the later list left blank still holds.
    assert walk.rows(
        "SELECT result_code, contacted_on, need_confirmed FROM core_listing "
        "WHERE referral_id = $id",
        id=changed,
    ) == [("N1", dt.date(2026, 7, 10), "Y")]


def test_who_moved_is_suggested_for_a_transfer_until_somebody_took_over(
    walk: Walk,
) -> None:
    within, accepted, refused, waiting = walk.told["moved"]
    why = {
        when: [
            walk.told[when].get(id_, {}).get("transfer_why")
            for id_ in walk.told["moved"]
        ]
        for when in ("suggested", "meanwhile", "answered")
    }
    assert why["suggested"] == ["L3"] * 4
    assert why["meanwhile"] == [None] * 4
    assert why["answered"] == [None, None, "L3", None]
    answered = walk.told["answered"]
    assert accepted not in answered
    assert (answered[refused]["state"], answered[waiting]["state"]) == (
        "open",
        "transfer_offered",
    )


def test_the_next_lists_show_who_owns_a_household_that_moved(walk: Walk) -> None:
    within, accepted, refused, waiting = walk.told["moved"]
    now = walk.told["second"]
    assert walk.told["from"] != walk.told["to"]
    assert now[within][:3] == ["ELIGIBLE", walk.told["to"], "locate"]
    assert now[accepted][:2] == ["TRANSFERRED", None]
    for one in (refused, waiting):
        assert now[one][:2] == ["ELIGIBLE", walk.told["suggested"][one]["dong_code"]]
    assert "이관 요청 중" in now[waiting][3]
    assert "이관 요청 중" not in (now[refused][3] or "")
    names = {
        row["의뢰번호"]: row["성명"]
        for rows in walk.told["first"].values()
        for row in rows
    }
    lists = walk.told["second_lists"]
    shown = {dong: [row["성명"] for row in rows] for dong, rows in lists.items()}
    assert names[within] in shown[walk.told["to"]]
    assert names[within] not in shown[walk.told["from"]]
    assert names[accepted] not in sum(shown.values(), [])


def test_the_parked_come_back_on_their_day_and_no_code_closes(walk: Walk) -> None:
    queue = walk.queue("2026-08-01")
    alone, shared = walk.told["alone"], walk.told["shared"]
    days = [queue[id_]["due_on"] for id_ in alone]
    assert days == ["2026-08-29", "2026-08-29", "2026-10-28", "2027-01-26"]
    assert {queue[id_]["state"] for id_ in alone} == {"parked"}
    assert queue[shared]["state"] == "open"
    now = walk.told["second"]
    assert [now[id_][0] for id_ in alone] == ["ELIGIBLE"] * 2 + ["PARKED"] * 2
    eve = walk.queue("2026-10-27")
    day = walk.queue("2026-10-28")
    assert (eve[alone[2]]["state"], day[alone[2]]["state"]) == ("parked", "open")
    late = walk.queue("2027-01-26")
    assert (late[alone[3]]["state"], late[alone[3]]["is_relisted"]) == ("open", True)


def test_a_notice_that_is_late_is_told_by_status_report_and_due(walk: Walk) -> None:
    def status(day: str) -> Any:
        return walk.ask("status", "--as-of", day)["notices"]

    assert status("2026-08-05") == {"waiting": 1, "overdue": 0, "overdue_since": None}
    assert status("2026-08-19")["overdue"] == 0
    late = {"waiting": 2, "overdue": 1, "overdue_since": "2026-08-19"}
    assert status("2026-08-20") == late
    assert "2 to tell, 1 overdue since 2026-08-19" in walk.do(
        "status", "--as-of", "2026-08-20"
    )
    due = walk.ask("due", "--as-of", NEXT, "--overdue")
    assert [d["due_on"] for d in due if d["kind"] == "notice"] == ["2026-08-19"]
    walk.do("report", "--as-of", NEXT)
    (page,) = (walk.root / "rounds/2026-R5").glob("보고서_*.html")
    assert "2026-08-19" in page.read_text("utf-8").split("연락처 출처 알림")[1][:900]


def test_an_earlier_round_is_the_same_after_all_that_came_back(walk: Walk) -> None:
    walk.do("screen", "--as-of", FIRST)
    assert out_tables(walk) == walk.told["replay"]
    again = walk.ask(
        "export", "--as-of", FIRST, "--confirm-by", "이", "--format", "both"
    )
    assert again["already_published"] is True


def test_another_hubs_team_and_households_change_no_byte(walk: Walk) -> None:
    one, two = (Walk(walk.root.with_name(name)) for name in ("one", "two"))
    for office, fte in ((one, "1"), (two, "0.5")):
        text = roster(fte, weekly=1).encode("utf-8-sig")
        files.write(office.root / "inbox", "TEAM_20260610.csv", text, "2026-06-20")
    # Every third of the second hub's last dong is gone from the register.
    register = sorted((two.root / "inbox").glob("RESIDENT_2*.csv"))[-1]
    head, *lines = register.read_bytes().splitlines(keepends=True)
    there = [line for line in lines if DONGS[3].encode() in line]
    kept = head + b"".join(line for line in lines if line not in there[::3])
    name = f"{register.stem}_v2.csv"
    files.write(two.root / "inbox", name, kept, "2026-06-20")
    for office in (one, two):
        office.round(FIRST)
    first, second = (office.lists("2026-R4") for office in (one, two))
    assert sum(len(first[dong]) for dong in DONGS[:2]) == 8, "all places are taken"
    assert sum(len(second[dong]) for dong in DONGS[2:]) == 4
    for dong in DONGS[:2]:
        (before,), (after,) = (
            list((office.root / "rounds/2026-R4").glob(f"의뢰목록_*{dong}*.csv"))
            for office in (one, two)
        )
        assert before.read_bytes() == after.read_bytes()


def longest_card() -> Row:
    """Every kind of sign, every caution, every suggestion, and a long address."""
    day = dt.date(2026, 5, 31)
    signs = [
        Mention("x", kind, False, 31, day, day if kind in STOP_KO else None, 3, day)
        for kind in (*STOP_KO, *BILL_KO, *EVENT_KO, *CONTEXT_KO)
    ]
    labels: Callable[..., str] = lambda *kinds: " · ".join(  # noqa: E731
        f"{rule.label_ko}(2026-08-02 요청)" for rule in shipped().rule
        if rule.kind in kinds
    )  # fmt: skip
    return dict.fromkeys(HEADERS_KO, "글") | {
        "자료구분": "합성", "확인된 사실": " · ".join(sign.sentence() for sign in signs),
        "유의사항": labels("caution", "carry"), "제안": labels("suggest", "same_day"),
        "주소": "충청남도 천안시 동남구 목천읍 천안대로목천로12345번길 112-34 " * 2,
        **{f"사유{n}": "최근 24개월 동안 12번 안내되었으나 만나지 못했습니다" for n in "123"},
    }  # fmt: skip


@pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("pdfinfo")), reason="no browser here"
)
@pytest.mark.parametrize("facts", [8, 20, 99])
def test_a_card_is_one_page_however_much_is_on_it(facts: int, tmp_path: Path) -> None:
    card = longest_card()
    if facts < 99:
        few = card["확인된 사실"].split(" · ")[:facts]
        card |= {"확인된 사실": " · ".join(few), "유의사항": "", "제안": ""}
    page, paper = tmp_path / "card.html", tmp_path / "card.pdf"
    page.write_bytes(render_cards([card, card], "카드"))
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
         f"--user-data-dir={tmp_path}/profile", "--no-pdf-header-footer",
         f"--print-to-pdf={paper}", page.as_uri()],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    told = subprocess.run(
        ["pdfinfo", str(paper)], check=True, capture_output=True, text=True
    ).stdout
    assert re.search(r"Pages:\s+2\n", told)
    assert "(A4)" in told
