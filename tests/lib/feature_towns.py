"""Random towns as the core tables that features read, and one fact worse for each home."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from features.build import build_features
from features.catalogue import EVENTS, FEATURES, SIGNS
from features.windows import day_number
from pipeline.warehouse import Warehouse
from tests.lib.core import CLOCK, DOUBT, EVENT, LISTING, NHIS, SURVEY, town
from tests.lib.tables import load

AS_OF: Final = date(2026, 3, 2)
TODAY: Final = day_number(AS_OF)
# No value: of months, won, days.
NONE: Final = -1
Columns = dict[str, Any]
VALUED: Final = np.array(
    [n for n, e in enumerate(EVENTS) if "arrears" in e or e == "nps_exempt"]
)
STOPPING: Final = np.array([n for n, e in enumerate(EVENTS) if e.endswith("_stop")])
WORSE: Final = np.array([n for n, e in enumerate(EVENTS) if e in {*SIGNS, "listing"}])
BENEFITS: Final = ("livelihood", "medical", "housing", "near_poor", "emergency")
CODES: Final = ("R01", "R02", "R04", "F01", "S01")
RESULTS: Final = ("L1", "L2", "L3", "L5", "N1", "N2", "R1", "S1", "S4", "P1")
UNREACHED: Final = ("L1", "L2", "L3", "L4", "L5", "N1", "S1", "C1")


@dataclass(frozen=True)
class Town:
    """Numbers only; households are 0, 1, … of `ids`."""

    ids: list[str]
    homes: Columns
    members: Columns
    events: Columns
    listings: Columns
    surveys: Columns
    doubts: Columns
    nhis: Columns

    def but(self, **tables: Columns) -> "Town":
        return replace(self, **tables)


def rows(columns: Columns, where: Any) -> Columns:
    """The rows at these positions or under this mask."""
    return {name: column[where] for name, column in columns.items()}


def both(one: Columns, other: Columns) -> Columns:
    """The rows of both tables."""
    return {name: np.concatenate([one[name], other[name]]) for name in one}


def random_town(homes: int, seed: int, *, dongs: int = 3, events: float = 5.0) -> Town:
    """A town in which anything may have happened, some of it not known yet."""
    rng = np.random.default_rng([seed, homes])
    people = rng.integers(0, 4, homes)
    who = np.repeat(np.arange(homes), people)
    listed, owing = rng.random(homes) < 0.4, np.flatnonzero(rng.random(homes) < 0.5)
    asked = np.repeat(np.flatnonzero(listed), rng.integers(1, 3, listed.sum()))
    listed_on = TODAY - rng.integers(-20, 800, len(asked))
    graded = rng.integers(0, homes, homes // 3)
    found_on = TODAY - rng.integers(-20, 800, len(graded))
    doubted = np.flatnonzero(rng.random(homes) < 0.2)
    return Town(
        ids=[f"H{n:08d}" for n in range(homes)],
        homes={
            "home_kind": rng.choice(["other", "apartment", "unknown"], homes),
            "dong": rng.integers(0, max(dongs, 1), homes),
            "address_grade": rng.integers(0, 3, homes),
        },
        members={
            "household": who,
            "birth_month_no": 2026 * 12 - rng.integers(0, 95 * 12, len(who)),
            "is_residence_unknown": rng.random(len(who)) < 0.05,
            "relation": rng.choice(["head", "spouse", "child", "other"], len(who)),
        },
        events=random_events(rng, rng.integers(0, homes, int(homes * events))),
        listings={
            "household": asked,
            "listed_on": listed_on,
            "returned_known_on": listed_on + rng.integers(0, 90, len(asked)),
            "result_code": rng.choice(RESULTS, len(asked)),
            "need_confirmed": rng.choice(["Y", "N", "U"], len(asked)),
            "crisis_level": rng.integers(1, 6, len(asked)),
        },
        surveys={
            "household": graded,
            "found_on": found_on,
            "crisis_level": rng.integers(1, 6, len(graded)),
            "known_on": found_on + rng.integers(0, 40, len(graded)),
        },
        doubts={
            "household": doubted,
            "score": rng.integers(3, 9, len(doubted)),
            "since": TODAY - rng.integers(-20, 400, len(doubted)),
        },
        nhis={
            "household": owing,
            "ref_date": TODAY - rng.integers(1, 90, len(owing)),
            "known_on": TODAY - rng.integers(-20, 60, len(owing)),
            "premium_krw": rng.integers(5_000, 120_000, len(owing)),
        },
    )


def random_events(rng: np.random.Generator, household: Any) -> Columns:
    """One event for each of these households."""
    size = len(household)
    # Days near the as-of day are where an off-by-one would show.
    near = rng.random(size) < 0.2
    back = np.where(near, rng.integers(-5, 6, size), rng.integers(-60, 800, size))
    kind = rng.integers(0, len(EVENTS), size)
    occurred = TODAY - back

    def some(values: Any, share: float) -> Any:
        return np.where(rng.random(size) < share, values, NONE)

    return {
        "household": np.asarray(household),
        "kind": kind,
        "subject": rng.integers(0, 5, size),
        "occurred_on": occurred,
        "known_on": occurred + rng.integers(0, 11, size),
        "months_overdue": some(rng.integers(0, 41, size), 0.8),
        "amount_krw": some(rng.integers(0, 3_000_000, size), 0.8),
        "restored_on": some(occurred + rng.integers(0, 31, size), 0.3),
        "is_current": rng.random(size) < 0.4,
    }


def put(warehouse: Warehouse, it: Town, *, clock: str = CLOCK) -> None:
    """The town as core tables."""
    town(warehouse, households="household_id", clock=clock)
    ids = np.array(it.ids)
    size = len(ids)
    warehouse.put(
        "core_household",
        pa.table(
            {
                "household_id": ids,
                "kind": np.full(size, "registered"),
                "home_kind": it.homes["home_kind"],
                "current_dong_code": pa.array(
                    [f"d{n}" if n >= 0 else None for n in it.homes["dong"].tolist()],
                    pa.string(),
                ),
                "address_grade": it.homes["address_grade"],
                "is_institution": np.zeros(size, dtype=np.bool_),
            }
        ),
    )
    _members(warehouse, it, ids)
    warehouse.put("core_event", event_table(it.events, ids))
    for table, schema, columns in (
        ("core_listing", LISTING, it.listings),
        ("core_survey", SURVEY, it.surveys),
        ("core_address_doubt", DOUBT, it.doubts),
        ("stg_nhis", NHIS, it.nhis),
    ):
        load(warehouse, table, next(iter(schema)), schema)
        warehouse.append(table, _plain(columns, ids, table))


def _members(warehouse: Warehouse, it: Town, ids: Any) -> None:
    size = len(it.members["household"])
    key = np.char.add("p", np.arange(size).astype(str)) if size else np.array([], "U1")
    table = pa.table(
        {
            "household_id": ids[it.members["household"]],
            "person_key": key,
            "relation": it.members["relation"],
            "birth_month_no": it.members["birth_month_no"],
            "is_residence_unknown": it.members["is_residence_unknown"],
        }
    )
    warehouse.append("core_household_member", table)
    # Bills of nobody registered have a key as well: one per household.
    heads = {"person_key": np.char.add("head", ids), "household_id": ids}
    warehouse.append("core_person_key", pa.table(heads))


def event_table(events: Columns, ids: Any) -> pa.Table:
    """Events as the rows of core_event, in this order."""
    kinds = np.array(EVENTS)[events["kind"]]
    words = [_subject_words(e) for e in EVENTS]
    subject = np.array(words)[events["kind"], events["subject"]]
    source = np.array([e.partition("_")[0] for e in EVENTS])[events["kind"]]
    arrays = {
        "household_id": pa.array(ids[events["household"]], pa.string()),
        "source": pa.array(source, pa.string()),
        "event_type": pa.array(kinds, pa.string()),
        "subject": pa.array(subject, pa.string()),
        "occurred_on": _days(events["occurred_on"]),
        "known_on": _days(events["known_on"]),
        "months_overdue": _numbers(events["months_overdue"], pa.int32()),
        "amount_krw": _numbers(events["amount_krw"], pa.int64()),
        "restored_on": _days(events["restored_on"]),
        "is_current": pa.array(events["is_current"], pa.bool_()),
    }
    return pa.table(arrays, schema=EVENT)


def _subject_words(event: str) -> list[str]:
    if event.startswith("benefit_"):
        return [f"{kind}/p" for kind in BENEFITS]
    if event.startswith("indicator_"):
        return [f"{code}/p" for code in CODES]
    return list("abcde")


def _plain(columns: Columns, ids: Any, table: str) -> pa.Table:
    household = ids[columns["household"]]
    if table == "stg_nhis":
        named = {"head_key": np.char.add("head", household)}
    else:
        named = {"household_id": household}
    for name, values in columns.items():
        if name.endswith("_on") or name in ("since", "ref_date"):
            named[name] = _days(values)
        elif name != "household":
            named[name] = values
    if table == "core_listing":
        named["round"] = np.full(len(household), "r")
        named["subject"] = np.arange(len(household)).astype(str)
    return pa.table(named)


def _days(numbers: Any) -> pa.Array:
    return _numbers(numbers, pa.int32()).cast(pa.date32())


def _numbers(numbers: Any, kind: pa.DataType) -> pa.Array:
    values = np.asarray(numbers).astype(np.int64)
    return pa.array(values, pa.int64(), mask=values == NONE).cast(kind)


def worsened(it: Town, seed: int) -> Town:
    """The same town with one fact worse in each household."""
    rng = np.random.default_rng([seed, 1])
    chosen = rng.integers(0, len(WORSENINGS), len(it.ids))
    for number, worsening in enumerate(WORSENINGS):
        it = worsening(it, np.flatnonzero(chosen == number), rng)
    return it


def _new_fact(it: Town, who: Any, rng: np.random.Generator) -> Town:
    """A stop, a bill, a notice, a tip, a listing: one more, of any day."""
    more = random_events(rng, who)
    more["kind"] = rng.choice(WORSE, len(who))
    more["known_on"] = np.where(
        rng.random(len(who)) < 0.9, np.minimum(more["known_on"], TODAY - 1), TODAY
    )
    more["occurred_on"] = np.minimum(more["occurred_on"], more["known_on"])
    return it.but(events=both(it.events, more))


def _one_of_each(it: Town, who: Any, kinds: Any, newest: bool = False) -> Any:
    """The position of one event of these kinds for each household that has any."""
    events = it.events
    fits = np.flatnonzero(
        np.isin(events["household"], who) & np.isin(events["kind"], kinds)
    )
    if newest:
        fits = fits[np.argsort(-events["occurred_on"][fits], kind="stable")]
    return fits[np.unique(events["household"][fits], return_index=True)[1]]


def _changed(it: Town, at: Any, **columns: Any) -> Town:
    events = {name: column.copy() for name, column in it.events.items()}
    for name, values in columns.items():
        events[name][at] = values
    return it.but(events=events)


def _more_months(it: Town, who: Any, rng: np.random.Generator) -> Town:
    at = _one_of_each(it, who, VALUED)
    months = np.maximum(it.events["months_overdue"][at], 0)
    return _changed(it, at, months_overdue=months + rng.integers(1, 13, len(at)))


def _more_won(it: Town, who: Any, rng: np.random.Generator) -> Town:
    at = _one_of_each(it, who, np.arange(len(EVENTS)))
    won = np.maximum(it.events["amount_krw"][at], 0)
    return _changed(it, at, amount_krw=won + rng.integers(1, 900_000, len(at)))


def _longer(it: Town, who: Any, rng: np.random.Generator) -> Town:
    """The newest list of a bill holds it still, a month later and longer."""
    at = _one_of_each(it, who, VALUED, newest=True)
    more = rows(it.events, at)
    day = np.minimum(more["occurred_on"] + 30, TODAY - 1)
    more["months_overdue"] = np.maximum(more["months_overdue"], 0) + 1
    more |= {"occurred_on": day, "known_on": np.minimum(day + 5, TODAY - 1)}
    more["is_current"] = rng.random(len(at)) < 0.8
    return it.but(events=both(it.events, more))


def _newer_stop(it: Town, who: Any, rng: np.random.Generator) -> Town:
    """The newest stop begun later, and known before the as-of day all the same."""
    at = _one_of_each(it, who, STOPPING, newest=True)
    old = rows(it.events, at)
    latest = np.maximum(old["known_on"], old["restored_on"])
    shift = np.clip(rng.integers(0, 400, len(at)), 0, np.maximum(TODAY - 1 - latest, 0))
    restored = np.where(old["restored_on"] == NONE, NONE, old["restored_on"] + shift)
    return _changed(
        it,
        at,
        occurred_on=old["occurred_on"] + shift,
        known_on=old["known_on"] + shift,
        restored_on=restored,
    )


def _in_force(it: Town, who: Any, _: np.random.Generator) -> Town:
    """What was over is still so."""
    at = _one_of_each(it, who, WORSE)
    return _changed(it, at, is_current=True)


def _doubted(it: Town, who: Any, _: np.random.Generator) -> Town:
    raised = {**it.doubts, "score": it.doubts["score"].copy()}
    raised["score"][np.isin(raised["household"], who)] += 2
    new = np.setdiff1d(who, it.doubts["household"])
    more = {
        "household": new,
        "score": np.full(len(new), 4),
        "since": np.full(len(new), TODAY - 9),
    }
    return it.but(doubts=both(raised, more))


def _bad_result(it: Town, who: Any, rng: np.random.Generator) -> Town:
    """A result came back: nobody reached, over the line, or need confirmed."""
    day = TODAY - rng.integers(20, 700, len(who))
    more = {
        "household": who,
        "listed_on": day,
        "returned_known_on": day + rng.integers(1, 20, len(who)),
        "result_code": rng.choice(UNREACHED, len(who)),
        "need_confirmed": rng.choice(["Y", "U"], len(who)),
        "crisis_level": rng.integers(3, 6, len(who)),
    }
    return it.but(listings=both(it.listings, more))


def _surveyed(it: Town, who: Any, rng: np.random.Generator) -> Town:
    """One more survey, whatever it found."""
    day = TODAY - rng.integers(20, 700, len(who))
    more = {
        "household": who,
        "found_on": day,
        "crisis_level": rng.integers(1, 6, len(who)),
        "known_on": day + rng.integers(1, 20, len(who)),
    }
    return it.but(surveys=both(it.surveys, more))


def _residence_unknown(it: Town, who: Any, _: np.random.Generator) -> Town:
    members = {**it.members}
    members["is_residence_unknown"] = members["is_residence_unknown"] | np.isin(
        members["household"], who
    )
    return it.but(members=members)


WORSENINGS: Final[tuple[Callable[[Town, Any, np.random.Generator], Town], ...]] = (
    _new_fact,
    _new_fact,
    _new_fact,
    _new_fact,
    _more_months,
    _more_months,
    _more_won,
    _longer,
    _longer,
    _newer_stop,
    _in_force,
    _doubted,
    _bad_result,
    _surveyed,
    _residence_unknown,
)
Values = Mapping[str, Any]


def pairs(count: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Households before and after one of their facts got worse, features of both.

    They live in no dong, for a neighbour's fact is none of their own: rates of
    neighbours are drawn, alike for both.
    """
    base = random_town(count, seed)
    base = base.but(homes={**base.homes, "dong": np.full(count, NONE)})
    worse = worsened(base, seed)
    frames = []
    for it in (base, worse):
        with Warehouse.in_memory() as warehouse:
            put(warehouse, it)
            table = build_features(warehouse, AS_OF)
        columns = {
            name: table[name].to_numpy().astype(np.float64, copy=False)
            for name in FEATURES
        }
        rng = np.random.default_rng([seed, 2])
        for name, feature in FEATURES.items():
            if feature.family == "neighbourhood":
                columns[name] = rng.integers(0, 1_000, count).astype(np.float64)
        frames.append(
            pd.DataFrame(columns, index=pd.Index(it.ids, name="household_id"))
        )
    return frames[0], frames[1]


def fallen_features(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, int]:
    """Pairs in which a feature moved against its direction, by feature.

    Context that is weighed freely must not move at all. Unknown is the least risk.
    """
    found = {}
    for name, feature in FEATURES.items():
        moved = after[name].fillna(0).to_numpy() - before[name].fillna(0).to_numpy()
        if feature.direction:
            found[name] = int((moved * feature.direction < 0).sum())
        elif feature.family in ("household", "neighbourhood"):
            found[name] = int((moved != 0).sum())
    return {name: count for name, count in found.items() if count}
