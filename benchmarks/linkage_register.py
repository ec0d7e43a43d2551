"""A synthetic town's registers as people and homes, for the linkage benchmark."""

import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc

from data_contracts.derive import acc_columns, vault_columns
from data_contracts.sources import SOURCES
from pipeline.household import registered_household_id
from pipeline.warehouse import Warehouse

ROAD = re.compile(
    r"^(?P<front>.*?\S+[시군](?: \S+구)?)(?: (?P<town>\S+[읍면]))? "
    r"(?P<road>\S+(?:로|길)) (?P<number>[\d-]+)(?: \((?P<inside>.*)\))?$"
)
RESIDENT = re.compile(r"\d\d(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])[1-8]\d{6}")


@dataclass
class Home:
    """One place in the town, as the register writes it."""

    address: str
    detail: str
    road: str
    area: str
    lot: str
    dong: str


@dataclass
class Person:
    """One registered person."""

    key: str
    household: str
    name: str
    birth: dt.date
    phone: str
    is_head: bool
    is_adult: bool


@dataclass
class Register:
    """The latest register: people, and homes now and before."""

    ref_date: dt.date
    people: list[Person]
    of_household: dict[str, list[Person]]
    home: dict[str, Home]
    former: dict[str, Home]
    moved_in: dict[str, dt.date]
    left: list[Home]
    departed: dict[str, list[Person]]  # who stood in a household's earlier register
    table: pa.Table


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read(file: Path) -> pa.Table:
    return pc.read_csv(
        file,
        read_options=pc.ReadOptions(encoding="cp949"),
        convert_options=pc.ConvertOptions(
            column_types={n: pa.string() for n in _header(file)}
        ),
    )


def _header(file: Path) -> list[str]:
    with file.open(encoding="cp949") as lines:
        return lines.readline().strip().split(",")


def _birth(rrn: str) -> dt.date:
    century = 1900 if rrn[6] in "1256" else 2000
    return dt.date(century + int(rrn[:2]), int(rrn[2:4]), int(rrn[4:6]))


def readable_date(text: str) -> dt.date | None:
    """YYYYMMDD as a date, None if it is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


class _Homes:
    """Places with invented lots: a lot per road number, five to a block."""

    def __init__(self) -> None:
        self.lots: dict[str, str] = {}
        self.in_area: Counter[str] = Counter()

    def of(self, row: dict[str, str | None]) -> Home | None:
        """The home that a register's row names; None where it names no number."""
        address, detail = row["도로명주소"] or "", row["상세주소"] or ""
        found = ROAD.match(address)
        if found is None:
            return None
        inside = (found["inside"] or "").split(",")[0]
        area = found["town"] or inside
        road = f"{found['front']} {found['road']} {found['number']}"
        if road not in self.lots:
            n = self.in_area[area]
            self.in_area[area] += 1
            village = f" {'가나다라마바사'[n % 7]}동리" if found["town"] else ""
            lot = f"{found['front']} {area}{village} {n // 5 + 1}-{n % 5 + 1}"
            self.lots[road] = lot
        dong = row["행정동코드"] or ""
        return Home(address, detail, road, area, self.lots[road], dong)


