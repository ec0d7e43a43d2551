"""A referral list as it comes back: filled in by officers who saw what is true."""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import stream, ymd

REACHED = {True: 0.82, False: 0.22}  # by whether they live where they are registered
SEES_NEED, SEES_NO_NEED = 0.84, 0.87
_METHODS = ("전화", "방문", "방문", "우편", "내방")
_NEEDY = ("S1", "S2", "S3", "S4", "S4", "S5", "S5", "C1", "N5")
_FINE = ("S5", "N5", "N5", "N1", "N2", "N3", "N4", "R1")
_AWAY = {True: ("L1", "L1", "L2", "L5", "L6", "L7"), False: ("L3", "L4", "L1", "L2")}


@dataclass(frozen=True)
class Seen:
    """What an officer would find if somebody opened the door."""

    in_need: bool
    lives_there: bool
    is_dead: bool = False


def _attempts(rng: np.random.Generator, start: dt.date, count: int) -> dict[str, str]:
    days = np.sort(rng.choice(np.arange(2, 50), size=count, replace=False))
    cells = {}
    for n, day in enumerate(days.tolist(), start=1):
        cells[f"{n}차시도일"] = ymd(start + dt.timedelta(days=day))
        cells[f"{n}차방법"] = _METHODS[int(rng.integers(0, len(_METHODS)))]
    return cells


def _result(rng: np.random.Generator, seen: Seen, start: dt.date) -> dict[str, str]:
    if seen.is_dead:
        return _attempts(rng, start, 1) | {"결과코드": "D1"}
    if rng.random() > REACHED[seen.lives_there]:
        away = _AWAY[seen.lives_there]
        code = away[int(rng.integers(0, len(away)))]
        return _attempts(rng, start, 3) | {"결과코드": code}
    cells = _attempts(rng, start, int(rng.integers(1, 4)))
    met = max(value for key, value in cells.items() if key.endswith("시도일"))
    found = rng.random() < (SEES_NEED if seen.in_need else 1 - SEES_NO_NEED)
    codes = _NEEDY if found else _FINE
    level = int(rng.integers(3, 6)) if found else int(rng.integers(1, 3))
    return cells | {
        "접촉일": met,
        "결과코드": codes[int(rng.integers(0, len(codes)))],
        "필요확인": "Y" if found else "N",
        "위기도": str(level),
        "담당자판단": "동의" if rng.random() < 0.9 else "변경",
    }


def fill_returned(
    listed: bytes,
    truth: Mapping[str, Seen],
    start: dt.date,
    seed: int,
    *,
    done_share: float = 0.92,
) -> bytes:
    """Fill the officers' columns of an exported list.

    Args:
        listed: The list as exported, UTF-8 with BOM.
        truth: By 의뢰번호; who is not in it comes back as 미처리.
        start: First day of the round.
        seed: Seed of the town.
        done_share: Of the referrals: the rest is still under way (조사중).
    """
    reader = csv.DictReader(io.StringIO(listed.decode("utf-8-sig")))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(reader.fieldnames or ()), lineterminator="\r\n")
    writer.writeheader()
    for row in reader:
        rng = stream(seed, f"returned/{row['의뢰번호']}")
        seen = truth.get(row["의뢰번호"])
        if seen is None:
            cells = {"결과코드": "P0"}
        elif rng.random() > done_share:
            cells = _attempts(rng, start, 1) | {"결과코드": "P1"}
        else:
            cells = _result(rng, seen, start)
        writer.writerow(row | cells)
    return out.getvalue().encode("utf-8-sig")
