"""What each source could have shown, per dong and month: silence is not zero."""

import datetime as dt
from collections.abc import Iterator

import pytest

from features.build import build_features
from pipeline.coverage import coverage_params
from pipeline.coverage_findings import findings, source_coverage
from pipeline.ledger import Ledger
from pipeline.warehouse import Warehouse
from tests.lib.core import town
from tests.lib.extracts import core
from tests.lib.tables import assert_table, load

WEST, EAST, HILL = "4413151000", "4413152000", "4413153000"
AS_OF = dt.date(2026, 7, 15)
MONTH = 2026 * 12
CODES = f"""
    file_id | dong_code | dong_name | created_on
    1       | {WEST}    | 서동      | 2008-06-23
    1       | {EAST}    | 동동      | 2008-06-23
    1       | {HILL}    | 산동      | 2008-06-23
"""


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    with Warehouse.in_memory() as opened:
        yield opened


def month_end(month: int) -> str:
    return str(dt.date(2026, month + 1, 1) - dt.timedelta(days=1))


def files(**months: list[int]) -> str:
    """One file a month of each source, received five days after; ids as month x 10."""
    rows = [
        "file_id | source | ref_date | known_on",
        "1 | kikcd_h | 2025-01-01 | 2025-01-02",
        "2 | resident | 2025-12-31 | 2026-01-05",
    ]
    for place, (source, each) in enumerate(months.items()):
        for month in each:
            day = month_end(month)
            known = dt.date.fromisoformat(day) + dt.timedelta(days=5)
            rows.append(f"{month * 10 + place} | {source} | {day} | {known}")
    return "\n".join(rows)


def residents(homes: dict[str, int], road: str = "길") -> str:
    lines = ["file_id | registry_no_key | person_key | name | road_address | dong_code"]
    for place, (dong, count) in enumerate(homes.items()):
        lines += [
            f"2 | h{place}{n:02d} | p{place}{n:02d} | 이름{place}{n} | "
            f"천안시 {road}{place}로 {n + 1} | {dong}"
            for n in range(count)
        ]
    return "\n".join(lines)


def nhis(rows: dict[int, dict[str, int]]) -> str:
    """Per month and dong number: how many certificates are in arrears."""
    lines = ["file_id | certificate_no | head_key"]
    for month, dongs in rows.items():
        lines += [
            f"{month * 10} | c{dong}{n:02d} | p{dong}{n:02d}"
            for dong, count in dongs.items()
            for n in range(count)
        ]
    return "\n".join(lines)


def a_town_of_nhis(warehouse: Warehouse, rows: dict[int, dict[str, int]]) -> None:
    core(
        warehouse,
        AS_OF.isoformat(),
        files(nhis=list(rows)),
        kikcd_h=CODES,
        resident=residents({WEST: 30, EAST: 30, HILL: 2}),
        nhis=nhis(rows),
    )


def states(warehouse: Warehouse, source: str) -> dict[tuple[str, int], str]:
    return {
        (dong, month - MONTH): state
        for dong, month, state in warehouse.rows(
            "SELECT dong_code, month_no, state FROM core_coverage WHERE source = $s",
            {"s": source},
        )
    }


def test_a_dong_that_reported_and_stops_is_silent_from_its_second_month(
    warehouse: Warehouse,
) -> None:
    full, gone = {"0": 10, "1": 10}, {"0": 10}
    a_town_of_nhis(warehouse, {1: full, 2: full, 3: gone, 4: gone})
    found = states(warehouse, "nhis")
    assert [found[EAST, m] for m in (1, 2, 3, 4)] == [*["reports"] * 3, "silent"]
    assert {found[WEST, m] for m in (1, 2, 3, 4)} == {"reports"}
    # Two homes: that none of them owes is no news.
    assert {found[HILL, m] for m in (1, 2, 3, 4)} == {"reports"}


