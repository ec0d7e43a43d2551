"""The models there are: one line here gets a model fitted, carded and tested."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from models.additive import AdditiveModel
from models.errors import ModelError
from models.logistic import LogisticFit, fit_logistic
from models.scorecard import scorecard_v1, signs_v1
from models.training import TrainingData

Factory = Callable[[TrainingData | None], LogisticFit | AdditiveModel]


@dataclass(frozen=True)
class ModelSpec:
    """A model's name, what it needs and what it promises.

    Attributes:
        needs_outcomes: it is fitted; the others rank from the first day on.
        monotone: one more sign of hardship never lowers its score.
        factory: makes the model, out of training data where it needs them.
    """

    name: str
    title_ko: str
    needs_outcomes: bool
    monotone: bool
    factory: Factory


def _logistic(data: TrainingData | None) -> LogisticFit:
    if data is None:
        raise ModelError(
            "logistic_v1 is fitted and has no training data",
            "run 'blindspot train' first, or screen with scorecard_v1",
        )
    return fit_logistic(data)


MODELS: Final[dict[str, ModelSpec]] = {
    spec.name: spec
    for spec in (
        ModelSpec("signs_v1", "위기징후 개수", False, True, lambda _: signs_v1()),
        ModelSpec("scorecard_v1", "점수표", False, True, lambda _: scorecard_v1()),
        ModelSpec("logistic_v1", "단조 로지스틱", True, True, _logistic),
    )
}


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


def ready_model(name: str) -> AdditiveModel:
    """A model that needs no outcomes, ready to score.

    Raises:
        ModelError: the model is unknown, or must be fitted first.
    """
    made = spec_of(name).factory(None)
    return made.model if isinstance(made, LogisticFit) else made
