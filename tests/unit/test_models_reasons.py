"""What an officer reads: Korean that can be said on the phone, with the facts' numbers."""

import re

import pytest

from features.catalogue import FEATURES
from models.explain import explain
from models.korean import Fact, Word, with_particle, won
from models.predict import score
from models.registry import ready_model
from models.scorecard import load_scorecard, say
from models.trees import TreeModel
from tests.lib.frames import a_frame, a_household

SCORECARD = ready_model("scorecard_v1")


def reasons_of(**facts: float) -> list[str | None]:
    row = score(a_household(**facts), SCORECARD).iloc[0]
    return [row["reason_1"], row["reason_2"], row["reason_3"]]


@pytest.mark.parametrize(
    ("word", "pair", "said"),
    [
        ("건강보험료", "은/는", "건강보험료는"),
        ("도시가스요금", "은/는", "도시가스요금은"),
        ("전기", "이/가", "전기가"),
        ("체납액", "이/가", "체납액이"),
        ("수도요금", "을/를", "수도요금을"),
        ("건강보험료", "을/를", "건강보험료를"),
        ("서울", "으로/로", "서울로"),
        ("집", "으로/로", "집으로"),
        ("부모", "과/와", "부모와"),
        ("동(洞)", "을/를", "동(洞)를"),
        ("3", "이/가", "3이"),
        ("2", "이/가", "2가"),
        ("10", "은/는", "10은"),
        ("7", "으로/로", "7로"),
        ("‘가스’", "이/가", "‘가스’가"),
        ("", "이/가", "가"),
    ],
)
def test_particles_follow_the_final_consonant(word: str, pair: str, said: str) -> None:
    assert with_particle(word, pair) == said
    assert f"{Word(word):{pair}}" == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "0원"),
        (8_500, "8,500원"),
        (10_000, "1만 원"),
        (270_000, "27만 원"),
        (274_300, "약 27만 원"),
        (12_345_678, "약 1,234만 원"),
        (100_000_000, "1억 원"),
        (123_450_000, "1억 2,345만 원"),
    ],
)
def test_amounts_as_they_are_spoken(amount: float, said: str) -> None:
    assert won(amount) == said
    assert f"{Fact(amount):won}" == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"nhis_months_overdue_now": 22},
            ["건강보험료를 22개월째 내지 못하고 있습니다", None, None],
        ),
        (
            {"gas_stop_in_force": 1, "gas_stop_freshness_days": 700},
            ["도시가스 공급이 중지된 상태입니다", None, None],
        ),
        (
            {"gas_stop_freshness_days": 700, "gas_stops_12m": 2},
            ["도시가스 공급이 32일 전에 중지된 적이 있습니다", None, None],
        ),
        (
            {"kepco_months_overdue_now": 4, "nhis_arrears_seen_12m": 6},
            [
                "전기요금을 4개월째 내지 못하고 있습니다",
                "최근 12개월 동안 건강보험료 체납이 6번 통보되었습니다",
                None,
            ],
        ),
        (
            {"listed_unmet_24m": 3, "is_residence_unknown": 1},
            [
                "최근 24개월 동안 3번 안내 대상이었으나 아직 만나지 못했습니다",
                "주민등록이 거주불명으로 되어 있습니다",
                None,
            ],
        ),
        (
            {
                "nhis_months_overdue_now": 3,
                "water_months_overdue_now": 2,
                "gas_months_overdue_now": 24,
                "sources_in_arrears_now": 3,
            },
            [
                "도시가스요금을 24개월째 내지 못하고 있습니다",
                "밀린 요금이나 대금이 3가지입니다",
                "건강보험료를 3개월째 내지 못하고 있습니다",
            ],
        ),
        ({}, [None, None, None]),
    ],
)
def test_the_heaviest_facts_are_said(
    facts: dict[str, float], said: list[str | None]
) -> None:
    assert reasons_of(**facts) == said


