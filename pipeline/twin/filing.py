"""The files of a town: which there are, how they are encoded, when they arrive."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.twin import plan
from pipeline.twin.clock import month_day, month_end, month_no, stream, ym, ymd
from pipeline.twin.extracts import Twin, clean_sheet, listed
from pipeline.twin.history import HISTORY_DELAY, history_sheets
from pipeline.twin.more_files import MORE_FILES
from pipeline.twin.register_life import amend_register
from pipeline.twin.registers import codes_sheet, resident_sheet, team_sheet
from pipeline.twin.sheets import Sheet, delimited, fixed_codes, fixed_nhis

CORRECTED_KEPCO = -5  # which KEPCO file gets a `_v2`, counted from the last


@dataclass
class File:
    """A file to be written: where it belongs and when it arrives."""

    name: str
    source: str
    day: dt.date
    number: int = 0  # of its source
    version: int = 1
    sheet: Sheet | None = None
    make: Callable[[], Sheet] | None = None  # of the further sources
    encoding: str = ""
    line_end: str = ""


def _supplies(twin: Twin) -> list[File]:
    """Power, gas, water and health insurance."""
    window, files = twin.window, []
    halves = list(enumerate(window.half_months()))
    for n, day in halves:
        files.append(File(f"KEPCO_LIMIT_{ymd(day)}.txt", "kepco", day, n))
        files.append(File(f"GAS_STOP_{ymd(day)}.csv", "gas", day, n))
    n, day = halves[max(CORRECTED_KEPCO, -len(halves))]
    # With fewer rows a correction could be the same bytes: a replay, not a version.
    if len(listed(twin, "kepco", day).account) > 2:
        name = f"KEPCO_LIMIT_{ymd(day)}_v2.txt"
        files.append(File(name, "kepco", day, n, version=2))
    for n, day in enumerate(window.month_ends()):
        month = ym(window.first + n)
        files.append(File(f"WATER_STOP_{month}.csv", "water", day, n))
        files.append(File(f"NHIS_ARREARS_{month}.dat", "nhis", day, n))
    return files


def _registers(twin: Twin) -> list[File]:
    """Residents, teams and the ministry's codes, early and late."""
    window, files = twin.window, []
    for n, day in enumerate(window.half_years()):
        files.append(File(f"RESIDENT_{ymd(day)}.csv", "resident", day, n))
    start = month_end(window.first - 1)
    later = month_day(window.first + window.months // 2, 1)
    for n, day in enumerate((start, later)):
        sheet = team_sheet(twin, day, changed=n > 0)
        files.append(File(f"TEAM_{ymd(day)}.csv", "team", day, n, sheet=sheet))
    days = [
        (month_day(window.first - 5, 1), "txt"),
        (month_day(window.first, 1), "csv"),
    ]
    recodes = {d.former.abolished for d in twin.town.dongs if d.former}
    for text in sorted(recodes):
        recode = dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if window.first <= month_no(recode) < window.first + window.months:
            days.append((recode, "csv"))  # the ministry publishes at once
    for day, ending in days:
        sheet = codes_sheet(twin.town, day)
        name = f"KIKcd_H.{ymd(day)}.{ending}"
        files.append(File(name, "kikcd_h", day, sheet=sheet))
    return files


def files_of(twin: Twin) -> list[File]:
    """Every file of the town, with the sheets that are not made on the way."""
    files = [*_supplies(twin), *_registers(twin)]
    for n, (this, sheet) in enumerate(history_sheets(twin)):
        name, day = f"HISTORY_{ym(this.month)}.csv", month_end(this.month)
        files.append(File(name, "history", day, n, sheet=sheet))
    for more in MORE_FILES:
        for name, source, day, make, encoding, line_end in more(twin):
            files.append(
                File(name, source, day, make=make, encoding=encoding, line_end=line_end)
            )
    return sorted(files, key=lambda f: (f.day, f.name))


def sheet_of(twin: Twin, file: File) -> Sheet:
    """The rows of a file, before any trap is planted."""
    if file.sheet is not None:
        return file.sheet
    if file.make is not None:
        return file.make()
    if file.source == "resident":
        return amend_register(twin, file.day, resident_sheet(twin, file.day))
    clean = clean_sheet(twin, file.source, file.day)
    return plan.corrected(twin, clean) if file.version > 1 else clean


def encoded(file: File, sheet: Sheet) -> bytes:
    """The bytes of a file, in its source's shape."""
    if file.encoding:
        return delimited(sheet, file.encoding, file.line_end, pipe=False)
    if file.source == "nhis":
        return fixed_nhis(sheet)
    if file.source == "kepco":
        return delimited(sheet, "cp949", "\n", pipe=True)
    if file.source in ("gas", "team"):
        return delimited(sheet, "utf-8-sig", "\n", pipe=False)
    if file.source == "kikcd_h":
        if file.name.endswith(".txt"):
            return fixed_codes(sheet)
        return delimited(sheet, "utf-8", "\n", pipe=False)
    return delimited(sheet, "cp949", "\r\n", pipe=False)


def received_on(twin: Twin, file: File) -> dt.date:
    """3 to 12 days after the reference date; a corrected file later still."""
    days = int(stream(twin.seed, f"received/{file.name}").integers(3, 13))
    if file.source == "history":
        return file.day + HISTORY_DELAY
    return file.day + dt.timedelta(days=days + (8 if file.version > 1 else 0))


def arrives(twin: Twin, file: File) -> bool:
    """Whether a file comes at all: a silent source stops in mid-window."""
    middle = twin.window.first + twin.window.months // 2
    return file.source != twin.scenario.silent or month_no(file.day) < middle
