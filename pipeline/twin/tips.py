"""인적안전망: what 통·이장, meter readers, postmen, neighbours tell in their way."""

import datetime as dt
from functools import partial

import numpy as np

from pipeline.twin import traps
from pipeline.twin.clock import Ints, month_day, month_no, stream, ymd
from pipeline.twin.extracts import Twin
from pipeline.twin.folk import HEADERS, MoreFile, bad_value, weighted
from pipeline.twin.names import draw_given, draw_surnames
from pipeline.twin.sheets import Row, Sheet

PER_FILE = 0.0002  # tips per household, twice a month
TIP_DAYS = (10, 25)
NO_NAME, MISSPELT, NO_UNIT, SHORT_ADDRESS = 0.18, 0.15, 0.25, 0.12
_REPORTERS = ("통장", "이장", "검침원", "집배원", "이웃", "협의체위원")
_SHARES = (0.34, 0.10, 0.12, 0.16, 0.24, 0.04)
# What was seen: letters piling up, a meter that stands still, hoarding, nobody seen …
REASONS = {
    "T01": "우편물 적체",
    "T02": "검침량 없음",
    "T03": "저장강박 의심",
    "T04": "장기간 인기척 없음",
    "T05": "질병·거동 불편",
    "T06": "생활고 호소",
    "T07": "아동 방임 의심",
}
_REASON_SHARES = (0.18, 0.12, 0.06, 0.18, 0.16, 0.25, 0.05)
_LIKE = str.maketrans("영현정경재미희은", "연헌종겅제마히운")


def misspelt(name: str, pick: int) -> str:
    """A name as it was heard: a syllable like it, or one left out."""
    heard = name.translate(_LIKE)
    if heard != name:
        return heard
    return name[:-1] if pick % 2 and len(name) > 2 else name[0] + name[:0:-1]


def _about(twin: Twin, rng: np.random.Generator, day: dt.date) -> Ints:
    """Homes that somebody worries about: mostly those in need, registered or not."""
    pop, column = twin.population, twin.column(day)
    step = twin.window.step(month_no(day))
    here = np.flatnonzero(pop.home[:, column] >= 0)
    count = max(2, round(pop.households * PER_FILE))
    pool = rng.choice(here, size=min(len(here), 400 * count), replace=False)
    need = twin.payers.hardship[pool, step].astype(np.float64)
    return weighted(rng, pool, 1.0 * need, count)


def _name(twin: Twin, rng: np.random.Generator, home: int) -> str:
    person = int(twin.population.head[home])
    if person < 0:  # in no register of the town
        years = np.array([rng.integers(1945, 1990)])
        given = draw_given(rng, years, np.array([rng.random() < 0.4]))
        name = draw_surnames(rng, 1)[0] + given[0]
    else:
        name = twin.population.persons.name[person]
    if rng.random() < NO_NAME:
        return ""
    return misspelt(name, int(rng.integers(0, 9))) if rng.random() < MISSPELT else name


def _row(twin: Twin, rng: np.random.Generator, home: int, day: dt.date) -> Row:
    places, address = twin.places, twin.addresses(day)
    place = int(twin.population.home[home, twin.column(day)])
    building = places.building[place]
    road = address.road[building]
    if rng.random() < SHORT_ADDRESS:
        road = road.partition(" (")[0]  # without the legal dong behind
    received = day - dt.timedelta(days=int(rng.integers(0, 12)))
    return [
        "",
        ymd(received),
        _REPORTERS[int(rng.choice(len(_REPORTERS), p=_SHARES))],
        _name(twin, rng, home),
        road,
        "" if rng.random() < NO_UNIT else places.unit[place],
        address.code[building],
        list(REASONS)[int(rng.choice(len(REASONS), p=_REASON_SHARES))],
    ]


def _sheet(twin: Twin, n: int, day: dt.date) -> Sheet:
    rng = stream(twin.seed, f"tips/{n}")
    rows = [_row(twin, rng, int(home), day) for home in _about(twin, rng, day)]
    rows.sort(key=lambda row: row[1])
    for i, row in enumerate(rows, start=1):
        row[0] = f"T{day:%y%m%d}-{i:03d}"
    sheet = Sheet(HEADERS["tip"], rows)
    plant = stream(twin.seed, f"traps/tip/{n}")
    if n % 5 == 1:
        bad_value(sheet, plant, "DATE_BAD", "접수일", "2025.13.01")
    traps.repeats(sheet, plant, 1)
    traps.odd_text(sheet, plant, "성명", "도로명주소", nfd=True)
    traps.written_dates(sheet, plant, "접수일", 1)
    return sheet


def files(twin: Twin) -> list[MoreFile]:
    """TIP_YYYYMMDD.csv, twice a month."""
    days = [month_day(n, d) for n in twin.window.numbers for d in TIP_DAYS]
    return [
        MoreFile(
            f"TIP_{ymd(day)}.csv", "tip", day, partial(_sheet, twin, n, day),
            "utf-8-sig", "\n",
        )
        for n, day in enumerate(days)
    ]  # fmt: skip