def test_six_accounts_gone_may_be_chance_and_seven_are_not(
    warehouse: Warehouse,
) -> None:
    # As many elsewhere as before: a chance of one half for each account that it stood
    # in the earlier months only. 1/2 ** 6 = 1.6 %, 1/2 ** 7 = 0.8 %.
    for accounts, state in ((6, "reports"), (7, "silent")):
        full, gone = {"0": 20, "1": accounts}, {"0": 20}
        a_town_of_nhis(warehouse, {1: full, 2: full, 3: gone, 4: gone})
        assert states(warehouse, "nhis")[EAST, 4] == state


def test_a_dong_without_a_row_reports_nothing_only_where_rows_were_to_be_expected(
    warehouse: Warehouse,
) -> None:
    # At the rate of the rest (2 or 12 of 32 homes) 30 homes would have 1.9 or 11.3.
    for elsewhere, state in ((2, "reports"), (12, "reports_nothing")):
        a_town_of_nhis(warehouse, {1: {"0": elsewhere}, 2: {"0": elsewhere}})
        assert states(warehouse, "nhis")[EAST, 2] == state


def test_a_source_that_falls_silent_everywhere_is_silent_in_its_dongs(
    warehouse: Warehouse,
) -> None:
    full: dict[str, int] = {"0": 10, "1": 10}
    a_town_of_nhis(warehouse, {1: full, 2: full, 3: {}, 4: {}})
    found = states(warehouse, "nhis")
    assert (found[EAST, 3], found[EAST, 4]) == ("reports", "silent")


def test_a_month_without_its_file_is_missing_and_a_source_without_any_never_came(
    warehouse: Warehouse,
) -> None:
    full = {"0": 10, "1": 10}
    a_town_of_nhis(warehouse, {1: full, 2: full, 4: full, 5: full})
    assert states(warehouse, "nhis")[WEST, 3] == "missing"
    assert set(states(warehouse, "gas").values()) == {"never"}
    # June's file is due, 20 days after its month, on 20 July.
    assert_table(
        warehouse,
        "SELECT month_no - 2026 * 12 AS month, files_expected, files_arrived "
        "FROM core_coverage_month WHERE source = 'nhis'",
        """
        month | files_expected | files_arrived
        1     | 1              | 1
        2     | 1              | 1
        3     | 1              | 0
        4     | 1              | 1
        5     | 1              | 1
        """,
    )


def changes(rows: dict[str, list[int]], *, alone: bool = True) -> str:
    """Per dong how many people's changes each month tells, alone or a home at once."""
    lines = [
        "file_id | registry_no_key | person_key | dong_code | changed_on | change_kind"
    ]
    for dong, counts in rows.items():
        for month, count in enumerate(counts, start=1):
            lines += [
                f"{month * 10} | {dong}{month}{n if alone else ''} | {dong}{month}{n} | "
                f"{dong} | {month_end(month)} | move_in"
                for n in range(count)
            ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("counts", "alone", "state"),
    [
        # Elsewhere 80 homes changed, then 40: 8 of East's would leave its two months
        # empty by a chance of (80 / 120) ** 8 = 4 %, 12 of them by 0.8 %.
        ([7, 0, 0, 1, 0, 0], True, "reports"),
        ([8, 2, 1, 1, 0, 0], True, "silent"),
        ([8, 2, 1, 1, 0, 0], False, "reports"),
    ],
)
def test_a_dong_of_few_changes_is_not_silent_when_none_was_to_be_expected(
    warehouse: Warehouse, counts: list[int], alone: bool, state: str
) -> None:
    west, east = changes({WEST: [20] * 6}), changes({EAST: counts}, alone=alone)
    core(
        warehouse,
        AS_OF.isoformat(),
        files(resident_change=[1, 2, 3, 4, 5, 6]),
        kikcd_h=CODES,
        resident=residents({WEST: 30, EAST: 30}),
        resident_change="\n".join([west, *east.splitlines()[1:]]),
    )
    assert states(warehouse, "resident_change")[EAST, 6] == state


