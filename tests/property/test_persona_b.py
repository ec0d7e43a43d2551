"""Persona B: 22 months of arrears never ranks below 17, through the whole pipeline.

10,000 pairs of households that differ in one worsening only (more unpaid months, one
more source, a stop, a newer stop) go from accepted rows through linkage, core tables
and feature building into every model that claims monotonicity.
"""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from features.build import build_features
from models.fit import fit
from models.predict import score
from models.registry import MODELS, ready_model
from pipeline.staging import build_core
from pipeline.stored import ensure_tables
from pipeline.warehouse import Warehouse
from tests.lib.frames import planted_labels, rounds_of

PAIRS = 10_000
AS_OF = dt.date(2026, 7, 1)
REF_DATES = [dt.date(2026, month, 28) for month in range(1, 7)]
NEWEST = np.datetime64(REF_DATES[-1])
WORSENINGS = ("nhis_months", "gas_months", "one_more_source", "a_stop", "a_newer_stop")


def base_towns(generator: np.random.Generator) -> pd.DataFrame:
    """What each household owes at the newest reference date; 0 and NaT are nothing."""

    def months(share: float) -> np.ndarray:
        drawn = generator.integers(1, 48, PAIRS)
        return np.where(generator.random(PAIRS) < share, drawn, 0)

    stop_ago = generator.integers(1, 150, PAIRS)
    stopped = NEWEST - stop_ago.astype("timedelta64[D]")
    has_stop = generator.random(PAIRS) < 0.3
    return pd.DataFrame(
        {
            "nhis": months(0.6),
            "gas": np.maximum(months(0.4), has_stop),
            "stopped": np.where(has_stop, stopped, np.datetime64("NaT")),
            "kind": generator.choice(WORSENINGS, PAIRS),
            "step": generator.integers(1, 7, PAIRS),
        }
    )  # fmt: skip


def worsened(base: pd.DataFrame) -> pd.DataFrame:
    """The twin of each household with its one worsening."""
    worse = base.copy()
    on = {kind: base["kind"] == kind for kind in WORSENINGS}
    worse.loc[on["nhis_months"], "nhis"] += base["step"]
    worse.loc[on["gas_months"], "gas"] += base["step"]
    absent = on["one_more_source"] & (base["gas"] == 0)
    worse.loc[absent, "gas"] = base["step"]
    more = on["one_more_source"] & ~absent & (base["nhis"] == 0)
    worse.loc[more, "nhis"] = base["step"]
    newest = pd.Timestamp(NEWEST)
    stops_now = on["a_stop"] & base["stopped"].isna()
    worse.loc[stops_now, "stopped"] = newest - pd.to_timedelta(base["step"], "D")
    worse.loc[stops_now, "gas"] = np.maximum(base["gas"], 1)
    newer = on["a_newer_stop"] & base["stopped"].notna()
    later = base["stopped"] + pd.to_timedelta(base["step"] * 20, "D")
    worse.loc[newer, "stopped"] = later.clip(upper=newest)
    return worse


