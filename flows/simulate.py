"""Years of rounds in a made-up town: lists out, officers of a town hall, lists back."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flows.job import Job, confirmed_by, office_held, working
from pipeline.errors import NotReady, OfficeError, OptionError
from pipeline.rounds import default_round
from pipeline.settings import Office

if TYPE_CHECKING:
    from pipeline.twin.returned import Row
    from pipeline.twin.townhall import Habits, Seen
    from pipeline.twin.townhall_truth import TownTruth

CONFIRMED_BY = "합성 담당자"
MONTHS_APART = 2
HELD_BACK = "not_used"  # under truth/: results of rounds that never were here
Told = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What is to be simulated.

    `habits`: how the officers work. The town's files lie in the inbox already.
    """

    office: Office
    rounds: int
    first_as_of: date
    habits: "Habits"

    @property
    def days(self) -> list[date]:
        """The day of each round."""
        return [_months_on(self.first_as_of, MONTHS_APART * n)
                for n in range(self.rounds)]  # fmt: skip


def _months_on(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return day.replace(year=number // 12, month=number % 12 + 1)


def simulate(plan: Plan) -> Iterator[Told]:
    """Work the rounds one after the other; what came of each is told as it ends.

    Every round: the inbox is loaded, the households are ranked as of the round's day,
    the lists leave, officers fill them from the truth of that day, and the filled files
    are laid into the inbox with the day on which they come back. No clock decides
    anything: the same town, days and habits give the same files.

    Raises:
        OfficeError: The office is one of real people.
        NotReady: There is no made-up town in it, or its rounds are over already.
        OptionError: The town has no files for so many rounds.
    """
    if not plan.office.config.office.synthetic:
        raise OfficeError(
            "this is an office of real people: nobody fills in their results for them",
            "make a synthetic one: blindspot init --office DIR --synthetic-seed N",
        )
    from pipeline.twin.townhall_truth import TownTruth

    truth = TownTruth(plan.office.root / "truth")
    _check_days(plan, truth)
    _hold_back_rounds_elsewhere(plan)
    numbers = _numbers(plan.office, truth)
    with office_held(plan.office):
        _require_no_later_round(plan)
        for day in plan.days:
            yield _one_round(plan, day, truth, numbers)


def _check_days(plan: Plan, truth: "TownTruth") -> None:
    first = _months_on(truth.as_of, -truth.months)
    if plan.first_as_of.day > 28 or plan.first_as_of <= first:
        raise OptionError(
            f"--first-as-of: expected a day up to the 28th of a month after {first}, "
            "the town's first",
            "leave the town some months of files before it",
        )
    if plan.days[-1] > truth.as_of:
        raise OptionError(
            f"--rounds: the last would be as of {plan.days[-1]}, and the town's files "
            f"end before {truth.as_of}",
            "ask for fewer rounds, an earlier --first-as-of, or make a town of more "
            "months: blindspot twin --months",
        )


def _hold_back_rounds_elsewhere(plan: Plan) -> None:
    """Take results of rounds away that the simulated ones stand for."""
    aside = plan.office.root / "truth" / HELD_BACK
    first = plan.first_as_of.year * 12 + plan.first_as_of.month
    for file in sorted(plan.office.path("inbox").glob("HISTORY_*")):
        # Named after the month in which the round closed, a month after it began.
        digits = file.name.removeprefix("HISTORY_")[:6]
        if int(digits[:4]) * 12 + int(digits[4:]) - 1 >= first:
            aside.mkdir(exist_ok=True)
            shutil.move(file, aside / file.name)


def _require_no_later_round(plan: Plan) -> None:
    with working(_job(plan, plan.first_as_of), "simulate") as (warehouse, _):
        if not warehouse.has_table("out_issued"):
            return
        ((last,),) = warehouse.rows("SELECT max(as_of) FROM out_issued")
    if last is not None and last >= plan.first_as_of:
        raise NotReady(
            f"lists left this office as of {last} already",
            f"go on after that day (--first-as-of "
            f"{_months_on(last, MONTHS_APART)}), or make a new office",
        )


def _numbers(office: Office, truth: "TownTruth") -> dict[str, str]:
    """세대번호 by household_id, by the office's own keys."""
    from pipeline.household import registered_household_id
    from pipeline.identity import load_keys, registry_no_key

    keys = load_keys(office)
    return {
        registered_household_id(registry_no_key(keys, number)): number
        for number in truth.numbers()
    }


def _job(plan: Plan, day: date) -> Job:
    return Job.of(plan.office, day, "simulate", {})


def _one_round(
    plan: Plan, day: date, truth: "TownTruth", numbers: dict[str, str]
) -> Told:
    from flows.screening import screen
    from flows.steps import ingest, write_lists

    seconds = {}
    started = perf_counter()
    job = _job(plan, day)
    loaded = ingest(job)
    seconds["ingest"] = perf_counter() - started
    screen(job)
    seconds["screen"] = perf_counter() - started - sum(seconds.values())
    confirmed_by.set(CONFIRMED_BY)
    made = write_lists(job)
    seconds["export"] = perf_counter() - started - sum(seconds.values())
    told = _work_lists(plan, job, made.folder, truth, numbers)
    seconds["officers"] = perf_counter() - started - sum(seconds.values())
    return {
        "round": default_round(day),
        "as_of": day,
        "files_loaded": loaded["loaded"],
        "files_refused": loaded["refused"],
        **told,
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
    }


def _work_lists(
    plan: Plan, job: Job, folder: Path, truth: "TownTruth", numbers: dict[str, str]
) -> Told:
    """Officers take the exported lists, and send them back when they do."""
    from pipeline.twin.returned import Task
    from pipeline.twin.townhall_post import come_back, is_list

    seen, steps = _referrals(job, truth, numbers)
    task = Task(seen, job.as_of, truth.seed, steps, plan.habits)
    inbox, rows = plan.office.path("inbox"), list["Row"]()
    never = later = 0
    for file in sorted(folder.glob("*.csv")):
        listed = file.read_bytes()
        if not is_list(listed):
            continue
        back = come_back(file.name, listed, task)
        never += not back and listed.count(b"\r\n") > 1
        for one in back:
            later += one.received >= _months_on(job.as_of, MONTHS_APART)
            rows += one.rows
            (inbox / one.name).write_bytes(one.content)
            side_car = inbox / f"{one.name}.received"
            side_car.write_text(f"{one.received.isoformat()}\n", encoding="ascii")
    return {
        "left": len(seen),
        **_outcomes(rows),
        "lists_never_back": never,
        "files_late": later,
    }


def _referrals(
    job: Job, truth: "TownTruth", numbers: dict[str, str]
) -> "tuple[dict[str, Seen], dict[str, str]]":
    """What is true behind each referral of the round, and the step that it names."""
    from pipeline.twin.townhall_truth import found_at_door

    with working(job, "simulate") as (warehouse, _):
        found = warehouse.rows(
            "SELECT referral_id, household_id, locate_step FROM out_referral "
            "WHERE round = $round ORDER BY referral_id",
            {"round": job.round},
        )
    seen: dict[str, Seen] = {}
    for referral, household, _ in found:
        number = numbers.get(household)
        seen[referral] = (
            found_at_door(household, truth.seed)
            if number is None
            else truth.seen(number, job.as_of)
        )
    return seen, {referral: step for referral, _, step in found if step}


def _outcomes(rows: "list[Row]") -> dict[str, int]:
    """What the officers wrote, by referral: the last word counts."""
    last = {row["의뢰번호"]: row for row in rows}
    codes = [(row["결과코드"].strip(), bool(row["접촉일"])) for row in last.values()]
    return {
        "told_met": sum(met for _, met in codes),
        "told_unmet": sum(code.startswith("L") for code, _ in codes),
        "told_dead": sum(code == "D1" for code, _ in codes),
        "told_pending": sum(code in ("P0", "P1") for code, _ in codes),
    }
