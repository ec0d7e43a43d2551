import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from flows.commands import evaluate
from models.errors import ModelError
from models.table import read_table


def an_app():
    app = typer.Typer()
    evaluate.register(app)
    return app


def a_table(path):
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"번호": np.arange(300), "months": rng.integers(0, 20, 300)})
    frame["need"] = (rng.random(300) < 0.05 + 0.02 * frame["months"]).astype(int)
    if path.suffix == ".csv":
        frame.to_csv(path, index=False, encoding="cp949")
    else:
        frame.to_parquet(path)
    return path


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_a_table_in_a_file_is_judged(tmp_path, name):
    options = ["--label", "need", "--id", "번호", "--models", "signs_v1,points_v1"]
    call = ["--table", str(a_table(tmp_path / name)), *options, "--capacity", "0.1"]
    done = CliRunner().invoke(an_app(), [*call, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [model["name"] for model in told["models"]] == ["signs_v1", "points_v1"]
    assert told["k"] == 30
    assert "points_v1" in CliRunner().invoke(an_app(), call).stdout


@pytest.mark.parametrize("name", ["absent.parquet", "table.pdf", "broken.parquet"])
def test_what_is_no_table_is_told(tmp_path, name):
    if not name.startswith("absent"):
        (tmp_path / name).write_bytes(b"\x00nothing")
    with pytest.raises(ModelError, match="file") as caught:
        read_table(tmp_path / name)
    assert "→ give a .parquet file" in str(caught.value)


def test_a_seed_below_zero_is_told(tmp_path):
    call = ["--table", str(a_table(tmp_path / "x.csv")), "--label", "need"]
    done = CliRunner().invoke(an_app(), [*call, "--seed", "-1"])
    assert done.exit_code == 2


@pytest.mark.parametrize(
    ("name", "encoding", "separator"),
    [
        ("x.csv", "cp949", ";"),
        ("x.tsv", "utf-8", "\t"),
        ("x.txt", "utf-16", "\t"),
        ("x.csv", "utf-8-sig", ","),
    ],
)
def test_text_files_are_read_as_offices_write_them(tmp_path, name, encoding, separator):
    frame = pd.DataFrame({"번호": [1, 2], "이름 값": ["가, 나", None]})
    frame.to_csv(tmp_path / name, index=False, encoding=encoding, sep=separator)
    pd.testing.assert_frame_equal(read_table(tmp_path / name), frame)


@pytest.mark.parametrize("name", ["x.csv", "x.parquet"])
def test_two_columns_of_one_name_are_told(tmp_path, name):
    if name == "x.csv":
        (tmp_path / name).write_text("a,a,b\n1,2,3\n", encoding="utf-8")
    else:
        same = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
        pq.write_table(same, tmp_path / name)
    with pytest.raises(ModelError, match="same name"):
        read_table(tmp_path / name)
