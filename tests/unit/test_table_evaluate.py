import json
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score
from sklearn.naive_bayes import GaussianNB

from models.errors import ModelError
from models.table import TABLE_MODELS, evaluate_table, fit_table
from models.table.figures import NAMES, figures_of
from models.table.folds import Plan
from models.table.judge import judged
from models.table.registry import TableModel
from models.table.task import Task
from models.table.trees import fit_estimator

FAST = ["signs_v1", "logistic_v1"]


def a_table(rows=600, seed=1, **extra):
    rng = np.random.default_rng(seed)
    months = np.where(rng.random(rows) < 0.6, 0, rng.integers(1, 24, rows))
    income = np.exp(rng.normal(7, 1, rows)).round()
    kind = rng.choice(["own", "rent", "free"], rows)
    risk = -2.5 + 0.12 * months - 0.5 * (np.log(income) - 7) + 1.0 * (kind == "rent")
    label = (rng.random(rows) < 1 / (1 + np.exp(-risk))).astype(int)
    income = np.where(rng.random(rows) < 0.1, np.nan, income)
    return pd.DataFrame(
        {
            "household": [f"h{i:05d}" for i in range(rows)],
            "months": months,
            "income": income,
            "kind": kind,
            "label": label,
            **extra,
        }
    )


def figures(result):
    return {model["name"]: model for model in result.as_json()["models"]}


def test_all_models_are_judged_and_written_as_json():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = evaluate_table(
            a_table().assign(half=np.arange(600) % 2),
            *("label", "household"),
            time="half",
            capacity=50,
        )
    told = json.loads(json.dumps(result.as_json(), allow_nan=False))
    assert [model["name"] for model in told["models"]] == list(TABLE_MODELS)
    for model in told["models"]:
        for name in ("roc_auc", "average_precision", "precision_at_k", "recall_at_k"):
            low, value, high = model[f"{name}_low"], model[name], model[f"{name}_high"]
            assert 0 <= low < value < high <= 1
        assert 0 < model["log_loss_low"] < model["log_loss"] < model["log_loss_high"]
    assert told["k"] == 50
    assert told["rows"] == 600
    assert told["method"]["judged_periods"] == 1
    assert told["unusable"] == []
    best = figures(result)["average_v1"]
    assert best["roc_auc"] > 0.72
    assert "average_v1" in result.as_text()


def test_figures_are_those_of_the_predictions():
    frame = a_table(10_001)
    result = evaluate_table(
        frame, "label", "household", models=["signs_v1", "logistic_v1"], jobs=1
    )
    assert result.method["repeats"] == 1
    assert (result.predictions["fold"].value_counts() >= 2_000).all()
    seen = result.predictions.set_index("id").loc[frame["household"]]
    p, model = seen["logistic_v1"].to_numpy(), figures(result)["logistic_v1"]
    assert model["roc_auc"] == pytest.approx(roc_auc_score(frame["label"], p), abs=2e-6)
    expected = average_precision_score(frame["label"], p)
    assert model["average_precision"] == pytest.approx(expected, abs=2e-6)
    assert model["log_loss"] == pytest.approx(log_loss(frame["label"], p), abs=2e-6)
    assert abs(p.mean() - frame["label"].mean()) < 0.01


def test_same_seed_same_figures():
    frame = a_table()
    frame["round"] = np.arange(600) % 2
    call = {"time": "round", "models": ["average_v1"]}
    first = evaluate_table(frame, "label", "household", seed=5, **call)
    again = evaluate_table(frame, "label", "household", seed=5, **call)
    other = evaluate_table(frame, "label", "household", seed=6, **call)
    assert first.as_json() == again.as_json()
    assert first.as_json()["models"] != other.as_json()["models"]


def test_noise_gives_chance():
    frame = a_table(400)
    frame["label"] = np.random.default_rng(3).permutation(frame["label"])
    model = figures(evaluate_table(frame, "label", "household", models=["gam_v1"]))
    auc = model["gam_v1"]
    assert auc["roc_auc_low"] < 0.5 < auc["roc_auc_high"] + 0.02
    rate = frame["label"].mean()
    chance = -(rate * np.log(rate) + (1 - rate) * np.log(1 - rate))
    assert auc["log_loss"] < chance * 1.02


def test_a_household_never_stands_on_both_sides():
    frame = a_table(300)
    double = pd.concat([frame, frame, frame], ignore_index=True)
    double["noise"] = np.tile(np.random.default_rng(0).normal(size=300), 3)
    result = evaluate_table(double, "label", "household", models=FAST)
    assert result.predictions.groupby("id")["fold"].nunique().max() == 1
    assert result.method["grouped_by_id"] == 1


def test_with_time_later_periods_are_judged_by_earlier_ones_with_a_gap():
    frame = a_table(1_200)
    frame["round"] = np.repeat(["2024-R1", "2024-R2", "2024-R3", "2024-R4"], 300)
    result = evaluate_table(
        frame, "label", "household", time="round", models=FAST, capacity=30
    )
    judged = frame.set_index("household").loc[result.predictions["id"], "round"]
    assert set(judged) == {"2024-R3", "2024-R4"}
    assert result.method["gap_periods"] == 1
    assert result.k == 30
    assert all(column.column != "round" for column in result.unusable)


