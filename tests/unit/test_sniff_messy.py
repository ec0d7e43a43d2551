"""The published files, and small look-alikes of each: everything told of them is right.

The files themselves are not part of the project: BLINDSPOT_MESSY_CSV names the folder
they lie in. Their expected values were written down by looking at each.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipeline.sniff.told import tell
from tests.lib import messy

EXPECTED: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "messy_csv.toml").read_text("utf-8")
)
FOLDER = os.environ.get("BLINDSPOT_MESSY_CSV")


@pytest.mark.parametrize("number", sorted(messy.KINDS))
def test_a_look_alike_of_each_published_file(number: str, tmp_path: Path) -> None:
    kind = messy.KINDS[number]()
    file = tmp_path / "unknown.csv"
    file.write_bytes(kind.content)
    told, _ = tell(file)
    wanted = {
        "encoding": kind.encoding,
        "delimiter": kind.delimiter,
        "header_rows": kind.header_rows,
        "data_rows": kind.data_rows,
        "total_rows": kind.total_rows,
        "ragged_rows": 0,
        **dict(kind.others),
    }
    assert {name: told[name] for name in wanted} == wanted
    assert tuple(column["name"] for column in told["columns"]) == kind.columns


def test_every_published_file_has_its_look_alike() -> None:
    assert sorted(name[:2] for name in EXPECTED) == sorted(messy.KINDS)


@pytest.mark.skipif(FOLDER is None, reason="BLINDSPOT_MESSY_CSV names no folder")
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_published_file(name: str) -> None:
    told, _ = tell(Path(FOLDER or "") / name)
    wanted = dict(EXPECTED[name])
    columns = [column["name"] for column in told["columns"]]
    assert len(columns) == wanted.pop("column_count")
    first, last = wanted.pop("columns_first"), wanted.pop("columns_last", [])
    assert columns[: len(first)] == first
    assert columns[len(columns) - len(last) :] == last
    assert len(set(columns)) == len(columns)
    assert {name: told[name] for name in wanted} == wanted
