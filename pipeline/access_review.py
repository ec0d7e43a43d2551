"""The monthly look at the access log: who did how much, what left, what stands out.

Asked for each month by 개인정보의 안전성 확보조치 기준 §8, with the reason of every
download looked at. The sheet leaves those columns to the person who reviews.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline.access_record import PURPOSES
from pipeline.errors import DiskError, OptionError
from pipeline.excel_safe import safe_text
from pipeline.publish import write_durably

_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
# Outside of these hours and on weekends a person's access is told apart; nights that
# run by themselves are not a person's.
OFFICE_HOURS: Final = range(8, 20)
UNATTENDED: Final = frozenset({"nightly"})
_FIRST_WEEKEND_DAY: Final = 5
HEADERS_KO: Final = (
    "번호", "일시", "사용자", "컴퓨터", "명령", "목적", "회차", "확인자",
    "파일 수", "대상 가구 수", "업무시간 외", "사유 확인", "점검자", "점검일",
)  # fmt: skip


@dataclass
class Tally:
    """What one operator did with one command in a month."""

    operator: str
    command: str
    times: int = 0
    failed: int = 0
    off_hours: int = 0
    handed: int = 0
    whose: set[str] = field(default_factory=set)

    @property
    def households(self) -> int:
        """Of how many households something was looked at or left."""
        return len(self.whose)


@dataclass(frozen=True)
class Review:
    """A month's entries summed up; `downloads` are those by which files left."""

    month: str
    entries: int
    tallies: tuple[Tally, ...]
    downloads: tuple[Mapping[str, Any], ...]


def review(entries: Iterable[Mapping[str, Any]], month: str) -> Review:
    """Sum up a month, `YYYY-MM`.

    Raises:
        OptionError: It is no month.
    """
    if not _MONTH.fullmatch(month):
        raise OptionError("this is no month", "write it YYYY-MM, e.g. 2026-10")
    tallies: dict[tuple[str, str], Tally] = {}
    downloads, count = [], 0
    for entry in entries:
        if not str(entry["at"]).startswith(month):
            continue
        count += 1
        who = (str(entry["operator"]), str(entry["command"]))
        one = tallies.setdefault(who, Tally(*who))
        one.whose |= set(entry["whose"])
        one.times += entry["phase"] == "begun"
        one.off_hours += entry["phase"] == "begun" and is_off_hours(entry)
        one.failed += entry["phase"] == "refused"
        one.failed += entry["phase"] == "ended" and has_failed(entry["outcome"])
        if entry["phase"] == "handed":
            one.handed += len(entry["about"].get("files", {}))
            downloads.append(entry)
    ordered = tuple(tallies[who] for who in sorted(tallies))
    return Review(month, count, ordered, tuple(downloads))


def has_failed(outcome: str) -> bool:
    """Whether a command ended in an error; to find something bad is its work."""
    return outcome != "done" and not outcome.startswith("exit ")


def is_off_hours(entry: Mapping[str, Any]) -> bool:
    """Whether a person worked at night or on a weekend."""
    at = dt.datetime.fromisoformat(entry["at"])
    is_weekend = at.weekday() >= _FIRST_WEEKEND_DAY
    is_person = entry["command"] not in UNATTENDED
    return is_person and (is_weekend or at.hour not in OFFICE_HOURS)


def purpose_ko(entry: Mapping[str, Any]) -> str:
    """On what ground it was done; a purpose that is none of ours stays as it stands."""
    return PURPOSES.get(entry["purpose"], str(entry["purpose"]))


def sheet(found: Review) -> bytes:
    """Every download of the month as a CSV for Excel; three columns to fill in."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADERS_KO)
    for entry in found.downloads:
        about = entry["about"]
        cells = (
            entry["n"], entry["at"], entry["operator"], entry["host"],
            entry["command"], purpose_ko(entry), about.get("round", ""),
            about.get("confirmed_by", ""), len(about.get("files", {})),
            len(entry["whose"]), "예" if is_off_hours(entry) else "", "", "", "",
        )  # fmt: skip
        writer.writerow([safe_text(str(cell)) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def write_sheet(found: Review, target: Path) -> Path:
    """Write the sheet of a month.

    Raises:
        OptionError: A file lies there already; somebody may have filled it in.
        DiskError: It cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_durably(target, sheet(found))
    except FileExistsError:
        raise OptionError(
            f"{target} is there already and may be filled in",
            "name another file with --to, or put that one away",
        ) from None
    except OSError as error:
        raise DiskError(
            f"{target} cannot be written ({error.strerror})",
            "free space or name another file with --to",
        ) from None
    return target
