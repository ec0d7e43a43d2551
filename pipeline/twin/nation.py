"""The whole country as a town: any register of dongs and any households by dong."""

import csv
import datetime as dt
import io
from pathlib import Path

from pipeline.errors import OptionError
from pipeline.twin.facts import (
    NATION_GAS_STOPS,
    About,
    Code,
    Dong,
    Town,
    former_codes,
)

_FIELDS = ((0, 10), (11, 41), (42, 72), (73, 103), (104, 112), (113, 121))
_CODE_NAMES = ("행정동코드", "hdong_code", "dong_code")
_HOUSEHOLD_NAMES = ("세대수", "households")


def _text(file: Path, option: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise OptionError(
            f"{option}: the file cannot be read: {error.strerror}",
            "name the ministry's file or the table by its path",
        ) from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp949", errors="replace")


def read_codes(file: Path) -> tuple[Code, ...]:
    """The ministry's dong register, as CSV or in its fixed form of 300 bytes a line.

    Raises:
        OptionError: The file cannot be read or is no such register.
    """
    data = _text(file, "--codes")
    lines = data.splitlines()
    if lines and len(lines[0]) >= 300:
        rows = [
            [line[a:b].decode("cp949").strip() for a, b in _FIELDS] for line in lines
        ]
    else:
        rows = list(csv.reader(io.StringIO(_decoded(data))))
    codes = [Code(*row[:6]) for row in rows[1:] if len(row) >= 6 and row[0].isdigit()]
    if not codes:
        raise OptionError(
            "--codes: no dong code in this file", "give the ministry's KIKcd_H file"
        )
    return tuple(sorted(codes, key=lambda c: (c.code, c.created)))


def read_households(file: Path) -> dict[str, int]:
    """Dong code → households, of any table with a column for each.

    Raises:
        OptionError: The file cannot be read or lacks one of the columns.
    """
    rows = csv.DictReader(io.StringIO(_decoded(_text(file, "--households-by-dong"))))
    names = rows.fieldnames or []
    code = next((name for name in _CODE_NAMES if name in names), None)
    count = next((name for name in _HOUSEHOLD_NAMES if name in names), None)
    if code is None or count is None:
        raise OptionError(
            "--households-by-dong: no column of codes or none of households",
            f"name them {_CODE_NAMES[0]} and {_HOUSEHOLD_NAMES[0]}",
        )
    found = ((row[code], row[count].replace(",", "")) for row in rows)
    return {dong: int(n) for dong, n in found if n.isdigit()}


def _areas(name: str) -> tuple[str, ...]:
    """Invented legal areas: the dong's name without its number."""
    stem = name.rstrip("읍면동가로").rstrip("0123456789·.제") or name[:1]
    if name.endswith(("읍", "면")):
        return tuple(f"{stem}{ending}리" for ending in ("", "상", "하"))
    return (f"{stem}동",)


def load_nation(codes: Path | None, households: Path | None) -> Town:
    """A town of all living dongs that have households in the table.

    Raises:
        OptionError: One of the files is missing, cannot be read, or they do not fit.
    """
    if codes is None or households is None:
        raise OptionError(
            "--town nation: the country's dongs are not part of this project",
            "give --codes KIKcd_H_FILE and --households-by-dong FILE",
        )
    register, counts = read_codes(codes), read_households(households)
    former, dongs = former_codes(register), []
    for n, c in enumerate(c for c in register if c.dong and not c.abolished):
        if counts.get(c.code, 0) <= 0:
            continue
        rural = c.dong.endswith("면")
        dongs.append(
            Dong(
                c.code, c.sido, c.sgg, c.dong, counts[c.code],
                0.12 if rural else 0.55, "", "" if n % 6 == 5 else str(101 + n % 890),
                _areas(c.dong), former.get(c.code),
            )
        )  # fmt: skip
    if not dongs:
        raise OptionError(
            "--households-by-dong: no living code of --codes is in this table",
            "give a register and a table of about the same year",
        )
    total = sum(dong.weight for dong in dongs)
    about = About("대한민국", total, dt.date(2015, 1, 1), NATION_GAS_STOPS)
    return Town("대한민국", register, tuple(dongs), about)
