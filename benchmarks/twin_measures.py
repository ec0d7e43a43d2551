"""What came out of a made-up town: the figures that the targets name."""

import datetime as dt
from collections import Counter

import numpy as np

from pipeline.twin import indicators, kcomwel, nps
from pipeline.twin.clock import BURN_IN, Flags, Floats, month_end
from pipeline.twin.extracts import RESTRICTED_SHARE, Twin, listed
from pipeline.twin.hardship import in_broad_hardship, in_crisis
from pipeline.twin.history import history_sheets
from pipeline.twin.kinds import LOW
from pipeline.twin.unpaid import SOURCES


def states(twin: Twin) -> dict[str, np.ndarray]:
    """[household, month]: the survey's questions as the town answers them."""
    need, late = twin.payers.need, twin.payers.shortage.late
    return {
        "crisis": in_crisis(need),
        "broad": in_broad_hardship(need),
        "utility_late": late["utility"],
        "rent_late": late["rent"],
        "credit_default": late["credit"],
        "nhi_arrears": late["nhis"],
    }


def _people(twin: Twin) -> dict[str, float]:
    people, pop = twin.population.persons, twin.population
    size = np.bincount(people.household)
    age = people.age[pop.head[: len(size)]]
    return {
        "one_person": float((size == 1).mean()),
        "three_plus": float((size > 2).mean()),
        "head_70_plus": float((age >= 70).mean()),
        "head_60s": float(((age >= 60) & (age < 70)).mean()),
        "head_30s": float(((age >= 30) & (age < 40)).mean()),
    }


def _days(twin: Twin) -> list[dt.date]:
    """The month ends of the last year."""
    return [month_end(n) for n in list(twin.window.numbers)[-12:]]


def _stock(twin: Twin, source: str) -> dict[str, Floats]:
    """Sums over the last year's month-end extracts of one source."""
    acc, homes = twin.accounts[source], twin.payers.homes
    sums: Counter[str] = Counter()
    for day in _days(twin):
        who = listed(twin, source, day)
        owed = who.months * acc.bill[who.account]
        home = who.payer < homes
        master = who.payer >= homes + len(twin.payers.shops)
        for least in (1, 2, 3, 6, 15, 36, 37):
            some = (who.months >= least) & ~master
            sums[f"home{least}"] += int((some & home).sum())
            sums[f"all{least}"] += int(some.sum())
            sums[f"won{least}"] += int(owed[some].sum())
            sums[f"homewon{least}"] += int(owed[some & home].sum())
        if source == "nhis":
            self_paid = twin.payers.is_regional[who.payer]
            six = (who.months >= 6) & self_paid
            sums["regional1"] += int((self_paid & (who.months >= 1)).sum())
            sums["workplace1"] += int((~self_paid & (who.months >= 1)).sum())
            sums["low6"] += int((six & (twin.payers.premium[who.payer] <= LOW)).sum())
            sums["regional6"] += int(six.sum())
    return {key: value / len(_days(twin)) for key, value in sums.items()}  # type: ignore[misc]


def _stops(twin: Twin, source: str) -> tuple[Flags, float]:
    """Which stops hit an account of a home in the window, and the years it spans."""
    unpaid, acc = twin.payers.unpaid[source], twin.accounts[source]
    column = unpaid.stop_day.astype("datetime64[M]").astype(int) + 1970 * 12 + 1
    column = column - twin.window.first
    inside = (column >= 0) & (column < twin.window.months)
    account = acc.current[unpaid.stop_payer, np.clip(column, 0, twin.window.months - 1)]
    home = unpaid.stop_payer < twin.payers.homes
    return inside & home & (account >= 0), twin.window.months / 12


def _kepco(twin: Twin, count: int) -> dict[str, float]:
    stock, unpaid = _stock(twin, "kepco"), twin.payers.unpaid["kepco"]
    stops, years = _stops(twin, "kepco")
    month = unpaid.stop_day.astype("datetime64[M]").astype(int) % 12 + 1
    day = np.datetime64(f"{twin.window.as_of.year - 1}-11-21")
    held = stops & (unpaid.stop_day <= day) & ~(unpaid.restored_day <= day)
    closed = np.isin(month, SOURCES["kepco"].closed_months)
    return {
        "kepco_home_2": stock["home2"] / count,
        "kepco_all_2": stock["all2"] / count,
        "kepco_home_15": stock["home15"] / count,
        "kepco_home_36": stock["home36"] / count,
        "kepco_amount": stock["won2"] / stock["all2"],
        "limits_year": stops.sum() / years / count,
        "limiters_day": held.sum() / count,
        "limits_closed": float((stops & closed).sum()),
    }


