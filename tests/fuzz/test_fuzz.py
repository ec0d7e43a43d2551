"""A small share of `make fuzz`, and that its oracle can fail."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data_contracts.sources import SOURCES
from pipeline import ingest, load
from pipeline.layouts import load_layouts
from pipeline.refusals import Refused
from tests.fuzz import corpus, oracle, runner
from tests.fuzz.damage import AROUND, BYTES
from tests.fuzz.mutators import SHAPES
from tests.fuzz.runner import Result, run_here, table
from tests.fuzz.workbooks import BOOKS
from tests.lib import files

SEED = 3
SHARE = 90
FEW = list(range(3))


def faults(result: Result) -> str:
    return " | ".join(fault for each in result.failures for fault in each.faults)


def test_mutated_files_are_loaded_or_refused_and_nothing_else(tmp_path: Path) -> None:
    result = run_here(list(range(SHARE)), SEED, tmp_path)
    assert not result.failures, table(result)
    outcomes = [each.outcome for each in result.verdicts]
    # or these files look at nothing
    assert min(outcomes.count("loaded"), outcomes.count("refused")) > SHARE // 5
    assert {each.form for each in result.verdicts} == set(forms())
    rejected = [each for each in result.verdicts if each.rows]
    assert sum(each.rows for each in rejected) > 500


@cache
def forms() -> dict[str, corpus.Form]:
    with tempfile.TemporaryDirectory() as folder:
        office = files.office(Path(folder))
        corpus.write_layouts(office.path("layouts"))
        return corpus.forms(load_layouts(office))


def test_every_source_comes_in_a_form() -> None:
    assert {form.source for form in forms().values()} == set(SOURCES)


@pytest.mark.parametrize("name", [*SHAPES, *BYTES, *AROUND, *BOOKS])
def test_every_mutator_mutates(name: str) -> None:
    """On any form that it is for, some file is another than the good one."""
    if name == "untouched":
        return
    every = {**SHAPES, **BYTES, **AROUND, **BOOKS}
    wanted = forms()["result_book" if name in BOOKS else "water"]
    wanted = forms()["nhis"] if name == "trailer" else wanted
    for number in range(20):
        made = []
        for mutated in (False, True):
            rng = np.random.default_rng([SEED, number])
            case = corpus.new_case(number, wanted, rng)
            if mutated and name in SHAPES:
                every[name](case)
            corpus.render(case)
            if mutated and name not in SHAPES:
                every[name](case)
            made.append((case.content, case.name, case.side_car, case.place))
        if made[0] != made[1]:
            return
    pytest.fail("it changes nothing")


def test_a_row_lost_silently_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ingest.load_file

    def losing(*args: Any, **kwargs: Any) -> load.Loaded:
        loaded = real(*args, **kwargs)
        lost = min(loaded.accepted, 1)
        return replace(loaded, rows=loaded.rows - lost, accepted=loaded.accepted - lost)

    monkeypatch.setattr(ingest, "load_file", losing)
    assert "rows read" in faults(run_here(FEW, SEED, tmp_path))


def test_a_value_in_a_message_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def telling(self: Refused, reason: Any, what: str, next_step: str) -> None:
        plain(self, reason, f"{what}: {corpus.NAME_MARK}10", next_step)

    plain: Callable[..., None] = Refused.__init__
    monkeypatch.setattr(Refused, "__init__", telling)
    assert "a value in the report" in faults(run_here(FEW, SEED, tmp_path))


def test_an_exception_is_seen_and_one_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ingest.look_at

    def failing(path: Path, layouts: Any) -> Any:
        if path.name.startswith("NHIS_"):
            raise ValueError("not for users")
        return real(path, layouts)

    monkeypatch.setattr(ingest, "look_at", failing)
    few = list(forms()).index("nhis")
    result = run_here([few - 1, few], SEED, tmp_path)
    assert "raised ValueError" in faults(result)
    assert {each.form for each in result.failures} == {"nhis"}


def test_a_file_without_an_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_START_SECONDS", 0.0)  # as if it never answered
    pool = runner.Pool(tmp_path, SEED, 1, 0.0)
    pool.queue = []
    time.sleep(0.01)
    verdicts = pool.run([])
    assert "no end after" in verdicts[0].faults[0]


def test_rows_are_counted_apart_from_the_readers() -> None:
    form = forms()["gas"]
    case = corpus.new_case(1, form, np.random.default_rng(1))
    head = ",".join(case.header[0])
    for body, rows in {
        "a,b\n": 1,
        '"a\n\n",b\nc\n': 2,
        "a\r\nb\rc\n": 3,
        'a"b\n"c""d"\n\n': 3,
        "": 0,
        "a": 1,
    }.items():
        case.content = f"{head}\n{body}".encode()
        assert oracle.rows_in(case) == rows
