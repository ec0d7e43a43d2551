"""Water bills know a lot, not a road: what can still be told, and what not."""

from pipeline.linkage import link_report
from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.linkage import FILES, PEOPLE, links
from tests.lib.tables import assert_table


def test_water_by_name_and_the_legal_dong_of_its_lot() -> None:
    links(
        "water",
        """
        file_id | account_no | households | use_kind | name   | lot_address
        5       | unit       | 1          | home     | 김영희 | 충남 천안시 서북구 쌍용동 12-3 301호
        5       | house      | 1          | home     | 김영희 | 충남 천안시 서북구 성정동 7
        5       | flat       | 1          | home     | 김영희 | 충남 천안시 서북구 성정동 7 201호
        5       | rural      | 1          | home     | 최수진 | 충남 천안시 동남구 목천읍 서리 산12
        5       | wrong_dong | 1          | home     | 최수진 | 충남 천안시 서북구 쌍용동 7
        5       | master     | 493        | home     | 김영희 | 충남 천안시 서북구 성정동 7
        5       | shop       | 1          | shop     | 김영희 | 충남 천안시 서북구 성정동 7
        """,
        """
        account_no | household_id | reason
        unit       | Hh1          | NAME_LOT_UNIT
        house      | Hh3          | NAME_LOT
        flat       |              | AMBIGUOUS
        rural      | Hh4          | NAME_LOT
        wrong_dong |              | NO_MATCH
        master     |              | MASTER_METER
        shop       |              | NOT_RESIDENTIAL
        """,
    )


def town_of_houses(*named: str) -> str:
    """Twenty houses in each of two dongs that share a legal dong; some are named."""
    head = (
        "file_id | registry_no_key | person_key | dong_code | name | road_address "
        "| detail_address"
    )
    rows = [
        f"1 | {d}{i} | p{d}{i} | 441315{d}000 | 주민{d}{i} | 천안시 길{d}로 {i} (성정동) |"
        for d in (1, 2)
        for i in range(20)
    ]
    return "\n".join([head, *rows, *named])


def test_a_water_bill_without_a_unit_needs_a_rare_name() -> None:
    """김영희 stands twice in the town: by chance she would be in every second area."""
    namesake = "1 | h{0} | p{0} | 441315{0}000 | 김영희 | 천안시 한들{0}로 1 ({1}) |"
    bill = "file_id | account_no | name | lot_address\n5 | a | 김영희 | 천안시 성정동 7"
    once = town_of_houses(namesake.format(1, "성정동"))
    links("water", bill, "household_id | reason\nHh1 | NAME_LOT", once)
    twice = town_of_houses(namesake.format(1, "성정동"), namesake.format(2, "두정동"))
    links("water", bill, "household_id | reason\n | AMBIGUOUS", twice)


def test_the_waterworks_own_dong_is_learnt_and_tells_namesakes_apart() -> None:
    """Three bills with units show that 104 is dong 1: its 김영희 is meant, not dong 2's."""
    people = town_of_houses(
        "1 | a1 | q1 | 4413151000 | 가 | 천안시 큰로 1 (성정동) | 101호",
        "1 | a2 | q2 | 4413151000 | 나 | 천안시 큰로 1 (성정동) | 102호",
        "1 | a3 | q3 | 4413151000 | 다 | 천안시 큰로 1 (성정동) | 103호",
        "1 | h1 | p1 | 4413151000 | 김영희 | 천안시 큰로 2 (성정동) | 201호",
        "1 | h2 | p2 | 4413152000 | 김영희 | 천안시 큰로 3 (성정동) | 201호",
    )
    bills = """
        file_id | account_no | waterworks_dong | name   | lot_address
        5       | a          | 104             | 가     | 천안시 성정동 7 101호
        5       | b          | 104             | 나     | 천안시 성정동 7 102호
        5       | meant      | 104             | 김영희 | 천안시 성정동 8 201호
        {}
    """
    third = "5 | c | 104 | 다 | 천안시 성정동 7 103호"
    expected = "account_no | household_id\na | Ha1\nb | Ha2\nmeant | {}"
    links("water", bills.format(""), expected.format(""), people)
    links("water", bills.format(third), expected.format("Hh1\nc | Ha3"), people)


def test_a_lot_is_learnt_from_people_whom_the_insurer_knows_by_it() -> None:
    """박민수 of 한들로 2 is 쌍용동 12-3 to the insurer: so that lot is 한들로 2."""
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident=PEOPLE,
            nhis="""
            file_id | certificate_no | head_key | address
            6       | c1             | p3       | 충청남도 천안시 서북구 쌍용동 12-3 302호
            6       | c2             | nobody   | 충청남도 천안시 서북구 쌍용동 99
            """,
            water="""
            file_id | account_no | name   | lot_address
            5       | learnt     | 김영희 | 충남 천안시 서북구 쌍용동 12-3 3층 301호
            """,
        )
        assert_table(
            w,
            "core_link",
            """
            source | account_no | household_id | person_key | reason
            nhis   | c1         | Hh2          | p3         | REGISTER_KEY
            nhis   | c2         |              |            | NO_MATCH
            water  | learnt     | Hh1          | p1         | NAME_ADDRESS_UNIT
            """,
        )
        assert link_report(w) == [
            ("nhis", "REGISTER_KEY", 1),
            ("nhis", "NO_MATCH", 1),
            ("water", "NAME_ADDRESS_UNIT", 1),
        ]


def test_a_lot_is_not_learnt_from_those_who_moved_nor_when_two_disagree() -> None:
    """p4 came in 2026; the insurer's January word is of the former home."""
    moved = """
        file_id | certificate_no | head_key | address
        7       | c1             | p4       | 천안시 성정동 7
    """
    disagree = """
        file_id | certificate_no | head_key | address
        6       | c1             | p3       | 천안시 쌍용동 7 302호
        6       | c2             | p6       | 천안시 쌍용동 7
    """
    other = "1 | h5 | p6 | head | 정하나 | 1960-01-01 | | 2015-01-01 | 천안시 한들로 4 (쌍용동) |"
    with Warehouse.in_memory() as w:
        for nhis in (moved, disagree):
            core(w, "2026-03-01", FILES, resident=PEOPLE + other, nhis=nhis)
            assert_table(w, "_lot_road", "lot_key | road_key")


FLAT = "1 | h9 | p9 | 4413151000 | 남궁철 | 천안시 큰로 2 (성정동) | {}"
BARE = "file_id | account_no | name | lot_address\n5 | a | 남궁철 | 천안시 성정동 7"


def test_a_bill_without_a_unit_may_be_a_flats_but_no_apartments() -> None:
    """A flat's bill lost its unit; an apartment pays water in its management fee."""
    many = [
        f"1 | m{i} | m{i} | 4413151000 | 아무{i} | 천안시 많은{i % 9}로 {i} (두정동) |"
        for i in range(200)
    ]
    flat = town_of_houses(*many, FLAT.format("가동 201호"))
    links("water", BARE, "household_id | reason\nHh9 | PROBABLE", flat)
    apartment = town_of_houses(*many, FLAT.format("101동 201호"))
    links("water", BARE, "household_id | reason\n | AMBIGUOUS", apartment)
