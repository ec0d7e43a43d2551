"""Address cases that a domain officer can edit (tests/cases/addresses.toml)."""

import tomllib
import unicodedata
from pathlib import Path

import pytest

from pipeline.address import PARTS, address_parts
from pipeline.household import registered_household_id
from pipeline.warehouse import Warehouse

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "addresses.toml").read_text("utf-8")
)["address"]


@pytest.fixture(scope="module")
def found() -> list[dict[str, str | bool | None]]:
    written = [
        (
            unicodedata.normalize("NFD", case["road"])
            if "decomposed" in case["why"]
            else case["road"],
            case.get("detail"),
        )
        for case in CASES
    ]
    with Warehouse.in_memory() as warehouse:
        return address_parts(warehouse, written)


@pytest.mark.parametrize("i", range(len(CASES)), ids=[c["why"] for c in CASES])
def test_written_address(i: int, found: list[dict[str, str | bool | None]]) -> None:
    expected = {k: v for k, v in CASES[i].items() if k not in ("why", "road", "detail")}
    assert set(expected) <= set(PARTS)
    assert {part: found[i][part] for part in expected} == expected


def test_a_case_that_is_wrong_would_be_seen(
    found: list[dict[str, str | bool | None]],
) -> None:
    assert found[0]["unit_key"] != "101-503"
    assert [found[-1][p] for p in ("road_key", "lot_key", "unit_key")] == [None] * 3


def test_no_address_gives_no_parts_and_order_is_kept() -> None:
    with Warehouse.in_memory() as warehouse:
        first, second = address_parts(warehouse, [(None, None), ("쌍용대로 1", None)])
    assert first["road_key"] is None
    assert second["road_key"] == "쌍용대로 1"


def test_household_ids_say_their_kind() -> None:
    key = "0123456789abcdef0123456789abcdef"
    assert registered_household_id(key) == "H0123456789abcde"
