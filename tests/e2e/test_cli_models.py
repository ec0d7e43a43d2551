"""Fitted, compared, promoted by a person, and then it ranks: by the commands."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.lib.towns import AS_OF, blindspot, copy_town, done, make_town

DAY = ("--as-of", AS_OF.isoformat())
WHY = ("--by", "김담당", "--why", "네 회차에서 더 정확함")


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with enough results to fit on."""
    root = tmp_path_factory.mktemp("models") / "office"
    make_town(root, households=4_000, months=16)
    done("ingest", "--office", str(root), *DAY)
    done("train", "--office", str(root), *DAY)
    return root


@pytest.fixture
def office(fitted: Path, tmp_path: Path) -> Path:
    return copy_town(fitted, tmp_path / "office")


def told(office: Path, *words: str) -> Any:
    return json.loads(done("models", *words, "--office", str(office), "--json").stdout)


def test_training_alone_changes_nobody_who_ranks(office: Path) -> None:
    rows = {row["model"]: row for row in told(office, "list")}
    assert rows["logistic_v1"]["fitted_as_of"] == AS_OF.isoformat()
    assert [name for name, row in rows.items() if row["ranks"]] == ["scorecard_v1"]
    assert not any(row["champion"] for row in rows.values())


def test_models_are_compared_on_rounds_they_did_not_learn_from(office: Path) -> None:
    found = told(office, "compare", *DAY)
    assert found["champion"] == "scorecard_v1"
    standings = {row["model"]: row for row in found["standings"]}
    assert {"signs_v1", "logistic_v1", "scorecard_v1"} <= set(standings)
    assert standings["scorecard_v1"]["difference"] == 0.0
    assert all(
        row["low"] <= row["difference"] <= row["high"] for row in standings.values()
    )
    assert found["rounds"]
    assert found["listings"] > 0


def test_drift_is_told_with_what_to_do(office: Path) -> None:
    found = told(office, "drift", *DAY)
    assert found["advice"] in {"keep", "retrain", "investigate"}
    assert found["advice_ko"]
    assert found["why"]


def test_a_person_promotes_and_the_champion_ranks(office: Path) -> None:
    settings = office / "blindspot.toml"
    text = settings.read_text("utf-8")
    settings.write_text(
        text.replace('name = "scorecard_v1"', 'name = "champion"'), "utf-8"
    )
    done("screen", "--office", str(office), *DAY)
    assert "scorecard_v1" in status_model(office)
    said = done("models", "promote", "logistic_v1", "--office", str(office), *DAY, *WHY)
    assert "champion: logistic_v1" in said.stdout
    card = told(office, "show", "champion")
    assert card["promotions"][0]["by"] == "김담당"
    done("screen", "--office", str(office), *DAY)
    assert "logistic_v1" in status_model(office)
    rows = {row["model"]: row for row in told(office, "list")}
    assert rows["logistic_v1"]["ranks"]
    assert rows["logistic_v1"]["champion"]


def status_model(office: Path) -> str:
    """Which model ranked, as the round's manifest would tell."""
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    with open_warehouse(load_office(office), read_only=True) as warehouse:
        ((model,),) = warehouse.rows("SELECT DISTINCT model FROM out_score")
    return str(model)


def test_a_changed_champion_does_not_rank(office: Path) -> None:
    done("models", "promote", "logistic_v1", "--office", str(office), *DAY, *WHY)
    told_of = office / "data" / "models" / "champion" / "promoted.json"
    content = json.loads(told_of.read_text("utf-8"))
    told_of.write_text(json.dumps(content | {"content_sha256": "0" * 64}), "utf-8")
    result = blindspot("models", "show", "champion", "--office", str(office))
    assert result.exit_code == 8
    assert "not the model that was promoted" in result.stderr


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (("promote", "no_such", *DAY, *WHY), 8, "does not exist"),
        (("promote", "logistic_v1", *DAY, "--by", " ", "--why", "x"), 8, "a person"),
        (
            ("promote", "logistic_v1", "--as-of", "2026-06-01", *WHY),
            8,
            "was fitted as of",
        ),
        (("show", "champion"), 9, "nobody has promoted"),
        (("show", "no_such"), 8, "does not exist"),
    ],
)
def test_what_cannot_be_is_said(
    fitted: Path, words: tuple[str, ...], exit_code: int, said: str
) -> None:
    result = blindspot("models", *words, "--office", str(fitted))
    assert result.exit_code == exit_code, result.output
    assert said in result.stderr


def test_a_promotion_cut_short_leaves_a_champion(office: Path) -> None:
    done("models", "promote", "logistic_v1", "--office", str(office), *DAY, *WHY)
    folder = office / "data" / "models"
    (folder / "champion").rename(folder / ".champion.old")
    assert told(office, "show", "champion")["name"] == "logistic_v1"
    done("models", "promote", "scorecard_v1", "--office", str(office), *DAY, *WHY)
    card = told(office, "show", "champion")
    assert [one["model"] for one in card["promotions"]] == [
        "logistic_v1",
        "scorecard_v1",
    ]
    assert not (folder / ".champion.old").exists()
