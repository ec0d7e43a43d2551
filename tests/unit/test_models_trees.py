"""Trees of whole points: scikit-learn's own scores, exact parts, nothing that falls."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest

from models.base import POINTS_PER_LOG_ODDS, Floats, matrix_of
from models.booster import Shape, Task, compiled
from models.trees import CHUNK_ROWS, LEAVES, SHARES, SPLITS, TreeModel, whole_parts
from tests.lib.frames import a_frame, planted_labels

NAN = float("nan")
NAMES = (
    "nhis_months_overdue_now", "gas_stop_in_force", "tips_12m",
    "sources_in_arrears_now", "is_one_person", "nhis_amount_now_krw",
)  # fmt: skip
FRAME = a_frame(1_500, seed=1)
LABELS = planted_labels(FRAME, seed=2).to_numpy()
SHAPE = Shape(3, 20, 1.0)


def a_model(trees: int, seed: int, features: int = 5) -> TreeModel:
    """Trees that say anything, in any order: the hardest to explain."""
    generator = np.random.default_rng(seed)
    return TreeModel(
        name="any",
        intercept=int(generator.integers(-500, 500)),
        features=tuple("abcdefg"[:features]),
        reference=tuple(generator.integers(0, 3, features).astype(float).tolist()),
        split=tuple(generator.integers(0, features, trees * SPLITS).tolist()),
        threshold=tuple((generator.integers(0, 4, trees * SPLITS) + 0.5).tolist()),
        leaf=tuple(generator.integers(-900, 900, trees * LEAVES).tolist()),
        reasons=(),
        bands=(("높음", 100.0),),
    )


def any_matrix(rows: int, features: int, seed: int) -> Floats:
    generator = np.random.default_rng(seed)
    matrix = np.asfortranarray(generator.integers(0, 5, (rows, features)).astype(float))
    matrix[generator.random(matrix.shape) < 0.1] = NAN
    return matrix


def by_all_subsets(model: TreeModel, row: Floats) -> list[float]:
    """Shapley values by their definition: every subset of features, one at a time."""
    count = len(model.features)
    reference = np.array(model.reference)

    def worth(members: tuple[int, ...]) -> float:
        home = reference.copy()
        home[list(members)] = row[list(members)]
        return float(model.scores(home[None, :])[0])

    parts = []
    for feature in range(count):
        others = [other for other in range(count) if other != feature]
        parts.append(
            sum(
                factorial(size) * factorial(count - size - 1) / factorial(count)
                * (worth((*members, feature)) - worth(members))
                for size in range(count)
                for members in combinations(others, size)
            )
        )  # fmt: skip
    return parts


def walked(model: TreeModel, row: Floats) -> int:
    """The score of one household, split by split."""
    home = np.where(np.isnan(row), model.reference, row)
    total = model.intercept
    for tree in range(len(model.leaf) // LEAVES):
        node = 0
        while node < SPLITS:
            at = tree * SPLITS + node
            node = 2 * node + 1 + int(home[model.split[at]] > model.threshold[at])
        total += model.leaf[tree * LEAVES + node - SPLITS]
    return total


@pytest.mark.parametrize("seed", range(4))
def test_parts_are_shapley_values_by_all_subsets(seed: int) -> None:
    model = a_model(trees=6, seed=seed)
    matrix = any_matrix(12, 5, seed)
    parts = model.contributions(matrix)
    for row, found in zip(matrix, parts, strict=True):
        # Whole points of the same sum: each within one of the exact share.
        assert np.abs(found - by_all_subsets(model, row)).max() < 1.0


def test_one_tree_of_two_features_is_shared_by_hand() -> None:
    # 600 points only with both signs, nothing with one: half for each.
    model = TreeModel(
        "two", 7, ("a", "b"), (0.0, 0.0),
        split=(0, 1, 1, 1, 1, 1, 1), threshold=(0.5,) * SPLITS,
        leaf=(0, 0, 0, 0, 0, 0, 0, 600), reasons=(), bands=(),
    )  # fmt: skip
    matrix = np.array([[1.0, 1.0], [1.0, 0.0], [NAN, 1.0]], order="F")
    assert model.base == 7
    assert model.scores(matrix).tolist() == [607, 7, 7]
    assert model.contributions(matrix).tolist() == [[300, 300], [0, 0], [0, 0]]


@pytest.mark.parametrize("seed", range(3))
def test_base_and_parts_are_the_score_to_the_point(seed: int) -> None:
    model = a_model(trees=40, seed=seed, features=7)
    matrix = any_matrix(400, 7, seed)
    scores, parts = model.scores(matrix), model.contributions(matrix)
    assert (model.base + parts.sum(axis=1) == scores).all()
    assert (scores == np.round(scores)).all()
    assert (parts == np.round(parts)).all()
    assert scores.tolist() == [walked(model, row) for row in matrix]


def test_who_is_like_the_reference_has_no_parts() -> None:
    model = a_model(trees=9, seed=1)
    unknown = np.full((1, 5), NAN)
    assert model.scores(unknown)[0] == model.base
    assert not model.contributions(unknown).any()


def test_chunks_and_neighbours_change_nothing() -> None:
    model = a_model(trees=3, seed=5)
    matrix = any_matrix(CHUNK_ROWS + 7, 5, 6)
    last = slice(CHUNK_ROWS - 2, None)
    alone = np.asfortranarray(matrix[last])
    assert (model.scores(matrix)[last] == model.scores(alone)).all()
    assert (model.contributions(matrix)[last] == model.contributions(alone)).all()
    nobody = np.empty((0, 5))
    assert model.scores(nobody).shape == (0,)
    assert model.contributions(nobody).shape == (0, 5)


def test_shares_are_rounded_to_their_sum() -> None:
    third, half = SHARES // 3, SHARES // 2
    shares = np.array(
        [
            [third, third, third],  # equal: the first one is raised
            [half, 0, half],  # what has no share gets none
            [-half, -half, 0],
            [2 * SHARES, -SHARES, 0],
        ]
    )
    rounded = whole_parts(shares)
    assert rounded.tolist() == [[1, 0, 0], [1, 0, 0], [0, -1, 0], [2, -1, 0]]


@pytest.mark.parametrize("is_monotone", [True, False])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_whole_points_are_scikit_learns_score(is_monotone: bool, depth: int) -> None:
    task = Task(NAMES, is_monotone, seed=3)
    matrix, start = task.matrix(FRAME), np.full(len(FRAME), -1.0)
    boosters = task.boosters(matrix, LABELS, start, Shape(depth, 20, 1.0), 30, bags=2)
    model = compiled("x", task, boosters, -1_000)
    raw = np.mean([booster.decision_function(matrix) for booster in boosters], axis=0)
    scores = model.scores(matrix_of(FRAME, model.features))
    # Each of 60 leaves is rounded by half a point at most.
    assert np.abs(scores - POINTS_PER_LOG_ODDS * (raw - 1.0)).max() <= 30
    assert np.ptp(scores) > 1_000


def test_a_refit_gives_the_same_trees() -> None:
    task = Task(NAMES, True, seed=3)
    matrix, start = task.matrix(FRAME), np.zeros(len(FRAME))
    once, again = (
        compiled("x", task, task.boosters(matrix, LABELS, start, SHAPE, 10))
        for _ in range(2)
    )
    assert once == again


def test_one_more_sign_never_lowers_a_score_or_starts_below() -> None:
    task = Task(NAMES, True, seed=3)
    matrix, start = task.matrix(FRAME), np.zeros(len(FRAME))
    model = compiled("x", task, task.boosters(matrix, LABELS, start, SHAPE, 60))
    generator = np.random.default_rng(8)
    homes = matrix_of(a_frame(5_000, seed=9), model.features)
    worse = homes.copy(order="F")
    for place, name in enumerate(model.features):
        if name != "is_one_person":
            known = np.nan_to_num(worse[:, place], nan=0.0)
            more = generator.integers(0, 3, len(worse)) * generator.integers(1, 9)
            worse[:, place] = np.where(more > 0, known + more, worse[:, place])
    assert (model.scores(worse) >= model.scores(homes)).all()
    signs = [place for place, n in enumerate(model.features) if n != "is_one_person"]
    assert (model.contributions(homes)[:, signs] >= 0).all()


def test_it_is_a_boosting_on_top_of_a_start() -> None:
    task = Task(NAMES, True, seed=3)
    matrix = task.matrix(FRAME)
    truth = np.where(LABELS == 1, 4.0, -4.0)
    # Where the start knows everything there is little left to learn.
    knowing = compiled("x", task, task.boosters(matrix, LABELS, truth, SHAPE, 20))
    naive = compiled("x", task, task.boosters(matrix, LABELS, 0 * truth, SHAPE, 20))
    assert max(map(abs, knowing.leaf)) < max(map(abs, naive.leaf)) / 2
