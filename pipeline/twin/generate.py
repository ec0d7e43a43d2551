"""Write an invented town: its messy extracts into an inbox, its truth elsewhere."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import DiskError, OptionError
from pipeline.twin import plan
from pipeline.twin import truth as answers
from pipeline.twin.accounts import Accounts, make_accounts, make_certificates
from pipeline.twin.clock import Window, month_day
from pipeline.twin.extracts import Twin
from pipeline.twin.facts import NATION, Town, load_town
from pipeline.twin.filing import (
    File,
    arrives,
    encoded,
    files_of,
    received_on,
    sheet_of,
)
from pipeline.twin.nation import load_nation
from pipeline.twin.payers import make_payers
from pipeline.twin.personas import add_personas, write_personas
from pipeline.twin.places import make_places
from pipeline.twin.population import make_population
from pipeline.twin.scenarios import load_scenario
from pipeline.twin.townhall_truth import write_deaths

TWIN_VERSION = "4"
FEWEST_HOUSEHOLDS = 100
MOST_HOUSEHOLDS = 2_000_000
Progress = Callable[[str, int, int], None]


@dataclass
class _Written:
    """What has been written so far."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    registers: list[dt.date] = field(default_factory=list)  # received before as_of


@dataclass(frozen=True)
class Wanted:
    """What is asked for; `households` None means the town's natural size."""

    town: str
    households: int | None
    months: int
    seed: int
    as_of: dt.date
    scenario: str = "plain"
    personas: bool = False
    codes: Path | None = None  # for the nation: the ministry's register
    households_by_dong: Path | None = None  # and a table


def _check(wanted: Wanted, households: int, facts: Town) -> None:
    if households < FEWEST_HOUSEHOLDS:
        raise OptionError(
            f"--households: fewer than {FEWEST_HOUSEHOLDS} make no town",
            f"give {FEWEST_HOUSEHOLDS} or more",
        )
    if households > MOST_HOUSEHOLDS:
        raise OptionError(
            f"--households: {households:,} are too many: a town is made whole in "
            f"memory, about 7 GB per million, so {MOST_HOUSEHOLDS:,} is the most",
            "give a smaller number, --households 300000 for example (the dongs keep "
            "their proportions), or a --households-by-dong table of one province",
        )
    if not 1 <= wanted.months <= 120:
        raise OptionError("--months: not between 1 and 120", "give 18, for example")
    first = Window(wanted.as_of, wanted.months).first
    begin = facts.about.first_month
    if month_day(first, 1) < begin:
        raise OptionError(
            "--months: the extracts would begin before the dongs of our table existed",
            f"begin in {begin:%Y-%m} or later: fewer months, later --as-of",
        )


def make_twin(wanted: Wanted) -> Twin:
    """Invent the town in memory: places, people, hardship, accounts.

    Raises:
        OptionError: No such town or scenario, or one of the sizes cannot be made.
    """
    scenario = load_scenario(wanted.scenario)
    if wanted.town == NATION:
        facts = load_nation(wanted.codes, wanted.households_by_dong)
    else:
        facts = load_town(wanted.town)
    households, seed = wanted.households or facts.about.households, wanted.seed
    _check(wanted, households, facts)
    window = Window(wanted.as_of, wanted.months)
    places = make_places(facts, households, seed)
    population = make_population(places, households, window, seed)
    payers = make_payers(facts, places, population, window, seed, scenario)
    accounts: dict[str, Accounts] = {
        source: make_accounts(source, facts, places, population, payers, window, seed)
        for source in ("kepco", "water", "gas")
    }
    accounts["nhis"] = make_certificates(population, payers, window, seed)
    return Twin(seed, window, facts, places, population, payers, accounts, scenario)


_ACCOUNT_COLUMN = {"kepco": 1, "water": 1, "gas": 1, "nhis": 0}


def _write(
    twin: Twin, file: File, out: Path, written: _Written, *, personas: bool
) -> None:
    sheet = sheet_of(twin, file)
    if file.source in _ACCOUNT_COLUMN:
        i = _ACCOUNT_COLUMN[file.source]
        written.seen.setdefault(file.source, set()).update(
            sheet.column(sheet.columns[i])
        )
    if file.version == 1:
        plan.plant(twin, file.source, file.number, sheet, file.day)
    if personas:
        sheet.rows = list(sheet.rows)
        add_personas(twin, file.name, file.source, file.day, sheet)
    received = received_on(twin, file)
    if file.source == "resident" and received < twin.window.as_of:
        written.registers.append(file.day)
    (out / file.name).write_bytes(encoded(file, sheet))
    side_car = out / f"{file.name}.received"
    side_car.write_text(f"{received.isoformat()}\n", encoding="ascii", newline="\n")
    written.files[file.name] = {
        "source": file.source,
        "ref_date": file.day.isoformat(),
        "version": file.version,
        "known_on": received.isoformat(),
        **sheet.expected(),
    }


