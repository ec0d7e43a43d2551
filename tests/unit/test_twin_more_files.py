"""The further files: their shape, their counts, their way into the contracts."""

import datetime as dt
from collections import Counter, defaultdict

import pytest

from data_contracts.indicators import INDICATORS
from data_contracts.sources import SOURCES
from pipeline.identity import create_keys
from pipeline.ingest import FileReport, ingest_inbox
from pipeline.twin import benefits, indicators, nps, tips
from pipeline.twin.clock import BURN_IN, month_no
from pipeline.twin.extracts import Twin
from pipeline.twin.folk import HEADERS, MoreFile
from pipeline.twin.generate import Wanted, make_twin
from pipeline.twin.more_files import MORE_FILES
from pipeline.twin.sheets import Sheet, delimited
from pipeline.warehouse import Warehouse
from tests.lib import files

AS_OF = dt.date(2026, 7, 1)
KEY = {
    "nps": (0, 2),
    "kcomwel": (0,),
    "indicator": (0, 1, 2),
    "benefit": (0, 1, 3),
    "case_management": (0,),
    "visit": (0, 1, 2, 3),
    "tip": (0,),
    "resident_change": (2, 16, 15),
}
MESSY = {"-", "X", "…", "...", "00000000", "99991231", ""}


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(Wanted("cheonan", 2000, 4, 11, AS_OF))


@pytest.fixture(scope="module")
def made(twin: Twin) -> list[tuple[MoreFile, Sheet]]:
    return [(file, file.sheet()) for maker in MORE_FILES for file in maker(twin)]


