"""The files of the town: their bytes, clocks, order, and what stands in them."""

import csv
import datetime as dt
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline.twin.extracts import COLUMNS
from pipeline.twin.generate import write_town
from pipeline.twin.sheets import Sheet, fixed_nhis

AS_OF = dt.date(2026, 7, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    write_town(
        folder / "inbox",
        folder / "truth",
        town="cheonan",
        households=3000,
        months=10,
        seed=5,
        as_of=AS_OF,
    )
    return folder


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Any]:
    read = json.loads((folder / "truth/files.json").read_text(encoding="utf-8"))
    return dict(read)


def _bytes(folder: Path, pattern: str) -> list[bytes]:
    found = sorted((folder / "inbox").glob(pattern))
    assert found
    return [path.read_bytes() for path in found]


def _table(data: bytes, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(encoding))))


def test_every_file_has_a_side_car_3_to_20_days_later(
    folder: Path, told: dict[str, Any]
) -> None:
    files = {path.name for path in (folder / "inbox").iterdir()}
    assert files == set(told) | {f"{name}.received" for name in told}
    for name, file in told.items():
        side_car = (folder / "inbox" / f"{name}.received").read_text()
        assert side_car == f"{file['known_on']}\n"
        waited = dt.date.fromisoformat(file["known_on"]) - dt.date.fromisoformat(
            file["ref_date"]
        )
        assert 3 <= waited.days <= (20 if file["version"] > 1 else 12)


def test_some_files_are_not_yet_known(told: dict[str, Any]) -> None:
    late = [f for f in told.values() if f["known_on"] >= AS_OF.isoformat()]
    assert {f["source"] for f in late} >= {"water", "nhis", "history"}


def test_cp949_is_needed_and_enough(folder: Path) -> None:
    for data in _bytes(folder, "RESIDENT_2*.csv"):
        data.decode("cp949")
        with pytest.raises(UnicodeDecodeError):
            data.decode("euc_kr")


@pytest.mark.parametrize(
    ("pattern", "starts", "line_end"),
    [
        ("KEPCO_LIMIT_*.txt", "기준일자|".encode("cp949"), b"\n"),
        ("WATER_STOP_*.csv", "상수도".encode("cp949"), b"\r\n"),
        ("GAS_STOP_*.csv", b"\xef\xbb\xbf", b"\n"),
        ("RESIDENT_2*.csv", "세대번호,".encode("cp949"), b"\r\n"),
        ("HISTORY_*.csv", "회차,".encode("cp949"), b"\r\n"),
        ("TEAM_*.csv", b"\xef\xbb\xbf", b"\n"),
        ("KIKcd_H.*.csv", "행정동코드,".encode(), b"\n"),
    ],
)
def test_encodings_and_line_ends(
    folder: Path, pattern: str, starts: bytes, line_end: bytes
) -> None:
    for data in _bytes(folder, pattern):
        assert data.startswith(starts)
        assert data.endswith(line_end)
        assert (b"\r" in data) == (line_end == b"\r\n")


def test_nhis_records_have_185_bytes_and_a_trailer(folder: Path) -> None:
    for data in _bytes(folder, "NHIS_ARREARS_*.dat"):
        *records, trailer, nothing = data.split(b"\n")
        assert nothing == b""
        assert trailer == f"T{len(records):010d}".encode()
        assert {len(record) for record in records} == {185}
        for record in records:
            record[85:].decode("cp949")  # cut on a character boundary


def test_text_that_does_not_fit_is_cut_between_characters() -> None:
    row = ["1", "1", "9001011234567", "김", "10", "3", "30", "202501", "N", "44", "a"]
    row[10] += "가" * 60  # 121 bytes, and a cut at byte 100 would halve a character
    record, trailer, _ = fixed_nhis(Sheet(COLUMNS["nhis"], [row])).split(b"\n")
    assert len(record) == 185
    assert record[85:].decode("cp949") == "a" + "가" * 49 + " "
    assert trailer == b"T0000000001"


def test_some_addresses_of_the_insurer_are_cut(folder: Path) -> None:
    records = [r for d in _bytes(folder, "NHIS_ARREARS_*.dat") for r in d.split(b"\n")]
    full = [r for r in records if len(r) == 185 and r[183:185].strip()]
    assert full


def test_the_ministrys_fixed_form_has_300_bytes_a_line(folder: Path) -> None:
    (data,) = _bytes(folder, "KIKcd_H.*.txt")
    lines = data.split(b"\n")[:-1]
    assert {len(line) for line in lines} == {300}
    split = next(line for line in lines if line.startswith(b"4413356500"))
    assert split[73:103].decode("cp949").strip() == "불당동"
    assert (split[104:112], split[113:121]) == (b"20131014", b"20211115")


