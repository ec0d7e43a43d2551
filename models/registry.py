"""The models there are: one line here gets a model fitted, carded and tested."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sklearn.ensemble import RandomForestClassifier

from models.base import Made, RankingModel
from models.boosted import SEED, blended, fit_boosted
from models.dutch import dutch_v1
from models.errors import ModelError
from models.estimator import Make, fit_estimator
from models.logistic import fit_logistic
from models.national import fit_national
from models.points import fit_points
from models.scorecard import scorecard_v1, signs_v1
from models.training import TrainingData

__all__ = [
    "MODELS",
    "Made",
    "ModelSpec",
    "estimator_spec",
    "make",
    "ready_model",
    "spec_of",
]

Factory = Callable[[TrainingData | None], RankingModel | Made]


@dataclass(frozen=True)
class ModelSpec:
    """A model's name, what it needs and what it promises.

    Attributes:
        needs_outcomes: it is fitted; the others rank from the first day on.
        monotone: one more sign of hardship never lowers its score.
        factory: makes the model, out of training data where it needs them.
        label: what it learns, by the name of a label definition.
        promotable: it may rank; others are there to be compared with.
        stored: it can be written to disk and tells the reasons of its scores.
    """

    name: str
    title_ko: str
    needs_outcomes: bool
    monotone: bool
    factory: Factory
    label: str = "need"
    promotable: bool = True
    stored: bool = True


def _known(name: str, data: TrainingData | None) -> TrainingData:
    if data is None:
        raise ModelError(
            f"{name} is fitted and has no training data",
            "run 'blindspot train' first, or screen with scorecard_v1",
        )
    return data


def _fitted(name: str, title_ko: str, fit: Callable[[TrainingData], Made]) -> ModelSpec:
    """A line for a monotone model that learns who is in need."""
    return ModelSpec(name, title_ko, True, True, lambda data: fit(_known(name, data)))


def estimator_spec(name: str, title_ko: str, make: Make) -> ModelSpec:
    """A line for any scikit-learn classifier: judged and compared, nothing else."""
    return ModelSpec(
        name, title_ko, True, False,
        lambda data: fit_estimator(name, make, _known(name, data), SEED),
        promotable=False, stored=False,
    )  # fmt: skip


def _blend(data: TrainingData) -> Made:
    return blended(make("logistic_v1", data), make("boosted_v1", data), data)


def _forest(seed: int) -> Any:
    return RandomForestClassifier(
        400, min_samples_leaf=5, max_features=0.3, n_jobs=1, random_state=seed
    )


MODELS: Final[dict[str, ModelSpec]] = {
    spec.name: spec
    for spec in (
        ModelSpec("signs_v1", "위기징후 개수", False, True, lambda _: signs_v1()),
        ModelSpec("dutch_v1", "네덜란드식 규칙", False, True, lambda _: dutch_v1()),
        ModelSpec("scorecard_v1", "점수표", False, True, lambda _: scorecard_v1()),
        _fitted("points_v1", "손으로 더하는 점수표", fit_points),
        _fitted("logistic_v1", "단조 로지스틱", fit_logistic),
        _fitted("boosted_v1", "단조 부스팅", fit_boosted),
        _fitted("blend_v1", "로지스틱·부스팅 평균", _blend),
        ModelSpec(
            "national_v1", "전국 방식(지원 여부)", True, False,
            lambda data: fit_national(_known("national_v1", data)),
            label="supported", promotable=False,
        ),
        estimator_spec("forest_v1", "랜덤포레스트(비교용)", _forest),
    )
}  # fmt: skip


def spec_of(name: str) -> ModelSpec:
    """The registered model of a name.

    Raises:
        ModelError: there is none.
    """
    if name not in MODELS:
        raise ModelError(
            "this model does not exist", f"choose one of: {', '.join(MODELS)}"
        )
    return MODELS[name]


def make(name: str, data: TrainingData | None = None) -> Made:
    """A model and how it came about; of the same listings it is made once.

    Raises:
        ModelError: the model is unknown, or needs outcomes and they do not suffice.
    """
    if data is not None and name in data.known:
        found: Made = data.known[name]
        return found
    made = spec_of(name).factory(data)
    made = made if isinstance(made, Made) else Made(made)
    if data is not None:
        data.known[name] = made
    return made


def ready_model(name: str) -> RankingModel:
    """A model that needs no outcomes, ready to score.

    Raises:
        ModelError: the model is unknown, or must be fitted first.
    """
    return make(name).model
