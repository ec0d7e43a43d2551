import json
from pathlib import Path
from typing import Any

import pytest

from flows.job import Job
from flows.screening import screen
from flows.training import train
from pipeline.errors import NotReady
from pipeline.office import open_warehouse
from pipeline.settings import Office, load_office
from tests.lib.towns import AS_OF


def job(office: Office, flow: str, **options: str) -> Job:
    return Job.of(office, AS_OF, flow, options)


def read(office: Office, sql: str) -> list[tuple[Any, ...]]:
    with open_warehouse(office, read_only=True) as warehouse:
        return warehouse.rows(sql)


SCORES = "SELECT * FROM out_score ORDER BY household_id"


def test_a_screen_counts_what_it_did_and_keeps_its_record(office_root: Path) -> None:
    office = load_office(office_root)
    counts = screen(job(office, "screen"))
    assert counts["eligible"] >= counts["listed"] > 0
    (status, kept) = read(
        office, "SELECT status, counts FROM log_run WHERE step = 'screen'"
    )[0]
    assert (status, json.loads(kept)) == ("completed", counts)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_a_screen_broken_at_its_end_leaves_all_as_before(
    office_root: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    office = load_office(office_root)
    screen(job(office, "screen"))
    before = read(office, SCORES)

    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("pipeline.referral.build_referrals", broken)
    with pytest.raises(error):
        screen(job(office, "screen", model="signs_v1"))
    assert read(office, SCORES) == before
    assert read(office, "SELECT max(as_of) FROM feat_matrix") == [(AS_OF,)]
    word = "interrupted" if error is KeyboardInterrupt else "failed"
    assert (word,) in read(office, "SELECT status FROM log_run")


def test_nothing_known_before_the_date_is_told_with_what_to_do(
    office_root: Path,
) -> None:
    office = load_office(office_root)
    early = Job.of(office, AS_OF.replace(year=2020), "screen", {})
    with pytest.raises(NotReady, match="counts from the next day on"):
        screen(early)


def test_a_fitted_model_has_to_be_fitted_first(office_root: Path) -> None:
    with pytest.raises(NotReady, match="blindspot train"):
        screen(job(load_office(office_root), "screen", model="logistic_v1"))


def test_training_writes_models_and_leaves_the_warehouse_as_it_was(
    office_root: Path,
) -> None:
    office = load_office(office_root)
    screen(job(office, "screen"))
    sql = "SELECT * FROM core_household ORDER BY household_id"
    before = read(office, sql)
    counts = train(job(office, "train"))
    assert counts["rounds"] > 1
    assert counts["listings"] >= counts["labelled"] > 0
    assert read(office, sql) == before
    for name in ("signs_v1", "scorecard_v1"):
        assert (office.models_folder / name / "card.json").exists()
