"""Who the personas are: twelve invented households and the twin of one of them."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import Window, month_no
from pipeline.twin.extracts import Twin
from pipeline.twin.facts import Code, Dong
from pipeline.twin.persons import RELATIONS

# No road of the twin has this name, no lot of it a number above 900.
ROAD, LOT = "모범로", 930
_CHECK = np.array([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])
_CLOSED_MONTHS = (7, 8, 9, 12, 1, 2)  # KEPCO limits nobody
_KNOWN_AFTER = 12  # days that a file may take to arrive


@dataclass(frozen=True)
class Resident:
    """A person of a persona."""

    name: str
    number: str
    relation: str


@dataclass(frozen=True)
class Persona:
    """One invented household and what must happen to it."""

    letter: str
    residents: tuple[Resident, ...]
    registry_no: str
    dong: Dong
    dong_code: str  # as the register writes it
    road: str
    lot: str
    detail: str
    phone: str
    accounts: dict[str, str]
    must: str

    def code_on(self, day: dt.date) -> str:
        """The dong code that the register writes on a day."""
        stale = self.dong_code != self.dong.code
        return self.dong_code if stale else self.dong.code_on(day)

    def address_on(self, text: str, day: dt.date) -> str:
        """An address of theirs as it was written on a day."""
        return text.replace(self.dong.prefix, self.dong.prefix_on(day), 1)

    @property
    def head(self) -> Resident:
        """The head of the household."""
        return self.residents[0]


# Letter, [(name, born, is female, relation)], unit in the register, sources with an
# account of its own, what must happen.
_People = tuple[tuple[str, str, bool, int], ...]
_CAST: tuple[tuple[str, _People, str, tuple[str, ...], str], ...] = (
    ("A", (("한모정", "19620317", True, 0), ("노수련", "19840105", True, 2)), "",
     ("nhis",), "listed or to be located by notice 2, escalated by notice 3"),
    ("B", (("서가온", "19710822", False, 0),), "", ("nhis",),
     "ranks no lower than its twin with 17 months"),
    ("B17", (("서나래", "19710823", False, 0),), "", ("nhis",),
     "ranks no higher than B with 22 months"),
    ("C", (("문다솔", "19810611", True, 0),), "", ("nhis", "gas"),
     "address lacks a unit, taken from the gas account; escalated"),
    ("D", (("성라윤", "19480209", True, 0), ("성마루", "19761130", True, 2)), "302호",
     ("nhis", "gas"), "appears through breadth though each sum is small"),
    ("E", (("안보람", "19680414", False, 0),), "101동 1203호", (),
     "not treated as without a sign; utility-blind"),
    ("F", (("유사랑", "19850726", False, 0),), "201호", ("gas",), "not urgent"),
    ("G", (("장아름", "19591003", False, 0),), "105호", ("water",),
     "nobody is credited with the building's debt"),
    ("H", (("조자람", "19661219", True, 0),), "지하 1호", ("kepco",),
     "goes to the case manager, no new referral"),
    ("I", (("차차돌", "19730528", False, 0),), "401호", ("nhis",),
     "not scored safer than a payer in arrears"),
    ("J", (("탁하람", "19780901", False, 0), ("변누리", "19800216", True, 1)), "202호",
     ("kcomwel",), "linked to the owner's household"),
    ("K", (("표한결", "19450112", False, 0), ("구슬기", "19490707", True, 1)), "",
     ("nhis", "kepco"), "the dead are excluded, the household's members kept"),
    ("L", (("하은솔", "19570330", True, 0),), "", ("nhis",),
     "lands in the right successor dong by its address"),
)  # fmt: skip
_PREFIX = {"kepco": "9990000", "water": "999000", "gas": "999000000"}
_PREFIX |= {"nhis": "99900000", "kcomwel": "99900000"}


@dataclass(frozen=True)
class When:
    """The days on which the personas' signs are seen before as_of."""

    seen: int  # month of the last monthly file that has arrived
    stop: dt.date  # of gas, in force
    blip: dt.date  # gas stopped, back the next day
    limit: dt.date  # of power
    died: dt.date
    opened: dt.date  # of the case
    closed: dt.date  # of the business


def when(window: Window) -> When:
    """Days that fit any as_of."""
    as_of = window.as_of
    limit = as_of - dt.timedelta(days=26)
    while limit.month in _CLOSED_MONTHS:
        limit = limit.replace(day=1) - dt.timedelta(days=1)
    back = 1 if as_of.day > _KNOWN_AFTER else 2
    return When(
        seen=month_no(as_of) - back,
        stop=as_of - dt.timedelta(days=45),
        blip=as_of - dt.timedelta(days=33),
        limit=limit,
        died=as_of - dt.timedelta(days=100),
        opened=as_of - dt.timedelta(days=130),
        closed=as_of - dt.timedelta(days=75),
    )


def persona_number(born: str, *, female: bool, serial: int) -> str:
    """A resident number that no other person has, in our town or anywhere.

    The check digit is wrong, and never the wrong one that the town's people get.
    """
    gender = (2 if female else 1) + (2 if born >= "2000" else 0)
    twelve = f"{born[2:]}{gender}{serial:05d}"
    digits = np.array([int(digit) for digit in twelve])
    check = (11 - int(digits @ _CHECK) % 11) % 10
    return f"{twelve}{(check + 1 + (serial + 4) % 9) % 10}"


def _home_dong(twin: Twin) -> Dong:
    return next(
        (d for d in twin.town.dongs if d.waterworks and not d.is_rural),
        twin.town.dongs[0],
    )


def _divided(twin: Twin) -> tuple[Code, Dong] | None:
    """The code abolished last and a dong that came of it, by their names."""
    for code in sorted(
        (c for c in twin.town.codes if c.abolished),
        key=lambda c: (c.abolished, c.code),
        reverse=True,
    ):
        stem = code.dong.rstrip("동읍면").rstrip("0123456789·")
        for dong in twin.town.dongs:
            if stem and dong.name.startswith(stem) and dong.code != code.code:
                return code, dong
    return None


def make_personas(twin: Twin) -> tuple[Persona, ...]:
    """The cast, in the twin's town; always the same people."""
    home, out = _home_dong(twin), []
    divided = _divided(twin)
    for k, (letter, people, detail, sources, must) in enumerate(_CAST):
        dong, code, at = home, home.code, f"{home.prefix} {ROAD} {2 * k + 3}"
        area = home.legal_areas[0]
        inside = f"{area}, 한빛1차아파트" if letter == "E" else area
        road = at if home.is_rural else f"{at} ({inside})"
        lot = f"{home.prefix} {area} {LOT + k}"
        if letter == "L" and divided is not None:
            # A building whose other residents stand under the living code.
            dong, code = divided[1], divided[0].code
            building = twin.places.dong.index(twin.town.dongs.index(dong))
            road, lot = twin.places.road[building], twin.places.lot[building]
        out.append(
            Persona(
                letter=letter,
                residents=tuple(
                    Resident(
                        name,
                        persona_number(born, female=female, serial=70_001 + 10 * k + i),
                        RELATIONS[relation],
                    )
                    for i, (name, born, female, relation) in enumerate(people)
                ),
                registry_no=f"47{k * 991 + 101:010d}",
                dong=dong,
                dong_code=code,
                road=road,
                lot=lot,
                detail=detail,
                phone=f"0101999{k:04d}",
                accounts={s: f"{_PREFIX[s]}{k + 1:03d}" for s in sources},
                must=must,
            )
        )
    return tuple(out)
