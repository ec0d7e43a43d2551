"""What files about persons tell of their households: for the inputs of the oracle."""

import datetime as dt

import numpy as np
from numpy.typing import NDArray
from oracle_received import MONTHS, Columns

from pipeline.twin import benefits, indicators, tips, visits
from pipeline.twin.clock import Ints, month_no, stream
from pipeline.twin.folk import living

_HARD = ("생계곤란", "실직", "사업중단")


def put_indicators(at: Columns) -> None:
    twin, received = at.twin, at.received
    days = received.days("indicator", at.as_of)[:MONTHS]
    found: dict[str, list[tuple[dt.date, Ints, NDArray[np.float64]]]] = {}
    for day in days:
        for owing in received.owing:
            if indicators._is_told(owing.code, day):
                got = indicators._lasting(twin, owing, day)
                value = np.array(got[3], dtype=float)
                found.setdefault(owing.code, []).append((day, got[1], value))
        for code in indicators.STRIKING:
            if indicators._is_told(code, day):
                got = indicators._striking(twin, code, day)
                value = np.ones(len(got[1]))
                found.setdefault(code, []).append((day, got[1], value))
    kinds = np.zeros(at.count, dtype=np.float32)
    for code, parts in found.items():
        person = np.concatenate([part[1] for part in parts])
        household = at.household[person]
        told = np.concatenate(
            [np.full(len(part[1]), np.datetime64(part[0])) for part in parts]
        )
        times, ago = at.sum(household), at.latest(household, told)
        at.put(f"{code}_times", times)
        at.put(f"{code}_ago", ago)
        if code in indicators.LASTING:
            value = np.concatenate([part[2] for part in parts])
            at.put(f"{code}_most", at.most(household, value))
        kinds += times > 0
    at.put("indicator_kinds", kinds)


def put_insurances(at: Columns) -> None:
    twin, received = at.twin, at.received
    days = received.days("nps", at.as_of)[:MONTHS]
    exempt, owing = received.exempt, received.pensions
    month = month_no(days[0])
    out = (exempt.since <= month) & (month < exempt.until)
    who = at.household[exempt.person[out]]
    at.put("exempt", at.sum(who))
    at.put("exempt_since", at.most(who, month - exempt.since[out]))
    hardship = out & np.isin(exempt.reason, _HARD)
    at.put("exempt_hard", at.sum(at.household[exempt.person[hardship]]))
    places = [month_no(day) - twin.window.first for day in days]
    _owing(at, "nps", at.household[owing.person], owing.months[:, places])
    days = received.days("kcomwel", at.as_of)[:MONTHS]
    places = [month_no(day) - twin.window.first for day in days]
    firms = received.firms
    most = np.maximum(firms.employment, firms.accident)
    _owing(at, "kcomwel", at.household[firms.owner], most[:, places])
    closed = firms.closed <= np.datetime64(days[0])
    at.put("closed", at.sum(at.household[firms.owner[closed]]))


def _owing(
    at: Columns, name: str, household: Ints, months: NDArray[np.generic]
) -> None:
    for place in (0, 1, 2, 3, 5, 8, 11, 17, 23):
        if place < months.shape[1]:
            at.put(f"{name}_{place}", at.sum(household, months[:, place]))
    at.put(f"{name}_late", at.sum(household, (months > 0).sum(axis=1)))
    at.put(f"{name}_late_6", at.sum(household, (months[:, :6] > 0).sum(axis=1)))