def test_no_more_files_come_than_are_expected(warehouse: Warehouse) -> None:
    # February's file is due on 20 March and came on the 5th; one came out of turn.
    drawn = files(nhis=[1, 2]) + "\n99 | nhis | 2026-01-15 | 2026-01-20"
    core(warehouse, "2026-03-06", drawn, kikcd_h=CODES, resident=residents({WEST: 3}))
    (one,) = [
        c for c in source_coverage(warehouse, dt.date(2026, 3, 6)) if c.source == "nhis"
    ]
    assert (one.files_expected, one.files_arrived, one.files_missing) == (2, 2, 0)


def test_a_stale_source_sees_no_home(warehouse: Warehouse) -> None:
    full = {"0": 10, "1": 10}
    for months, seen in (((1, 2), False), ((1, 2, 5, 6), True)):
        a_town_of_nhis(warehouse, dict.fromkeys(months, full))
        (one,) = [c for c in source_coverage(warehouse, AS_OF) if c.source == "nhis"]
        assert (one.is_stale, one.dongs_reporting > 0) == (not seen, seen)
        assert one.homes_unseen == (0 if seen else one.homes)


def test_a_file_counts_from_the_day_it_is_known(warehouse: Warehouse) -> None:
    drawn = files(nhis=[1, 2])
    core(warehouse, "2026-03-01", drawn, kikcd_h=CODES, resident=residents({WEST: 3}))
    seen = states(warehouse, "nhis")
    # The file of February was received on 5 March.
    assert (WEST, 1) in seen
    assert (WEST, 2) not in seen


def water(parts: dict[str, list[int]], months: list[int]) -> str:
    """Bills of three homes a part, by the waterworks' number and the dong it serves."""
    lines = ["file_id | account_no | waterworks_dong | name | lot_address | households"]
    for month in months:
        for part, numbers in parts.items():
            dong = {"101": 0, "102": 1}[part]
            lines += [
                f"{month * 10} | {part}{n} | {part} | 이름{dong}{n} | 천안시 길{dong}로 {n + 1} | 1"
                for n in numbers
            ]
    return "\n".join(lines)


@pytest.fixture
def waterworks(warehouse: Warehouse) -> Warehouse:
    core(
        warehouse,
        AS_OF.isoformat(),
        files(water=[4, 5]),
        kikcd_h=CODES,
        resident=residents({WEST: 30, EAST: 30}),
        water=water({"101": [0, 1, 2]}, [4, 5]),
    )
    return warehouse


def test_a_dong_that_no_waterworks_names_is_unobserved_at_once(
    waterworks: Warehouse,
) -> None:
    found = states(waterworks, "water")
    assert (found[WEST, 5], found[EAST, 4]) == ("reports", "reports_nothing")


def test_a_waterworks_that_does_not_report_makes_nulls_and_not_zeros(
    waterworks: Warehouse,
) -> None:
    build_features(waterworks, AS_OF)
    assert_table(
        waterworks,
        "SELECT h.current_dong_code, count(*) AS homes, "
        "count(water_months_overdue_now) AS told, "
        "min(sources_observable) AS sources "
        "FROM feat_matrix JOIN core_household AS h USING (household_id) GROUP BY 1",
        f"""
        current_dong_code | homes | told | sources
        {WEST}            | 30    | 30   | 1
        {EAST}            | 30    | 0    | 0
        """,
    )


def test_a_stray_bill_makes_no_dong_report(warehouse: Warehouse) -> None:
    # Four bills of one waterworks dong; one is written on a home elsewhere.
    drawn = water({"101": [0, 1, 2]}, [4]) + (
        "\n40 | 1019 | 101 | 이름15 | 천안시 길1로 6 | 1"
    )
    core(
        warehouse,
        AS_OF.isoformat(),
        files(water=[4]),
        kikcd_h=CODES,
        resident=residents({WEST: 30, EAST: 30}),
        water=drawn,
    )
    assert_table(
        warehouse,
        "SELECT dong_code, \"rows\" FROM core_coverage WHERE source = 'water' "
        "AND files_arrived > 0",
        f"dong_code | rows\n{WEST} | 4\n{EAST} | 0",
    )


