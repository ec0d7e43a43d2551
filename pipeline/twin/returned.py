"""A referral list as it comes back: filled in by officers who saw what is true."""

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.twin.clock import stream
from pipeline.twin.townhall import (
    DISAGREES,
    FLAGS,
    OTHER_DATE,
    PAPER,
    PAPER_CODES,
    PENDING,
    SEES_NEED,
    SEES_NO_NEED,
    SPACED,
    STEPS,
    UNKNOWN_CODE,
    UNREACHED_AWAY,
    UNREACHED_HERE,
    UNTOUCHED,
    Habits,
    Seen,
    attempts,
    chance_to_meet,
    closing_code,
    is_met,
    pick,
)

Row = dict[str, str]
DAYS_AFTER = (2, 50)  # of a round in which officers go out, from its first day
_BAD_CODE = "Q9"
_PENDING, _UNTOUCHED = "P1", "P0"


@dataclass(frozen=True)
class Task:
    """A round's lists in the hands of its officers.

    `truth`: by 의뢰번호; who is not in it comes back as 미처리. `steps`: the locate
    step that a referral names.
    """

    truth: Mapping[str, Seen]
    start: dt.date
    seed: int
    steps: Mapping[str, str] = field(default_factory=dict)
    habits: Habits = field(default_factory=Habits)

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First day on which they go out, and the day after the last one."""
        first, last = (dt.timedelta(days=n) for n in DAYS_AFTER)
        return self.start + first, self.start + last


def read_list(listed: bytes) -> tuple[list[str], list[Row]]:
    """Header and rows of a list as it was exported, UTF-8 with BOM."""
    reader = csv.DictReader(io.StringIO(listed.decode("utf-8-sig")))
    return list(reader.fieldnames or ()), list(reader)


def write_list(header: Sequence[str], rows: Sequence[Row]) -> bytes:
    """A list as a Korean Excel saves it."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header, lineterminator="\r\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _met(rng: np.random.Generator, seen: Seen, task: Task, method: str) -> Row:
    found = bool(rng.random() < (SEES_NEED if seen.in_need else 1 - SEES_NO_NEED))
    code = closing_code(rng, found=found)
    if code in PAPER_CODES and rng.random() < PAPER:
        return {"결과코드": code, "담당자판단": "동의"}
    cells = attempts(rng, *task.days, int(rng.integers(1, 4)), method)
    met = max(value for key, value in cells.items() if key.endswith("시도일"))
    level = int(rng.integers(3, 6)) if found else int(rng.integers(1, 3))
    cells |= {
        "접촉일": met,
        "결과코드": code,
        "필요확인": "Y" if found else "N",
        "위기도": str(level),
        "담당자판단": "동의",
    }
    if rng.random() < DISAGREES:
        cells |= {"담당자판단": "변경", "변경사유": "현장 확인 결과에 따름"}
    if rng.random() < sum(FLAGS.values()):
        cells["현장표시"] = pick(rng, FLAGS)
    return cells


def _unmet(rng: np.random.Generator, seen: Seen, task: Task, step: str) -> Row:
    codes: Mapping[str, float]
    codes = UNREACHED_HERE if seen.lives_there else UNREACHED_AWAY
    if seen.lives_there and not seen.is_door_known and step != "UNIT":
        codes = {"L5": 60, "L1": 20, "L2": 20}
    code = pick(rng, codes)
    if step == "FIELD_CHECK" and not seen.lives_there:
        code = "L3" if seen.in_town else "L4"  # the check tells that they have moved
    method = STEPS[step].method if step in STEPS else ""
    count = int(rng.integers(1 if step else 2, 4))
    return attempts(rng, *task.days, count, method) | {"결과코드": code}


def result_of(row: Row, task: Task, *, is_second: bool = False) -> Row:
    """The officer's cells of a referral; at a second look nothing is still pending."""
    reference = row["의뢰번호"]
    rng = stream(task.seed, f"returned/{reference}")
    seen = task.truth.get(reference)
    if seen is None:
        return {"결과코드": _UNTOUCHED}
    waiting, step = float(rng.random()), task.steps.get(reference, "")
    if waiting < PENDING + UNTOUCHED and not is_second:
        if waiting < UNTOUCHED:
            return {"결과코드": _UNTOUCHED}
        # Somebody began; with what the office knew already, mostly without an attempt.
        tried = attempts(rng, *task.days, 1, "") if rng.random() < 0.5 else {}
        return tried | {"결과코드": _PENDING}
    if seen.is_dead:
        return attempts(rng, *task.days, 1, "방문") | {"결과코드": "D1"}
    chance = chance_to_meet(
        seen, task.habits, has_phone=bool(row.get("연락처")), step=step
    )
    if is_met(chance, seen, rng, task.seed):
        return _met(rng, seen, task, STEPS[step].method if step in STEPS else "")
    return _unmet(rng, seen, task, step)


def _slips(rng: np.random.Generator, cells: Row) -> Row:
    """What people's hands do to codes and dates."""
    out, draw = dict(cells), float(rng.random())
    if draw < UNKNOWN_CODE:
        out["결과코드"] = _BAD_CODE
    elif draw < UNKNOWN_CODE + SPACED:
        out["결과코드"] = f" {out['결과코드']} "
    if rng.random() < OTHER_DATE:
        for key, value in cells.items():
            if key.endswith("일") and value:
                out[key] = f"{value[:4]}. {int(value[4:6])}. {int(value[6:])}."
    return out


def is_unfinished(cells: Row) -> bool:
    """Whether a row has to be sent again."""
    return cells["결과코드"] in (_BAD_CODE, _PENDING, _UNTOUCHED)


def fill_rows(rows: Sequence[Row], task: Task, *, is_second: bool = False) -> list[Row]:
    """The rows of a list with the officers' columns filled in, slips and all."""
    filled = []
    for row in rows:
        cells = result_of(row, task, is_second=is_second)
        if not is_second:
            slips = stream(task.seed, f"returned/slips/{row['의뢰번호']}")
            cells = _slips(slips, cells)
        filled.append(row | cells)
    return filled


def fill_returned(listed: bytes, task: Task) -> bytes:
    """Fill the officers' columns of an exported list, as it comes back first."""
    header, rows = read_list(listed)
    return write_list(header, fill_rows(rows, task))