def accepted(town: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows that ingest would have kept of the town's register and extracts."""
    number = pd.Series(range(len(town)))
    key = number.map("{:032x}".format)
    register = pd.DataFrame(
        {
            "file_id": 1,
            "row_no": number,
            "registry_no_key": number.map("{:015x}".format) + "0" * 17,
            "relation": "head",
            "person_key": key,
            "birth_month_no": 1970 * 12 + 1,
            "sex": "F",
            "is_foreigner": False,
            "moved_in_on": dt.date(2015, 1, 1),
            "dong_code": "4413151000",
            "is_residence_unknown": False,
            "disability_level": 0,
            "is_protected": False,
        }
    )
    yield "acc_resident", register
    person = pd.DataFrame(
        {
            "file_sha": "s",
            "file_id": 1,
            "row_no": number,
            "name": "이름" + number.astype(str),
            "birth_date": dt.date(1970, 1, 1),
            "road_address": "충청남도 천안시 동남구 큰길 " + (number + 1).astype(str),
            "phone": "010" + number.map("{:08d}".format),
        }
    )
    yield "vault.main.vault_resident", person
    for position, ref_date in enumerate(REF_DATES):
        yield from _snapshot(town, number, key, person, position, ref_date)


def _snapshot(
    town: pd.DataFrame,
    number: pd.Series,
    key: pd.Series,
    person: pd.DataFrame,
    position: int,
    ref_date: dt.date,
) -> Iterator[tuple[str, pd.DataFrame]]:
    back = len(REF_DATES) - 1 - position
    head = {"row_no": number}
    nhis = pd.DataFrame(
        head
        | {
            "file_id": 10 + position,
            "certificate_no": number.map("{:011d}".format),
            "subscriber_kind": "1",
            "head_key": key,
            "months_overdue": town["nhis"] - back,
            "amount_krw": (town["nhis"] - back) * 17_000,
        }
    )
    yield "acc_nhis", nhis[nhis["months_overdue"] > 0]
    stopped = town["stopped"].where(town["stopped"] <= pd.Timestamp(ref_date))
    gas = pd.DataFrame(
        head
        | {
            "file_id": 20 + position,
            "account_no": number.map("{:012d}".format),
            "months_overdue": (town["gas"] - back).clip(lower=0),
            "amount_krw": (town["gas"] - back).clip(lower=0) * 21_000,
            "stopped_on": stopped.dt.date.where(stopped.notna(), None),
        }
    )
    kept = (gas["months_overdue"] > 0) | stopped.notna()
    yield "acc_gas", gas[kept]
    if position == 0:
        account_key = pd.DataFrame({"source": "gas", "account_no": gas["account_no"]})
        yield (
            "core_account_key",
            account_key.assign(account_key="k" + number.astype(str)),
        )
    personal = person[["file_sha", "row_no", "name", "road_address", "phone"]]
    yield "vault.main.vault_gas", personal.assign(file_id=20 + position)[kept]


@pytest.fixture(scope="module")
def matrix() -> pd.DataFrame:
    """The features of both halves; the second half is the worsened twins."""
    base = base_towns(np.random.default_rng(22_17))
    town = pd.concat([base, worsened(base)], ignore_index=True)
    with Warehouse.in_memory() as warehouse:
        ensure_tables(warehouse)
        files = [(1, "resident", dt.date(2026, 1, 1))]
        for position, ref_date in enumerate(REF_DATES):
            files += [
                (10 + position, "nhis", ref_date),
                (20 + position, "gas", ref_date),
            ]
            # Water and electricity are seen here too, so that none of it is unknown.
            files += [
                (30 + position, "water", ref_date),
                (40 + position, "kepco", ref_date),
            ]
        for file_id, source, ref_date in files:
            warehouse.execute(
                "INSERT INTO core_file (file_id, source, ref_date, version, known_on, "
                "sha256) VALUES ($id, $source, $ref, 1, $ref, 's')",
                {"id": file_id, "source": source, "ref": ref_date},
            )
        for table, rows in accepted(town):
            warehouse.append(table, pa.Table.from_pandas(rows, preserve_index=False))
        build_core(warehouse, AS_OF)
        frame = build_features(warehouse, AS_OF).to_pandas()
    assert len(frame) == 2 * PAIRS
    return frame.set_index("household_id").sort_index()


@pytest.fixture(scope="module")
def differences(matrix: pd.DataFrame) -> pd.DataFrame:
    """How the worsening of each pair moved each feature."""
    worse = matrix.iloc[PAIRS:].reset_index(drop=True).fillna(0).astype(float)
    base = matrix.iloc[:PAIRS].reset_index(drop=True).fillna(0).astype(float)
    return worse - base


def test_the_pairs_really_differ(differences: pd.DataFrame) -> None:
    base = base_towns(np.random.default_rng(22_17))
    moved = (differences != 0).any(axis=1)
    changed = (worsened(base) != base).drop(columns=["kind", "step"]) & ~(
        worsened(base).isna() & base.isna()
    ).drop(columns=["kind", "step"])
    assert changed.any(axis=1).mean() > 0.6
    assert (moved >= changed.any(axis=1)).mean() == 1.0
    assert (differences["nhis_months_overdue_now"] > 0).sum() > 500
    assert (differences["gas_stop_in_force"] > 0).sum() > 500


@pytest.mark.parametrize("name", [n for n, spec in MODELS.items() if spec.monotone])
def test_a_worsening_never_lowers_the_score(name: str, matrix: pd.DataFrame) -> None:
    if MODELS[name].needs_outcomes:
        sample = matrix.sample(3_000, random_state=7)
        model = fit(
            name,
            sample,
            planted_labels(sample, seed=5),
            rounds_of(len(sample)),
            as_of=AS_OF,
        ).model
    else:
        model = ready_model(name)
    scores = score(matrix, model).set_index("household_id")["score"]
    base, worse = scores.iloc[:PAIRS], scores.iloc[PAIRS:]
    lowered = int((worse.to_numpy() < base.to_numpy()).sum())
    assert lowered == 0, f"{lowered} of {PAIRS} pairs rank below their better-off twin"
    assert (worse.to_numpy() > base.to_numpy()).mean() > 0.3, "the score never moved"


def test_22_months_outranks_17_in_the_scorecard(matrix: pd.DataFrame) -> None:
    household = matrix.iloc[[0]].fillna(0)
    months = [name for name in matrix if name.startswith("nhis_months_overdue")]
    ladder = pd.concat([household.assign(**dict.fromkeys(months, m)) for m in (17, 22)])
    ladder.index = pd.Index(["H17", "H22"], name="household_id")
    scores = score(ladder, ready_model("scorecard_v1")).set_index("household_id")[
        "score"
    ]
    assert scores["H22"] > scores["H17"]
