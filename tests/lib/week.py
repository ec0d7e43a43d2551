"""Seven nights of a made-up town: what comes on which day, and what goes wrong.

| night | in the inbox since the night before | ends as |
|---|---|---|
| 2026-07-05 | files of the day | Completed |
| 2026-07-06 | nothing; the gas extract of mid-June is overdue | late files |
| 2026-07-07 | the health insurer's file, cut off; a file named after a person | refused files |
| 2026-07-08 | the health insurer's file, whole | late files |
| 2026-07-09 | files of the day; a key is damaged | Failed |
| 2026-07-10 | the key is back, the overdue gas extract; the office is held a while | Completed |
| 2026-07-11 | files of the day and a corrected version of the gas extract | Completed |
"""

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from time import sleep
from typing import Any

from pipeline.filenames import RECEIVED_SUFFIX
from pipeline.office import take_lock
from pipeline.settings import load_office
from tests.lib.files import CANARY, CANARY_NAME
from tests.lib.served import FINAL, Served
from tests.lib.towns import done

FIRST = date(2026, 7, 5)
NIGHTS = [(FIRST + timedelta(days=n)).isoformat() for n in range(7)]
BROKEN = "NHIS_ARREARS_202606.dat"
LATE = "GAS_STOP_20260615.csv"
MISSING = "WATER_STOP_202604.csv"
CORRECTED = "GAS_STOP_20260630.csv"
NAMED = f"{CANARY[:6]}-{CANARY[6:]} 명단.csv"
PHONE = "01087651234"
_KEY = "person.key"


@dataclass
class Week:
    """The nights' runs, as Prefect tells them, by night."""

    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)


def prepare(root: Path, aside: Path) -> None:
    """Keep back what comes in the week and load the rest; plant a person in two files."""
    aside.mkdir()
    inbox = root / "inbox"
    (inbox / MISSING).unlink()
    (inbox / f"{MISSING}{RECEIVED_SUFFIX}").unlink()
    _received(inbox / LATE, "2026-07-09")
    _plant(inbox / CORRECTED, {"성명": CANARY_NAME, "연락처": PHONE})
    _plant(inbox / "RESIDENT_CHANGE_202606.csv",
           {"성명": CANARY_NAME, "연락처": PHONE, "주민번호": CANARY})  # fmt: skip
    _correct(inbox / CORRECTED, "2026-07-10")
    for side_car in sorted(inbox.glob(f"*{RECEIVED_SUFFIX}")):
        file = side_car.with_suffix("")
        if _day_of(file) >= NIGHTS[0][:8] + "04":
            shutil.move(file, aside / file.name)
            shutil.move(side_car, aside / side_car.name)
    done("ingest", "--office", str(root), "--as-of", "2026-07-04")


def everything(root: Path, aside: Path) -> None:
    """The same files as after the week, at once, in an office left in peace."""
    for file in aside.iterdir():
        shutil.copy2(file, root / "inbox" / file.name)
    last = ("--as-of", NIGHTS[-1])
    done("ingest", "--office", str(root), *last)
    done("screen", "--office", str(root), *last)


def nights(office: Served, aside: Path) -> Week:
    """Live through the week."""
    week = Week()
    arrange: dict[int, Callable[[Path], None]] = {
        2: _break,
        3: _mend,
        4: _damage,
        5: _heal,
    }
    for n, night in enumerate(NIGHTS):
        _arrive(aside, office.root / "inbox", night)
        arrange.get(n, lambda _: None)(office.root)
        run = _busy_night(office, night) if n == 5 else office.night(night)
        week.runs[night] = run
        week.tables[night] = office.tables(run["id"])
        tasks = office.tasks(run["id"])
        week.tries[night] = tasks["wait for the office"]["run_count"]
    return week


def _busy_night(office: Served, night: str) -> dict[str, Any]:
    """Somebody works in the office when the night begins, and ends a while later."""
    lock = take_lock(load_office(office.root))
    try:
        run = office.start("nightly", f"{night}T02:30:00+09:00")
        while not _waits(office, run):
            sleep(0.1)
    finally:
        lock.truncate(0)
        lock.close()
    return office.ended(run)


