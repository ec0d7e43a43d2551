"""Invented names: frequent surnames, given names by generation, rare syllables."""

import numpy as np

from pipeline.twin.clock import Flags, Ints, Texts, texts


def words(text: str) -> list[str]:
    """The words of a blank-separated list."""
    return text.split()


SURNAMES = words(
    "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 전 홍 유 고 문 양 손 "
    "배 백 허 남 심 노 하 곽 성 차 주 우 구 민 류 나 진 지 엄 채 원 천 방 공 현 "
    "함 변 염 여 추 도 소 석 선 설 마 길 연 위 표 명 기 반 왕 금 옥 육 인 맹 제 "
    "모 남궁 황보 선우 제갈"
)
# Shares per 1,000 of the population census for the first 28; the rest fall off slowly.
_TOP = (
    215,
    147,
    84,
    47,
    43,
    24,
    21,
    21,
    20,
    17,
    15,
    15,
    15,
    14,
    14,
    13,
    13,
    13,
    11,
    10,
)
_FIRST = {
    "old_f": "영 순 정 명 춘 옥 경 금 말 복 숙 인 종 필 봉 은 미 연 양 귀",
    "old_m": "영 병 종 상 광 성 재 동 정 용 창 기 원 철 순 인 태 봉 한 경",
    "mid_f": "미 은 지 현 경 선 혜 수 정 윤 영 민 소 주 유 진 보 희 나 승",
    "mid_m": "성 상 정 재 동 현 준 승 진 영 민 종 지 태 기 용 형 병 원 세",
    "new_f": "서 지 하 민 수 예 채 다 윤 은 소 유 시 가 연 나 주 아 현 나",
    "new_m": "민 서 도 지 준 시 주 현 우 건 태 승 재 정 은 유 하 윤 선 찬",
}
_LAST = {
    "old_f": "자 순 숙 희 옥 례 임 녀 남 분 선 란 애 덕 화",
    "old_m": "수 식 호 철 길 만 석 섭 환 규 근 태 웅 갑 복",
    "mid_f": "영 정 희 경 선 주 미 숙 란 진 은 아 연 실 화",
    "mid_m": "훈 호 수 석 우 민 철 진 환 식 욱 규 태 범 원",
    "new_f": "연 아 윤 은 린 빈 원 율 현 서 진 희 나 영 온",
    "new_m": "준 우 윤 호 원 현 민 빈 후 율 혁 서 진 찬 성",
}
_FOREIGN = (
    "NGUYEN THI HOA",
    "TRAN VAN LONG",
    "LI MEIHUA",
    "WANG QIANG",
    "PHAM THI LAN",
    "BATBAYAR ENKH",
    "KIM OLGA",
    "TSOI SERGEY",
    "RAI SURESH",
    "DELA CRUZ MARIA",
    "ZHANG WEI",
    "LE VAN TUAN",
)
# Outside KS X 1001: a reader with strict euc-kr stops at these, cp949 does not.
RARE_SYLLABLES = "똠뷁펲쌰햏뷀"


def draw_surnames(rng: np.random.Generator, count: int) -> Texts:
    """Draw surnames with about the frequencies of the census."""
    tail = np.linspace(9, 0.2, len(SURNAMES) - len(_TOP))
    weights = np.concatenate([np.array(_TOP, dtype=float), tail])
    picks = rng.choice(len(SURNAMES), size=count, p=weights / weights.sum())
    return texts(SURNAMES)[picks]


def draw_given(rng: np.random.Generator, birth_years: Ints, female: Flags) -> Texts:
    """Draw given names that fit generation and sex."""
    count = len(birth_years)
    first = np.minimum(rng.geometric(0.11, count) - 1, 19)
    last = np.minimum(rng.geometric(0.14, count) - 1, 14)
    single = rng.random(count) < 0.012
    age = np.select([birth_years < 1962, birth_years < 1994], [0, 1], 2)
    out = np.empty(count, dtype=object)
    for n, generation in enumerate(("old", "mid", "new")):
        for ending, sex in (("_f", female), ("_m", ~female)):
            here = (age == n) & sex
            one = texts(_FIRST[generation + ending].split())[first[here]]
            two = texts(_LAST[generation + ending].split())[last[here]]
            out[here] = np.where(single[here], two, one + two)
    return out


def draw_foreign(rng: np.random.Generator, count: int) -> list[str]:
    """Draw names in Latin letters as they stand in the register of foreigners."""
    return [_FOREIGN[i] for i in rng.integers(0, len(_FOREIGN), count)]


def with_rare_syllable(name: str, pick: int) -> str:
    """Put a syllable outside KS X 1001 at the end of a name."""
    return name[:-1] + RARE_SYLLABLES[pick % len(RARE_SYLLABLES)]