@pytest.fixture(scope="module")
def reports(
    made: list[tuple[MoreFile, Sheet]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, FileReport]:
    office = files.office(tmp_path_factory.mktemp("office"))
    for file, sheet in made:
        data = delimited(sheet, file.encoding, file.line_end, pipe=False)
        known = (file.day + dt.timedelta(days=4)).isoformat()
        files.write(office.path("inbox"), file.name, data, known)
    with Warehouse.in_memory() as warehouse:
        told = ingest_inbox(office, warehouse, create_keys(office, 1))
    return {report.file: report for report in told}


def test_every_further_source_has_files(made: list[tuple[MoreFile, Sheet]]) -> None:
    assert {file.source for file, _ in made} == set(KEY) == set(HEADERS)
    for source, names in HEADERS.items():
        assert names == tuple(field.header_ko for field in SOURCES[source].fields)


def test_ingest_counts_what_was_planted(
    made: list[tuple[MoreFile, Sheet]], reports: dict[str, FileReport]
) -> None:
    for file, sheet in made:
        told, want = reports[file.name], sheet.expected()
        assert (told.status, told.source) == ("loaded", file.source), told
        counted = {
            name: getattr(told, name)
            for name in ("rows", "accepted", "rejected", "repeated", "superseded")
        }
        assert counted == {name: want[name] for name in counted}, file.name
        assert dict(told.rejected_by_code) == want["rejected_by_code"]
        assert told.rows == sum(
            (told.accepted, told.rejected, told.repeated, told.superseded, told.skipped)
        )


def test_each_trap_is_planted_somewhere(made: list[tuple[MoreFile, Sheet]]) -> None:
    planted = Counter(name for _, sheet in made for name in sheet.planted)
    wanted = (
        "RRN_MASKED RRN_LOST_ZERO RRN_SCIENTIFIC RRN_BAD CODE_UNKNOWN DATE_BAD "
        "NUMBER_BAD ENDS_BEFORE_START repeated missing_word unit_word thousands "
        "date_dot full_width total_row blank_row"
    )
    assert set(wanted.split()) <= set(planted)


def test_rows_stand_in_order_of_key(made: list[tuple[MoreFile, Sheet]]) -> None:
    for file, sheet in made:
        keys = [
            tuple(row[i] for i in KEY[file.source])
            for n, row in enumerate(sheet.rows)
            if n not in sheet.touched
        ]
        assert keys == sorted(set(keys)), file.name


def _clean(sheet: Sheet) -> list[list[str]]:
    return [row for n, row in enumerate(sheet.rows) if n not in sheet.touched]


def test_the_exempt_are_as_many_and_as_long_as_published() -> None:
    twin = make_twin(Wanted("cheonan", 12_000, 6, 3, AS_OF))
    shares: Counter[int] = Counter()
    for file in nps.files(twin):
        month = month_no(file.day)
        for row in file.sheet().rows:
            if row[5] != "Y" or not row[7].isdigit():
                continue
            months = month - (int(row[7][:4]) * 12 + int(row[7][4:]))
            shares[sum(months >= limit for limit in (12, 36, 60, 120))] += 1
    total = sum(shares.values())
    got = [shares[band] / total for band in range(5)]
    # 1,541,587 / 607,575 / 313,655 / 345,721 / 255,656 of 3,064,194.
    assert got == pytest.approx([0.503, 0.198, 0.102, 0.113, 0.083], abs=0.05)
    per_file = total / twin.window.months / (10 / 11)  # one in eleven has never paid
    assert per_file / 12_000 == pytest.approx(0.129, abs=0.012)


def test_recipients_among_those_cut_off_are_as_published() -> None:
    twin = make_twin(Wanted("cheonan", 12_000, 12, 3, AS_OF))
    spells = benefits.make_spells(twin)
    who = set(benefits.receives_basic(twin, spells, AS_OF).tolist())
    stopped = set(twin.payers.unpaid["kepco"].stop_payer.tolist())
    stopped = {h for h in stopped if h < len(set(twin.population.persons.household))}
    assert len(who & stopped) / len(stopped) == pytest.approx(0.137, abs=0.03)
    assert len(who) / 12_000 == pytest.approx(0.074, abs=0.02)


def test_nobody_is_in_arrears_and_exempt(made: list[tuple[MoreFile, Sheet]]) -> None:
    for file, sheet in made:
        if file.source == "nps":
            for row in _clean(sheet):
                assert (row[5] == "Y") == (row[3] == "0")
                assert (row[5] == "Y") == bool(row[6])


def test_indicators_are_told_only_while_they_are_collected() -> None:
    twin = make_twin(Wanted("cheonan", 6000, 18, 3, dt.date(2024, 8, 1)))
    first: dict[str, dt.date] = {}
    for file in indicators.files(twin):
        for row in _clean(file.sheet()):
            first.setdefault(row[0], file.day)
    assert {"F01", "F03", "F04", "R02"} <= set(first)
    assert min(first.values()) == twin.window.month_ends()[0]
    for code, day in first.items():
        assert day >= INDICATORS[code].valid_from, code
    # F05 begins after this town's last month.
    assert "F05" not in first


def test_arrears_follow_hardship(
    twin: Twin, made: list[tuple[MoreFile, Sheet]]
) -> None:
    people = twin.population.persons
    who = dict(zip(people.resident_no, people.household.tolist(), strict=True))
    need = twin.payers.hardship[: twin.population.households, BURN_IN:].mean(axis=1)
    seen: dict[str, set[int]] = defaultdict(set)
    for file, sheet in made:
        if file.source in ("nps", "indicator", "case_management", "benefit"):
            at = 1 if file.source in ("indicator", "case_management") else 0
            seen[file.source] |= {
                who[row[at]] for row in _clean(sheet) if row[at] in who
            }
    everybody = need.mean()
    for source in ("nps", "indicator", "case_management"):
        assert need[sorted(seen[source])].mean() > everybody + 0.1, source


def test_tips_come_without_a_name_or_a_unit_now_and_then() -> None:
    town = make_twin(Wanted("cheonan", 8000, 9, 3, AS_OF))
    rows = [row for file in tips.files(town) for row in _clean(file.sheet())]
    known = set(town.population.persons.name)
    assert any(not row[3] for row in rows)
    assert any(row[3] and row[3] not in known for row in rows)
    assert any(not row[5] for row in rows)
    assert {row[6] for row in rows} <= {dong.code for dong in town.town.dongs}
