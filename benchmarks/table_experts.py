"""Reference pipelines as a careful analyst would write them with scikit-learn alone."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

Floats = NDArray[np.float64]
CODES = 8


def kinds(frame: pd.DataFrame) -> tuple[list[str], list[str], list[str]]:
    """Levels, skewed amounts and other numbers, as an analyst sorts them by eye."""
    levels, skewed, numbers = [], [], []
    for name in frame.columns:
        values = frame[name]
        if not pd.api.types.is_numeric_dtype(values) or name in ("dong", "tenure"):
            levels.append(name)
        elif values.min() >= 0 and values.skew() > 1.5 and values.nunique() > CODES:
            skewed.append(name)
        else:
            numbers.append(name)
    return levels, skewed, numbers


def prepare(frame: pd.DataFrame) -> ColumnTransformer:
    levels, skewed, numbers = kinds(frame)
    median = {"strategy": "median", "add_indicator": True}
    log = FunctionTransformer(np.log1p, feature_names_out="one-to-one")
    return ColumnTransformer(
        [
            (
                "levels",
                OneHotEncoder(min_frequency=20, handle_unknown="ignore"),
                levels,
            ),
            (
                "skewed",
                make_pipeline(SimpleImputer(**median), log, StandardScaler()),
                skewed,
            ),
            (
                "numbers",
                make_pipeline(SimpleImputer(**median), StandardScaler()),
                numbers,
            ),
        ],
        sparse_threshold=0.0,
    )


def folds(seed: int) -> StratifiedKFold:
    return StratifiedKFold(4, shuffle=True, random_state=seed)


def logistic(frame: pd.DataFrame, seed: int) -> object:
    model = make_pipeline(prepare(frame), LogisticRegression(max_iter=500))
    grid = {"logisticregression__C": [0.001, 0.003, 0.01, 0.03, 0.1, 1.0]}
    return GridSearchCV(model, grid, scoring="neg_log_loss", cv=folds(seed))


def forest(frame: pd.DataFrame, seed: int) -> object:
    trees = RandomForestClassifier(200, random_state=seed, max_features="sqrt")
    model = make_pipeline(prepare(frame), trees)
    grid = {"randomforestclassifier__min_samples_leaf": [3, 10, 30]}
    return GridSearchCV(model, grid, scoring="neg_log_loss", cv=folds(seed))


def boosting(frame: pd.DataFrame, seed: int) -> object:
    trees = HistGradientBoostingClassifier(
        learning_rate=0.05,
        l2_regularization=5.0,
        random_state=seed,
        early_stopping=False,
    )
    model = make_pipeline(prepare(frame), trees)
    grid = {
        "histgradientboostingclassifier__max_iter": [50, 100, 200],
        "histgradientboostingclassifier__max_leaf_nodes": [4, 8],
        "histgradientboostingclassifier__min_samples_leaf": [40],
    }
    return GridSearchCV(model, grid, scoring="neg_log_loss", cv=folds(seed))


def vote(fitted: dict[str, object], frame: pd.DataFrame) -> Floats:
    each = [model.predict_proba(frame)[:, 1] for model in fitted.values()]  # type: ignore[attr-defined]
    return np.mean(each, axis=0)


EXPERTS: dict[str, Callable[[pd.DataFrame, int], object]] = {
    "expert logistic": logistic,
    "expert forest": forest,
    "expert boosting": boosting,
}