def _summary(twin: Twin, written: _Written, states: dict[str, int]) -> dict[str, int]:
    rows: Counter[str] = Counter()
    for file in written.files.values():
        rows[f"rows_{file['source']}"] += file["rows"]
    return {
        "households": twin.population.households,
        "persons": len(twin.population.persons.name),
        "homes_of_unregistered": twin.population.unregistered,
        **states,
        "files": len(written.files),
        **dict(sorted(rows.items())),
    }


def _write_files(
    twin: Twin, out: Path, written: _Written, tell: Progress, *, personas: bool
) -> None:
    files = [file for file in files_of(twin) if arrives(twin, file)]
    for done, file in enumerate(files):
        tell("files", done, len(files))
        _write(twin, file, out, written, personas=personas)
    tell("files", len(files), len(files))


def _write_truth(twin: Twin, folder: Path, written: _Written) -> dict[str, int]:
    answers.write_households(twin, folder)
    answers.write_accounts(twin, folder, written.seen, written.registers)
    states = answers.write_crisis(twin, folder)
    states["ever_not_where_registered"] = answers.write_addresses(twin, folder)
    write_deaths(twin, folder)
    answers.write_json(folder / "files.json", written.files)
    return _summary(twin, written, states)


def write_town(
    out: Path,
    truth: Path,
    *,
    town: str,
    households: int | None,
    months: int,
    seed: int,
    as_of: dt.date,
    scenario: str = "plain",
    personas: bool = False,
    codes: Path | None = None,
    households_by_dong: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Write the extracts of an invented town into `out` and its truth beside them.

    The same arguments give the same bytes. Reference dates run over the `months`
    months before `as_of`'s; a file's `.received` side-car names the day it arrived,
    for the last ones on `as_of` or after it: they are not known yet.

    Args:
        out: The inbox; files of the same name are replaced.
        truth: Where the truth goes; the pipeline never reads it.
        town: A key of `facts.TOWNS`, or `nation`.
        households: Registered households; None for as many as the town has.
        months: Months that the extracts cover.
        seed: Seed of everything that is drawn.
        as_of: A day in the month after the last one.
        scenario: A key of `scenarios.SCENARIOS`.
        personas: Whether the households of known cases live in the town too.
        codes: For the nation: the ministry's dong register.
        households_by_dong: For the nation: a table of households by dong.
        progress: Called with a label, the steps done and all steps.

    Returns:
        Counts: households, persons, files, rows per source.

    Raises:
        OptionError: No such town or scenario, or one of the sizes cannot be made.
        DiskError: A file cannot be written.
    """
    wanted = Wanted(
        town, households, months, seed, as_of, scenario, personas, codes,
        households_by_dong,
    )  # fmt: skip
    return _written(out, truth, wanted, progress or (lambda label, done, total: None))


def _written(out: Path, truth: Path, wanted: Wanted, tell: Progress) -> dict[str, int]:
    """Make the town, its files and its truth."""
    twin = make_twin(wanted)
    tell("town", 1, 1)
    arguments: dict[str, Any] = {
        "town": wanted.town,
        "households": twin.population.households,
        "months": wanted.months,
        "seed": wanted.seed,
        "as_of": wanted.as_of.isoformat(),
        "scenario": wanted.scenario,
        "personas": wanted.personas,
        "twin_version": TWIN_VERSION,
    }
    written = _Written()
    try:
        for folder in (out, truth):
            folder.mkdir(parents=True, exist_ok=True)
        _write_files(twin, out, written, tell, personas=wanted.personas)
        summary = _write_truth(twin, truth, written)
        if wanted.personas:
            write_personas(twin, truth)
        answers.write_json(truth / "town.json", {**arguments, "counts": summary})
    except OSError as error:
        raise DiskError(
            f"the town could not be written: {error.strerror}",
            "free some space or choose another folder, then run it again",
        ) from None
    tell("truth", 1, 1)
    return summary