def test_rows_stand_in_order_of_key_and_repeats_behind(
    folder: Path, told: dict[str, Any]
) -> None:
    for path in sorted((folder / "inbox").glob("RESIDENT_2*.csv")):
        file = told[path.name]
        rows = _table(path.read_bytes(), "cp949")[1:]
        behind = file["repeated"] + file["superseded"] + file["skipped"]
        body = rows[: len(rows) - behind]
        whole = [row[2] for row in body if len(row[2]) == 13 and row[2].isdigit()]
        keys = [key for key in whole if key[2:4] != "13"]  # a planted impossible month
        assert keys == sorted(keys)
        planted = rows[len(body) : len(rows) - file["skipped"]]
        assert {row[2] for row in planted} <= {row[2] for row in body}


def test_what_a_reader_must_report_adds_up(told: dict[str, Any]) -> None:
    for file in told.values():
        parts = ("accepted", "rejected", "repeated", "superseded", "skipped")
        assert file["rows"] == sum(file[part] for part in parts)
        assert file["rejected"] == sum(file["rejected_by_code"].values())


def test_counted_rows_are_the_files_rows(folder: Path, told: dict[str, Any]) -> None:
    for name, file in told.items():
        data = (folder / "inbox" / name).read_bytes()
        if file["source"] == "nhis":
            assert int(data.split(b"\n")[-2][1:]) == file["rows"]
        elif file["source"] in ("water", "resident", "history"):
            assert len(_table(data, "cp949")) - 1 == file["rows"]


def test_planted_damage_is_in_the_bytes(folder: Path, told: dict[str, Any]) -> None:
    for path in sorted((folder / "inbox").glob("RESIDENT_2*.csv")):
        seen: Counter[str] = Counter()
        for row in _table(path.read_bytes(), "cp949")[1:]:
            number = row[2].replace("-", "")
            seen["RRN_MASKED"] += "*" in number
            seen["RRN_LOST_ZERO"] += len(number) == 12
            seen["RRN_SCIENTIFIC"] += "E+" in number
            seen["RRN_BAD"] += len(number) == 13 and number[2:4] == "13"
        codes = told[path.name]["rejected_by_code"]
        assert all(seen[code] == codes.get(code, 0) for code in seen)
        assert all(seen.values())


def test_every_trap_is_planted_somewhere(told: dict[str, Any]) -> None:
    wanted = (
        "RRN_MASKED RRN_LOST_ZERO RRN_SCIENTIFIC RRN_BAD REF_MISMATCH COLUMN_COUNT "
        "RESTORE_BEFORE_STOP LIMIT_WITHOUT_DATE CODE_UNKNOWN DATE_BAD NUMBER_BAD "
        "REQUIRED_MISSING ID_BAD repeated superseded missing_word lost_zero thousands "
        "unit_word nfd full_width blank_row total_row title_row unit_row header_only "
        "abolished_dong withdrawn_row corrected_row missing_month rrn_hyphen cut_text"
    )
    planted: set[str] = set().union(*(file["planted"] for file in told.values()))
    assert set(wanted.split()) - planted == set()


def test_the_corrected_file_withdraws_one_row_and_mends_one(folder: Path) -> None:
    (second,) = sorted((folder / "inbox").glob("KEPCO_LIMIT_*_v2.txt"))
    first = second.with_name(second.name.replace("_v2", ""))
    before, after = (
        {
            line.split("|")[1]
            for line in path.read_bytes().decode("cp949").split("\n")[1:-1]
        }
        for path in (first, second)
    )
    lost = {key for key in before - after if len(key) == 10}
    assert len(lost) == 1


def test_apartments_have_neither_power_nor_water_rows(folder: Path) -> None:
    blocks = ("101동", "102동", "103동")
    for pattern, column in (("KEPCO_LIMIT_*.txt", "|"), ("WATER_STOP_*.csv", ",")):
        for data in _bytes(folder, pattern):
            text = data.decode("cp949")
            assert column in text
            assert not any(block in text for block in blocks)
    assert any("101동" in d.decode("utf-8") for d in _bytes(folder, "GAS_STOP_*.csv"))


def test_the_great_meter_names_493_households(folder: Path) -> None:
    sizes = {
        row[3]
        for d in _bytes(folder, "WATER_STOP_*.csv")
        for row in _table(d, "cp949")[3:]
    }
    assert "493" in sizes


def test_hubs_serve_dongs_without_a_team_of_their_own(folder: Path) -> None:
    for data in _bytes(folder, "TEAM_*.csv"):
        rows = _table(data, "utf-8-sig")[1:]
        served = [row for row in rows if row[3] == "0"]
        hubs = {row[2] for row in served}
        assert len(hubs) >= 2
        own = {row[0]: row for row in rows if row[3] != "0"}
        assert all(own[hub][2] == hub for hub in hubs)
