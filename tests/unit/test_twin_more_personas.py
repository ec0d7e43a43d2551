"""The personas stand in the files with the signs they are to show, and no others."""

import csv
import datetime as dt
import json
from collections import defaultdict
from pathlib import Path

import pytest

from pipeline.identity import create_keys
from pipeline.ingest import ingest_inbox
from pipeline.twin.clock import Window, month_end, ym, ymd
from pipeline.twin.extracts import Twin
from pipeline.twin.folk import HEADERS
from pipeline.twin.generate import Wanted, make_twin
from pipeline.twin.history import rounds
from pipeline.twin.more_files import MORE_FILES
from pipeline.twin.persona_people import Persona, make_personas, when
from pipeline.twin.personas import add_personas, persona_rows, write_personas
from pipeline.twin.sheets import Sheet, Table, delimited
from pipeline.warehouse import Warehouse
from tests.lib import files

AS_OF = dt.date(2026, 7, 1)
ACCOUNT = {
    "kepco": "고객번호",
    "water": "수용가번호",
    "gas": "사용계약번호",
    "nhis": "증번호",
}


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(Wanted("cheonan", 1500, 18, 3, AS_OF))


@pytest.fixture(scope="module")
def cast(twin: Twin) -> dict[str, Persona]:
    return {who.letter: who for who in make_personas(twin)}


def _seen(twin: Twin, source: str) -> dict[str, str]:
    """Rows of the last file that has arrived by as_of, by account."""
    at = when(twin.window)
    day = month_end(at.seen)
    if source in ("kepco", "gas"):
        day = dt.date(AS_OF.year, AS_OF.month - 1, 15)
    rows = persona_rows(twin, "", source, day)
    return {row[ACCOUNT[source]]: row for row in rows}  # type: ignore[misc]


def test_nobody_else_has_their_numbers(twin: Twin, cast: dict[str, Persona]) -> None:
    numbers = [person.number for who in cast.values() for person in who.residents]
    assert len(set(numbers)) == len(numbers) == 17
    assert not set(numbers) & set(twin.population.persons.resident_no)
    assert not {who.registry_no for who in cast.values()} & set(twin.population.number)
    for source, accounts in twin.accounts.items():
        ours = {who.accounts.get(source) for who in cast.values()}
        assert not ours & set(accounts.number)
    codes = {code.code for code in twin.town.codes}
    assert {who.dong_code for who in cast.values()} <= codes


def test_months_of_insurance_are_those_of_the_table(
    twin: Twin, cast: dict[str, Persona]
) -> None:
    rows = _seen(twin, "nhis")
    months = {
        letter: int(rows[who.accounts["nhis"]]["체납개월"])
        for letter, who in cast.items()
        if "nhis" in who.accounts
    }
    assert (months["A"], months["B"], months["B17"]) == (16, 22, 17)
    assert 3 <= months["D"] <= 5
    amount = int(rows[cast["A"].accounts["nhis"]]["체납금액"])
    assert amount == 16 * 16_870 == 269_920
    both = [rows[cast[letter].accounts["nhis"]] for letter in ("B", "B17")]
    assert both[0]["월보험료"] == both[1]["월보험료"]


def test_arrears_grow_by_a_month_a_month(twin: Twin, cast: dict[str, Persona]) -> None:
    at, account = when(twin.window), cast["A"].accounts["nhis"]
    months = [
        int(row["체납개월"])
        for month in range(at.seen - 16, at.seen + 1)
        for row in persona_rows(twin, "", "nhis", month_end(month))
        if row["증번호"] == account
    ]
    assert months == list(range(1, 17))


def test_their_check_digits_are_wrong_in_another_way_than_the_twins(
    cast: dict[str, Persona],
) -> None:
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    for person in (person for who in cast.values() for person in who.residents):
        digits = [int(digit) for digit in person.number]
        products = (w * d for w, d in zip(weights, digits, strict=False))
        check = (11 - sum(products) % 11) % 10
        serial = int(person.number[7:12])
        # The town's people get check + 1 + serial % 9.
        assert (digits[12] - check) % 10 not in (0, (1 + serial % 9) % 10)


def test_stops_and_limits_are_seen_before_as_of(
    twin: Twin, cast: dict[str, Persona]
) -> None:
    gas, power = _seen(twin, "gas"), _seen(twin, "kepco")
    c, d, f = (gas[cast[letter].accounts["gas"]] for letter in "CDF")
    assert c["공급중지일"]
    assert not c["재개일"]
    assert "203호" in c["도로명주소"]
    assert cast["C"].detail == ""
    assert (d["체납개월"], d["공급중지일"]) == ("2", "")
    stopped = dt.datetime.strptime(f["공급중지일"], "%Y%m%d")  # noqa: DTZ007 a date
    assert f["재개일"] == ymd(stopped.date() + dt.timedelta(days=1))
    h = power[cast["H"].accounts["kepco"]]
    assert (h["제한구분"], h["해제일자"]) == ("1", "")
    assert int(h["제한일자"][4:6]) in (3, 4, 5, 6, 10, 11)


@pytest.mark.parametrize("month", range(1, 13))
def test_a_limit_never_falls_into_the_closed_months(month: int) -> None:
    at = when(Window(dt.date(2026, month, 1), 18))
    assert at.limit.month in (3, 4, 5, 6, 10, 11)
    assert at.limit < dt.date(2026, month, 1)


