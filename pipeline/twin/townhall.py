"""How officers of a simulated town hall work a referral, by the published figures.

Each number stands with its source: [S] a published figure, [own] an assumption. They
know what a visit shows: who opens, what they find, never the truth behind it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from pipeline.errors import OptionError
from pipeline.twin.clock import Floats, stream, ymd
from pipeline.twin.scenarios import REACH_BY_NEED

# [S] 2022: 조사 중 7.7 %, 미처리 0.2 % of all that were listed.
PENDING, UNTOUCHED = 0.077, 0.002
# [own] twin history: what officers make of a household in need, and of another.
SEES_NEED, SEES_NO_NEED = 0.84, 0.87
# Shares of all that were listed in 2022 [S]: supported 2.1, 0.8, 1.3, 9.1, 36.9 %;
# 현장방문 후 종결 27.0 %; of 조사종결 (14.9 %) N1 35.2, N2 9.2, N4 8.1, N3 5.6 %, and
# what is left beside the unreached R1. C1 and how many of each are in need: [own].
CLOSURES: Mapping[str, tuple[float, float]] = {
    "S1": (2.1, 0.95), "S2": (0.8, 0.95), "S3": (1.3, 0.95), "S4": (9.1, 0.80),
    "S5": (36.9, 0.45), "C1": (0.5, 0.95), "N5": (27.0, 0.25), "N1": (5.2, 0.35),
    "N2": (1.4, 0.20), "N3": (0.8, 0.20), "N4": (1.2, 0.25), "R1": (0.7, 0.30),
}  # fmt: skip
# [own] closed at the desk from the registers, without an attempt: no contact.
PAPER_CODES, PAPER = ("N1", "N3"), 0.15
# 연락두절 is 32,906 of the 303,426 unreached [S]; the split of the others is [own].
UNREACHED_HERE = {"L1": 15, "L2": 38, "L5": 8, "L6": 14, "L7": 11, "L8": 11, "L9": 3}
UNREACHED_AWAY = {"L1": 10, "L2": 30, "L3": 15, "L4": 45}
# A household that was not met once is not met again more often than chance: the share
# of what decides it that stays from round to round [own].
PERSISTS = 0.5
# [own] no unit in the register: the house is found, the door is not.
NO_DOOR, NO_DOOR_NO_PHONE = 0.80, 0.35
# [own] shares of slips: spaces about a code, a code that is none, another date style.
SPACED, UNKNOWN_CODE, OTHER_DATE = 0.02, 0.004, 0.10
FLAGS = {"2인방문": 0.010, "저장강박의심": 0.005, "통역필요": 0.003, "동물주의": 0.010}
DISAGREES = 0.10  # [own] 담당자판단 변경
_METHODS = ("전화", "방문", "방문", "우편", "내방")


@dataclass(frozen=True)
class Reach:
    """The chance that a referral is met in a round, by where they live.

    `away`: they have moved, but their phone is on the list; `lost`: neither.
    """

    here: float
    away: float
    lost: float


REACHES: Mapping[str, Reach] = {
    # [S] unreached are 36.9 % of 조사종결, so 6 % of what was worked; 26.7 % of them
    # are not where they are registered; with a tenth of the listed away (제주 10.8 %)
    # that gives 0.95 and 0.84. `lost` is [own]: nobody met the Suwon family 7 times.
    "published": Reach(here=0.95, away=0.84, lost=0.10),
    # [S] Netherlands 2023: one in five notices reaches the resident.
    "low": Reach(here=0.22, away=0.10, lost=0.03),
}


@dataclass(frozen=True)
class Step:
    """What a locate step adds to the chance, by where they live."""

    here: float
    other: float
    elsewhere: float
    method: str = "방문"


# [S] 복지등기: 20.4 % of 45,803 letters led to help; 2024 사실조사: 14,000 of 20,000
# unreachable lived at their address. The rest is [own].
STEPS: Mapping[str, Step] = {
    "UNIT": Step(0.80, 0.02, 0.0),
    "NEWER_ADDRESS": Step(0.30, 0.75, 0.25),
    "VILLAGE_HEAD": Step(0.35, 0.25, 0.10),
    "POST": Step(0.204, 0.05, 0.05, method="우편"),
    "FIELD_CHECK": Step(0.70, 0.30, 0.15),
    "LANDLORD": Step(0.40, 0.35, 0.30, method="전화"),
}


@dataclass(frozen=True)
class Seen:
    """What an officer would find if somebody opened the door."""

    in_need: bool
    lives_there: bool
    is_dead: bool = False
    in_town: bool = True  # where they live, when it is not there
    is_door_known: bool = True
    household: str = ""


@dataclass(frozen=True)
class Habits:
    """How the town hall works; everything that a scenario may change.

    `late_share`: of the lists, those that come back in the next round.
    """

    reach: Reach = REACHES["published"]
    is_reach_by_need: bool = False
    late_share: float = 0.10
    never_share: float = 0.02
    partial_share: float = 0.20

    @classmethod
    def named(cls, reach: str, *, by_need: bool, late_share: float) -> "Habits":
        """Habits out of what a command is given.

        Raises:
            OptionError: No such reach, or a share that is none.
        """
        if reach not in REACHES:
            raise OptionError(
                "--reach: there is none of this name",
                f"choose one of: {', '.join(REACHES)}",
            )
        if not 0 <= late_share <= 0.9:
            raise OptionError(
                "--late-share: expected a share from 0 to 0.9", "give 0.1, for example"
            )
        return cls(REACHES[reach], by_need, late_share)


def chance_to_meet(
    seen: Seen, habits: Habits, *, has_phone: bool, step: str = ""
) -> float:
    """The chance that somebody of a household is met in a round."""
    reach = habits.reach
    if seen.lives_there:
        chance = reach.here
        if not seen.is_door_known:
            chance *= NO_DOOR if has_phone else NO_DOOR_NO_PHONE
    else:
        chance = reach.away if has_phone else reach.lost
    if step in STEPS:
        gain = STEPS[step]
        away = gain.other if seen.in_town else gain.elsewhere
        chance = 1 - (1 - chance) * (1 - (gain.here if seen.lives_there else away))
    if habits.is_reach_by_need and seen.in_need:
        chance *= REACH_BY_NEED
    return chance


def is_met(chance: float, seen: Seen, rng: np.random.Generator, seed: int) -> bool:
    """Whether they are met: part of it is theirs for good, part is of the round."""
    normal = NormalDist()
    own = float(stream(seed, f"townhall/home/{seen.household}").standard_normal())
    now = float(rng.standard_normal())
    luck = PERSISTS**0.5 * own + (1 - PERSISTS) ** 0.5 * now
    return normal.cdf(luck) < chance


def pick(rng: np.random.Generator, weights: Mapping[str, float]) -> str:
    """One of the keys, by weight."""
    sums: Floats = np.cumsum(list(weights.values()))
    place = int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))
    return list(weights)[place]


def closing_code(rng: np.random.Generator, *, found: bool) -> str:
    """How a referral is closed once somebody was met, need found or not."""
    return pick(
        rng,
        {
            code: share * (needy if found else 1 - needy)
            for code, (share, needy) in CLOSURES.items()
        },
    )


def attempts(
    rng: np.random.Generator, first: dt.date, last: dt.date, count: int, method: str
) -> dict[str, str]:
    """The cells of so many attempts on different days, the last day excluded.

    A given method is that of all of them; else each has its own.
    """
    span = np.arange((last - first).days)
    days = np.sort(rng.choice(span, size=min(count, len(span)), replace=False))
    cells = {}
    for n, day in enumerate(days.tolist(), start=1):
        cells[f"{n}차시도일"] = ymd(first + dt.timedelta(days=day))
        cells[f"{n}차방법"] = method or _METHODS[int(rng.integers(0, len(_METHODS)))]
    return cells
