"""An office's own policy: what it may change, and how each mistake is told."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from data_contracts.outputs import ELIGIBILITY_KO
from flows.docs import PAGES
from pipeline.errors import NotReady, OfficeError
from pipeline.policy import (
    Params,
    apply_policy,
    differences,
    fired_in,
    is_applied,
    load_policy,
)
from pipeline.policy_file import shipped, shipped_text
from tests.lib.referral_tables import AS_OF, ROUND, an_office, draw_town
from tests.lib.towns import blindspot, done

TOWN = {
    "core_household": "household_id\nh1\nh2",
    "core_event": "household_id | event_type | source\nh1 | gas_stop | gas",
}


def put(root: Path, *changes: tuple[str, str]) -> Path:
    """The office's own policy: ours with some texts replaced."""
    text = shipped_text()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = root / "policy.toml"
    file.write_text(text, encoding="utf-8")
    return file


def without(code: str) -> tuple[str, str]:
    """A change that leaves a rule out."""
    (rule,) = (r for r in shipped_text().split("\n[[rule]]\n") if f'"{code}"' in r)
    return f"\n[[rule]]\n{rule}", ""


def test_an_office_without_a_file_has_ours(tmp_path: Path) -> None:
    policy = load_policy(an_office(tmp_path, round={"cooling_off_days": 45}))
    assert policy.rules == shipped().rule
    assert policy.params == shipped().params
    assert policy.cooling_off_days == 45
    assert differences(policy) == []


def test_an_office_may_change_numbers_words_order_and_leave_rules_out(
    tmp_path: Path,
) -> None:
    put(
        tmp_path,
        ("must_share = 0.7 ", "must_share = 0.6 "),
        ('"동물 주의"', '"개를 조심할 것"'),
        without("MEALKIT"),
        ('code = "CUT_CHILD"', 'code = "-"'),
        ('code = "CUT_DISABLED"', 'code = "CUT_CHILD"'),
        ('code = "-"', 'code = "CUT_DISABLED"'),
    )
    policy = load_policy(an_office(tmp_path))
    assert policy.params.must_share == 0.6
    assert [rule.code for rule in policy.rules[:2]] == ["CUT_DISABLED", "CUT_CHILD"]
    found = differences(policy)
    assert "must_share: 0.6 instead of 0.7" in found
    assert "MEALKIT (suggest): left out" in found
    assert "ANIMAL: other words for officers" in found
    assert "the rules are asked in another order" in found


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    file = put(tmp_path, ("must_share = 0.7 ", "must_share = 0.6 "))
    text = file.read_text("utf-8").replace("\n", "\r\n")
    file.write_bytes(text.encode("utf-8-sig"))
    assert load_policy(an_office(tmp_path)).params.must_share == 0.6


