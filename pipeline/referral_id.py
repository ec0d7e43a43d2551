"""의뢰번호: keyed, so that it tells nothing; with a check character against typos."""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

from pipeline.rounds import round_digits

# Crockford's base 32: no I, L, O, U; five more symbols for the check modulo 37.
DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK: Final = DIGITS + "*~$=U"
ID_LENGTH: Final = 8
_FORM_LENGTH: Final = len("R20263-") + ID_LENGTH + 1
_ID_BITS: Final = 5 * ID_LENGTH


def _value(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * 32 + DIGITS.index(digit)
    return value


def check_character(digits: str) -> str:
    """Crockford's check symbol over the round's five digits and the eight of the id."""
    return CHECK[_value(digits) % 37]


def _body(key: bytes, message: str) -> str:
    digest = hmac.new(key, message.encode(), hashlib.sha256).digest()
    value = int.from_bytes(digest[:8]) >> (64 - _ID_BITS)
    return "".join(DIGITS[value >> 5 * n & 31] for n in reversed(range(ID_LENGTH)))


def make_referral_ids(
    key: bytes, round_: str, household_ids: Iterable[str]
) -> dict[str, str]:
    """The referral id of each household in a round.

    Two households of one round never share an id: in order of household_id, the later
    one is hashed again with a counter.
    """
    digits = round_digits(round_)
    taken: set[str] = set()
    ids: dict[str, str] = {}
    for household_id in sorted(household_ids):
        message = f"referral:{round_}|{household_id}"
        body, attempt = _body(key, message), 0
        while body in taken:
            attempt += 1
            body = _body(key, f"{message}|{attempt}")
        taken.add(body)
        ids[household_id] = f"R{digits}-{body}{check_character(digits + body)}"
    return ids


def is_valid_referral_id(text: str) -> bool:
    """Whether a text is a referral id whose check character fits."""
    if len(text) != _FORM_LENGTH or text[0] != "R" or text[6] != "-":
        return False
    round_part, body, check = text[1:6], text[7:-1], text[-1]
    if not set(round_part) <= set("0123456789") or not set(body) <= set(DIGITS):
        return False
    return check == check_character(round_part + body)
