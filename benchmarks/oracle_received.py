"""Rows of a town received before a date, and the columns that are made of them."""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.twin import benefits, cases, indicators, kcomwel, nps, visits
from pipeline.twin.clock import Ints
from pipeline.twin.extracts import Twin
from pipeline.twin.filing import arrives, files_of, received_on
from pipeline.twin.sheets import Sheet

Column = NDArray[np.float32]
MONTHS = 24  # of each series
NEVER = 60.0  # months ago: longer than any file reaches back


@dataclass(frozen=True)
class Kept:
    """A file that arrives: of which day, received when, its rows where made early."""

    source: str
    number: int
    day: dt.date
    received: dt.date
    sheet: Sheet | None


@dataclass
class Received:
    """The files of a town, and what all months of a source share."""

    twin: Twin
    files: list[Kept] = field(default_factory=list)

    def __post_init__(self) -> None:
        """List the files, and draw once what is drawn for all months together."""
        twin = self.twin
        self.files = [
            Kept(f.source, f.number, f.day, received_on(twin, f), f.sheet)
            for f in files_of(twin)
            if arrives(twin, f) and f.version == 1
        ]
        self.owing = [
            indicators.owing_of(twin, code, what)
            for code, what in indicators.LASTING.items()
        ]
        self.exempt = nps._exemptions(twin)
        self.pensions = nps._arrears(twin, np.unique(self.exempt.person))
        self.firms = kcomwel._firms(twin)
        self.benefits = benefits.make_spells(twin)
        self.cases = cases.make_cases(twin)
        self.served = visits._served(twin)
        numbers = twin.population.persons.resident_no
        self.person_of = {number: person for person, number in enumerate(numbers)}

    def before(self, source: str, as_of: dt.date) -> list[Kept]:
        """A source's files received before a date, the latest day first."""
        known = [f for f in self.files if f.source == source and f.received < as_of]
        return sorted(known, key=lambda f: f.day, reverse=True)

    def days(self, source: str, as_of: dt.date) -> list[dt.date]:
        """The days of these files."""
        return [file.day for file in self.before(source, as_of)]


class Columns:
    """The columns of one day, a row per registered household."""

    def __init__(self, received: Received, as_of: dt.date) -> None:
        """Nothing yet, and which household everybody is of on the day."""
        self.received, self.twin, self.as_of = received, received.twin, as_of
        self.today = np.datetime64(as_of)
        pop = self.twin.population
        self.count = pop.households
        self.names: dict[str, Column] = {}
        self.owed: dict[str, Column] = {}
        self.household = pop.persons.household.copy()
        column = self.twin.column(as_of) - 1
        for person, household in pop.split_person.items():
            if pop.split_month[household] <= column:
                self.household[person] = household

    def matrix(self) -> Column:
        """Households × columns."""
        return np.column_stack(list(self.names.values()))

    def put(self, name: str, values: NDArray[np.generic]) -> None:
        """One column more."""
        self.names[name] = np.asarray(values, dtype=np.float32)

    def sum(
        self, households: Ints, values: NDArray[np.generic] | None = None
    ) -> Column:
        """Per household: how many, or the sum of values."""
        counted = np.bincount(households, weights=values, minlength=self.count)
        return np.asarray(counted[: self.count], dtype=np.float32)

    def most(self, households: Ints, values: NDArray[np.generic]) -> Column:
        """Per household: the greatest value, 0 at least."""
        out = np.zeros(self.count, dtype=np.float32)
        np.maximum.at(out, households, values.astype(np.float32))
        return out

    def latest(self, households: Ints, days: NDArray[np.generic]) -> Column:
        """Months since the latest of some days of each household."""
        ago = (self.today - days.astype("datetime64[D]")).astype(float) / 30.4
        out = np.full(self.count, NEVER)
        np.minimum.at(out, households, np.maximum(ago, 0.0))
        return np.asarray(out, dtype=np.float32)