def test_a_rule_left_out_is_not_asked(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with draw_town(**TOWN) as warehouse:
        ours = apply_policy(load_policy(office), warehouse, ROUND, as_of=AS_OF)
        put(tmp_path, without("SAME_DAY_EMERGENCY"))
        own = apply_policy(load_policy(office), warehouse, ROUND, as_of=AS_OF)
        kept = warehouse.rows("SELECT DISTINCT rule FROM out_policy ORDER BY rule")
    assert ours["SAME_DAY_EMERGENCY"] == 1
    assert "SAME_DAY_EMERGENCY" not in own
    assert kept == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            ("must_share = 0.7 ", "must_share = 0.81 "),
            "[params] must_share + locate_share + sample_share is more than 1",
        ),
        (
            ("must_share = 0.7 ", "must_share = 0.0 "),
            "[params] must_share Input should be greater than 0",
        ),
        (
            ("no_signal_share = 0.2 ", "no_signal_share = 1.5 "),
            "[params] no_signal_share Input should be less than or equal to 1",
        ),
        (
            ("must_days = 14 ", "must_days = 14.5 "),
            "[params] must_days Input should be a valid integer",
        ),
        (
            ("must_days = 14 ", "must_day = 14 "),
            "[params] must_days is missing; "
            "[params] must_day is nothing that a policy knows",
        ),
        (
            ('code = "MEALKIT"', 'code = "MEALKITS"'),
            "MEALKITS: no such rule",
        ),
        (
            ('code = "MEALKIT"', 'code = "ANIMAL"'),
            "ANIMAL: told twice; ANIMAL: its kind is caution",
        ),
        (
            ('code = "MEALKIT"\nkind = "suggest"', 'code = "MEALKIT"\nkind = "must"'),
            "MEALKIT: its kind is suggest",
        ),
        (
            ('code = "MEALKIT"\nkind = "suggest"', 'code = "MEALKIT"\nkind = "vital"'),
            "[rule 21] kind Input should be",
        ),
        (
            ('label_ko = "동물 주의"', 'label_ko = "=1+1"'),
            "[rule 26] label_ko String should match pattern",
        ),
        (
            ('label_ko = "동물 주의"', 'label = "동물 주의"'),
            "[rule 26] label_ko is missing; "
            "[rule 26] label is nothing that a policy knows",
        ),
        (without("PARKED"), "PARKED: may not be left out (kind cool)"),
        (without("CASE_MANAGED"), "CASE_MANAGED: may not be left out (kind route)"),
        (without("LOCATE_OPEN"), "LOCATE_OPEN: may not be left out (kind carry)"),
        (("[params]", "[numbers]"), "[params] is missing"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_next_step(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    file = put(tmp_path, change)
    with pytest.raises(OfficeError) as caught:
        load_policy(an_office(tmp_path))
    assert caught.value.exit_code == 3
    assert caught.value.what.startswith(f"{file} is no policy that can be applied: ")
    assert says in caught.value.what
    assert "1+1" not in caught.value.what
    assert caught.value.next_step.startswith("correct these; blindspot policy show")


def test_shares_may_take_every_place(tmp_path: Path) -> None:
    put(
        tmp_path,
        ("locate_share = 0.15 ", "locate_share = 0.2 "),
        ("sample_share = 0.05 ", "sample_share = 0.1 "),
    )
    # 0.7 + 0.2 + 0.1 is 0.9999999999999999 in a machine's numbers, and 1 to an office.
    assert load_policy(an_office(tmp_path)).params.locate_share == 0.2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_text("[params\n", encoding="utf-8"),
        lambda file: file.write_bytes("label = '가'".encode("cp949")),
        lambda file: file.mkdir(),
    ],
    ids=["toml", "cp949", "folder"],
)
def test_a_file_that_cannot_be_read_is_no_reason_to_use_ours(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(tmp_path / "policy.toml")
    with pytest.raises(OfficeError, match="cannot be read as TOML in UTF-8"):
        load_policy(an_office(tmp_path))


def test_numbers_reach_the_rules(tmp_path: Path) -> None:
    ledger = "household_id | unmet_since_contact\nh1 | 3\nh2 | 4"
    put(tmp_path, ("unmet_times = 3 ", "unmet_times = 4 "))
    with draw_town(**{**TOWN, "core_repeat": ledger}) as warehouse:
        fired = apply_policy(
            load_policy(an_office(tmp_path)), warehouse, ROUND, as_of=AS_OF
        )
    assert fired["LISTED_3_MET_0"] == 1
    assert fired["REPEATS_UNMET"] == 2


def test_a_round_is_asked_anew_and_other_rounds_stay(tmp_path: Path) -> None:
    policy = load_policy(an_office(tmp_path))
    with draw_town(**TOWN) as warehouse:
        assert not is_applied(warehouse, ROUND, AS_OF)
        with pytest.raises(NotReady, match="out_policy"):
            fired_in(policy, warehouse, ROUND)
        apply_policy(policy, warehouse, "2026-R2", as_of=AS_OF)
        for _ in range(2):
            fired = apply_policy(policy, warehouse, ROUND, as_of=AS_OF)
        assert is_applied(warehouse, ROUND, AS_OF)
        assert not is_applied(warehouse, "2026-R2", AS_OF)
        assert fired_in(policy, warehouse, ROUND) == fired
        assert fired_in(policy, warehouse, "2026-R2") == fired
        with pytest.raises(NotReady, match="2026-R4"):
            fired_in(policy, warehouse, "2026-R4")


def test_every_number_is_explained_on_the_page_for_officers() -> None:
    page = PAGES["policy.md"]()
    for name, field in Params.model_fields.items():
        assert field.description, name
        assert f"| {field.description} |" in page
    for rule in shipped().rule:
        assert f"| {rule.label_ko} | {rule.why_ko} | `{rule.code}` |" in page
    for code, text in ELIGIBILITY_KO.items():
        assert f"| {text} | `{code}` |" in page


def test_the_command_prints_what_an_office_can_copy_and_checks_it(
    tmp_path: Path,
) -> None:
    root = tmp_path / "office"
    done("init", "--office", str(root), "--synthetic-seed", "7")
    told = json.loads(done("policy", "show", "--office", str(root), "--json").stdout)
    assert [rule["rule"] for rule in told["rules"]] == [r.code for r in shipped().rule]
    draft = tmp_path / "draft.toml"
    text = done("policy", "show", "--toml").stdout
    draft.write_text(text.replace("must_days = 14", "must_days = 7"), "utf-8")
    words = ("policy", "check", "--office", str(root))
    found = done(*words, "--file", str(draft)).stdout
    assert "must_days: 7 instead of 14" in found
    assert "no difference" in done(*words).stdout
    draft.rename(root / "policy.toml").write_text("rule = 1", "utf-8")
    wrong = blindspot(*words)
    assert wrong.exit_code == 3
    missing = blindspot(*words, "--file", str(tmp_path / "no.toml"))
    assert missing.exit_code == 3
