"""Results come back, nobody is lost: the loop by the commands of an office."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.lib.towns import AS_OF, blindspot, done, make_town

DAY = ("--as-of", AS_OF.isoformat())
BACK = ("--as-of", "2026-07-20")
LATER = ("--as-of", "2026-07-21")
NEXT = ("--as-of", "2026-09-01")
NAMES = ("김담당", "아산시청 이담당")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round that left; one of its households was met, one looked for in vain."""
    root = make_town(tmp_path_factory.mktemp("loop") / "office", months=4)
    for command in ("ingest", "screen"):
        done(command, "--office", str(root), *DAY)
    done("export", "--office", str(root), *DAY, "--confirm-by", "김담당")
    fill_in(root)
    done("ingest", "--office", str(root), *BACK)
    return root


def listed(root: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for file in sorted((root / "rounds").glob("2026-R4*/의뢰목록_*.csv")):
        rows += csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))
    return rows


def fill_in(root: Path) -> None:
    rows = listed(root)
    assert len(rows) > 2
    met, vain = rows[0], rows[1]
    met |= {"접촉일": "2026-07-10", "결과코드": "S3", "필요확인": "Y"}
    vain |= {"1차시도일": "2026-07-09", "1차방법": "방문", "결과코드": "L1"}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(met))
    writer.writeheader()
    writer.writerows([met, vain])
    (root / "inbox" / "회신.csv").write_text(text.getvalue(), encoding="utf-8-sig")
    (root / "inbox" / "회신.csv.received").write_text("2026-07-20", encoding="utf-8")


def told(root: Path, *words: str) -> Any:
    return json.loads(done(*words, "--office", str(root), "--json").stdout)


def test_the_round_adds_up_beside_the_national_figures(office: Path) -> None:
    found = told(office, "rounds", *LATER)
    newest = found["rounds"][-1]
    assert newest["round"] == "2026-R4"
    parts = [newest[name] for name in ("met", "locate", "carried", "routed")]
    assert newest["listed"] == sum(parts)
    assert (newest["met"], newest["locate"]) == (1, 1)
    assert newest["carried"] == newest["listed"] - newest["routed"] - 2
    assert newest["support_share"] == round(1 / newest["listed"], 4)
    assert len(found["rounds"]) > 1, "the history's rounds are told too"
    assert "60 %" in done("rounds", "--office", str(office), *LATER).stdout


def test_nothing_is_known_of_a_result_on_the_day_it_came(office: Path) -> None:
    newest = told(office, "rounds", *BACK)["rounds"][-1]
    assert (newest["met"], newest["locate"], newest["returned"]) == (0, 0, 0)


def test_the_commands_leave_the_screened_tables_as_they_were(office: Path) -> None:
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    for command in (("rounds",), ("due",), ("locate", "list")):
        done(*command, "--office", str(office), *LATER)
    with open_warehouse(load_office(office), read_only=True) as warehouse:
        assert warehouse.rows("SELECT as_of FROM core_as_of") == [(AS_OF,)]
        assert not warehouse.has_table("warehouse.due_item")


def vain_referral(root: Path) -> str:
    return listed(root)[1]["의뢰번호"]


def queue(root: Path, *day: str) -> dict[str, dict[str, Any]]:
    return {one["referral_id"]: one for one in told(root, "locate", "list", *day)}


def test_who_was_looked_for_in_vain_is_in_the_queue_and_due(office: Path) -> None:
    one = queue(office, *LATER)[vain_referral(office)]
    assert (one["state"], one["attempts"]) == ("open", 1)
    assert one["next_step"] in ("UNIT", "NEWER_ADDRESS", "VILLAGE_HEAD")
    due = told(office, "due", *NEXT, "--overdue")
    steps = [d for d in due if d["subject"] == vain_referral(office)]
    assert [(d["kind"], d["due_on"]) for d in steps] == [("locate_step", one["due_on"])]
    assert told(office, "locate", "list", *LATER, "--state", "parked") == [
        each for each in queue(office, *LATER).values() if each["state"] == "parked"
    ]


