"""A round's name, and the referral ids that carry it."""

import datetime as dt

import pytest

from pipeline.errors import OptionError
from pipeline.referral_id import CHECK, DIGITS, is_valid_referral_id, make_referral_ids
from pipeline.rounds import default_round, parse_round

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("month", "name"),
    [(1, "R1"), (2, "R1"), (3, "R2"), (6, "R3"), (7, "R4"), (11, "R6"), (12, "R6")],
)
def test_a_day_falls_into_a_round_of_two_months(month: int, name: str) -> None:
    assert default_round(dt.date(2026, month, 15)) == f"2026-{name}"


def test_a_round_is_read_leniently_in_case_and_blanks() -> None:
    assert parse_round(" 2026-r3 ") == "2026-R3"


@pytest.mark.parametrize(
    "text", ["2026R3", "2026-R0", "2026-R7", "26-R3", "", "2026-R33"]
)
def test_another_form_is_an_option_error_that_does_not_quote_it(text: str) -> None:
    with pytest.raises(OptionError) as caught:
        parse_round(text)
    assert str(caught.value) == (
        "that is no round: expected YYYY-Rn with n from 1 to 6\n"
        "  → write it like 2026-R3, or leave it out for the round of --as-of"
    )
    assert caught.value.exit_code == 2


def test_ids_are_keyed_stable_and_bound_to_the_round() -> None:
    households = ["H1", "H2"]
    ids = make_referral_ids(KEY, "2026-R3", households)
    assert ids == make_referral_ids(KEY, "2026-R3", reversed(households))
    assert set(ids.values()).isdisjoint(
        make_referral_ids(b"other", "2026-R3", households).values()
    )
    assert ids["H1"][7:] != make_referral_ids(KEY, "2026-R4", ["H1"])["H1"][7:]
    assert ids["H1"].startswith("R20263-")
    assert len(ids["H1"]) == len("R20263-") + 8 + 1


def test_a_collision_gives_the_later_household_another_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def collide(_key: bytes, message: str) -> str:
        return "B" * 8 if message.endswith("|1") else "A" * 8

    monkeypatch.setattr("pipeline.referral_id._body", collide)
    ids = make_referral_ids(KEY, "2026-R3", ["H2", "H0"])
    assert ids["H0"][7:15] == "A" * 8
    assert ids["H2"][7:15] == "B" * 8


def test_one_wrong_or_two_exchanged_characters_are_found_out() -> None:
    good = make_referral_ids(KEY, "2026-R3", ["H1"])["H1"]
    assert is_valid_referral_id(good)
    for at in [*range(1, 6), *range(7, 15)]:
        for other in set(DIGITS[:10] if at < 6 else DIGITS) - {good[at]}:
            assert not is_valid_referral_id(good[:at] + other + good[at + 1 :])
    for at in range(7, 14):
        swapped = good[:at] + good[at + 1] + good[at] + good[at + 2 :]
        assert swapped == good or not is_valid_referral_id(swapped)
    assert sum(is_valid_referral_id(good[:-1] + check) for check in CHECK) == 1


@pytest.mark.parametrize(
    "text", ["", "R20263-", "R2026３-ABCDEFGH0", "S20263-ABCDEFGH0", "R20263-ABCDEFGL0"]
)
def test_what_has_another_form_is_no_id(text: str) -> None:
    assert not is_valid_referral_id(text)


def test_the_check_symbol_is_crockfords() -> None:
    # 202630000000A has the value 10 + 32^8 * (2*32^4 + 0*32^3 + 2*32^2 + 6*32 + 3);
    # written out here so that the code cannot agree with itself.
    value = 10 + 32**8 * (2 * 32**4 + 2 * 32**2 + 6 * 32 + 3)
    symbol = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"[value % 37]
    assert is_valid_referral_id(f"R20263-0000000A{symbol}")
