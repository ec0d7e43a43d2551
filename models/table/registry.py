"""The models for any table: one line here gets a model judged and fitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.errors import ModelError
from models.table.average import MEMBERS, fit_average
from models.table.linear import (
    fit_curves,
    fit_logistic_table,
    fit_points,
    fit_signs,
)
from models.table.task import Learner
from models.table.trees import fit_boosted, fit_forest


@dataclass(frozen=True)
class TableModel:
    """A model for tables.

    Any scikit-learn classifier joins by one line:
    ``TableModel("bayes_v1", "베이즈", fit_estimator(lambda seed: GaussianNB()))``.

    Attributes:
        members: models whose fits it needs; they are fitted before it.
    """

    name: str
    title_ko: str
    fit: Learner
    members: tuple[str, ...] = ()


TABLE_MODELS: Final[dict[str, TableModel]] = {
    model.name: model
    for model in (
        TableModel("signs_v1", "위기징후 개수", fit_signs),
        TableModel("points_v1", "정수 점수표", fit_points),
        TableModel("logistic_v1", "단조 로지스틱", fit_logistic_table),
        TableModel("gam_v1", "가법 곡선", fit_curves),
        TableModel("boosted_v1", "단조 부스팅", fit_boosted),
        TableModel("forest_v1", "랜덤포레스트", fit_forest),
        TableModel("average_v1", "모델 평균", fit_average, MEMBERS),
    )
}


def chosen(names: Sequence[str] | None) -> tuple[str, ...]:
    """Names of models in the registry's order; all of them by default.

    Raises:
        ModelError: one does not exist.
    """
    if names is None:
        return tuple(TABLE_MODELS)
    unknown = [name for name in names if name not in TABLE_MODELS]
    if unknown or not names:
        raise ModelError(
            "a model that was asked for does not exist",
            f"choose among: {', '.join(TABLE_MODELS)}",
        )
    return tuple(name for name in TABLE_MODELS if name in names)


def with_members(names: Sequence[str]) -> tuple[str, ...]:
    """The models and those that they average, members first."""
    wanted = set(names)
    for name in names:
        wanted.update(TABLE_MODELS[name].members)
    plain = [name for name in TABLE_MODELS if not TABLE_MODELS[name].members]
    mixed = [name for name in TABLE_MODELS if TABLE_MODELS[name].members]
    return tuple(name for name in (*plain, *mixed) if name in wanted)
