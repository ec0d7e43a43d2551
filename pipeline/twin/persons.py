"""Who lives in a household: ages, relations, names, resident numbers, phones."""

from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import Flags, Ints, Texts, Window, stream
from pipeline.twin.names import (
    draw_foreign,
    draw_given,
    draw_surnames,
    with_rare_syllable,
)

RELATIONS = ("본인", "배우자", "자녀", "부모", "기타", "동거인")
HEAD, SPOUSE, CHILD, PARENT, OTHER, COHABITANT = range(6)
SIZE_SHARES = (0.415, 0.245, 0.19, 0.12, 0.03)
FOREIGN_SHARE = 0.025
NO_PHONE_SHARE = 0.06
NEVER = np.datetime64("9999-12-31")
# Members besides the head: (share, relations) by household size.
_SHAPES: dict[int, list[tuple[float, tuple[int, ...]]]] = {
    1: [(1.0, ())],
    2: [
        (0.62, (SPOUSE,)),
        (0.20, (CHILD,)),
        (0.08, (PARENT,)),
        (0.05, (OTHER,)),
        (0.05, (COHABITANT,)),
    ],
    3: [
        (0.74, (SPOUSE, CHILD)),
        (0.11, (CHILD, CHILD)),
        (0.09, (SPOUSE, PARENT)),
        (0.06, (CHILD, PARENT)),
    ],
    4: [
        (0.88, (SPOUSE, CHILD, CHILD)),
        (0.07, (SPOUSE, CHILD, PARENT)),
        (0.05, (CHILD, CHILD, OTHER)),
    ],
    5: [
        (0.65, (SPOUSE, CHILD, CHILD, CHILD)),
        (0.35, (SPOUSE, CHILD, CHILD, PARENT)),
    ],
}


@dataclass
class Persons:
    """All persons, household by household, the head first."""

    household: Ints
    relation: Ints
    is_female: Flags
    is_foreign: Flags
    birth: np.ndarray  # datetime64[D]
    age: Ints  # at as_of
    died: np.ndarray  # datetime64[D], NEVER for the living
    disability: Ints
    name: list[str]
    resident_no: list[str]
    phone: list[str]

    def __post_init__(self) -> None:
        """The people in ascending order of their resident numbers."""
        self.order = np.argsort(np.array(self.resident_no), kind="stable")


def _members(rng: np.random.Generator, sizes: Ints) -> tuple[Ints, Ints]:
    """Household and relation of everybody, household by household."""
    draws = rng.random(len(sizes))
    table = np.full((len(sizes), max(_SHAPES)), -1, dtype=np.int64)
    table[:, 0] = HEAD
    for size, shapes in _SHAPES.items():
        here = np.flatnonzero(sizes == size)
        ends = np.cumsum([share for share, _ in shapes])
        pick = np.searchsorted(ends, draws[here], side="right")
        kinds = np.array([others for _, others in shapes], dtype=np.int64)
        table[here, 1:size] = kinds[np.minimum(pick, len(shapes) - 1)]
    household, place = np.nonzero(table >= 0)
    return household, table[household, place]


def _head_ages(rng: np.random.Generator, sizes: Ints) -> Ints:
    low = np.array([19, 29, 38, 48, 58, 68, 78])
    span = np.array([10, 9, 10, 10, 10, 10, 20])
    alone = np.array([0.15, 0.18, 0.11, 0.12, 0.16, 0.15, 0.13])
    small = np.array([0.02, 0.10, 0.09, 0.15, 0.25, 0.24, 0.15])
    family = np.array([0.01, 0.16, 0.35, 0.31, 0.12, 0.04, 0.01])
    ages = np.zeros(len(sizes), dtype=np.int64)
    for mask, shares in ((sizes == 1, alone), (sizes == 2, small), (sizes > 2, family)):
        band = rng.choice(7, size=int(mask.sum()), p=shares / shares.sum())
        ages[mask] = low[band] + (rng.random(len(band)) ** 1.2 * span[band]).astype(int)
    return ages


def _ages(rng: np.random.Generator, relation: Ints, head_age: Ints) -> Ints:
    count = len(relation)
    age = head_age.copy()
    gap = {
        SPOUSE: rng.normal(-1, 3, count),
        CHILD: -rng.normal(31, 4, count),
        PARENT: rng.normal(28, 4, count),
        OTHER: rng.normal(-3, 9, count),
        COHABITANT: rng.normal(0, 7, count),
    }
    for kind, shift in gap.items():
        here = relation == kind
        age[here] = (head_age + shift)[here].astype(int)
    adult = (relation != CHILD) & (relation != OTHER)
    age[adult] = np.maximum(age[adult], 19)
    # Old people's children mostly live elsewhere: those who stay are younger.
    child = (relation == CHILD) & (age > 34)
    age[child] -= rng.integers(0, 15, count)[child]
    return np.clip(age, 0, 97)