def test_no_name_is_printed(office: Path) -> None:
    names = {row["성명"] for row in listed(office)} - {""}
    assert names
    for command in (("locate", "list"), ("due",), ("rounds",)):
        shown = done(*command, "--office", str(office), *NEXT, "--json").stdout
        assert not [name for name in names if name in shown], command


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("transfer", "R20264-00000000A", "--to", "x"), "check character"),
        (("transfer", "VAIN", "--to", "9999999999"), "no such dong"),
        (("transfer", "VAIN", "--to", "OWN"), "stands in that dong already"),
        (("transfer", "VAIN"), "name one place"),
        (("transfer", "VAIN", "--to", "x", "--to-city", "아산시"), "name one place"),
        (("decide", "VAIN", "--accepted"), "no other city was offered"),
        (("decide", "VAIN"), "answer is missing"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(
    office: Path, words: tuple[str, ...], message: str
) -> None:
    referral = vain_referral(office)
    own = queue(office, *LATER)[referral]["dong_code"]
    known = {"VAIN": referral, "OWN": own}
    spoken = [known.get(word, word) for word in words]
    result = blindspot(
        "locate", *spoken, "--by", "김담당", *LATER, "--office", str(office)
    )
    assert result.exit_code == 2, result.output
    assert message in result.output


def test_a_transfer_that_reaches_back_before_a_screening_is_refused(
    office: Path,
) -> None:
    words = ("--to-city", "아산시", "--by", "김담당", "--as-of", "2026-06-30")
    result = blindspot(
        "locate", "transfer", vain_referral(office), *words, "--office", str(office)
    )
    assert result.exit_code == 2
    assert "was screened as of 2026-07-01" in result.output


def test_another_city_is_asked_refuses_and_a_dong_of_the_town_takes_over(
    office: Path,
) -> None:
    referral = vain_referral(office)
    where = ("--by", NAMES[1], "--office", str(office))
    made = done(
        "locate", "transfer", referral, "--to-city", "아산시", *where, *LATER
    ).stdout
    assert queue(office, "--as-of", "2026-07-22")[referral]["state"] == (
        "transfer_offered"
    )
    again = blindspot(
        "locate", "transfer", referral, "--to-city", "아산시", *where, *LATER
    )
    assert again.exit_code == 2
    assert "awaits its answer" in again.output
    made += done(
        *("locate", "decide", referral, "--refused", "--as-of", "2026-07-23"), *where
    ).stdout
    one = queue(office, "--as-of", "2026-07-24")[referral]
    assert one["state"] == "open"

    dongs = {row["dong_code"] for row in queue(office, *LATER).values()}
    other = sorted(dongs - {one["dong_code"]})[0]
    made += done(
        *("locate", "transfer", referral, "--to", other, "--as-of", "2026-07-24"),
        *where,
    ).stdout
    assert not [name for name in NAMES if name in made]
    done("screen", "--office", str(office), *NEXT)
    after = queue(office, *NEXT)[referral]
    assert (after["dong_code"], after["next_step"]) == (other, "NEWER_ADDRESS")
    newest = told(office, "rounds", *NEXT)["rounds"][-1]
    assert newest["locate"] == 0
    assert newest["listed"] == sum(
        newest[name] for name in ("met", "locate", "carried", "routed")
    )


def test_a_notice_is_added_listed_and_done(office: Path) -> None:
    referral = vain_referral(office)
    day = ("--office", str(office), "--on")
    done("notice", "add", referral, "--from", "telecom", *day, "2026-07-20")
    (one,) = told(office, "notice", "list")
    assert one["due_on"] == "2026-08-19"
    shown = done("notice", "done", referral, "--by", "김담당", *day, "2026-08-01")
    assert "김담당" not in shown.output
    assert told(office, "notice", "list") == []
    assert len(told(office, "notice", "list", "--all")) == 1
