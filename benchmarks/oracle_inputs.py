"""What the rows received before a date tell of every household, as raw as they come.

The inputs of the learned oracle are taken from the twin in memory, without the writing
mistakes of its files and with every account at its own household: slightly more than
any reader of the files can know, so an oracle that learns from them is strict.
"""

import datetime as dt

import numpy as np
from oracle_persons import (
    put_help,
    put_history,
    put_indicators,
    put_insurances,
    put_tips,
)
from oracle_received import MONTHS, NEVER, Column, Columns, Received

from pipeline.twin.extracts import RESTRICTED_SHARE, listed
from pipeline.twin.written import luck

HALVES = 6  # files of mid-month told one by one


def inputs_of(received: Received, as_of: dt.date) -> dict[str, Column]:
    """Every input by its name, a row per registered household."""
    at = Columns(received, as_of)
    for put in (
        _register, _supplies, _together, put_indicators, put_insurances, put_help,
        put_tips, put_history,
    ):  # fmt: skip
        put(at)
    return at.names


def _register(at: Columns) -> None:
    twin, pop = at.twin, at.twin.population
    people = pop.persons
    column = twin.column(at.as_of) - 1
    home = pop.registered_home[:, column]
    building, kind, dong = twin.places.arrays()
    born = people.birth[pop.head[: at.count]]
    age = (at.today - born).astype("timedelta64[D]").astype(int) / 365.25
    at.put("month", np.full(at.count, at.as_of.month))
    at.put("head_age", age)
    for name, flag in pop.kinds.flags.items():
        # The premium is in the insurer's rows of debtors alone.
        if not name.startswith("nhi_"):
            at.put(name, flag)
    size = at.sum(at.household)
    at.put("size", size)
    at.put("disabled", at.sum(at.household, people.disability > 0))
    at.put("severe", at.sum(at.household, people.disability == 1))
    at.put("foreign", at.sum(at.household, people.is_foreign))
    phones = [not people.phone[head] for head in pop.head[: at.count].tolist()]
    at.put("no_phone", np.array(phones))
    at.put("home_kind", kind[home])
    at.put("dong", dong[home])
    at.put("dong_odd", dong[home] % 2)
    at.put("homes_here", np.bincount(building)[building[home]])
    moved = pop.moved_in[:, column]
    at.put("moved_in", (at.today - moved).astype(int) / 30.4)
    moves = pop.registered_home[:, 1 : column + 1] != pop.registered_home[:, :column]
    at.put("moves", moves.sum(axis=1))
    at.put("unknown_home", pop.is_residence_unknown)
    at.put("split", (pop.split_month > 0) & (pop.split_month <= column))


class _Told:
    """What the files of one source tell beyond months overdue."""

    def __init__(self, count: int) -> None:
        self.stops: set[tuple[int, int]] = set()
        self.bill = np.full(count, np.nan, dtype=np.float32)
        self.protected = np.zeros(count, dtype=np.float32)


def _supplies(at: Columns) -> None:
    for source in ("kepco", "gas", "water", "nhis"):
        days = at.received.days(source, at.as_of)
        ends = [day for day in days if day.day > 20][:MONTHS]
        series = np.zeros((at.count, MONTHS), dtype=np.float32)
        told = _Told(at.count)
        for place, day in enumerate(ends):
            series[:, place] = _one_file(at, source, day, told)
        for place, day in enumerate([d for d in days if d.day <= 20][:HALVES]):
            at.put(f"{source}_middle_{place}", _one_file(at, source, day, told))
        at.put(f"{source}_bill", told.bill)
        if source == "kepco":
            at.put("protected_customer", told.protected)
        _stops(at, source, told.stops)
        _series(at, source, series)


def _one_file(at: Columns, source: str, day: dt.date, told: _Told) -> Column:
    """Months overdue of every household; a half where an ended stop alone is told."""
    who, accounts = listed(at.twin, source, day), at.twin.accounts[source]
    home = who.payer < at.count
    payer, account, stop = who.payer[home], who.account[home], who.stop[home]
    months = np.zeros(at.count, dtype=np.float32)
    months[payer] = np.maximum(who.months[home], 0.5)
    fresh = np.isnan(told.bill[payer])
    told.bill[payer[fresh]] = accounts.bill[account[fresh]]
    if source == "nhis":
        limited = (who.months[home] >= 6) & (luck(account, 5) < RESTRICTED_SHARE)
        months[payer[limited]] += 0.25
        return months
    if source == "kepco":
        told.protected[payer] = 1 + at.twin.payers.is_protected_customer[payer]
    # A home without an account of this source can tell nothing by it.
    months[accounts.current[: at.count, at.twin.column(day) - 1] < 0] = np.nan
    shown = stop >= 0
    told.stops.update(zip(payer[shown].tolist(), stop[shown].tolist(), strict=True))
    return months


def _stops(at: Columns, source: str, stops: set[tuple[int, int]]) -> None:
    if source == "nhis":
        return
    unpaid = at.twin.payers.unpaid[source]
    days = at.received.days(source, at.as_of)
    until = np.datetime64(days[0]) if days else np.datetime64("1900-01-01")
    payer = np.array([p for p, _ in sorted(stops)], dtype=np.int64)
    stop = np.array([s for _, s in sorted(stops)], dtype=np.int64)
    in_force = ~(unpaid.restored_day[stop] <= until)
    at.put(f"{source}_stops", at.sum(payer))
    at.put(f"{source}_stop_now", at.sum(payer[in_force]))
    at.put(f"{source}_stop_ago", at.latest(payer, unpaid.stop_day[stop]))


def _series(at: Columns, source: str, series: Column) -> None:
    """Every month one by one, and sums over them."""
    for place in range(MONTHS):
        at.put(f"{source}_{place}", series[:, place])
    owed = np.nan_to_num(series)
    at.owed[source] = owed
    at.put(f"{source}_max", owed.max(axis=1))
    for since in (3, 6, 12, MONTHS):
        part = owed[:, :since]
        at.put(f"{source}_late_{since}", (part > 0).sum(axis=1))
    at.put(f"{source}_mean", owed.mean(axis=1))
    at.put(f"{source}_long", (owed >= 3).sum(axis=1))
    rises = (owed[:, :-1] > 0) & (owed[:, 1:] == 0)
    at.put(f"{source}_begun", rises.sum(axis=1))
    ago = np.where(owed > 0, np.arange(MONTHS), NEVER).min(axis=1)
    at.put(f"{source}_ago", ago)


def _together(at: Columns) -> None:
    """Bills that are unpaid in the same months: short of money, not forgetful."""
    late = {source: owed > 0 for source, owed in at.owed.items()}
    bills = late["kepco"] * 1 + late["water"] + late["gas"]
    at.put("bills_now", bills[:, 0])
    at.put("two_bills", (bills >= 2).sum(axis=1))
    at.put("two_bills_12", (bills[:, :12] >= 2).sum(axis=1))
    for source in ("kepco", "water", "gas"):
        both = late["nhis"] & late[source]
        at.put(f"nhis_and_{source}", both.sum(axis=1))
    any_late = (bills > 0) | late["nhis"]
    at.put("any_late", any_late.sum(axis=1))
    for since in (3, 6, 12):
        at.put(f"bills_{since}", bills[:, :since].sum(axis=1))
