"""Scores in the warehouse: with a probability where one was fitted, in old tables too."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from flows.screening import _score
from models.base import Calibration
from models.predict import score
from models.scorecard import scorecard_v1
from pipeline.warehouse import Warehouse
from tests.lib.frames import a_frame

JOB: Any = SimpleNamespace(round="2026-R2", as_of=date(2026, 3, 1))
MATRIX = pa.Table.from_pandas(a_frame(30, seed=1).reset_index())


def test_a_table_of_an_earlier_edition_keeps_its_rows() -> None:
    model = scorecard_v1()
    middle = float(score(a_frame(30, seed=1), model)["score"].median())
    steps = Calibration((0.0, middle), (0.01, 0.2))
    with Warehouse.in_memory() as warehouse:
        _score(warehouse, JOB, MATRIX, model, "a" * 64)
        warehouse.execute("ALTER TABLE out_score DROP COLUMN probability")
        warehouse.execute("UPDATE out_score SET round = '2026-R1'")
        _score(warehouse, JOB, MATRIX, replace(model, calibration=steps), "b" * 64)
        rows = warehouse.rows(
            "SELECT round, model, probability IS NULL, count(*) FROM out_score "
            "GROUP BY ALL ORDER BY ALL"
        )
        told = warehouse.rows(
            "SELECT DISTINCT score >= $middle, probability FROM out_score "
            "WHERE round = '2026-R2' ORDER BY ALL",
            {"middle": middle},
        )
    assert rows == [
        ("2026-R1", "scorecard_v1", True, 30),
        ("2026-R2", "scorecard_v1", False, 30),
    ]
    assert told == [(False, 0.01), (True, 0.2)]
