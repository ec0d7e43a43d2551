import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.table import evaluate_table
from models.table.review import review

ROWS = 1_000


def labels():
    return (np.arange(ROWS) % 20 == 0).astype(np.int64)


def reviewed(**columns):
    directions = columns.pop("directions", {})
    frame = pd.DataFrame({"steady": np.arange(ROWS) % 7, **columns, "label": labels()})
    return review(frame, labels(), "label", frozenset({"label"}), directions)


def reason(values, name="column"):
    left = {one.column: one.reason for one in reviewed(**{name: values}).unusable}
    assert "steady" not in left
    return left.get(name, "")


def rng():
    return np.random.default_rng(4)


def a_leak(when):
    marked = labels() == when
    return np.where(marked, "2024-01-01", None)


def a_person(place):
    return f"9001{1 + place % 28:02d}-{1 + place % 4}{100000 + place:06d}"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([f"H{i:06d}" for i in range(ROWS)], "identifier"),
        (np.arange(ROWS) + 10_000, "identifier"),
        (rng().permutation(ROWS * 7)[:ROWS] + 1_234_000_000, "identifier"),
        ([f"met the family on visit {i}, all well" for i in range(ROWS)], "free text"),
        (np.ones(ROWS), "same value"),
        ([None] * ROWS, "empty"),
        (labels() * 3 + 1, "leak"),
        (a_leak(1), "leak"),
        (np.where(labels() == 1, np.nan, 5.0), "leak"),
        (labels() + rng().normal(0, 0.05, ROWS), "leak"),
        ([a_person(i) for i in range(ROWS)], "resident numbers"),
        ([a_person(i // 10) for i in range(ROWS)], "resident numbers"),
        ([int(a_person(i).replace("-", "")) for i in range(ROWS)], "resident numbers"),
        ([[1, 2]] * ROWS, "lists"),
    ],
)
def test_what_is_left_out_and_why(values, expected):
    assert expected in reason(values)


@pytest.mark.parametrize(
    "values",
    [
        rng().normal(size=ROWS),
        np.exp(rng().normal(14, 1, ROWS)).round(),
        rng().integers(0, 3, ROWS),
        rng().choice(["a", "b", None], ROWS),
        np.where(rng().random(ROWS) < 0.98, np.nan, 1.0),
        pd.Series(pd.to_datetime("2020-01-01") + pd.to_timedelta(np.arange(ROWS), "D")),
        labels() * (rng().random(ROWS) < 0.5) + (rng().random(ROWS) < 0.1),
        pd.Series(rng().integers(0, 3, ROWS)).astype("Int64"),
        pd.Series(rng().choice(["x", "y"], ROWS)).astype("category"),
        [f"{n:,}" for n in rng().integers(0, 9_000_000, ROWS)],
    ],
)
def test_what_is_kept(values):
    assert reason(values) == ""


def test_names_of_results_are_left_out_but_earlier_ones_are_known():
    some = rng().integers(0, 9, ROWS)
    assert "named like the outcome" in reason(some, "result_code")
    assert "named like the outcome" in reason(some, "label_confirmed")
    assert "named like the outcome" in reason(some, "처리결과")
    assert reason(some, "prev_result_code") == ""


def test_a_direction_keeps_what_looks_like_a_leak_with_a_warning():
    found = reviewed(score=labels() * 3.0, directions={"score": 1})
    assert [column.name for column in found.columns] == ["steady", "score"]
    assert "kept because a direction is given" in found.warnings[0]


def test_no_answer_is_unknown_and_numbers_in_text_are_numbers():
    found = reviewed(
        answer=np.where(np.arange(ROWS) % 9 == 0, 9999, np.arange(ROWS) % 5),
        won=[f"{n * 1000:,}" for n in range(ROWS)],
        place=4_111_100_000 + 1_000 * (np.arange(ROWS) % 9),
    )
    kinds = {column.name: column.kind for column in found.columns}
    assert kinds["won"] == "number"
    assert kinds["place"] == "category"
    frame = pd.DataFrame(
        {"steady": [1], "answer": [9999], "won": ["12,000"], "place": [4_111_100_000]}
    )
    row = dict(zip(kinds, found.matrix(frame)[0], strict=True))
    assert np.isnan(row["answer"])
    assert row["won"] == 12_000


def test_resident_numbers_are_never_shown():
    frame = pd.DataFrame(
        {
            "rrn": [a_person(i) for i in range(ROWS)],
            "x": rng().normal(size=ROWS),
            "label": labels(),
        }
    )
    result = evaluate_table(frame, "label", models=["signs_v1"])
    shown = result.as_text() + str(result.as_json()) + str(result.predictions)
    assert "900101" not in shown
    with pytest.raises(ModelError, match="resident numbers") as caught:
        evaluate_table(frame, "label", "rrn", models=["signs_v1"])
    assert "900101" not in str(caught.value)
