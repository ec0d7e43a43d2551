"""Registers of dongs read straight from the ministry's files, without an office."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.errors import OptionError
from pipeline.warehouse import Warehouse

REGISTER = pa.schema(
    [
        ("file_id", pa.int32()),
        ("ref_date", pa.date32()),
        ("known_on", pa.date32()),
        ("version", pa.int32()),
        ("row_no", pa.int64()),
        ("dong_code", pa.string()),
        ("sido", pa.string()),
        ("sgg", pa.string()),
        ("dong_name", pa.string()),
        ("created_on", pa.date32()),
        ("abolished_on", pa.date32()),
        ("is_map", pa.bool_()),
        ("is_current_only", pa.bool_()),
    ]
)
_HEADER = ("행정동코드", "시도명", "시군구명", "읍면동명", "생성일자", "말소일자")
# Where the fields of the ministry's fixed-width form stand, in bytes.
_BYTES = ((0, 10), (11, 41), (42, 72), (73, 103), (104, 112), (113, 121))
_REF_DATE = re.compile(r"(?<!\d)(\d{8})(?!\d)")
_CODE = re.compile(r"[1-9]\d{9}")


def read_register(file: Path, file_id: int = 1) -> list[dict[str, Any]]:
    """The rows of a KIKcd_H or KIKmix file, as _dong_register holds them.

    Raises:
        OptionError: No such file, no reference date in its name, or another layout.
    """
    if not file.is_file():
        raise OptionError(
            f"--register: {file} is no file", "give a KIKcd_H or KIKmix file"
        )
    ref_date = _ref_date(file)
    raw = file.read_bytes()
    text_rows = _fixed_width(raw) if b"," not in raw[:100] else _delimited(raw)
    rows = [row for row in text_rows if row and _CODE.fullmatch(row[0])]
    if not rows:
        raise OptionError(
            f"--register: {file.name} holds no rows of a register of dongs",
            "give the ministry's KIKcd_H or KIKmix file as it was downloaded",
        )
    is_current_only = not any(_date(row[5]) for row in rows)
    is_map = any(row[6] for row in rows)
    return [
        {
            "file_id": file_id,
            "ref_date": ref_date,
            "known_on": ref_date,
            "version": 1,
            "row_no": number,
            "dong_code": row[0],
            "sido": row[1] or None,
            "sgg": row[2] or None,
            "dong_name": row[3] or None,
            "created_on": _date(row[4]),
            "abolished_on": _date(row[5]),
            "is_map": is_map,
            "is_current_only": is_current_only,
        }
        for number, row in enumerate(_once_each(rows) if is_map else rows, 1)
        if _date(row[4])
    ]


def put_registers(warehouse: Warehouse, rows: Iterable[dict[str, Any]]) -> None:
    """Make _dong_register of these rows."""
    table = pa.Table.from_pylist(list(rows), schema=REGISTER)
    warehouse.put("_dong_register", table, home="temp")


def register_of_office(warehouse: Warehouse) -> list[dict[str, Any]]:
    """The rows of every register that an office has loaded, whenever it arrived."""
    warehouse.execute(
        "CREATE OR REPLACE TEMP VIEW core_visible_file AS SELECT * FROM core_file"
    )
    try:
        found: list[dict[str, Any]] = warehouse.fetch_sql(
            "core/_dong_register"
        ).to_pylist()
    finally:
        warehouse.execute("DROP VIEW temp.core_visible_file")
    return found


def _ref_date(file: Path) -> dt.date:
    for digits in _REF_DATE.findall(file.name):
        if found := _date(digits):
            return found
    raise OptionError(
        f"--register: the name {file.name} holds no date of the register",
        "name it as the ministry does, e.g. KIKcd_H.20240801.csv",
    )


def _delimited(raw: bytes) -> list[Sequence[str]]:
    """Rows as (six fields of the register, legal dong code or nothing)."""
    rows = csv.reader(io.StringIO(_decoded(raw), newline=""))
    header = [cell.strip() for cell in next(rows, [])]
    if not set(_HEADER) <= set(header):
        return []
    places = [header.index(name) for name in _HEADER]
    legal = header.index("법정동코드") if "법정동코드" in header else None
    return [
        [row[at].strip() for at in places] + [row[legal] if legal is not None else ""]
        for row in rows
        if len(row) == len(header)
    ]


def _fixed_width(raw: bytes) -> list[Sequence[str]]:
    return [
        [line[a:b].decode("cp949", errors="replace").strip() for a, b in _BYTES] + [""]
        for line in raw.splitlines()
    ]


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp949", errors="replace")


def _once_each(rows: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """A row per dong with its earliest date: a map repeats it for each legal dong."""
    first: dict[str, Sequence[str]] = {}
    for row in sorted(rows, key=lambda row: (row[0], row[4])):
        first.setdefault(row[0], row)
    return list(first.values())


def _date(digits: str) -> dt.date | None:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