def test_a_master_meter_is_counted_and_its_debt_left_out(warehouse: Warehouse) -> None:
    drawn = water({"101": [0, 1, 2]}, [4]).replace(
        " | households", " | households | amount_krw"
    )
    lines = [f"{line} | 1000" for line in drawn.splitlines()[1:]]
    meter = "40 | 1019 | 101 | 건물 | 천안시 길0로 99 | 493 | 5000000"
    core(
        warehouse,
        AS_OF.isoformat(),
        files(water=[4]),
        kikcd_h=CODES,
        resident=residents({WEST: 30}),
        water="\n".join([drawn.splitlines()[0], *lines, meter]),
    )
    assert_table(
        warehouse,
        "core_coverage_meter",
        f"dong_code | meters | households | amount_krw\n{WEST} | 1 | 493 | 5000000",
    )


# Drawn coverage: what features make of it.
HOMES = f"""
    household_id | home_kind | current_dong_code
    house_dark   | other     | {WEST}
    flat_dark    | apartment | {WEST}
    house_lit    | other     | {EAST}
    flat_lit     | apartment | {EAST}
    nowhere      | other     |
"""
DARK = f"""
    source | dong_code | is_observed BOOL
    water  | {WEST}    | false
    gas    | {WEST}    | false
    nhis   | {WEST}    | true
    water  | {EAST}    | true
"""


def test_an_apartment_is_blind_and_a_dark_dong_too(warehouse: Warehouse) -> None:
    town(warehouse, households=HOMES, coverage=DARK)
    build_features(warehouse, AS_OF)
    assert_table(
        warehouse,
        "feat_matrix",
        """
        household_id | kepco_stops_12m | water_stops_12m | gas_stops_12m | nhis_months_overdue_now | is_utility_blind | sources_observable
        house_dark   | 0               |                 |               | 0                       | 0                | 2
        flat_dark    |                 |                 |               | 0                       | 1                | 1
        house_lit    | 0               | 0               | 0             | 0                       | 0                | 4
        flat_lit     |                 |                 | 0             | 0                       | 1                | 2
        nowhere      | 0               | 0               | 0             | 0                       | 0                | 4
        """,
    )


# Coverage drawn month by month: which figures are out of line.
CELL = {
    "source": "VARCHAR",
    "dong_code": "VARCHAR",
    "month_no": "INTEGER",
    "accounts": "BIGINT",
    "homes": "INTEGER",
    "homes_blind": "INTEGER",
}


def flags(warehouse: Warehouse, accounts: dict[str, dict[str, list[int]]]) -> None:
    """Seven months of accounts per source and dong, 1,000 homes in each."""
    rows = ["source | dong_code | month_no | accounts | homes | homes_blind"]
    now = ["source | dong_code | is_observed BOOL"]
    for source, dongs in accounts.items():
        for dong, counts in dongs.items():
            now.append(f"{source} | {dong} | true")
            rows += [
                f"{source} | {dong} | {MONTH + at} | {count} | 1000 | 0"
                for at, count in enumerate(counts)
            ]
    months = ["source | month_no INT | files_arrived INT"] + [
        f"{source} | {MONTH + at} | 1" for source in accounts for at in range(7)
    ]
    load(warehouse, "core_coverage", "\n".join(rows), CELL)
    load(warehouse, "core_coverage_now", "\n".join(now))
    load(warehouse, "core_coverage_month", "\n".join(months))
    warehouse.run_sql("core/core_coverage_flag", coverage_params())


STEADY = {"A": [40] * 7, "B": [40] * 7, "C": [40] * 7}