def test_reason_codes_name_the_features_behind_the_sentences() -> None:
    home = a_household(nhis_months_overdue_now=5, gas_stop_in_force=1)
    codes = score(home, SCORECARD)["reason_codes"][0]
    assert codes == ["gas_stop_in_force", "nhis_months_overdue_now"]


def test_every_sentence_is_complete_and_judges_nobody() -> None:
    for reason in load_scorecard().reasons:
        sentence = say(reason.sentence, 1_230_000 if "krw" in reason.feature else 3)
        assert re.fullmatch(r"[가-힣0-9, ]+(니다)", sentence), sentence
        assert not re.search("점수|확률|위험|순위", sentence)


def test_nothing_of_the_members_is_said() -> None:
    household = {
        name
        for name, feature in FEATURES.items()
        if feature.sensitivity == "sensitive" or feature.family == "household"
    }
    told = {reason.feature for reason in load_scorecard().reasons}
    assert told & household == {"is_residence_unknown"}


def test_the_parts_add_up_to_the_score() -> None:
    frame = a_frame(50, seed=1)
    rows = score(frame, SCORECARD)
    for place in range(len(frame)):
        parts = explain(SCORECARD, frame.iloc[[place]])
        assert sum(part.contribution for part in parts) == rows["score"][place]
        assert len({part.feature for part in parts}) == len(SCORECARD.features)


def test_an_explanation_tells_facts_and_points() -> None:
    first, *others = explain(SCORECARD, a_household(nhis_months_overdue_now=22))
    assert (first.feature, first.value, first.contribution) == (
        "nhis_months_overdue_now",
        22.0,
        72.0,  # 52 at 12 months, 76 at 24: 52 + 24 * 10 // 12
    )
    assert first.sentence == "건강보험료를 22개월째 내지 못하고 있습니다"
    assert all(part.contribution == 0 and part.sentence is None for part in others)


def a_tree(feature: str, other: str, leaves: tuple[int, ...]) -> TreeModel:
    """One tree: the first split asks for one feature, all others for another."""
    return TreeModel(
        "x", 0, (feature, other), (0.0, 0.0),
        split=(0, 1, 1, 1, 1, 1, 1), threshold=(0.5,) * 7, leaf=leaves,
        reasons=load_scorecard().reasons, bands=(),
    )  # fmt: skip


def test_trees_speak_of_what_adds_to_them() -> None:
    # Only both together weigh anything: each adds half, and both are said.
    both = (0, 0, 0, 0, 0, 0, 0, 900)
    model = a_tree("gas_stop_in_force", "nhis_months_overdue_now", both)
    home = a_household(gas_stop_in_force=1, nhis_months_overdue_now=22)
    row = score(home, model).iloc[0]
    assert (row["score"], row["reason_codes"]) == (
        900, ["gas_stop_in_force", "nhis_months_overdue_now"],
    )  # fmt: skip
    assert row["reason_2"] == "건강보험료를 22개월째 내지 못하고 있습니다"
    alone = score(a_household(gas_stop_in_force=1), model).iloc[0]
    assert (alone["score"], alone["reason_1"]) == (0, None)


def test_where_only_the_unsaid_weighs_the_facts_are_told() -> None:
    """Who lives there and how the neighbours fare is never said of anybody."""
    leaves = (0, 0, 0, 0, 900, 900, 900, 900)
    model = a_tree("is_lone_65_plus", "nhis_months_overdue_now", leaves)
    home = a_household(is_lone_65_plus=1, nhis_months_overdue_now=5)
    row = score(home, model).iloc[0]
    assert row["score"] == 900
    assert row["reason_1"] == "건강보험료를 5개월째 내지 못하고 있습니다"
    assert row["reason_2"] is None


def test_no_sentence_is_of_other_households() -> None:
    others = {"neighbourhood", "coverage", "trend"}
    for reason in load_scorecard().reasons:
        feature = FEATURES[reason.feature]
        assert feature.family not in others, reason.feature
        assert feature.sensitivity == "ordinary", reason.feature
        assert not re.search("다른 가구|같은 동|이웃집", reason.sentence)
