"""Which features a model that promises to be monotone may weigh."""

from features.catalogue import FEATURES, Feature
from features.feature import FREE_CONTEXT


def is_weighed(feature: Feature) -> bool:
    """Whether a monotone model may use a feature.

    Of the context without a direction only what no fact of the household's own can
    move: a free weight of it cannot break what a model promises.
    What is sensitive (disability, nationality) is weighed by no model.
    """
    if not feature.is_model_input or feature.sensitivity == "sensitive":
        return False
    return feature.direction != 0 or feature.family in FREE_CONTEXT


def weighed_features() -> tuple[Feature, ...]:
    """Those of the catalogue, in its order."""
    return tuple(feature for feature in FEATURES.values() if is_weighed(feature))