def read_register(latest: Path, earlier: Path, limit: int | None = None) -> Register:
    """Read two registers of a synthetic town; `limit` keeps the first households."""
    homes, ref = _Homes(), dt.date.fromisoformat(latest.stem[9:17])
    keep: dict[str, None] = {}
    people: list[Person] = []
    seen: set[str] = set()
    home: dict[str, Home] = {}
    moved: dict[str, dt.date] = {}
    columns: dict[str, list[object]] = defaultdict(list)
    for row in _read(latest).to_pylist():
        rrn = (row["주민번호"] or "").replace("-", "")
        number = row["세대번호"] or ""
        if not RESIDENT.fullmatch(rrn) or rrn in seen or row["사망일"]:
            continue
        place = homes.of(row)
        if number not in keep:
            if place is None or (limit and len(keep) >= limit):
                continue
            keep[number] = None
            home[number] = place
            since = re.sub(r"\D", "", row["전입일"] or "")
            moved[number] = readable_date(since) or dt.date(2015, 1, 1)
        seen.add(rrn)
        born = _birth(rrn)
        people.append(
            Person(
                _key(rrn), number, row["성명"], born,
                re.sub(r"\D", "", row["연락처"] or ""),
                row["세대주관계"] == "본인", born.year <= ref.year - 20,
            )
        )  # fmt: skip
        columns["dong_code"].append(row["행정동코드"])
        columns["moved_in_on"].append(moved[number])
        columns["relation"].append("head" if people[-1].is_head else "other")
    former, left, departed = _before(homes, earlier, home, seen, ref)
    of_household: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        of_household[person.household].append(person)
    table = pa.table(
        {
            "registry_no_key": [_key("household:" + p.household) for p in people],
            "relation": columns["relation"],
            "person_key": [p.key for p in people],
            "birth_month_no": [p.birth.year * 12 + p.birth.month for p in people],
            "moved_in_on": columns["moved_in_on"],
            "dong_code": columns["dong_code"],
            "name": [p.name for p in people],
            "birth_date": [p.birth for p in people],
            "phone": [p.phone or None for p in people],
            "road_address": [home[p.household].address for p in people],
            "detail_address": [home[p.household].detail or None for p in people],
        }
    )
    return Register(
        ref, people, of_household, home, former, moved, left, departed, table
    )


def _before(
    homes: _Homes, earlier: Path, home: dict[str, Home], seen: set[str], ref: dt.date
) -> tuple[dict[str, Home], list[Home], dict[str, list[Person]]]:
    """Former homes, homes left, and who has left or died, from an earlier register."""
    former: dict[str, Home] = {}
    left: list[Home] = []
    departed: dict[str, list[Person]] = defaultdict(list)
    now = {(h.address, h.detail) for h in home.values()}
    for row in _read(earlier).to_pylist():
        number = row["세대번호"] or ""
        rrn = (row["주민번호"] or "").replace("-", "")
        if number in home and rrn not in seen and RESIDENT.fullmatch(rrn):
            born = _birth(rrn)
            if born.year <= ref.year - 20:
                phone = re.sub(r"\D", "", row["연락처"] or "")
                departed[number].append(
                    Person(_key(rrn), number, row["성명"], born, phone, False, True)
                )
        place = homes.of(row)
        if place is None or row["세대주관계"] != "본인":
            continue
        if (place.address, place.detail) not in now:
            left.append(place)
        if number in home and (place.address, place.detail) != (
            home[number].address, home[number].detail
        ):  # fmt: skip
            former[number] = place
    return former, left, departed


def household_id(registry_no: str) -> str:
    """The household's id, keyed as this benchmark's register is."""
    return registered_household_id(_key("household:" + registry_no))


def put(warehouse: Warehouse, source: str, file_id: int, rows: pa.Table) -> None:
    """Lay rows into acc_<source> and vault_<source> of an empty warehouse."""
    contract = SOURCES[source]
    number = pa.array(range(1, rows.num_rows + 1), pa.int64())
    rows = rows.append_column("row_no", number)
    rows = rows.append_column(
        "file_id", pa.array([file_id] * rows.num_rows, pa.int32())
    )
    kept = ["file_id", "row_no", *(n for n, _ in acc_columns(contract))]
    personal = ["file_id", "row_no", *(n for n, _ in vault_columns(contract))]
    warehouse.append(
        f"acc_{source}", rows.select([c for c in kept if c in rows.column_names])
    )
    if len(personal) > 2:
        warehouse.append(
            f"vault.main.vault_{source}",
            rows.select([c for c in personal if c in rows.column_names]),
        )
