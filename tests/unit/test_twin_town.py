"""The invented town as a whole: repeatable, refuses what it cannot make, plausible."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import DiskError, OptionError
from pipeline.twin.extracts import Twin
from pipeline.twin.generate import Wanted, make_twin, write_town
from pipeline.twin.hardship import in_broad_hardship, in_crisis
from pipeline.twin.history import rounds
from pipeline.twin.unpaid import SOURCES

AS_OF = dt.date(2026, 7, 1)


def _write(folder: Path, *, seed: int = 3, months: int = 2) -> dict[str, bytes]:
    write_town(
        folder / "inbox",
        folder / "truth",
        town="cheonan",
        households=150,
        months=months,
        seed=seed,
        as_of=AS_OF,
    )
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(Wanted("cheonan", 6000, 18, 11, AS_OF))


def test_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    assert _write(tmp_path / "a") == _write(tmp_path / "b")


def test_another_seed_gives_another_town(tmp_path: Path) -> None:
    one, other = _write(tmp_path / "a"), _write(tmp_path / "b", seed=4)
    register = "inbox/RESIDENT_20260430.csv"
    # A correction needs three rows to correct, which so small a town may lack.
    assert {k for k in one if "_v2" not in k} == {k for k in other if "_v2" not in k}
    assert one[register] != other[register]


@pytest.mark.parametrize("months", [1, 7])
def test_short_towns_can_be_made(tmp_path: Path, months: int) -> None:
    assert "truth/town.json" in _write(tmp_path, months=months)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"town": "atlantis"}, "cheonan"),
        ({"households": 5}, "100"),
        ({"months": 0}, "18"),
        ({"as_of": dt.date(2022, 3, 1)}, "2021-12"),
    ],
)
def test_what_cannot_be_made_is_said_before_anything_is_written(
    tmp_path: Path, change: dict[str, object], names: str
) -> None:
    arguments: dict[str, object] = {
        "town": "cheonan",
        "households": 150,
        "months": 12,
        "seed": 1,
        "as_of": AS_OF,
    }
    with pytest.raises(OptionError) as caught:
        write_town(tmp_path / "in", tmp_path / "truth", **(arguments | change))  # type: ignore[arg-type]
    assert names in caught.value.next_step
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_user_error(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("a file where a folder should be")
    with pytest.raises(DiskError):
        _write(tmp_path)


def test_progress_tells_every_file(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    counts = write_town(
        tmp_path / "inbox",
        tmp_path / "truth",
        town="cheonan",
        households=150,
        months=1,
        seed=1,
        as_of=AS_OF,
        progress=lambda label, done, total: told.append((label, done, total)),
    )
    assert ("files", counts["files"], counts["files"]) in told
    assert told[-1] == ("truth", 1, 1)


def test_crisis_and_broad_hardship_are_as_rare_as_in_the_survey(twin: Twin) -> None:
    # 1.5 % and 6.4 % of 6,581 households, with their 95 % intervals, a bit wider.
    crisis, broad = in_crisis(twin.payers.need), in_broad_hardship(twin.payers.need)
    assert 0.011 < crisis.mean() < 0.021
    assert 0.052 < broad.mean() < 0.078
    assert not (crisis & ~broad).any()


def test_crisis_lasts(twin: Twin) -> None:
    crisis = in_crisis(twin.payers.need)
    assert crisis[:, 1:][crisis[:, :-1]].mean() > 0.7


def _signs(twin: Twin) -> np.ndarray:
    signs = np.zeros(twin.population.households)
    for source in SOURCES:
        unpaid = twin.payers.unpaid[source]
        billed = twin.accounts[source].current[: len(signs), -1] >= 0
        signs += billed & (unpaid.months[: len(signs), -1] > 0)
    return signs


def _auc(positive: np.ndarray, score: np.ndarray) -> float:
    high, low = score[positive][:, None], score[~positive][None, :]
    return float(((high > low) + 0.5 * (high == low)).mean())


def test_few_in_crisis_can_be_told_by_a_count_of_signs(twin: Twin) -> None:
    crisis = in_crisis(twin.payers.need[:, -1])
    signs = _signs(twin)
    some = signs > 0
    assert 0.55 < _auc(crisis, signs) < 0.80
    assert 0.50 < _auc(crisis[some], signs[some]) < 0.78
    assert 0.3 < (crisis & ~some).sum() / crisis.sum() < 0.8  # nobody sees these


def test_health_insurance_arrears_have_their_published_level(twin: Twin) -> None:
    # 5.4 % of all households owe three months and more (2022-07).
    months = twin.payers.unpaid["nhis"].months[: twin.population.households, -1]
    owes = (months >= 3) & (twin.accounts["nhis"].current[: len(months), -1] >= 0)
    assert 0.043 < owes.mean() < 0.070


def test_kepco_limits_nobody_in_high_summer_and_winter(twin: Twin) -> None:
    days = twin.payers.unpaid["kepco"].stop_day
    months = set((days.astype("datetime64[M]").astype(int) % 12 + 1).tolist())
    assert months
    assert months.isdisjoint({7, 8, 9, 12, 1, 2})


def test_no_supply_comes_back_before_it_went(twin: Twin) -> None:
    for source in ("kepco", "water", "gas"):
        unpaid = twin.payers.unpaid[source]
        back = ~np.isnat(unpaid.restored_day)
        assert (unpaid.restored_day[back] > unpaid.stop_day[back]).all()


def test_earlier_rounds_close_at_month_ends_before_as_of(twin: Twin) -> None:
    names = [this.name for this in rounds(twin.window)]
    assert names[0] == "2025-R2"
    assert names[-1] == "2026-R3"
    assert all(this.closed.day >= 26 for this in rounds(twin.window))


def test_nobody_is_registered_where_the_unregistered_live(twin: Twin) -> None:
    pop = twin.population
    hidden = set(pop.home[pop.households :, 0].tolist())
    assert len(hidden) == pop.unregistered
    assert hidden.isdisjoint(pop.registered_home.ravel().tolist())