def test_g_is_a_meter_of_493_households(twin: Twin) -> None:
    (row,) = _seen(twin, "water").values()
    assert row["가구수"] == "493"
    assert int(row["체납금액"].replace(",", "")) > 493 * 11_000


def test_a_and_c_were_listed_and_never_met(
    twin: Twin, cast: dict[str, Persona]
) -> None:
    listed: dict[str, list[str]] = defaultdict(list)
    for this in rounds(twin.window):
        for row in persona_rows(twin, "", "history", month_end(this.month)):
            listed[row["주민번호"]].append(row["결과코드"])
            assert not row["접촉일"]
    assert len(listed[cast["A"].head.number]) == 7
    assert len(listed[cast["C"].head.number]) == 5
    assert all(code[0] == "L" for codes in listed.values() for code in codes)


def test_k_died_and_the_arrears_went_on(twin: Twin, cast: dict[str, Persona]) -> None:
    at, who = when(twin.window), cast["K"]
    late = persona_rows(twin, "", "resident", twin.window.month_ends()[-1])
    died = {
        r["주민번호"]: r["사망일"] for r in late if r["세대번호"] == who.registry_no
    }
    assert died == {who.head.number: ymd(at.died), who.residents[1].number: ""}
    assert who.accounts["nhis"] in _seen(twin, "nhis")
    told = [
        row
        for month in twin.window.numbers
        for row in persona_rows(twin, "", "resident_change", month_end(month))
    ]
    assert [row["변동구분"] for row in told] == ["사망"]


def test_i_is_exempt_for_five_years_and_more(twin: Twin) -> None:
    at = when(twin.window)
    (row,) = persona_rows(twin, "", "nps", month_end(at.seen))
    paid = int(row["최종납부월"][:4]) * 12 + int(row["최종납부월"][4:])
    assert (row["납부예외"], row["체납개월"]) == ("Y", "0")
    assert at.seen - paid >= 60


def test_e_owes_its_maintenance_fee_and_nothing_else(
    twin: Twin, cast: dict[str, Persona]
) -> None:
    number, sources = cast["E"].head.number, set()
    for source in (*HEADERS, "nhis", "kepco", "water", "gas", "history"):
        for month in twin.window.numbers:
            for row in persona_rows(twin, "", source, month_end(month)):
                if number in row.values() or cast["E"].head.name in row.values():
                    sources.add(source)
                    if source == "indicator":
                        assert row["위기정보코드"] == "R02"
    assert sources == {"indicator"}


def test_l_stands_under_an_abolished_code_beside_neighbours(
    twin: Twin, cast: dict[str, Persona]
) -> None:
    who = cast["L"]
    (code,) = [c for c in twin.town.codes if c.code == who.dong_code]
    assert code.abolished
    building = twin.places.road.index(who.road)
    assert twin.town.dongs[twin.places.dong[building]].code == who.dong.code


def test_their_rows_are_put_in_order_and_damage_stays() -> None:
    columns = ("주민번호", "성명")
    table = Table([["01", "03", "05"], ["가", "나", "다"]])
    table[1][0] = "0***"
    sheet = Sheet(columns, table)
    from pipeline.twin.personas import _inserted

    out = _inserted(table, [0, 2, 3], [["00", "ㄱ"], ["04", "ㄴ"], ["06", "ㄷ"]])
    assert [row[0] for row in out] == ["00", "01", "0***", "04", "05", "06"]
    assert sheet.columns == columns


def test_the_files_with_personas_pass_the_contracts(
    twin: Twin, cast: dict[str, Persona], tmp_path: Path
) -> None:
    office = files.office(tmp_path)
    last = ym(twin.window.first + twin.window.months - 2)
    want: dict[str, int] = {}
    for maker in MORE_FILES:
        for file in maker(twin):
            if last not in file.name:
                continue
            sheet = file.sheet()
            before = len(sheet.rows)
            add_personas(twin, file.name, file.source, file.day, sheet)
            rows = persona_rows(twin, file.name, file.source, file.day)
            assert len(sheet.rows) == before + len(rows)
            data = delimited(sheet, file.encoding, file.line_end, pipe=False)
            known = (file.day + dt.timedelta(days=4)).isoformat()
            files.write(office.path("inbox"), file.name, data, known)
            want[file.name] = sheet.expected()["accepted"]
            read = list(csv.reader(data.decode(file.encoding).splitlines()))
            for row in rows:
                assert [row[c] for c in sheet.columns] in read
    with Warehouse.in_memory() as warehouse:
        told = ingest_inbox(office, warehouse, create_keys(office, 1))
    assert {report.file: report.accepted for report in told} == want


def test_the_truth_names_no_person(
    twin: Twin, cast: dict[str, Persona], tmp_path: Path
) -> None:
    write_personas(twin, tmp_path)
    text = (tmp_path / "personas.json").read_text(encoding="utf-8")
    told = json.loads(text)
    assert set(told) == set(cast) == {*"ABCDEFGHIJKL", "B17"}
    assert told["A"]["listed_without_contact"] == 7
    for who in cast.values():
        assert told[who.letter]["household"] == who.registry_no
        assert who.road not in text
        for person in who.residents:
            assert person.number not in text
            assert person.name not in text