def _deaths(
    rng: np.random.Generator, age: Ints, window: Window, as_of: np.datetime64
) -> np.ndarray:
    yearly = np.select([age >= 85, age >= 75, age >= 65], [0.11, 0.04, 0.014], 0.0012)
    days = window.months * 30
    dies = rng.random(len(age)) < yearly * window.months / 12
    before = rng.integers(1, max(days, 2), len(age)).astype("timedelta64[D]")
    return np.where(dies & (age > 1), as_of - before, NEVER)


def _fresh(head: Ints, serial: Ints) -> Ints:
    """Serials changed until no two people share head and serial."""
    while True:
        key = head * 100_000 + serial
        order = np.argsort(key, kind="stable")
        again = order[1:][key[order][1:] == key[order][:-1]]
        if not len(again):
            return serial
        serial[again] = (serial[again] + 7919) % 100_000


def _resident_numbers(
    rng: np.random.Generator, birth: np.ndarray, female: Flags, foreign: Flags
) -> list[str]:
    """Thirteen digits with a valid birth date and a check digit that is always wrong.

    A wrong check digit makes it impossible that one of them is a real person's number
    of the years when the digit was still computed.
    """
    weights = np.array([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])
    month = birth.astype("datetime64[M]")
    year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    day = (birth - month).astype(np.int64) + 1
    gender = np.where(female, 2, 1) + 2 * (year >= 2000) + 4 * foreign
    six = year % 100 * 10_000 + (month.astype(np.int64) % 12 + 1) * 100 + day
    head = six * 10 + gender
    serial = _fresh(head, rng.integers(0, 100_000, len(birth)))
    twelve = head * 100_000 + serial
    digits = twelve[:, None] // 10 ** np.arange(11, -1, -1) % 10
    check = (11 - digits @ weights % 11) % 10
    numbers = twelve * 10 + (check + 1 + serial % 9) % 10
    return [f"{number:013d}" for number in numbers.tolist()]


def _names(
    rng: np.random.Generator, relation: Ints, birth: np.ndarray, female: Flags
) -> Texts:
    years = birth.astype("datetime64[Y]").astype(int) + 1970
    surnames = draw_surnames(rng, len(relation))
    given = draw_given(rng, years, female)
    gives = (relation == HEAD) | (relation == SPOUSE) & ~female
    takes = np.isin(relation, (CHILD, OTHER)) | (relation == PARENT) & ~female
    # The last one before them who gives the family its name.
    giver = np.maximum.accumulate(np.where(gives, np.arange(len(relation)), 0))
    return np.asarray(np.where(takes, surnames[giver], surnames) + given)


def draw_phones(rng: np.random.Generator, count: int) -> list[str]:
    """Invented mobile numbers."""
    numbers = rng.integers(20_000_000, 99_999_999, count).tolist()
    return [f"010{n:08d}" for n in numbers]


def _sexes(rng: np.random.Generator, relation: Ints, alone: Flags, age: Ints) -> Flags:
    share = np.where(relation == HEAD, 0.27, 0.5)
    share = np.where(alone, np.where(age >= 65, 0.68, 0.44), share)
    share = np.where(relation == PARENT, 0.75, share)
    female = rng.random(len(relation)) < share
    spouse = np.flatnonzero(relation == SPOUSE)
    female[spouse] = ~female[spouse - 1]  # the spouse follows the head
    return female


def make_persons(sizes: Ints, window: Window, seed: int) -> Persons:
    """People the households of the given sizes."""
    rng = stream(seed, "persons")
    as_of = np.datetime64(window.as_of)
    household, relation = _members(rng, sizes)
    age = _ages(rng, relation, _head_ages(rng, sizes)[household])
    days = age * 365.25 + rng.integers(1, 365, len(age))
    birth = as_of - days.astype(int).astype("timedelta64[D]")
    female = _sexes(rng, relation, sizes[household] == 1, age)
    foreign = (rng.random(len(sizes)) < FOREIGN_SHARE)[household] & (age < 60)
    names = _names(rng, relation, birth, female)
    for i, name in zip(
        np.flatnonzero(foreign), draw_foreign(rng, int(foreign.sum())), strict=True
    ):
        names[i] = name
    rare = rng.choice(len(names), size=max(6, len(names) // 2500), replace=False)
    for i in rare[~foreign[rare]]:
        names[i] = with_rare_syllable(names[i], int(i))
    phones = draw_phones(rng, len(names))
    silent = (age < 12) | (rng.random(len(names)) < NO_PHONE_SHARE)
    chance = np.select([age >= 65, age >= 40], [0.16, 0.06], 0.015)
    disabled = rng.random(len(names)) < chance
    severity = np.where(rng.random(len(names)) < 0.38, 1, 2)  # 1 심한, 2 심하지 않은
    return Persons(
        household=household,
        relation=relation,
        is_female=female,
        is_foreign=foreign,
        birth=birth,
        age=age,
        died=_deaths(rng, age, window, as_of),
        disability=np.where(disabled, severity, 0),
        name=names.tolist(),
        resident_no=_resident_numbers(rng, birth, female, foreign),
        phone=["" if silent[i] else phones[i] for i in range(len(names))],
    )
