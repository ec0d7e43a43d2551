"""The life of a dong code in words: when it began and ended, and what it became."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from pipeline.dong_register import put_registers
from pipeline.errors import OptionError
from pipeline.warehouse import Warehouse

# Table of contents: SQL files in the order in which they are built.
TRACE_TABLES: Final = (
    "core/_dong_life",
    "core/_dong_pair",
    "core/_dong_step",
    "core/core_dong_succession",
)
_IN_WORDS: Final = {
    "recoded": "goes on under another code",
    "renamed": "goes on under another name and code",
    "merged": "joined with others into",
    "split": "is divided: it may be any of",
    "absorbed": "ends without a successor of its own: it may be any of",
}


@dataclass(frozen=True)
class Dong:
    """A dong code and its whole name."""

    code: str
    name: str


@dataclass(frozen=True)
class Step:
    """One code's life, and where it went when it ended."""

    code: str
    name: str
    began_on: dt.date
    ended_on: dt.date | None
    last_listed_on: dt.date | None
    kind: str
    heirs: tuple[Dong, ...]


@dataclass(frozen=True)
class Trace:
    """Where a code stands on a day, and the steps that lead there.

    `how` is as in core_dong_current; `heirs` are the live dongs that a code under
    review may be.
    """

    code: str
    at: dt.date
    how: str
    current: Dong | None
    steps: tuple[Step, ...]
    heirs: tuple[Dong, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def build_trace_tables(
    warehouse: Warehouse, register: Iterable[dict[str, Any]], at: dt.date
) -> None:
    """Derive every code's succession on a day from registers alone."""
    put_registers(warehouse, register)
    for name in TRACE_TABLES:
        warehouse.run_sql(name, {"as_of": at})
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE _dong_seen AS SELECT dong_code FROM _dong_life"
    )
    warehouse.run_sql("core/core_dong_current")


def trace(warehouse: Warehouse, code: str, at: dt.date) -> Trace:
    """A code's steps to the codes of the day, from tables built before.

    Raises:
        OptionError: The code is none, or no register tells of it.
    """
    if not re.fullmatch(r"[1-9]\d{9}", code):
        raise OptionError(
            "CODE: expected a dong code of 10 digits",
            "copy it from the file, leading digits included",
        )
    found = warehouse.rows(
        "SELECT how, current_dong_code, heirs FROM core_dong_current "
        "WHERE dong_code = $code",
        {"code": code},
    )
    if not found:
        raise OptionError(
            f"no register given tells of a dong {code} on {at}",
            "give a register that holds abolished codes, or an earlier or later day",
        )
    how, current, heirs = found[0]
    return Trace(
        code=code,
        at=at,
        how=str(how),
        current=_dongs(warehouse, [current])[0] if current else None,
        steps=_steps(warehouse, code),
        heirs=_dongs(warehouse, heirs),
    )


def in_words(told: Trace) -> list[str]:
    """A trace line by line, as a person reads it."""
    lines = []
    for step in told.steps:
        lines.append(f"{step.code}  {step.name}")
        lines.append(f"  {step.began_on}  begins")
        if step.ended_on:
            since = (
                f" (last listed {step.last_listed_on}, gone from the list of that day)"
                if step.last_listed_on
                else ""
            )
            lines.append(f"  {step.ended_on}  {_IN_WORDS[step.kind]}{since}")
            lines += [f"              {heir.code}  {heir.name}" for heir in step.heirs]
    if told.current:
        lines.append(
            f"on {told.at}: {told.current.code}  {told.current.name} ({told.how})"
        )
    else:
        lines.append(f"on {told.at}: review, one of {len(told.heirs)} dongs:")
        lines += [f"  {heir.code}  {heir.name}" for heir in told.heirs]
    return lines


def _steps(warehouse: Warehouse, code: str) -> tuple[Step, ...]:
    ended = warehouse.rows(
        "SELECT s.from_code, l.created_on, s.ended_on, s.last_listed_on, s.kind, "
        "s.heirs FROM core_dong_succession AS s "
        "INNER JOIN _dong_life AS l ON s.from_code = l.dong_code "
        "WHERE s.dong_code = $code ORDER BY s.step",
        {"code": code},
    )
    steps = [
        Step(
            from_code,
            _dongs(warehouse, [from_code])[0].name,
            created_on,
            ended_on,
            last_listed_on,
            kind,
            _dongs(warehouse, heirs),
        )
        for from_code, created_on, ended_on, last_listed_on, kind, heirs in ended
    ]
    last = steps[-1].heirs if steps else (_dongs(warehouse, [code])[0],)
    live = warehouse.rows(
        "SELECT created_on FROM _dong_life WHERE dong_code = $code AND is_live",
        {"code": last[0].code if len(last) == 1 else ""},
    )
    if live:
        only = last[0]
        steps.append(Step(only.code, only.name, live[0][0], None, None, "live", ()))
    return tuple(steps)


def _dongs(warehouse: Warehouse, codes: Iterable[str]) -> tuple[Dong, ...]:
    wanted = list(codes)
    names = dict(
        warehouse.rows(
            "SELECT dong_code, concat_ws(' ', sido, sgg, dong_name) FROM _dong_life "
            "WHERE list_contains(CAST($codes AS VARCHAR[]), dong_code)",
            {"codes": wanted},
        )
    )
    return tuple(Dong(code, names.get(code, "")) for code in wanted)
