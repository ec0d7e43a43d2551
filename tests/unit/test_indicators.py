"""The catalogue of indicators: each entry against its rules, and the rules themselves."""

import datetime as dt
import re

import pytest
from pydantic import ValidationError

from data_contracts.dictionary import render_dictionary
from data_contracts.indicators import (
    INDICATORS,
    NATIONAL_COUNT,
    OWN_KNOWLEDGE,
    Indicator,
    how_complete,
    parse_indicators,
)

FIRST_DAY = dt.date(2015, 12, 14)  # the national system's
READ_ON = dt.date(2026, 9, 29)  # the last day of which our sources speak
ENTRY = """
[[indicator]]
code = "U01"
name_ko = "단전"
holder = "한국전력공사"
law = "§12"
threshold = "사건 자체"
unit = "event"
group = "billed"
valid_from = 2015-12-14
valid_from_known_to = "day"
direction = 1
source = "법령"
"""


@pytest.mark.parametrize("each", INDICATORS.values(), ids=lambda each: each.code)
def test_an_entry_keeps_its_rules(each: Indicator) -> None:
    assert FIRST_DAY <= each.valid_from <= READ_ON
    if each.valid_from_known_to == "nothing":
        assert each.valid_from == FIRST_DAY
    if each.valid_from_known_to == "month":
        assert each.valid_from.day == 1
    if each.valid_from_known_to == "year":
        assert (each.valid_from.month, each.valid_from.day) == (1, 1)
    assert each.valid_to is None or each.valid_to > each.valid_from
    assert re.search("[가-힣]", each.name_ko)
    assert re.search("§|별표", each.law)
    if each.source == OWN_KNOWLEDGE:
        assert "별표 2" in each.law  # nothing that the law names is from memory
    if each.threshold_min is not None:
        shown = re.sub(r"[,만]", "", each.threshold)
        number = each.threshold_min
        assert str(number) in shown or str(number // 10_000) in shown
        assert each.unit in ("month", "krw")


def test_nothing_is_claimed_that_was_not_found() -> None:
    national = [each for each in INDICATORS.values() if each.is_national]
    assert len(national) < NATIONAL_COUNT
    public = [each for each in national if each.is_public]
    assert how_complete().startswith(
        f"Of the {NATIONAL_COUNT} national indicators {len(public)} have a name with a "
        f"public source and {len(national) - len(public)} are named"
    )
    assert how_complete() in render_dictionary()


def test_what_the_law_names_has_its_article_and_threshold() -> None:
    law = {"U01": None, "H01": 3, "F01": 1_000_000, "F03": 3, "R01": 3, "R03": 3}
    assert {code: INDICATORS[code].threshold_min for code in law} == law
    assert INDICATORS["F02"].threshold_max == 20_000_000
    assert INDICATORS["P02"].valid_from == dt.date(2024, 3, 25)
    assert INDICATORS["F05"].valid_from == dt.date(2024, 11, 25)
    assert INDICATORS["U04"].valid_from == dt.date(2023, 12, 1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('code = "U01"', 'code = "u1"'), "code"),
        (('holder = "한국전력공사"', 'holder = ""'), "holder"),
        (("direction = 1", "direction = 2"), "direction"),
        (('unit = "event"', 'unit = "day"'), "unit"),
        (('group = "billed"', 'group = "cold"'), "group"),
        (('group = "billed"', 'group = "context"'), "context is what has no"),
        (('group = "billed"', 'group = "work"\nstays_months = 0'), "stays_months"),
        (("direction = 1", "direction = 1\nweight = 3"), "weight"),
        (
            ("direction = 1", "direction = 1\nvalid_to = 2015-12-14"),
            "valid_to is not after",
        ),
        (
            ("direction = 1", "direction = 1\nthreshold_max = 5"),
            "threshold_max needs a smaller minimum",
        ),
    ],
)
def test_a_broken_entry_is_told(change: tuple[str, str], told: str) -> None:
    parse_indicators(ENTRY)
    with pytest.raises(ValidationError, match=told):
        parse_indicators(ENTRY.replace(*change))


def test_a_code_and_a_name_occur_once() -> None:
    with pytest.raises(ValueError, match="U01 is in the catalogue twice"):
        parse_indicators(ENTRY * 2)
    with pytest.raises(ValueError, match="U02: another code has the same name"):
        parse_indicators(ENTRY + ENTRY.replace("U01", "U02"))
