"""When filled lists come back: in time, late, in parts, again, or never."""

import datetime as dt
from dataclasses import dataclass

from pipeline.twin.clock import stream
from pipeline.twin.returned import (
    DAYS_AFTER,
    Row,
    Task,
    fill_rows,
    is_unfinished,
    read_list,
    write_list,
)

IN_TIME = (DAYS_AFTER[1], 58)  # days after the round's first day; the next is at 59-62
LATE = (68, 115)  # in the next round
FINISHED = 0.5  # [own] of what was pending, so much is worked to the end later
PART = (0.3, 0.8)  # [own] how much of a list comes in its first part


@dataclass(frozen=True)
class Return:
    """A filled list and the day on which it came back."""

    name: str
    content: bytes
    received: dt.date
    rows: list[Row]


def is_list(listed: bytes) -> bool:
    """Whether a file of a round is one that officers fill in."""
    header = listed.decode("utf-8-sig").partition("\r\n")[0].split(",")
    return "의뢰번호" in header and "결과코드" in header


def come_back(name: str, listed: bytes, task: Task) -> list[Return]:
    """The files that come of one exported list, each with its day; none if never.

    A list comes back whole, or in two parts; rows that were pending or wrongly coded
    come once more. A file that is late stays so for all its rows.
    """
    header, rows = read_list(listed)
    rng = stream(task.seed, f"townhall/{name}")
    draw = float(rng.random())
    in_time, late = (
        task.start + dt.timedelta(days=int(rng.integers(*span)))
        for span in (IN_TIME, LATE)
    )
    habits, stem = task.habits, name.rpartition(".")[0]
    if not rows or draw < habits.never_share:
        return []
    filled = fill_rows(rows, task)
    is_late = draw < habits.never_share + habits.late_share
    is_parted = (
        draw > 1 - habits.partial_share and len(rows) > 1
    )  # the rest is left out
    cut = max(1, round(len(rows) * float(rng.uniform(*PART)))) if is_parted else None

    def made(word: str, what: list[Row], day: dt.date) -> Return:
        return Return(f"{stem}_{word}.csv", write_list(header, what), day, what)

    if is_late:
        return [made("늦음", filled, late)]
    out = [made("완료", filled[:cut], in_time)]
    again = [
        row
        for n, row in enumerate(filled)
        if (cut is not None and n >= cut)
        or (is_unfinished(row) and rng.random() < FINISHED)
        or row["결과코드"] == "Q9"
    ]
    if again:
        out.append(made("추가", fill_rows(again, task, is_second=True), late))
    return out
