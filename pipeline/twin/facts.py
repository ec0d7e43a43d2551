"""Public facts about the towns the twin can imitate: codes, weights, legal areas.

The dong register's rows are the ministry's (KIKcd_H, abolished codes included); the
weights are households by dong in January 2024 per 10,000 of the town. The share of
homes in apartments, the hubs and the waterworks' own codes are our assumptions.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OptionError

HERE = Path(__file__).parent
TOWNS = {"cheonan": "천안시"}
# The 31 dongs of the table exist since 불당동 was split on 2021-11-15.
FIRST_MONTH = {"cheonan": dt.date(2021, 12, 1)}


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
    waterworks: str
    legal_areas: tuple[str, ...]

    @property
    def is_rural(self) -> bool:
        """Whether addresses go by 읍·면 and 리 instead of a legal dong."""
        return self.name.endswith(("읍", "면"))

    @property
    def prefix(self) -> str:
        """The part of every address before the road or the lot."""
        town = f"{self.sido} {self.sgg}"
        return f"{town} {self.name}" if self.is_rural else town


@dataclass(frozen=True)
class Town:
    """A town's register of codes and its living dongs, in order of code."""

    name: str
    codes: tuple[Code, ...]
    dongs: tuple[Dong, ...]


def _table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def load_town(town: str) -> Town:
    """Read the facts about a town.

    Raises:
        OptionError: The town is not among those we have facts for.
    """
    if town not in TOWNS:
        raise OptionError(
            "--town: no facts about this town",
            f"choose one of: {', '.join(sorted(TOWNS))}",
        )
    codes = tuple(Code(**row) for row in _table(f"{town}_codes.csv"))
    by_code = {c.code: c for c in codes}
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
            )
        )
    return Town(TOWNS[town], codes, tuple(dongs))
