"""The public criteria page says what the office does, and changes when that does."""

import re
from datetime import date
from pathlib import Path

import pytest

from features.catalogue import FEATURES
from flows import public_facts
from flows.public_facts import Criteria, criteria, facts
from flows.public_page import render_criteria
from models.additive import AdditiveModel, Term
from pipeline.policy_file import shipped_text
from pipeline.settings import load_office
from tests.lib.towns import AS_OF, blindspot, done

DAY = ("--as-of", AS_OF.isoformat())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    done("init", "--office", str(tmp_path / "office"), "--synthetic-seed", "7")
    return tmp_path / "office"


def page(root: Path) -> str:
    file = root / "page.html"
    done("policy", "public", *DAY, "--office", str(root), "--out", str(file))
    return file.read_text(encoding="utf-8")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_page_is_the_same_twice_and_loads_nothing(root: Path) -> None:
    told = page(root)
    assert told == page(root)
    assert not re.search(r"<script|https?:|src=|url\(|@import|<link|<img", told)
    assert "합성 자료" in told
    assert "급여를 받을 자격을" in told


@pytest.mark.parametrize(
    ("file", "old", "new", "word"),
    [
        ("blindspot.toml", 'contact_phone = "000', 'contact_phone = "041', "041-0000"),
        ("blindspot.toml", "records_months = 60", "records_months = 31", "31개월"),
        ("blindspot.toml", 'contact = "', 'contact = "<b>새 부서', "&lt;b&gt;새 부서"),
        ("ledger.toml", 'legal_basis = "합성"', 'legal_basis = "새 근거"', "새 근거"),
        ("blindspot.toml", '"scorecard_v1"', '"signs_v1"', "signs_v1"),
        ("policy.toml", "미성년 가구원이 있습니다", "어린 사람", "어린 사람"),
    ],
)
def test_what_is_set_otherwise_is_told_otherwise(
    root: Path, file: str, old: str, new: str, word: str
) -> None:
    (root / "policy.toml").write_text(shipped_text(), encoding="utf-8")
    before = page(root)
    edit(root / file, old, new)
    assert word not in before
    assert word in page(root)


def test_nobody_to_ask_is_no_page(root: Path) -> None:
    edit(root / "blindspot.toml", "000-0000-0000", "")
    result = blindspot("policy", "public", *DAY, "--office", str(root))
    assert result.exit_code == 3
    assert "whom to ask" in result.output
    assert not list((root / "rounds").glob("*.html"))


def a_model(**worth: float) -> AdditiveModel:
    terms = (Term(n, FEATURES[n].direction, (1.0,), (w,)) for n, w in worth.items())
    return AdditiveModel("drawn", 0, tuple(terms), (), ())


def test_facts_are_told_by_how_much_they_can_move() -> None:
    model = a_model(
        gas_stop_in_force=100, water_stop_in_force=75, nhis_months_overdue_now=74,
        nps_months_overdue_now=34, members=-10,
    )  # fmt: skip
    told = [(one.name_ko[:4], one.strength_ko, one.may_lower) for one in facts(model)]
    assert told == [
        ("도시가스", "크게", False),
        ("수도가 ", "크게", False),
        ("건강보험", "보통", False),
        ("국민연금", "조금", False),
        ("가구원 ", "조금", True),
    ]


def test_what_a_model_weighs_is_not_told_as_never_used(root: Path) -> None:
    told = page(root)
    for name in ("성별", "국적, 외국인 여부", "장애 (공급이 끊긴 집에"):
        assert name in told
    model = a_model(members_foreign=5)
    assert not [n for n in public_facts._not_weighed(model, set()) if "국적" in n]
    # No rule asks for it any more: then nothing is said of one.
    assert "장애" in public_facts._not_weighed(model, set())


def test_few_results_are_not_told(root: Path) -> None:
    read = criteria(load_office(root), date(2026, 7, 1))
    round_ = {
        "round": "2026-R1", "need_known": 40, "needs": 4, "precision": 0.1,
        "precision_low": 0.04, "precision_high": 0.23,
    }  # fmt: skip

    def with_own(needs: int) -> str:
        own = ({**round_, "needs": needs},)
        return render_criteria(Criteria(**{**vars(read), "own": own}))

    assert "2026-R1" not in with_own(4)
    assert "<b>10%</b> (4%~23%)" in with_own(5)
