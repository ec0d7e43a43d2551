"""A scorecard that breaks a rule is refused with all its mistakes."""

from pathlib import Path

import pytest

from features.catalogue import FEATURES
from models.errors import ModelError
from models.scorecard import SCORECARD_FILE, load_scorecard

GOOD = SCORECARD_FILE.read_text(encoding="utf-8")
GAS = '[features.gas_stop_in_force]\ntopic = "gas_stop"\npoints = [[1, 120]]'
NHIS = "points = [[1, 4], [3, 20], [6, 32], [12, 52], [24, 76], [36, 94], [60, 118]]"
REASON = 'reason = "도시가스 공급이 중지된 상태입니다"'


def refused(tmp_path: Path, text: str) -> ModelError:
    path = tmp_path / "points.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load_scorecard(path)
    assert str(caught.value).startswith("points.toml")
    assert "{" not in str(caught.value).replace("{not", "")
    assert caught.value.next_step.startswith("correct it")
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "[features.gas_stop_in_force]",
            "[features.gas_stopp]",
            "features.gas_stopp is no feature of the catalogue",
        ),
        (NHIS, "points = [[1, 9], [3, 8]]", "nhis_months_overdue_now must never fall"),
        (NHIS, "points = [[3, 1], [1, 8]]", "nhis_months_overdue_now must rise"),
        (NHIS, "points = [[0, 1], [1, 8]]", "must begin above 0"),
        (NHIS, "points = [[1, -1], [3, 8]]", "whole numbers from 0 up"),
        (NHIS, "points = [[1, 1.5]]", "whole numbers from 0 up"),
        (NHIS, "points = [[1, 2, 3]]", "pairs of value and points"),
        (NHIS, "points = [[1.5, 2], [3, 8]]", "the ramp of nhis_months_overdue_now"),
        (REASON, "", "features.gas_stop_in_force lacks a topic or a reason"),
        (REASON, REASON.replace("중지된", "위험한"), "must not say 위험"),
        (REASON, 'reason = "{wert}"', "unknown field wert"),
        (REASON, 'reason = "{value:%s}"', "unknown field value:%s"),
        (REASON, 'reason = "{value"', "has an unclosed brace"),
        (GAS, GAS + "\nrmp = true", "unknown keys ['rmp']"),
        ('silent]\nfeatures = ["days_since_contact"]', "silent]", "has no reason"),
        ('"매우 높음" = 100', '"매우 높음" = 20', "bands must fall and stay above 0"),
        ('"높음" = 50', '"보통" = 50', "bands must name"),
        ("gas_stop_in_force = 1", "gas_stop = 1", "signs.gas_stop is no feature"),
        ("[words]", "[nouns]", "missing sections ['words'], unknown ['nouns']"),
        ("[bands]", "[bands", "cannot be read (TOMLDecodeError)"),
        (
            "[features.is_residence_unknown]",
            "[features.stops_restored_24m]",
            "features.stops_restored_24m is for no model to weigh",
        ),
        (
            "[features.is_residence_unknown]",
            "[features.members_foreign]",
            "features.members_foreign is for no model to weigh",
        ),
        (
            "[features.is_residence_unknown]",
            "[features.is_one_person]",
            "is_one_person is context without a direction",
        ),
    ],
)
def test_a_broken_rule_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    assert told in refused(tmp_path, GOOD.replace(old, new, 1)).what


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace(NHIS, "points = [[1, 9], [3, 8]]").replace(REASON, "")
    what = refused(tmp_path, text).what
    assert "must never fall" in what
    assert "lacks a topic or a reason" in what


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none.toml cannot be read"):
        load_scorecard(tmp_path / "none.toml")


def test_every_sign_of_the_catalogue_is_told_or_silent_on_purpose() -> None:
    told = {reason.feature for reason in load_scorecard().reasons}
    directed = {
        name
        for name, feature in FEATURES.items()
        if feature.direction and feature.is_model_input
    }
    assert directed - told == {"days_since_contact"}


def test_a_ramp_rises_evenly_between_its_points() -> None:
    terms = {term.feature: term for term in load_scorecard().terms}
    nhis = terms["nhis_months_overdue_now"]
    points = dict(zip(nhis.at, nhis.worth, strict=True))
    assert points[1] == 4
    assert points[12] == 52
    assert points[18] == 52 + (76 - 52) * 6 // 12
    assert points[24] == 76
    assert points[60] == 118
