"""What the exact cascade leaves open: slips, doubts, and what an officer decided."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from pipeline.errors import FileRefused
from pipeline.linkage_decisions import decide
from pipeline.linkage_review import COLUMNS, review_bytes
from pipeline.staging import build_core
from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.linkage import FILES
from tests.lib.tables import assert_table

DAY = "2026-03-01"


def town(*more: str) -> str:
    """120 houses with a person each, of as many names, and some drawn by the test."""
    first, last = "김이박최정강조윤", "민지수영현"
    rows = [
        f"1 | h{i:02} | p{i:02} | {first[i % 8]}{last[i // 8 % 5]}{'호진아'[i // 40]} | "
        f"19{50 + i % 40}-0{i % 9 + 1}-1{i % 7} | 0101000{i:04} | 2015-01-01 | "
        f"천안시 한들로 {i + 1} (쌍용동) | "
        for i in range(120)
    ]
    head = (
        "file_id | registry_no_key | person_key | name | birth_date | phone "
        "| moved_in_on | road_address | detail_address"
    )
    return "\n".join([head, *rows, *more])


HEAD = (
    "file_id | account_no | name | birth_date | road_address | detail_address\n3 | a | "
)
SMITH = "1 | s{0} | s{0} | 남궁{1} | 1961-05-0{0} | | 2015-01-01 | {2} | {3}"


def linked(people: str, account: str, expected: str) -> None:
    with Warehouse.in_memory() as w:
        core(w, DAY, FILES, resident=people, kepco=HEAD + account)
        assert_table(w, "core_link", f"household_id | person_key | reason\n{expected}")


@pytest.mark.parametrize("written", ["남궁칠", "남공철", "남철궁", "낭궁철"])
def test_a_slip_in_the_name_is_forgiven_where_the_door_agrees(written: str) -> None:
    people = town(SMITH.format(1, "철", "천안시 큰길 7 (쌍용동)", "101호"))
    account = f"{written} | | 천안시 큰길 7 | 101호"
    linked(people, account, "Hs1 | s1 | PROBABLE")


def test_two_slips_in_one_name_are_for_a_person_to_judge() -> None:
    people = town(SMITH.format(1, "철", "천안시 큰길 7 (쌍용동)", "101호"))
    account = "남공칠 | | 천안시 큰길 7 | 101호"
    linked(people, account, " | | AMBIGUOUS")


def test_two_households_a_slip_away_are_never_guessed() -> None:
    """남궁철 and 남궁칠 live at one number; the bill says 남궁찰, and no unit."""
    people = town(
        SMITH.format(1, "철", "천안시 큰길 7 (쌍용동)", "101호"),
        SMITH.format(2, "칠", "천안시 큰길 7 (쌍용동)", "102호"),
    )
    linked(people, "남궁찰 | | 천안시 큰길 7 |", " | | AMBIGUOUS")


def test_a_birth_date_with_a_slip_tells_namesakes_apart() -> None:
    people = town(
        SMITH.format(1, "철", "천안시 큰길 7 (쌍용동)", ""),
        SMITH.format(2, "철", "천안시 큰길 9 (쌍용동)", "").replace("1961", "1988"),
    ).replace("| 2015-01-01 | 천안시 큰길", "| 2026-02-20 | 천안시 큰길")
    account = "남궁철 | 1961-05-10 | 천안시 없는로 3 |"
    linked(people, account, "Hs1 | s1 | PROBABLE")


def test_probability_is_kept_and_the_same_whatever_the_order_of_rows() -> None:
    people = town(SMITH.format(1, "철", "천안시 큰길 7 (쌍용동)", "101호"))
    head, *rows = people.splitlines()
    found = []
    for order in (rows, rows[::-1]):
        with Warehouse.in_memory() as w:
            account = "남궁칠 | | 천안시 큰길 7 | 101호"
            drawn = "\n".join([head, *order])
            core(w, DAY, FILES, resident=drawn, kepco=HEAD + account)
            found += w.rows("SELECT match_probability FROM core_link")
    assert found[0] == found[1]
    assert 0.9 < float(found[0][0]) < 1


DOUBTFUL = town(
    SMITH.format(1, "철", "천안시 큰길 7 (쌍용동)", "101호"),
    SMITH.format(2, "칠", "천안시 큰길 7 (쌍용동)", "102호"),
)
ACCOUNT = HEAD + "남궁찰 | | 천안시 큰길 7 |"


def asked(w: Warehouse) -> list[dict[str, str]]:
    content, _, _ = review_bytes(w)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def filled(folder: Path, row: dict[str, str], answer: str, why: str = "") -> Path:
    file = folder / "answers.csv"
    last = dict(zip(COLUMNS[-4:], (answer, "홍담당", "2026-03-02", why), strict=True))
    with file.open("w", encoding="cp949", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerow({**row, **last})
    return file


def test_the_grey_zone_is_asked_with_both_candidates_side_by_side() -> None:
    with Warehouse.in_memory() as w:
        core(w, DAY, FILES, resident=DOUBTFUL, kepco=ACCOUNT)
        (row,) = asked(w)
    assert {row["후보1"], row["후보2"]} == {"Hs1", "Hs2"}
    assert {row["후보1 성명"], row["후보2 성명"]} == {"남궁철", "남궁칠"}
    assert row["계정 성명"] == "남궁찰"
    assert row["판정(1/2/아님/모름)"] == ""
    assert "1961" not in "".join(row.values())


def test_an_address_that_is_protected_is_not_shown_to_a_reviewer() -> None:
    people = DOUBTFUL.replace("detail_address", "detail_address | is_protected")
    people = "\n".join(
        line if n == 0 else f"{line} | {'true' if '| s2 |' in line else 'false'}"
        for n, line in enumerate(people.splitlines())
    )
    with Warehouse.in_memory() as w:
        core(w, DAY, FILES, resident=people, kepco=ACCOUNT)
        assert asked(w) == []
        assert review_bytes(w)[1:] == (0, 1)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("1", "{0} | CLERICAL"), ("2", "{1} | CLERICAL"), ("아님", " | NO_MATCH")],
)
def test_a_decision_counts_from_the_day_after_and_is_kept(
    tmp_path: Path, answer: str, expected: str
) -> None:
    with Warehouse.in_memory() as w:
        core(w, DAY, FILES, resident=DOUBTFUL, kepco=ACCOUNT)
        (row,) = asked(w)
        told = decide(w, filled(tmp_path, row, answer), dt.date(2026, 3, 2))
        assert (told.kept, told.refused, told.contradicted) == (1, {}, [])
        head = "household_id | reason\n"
        for day, wanted in (("02", " | AMBIGUOUS"), ("03", expected)):
            build_core(w, dt.date.fromisoformat(f"2026-03-{day}"))
            drawn = wanted.format(row["후보1"], row["후보2"])
            assert_table(w, "core_link", head + drawn)
        assert asked(w) == []


def test_unsure_is_an_answer_and_is_not_asked_again(tmp_path: Path) -> None:
    with Warehouse.in_memory() as w:
        core(w, DAY, FILES, resident=DOUBTFUL, kepco=ACCOUNT)
        (row,) = asked(w)
        decide(w, filled(tmp_path, row, "모름"), dt.date(2026, 3, 2))
        build_core(w, dt.date(2026, 3, 3))
        assert asked(w) == []
        assert_table(w, "core_link", "household_id | reason\n | AMBIGUOUS")


def test_a_decision_against_an_earlier_one_is_told_and_the_later_counts(
    tmp_path: Path,
) -> None:
    with Warehouse.in_memory() as w:
        core(w, DAY, FILES, resident=DOUBTFUL, kepco=ACCOUNT)
        (row,) = asked(w)
        decide(w, filled(tmp_path, row, "1"), dt.date(2026, 3, 2))
        again = decide(w, filled(tmp_path, row, "1"), dt.date(2026, 3, 3))
        assert (again.kept, again.repeated) == (0, 1)
        other = decide(w, filled(tmp_path, row, "2"), dt.date(2026, 3, 4))
        assert other.contradicted == [2]
        for day, wanted in (("04", "후보1"), ("05", "후보2")):
            build_core(w, dt.date.fromisoformat(f"2026-03-{day}"))
            assert_table(w, "core_link", f"household_id\n{row[wanted]}")


def test_an_exact_link_that_an_officer_denies_is_undone(tmp_path: Path) -> None:
    """김민호's bill stands at an empty door; it is no link of his after all."""
    account = HEAD + "김민호 | 1950-01-10 | 천안시 없는로 3 | 101호"
    with Warehouse.in_memory() as w:
        core(w, DAY, FILES, resident=town(), kepco=account)
        assert_table(w, "core_link", "household_id | reason\nHh00 | NAME_BIRTH")
        (row,) = asked(w)
        decide(w, filled(tmp_path, row, "아님", "임대인"), dt.date(2026, 3, 2))
        build_core(w, dt.date(2026, 3, 3))
        assert_table(w, "core_link", "household_id | reason\n | NO_MATCH")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"계정키": "k-none"}, "knows no such account"),
        ({"후보1": "Hnone"}, "knows no such account or household"),
        ({"출처": "우편"}, "none of those offered"),
        ({"판정일": "3월 2일"}, "is no date"),
        ({"판정자": ""}, "who decided"),
        ({"판정자": "그 집 사정을 잘 아는 이웃 " * 5}, "at most 60 letters"),
        ({"판정자": "홍\x1b담당"}, "who decided"),
        ({"근거": "김영희씨 이사"}, "none of: 전화확인"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_by_number_without_its_content(
    tmp_path: Path, change: dict[str, str], why: str
) -> None:
    with Warehouse.in_memory() as w:
        core(w, DAY, FILES, resident=DOUBTFUL, kepco=ACCOUNT)
        (row,) = asked(w)
        file = filled(tmp_path, row, "1")
        with file.open(encoding="cp949", newline="") as text:
            (answered,) = csv.DictReader(text)
        with file.open("w", encoding="cp949", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS)
            writer.writeheader()
            writer.writerow({**answered, **change})
        told = decide(w, file, dt.date(2026, 3, 2))
        assert told.kept == 0
        assert why in told.refused[2]
        assert not any(v and v in told.refused[2] for v in change.values())
        assert w.rows("SELECT count(*) FROM link_decision") == [(0,)]


def test_a_file_of_other_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("성명,주소\n김영희,천안시\n", encoding="utf-8")
    with Warehouse.in_memory() as w:
        core(w, DAY, FILES)
        with pytest.raises(FileRefused, match="no review file"):
            decide(w, file, dt.date(2026, 3, 2))


def test_tips_pensions_and_workplaces_are_linked_once_each() -> None:
    files = FILES + "    8 | tip | 2026-02-20 | 2026-02-21\n"
    files += "    9 | nps | 2026-01-31 | 2026-02-21\n"
    files += "    10 | kcomwel | 2026-01-31 | 2026-02-21\n"
    with Warehouse.in_memory() as w:
        core(
            w,
            DAY,
            files,
            resident=town(),
            tip="file_id | tip_no | name | road_address\n"
            "8 | t1 | 김민호 | 천안시 한들로 1",
            nps="file_id | person_key | subscriber_kind | months_overdue | is_exempt\n"
            "9 | p03 | local | 4 | false\n"
            "9 | p03 | voluntary | 4 | true",
            kcomwel="file_id | workplace_no | owner_key | employment_months_overdue "
            "| accident_months_overdue\n"
            "10 | w1 | p04 | 2 |\n10 | w2 | nobody | | 3",
        )
        assert_table(
            w,
            "core_link",
            """
            source  | account_no    | household_id | person_key | reason
            kcomwel | w1            | Hh04         | p04        | REGISTER_KEY
            kcomwel | w2            |              |            | NO_MATCH
            nps     | p03/local     | Hh03         | p03        | REGISTER_KEY
            nps     | p03/voluntary | Hh03         | p03        | REGISTER_KEY
            tip     | t1            | Hh00         | p00        | NAME_ADDRESS_UNIT
            """,
        )
        assert_table(
            w,
            "SELECT * FROM core_event WHERE event_type LIKE '%_arrears'",
            """
            household_id | event_type      | subject | months_overdue
            Hh03         | nps_arrears     | p03     | 4
            Hh04         | kcomwel_arrears | p04     | 2
            """,
        )
