"""A layout tried on a file: counts like a real load's, shapes for values, no traces."""

from pathlib import Path

import pytest

from pipeline.layout_check import check_layout
from pipeline.layouts import load_layouts
from tests.lib import files

LAYOUTS = load_layouts()


@pytest.fixture
def history(tmp_path: Path) -> Path:
    rows = [
        files.row("history"),
        files.row("history", resident="900101-1******"),
        files.row("history", result_code="ZZ"),
        files.row("history", selected_on=""),
        files.row("history")[:3],
    ]
    file = tmp_path / files.NAMES["history"]
    file.write_bytes(files.extract("history", rows))
    return file


def test_every_row_is_accounted_for(history: Path) -> None:
    checked = check_layout(history, LAYOUTS["history"])
    assert (checked.rows, checked.accepted, checked.rejected) == (5, 1, 4)
    assert checked.rejected_by_code == {
        "CODE_UNKNOWN": 1,
        "COLUMN_COUNT": 1,
        "REQUIRED_MISSING": 1,
        "RRN_MASKED": 1,
    }
    assert checked.ref_date.isoformat() == "2025-12-31"
    first = checked.sample[0]["fields"]
    assert (first["resident"], first["round"]) == ("9" * 13, "9999-A9")


def test_columns_on_neither_side_are_told(tmp_path: Path) -> None:
    content = files.extract("team", [files.row("team")])
    file = tmp_path / "TEAM_20260101.csv"
    file.write_bytes(content.replace("권역코드".encode(), "부서".encode()))
    gone = {n: h for n, h in LAYOUTS["team"].headers.items() if n != "hub_code"}
    layout = LAYOUTS["team"].model_copy(update={"columns": gone})
    checked = check_layout(file, layout)
    assert checked.unknown_columns == ("부서",)
    assert checked.fields_without_column == ("hub_code",)
