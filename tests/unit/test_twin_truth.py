"""The truth folder: enough to measure against, nothing that names a person."""

import csv
import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from pipeline.twin.generate import TWIN_VERSION, write_town


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    write_town(
        folder / "inbox",
        folder / "truth",
        town="cheonan",
        households=800,
        months=6,
        seed=9,
        as_of=dt.date(2026, 7, 1),
    )
    return folder


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "truth" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _registered(folder: Path) -> list[list[str]]:
    (first, *_) = sorted((folder / "inbox").glob("RESIDENT_2*.csv"))
    text = first.read_bytes().decode("cp949")
    return list(csv.reader(text.splitlines()))[1:]


def test_no_person_is_named_in_the_truth(folder: Path) -> None:
    text = "".join(p.read_text(encoding="utf-8") for p in (folder / "truth").iterdir())
    assert f'"twin_version": "{TWIN_VERSION}"' in text
    numbers = set(re.findall(r"(?<!\d)\d{13}(?!\d)", text))
    people = _registered(folder)
    assert numbers.isdisjoint(row[2] for row in people)
    for row in people[:300]:
        if len(row[3]) > 2:
            assert row[3] not in text
        if row[6]:
            assert row[6] not in text


def test_every_household_has_its_truth(folder: Path) -> None:
    households = _rows(folder, "households.csv")
    assert len(households) == 800
    ours = {row["household"] for row in households}
    # 45 and 46: who joins another household or leaves the town; they have no truth.
    listed = {row[0] for row in _registered(folder) if row[0]}
    assert {number for number in listed if number[:2] not in ("45", "46")} <= ours
    assert {row["address_correct"] for row in households} == {"Y", "N"}
    assert {row["unit_known"] for row in households} == {"Y", "N"}


def test_crisis_and_broad_hardship_by_month_agree_in_both_files(folder: Path) -> None:
    wide, in_crisis = (
        {
            (row["household"], name.removeprefix(f"{state}_"))
            for row in _rows(folder, "households.csv")
            for name, flag in row.items()
            if name.startswith(f"{state}_") and flag == "1"
        }
        for state in ("broad", "crisis")
    )
    long = {
        (row["household"], row["month"]): row["crisis"]
        for row in _rows(folder, "crisis.csv")
    }
    assert wide == set(long)
    assert in_crisis == {key for key, flag in long.items() if flag == "1"}
    assert in_crisis < wide


def test_wrong_addresses_are_told_with_their_months(folder: Path) -> None:
    last = {
        row["household"]: row["from"]
        for row in _rows(folder, "addresses.csv")
        if row["to"] == "202606"
    }
    wrong = {
        row["household"]: row["wrong_since"]
        for row in _rows(folder, "households.csv")
        if row["address_correct"] == "N"
    }
    assert last == wrong
    assert len(wrong) > 5


def test_accounts_are_told_apart(folder: Path) -> None:
    accounts = _rows(folder, "accounts.csv")
    keys = Counter((row["source"], row["account"]) for row in accounts)
    assert max(keys.values()) == 1
    for row in accounts:
        assert bool(row["household"]) == (row["kind"] == "home")
        if row["kind"] != "home":
            assert (row["knowable"], row["knowable_latest"]) == ("N", "N")
    kinds = {row["kind"] for row in accounts}
    assert kinds == {"home", "unregistered", "shop", "master"}


def test_most_but_not_all_accounts_of_homes_are_knowable(folder: Path) -> None:
    homes = [row for row in _rows(folder, "accounts.csv") if row["kind"] == "home"]
    for source in ("kepco", "gas"):
        mine = [row["knowable"] == "Y" for row in homes if row["source"] == source]
        assert 0.6 < sum(mine) / len(mine) < 1.0


def test_an_account_in_the_files_is_in_the_truth(folder: Path) -> None:
    known = {
        row["account"]
        for row in _rows(folder, "accounts.csv")
        if row["source"] == "nhis"
    }
    for path in sorted((folder / "inbox").glob("NHIS_ARREARS_*.dat")):
        for record in path.read_bytes().split(b"\n")[:-2]:
            assert record[:11].decode() in known
