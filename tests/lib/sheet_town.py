"""A made-up town with everything that a sheet may be about: stops where children live,
a protected household, an officer named for it, and lists that came back."""

import csv
import io
import re
from importlib import resources
from pathlib import Path

from tests.lib.towns import make_town

NAME, ROAD, DOOR, PHONE = "카나리", "카나리로 77", "7707호", "01098765432"
OFFICER = "지정윤"
FORMER_DAY = ("--as-of", "2026-05-01")
Lines = list[dict[str, str]]


def make_sheet_town(root: Path, *, households: int = 300, months: int = 4) -> Path:
    """An office with these files in its inbox, nothing loaded yet."""
    make_town(root, households=households, months=months)
    _protect_one(root)
    gas = sorted((root / "inbox").glob("GAS_STOP_*.csv"))
    # The last one is received after the day of the screening.
    _stop(gas[-2], _families(registers(root)[-1]))
    policy = resources.files("pipeline").joinpath("policy.toml").read_text("utf-8")
    named = policy.replace('protected_officer = ""', f'protected_officer = "{OFFICER}"')
    (root / "policy.toml").write_text(named, encoding="utf-8")
    return root


def registers(root: Path) -> list[Path]:
    return sorted((root / "inbox").glob("RESIDENT_2*.csv"))


def read_rows(file: Path, encoding: str = "utf-8-sig") -> Lines:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding), newline="")))


def _write(file: Path, rows: Lines, encoding: str = "utf-8-sig") -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_bytes(text.getvalue().encode(encoding))


def _protect_one(root: Path) -> None:
    """A household that stays where it is gets canaries for all that tells where."""
    changed = {
        row["세대번호"]
        for change in (root / "inbox").glob("RESIDENT_CHANGE_*.csv")
        for row in read_rows(change, "cp949")
    }
    files = {file: read_rows(file, "cp949") for file in registers(root)}
    sound = [
        {row["세대번호"] for row in rows if _is_head(row)} for rows in files.values()
    ]
    one = min(set.intersection(*sound) - changed)
    for file, rows in files.items():
        for row in rows:
            if row["세대번호"] == one:
                row |= {"성명": NAME, "연락처": PHONE, "상세주소": DOOR}
                row |= {"열람제한": "Y", "행정동코드": "4413157000"}
                row["도로명주소"] = f"충청남도 천안시 동남구 {ROAD} (신방동)"
        _write(file, rows, "cp949")


def _is_head(row: dict[str, str]) -> bool:
    """Whether a row is a head's and none of those that were spoilt on purpose."""
    number, day = row["주민번호"], row["전입일"]
    return (
        row["세대주관계"] == "본인"
        and not row["사망일"]
        and re.fullmatch(r"\d{13}", number) is not None
        and re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])", day)
        is not None
    )


def _families(file: Path) -> Lines:
    """The protected household and heads of families with a small child, a dong each."""
    rows = read_rows(file, "cp949")
    small = {
        row["세대번호"]
        for row in rows
        # Born in 2010 or later: 3, 4, 7 and 8 follow the birth day of this century.
        if row["주민번호"][6:7] in set("3478") and "10" <= row["주민번호"][:2] < "30"
    }
    found = {
        row["행정동코드"]: row
        for row in rows
        if row["세대번호"] in small and _is_head(row)
    }
    hidden = next(row for row in rows if row["성명"] == NAME)
    return [hidden, *list(found.values())[:8]]


def _stop(file: Path, heads: Lines) -> None:
    """Their gas was stopped on the day of the file."""
    rows = read_rows(file)
    day = file.stem[-8:]
    for number, head in enumerate(heads):
        street, _, legal = head["도로명주소"].partition(" (")
        row = dict.fromkeys(rows[0], "") | {
            "조회일": day,
            "공급중지일": day,
            "사용계약번호": f"99999999999{number}",
            "성명": head["성명"],
            "연락처": head["연락처"],
            "도로명주소": f"{street}, {head['상세주소']} ({legal}",
            "체납개월": "5",
            "체납액": "90000",
        }
        rows.append(row)
    _write(file, rows)


def send_back(root: Path, round_folder: Path) -> int:
    """Fill in what left in a round as officers would; returns referrals with a result."""
    filled = 0
    for number, file in enumerate(sorted(round_folder.glob("*.csv"))):
        rows = read_rows(file)
        if not rows or "결과코드" not in rows[0]:
            continue
        for row in rows:
            row |= {"1차시도일": "2026-05-18", "1차방법": "전화"}
            row |= {
                "2차시도일": "2026-05-20",
                "2차방법": "방문",
                "접촉일": "2026-05-20",
            }
            row |= {
                "결과코드": "S3",
                "필요확인": "Y",
                "위기도": "4",
                "담당자판단": "동의",
            }
            row |= {"서비스": "긴급생계", "담당": "박담당"}
        filled += len(rows)
        back = root / "inbox" / f"회신{number}.csv"
        _write(back, rows)
        back.with_name(back.name + ".received").write_text("2026-06-10\n")
    return filled
