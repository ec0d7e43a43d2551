"""Whom lists reach and whom they miss, group by group; small numbers are not told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from models.intervals import Share, share_of

# Fewer could be recognised in their dong.
FEWEST_TOLD: Final = 5
# A share of fewer says nothing but noise.
FEWEST_FOR_A_SHARE: Final = 10
# Needs found in the random slice without which no recall is estimated.
FEWEST_IN_SLICE: Final = 10
NEEDED: Final = ("is_listed", "is_reached", "label", "probability", "weight")
CANNOT_SEE: Final = (
    "관리비에 전기·수도 요금이 들어 있는 공동주택은 단전·단수·체납이 보이지 않는다.",
    "등록되지 않은 사람과 실제 사는 곳이 다른 사람은 주소에 남긴 흔적으로만 보인다.",
    "요금과 보험료를 밀리지 않는 위기(굶거나 아파도 내는 가구)는 표본에서만 드러난다.",
    "닿지 못한 가구의 필요는 모른다: '필요 없음'으로 세지 않는다.",
)


@dataclass(frozen=True)
class GroupFigures:
    """One group of households in the rounds whose results are known.

    Attributes:
        precision: Needs among those listed whose need is known.
        reach: Reached among those listed.
        recall: Of all needs (those of the slice weighted up) the share on the lists;
            None where the slice found too few.
        expected: Mean probability of those listed whose need is known.
        is_small: Too few to be told; every figure is then withheld.
    """

    grouping: str
    group: str
    households: int
    listed: int
    precision: Share
    reach: Share
    recall: float | None
    expected: float | None
    is_small: bool

    @property
    def calibration_gap(self) -> float | None:
        """Needs found less needs expected, as a share of those known."""
        if self.expected is None or self.precision.value is None:
            return None
        return self.precision.value - self.expected


def _age_band(frame: pd.DataFrame) -> pd.Series:
    edges, words = (
        [0, 40, 65, 80, 200],
        ["39세 이하", "40–64세", "65–79세", "80세 이상"],
    )
    bands = pd.cut(frame["head_age"], edges, right=False, labels=words)
    return bands.astype(object)


def _yes_no(column: str, yes: str, no: str) -> Callable[[pd.DataFrame], pd.Series]:
    def of(frame: pd.DataFrame) -> pd.Series:
        told = frame[column]
        words = np.where(told.fillna(0) > 0, yes, no)
        return pd.Series(words, frame.index, dtype=object).where(told.notna())

    return of


GROUPINGS: Final[Mapping[str, tuple[str, Callable[[pd.DataFrame], pd.Series]]]] = {
    "세대주 성별": (
        "head_sex",
        lambda frame: frame["head_sex"].map({"F": "여", "M": "남"}),
    ),
    "세대주 나이": ("head_age", _age_band),
    "가구원 수": ("is_one_person", _yes_no("is_one_person", "1인", "2인 이상")),
    "심한 장애": ("members_severe_disability", _yes_no(
        "members_severe_disability", "있음", "없음"
    )),
    "외국인": ("members_foreign", _yes_no("members_foreign", "있음", "없음")),
    "주거": ("is_utility_blind", _yes_no("is_utility_blind", "공동주택", "기타")),
    "행정동": ("dong", lambda frame: frame["dong"]),
}  # fmt: skip


def fairness(frame: pd.DataFrame) -> list[GroupFigures]:
    """Figures of every group of every grouping whose column the frame has.

    Args:
        frame: A row per household and round: `is_listed`, `is_reached` (empty where
            not tried), `label` (1 need, 0 none, empty unknown), `probability` (or
            empty), `weight` (1 on a list, 1/p in the slice, empty otherwise) and the
            columns of the groupings.

    Raises:
        ValueError: A column is missing.
    """
    if missing := [name for name in NEEDED if name not in frame]:
        raise ValueError(f"the frame lacks {', '.join(missing)}")
    found = []
    for grouping, (column, of) in GROUPINGS.items():
        if column not in frame:
            continue
        groups = of(frame)
        for group in sorted(groups.dropna().unique()):
            found.append(_figures(grouping, str(group), frame[groups == group]))
    return found


def _figures(grouping: str, group: str, rows: pd.DataFrame) -> GroupFigures:
    listed = rows[rows["is_listed"].astype(bool)]
    known = listed[listed["label"].notna()]
    tried = listed[listed["is_reached"].notna()]
    precision = share_of(int(known["label"].sum()), len(known))
    reach = share_of(int(tried["is_reached"].astype(bool).sum()), len(tried))
    judged = known[known["probability"].notna()]
    enough = len(judged) >= FEWEST_FOR_A_SHARE
    return GroupFigures(
        grouping=grouping,
        group=group,
        households=len(rows),
        listed=len(listed),
        precision=precision,
        reach=reach,
        recall=_recall(rows, int(known["label"].sum())),
        expected=float(judged["probability"].mean()) if enough else None,
        is_small=min(len(rows), len(listed)) < FEWEST_TOLD,
    )


def _recall(rows: pd.DataFrame, on_lists: int) -> float | None:
    slice_ = rows[~rows["is_listed"].astype(bool) & rows["weight"].notna()]
    needs = slice_[slice_["label"] == 1]
    if len(needs) < FEWEST_IN_SLICE:
        return None
    beyond = float(needs["weight"].sum())
    return on_lists / (on_lists + beyond)


def apart(figures: list[GroupFigures]) -> list[str]:
    """Groups whose reach or precision lies apart from the rest of their grouping.

    Said only where the intervals do not touch: a sign to look, not a verdict.
    """
    said = []
    for grouping in dict.fromkeys(one.grouping for one in figures):
        groups = [o for o in figures if o.grouping == grouping and not o.is_small]
        for one in groups:
            rest = [other for other in groups if other is not one]
            for name in ("reach", "precision"):
                said += _apart(one, name, rest)
    return said


def _apart(one: GroupFigures, name: str, rest: list[GroupFigures]) -> list[str]:
    share: Share = getattr(one, name)
    others: list[Share] = [getattr(other, name) for other in rest]
    all_others = share_of(sum(o.hits for o in others), sum(o.seen for o in others))
    if min(share.seen, all_others.seen) < FEWEST_FOR_A_SHARE:
        return []
    if share.high >= all_others.low:
        return []
    return [
        f"{one.grouping} {one.group}: {name} {share.told}, others {all_others.told}"
    ]
