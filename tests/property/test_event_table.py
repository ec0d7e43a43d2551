"""Features of any table of events against a plain reading of what they mean."""

import datetime as dt
import json
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.event_table import Asked, EventFeatures
from features.windows import months_before
from pipeline.errors import OptionError
from tests.lib.towns import blindspot

BASE = dt.date(2025, 1, 1)
WINDOWS = (1, 3, 12)
Event = tuple[str, str, dt.date, int | None, int | None, dt.date]

households = st.sampled_from([f"h{n}" for n in range(6)])
days = st.integers(-500, 120).map(lambda n: BASE + dt.timedelta(days=n))
amounts = st.none() | st.integers(-(2**40), 2**40)
months = st.none() | st.integers(0, 40)
late = st.integers(0, 60)
event = st.builds(
    lambda h, t, d, a, m, wait: (h, t, d, a, m, d + dt.timedelta(days=wait)),
    households, st.sampled_from(["gas", "rent"]), days, amounts, months, late,
)  # fmt: skip
many_dates = st.lists(days, min_size=1, max_size=4, unique=True)


def table(events: list[Event], *, with_known: bool) -> pa.Table:
    kinds = (
        pa.string(), pa.string(), pa.date32(), pa.int64(), pa.int32(), pa.date32(),
    )  # fmt: skip
    names = (
        "household_id", "event_type", "event_date", "amount", "months_overdue",
        "known_date",
    )  # fmt: skip
    columns = {
        name: pa.array([e[n] for e in events], kind)
        for n, (name, kind) in enumerate(zip(names, kinds, strict=True))
    }
    made = pa.table(columns)
    return made if with_known else made.drop_columns(["known_date"])


def spine(names: list[str]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(names, pa.string())])


def rows(made: EventFeatures) -> list[dict[str, Any]]:
    batches = [one for ready in made.batches() for one in ready]
    return list(pa.Table.from_batches(batches).to_pylist())


def plain(events: list[Event], name: str, day: dt.date, known: bool) -> dict[str, Any]:
    """One household on one date, from the definition."""
    seen = [e for e in events if e[0] == name and e[2] < day]
    seen = [e for e in seen if e[5] < day] if known else seen
    types = sorted({e[1] for e in events})
    found: dict[str, Any] = {}
    for w in WINDOWS:
        inside = [e for e in seen if e[2] >= months_before(day, w)]
        paid = [e[3] for e in inside if e[3] is not None]
        overdue = [e[4] for e in inside if e[4] is not None]
        found |= {
            f"n_{w}m": len(inside), f"amt_sum_{w}m": sum(paid),
            f"amt_max_{w}m": max(paid, default=None),
            f"amt_mean_{w}m": statistics.fmean(paid) if paid else None,
            f"mo_max_{w}m": max(overdue, default=None),
            f"mo_mean_{w}m": statistics.fmean(overdue) if overdue else None,
        }  # fmt: skip
        for kind in types:
            of_kind = [e[3] for e in inside if e[1] == kind]
            found[f"n_{kind}_{w}m"] = len(of_kind)
            found[f"amt_sum_{kind}_{w}m"] = sum(a for a in of_kind if a is not None)
    for kind in ("any", *types):
        last = [e[2] for e in seen if kind in ("any", e[1])]
        found[f"days_since_{kind}"] = (day - max(last)).days if last else None
    return found


@pytest.mark.parametrize("with_known", [False, True])
@given(events=st.lists(event, max_size=40), dates=many_dates)
def test_every_cell_is_what_the_definition_says(
    with_known: bool, events: list[Event], dates: list[dt.date]
) -> None:
    names = [f"h{n}" for n in range(5)]  # one of six is not asked for
    asked = Asked(spine(names), tuple(dates), WINDOWS)
    made = EventFeatures(table(events, with_known=with_known), asked)
    assert made.elsewhere == sum(e[0] == "h5" for e in events)
    found = rows(made)
    assert [(r["as_of"], r["household_id"]) for r in found] == [
        (day, name) for day in dates for name in names
    ]
    for row in found:
        day, name = row.pop("as_of"), row.pop("household_id")
        wanted = plain(events, name, day, with_known)
        assert row.keys() == wanted.keys()
        for column, value in wanted.items():
            assert row[column] == (value and pytest.approx(value, rel=1e-12)), column


