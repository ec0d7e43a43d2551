"""Households in homes: where they live and are registered, who moved, who split."""

from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import Flags, Floats, Ints, Window, month_day, stream
from pipeline.twin.hardship import make_lean
from pipeline.twin.kinds import Kinds, make_kinds
from pipeline.twin.persons import (
    CHILD,
    COHABITANT,
    HEAD,
    OTHER,
    SIZE_SHARES,
    Persons,
    make_persons,
)
from pipeline.twin.places import APARTMENT, Places

SPLIT_SHARE = 0.005  # 세대분리: households that split off within the window
UNREGISTERED_SHARE = 0.028  # homes whose people are in no register of the town
PROTECTED_SHARE = 0.001  # 열람제한
ELSEWHERE = -1  # a home outside the town
MONTHLY_MOVES = 0.006
HARD = 2.0  # of the lean: the upper ninth


@dataclass
class Population:
    """Households by month: column 0 of the homes is the day before the first month.

    Rows 0..households-1 are registered; those behind are people whom no register of
    the town knows and who live where nobody is registered.
    """

    households: int
    persons: Persons
    number: list[str]  # 세대번호
    head: Ints  # index into persons; for the unregistered -1
    home: np.ndarray  # int32 [households + unregistered, months + 1]
    registered_home: np.ndarray  # int32 [households, months + 1]
    moved_in: np.ndarray  # datetime64[D] [households, months + 1]
    split_month: Ints  # column from which a split-off household exists; 0 always
    split_parent: Ints  # household it came from, else itself
    split_person: dict[int, int]  # person -> the household it goes to
    is_protected: Flags
    is_residence_unknown: Flags
    lean: Floats  # persistent part of hardship, registered and unregistered
    kinds: Kinds  # of the registered; who splits off is of the parent's

    @property
    def unregistered(self) -> int:
        """How many homes shelter people who are not in the register."""
        return len(self.home) - self.households


def _splits(
    rng: np.random.Generator, people: Persons, base: int, total: int, window: Window
) -> tuple[dict[int, int], Ints, Ints]:
    """Choose who leaves a household on paper while staying in the same flat."""
    parent, month = np.arange(total), np.zeros(total, dtype=np.int64)
    may = np.isin(people.relation, (CHILD, OTHER, COHABITANT)) & (people.age >= 20)
    pool = np.flatnonzero(may)
    _, first = np.unique(people.household[pool], return_index=True)
    pool = rng.permutation(pool[first])[: total - base]
    goes: dict[int, int] = {}
    for household, person in enumerate(pool, start=base):
        goes[int(person)] = household
        parent[household] = people.household[person]
        month[household] = rng.integers(1, window.months + 1)
    return goes, parent, month


class _Homes:
    """Gives out empty homes and takes them back."""

    def __init__(self, rng: np.random.Generator, empty: Ints) -> None:
        self.rng = rng
        self.empty = [int(home) for home in rng.permutation(empty)]

    def take(self) -> int:
        """An empty home, or one outside the town when there is none."""
        if not self.empty:
            return ELSEWHERE
        return self.empty.pop(int(self.rng.integers(0, len(self.empty))))


def _move(
    rng: np.random.Generator, pop: Population, homes: _Homes, window: Window, base: int
) -> None:
    """Let households move by month; most tell the register, some late or never."""
    due: dict[int, list[int]] = {}
    hard = 1 + np.clip(pop.lean[:base] - 0.7, 0, 2)
    chance = MONTHLY_MOVES * hard / hard.mean()
    for column in range(1, window.months + 1):
        pop.home[:, column] = pop.home[:, column - 1]
        pop.registered_home[:, column] = pop.registered_home[:, column - 1]
        pop.moved_in[:, column] = pop.moved_in[:, column - 1]
        for h in np.flatnonzero(rng.random(base) < chance).tolist():
            old = int(pop.home[h, column])
            pop.home[h, column] = homes.take()
            if old != ELSEWHERE:
                homes.empty.append(old)
            late = 0 if rng.random() < 0.78 else int(rng.integers(1, 6))
            if rng.random() > (0.20 if pop.lean[h] > HARD else 0.06):
                due.setdefault(column + late, []).append(h)
        for h in due.pop(column, []):
            if pop.home[h, column] != ELSEWHERE:
                pop.registered_home[h, column] = pop.home[h, column]
                day = month_day(window.first + column - 1, int(rng.integers(1, 28)))
                pop.moved_in[h, column] = np.datetime64(day)
    parent = pop.split_parent[base:]
    pop.home[base : pop.households] = pop.home[parent]
    pop.registered_home[base:] = pop.registered_home[parent]