def _gas_and_water(twin: Twin, count: int) -> dict[str, float]:
    gas, water = _stock(twin, "gas"), _stock(twin, "water")
    cut, years = _stops(twin, "gas")
    dry, _ = _stops(twin, "water")
    unpaid, acc = twin.payers.unpaid["gas"], twin.accounts["gas"]
    payer = unpaid.stop_payer[cut]
    step = unpaid.stop_day[cut].astype("datetime64[M]").astype(int) + 1970 * 12 + 1
    step = step - twin.window.first + BURN_IN
    months = np.maximum(unpaid.months[payer, step - 1] + 1, 2)
    account = acc.current[payer, step - BURN_IN]
    reports = np.array([bool(dong.waterworks) for dong in twin.town.dongs])
    weight = np.array([dong.weight for dong in twin.town.dongs])
    reported = count * weight[reports].sum() / weight.sum()
    return {
        "gas_1": gas["home1"] / count,
        "gas_stops_year": cut.sum() / years / count / twin.town.about.gas_stops,
        "gas_amount": gas["homewon1"] / gas["home1"],
        "gas_stop_amount": float((months * acc.bill[account]).mean()),
        "water_2": water["home2"] / reported,
        "water_stops_year": dry.sum() / years / reported,
        "water_amount": water["homewon2"] / water["home2"],
    }


def _nhis(twin: Twin, count: int) -> dict[str, float]:
    stock = _stock(twin, "nhis")
    return {
        "nhis_1": stock["regional1"] / count,
        "nhis_workplace": stock["workplace1"] / count,
        "nhis_3": stock["all3"] / count,
        "nhis_6": stock["all6"] / count,
        "nhis_37": stock["all37"] / count,
        "nhis_low": stock["low6"] / stock["regional6"],
        "nhis_amount_3": stock["won3"] / stock["all3"],
        "nhis_restricted": stock["all6"] / count * RESTRICTED_SHARE / 100,
    }


def _kcomwel(twin: Twin, count: int) -> dict[str, float]:
    sheet = kcomwel.files(twin)[-1].sheet()
    owed = [sheet.column(name) for name in ("고용체납개월", "산재체납개월")]
    months = [max(int(a), int(b)) for a, b in zip(*owed, strict=True)
              if a.isdigit() and b.isdigit()]  # fmt: skip
    long = sum(n >= 13 for n in months)
    return {"kcomwel_1": len(months) / count, "kcomwel_13": long / len(months)}


def indicator_states(twin: Twin) -> dict[str, np.ndarray]:
    """[household, month]: who is in an arrear that the indicator file tells of."""
    out = {}
    for code, months in _told(twin).items():
        out[code] = months >= indicators.LASTING[code].habit.after
    return out


def _told(twin: Twin) -> dict[str, np.ndarray]:
    """[household, month] per code of an arrear that lasts: months overdue."""
    households, out = twin.population.persons.household, {}
    for code, what in indicators.LASTING.items():
        owing = indicators.owing_of(twin, code, what)
        months = np.zeros(
            (twin.population.households, twin.window.months), dtype=np.int16
        )
        months[households[owing.person]] = owing.months
        out[code] = months
    return out


def _rents(twin: Twin) -> dict[str, float]:
    told = [
        months[months >= 3] for code, months in _told(twin).items() if code[0] == "R"
    ]
    months = np.concatenate(told)
    return {
        "rent_3_9": float((months <= 9).mean()),
        "rent_24": float((months > 24).mean()),
    }


def _nps(twin: Twin, count: int) -> dict[str, float]:
    sheet = nps.files(twin)[-1].sheet()
    return {"nps_exempt": sheet.column("납부예외").count("Y") / count}


def _rounds(twin: Twin, count: int) -> dict[str, float]:
    pop, sheets = twin.population, history_sheets(twin)
    of_head = {pop.persons.resident_no[p]: h for h, p in enumerate(pop.head) if p >= 0}
    codes: Counter[str] = Counter()
    times: Counter[str] = Counter()
    away = wrong = 0
    for this, sheet in sheets:
        column = twin.column(this.selected)
        for row in sheet.rows:
            codes[row[6]] += 1
            times[row[1]] += 1
            if row[6].startswith("L"):
                h, away = of_head[row[1]], away + 1
                wrong += int(pop.home[h, column] != pop.registered_home[h, column])
    total = sum(codes.values())
    share = {code: n / total for code, n in codes.items()}

    def of(*prefixes: str) -> float:
        return sum(v for code, v in share.items() if code.startswith(prefixes))

    return {
        "listed_round": total / len(sheets) / count,
        "relisted": sum(n > 1 for n in times.values()) / len(times),
        "wrong_unreached": wrong / max(away, 1),
        "supported": of("S", "C1"),
        "public": of("S1", "S2", "S3", "S4", "C1"),
        "basic": of("S1"),
        "emergency": of("S3"),
        "visited": of("N5"),
        "over_income": of("N1"),
        "away": of("L", "R1"),
        "pending": of("P1"),
    }


def levels(twin: Twin) -> dict[str, float]:
    """All figures, by the names that the targets have."""
    count = twin.population.households
    named = {"nhi_arrears": "nhis_late", "credit_default": "credit_late"}
    survey = {
        named.get(k, k): float(v[:, -12:].mean()) for k, v in states(twin).items()
    }
    return {
        **_people(twin),
        **survey,
        **_kepco(twin, count),
        **_gas_and_water(twin, count),
        **_nhis(twin, count),
        **_nps(twin, count),
        **_kcomwel(twin, count),
        **_rents(twin),
        **_rounds(twin, count),
    }
