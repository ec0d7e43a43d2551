import datetime
import decimal
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.errors import ModelError
from models.table import evaluate_table, read_table
from models.table.levels import are_codes
from models.table.periods import periods_of
from models.table.persons import holds_a_person, holds_personal_numbers
from models.table.review import review

ROWS = 400
PERSON = "900101-2123456"


def a_table(**columns):
    rng = np.random.default_rng(6)
    months = rng.integers(0, 20, ROWS)
    label = (rng.random(ROWS) < 0.05 + 0.03 * months).astype(int)
    frame = pd.DataFrame({"id": np.arange(ROWS), "months": months, "y": label})
    return frame.assign(**columns)


def evaluated(frame, **options):
    call = {"models": ["signs_v1"], "jobs": 1, **options}
    result = evaluate_table(frame, "y", "id", **call)
    json.dumps(result.as_json(), allow_nan=False)
    return result


@pytest.mark.parametrize(
    ("no", "yes"),
    [
        (decimal.Decimal("0.00"), decimal.Decimal("1.00")),
        ("0.0", "1.0"),
        ("X", "O"),
        ("없음", "있음"),
        (b"0", b"1"),
    ],
)
def test_labels_as_offices_write_them(no, yes):
    frame = a_table()
    plain = evaluated(frame).as_json()
    written = evaluated(frame.assign(y=[yes if v else no for v in frame["y"]]))
    assert written.as_json() == plain


@pytest.mark.parametrize(
    "times",
    [
        [f"2024-R{n}" for n in range(1, 13)],
        [str(n) for n in range(1, 13)],
        [f"2024년 {n}월" for n in range(1, 13)],
        [f"{n}/1/2024" for n in range(1, 13)],
        ["1/12/2023", *(f"{n + 12}/1/2024" for n in range(1, 12))],
        [f"{2024 + n // 10}.{1 + n % 10}" for n in range(12)],
        [decimal.Decimal(n) for n in range(12)],
        [datetime.date(2024, n, 1) for n in range(1, 13)],
        [n if n % 2 else str(n) for n in range(12)],
        pd.period_range("2024-09", periods=12, freq="M"),
        pd.Categorical(list("zyxwvutsrqpo"), list("zyxwvutsrqpo"), ordered=True),
    ],
)
def test_periods_stand_in_the_order_of_time(times):
    times = pd.Series(times)
    order = np.random.default_rng(0).permutation(len(times))
    assert periods_of(times.iloc[order]).tolist() == order.tolist()


@pytest.mark.parametrize("gap", [None, "", np.inf])
def test_rows_without_a_time_are_told(gap):
    times = [2024.0, 2025.0, gap] if gap == np.inf else ["a", "b", gap]
    with pytest.raises(ModelError, match="empty in some rows"):
        periods_of(pd.Series(times))


@pytest.mark.parametrize("ids", [1, 2, 6])
def test_an_id_that_names_no_households_is_told(ids):
    with pytest.raises(ModelError, match="fewer than 10 ids"):
        evaluated(a_table(id=np.arange(ROWS) % ids))


def test_few_ids_over_time_are_judged():
    frame = a_table(id=np.arange(ROWS) % 2, when=np.arange(ROWS) // 100)
    assert evaluated(frame, time="when").rows == ROWS


@pytest.mark.parametrize(
    "values",
    [
        np.where(np.arange(ROWS) % 50 == 0, np.inf, np.arange(ROWS) * 3.0),
        [datetime.date(9999, 1, 1 + n % 20) for n in range(ROWS)],
        [[1] if n == 399 else "a" for n in range(ROWS)],
        [int(n % 5) * 10**25 for n in range(ROWS)],
        [complex(n, 1) for n in range(ROWS)],
        [np.array([n]) for n in range(ROWS)],
        [True if n % 2 else "x" for n in range(ROWS)],
        pd.to_timedelta(np.arange(ROWS) % 9, "D"),
        pd.array([None] * ROWS, "boolean"),
    ],
)
def test_odd_columns_never_stop_the_evaluation(values):
    assert evaluated(a_table(odd=values)).columns >= 1


def test_ids_may_be_lists_and_may_be_missing():
    lists = [[n] if n % 3 else None for n in range(ROWS)]
    assert evaluated(a_table(id=lists)).rows == ROWS


def test_parquet_with_an_index_and_nested_types(tmp_path):
    path = tmp_path / "x.parquet"
    a_table().set_index("id").to_parquet(path)
    assert list(read_table(path).columns) == ["id", "months", "y"]
    frame = a_table()
    records = {
        "record": [{"a": 1}] * ROWS,
        "map": pa.array([[("k", 1)]] * ROWS, pa.map_(pa.string(), pa.int64())),
        "won": pa.array([decimal.Decimal("1.5") * (n % 9) for n in range(ROWS)]),
        "none": pa.nulls(ROWS),
        "bytes": [b"a%d" % (n % 3) for n in range(ROWS)],
        "time": pa.array([n % 9 for n in range(ROWS)], pa.time32("s")),
    }
    pq.write_table(pa.table({**dict(frame.items()), **records}), path)
    left = [one.column for one in evaluated(read_table(path)).unusable]
    assert left == ["record", "map", "none"]


@pytest.mark.parametrize("content", ["", "\n\n", '"a\n"b,c'])
def test_a_file_without_rows_is_told(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelError):
        evaluated(read_table(path))


@pytest.mark.parametrize(
    "text",
    [
        PERSON,
        "900101-2******",
        f"met {PERSON}, well",
        "900101 - 2123456",
        "9001012123456",
    ],
)
def test_a_person_is_seen_wherever_it_stands(text):
    assert holds_a_person(text)
    found = [f"{text}", *["none"] * 500]
    if "-" in text:
        assert holds_personal_numbers(pd.Series(found))
    frame = a_table().rename(columns={"months": text})
    with pytest.raises(ModelError, match="name of a column") as caught:
        evaluated(frame)
    assert text not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["2024-01-01 10:20:30", "010-1234-5678", "110-23-456789", "123456"]
)
def test_what_is_no_person_is_not_taken_for_one(text):
    assert not holds_a_person(text)
    assert not holds_personal_numbers(pd.Series([text] * 9))


