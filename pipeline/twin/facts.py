"""Public facts about the towns the twin can imitate: codes, weights, legal areas.

The dong registers' rows are the ministry's (KIKcd_H, abolished codes included); the
weights are households by dong in January 2024 per 10,000 of the town, the legal areas
the ministry's map of 2026-03. The share of homes in apartments, the waterworks' own
codes, which of them report nothing and the hubs (but 남원's) are our assumptions.
"""

import csv
import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import OptionError

HERE = Path(__file__).parent
NATION = "nation"


@dataclass(frozen=True)
class About:
    """What is known of a whole town."""

    label: str
    households: int  # registered, 2024-01
    first_month: dt.date  # from which on the dongs of the table exist
    gas_stops: float  # a year per household: the province's, 2018-2022


# 천안: since 불당동 was split on 2021-11-15; 평택: since 고덕동 of 2021-11-17.
TOWNS = {
    "cheonan": About("천안시", 306_610, dt.date(2021, 12, 1), 9_007 / 5 / 1_036_685),
    "pyeongtaek": About(
        "평택시", 280_380, dt.date(2021, 12, 1), 41_306 / 5 / 5_984_576
    ),
    "namwon": About("남원시", 39_853, dt.date(2007, 6, 1), 10_267 / 5 / 861_029),
    "dongducheon": About(
        "동두천시", 43_366, dt.date(2007, 6, 1), 41_306 / 5 / 5_984_576
    ),
}
# City gas reaches apartments, rural homes, other homes.
GAS_PIPES = (0.85, 0.15, 0.66)
NATION_GAS_STOPS = 169_900 / 5 / 23_914_851


@dataclass(frozen=True)
class Code:
    """One code of the ministry's dong register and its life."""

    code: str
    sido: str
    sgg: str
    dong: str
    created: str
    abolished: str


@dataclass(frozen=True)
class Dong:
    """A living dong as the twin populates it."""

    code: str
    sido: str
    sgg: str
    name: str
    weight: int
    apartment_share: float
    hub: str
    waterworks: str  # "" = these waterworks report nothing
    legal_areas: tuple[str, ...]
    former: Code | None = None  # the same dong under the province's earlier code

    @property
    def is_rural(self) -> bool:
        """Whether addresses go by 읍·면 and 리 instead of a legal dong."""
        return self.name.endswith(("읍", "면"))

    @property
    def prefix(self) -> str:
        """The part of every address before the road or the lot."""
        return self._prefix(self.sido, self.sgg)

    def _prefix(self, sido: str, sgg: str) -> str:
        town = " ".join(word for word in (sido, sgg) if word)
        return f"{town} {self.name}" if self.is_rural else town

    def _is_former(self, day: dt.date) -> bool:
        return self.former is not None and f"{day:%Y%m%d}" < self.former.abolished

    def code_on(self, day: dt.date) -> str:
        """The dong's code on a day: an earlier one before its province's recode."""
        return self.former.code if self.former and self._is_former(day) else self.code

    def prefix_on(self, day: dt.date) -> str:
        """The prefix of addresses on a day."""
        if self.former and self._is_former(day):
            return self._prefix(self.former.sido, self.former.sgg)
        return self.prefix


@dataclass(frozen=True)
class Town:
    """A town's register of codes and its living dongs, in order of code."""

    name: str
    codes: tuple[Code, ...]
    dongs: tuple[Dong, ...]
    about: About = field(default=TOWNS["cheonan"])

    def billed(self, source: str) -> float:
        """The share of homes that a supplier bills directly, where it reports."""
        dongs = [d for d in self.dongs if d.waterworks or source != "water"]
        shares = [
            d.apartment_share * GAS_PIPES[0]
            + (1 - d.apartment_share) * GAS_PIPES[1 if d.is_rural else 2]
            if source == "gas"
            else 1 - d.apartment_share
            for d in dongs
        ]
        pairs = zip(shares, dongs, strict=True)
        return sum(share * d.weight for share, d in pairs) / sum(
            d.weight for d in dongs
        )


def _table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def former_codes(codes: tuple[Code, ...]) -> dict[str, Code]:
    """Code → the code it took over from in a recode: same name, same tail, same day."""
    gone = {(c.code[2:], c.dong, c.abolished): c for c in codes if c.abolished}
    found = {c.code: gone.get((c.code[2:], c.dong, c.created)) for c in codes}
    return {code: former for code, former in found.items() if former and former.dong}


def load_town(town: str) -> Town:
    """Read the facts about a town.

    Raises:
        OptionError: The town is not among those we have facts for.
    """
    if town not in TOWNS:
        raise OptionError(
            "--town: no facts about this town",
            f"choose one of: {', '.join([*sorted(TOWNS), NATION])}",
        )
    codes = tuple(Code(**row) for row in _table(f"{town}_codes.csv"))
    by_code, former = {c.code: c for c in codes}, former_codes(codes)
    dongs = []
    for row in _table(f"{town}_places.csv"):
        code = by_code[row["code"]]
        dongs.append(
            Dong(
                code=code.code,
                sido=code.sido,
                sgg=code.sgg,
                name=code.dong,
                weight=int(row["weight"]),
                apartment_share=float(row["apartment_share"]),
                hub=row["hub"],
                waterworks=row["waterworks"],
                legal_areas=tuple(row["legal_areas"].split()),
                former=former.get(code.code),
            )
        )
    return Town(TOWNS[town].label, codes, tuple(dongs), TOWNS[town])
