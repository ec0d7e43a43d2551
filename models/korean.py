"""Particles and numbers as they are said on the phone."""

import math
from typing import Final

from features.catalogue import FRESHNESS_DAYS

_FIRST, _LAST, _FINALS = ord("가"), ord("힣"), 28
_RIEUL = 8
# How a number's last spoken syllable ends: 영 일 이 삼 사 오 육 칠 팔 구.
_DIGIT_FINALS: Final = {
    "0": 21, "1": _RIEUL, "2": 0, "3": 16, "4": 0,
    "5": 0, "6": 1, "7": _RIEUL, "8": _RIEUL, "9": 0,
}  # fmt: skip
_CLOSING = ")]}'\"’”」』 "
PARTICLES: Final = ("은/는", "이/가", "을/를", "과/와", "으로/로")
_MAN, _EOK = 10_000, 100_000_000


def final_consonant(word: str) -> int:
    """The number of the last syllable's final consonant, 0 when it ends open."""
    spoken = word.rstrip(_CLOSING)
    if not spoken:
        return 0
    last = spoken[-1]
    if _FIRST <= ord(last) <= _LAST:
        return (ord(last) - _FIRST) % _FINALS
    return _DIGIT_FINALS.get(last, 0)


def with_particle(word: str, pair: str) -> str:
    """The word with the right one of a pair such as 은/는."""
    closed, open_ = pair.split("/")
    final = final_consonant(word)
    if pair == "으로/로" and final == _RIEUL:
        return word + open_
    return word + (closed if final else open_)


def won(amount: float) -> str:
    """An amount as it is spoken: 27만 원, 약 1억 2,345만 원, 8,500원."""
    whole = int(amount)
    if whole < _MAN:
        return f"{whole:,}원"
    about = "" if whole % _MAN == 0 else "약 "
    eok, rest = divmod(whole, _EOK)
    man = rest // _MAN
    parts = [f"{eok:,}억"] if eok else []
    parts += [f"{man:,}만"] if man else []
    return about + " ".join(parts) + " 원"


class Word(str):
    """A noun that takes its particle by format: ``{noun:을/를}``."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if spec in PARTICLES:
            return with_particle(str(self), spec)
        return format(str(self), spec)


class Fact(float):
    """A value in a sentence: ``{value}``, ``{value:won}``, ``{value:이/가}``."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if spec == "won":
            return won(self)
        if spec == "days_ago":
            # The freshness features count backwards so that newer is more.
            return f"{FRESHNESS_DAYS - int(self):,}"
        # Half a month is not yet a month: never say more than was observed.
        text = f"{math.floor(self + 1e-6):,}"
        return with_particle(text, spec) if spec in PARTICLES else text