def test_time_that_turns_the_world_shows_in_the_figures():
    """Learning from later rows would see the turn; learning from earlier cannot."""
    frame = a_table(1_200)
    frame["round"] = np.repeat([1, 2], 600)
    later = frame["round"] == 2
    frame.loc[later, "months"] = frame["months"].max() - frame.loc[later, "months"]
    frame = frame.drop(columns=["kind", "income"])
    timed = evaluate_table(frame, "label", "household", time="round", models=FAST)
    assert figures(timed)["logistic_v1"]["roc_auc"] < 0.5


def test_directions_hold_in_every_model_that_promises_them():
    frame = a_table(500)
    # The data say the opposite of what is told: then the column must say nothing.
    for name in ("points_v1", "logistic_v1", "gam_v1", "boosted_v1"):
        fitted = fit_table(
            frame, "label", "household", directions={"months": -1}, model=name
        )
        one = pd.DataFrame({"months": np.arange(24), "income": 1000.0, "kind": "own"})
        assert (np.diff(fitted.predict(one).to_numpy()) <= 1e-12).all(), name
        told = fit_table(
            frame, "label", "household", directions={"months": 1}, model=name
        )
        rising = told.predict(one).to_numpy()
        assert (np.diff(rising) >= -1e-12).all(), name
        assert rising[-1] > rising[0] * 1.5, name


def test_a_line_in_the_registry_is_a_model(monkeypatch):
    line = TableModel("bayes_v1", "베이즈", fit_estimator(lambda seed: GaussianNB()))
    monkeypatch.setitem(TABLE_MODELS, "bayes_v1", line)
    result = evaluate_table(a_table(), "label", "household", models=["bayes_v1"])
    assert figures(result)["bayes_v1"]["roc_auc"] > 0.65


def test_new_rows_with_unseen_levels_and_gaps_are_predicted():
    frame = a_table()
    fitted = fit_table(frame, "label", "household")
    new = frame.head(3).assign(kind=["new", None, "own"], income=np.nan)
    predicted = fitted.predict(new.drop(columns=["label", "household"]))
    assert predicted.between(0, 1).all()
    with pytest.raises(ModelError, match="not in the table"):
        fitted.predict(new[["kind"]])


@pytest.mark.parametrize(
    ("change", "options", "match"),
    [
        ({}, {"label": "absent"}, "no column for --label"),
        ({}, {"id": "absent"}, "no column for --id"),
        ({}, {"models": ["best_v9"]}, "does not exist"),
        ({}, {"capacity": 0}, "not above 0"),
        ({}, {"directions": {"months": 2}}, "other than 1, -1 and 0"),
        ({"label": 2}, {}, "other than 0 and 1"),
        ({"label": 0}, {}, "the least"),
    ],
)
def test_what_cannot_be_judged_is_told(change, options, match):
    frame = a_table(200).assign(**change)
    call = {"label": "label", "id": "household", "models": FAST, **options}
    with pytest.raises(ModelError, match=match):
        evaluate_table(frame, **call)


def test_directions_come_from_a_file(tmp_path):
    path = tmp_path / "d.toml"
    path.write_text('[directions]\nmonths = 1\n"absent" = -1\n', encoding="utf-8")
    result = evaluate_table(
        a_table(300), "label", "household", directions=path, models=["signs_v1"]
    )
    assert any("1 directions name columns" in text for text in result.warnings)
    path.write_text("months = ", encoding="utf-8")
    with pytest.raises(ModelError, match="TOML"):
        evaluate_table(a_table(300), "label", directions=path)


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Scores without a fit: what varies is the rows and how many are positive."""
    rows, rate, k = 1_000, 0.04, 40
    plan = Plan(
        tuple((np.arange(rows), part) for part in np.split(np.arange(rows), 5)),
        (tuple(range(5)),),
        {},
    )
    rng = np.random.default_rng(12)

    def drawn(count):
        labels = (rng.random(count) < rate).astype(np.int64)
        return rng.normal(1.2 * labels, 1.0) - 3.5, labels

    far, known = drawn(200_000)
    truth = figures_of(far, known, round(k * 200), np.ones((1, len(far))))[0]
    held = np.zeros(5)
    for seed in range(100):
        scores, labels = drawn(rows)
        task = Task((), np.zeros((rows, 0)), labels, np.arange(rows), (), seed)
        folds = [{"signs_v1": scores[test]} for _, test in plan.folds]
        (model,) = judged(("signs_v1",), folds, task, plan, k)
        found = [model.figures[name] for name in NAMES]
        held += [f.low <= t <= f.high for f, t in zip(found, truth, strict=True)]
    assert (held >= 89).all()


def test_none_found_leaves_room_above():
    rows = 100
    labels = (np.arange(rows) < 12).astype(np.int64)
    plan = Plan(((np.arange(rows), np.arange(rows)),), ((0,),), {})
    task = Task((), np.zeros((rows, 0)), labels, np.arange(rows), (), 1)
    folds = [{"signs_v1": np.arange(rows) / rows}]
    figure = judged(("signs_v1",), folds, task, plan, 10)[0].figures["precision_at_k"]
    assert (figure.value, figure.low) == (0, 0)
    # Three in ten is what none of ten cannot exclude.
    assert 0.25 < figure.high < 0.4