def put_help(at: Columns) -> None:
    received, today = at.received, at.today
    spells = received.benefits
    begun = spells.start < today
    for kind in range(8):
        mine = begun & (spells.kind == kind)
        on = mine & ~(spells.end < today)
        over = mine & (spells.end < today)
        over &= spells.end > today - np.timedelta64(benefits.MEMORY_DAYS, "D")
        household = at.household[spells.person]
        at.put(f"benefit_{kind}", at.sum(household[on]))
        at.put(f"ended_{kind}", at.sum(household[over]))
        at.put(f"ended_ago_{kind}", at.latest(household[over], spells.end[over]))
        at.put(f"begun_ago_{kind}", at.latest(household[on], spells.start[on]))
    refused = begun & (spells.end < today) & (spells.outcome == benefits._DROPPED)
    at.put("refused", at.sum(at.household[spells.person[refused]]))
    opened = received.cases.opened < today - np.timedelta64(10, "D")
    who = at.household[received.cases.person]
    at.put("case_ago", at.latest(who[opened], received.cases.opened[opened]))
    asked = opened & (received.cases.surveyed < today)
    at.put("case_level", at.most(who[asked], received.cases.level[asked]))
    served = received.served
    now = (served.start < today) & (served.end >= today)
    past = (served.end < today) & (
        served.end > today - np.timedelta64(visits.MEMORY_DAYS, "D")
    )
    for service in sorted(set(served.service)):
        mine = served.service == service
        at.put(f"{service}_now", at.sum(at.household[served.person[now & mine]]))
        at.put(f"{service}_past", at.sum(at.household[served.person[past & mine]]))
    alive = living(at.twin, np.arange(len(at.household)), at.as_of)
    at.put("living", at.sum(at.household, alive))


def put_tips(at: Columns) -> None:
    """Whom somebody worried about: as if every tip told exactly who."""
    homes, days = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype="datetime64[D]")]
    for file in at.received.before("tip", at.as_of):
        number = tip_number(at, file.day)
        rng = stream(at.twin.seed, f"tips/{number}")
        who = tips._about(at.twin, rng, file.day)
        who = who[who < at.count]
        homes.append(who)
        days.append(np.full(len(who), np.datetime64(file.day)))
    home, day = np.concatenate(homes), np.concatenate(days)
    at.put("tips", at.sum(home))
    at.put("tip_ago", at.latest(home, day))


def tip_number(at: Columns, day: dt.date) -> int:
    """The place of a tip file among all: its draws hang on it."""
    months = month_no(day) - at.twin.window.first
    return len(tips.TIP_DAYS) * months + tips.TIP_DAYS.index(day.day)


def put_history(at: Columns) -> None:
    """What came of earlier rounds, as far as their results are here."""
    person_of, rows = at.received.person_of, []
    for file in at.received.before("history", at.as_of):
        for row in file.sheet.rows if file.sheet else ():
            household = int(at.household[person_of[row[1]]])
            met = row[6][0] not in "LPD"
            level = float(row[8]) if row[8] else np.nan
            rows.append((household, day_of(row[2]), met, row[7], row[6], level))
    who = np.array([row[0] for row in rows], dtype=np.int64)
    day = np.array([row[1] for row in rows], dtype="datetime64[D]")
    at.put("listed", at.sum(who))
    at.put("listed_ago", at.latest(who, day))
    met = np.array([row[2] for row in rows], dtype=bool)
    at.put("met", at.sum(who[met]))
    for word in "YNU":
        said = np.array([row[3] == word for row in rows], dtype=bool)
        at.put(f"said_{word}", at.sum(who[said]))
        at.put(f"said_{word}_ago", at.latest(who[said], day[said]))
    for letters in ("S1", "S2", "S3", "S4", "S5", "C1", "N", "R", "L", "P"):
        had = np.array([row[4].startswith(letters) for row in rows], dtype=bool)
        at.put(f"result_{letters}", at.sum(who[had]))
    level = np.array([row[5] for row in rows])
    last = np.full(at.count, np.nan, dtype=np.float32)
    for place in np.argsort(day, kind="stable").tolist():
        if not np.isnan(level[place]):
            last[who[place]] = level[place]
    at.put("last_level", last)


def day_of(text: str) -> dt.date:
    """A date as the extracts write it."""
    return dt.datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a date only
