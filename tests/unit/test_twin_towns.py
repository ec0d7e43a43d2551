"""The towns besides 천안: their dongs, recodes, hubs; and the whole country."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from pipeline.errors import OptionError
from pipeline.twin.facts import TOWNS, load_town
from pipeline.twin.generate import Wanted, make_twin, write_town


@pytest.mark.parametrize(
    ("town", "dongs"),
    [("cheonan", 31), ("pyeongtaek", 25), ("namwon", 23), ("dongducheon", 8)],
)
def test_a_town_has_its_dongs(town: str, dongs: int) -> None:
    facts = load_town(town)
    assert len(facts.dongs) == dongs
    assert all(dong.legal_areas and dong.weight > 0 for dong in facts.dongs)
    assert 9_900 < sum(dong.weight for dong in facts.dongs) < 10_100
    # Some waterworks report nothing: zeros that are no zeros.
    assert 0 < sum(not dong.waterworks for dong in facts.dongs) < dongs / 2


def test_every_town_has_a_natural_size() -> None:
    for town, about in TOWNS.items():
        assert about.households > 30_000, town


def test_wangjeong_serves_two_other_dongs() -> None:
    hubs = {dong.name: dong.hub for dong in load_town("namwon").dongs if dong.hub}
    assert hubs == dict.fromkeys(("동충동", "죽항동", "왕정동"), "5219056000")


def _table(path: Path, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding))))


def test_extracts_carry_the_codes_and_addresses_of_their_time(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    write_town(
        inbox, tmp_path / "truth", town="namwon", households=600, months=8, seed=4,
        as_of=dt.date(2024, 4, 1),
    )  # fmt: skip
    before, after = (
        {
            (row[5][:4], row[6].split()[0])
            for row in _table(inbox / f"RESIDENT_{day}.csv", "cp949")[1:]
            if len(row[5]) == 10  # one has lost a digit on purpose
        }
        for day in ("20230731", "20240131")
    )
    assert before == {("4519", "전라북도")}
    assert after == {("5219", "전북특별자치도")}
    for path in sorted(inbox.glob("NHIS_ARREARS_*.dat")):
        codes = {line[75:79] for line in path.read_bytes().split(b"\n")[:-2]}
        old = path.name < "NHIS_ARREARS_202401"
        assert codes <= ({b"4519"} if old else {b"5219"})
    published = _table(inbox / "KIKcd_H.20240118.csv", "utf-8")
    ends = {row[0]: row[5] for row in published}
    assert ends["4519056000"] == "20240118"
    assert ends["5219056000"] == ""
    earlier = _table(inbox / "KIKcd_H.20230801.csv", "utf-8")
    assert {row[0][:2] for row in earlier[1:]} == {"45"}


HEAD = "행정동코드,시도명,시군구명,읍면동명,생성일자,말소일자\n"
REGISTER = HEAD + (
    "1111000000,서울특별시,종로구,,19880423,\n"
    "1111051500,서울특별시,종로구,청운효자동,20081101,\n"
    "5111031000,강원특별자치도,춘천시,동산면,20230611,\n"
    "4211031000,강원도,춘천시,동산면,19950101,20230611\n"
    "1111099900,서울특별시,종로구,없는동,20081101,20200101\n"
)
HOUSEHOLDS = "hdong_code,households\n1111051500,5000\n5111031000,600\n1111099900,9\n"


def _nation(
    tmp_path: Path, table: str = HOUSEHOLDS, register: str = REGISTER
) -> Wanted:
    codes, counts = tmp_path / "codes.csv", tmp_path / "counts.csv"
    codes.write_text(register, encoding="utf-8")
    counts.write_text(table, encoding="utf-8")
    day = dt.date(2026, 7, 1)
    return Wanted("nation", 400, 3, 2, day, codes=codes, households_by_dong=counts)


def test_the_nation_is_made_of_living_dongs_with_households(tmp_path: Path) -> None:
    twin = make_twin(_nation(tmp_path))
    assert [dong.name for dong in twin.town.dongs] == ["청운효자동", "동산면"]
    assert twin.town.dongs[1].code_on(dt.date(2023, 1, 1)) == "4211031000"
    assert twin.town.dongs[1].prefix_on(dt.date(2023, 1, 1)).startswith("강원도 ")
    homes = [twin.places.dong[b] for b in twin.places.building]
    assert homes.count(0) > 5 * homes.count(1)
    assert twin.town.about.households == 5600


def test_the_register_is_read_in_its_fixed_form_too(tmp_path: Path) -> None:
    wanted = _nation(tmp_path)
    widths = (10, 30, 30, 30, 8, 8)
    lines = [
        b" ".join(
            text.encode("cp949").ljust(width)
            for text, width in zip(row, widths, strict=True)
        ).ljust(300)
        for row in csv.reader(io.StringIO(REGISTER))
    ]
    assert wanted.codes
    wanted.codes.write_bytes(b"\n".join(lines) + b"\n")
    assert len(make_twin(wanted).town.dongs) == 2


@pytest.mark.parametrize(
    ("table", "register", "told"),
    [
        ("동,수\n1,2\n", REGISTER, "no column"),
        (HOUSEHOLDS, "이것은,코드,표가,아니다\n", "no dong code"),
        ("hdong_code,households\n9999999999,5\n", REGISTER, "no living code"),
    ],
)
def test_files_that_do_not_fit_are_told(
    tmp_path: Path, table: str, register: str, told: str
) -> None:
    with pytest.raises(OptionError, match=told):
        make_twin(_nation(tmp_path, table, register))


def test_the_nation_needs_its_files() -> None:
    with pytest.raises(OptionError) as caught:
        make_twin(Wanted("nation", 400, 3, 2, dt.date(2026, 7, 1)))
    assert "--codes" in caught.value.next_step


def test_a_size_beyond_memory_is_refused() -> None:
    with pytest.raises(OptionError, match="memory"):
        make_twin(Wanted("cheonan", 20_000_000, 3, 2, dt.date(2026, 7, 1)))