def test_whole_numbers_as_ids_near_and_far_apart() -> None:
    for step in (1, 10**12):
        ids = np.arange(1, 6) * step
        events = pa.table(
            {
                "household_id": pa.array([*ids[:3].tolist(), 7 * step]),
                "event_type": ["a"] * 4, "amount": [1, 2, 3, 4],
                "event_date": pa.array([BASE] * 4, pa.date32()),
                "months_overdue": [1, 1, 1, 1],
            }
        )  # fmt: skip
        asked = Asked(
            pa.chunked_array([pa.array(ids[::-1])]), (dt.date(2025, 2, 1),), (1,)
        )
        made = EventFeatures(events, asked)
        assert made.elsewhere == 1
        assert [r["amt_sum_1m"] for r in rows(made)] == [0, 0, 3, 2, 1]


def test_many_chunks_give_what_one_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    events = [
        (f"h{h}", "gas", BASE - dt.timedelta(days=int(d)), int(d), 1, BASE)
        for h, d in rng.integers(0, 50, (400, 2))
    ]
    asked = Asked(spine([f"h{n}" for n in range(50)]), (BASE,), WINDOWS)
    whole = rows(EventFeatures(table(events, with_known=False), asked))
    monkeypatch.setattr("features.event_table._CHUNK", 7)
    assert rows(EventFeatures(table(events, with_known=False), asked)) == whole


@pytest.fixture
def files(tmp_path: Path) -> Path:
    events: list[Event] = [("h1", "gas", BASE, 100, 2, BASE)]
    pq.write_table(table(events, with_known=False), tmp_path / "events.parquet")
    whose = pa.table({"household_id": ["h1", "h2"]})
    pq.write_table(whose, tmp_path / "spine.parquet")
    return tmp_path


def built(folder: Path, *words: str) -> Any:
    return blindspot(
        "features", "build", "--events", str(folder / "events.parquet"), "--spine",
        str(folder / "spine.parquet"), "--out", str(folder / "out.parquet"), *words,
    )  # fmt: skip


def test_the_command_writes_the_file_and_tells_what_it_took(files: Path) -> None:
    result = built(files, "--as-of", "2025-01-02,2025-03-01", "--windows=1", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["rows"], told["events"], told["events_of_others"]) == (4, 1, 0)
    assert {"load_s", "compute_s", "write_s", "peak_rss_mb"} <= set(told)
    made = pq.read_table(files / "out.parquet")
    assert made["n_1m"].to_pylist() == [1, 0, 0, 0]
    assert made["days_since_any"].to_pylist() == [1, None, 59, None]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as-of", "2025-13-01"), "a date that exists"),
        (("--as-of", "2025-01-01,2025-01-01"), "named twice"),
        (("--as-of", "2025-01-01", "--windows", "1,x"), "whole months"),
        (("--as-of", "2025-01-01", "--windows", "0"), "whole months"),
        (("--as-of", "2025-01-01", "--out", "/none/out.parquet"), "cannot be written"),
        (("--as-of", "2025-01-01", "--events", "/none.parquet"), "cannot be read"),
        (("--as-of", "2025-01-01", "--spine", __file__), "cannot be read"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(
    files: Path, words: tuple[str, ...], said: str
) -> None:
    result = built(files, *words)
    assert result.exit_code in (2, 11)
    assert said in " ".join(result.output.replace("│", " ").split())
    assert not list(files.glob("*out*"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop_columns(["amount"]), "lack the columns amount"),
        (
            lambda t: t.set_column(2, "event_date", pa.array(["2025-01-01"])),
            "event_date is not a date",
        ),
        (
            lambda t: t.set_column(0, "household_id", pa.array([None], pa.string())),
            "rows without household_id",
        ),
        (lambda t: t.set_column(0, "household_id", pa.array([1])), "the same type"),
        (lambda t: t.set_column(3, "amount", pa.array([1.5])), "a whole number"),
    ],
)
def test_a_table_of_another_shape_is_told(change: Any, said: str) -> None:
    events = table([("h1", "gas", BASE, 100, 2, BASE)], with_known=False)
    with pytest.raises(OptionError, match=said):
        EventFeatures(change(events), Asked(spine(["h1"]), (BASE,), (1,)))
    with pytest.raises(OptionError, match="twice"):
        EventFeatures(events, Asked(spine(["h1", "h1"]), (BASE,), (1,)))
