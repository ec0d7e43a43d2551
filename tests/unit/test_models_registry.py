"""Every registered model: learns, repeats itself, beats chance, stays honest."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from features.catalogue import FEATURES
from features.feature import FREE_CONTEXT
from models.additive import AdditiveModel, matrix_of, model_hash
from models.errors import ModelError
from models.features_used import is_weighed
from models.fit import Fitted, fit, judge
from models.predict import COLUMNS, score
from models.registry import MODELS, ready_model, spec_of
from models.training import training_data
from tests.lib.frames import a_frame, a_household, planted_labels, rounds_of

AS_OF = date(2026, 1, 15)
FRAME = a_frame(1_200, seed=1)
LABELS = planted_labels(FRAME, seed=2)
ROUNDS = rounds_of(len(FRAME))
LATER = a_frame(2_000, seed=3)
# Who was supported follows need loosely, as officers managed.
SUPPORTED = planted_labels(FRAME, seed=6).to_numpy()
STORED = [name for name, spec in MODELS.items() if spec.stored]


def fitted(name: str, labels: pd.Series = LABELS) -> Fitted:
    frame = FRAME.assign(label_supported=SUPPORTED)
    return fit(name, frame, labels, ROUNDS, as_of=AS_OF)


@pytest.fixture(scope="module")
def models() -> dict[str, AdditiveModel]:
    return {name: fitted(name).model for name in STORED}


@pytest.mark.parametrize("name", STORED)
def test_names_agree(name: str, models: dict[str, AdditiveModel]) -> None:
    assert MODELS[name].name == name
    assert models[name].name == name


@pytest.mark.parametrize("name", STORED)
def test_a_refit_is_the_same_model(name: str, models: dict[str, AdditiveModel]) -> None:
    assert model_hash(fitted(name).model) == model_hash(models[name])


@pytest.mark.parametrize("name", STORED)
def test_planted_need_is_found_on_households_not_learnt_from(
    name: str, models: dict[str, AdditiveModel]
) -> None:
    scores = score(LATER, models[name])["score"]
    assert roc_auc_score(planted_labels(LATER, seed=4), scores) > 0.62


def test_the_fitted_model_beats_the_count_of_signs(
    models: dict[str, AdditiveModel],
) -> None:
    need = planted_labels(LATER, seed=4)
    aucs = {
        name: roc_auc_score(need, score(LATER, models[name])["score"])
        for name in STORED
    }
    assert aucs["logistic_v1"] > aucs["signs_v1"] + 0.02


@pytest.mark.parametrize(
    "name", [name for name, spec in MODELS.items() if spec.needs_outcomes]
)
def test_shuffled_outcomes_teach_nothing(name: str) -> None:
    order = np.random.default_rng(5).permutation(len(LABELS))
    shuffled = LABELS.iloc[order].reset_index(drop=True)
    frame = FRAME.assign(label_supported=SUPPORTED[order])
    data = training_data(frame, shuffled, ROUNDS)
    unlearnt = judge(name, data)
    assert abs(unlearnt["roc_auc"]["value"] - 0.5) < 0.1
    assert unlearnt["roc_auc"]["low"] < 0.5 < unlearnt["roc_auc"]["high"]


@pytest.mark.parametrize("name", STORED)
def test_rows_keep_their_order_and_scores_their_rounding(
    name: str, models: dict[str, AdditiveModel]
) -> None:
    rows = score(LATER, models[name])
    assert tuple(rows.columns) == COLUMNS
    assert rows["household_id"].tolist() == LATER.index.tolist()
    assert (rows["score"] == rows["score"].round(6)).all()
    assert set(rows["band"]) <= {"매우 높음", "높음", "보통"}
    chunked = score(LATER, models[name], chunk_rows=333)
    pd.testing.assert_frame_equal(rows, chunked)


@pytest.mark.parametrize("name", STORED)
def test_base_and_parts_are_the_score_exactly(
    name: str, models: dict[str, AdditiveModel]
) -> None:
    model = models[name]
    matrix = matrix_of(LATER, model.features)
    scores, parts = model.scores(matrix), model.contributions(matrix)
    assert (model.base + parts.sum(axis=1) == scores).all()
    assert (scores == np.round(scores)).all()
    assert (parts == np.round(parts)).all()
    unknown = np.full((1, matrix.shape[1]), np.nan)
    assert model.scores(unknown)[0] == model.base
    assert model.scores(matrix_of(a_household(), model.features))[0] == model.base


def raised(frame: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
    """Every household with one sign more: a month, an amount, a count."""
    names = [name for name, one in FEATURES.items() if one.direction > 0]
    chosen = generator.integers(0, len(names), len(frame))
    steps = {"원": 50_000.0, "일": 60.0}
    after = frame.copy()
    for place, name in enumerate(names):
        rows = chosen == place
        more = steps.get(FEATURES[name].unit, 1.0)
        after.loc[rows, name] = after.loc[rows, name].fillna(0.0) + more
    return after


@pytest.mark.parametrize("name", STORED)
def test_one_sign_more_never_lowers_the_score(
    name: str, models: dict[str, AdditiveModel]
) -> None:
    model, generator = models[name], np.random.default_rng(8)
    fallen = moved = 0
    before = LATER
    for _ in range(5):
        after = raised(before, generator)
        change = model.scores(matrix_of(after, model.features)) - model.scores(
            matrix_of(before, model.features)
        )
        fallen, moved = fallen + (change < 0).sum(), moved + (change > 0).sum()
        before = after
    assert moved > 100
    # What does not promise it does lower some: the pairs can tell.
    assert (fallen == 0) == MODELS[name].monotone


@pytest.mark.parametrize("name", STORED)
def test_other_households_change_nothing(
    name: str, models: dict[str, AdditiveModel]
) -> None:
    alone = score(LATER.iloc[[7]], models[name])
    among = score(LATER, models[name]).iloc[[7]].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, among)


@pytest.mark.parametrize("name", STORED)
def test_no_household_at_all_is_no_error(
    name: str, models: dict[str, AdditiveModel]
) -> None:
    nobody = score(LATER.iloc[:0], models[name])
    assert tuple(nobody.columns) == COLUMNS
    assert len(nobody) == 0


def test_bands_fall_with_the_score(models: dict[str, AdditiveModel]) -> None:
    for name, model in models.items():
        if not MODELS[name].promotable:
            continue  # it ranks nobody and needs no bands
        rows = score(LATER, model)
        lowest = rows.groupby("band")["score"].min()
        highest = rows.groupby("band")["score"].max()
        assert lowest["매우 높음"] > highest["높음"]
        assert lowest["높음"] > highest["보통"]


def test_every_feature_with_a_direction_is_weighed_somewhere() -> None:
    weighed = {name for name, feature in FEATURES.items() if is_weighed(feature)}
    directed = {
        name
        for name, feature in FEATURES.items()
        if feature.direction and feature.is_model_input
    }
    assert directed <= weighed
    for name in weighed:
        feature = FEATURES[name]
        assert feature.sensitivity == "ordinary"
        # What listing and coverage tell without a direction is context for people.
        assert feature.direction or feature.family in FREE_CONTEXT, name


def test_small_sums_for_long_outrank_many_small_arrears() -> None:
    """Persona A: one bill for 16 months, ₩270,000, listed seven times, never met."""
    model = ready_model("scorecard_v1")
    suwon = a_household(
        nhis_months_overdue_now=16,
        nhis_amount_now_krw=270_000,
        nhis_months_overdue_max_12m=16,
        nhis_months_overdue_max_24m=16,
        nhis_arrears_seen_12m=12,
        sources_in_arrears_now=1,
        sources_in_arrears_12m=1,
        arrears_amount_now_krw=270_000,
        listed_unmet_24m=7,
    )
    sources = ("nhis", "kepco", "water", "gas")
    broad = a_household(
        **{f"{source}_months_overdue_now": 2 for source in sources},
        **{f"{source}_amount_now_krw": 400_000 for source in sources},
        **{f"{source}_arrears_seen_12m": 2 for source in sources},
        sources_in_arrears_now=4,
        sources_in_arrears_12m=4,
        arrears_amount_now_krw=1_600_000,
    )
    first, second = (score(home, model) for home in (suwon, broad))
    assert first["score"][0] > second["score"][0]
    assert first["band"][0] == "매우 높음"


def test_the_scorecard_tells_every_month_apart_up_to_five_years() -> None:
    model = ready_model("scorecard_v1")
    for source in ("nhis", "kepco", "water", "gas"):
        homes = pd.concat(
            [a_household(**{f"{source}_months_overdue_now": m}) for m in range(61)]
        )
        matrix = matrix_of(homes, model.features)
        scores = model.scores(matrix)
        assert (np.diff(scores) >= 1).all(), source


def test_a_restored_supply_is_not_urgent() -> None:
    """Persona F: gas stopped a week ago, restored the next day."""
    restored = a_household(
        gas_stop_freshness_days=725, gas_stops_12m=1, gas_stops_24m=1,
        sources_stopped_12m=1, stops_restored_24m=1,
    )  # fmt: skip
    assert score(restored, ready_model("scorecard_v1"))["band"][0] == "보통"


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (pd.Series(np.full(len(FRAME), np.nan)), "only 0 have a confirmed need"),
        (pd.Series(np.ones(len(FRAME))), "0 a confirmed absence of need"),
        (pd.Series(np.full(len(FRAME), 2.0)), "neither 0, 1 nor empty"),
        (LABELS.iloc[:-1], "differ in length"),
    ],
)
def test_unusable_outcomes_are_told(labels: pd.Series, told: str) -> None:
    with pytest.raises(ModelError, match=told):
        fitted("logistic_v1", labels)


def test_unreached_households_are_left_out_and_counted() -> None:
    labels = LABELS.copy()
    labels.iloc[:300] = np.nan
    data = fitted("logistic_v1", labels).card["data"]
    assert data["unknown_left_out"] == 300
    assert data["need"] + data["no_need"] == len(FRAME) - 300
    assert data["listings"] == len(FRAME)


def test_nullable_labels_are_read() -> None:
    labels = LABELS.astype("Int8")
    labels.iloc[:300] = pd.NA
    data = training_data(FRAME, labels, ROUNDS)
    assert data.unknown == 300
    assert data.labels.tolist() == LABELS.iloc[300:].tolist()
    assert data.frame.index.tolist() == FRAME.index[300:].tolist()


def test_unknown_and_unfitted_models_are_told() -> None:
    with pytest.raises(ModelError, match="choose one of: signs_v1, dutch_v1"):
        spec_of("oracle_v9")
    with pytest.raises(ModelError, match="run 'blindspot train' first"):
        ready_model("logistic_v1")


def test_a_frame_that_does_not_fit_is_told() -> None:
    model = ready_model("scorecard_v1")
    with pytest.raises(ModelError, match="lacks columns.*gas_stop_in_force"):
        score(LATER.drop(columns="gas_stop_in_force"), model)
    with pytest.raises(ModelError, match="one twice"):
        score(pd.concat([LATER.iloc[:1], LATER.iloc[:1]]), model)