def test_a_dong_out_of_line_with_the_other_sources_is_an_artefact(
    warehouse: Warehouse,
) -> None:
    # Others share alike; of 180 water accounts A should hold 60 and holds 140.
    lopsided = {"A": [140] * 7, "B": [20] * 7, "C": [20] * 7}
    flags(warehouse, {"kepco": STEADY, "nhis": STEADY, "water": lopsided})
    found = "SELECT * FROM core_coverage_flag WHERE source = 'water'"
    assert_table(
        warehouse,
        found,
        """
        source | dong_code | kind       | accounts | expected
        water  | A         | share_high | 140      | 60
        water  | B         | share_low  | 20       | 60
        water  | C         | share_low  | 20       | 60
        """,
    )


def test_small_numbers_and_whole_changes_of_the_town_are_no_artefact(
    warehouse: Warehouse,
) -> None:
    few = {"A": [14] * 7, "B": [2] * 7, "C": [2] * 7}
    flags(warehouse, {"kepco": STEADY, "nhis": STEADY, "water": few})
    assert warehouse.rows("FROM core_coverage_flag") == []
    # From none to 19 could not be chance, but 19 are too few to speak of.
    risen = {"A": [0] * 6 + [19], "B": [0] * 7, "C": [0] * 7}
    flags(warehouse, {"kepco": STEADY, "nhis": STEADY, "water": risen})
    assert warehouse.rows("FROM core_coverage_flag") == []
    # Twice as many in every dong: told of the town, of none of its dongs.
    doubled = {dong: [40] * 6 + [80] for dong in "ABC"}
    flags(warehouse, {"kepco": STEADY, "nhis": STEADY, "water": doubled})
    assert_table(
        warehouse,
        "core_coverage_flag",
        "source | dong_code | kind | accounts | expected\nwater | | jump_high | 240 | 120",
    )


def test_a_dong_that_halves_while_the_town_does_not_has_jumped(
    warehouse: Warehouse,
) -> None:
    fallen = STEADY | {"A": [40] * 6 + [5]}
    flags(warehouse, {"kepco": STEADY, "nhis": STEADY, "water": fallen})
    # Of 40 as before, at 85 of 120 accounts of the town: 28.
    assert_table(
        warehouse,
        "core_coverage_flag",
        "source | dong_code | kind | accounts | expected\nwater | A | jump_low | 5 | 28",
    )


def test_what_to_ask_about_names_whom_to_ask(
    warehouse: Warehouse,
) -> None:
    full, gone = {"0": 10, "1": 10}, {"0": 10}
    a_town_of_nhis(warehouse, {1: full, 3: gone, 4: gone})
    entry = {
        "legal_basis": "법 제12조",
        "letter_no": "7",
        "valid_from": "2026-01-01",
        "expires_on": "2026-12-31",
        "contact": "자료제공 담당",
    }
    ledger = Ledger.model_validate(
        {"file": "ledger.toml", "entries": {"nhis": [entry], "gas": [entry]}}
    )
    found = findings(warehouse, ledger, AS_OF)
    told = [(f.kind, f.dong_name, f.detail) for f in found if f.source == "nhis"]
    assert told == [
        ("late", None, "2026-05 (0 of 1)"),
        ("missing", None, "2026-02 (0 of 1)"),
        ("silent", "동동", "last row in 2026-01"),
    ]
    (silent,) = [f for f in found if f.kind == "silent"]
    assert silent.next_step == (
        "ask 자료제공 담당 (국민건강보험공단, letter 7): "
        "why does this dong's part no longer come?"
    )
    never = {f.source: f.next_step for f in found if f.kind == "never came"}
    assert never["gas"].endswith("when will the first file come?")
    assert never["kepco"].endswith("fill in [[kepco]] in ledger.toml")
    (one,) = [s for s in source_coverage(warehouse, AS_OF) if s.source == "nhis"]
    # Five were due by July, three came.
    assert (one.files_expected, one.files_arrived, one.files_missing) == (5, 3, 2)
    # The last file is of April: by July it tells of no home at all.
    assert (one.dongs_silent, one.homes, one.homes_unseen) == (1, 62, 62)
