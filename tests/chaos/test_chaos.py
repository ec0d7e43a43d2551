"""A small share of `make chaos`, and that what it looks for would be seen."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from models.artefact import CARD_FILE, MODEL_FILE, save
from models.card import make_card
from models.registry import ready_model
from pipeline.office import open_warehouse
from pipeline.settings import load_office
from tests.chaos.kills import SHARES, planned, run_chain
from tests.chaos.process import run
from tests.chaos.state import differences, digest, look
from tests.chaos.town import Town, make_town

SEED = 1


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("chaos")
    few = {
        "months": 1,
        "steps": ("ingest", "screen"),
        "judges": (("access", "verify"),),
    }
    return make_town(folder, 150, SEED, lambda _: None, **few)


@pytest.mark.parametrize(("step", "kills"), [("ingest", 2), ("screen", 1)])
def test_a_killed_step_ends_as_if_it_had_not_been(
    town: Town, tmp_path: Path, step: str, kills: int
) -> None:
    chain = run_chain(town, step, 0, kills, SEED, tmp_path / "office")
    assert not chain.faults
    assert chain.hits == kills
    assert chain.compared


def test_the_kills_asked_for_are_the_kills_planned() -> None:
    for kills in (1, 7, 24, 300):
        plan = planned(kills)
        assert sum(length for _, _, length in plan) == kills
        assert len({chain[:2] for chain in plan}) == len(plan)
    assert {step for step, _, _ in plan} == set(SHARES)


def _sql(*statements: str) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        with open_warehouse(load_office(root)) as warehouse:
            for statement in statements:
                warehouse.execute(statement)

    return damage


def _cut(root: Path) -> None:
    file = root / "data" / "vault.duckdb"
    file.write_bytes(file.read_bytes()[:9_000])


def _lose_card(root: Path) -> None:
    model = ready_model("signs_v1")
    folder = root / "data" / "models" / "signs_v1"
    save(model, folder, make_card(model, date(2026, 1, 1)))
    (folder / MODEL_FILE).write_bytes(b"half")
    assert (folder / CARD_FILE).exists()


SEEN_AFTER_A_KILL = {
    "acc_gas: rows of file": _sql(
        "DELETE FROM acc_gas WHERE row_no = (SELECT min(row_no) FROM acc_gas)"
    ),
    "vault_nhis: rows of file": _sql(
        "INSERT INTO vault.main.vault_nhis FROM vault.main.vault_nhis LIMIT 1"
    ),
    "rej_row: rows of file": _sql("INSERT INTO rej_row VALUES (1, 1, ['R01'])"),
    "is not the one": _sql("UPDATE core_file SET sha256 = 'x' WHERE file_id = 2"),
    "is missing among": _sql("DELETE FROM core_file WHERE file_id = 1"),
    "cannot be opened": _cut,
    "model signs_v1": _lose_card,
}


@pytest.mark.parametrize("told", SEEN_AFTER_A_KILL)
def test_what_a_kill_may_break_is_seen(town: Town, tmp_path: Path, told: str) -> None:
    root = Path(shutil.copytree(town.steps["screen"].before, tmp_path / "office"))
    assert not look(root, town.files).faults
    SEEN_AFTER_A_KILL[told](root)
    assert told in " | ".join(look(root, town.files).faults)


def test_rows_of_a_file_that_is_not_loaded_wait_to_be_swept(
    town: Town, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(town.steps["screen"].before, tmp_path / "office"))
    _sql("UPDATE vault.main.vault_nhis SET file_sha = 'x'")(root)
    found = look(root, town.files)
    assert found.to_sweep > 10
    assert found.faults  # the rows of the loaded files are no longer there


def test_every_row_column_and_file_counts(town: Town, tmp_path: Path) -> None:
    step = town.steps["screen"]
    root = Path(shutil.copytree(step.before, tmp_path / "office"))
    before = digest(root)
    assert before == step.was
    _sql(
        "UPDATE acc_gas SET amount_krw = amount_krw + 1 "
        "WHERE row_no = (SELECT min(row_no) FROM acc_gas)",
        "INSERT INTO acc_nps FROM acc_nps LIMIT 1",
        "UPDATE rej_file SET tries = tries + 1",
    )(root)
    (root / "rounds" / ".publishing-x").mkdir(parents=True)
    (root / "rounds" / ".publishing-x" / "half.csv").touch()
    (root / "ledger.toml").unlink()
    told = [one.split(" ")[0] for one in differences(before, digest(root))]
    assert told == [
        "ledger.toml",
        "rounds/.publishing-x/half.csv",
        "warehouse.acc_gas",
        "warehouse.acc_nps",
    ]


def test_a_traceback_and_an_error_without_a_way_on_are_seen(tmp_path: Path) -> None:
    ended = run(tmp_path / "no office", "status")
    assert ended.code == 3
    assert not ended.faults
    ended.err = "boom"
    assert ended.faults == ["exit code 3 without a next step"]
    ended.err = "Traceback (most recent call last): →"
    assert ended.faults == ["a traceback"]
