"""Our own lists, judged by what came back: precision, AUC, recall, groups."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np
import pandas as pd

from models.citywide import CityRecall, SliceRound, city_recall
from models.fairness import CANNOT_SEE, GroupFigures, apart, fairness
from models.intervals import Share, share_of
from models.shrink import shrunken

# Fewer needs on either side tell nothing of an order.
FEWEST_FOR_AUC: Final = 10
RESAMPLES: Final = 400


def own_rounds(
    frame: pd.DataFrame,
    below_line: Mapping[str, int],
    unsampled: frozenset[str] = frozenset(),
    *,
    seed: int,
) -> dict[str, Any]:
    """All figures of our rounds, as plain values for a page or a program.

    Args:
        frame: Judged listings (features.judged), one row per round and household.
        below_line: Eligible households below the line of each round: whom the slice
            was drawn from.
        unsampled: Rounds in which nobody without a sign could be drawn.
        seed: For the bootstrap intervals.
    """
    listed = frame[~frame["is_drawn"].astype(bool)]
    rounds = [_round(name, part) for name, part in listed.groupby("round", sort=True)]
    recall = city_recall(slice_rounds(frame, below_line, unsampled))
    groups = fairness(_for_fairness(frame))
    return {
        "rounds": rounds,
        "city": _recall_told(recall),
        "auc": [
            _auc("listed", listed.assign(drawn_with=1.0), seed),
            _auc("signalled", frame[frame["stratum"] != "no_signal"], seed),
            _auc("all", frame, seed),
        ],
        "dongs": _dongs(listed),
        "groups": [_group_told(one) for one in groups],
        "apart": apart(groups),
        "cannot_see": list(CANNOT_SEE),
    }


def slice_rounds(
    frame: pd.DataFrame, below_line: Mapping[str, int], unsampled: frozenset[str]
) -> list[SliceRound]:
    """What each round's lists found, and its slice with the probabilities."""
    found = []
    for name, part in frame.groupby("round", sort=True):
        drawn = part["is_drawn"].astype(bool)
        listed, slice_ = part[~drawn], part[drawn]
        chance = slice_["drawn_with"].to_numpy(dtype=np.float64)
        label = slice_["label"].to_numpy(dtype=np.float64, na_value=np.nan)
        found.append(
            SliceRound(
                round=str(name),
                listed_needs=int((listed["label"] == 1).sum()),
                listed_unknown=int(listed["label"].isna().sum()),
                listed_clear=int((listed["label"] == 0).sum()),
                needs=chance[label == 1],
                clear=chance[label == 0],
                unknown=chance[np.isnan(label)],
                frame=int(below_line.get(str(name), len(slice_))),
                is_whole=str(name) not in unsampled,
            )
        )
    return found


def _round(name: object, part: pd.DataFrame) -> dict[str, Any]:
    known = part["label"].notna()
    tried = part[part["is_reached"].notna()]
    precision = share_of(int(part["label"].fillna(0).sum()), int(known.sum()))
    reach = share_of(int(tried["is_reached"].astype(bool).sum()), len(tried))
    return {
        "round": str(name),
        "listed": len(part),
        "need_known": int(known.sum()),
        "needs": precision.hits,
        **_share("precision", precision),
        **_share("reach", reach),
    }


def _share(name: str, share: Share) -> dict[str, Any]:
    return {
        name: None if share.value is None else round(share.value, 6),
        f"{name}_low": round(share.low, 6),
        f"{name}_high": round(share.high, 6),
    }


def _recall_told(recall: CityRecall) -> dict[str, Any]:
    return {**asdict(recall), "told": recall.told}


def _auc(among: str, part: pd.DataFrame, seed: int) -> dict[str, Any]:
    """Weighted by 1/p, so that the slice stands for whom it was drawn from."""
    part = part[part["label"].notna() & part["score"].notna()]
    label = part["label"].to_numpy(dtype=np.float64)
    score = part["score"].to_numpy(dtype=np.float64)
    weight = 1.0 / part["drawn_with"].fillna(1.0).to_numpy(dtype=np.float64)
    needs, others = np.flatnonzero(label == 1), np.flatnonzero(label == 0)
    told: dict[str, Any] = {
        "among": among,
        "households": len(part),
        "needs": len(needs),
        "roc_auc": None,
        "low": None,
        "high": None,
    }
    if min(len(needs), len(others)) < FEWEST_FOR_AUC:
        return told
    rng = np.random.default_rng(seed)
    draws = [_weighted_auc(score, weight, needs, others)]
    for _ in range(RESAMPLES):
        again = [rng.choice(rows, len(rows)) for rows in (needs, others)]
        draws.append(_weighted_auc(score, weight, *again))
    low, high = np.quantile(draws[1:], [0.025, 0.975])
    values = (draws[0], float(low), float(high))
    return told | dict(
        zip(("roc_auc", "low", "high"), (round(v, 6) for v in values), strict=True)
    )


def _weighted_auc(
    score: "np.ndarray[Any, Any]",
    weight: "np.ndarray[Any, Any]",
    needs: "np.ndarray[Any, Any]",
    others: "np.ndarray[Any, Any]",
) -> float:
    """The weighted chance that a need stands above another; ties count half."""
    order = np.argsort(score[others], kind="stable")
    values, weights = score[others][order], weight[others][order]
    below = np.concatenate([[0.0], np.cumsum(weights)])
    low = below[np.searchsorted(values, score[needs], "left")]
    high = below[np.searchsorted(values, score[needs], "right")]
    total = weight[needs].sum() * weights.sum()
    return float((weight[needs] * (low + high) / 2).sum() / total)


def _dongs(listed: pd.DataFrame) -> list[dict[str, Any]]:
    """Precision per dong, drawn to the city's by how little is known of it."""
    known = listed[listed["label"].notna()]
    grouped = known.groupby("dong", sort=True)
    names = [str(name) for name, _ in grouped]
    hits = [int(part["label"].sum()) for _, part in grouped]
    seen = [len(part) for _, part in grouped]
    rounds = [part["round"].nunique() for _, part in grouped]
    return [
        {"dong": name, "rounds": count, "need_known": of, **asdict(one)}
        for name, count, of, one in zip(
            names, rounds, seen, shrunken(hits, seen, rounds), strict=True
        )
    ]


def _for_fairness(frame: pd.DataFrame) -> pd.DataFrame:
    drawn = frame["is_drawn"].astype(bool)
    return frame.assign(
        is_listed=~drawn,
        weight=np.where(drawn, 1.0 / frame["drawn_with"].fillna(1.0), 1.0),
    )


def _group_told(one: GroupFigures) -> dict[str, Any]:
    told: dict[str, Any] = {
        "grouping": one.grouping,
        "group": one.group,
        "listed": None,
        "precision": None,
        "reach": None,
        "recall": None,
        "calibration_gap": None,
        "is_small": one.is_small,
    }
    if one.is_small:
        return told
    return told | {
        "listed": one.listed,
        "precision": one.precision.told,
        "reach": one.reach.told,
        "recall": one.recall,
        "calibration_gap": one.calibration_gap,
    }
