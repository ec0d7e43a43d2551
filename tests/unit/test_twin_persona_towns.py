"""The personas in every town, on both sides of a recode and in corrected files."""

import datetime as dt
import re
from pathlib import Path

import pytest

from pipeline.twin.generate import Wanted, make_twin, write_town
from pipeline.twin.persona_people import make_personas, when
from pipeline.twin.personas import persona_rows

AS_OF = dt.date(2026, 7, 1)


@pytest.mark.parametrize("name", ["cheonan", "pyeongtaek", "namwon", "dongducheon"])
def test_they_live_under_codes_and_names_of_the_day_in_every_town(name: str) -> None:
    # 남원 got new codes on 2024-01-18: the window lies on both sides of it.
    twin = make_twin(Wanted(name, 300, 12, 3, dt.date(2024, 6, 1)))
    cast = {who.registry_no: who for who in make_personas(twin)}
    for day in (dt.date(2023, 12, 31), dt.date(2024, 3, 31)):
        then = f"{day:%Y%m%d}"
        alive = {
            c.code
            for c in twin.town.codes
            if c.created <= then and not (c.abolished and c.abolished <= then)
        }
        rows = persona_rows(twin, "", "resident", day)
        assert len(rows) == 17
        for row in rows:
            who = cast[row["세대번호"]]
            stale = who.dong_code != who.dong.code
            assert stale or row["행정동코드"] in alive
            assert row["도로명주소"].startswith(who.dong.prefix_on(day))
        assert {who.letter for who in cast.values() if who.dong_code != who.dong.code} \
            <= {"L"}  # fmt: skip
    provinces = {row["도로명주소"].split()[0] for row in rows}
    if name == "namwon":
        assert provinces == {"전북특별자치도"}
        before = persona_rows(twin, "", "nhis", dt.date(2023, 12, 31))
        assert {row["행정동코드"][:2] for row in before} == {"45"}
        assert all(row["주소"].startswith("전라북도") for row in before)


def test_they_stay_in_the_corrected_file_of_a_date(tmp_path: Path) -> None:
    write_town(
        tmp_path / "in", tmp_path / "truth", town="cheonan", households=300, months=6,
        seed=3, as_of=AS_OF, personas=True,
    )  # fmt: skip
    (corrected,) = (tmp_path / "in").glob("KEPCO_LIMIT_*_v2.txt")
    first = corrected.with_name(corrected.name.replace("_v2", ""))
    numbers = [
        set(re.findall(r"9990000\d{3}", file.read_text("cp949")))
        for file in (first, corrected)
    ]
    assert numbers[0] == numbers[1] != set()


def test_f_owed_two_bills_when_its_gas_was_stopped_and_none_before_spring() -> None:
    twin = make_twin(Wanted("cheonan", 300, 12, 3, AS_OF))
    (who,) = [one for one in make_personas(twin) if one.letter == "F"]
    at, account = when(twin.window), who.accounts["gas"]
    months = {
        day: int(row["체납개월"])
        for day in twin.window.half_months()
        for row in persona_rows(twin, "", "gas", day)
        if row["사용계약번호"] == account
    }
    assert max(months.values()) == 2
    assert min(months) >= at.blip - dt.timedelta(days=62)