def _waits(office: Served, run: str) -> bool:
    """Does the run wait for its next try, or has it given up?"""
    if office.api(f"flow_runs/{run}")["state_type"] in FINAL:
        return True
    tasks = office.tasks(run).values()
    return any(one["state_name"] == "AwaitingRetry" for one in tasks)


def _arrive(aside: Path, inbox: Path, night: str) -> None:
    day_before = (date.fromisoformat(night) - timedelta(days=1)).isoformat()
    for side_car in aside.glob(f"*{RECEIVED_SUFFIX}"):
        file = side_car.with_suffix("")
        if _day_of(file) == day_before:
            shutil.copy2(file, inbox / file.name)
            shutil.copy2(side_car, inbox / side_car.name)


def _break(root: Path) -> None:
    file = root / "inbox" / BROKEN
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    (root / "inbox" / NAMED).write_text(f"{CANARY_NAME},{PHONE},{CANARY}\n", "utf-8")


def _mend(root: Path) -> None:
    shutil.copy2(root.parent / "aside" / BROKEN, root / "inbox" / BROKEN)


def _damage(root: Path) -> None:
    key = root / "keys" / _KEY
    shutil.copy2(key, root.parent / _KEY)
    key.write_bytes(key.read_bytes()[:5])


def _heal(root: Path) -> None:
    shutil.copy2(root.parent / _KEY, root / "keys" / _KEY)


def _day_of(file: Path) -> str:
    return file.with_name(file.name + RECEIVED_SUFFIX).read_text("ascii").strip()


def _received(file: Path, day: str) -> None:
    file.with_name(file.name + RECEIVED_SUFFIX).write_text(f"{day}\n", "ascii")


def _read(file: Path) -> tuple[list[list[str]], str]:
    content = file.read_bytes()
    encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "cp949"
    return list(csv.reader(io.StringIO(content.decode(encoding)))), encoding


def _write(file: Path, rows: list[list[str]], encoding: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    file.write_bytes(text.getvalue().encode(encoding))


def _plant(file: Path, cells: dict[str, str]) -> None:
    rows, encoding = _read(file)
    for name, value in cells.items():
        rows[1][rows[0].index(name)] = value
    _write(file, rows, encoding)


def _correct(file: Path, day: str) -> None:
    """The holder's next version: a row is gone, an amount is another."""
    rows, encoding = _read(file)
    rows[2][rows[0].index("체납액")] = "7770"
    version = file.with_name(f"{file.stem}_v2{file.suffix}")
    _write(version, rows[:-1], encoding)
    _received(version, day)


def planted(inboxes: list[Path]) -> tuple[set[bytes], set[bytes]]:
    """Resident numbers and phones of everybody in the town's register, and the planted."""
    numbers, phones = {CANARY.encode()}, {PHONE.encode()}
    for inbox in inboxes:
        for file in inbox.glob("RESIDENT_*.csv"):
            rows, _ = _read(file)
            for name, found in (("주민번호", numbers), ("연락처", phones)):
                at = rows[0].index(name)
                found |= {row[at].encode() for row in rows[1:] if len(row) > at}
    return ({n for n in numbers if re.fullmatch(rb"\d{13}", n)},
            {p for p in phones if re.fullmatch(rb"010\d{8}", p)})  # fmt: skip


def seen_in(
    files: Iterator[Path], numbers: set[bytes], phones: set[bytes]
) -> list[str]:
    """Files that hold the planted name, or a resident number or phone of anybody."""
    names = [CANARY_NAME.encode(code) for code in ("utf-8", "cp949", "utf-16-le")]
    # As JSON writes it, too: that is how Prefect keeps what it is told.
    names.append(CANARY_NAME.encode("unicode_escape"))
    return [
        str(file)
        for file in files
        if (content := file.read_bytes())
        and (
            any(name in content for name in names)
            or _numbers_in(content, numbers, phones)
        )
    ]


def _numbers_in(content: bytes, numbers: set[bytes], phones: set[bytes]) -> bool:
    for text in (content, content.replace(b"\0", b"")):
        bare = re.sub(rb"(?<=\d)-(?=\d)", b"", text)
        for run in re.findall(rb"\d{11,}", bare):
            if any(run[i : i + 13] in numbers for i in range(len(run) - 12)):
                return True
            if any(run[i : i + 11] in phones for i in range(len(run) - 10)):
                return True
    return False