def _settle(rng: np.random.Generator, places: Places, base: int) -> tuple[Ints, Ints]:
    """Give every household a home; the rest of the homes stand empty."""
    kind = places.arrays()[1]
    # Small surplus in apartments, large elsewhere: where homes do stand empty.
    order = rng.permutation(len(kind))
    ranks = np.where(kind[order] == APARTMENT, 0.93, 1.0) * rng.random(len(order))
    order = order[np.argsort(ranks, kind="stable")]
    return order[:base], order[base:]


def _split_off(pop: Population, goes: dict[int, int], window: Window) -> None:
    """Date the new households and pass their parents' protection on."""
    people, month = pop.persons, pop.split_month
    for person, household in goes.items():
        month_in = month_day(window.first + int(month[household]) - 1, 2)
        pop.moved_in[household, month[household] :] = np.datetime64(month_in)
        pop.is_protected[household] = pop.is_protected[people.household[person]]


def make_population(
    places: Places, households: int, window: Window, seed: int
) -> Population:
    """Fill the homes with registered households and a few unregistered ones.

    Returns:
        `households` registered households; the last of them come into being by
        splitting off from another during the window.
    """
    rng = stream(seed, "population")
    base = households - max(1, round(households * SPLIT_SHARE))
    sizes = rng.choice(5, size=base, p=SIZE_SHARES) + 1
    people = make_persons(sizes, window, seed)
    goes, parent, month = _splits(rng, people, base, households, window)
    kinds = make_kinds(rng, people, base)
    base_lean = make_lean(kinds, rng)
    hidden = max(2, round(households * UNREGISTERED_SHARE))
    first, empty = _settle(rng, places, base)
    hidden_homes, empty = empty[:hidden], empty[hidden:]
    months = window.months + 1
    head = np.flatnonzero(people.relation == HEAD)
    heads = np.full(households + hidden, -1)
    heads[:base] = head
    for person, household in goes.items():
        heads[household] = person
    before = rng.integers(40, 6000, households).astype("timedelta64[D]")
    moved_in = np.datetime64(month_day(window.first, 1)) - before
    pop = Population(
        households=households,
        persons=people,
        number=[
            f"44{n:010d}"
            for n in rng.choice(9_999_999, size=households, replace=False) * 991 + 7
        ],
        head=heads,
        home=np.zeros((households + hidden, months), dtype=np.int32),
        registered_home=np.zeros((households, months), dtype=np.int32),
        moved_in=np.repeat(moved_in[:, None], months, axis=1),
        split_month=month,
        split_parent=parent,
        split_person=goes,
        is_protected=rng.random(households) < PROTECTED_SHARE,
        is_residence_unknown=np.zeros(households, dtype=bool),
        lean=np.concatenate(
            [base_lean, base_lean[parent[base:]], rng.normal(1.7, 0.9, hidden)]
        ),
        kinds=kinds.take(parent),
    )
    pop.home[:base, 0] = pop.registered_home[:base, 0] = first
    pop.home[households:, 0] = hidden_homes
    pool = _Homes(rng, empty)
    wrong = rng.random(base) < np.where(base_lean > HARD, 0.12, 0.022)
    for h in np.flatnonzero(wrong):
        pop.home[h, 0] = ELSEWHERE if rng.random() < 0.4 else pool.take()
    pop.is_residence_unknown[:base] = wrong & (rng.random(base) < 0.12)
    _move(rng, pop, pool, window, base)
    _split_off(pop, goes, window)
    return pop
