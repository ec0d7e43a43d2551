"""Buildings and homes: road and lot addresses, unit numbers, meters."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from pipeline.twin.clock import Ints, stream
from pipeline.twin.facts import Dong, Town
from pipeline.twin.names import words

APARTMENT, MULTI, VILLA, DETACHED = range(4)
# Homes per household: the surplus stands empty, is moved into, or shelters people
# who are in no register of the town.
SURPLUS = 1.10
_STEMS = words(
    "한들 새말 햇살 버들 샘골 은행 솔밭 달빛 큰들 너른 꽃밭 참샘 통정 늘푸른 봄내"
)
_APT_A = words("한빛 푸른 새롬 은하 청솔 하늘 미소 가람 다솜 해솔 늘봄 우리")
_APT_B = words("아파트 마을 타운 파크 캐슬빌 힐스")


@dataclass
class Places:
    """All buildings and the homes in them, column by column."""

    dong: list[int] = field(default_factory=list)  # of a building
    road: list[str] = field(default_factory=list)
    road_head: list[str] = field(default_factory=list)
    road_tail: list[str] = field(default_factory=list)
    lot: list[str] = field(default_factory=list)
    legal_area: list[str] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    has_master_meter: list[bool] = field(default_factory=list)
    tong: list[int] = field(default_factory=list)
    unit: list[str] = field(default_factory=list)  # of a home
    building: list[int] = field(default_factory=list)

    def arrays(self) -> tuple[Ints, Ints, Ints]:
        """Per home: its building, the building's kind, its dong."""
        building = np.array(self.building, dtype=np.int64)
        kind = np.array(self.kind, dtype=np.int64)[building]
        return building, kind, np.array(self.dong, dtype=np.int64)[building]


class _Roads:
    """Gives every building of a dong a road and a number of its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of_dong(self, dong: Dong, count: int) -> list[str]:
        stems = [area[:-1] for area in dong.legal_areas] + _STEMS
        roads: list[str] = []
        for name in self._candidates(stems):
            if name not in self._taken:
                self._taken.add(name)
                roads.append(name)
            if len(roads) == count:
                break
        return roads

    def _candidates(self, stems: list[str]) -> Iterator[str]:
        for k in range(1, 1000):
            for stem in stems:
                yield (f"{stem}로", f"{stem}{k}로", f"{stem}{k}길")[
                    min(k - 1, k % 2 + 1)
                ]
                yield f"{stem}로{k}번길"


def _unit_numbers(rng: np.random.Generator, kind: int, homes: int) -> list[str]:
    if kind == DETACHED:
        return [""]
    if kind == APARTMENT:
        per_floor, floors = 4, int(rng.integers(10, 20))
        units = []
        for i in range(homes):
            block, rest = divmod(i, per_floor * floors)
            floor, door = divmod(rest, per_floor)
            units.append(f"{101 + block}동 {floor + 1}{door + 1:02d}호")
        return units
    with_floor, cellar = rng.random() < 0.35, rng.random() < 0.25
    units = ["지하 1호"] if cellar and kind == MULTI else []
    for i in range(homes - len(units)):
        floor, door = divmod(i, 4)
        number = f"{floor + 1}{door + 1:02d}호"
        units.append(f"{floor + 1}층 {number}" if with_floor else number)
    return units


def _sizes(rng: np.random.Generator, dong: Dong, homes: int) -> list[tuple[int, int]]:
    """Buildings (kind, homes) that hold about so many homes."""
    rest = 1 - dong.apartment_share
    multi, villa = (0.15, 0.05) if dong.is_rural else (0.55, 0.17)
    shares = (dong.apartment_share, rest * multi, rest * villa)
    sizes: list[tuple[int, int]] = []
    for kind, share in zip((APARTMENT, MULTI, VILLA), shares, strict=True):
        left = round(homes * share)
        while left > 1:
            low, high = ((60, 260), (3, 13), (6, 14))[kind]
            size = min(left, int(rng.integers(low, high)))
            sizes.append((kind, max(size, 2)))
            left -= size
    lacking = homes - sum(size for _, size in sizes)
    return sizes + [(DETACHED, 1)] * max(lacking, 1)


def _lot(rng: np.random.Generator, dong: Dong, area: str, taken: set[str]) -> str:
    head = f"{dong.prefix} {area} "
    while True:
        hill = "산" if rng.random() < (0.10 if dong.is_rural else 0.02) else ""
        minor = int(rng.integers(0, 25))
        number = f"{hill}{rng.integers(1, 900)}" + (f"-{minor}" if minor else "")
        if head + number not in taken:
            taken.add(head + number)
            return head + number


def _add_building(
    places: Places, rng: np.random.Generator, dong: Dong, road: str, taken: set[str]
) -> None:
    """Append what all kinds of buildings share: road and lot address."""
    areas = dong.legal_areas
    area = areas[min(int(rng.geometric(0.45)) - 1, len(areas) - 1)]
    name = ""
    if places.kind[-1] == APARTMENT:
        stem, ending = rng.integers(0, len(_APT_A)), rng.integers(0, len(_APT_B))
        name = f"{_APT_A[stem]}{rng.integers(1, 9)}차{_APT_B[ending]}"
    inside = ", ".join(x for x in ("" if dong.is_rural else area, name) if x)
    tail = f" ({inside})" if inside else ""
    places.road_head.append(f"{dong.prefix} {road}")
    places.road_tail.append(tail)
    places.road.append(f"{dong.prefix} {road}{tail}")
    places.lot.append(_lot(rng, dong, area, taken))
    places.legal_area.append(dong.name if dong.is_rural else area)
    places.tong.append(int(rng.integers(1, 25)))


def make_places(town: Town, households: int, seed: int) -> Places:
    """Build enough homes for the households, dong by dong.

    One building of several homes is put aside as the town's great master meter
    (a single water account that names 493 households).
    """
    rng, places, roads = stream(seed, "places"), Places(), _Roads()
    total = sum(dong.weight for dong in town.dongs)
    taken: set[str] = set()
    for d, dong in enumerate(town.dongs):
        homes = max(2, round(households * SURPLUS * dong.weight / total))
        sizes = _sizes(rng, dong, homes)
        names = roads.of_dong(dong, len(sizes) // 30 + 2)
        numbers = [0] * len(names)
        for kind, size in sizes:
            r = int(rng.integers(0, len(names)))
            numbers[r] += int(rng.integers(1, 4))
            places.dong.append(d)
            places.kind.append(kind)
            master = kind == MULTI and rng.random() < 0.6
            places.has_master_meter.append(bool(master))
            _add_building(places, rng, dong, f"{names[r]} {numbers[r]}", taken)
            b = len(places.dong) - 1
            units = _unit_numbers(rng, kind, size)
            places.unit.extend(units)
            places.building.extend([b] * len(units))
    return places