def test_periods_named_by_persons_are_refused():
    with pytest.raises(ModelError, match="time column holds"):
        evaluated(a_table(when=PERSON), time="when")


def leaks_of(values, share, name="column"):
    rng = np.random.default_rng(8)
    labels = (rng.random(4_000) < share).astype(np.int64)
    frame = pd.DataFrame({name: values(labels, rng), "y": labels})
    return [
        one.reason for one in review(frame, labels, "y", frozenset({"y"}), {}).unusable
    ]


def flipped(share):
    return lambda y, rng: np.where(rng.random(len(y)) < share, 1 - y, y)


@pytest.mark.parametrize(
    ("values", "share"),
    [
        (flipped(0.01), 0.03),
        (flipped(0.03), 0.03),
        (lambda y, rng: y + rng.normal(0, 0.25, len(y)), 0.03),
        (
            lambda y, rng: y * (rng.random(len(y)) < 0.5) * rng.normal(9, 2, len(y)),
            0.02,
        ),
        (
            lambda y, rng: y * (rng.random(len(y)) < 0.5) * rng.normal(9, 2, len(y)),
            0.25,
        ),
    ],
)
def test_near_copies_of_the_label_are_left_out(values, share):
    assert leaks_of(values, share)


@pytest.mark.parametrize("share", [0.06, 0.1, 0.3])
def test_a_strong_honest_measurement_is_kept(share):
    """About AUC 0.97: a tumour's size, whose largest tenth are all malignant."""
    assert not leaks_of(lambda y, rng: rng.normal(2.6 * y, 1.0), share)
    assert leaks_of(lambda y, rng: rng.normal(2.6 * y, 1.0), share, "visit_result")


def rates_of(codes, rate, rng):
    return (rng.random(len(codes)) < rate).astype(np.int64)


def test_codes_of_districts_are_levels_and_ages_are_not():
    rng = np.random.default_rng(9)
    district, age = rng.integers(1, 26, 4_000), rng.integers(20, 90, 4_000)
    scale, kind = rng.integers(1, 8, 4_000), rng.integers(1, 7, 4_000)
    of_district = rng.normal(0, 0.8, 26)[district]
    risk = of_district + 0.03 * (age - 55) + 0.3 * (scale - 4)
    risk += np.array([0, 0.6, -0.6, 0.9, -0.4, 0.8, -0.9])[kind]
    labels = rates_of(district, 1 / (1 + np.exp(2.5 - risk)), rng)
    for degree in (1, 2):
        assert are_codes(district * 1.0, labels, degree=degree)
        assert are_codes(kind * 1.0, labels, degree=degree)
        assert not are_codes(age * 1.0, labels, degree=degree)
        assert not are_codes(scale * 1.0, labels, degree=degree)
    assert not are_codes(district + 0.5, labels, degree=1)


def test_codes_of_districts_are_learnt_as_levels():
    rng = np.random.default_rng(9)
    frame = pd.DataFrame({"id": np.arange(3_000), "place": rng.integers(1, 26, 3_000)})
    rate = np.where(frame["place"].isin([3, 8, 14, 21]), 0.3, 0.03)
    frame["y"] = rates_of(frame["place"], rate, rng)
    for name in ("logistic_v1", "gam_v1"):
        model = evaluated(frame, models=[name]).as_json()["models"][0]
        # A perfect order of the places has 0.79; a line or a curve about 0.5.
        assert model["roc_auc"] > 0.7, name
