"""The random slice of a round: drawn by lot, with the probability of each kept.

Systematic sampling (Madow 1949): every household is a stretch of a line as long as its
probability; from a secret start, whoever lies under each whole step is drawn.
"""

import hashlib
import hmac
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Final

import pyarrow as pa

from pipeline.rounds import parse_round
from pipeline.warehouse import Warehouse

# Probabilities are whole numbers of these parts, so that they add up exactly and none
# is rounded when it is stored as a double.
PARTS: Final = 2**40
_DIGEST_BITS: Final = 64


def inclusion_parts(
    sizes: Sequence[int], expected: int, parts: int = PARTS
) -> list[int]:
    """Probabilities in proportion to size, none above certainty; they sum to expected.

    Units: `expected` and the result count parts; `parts` of them are certainty.
    """
    left, total = expected, sum(sizes)
    is_certain = [False] * len(sizes)
    while total:
        more = [
            at
            for at, size in enumerate(sizes)
            if not is_certain[at] and size * left >= parts * total
        ]
        if not more:
            break
        for at in more:
            is_certain[at] = True
            left -= parts
            total -= sizes[at]
    result, before, line = [], 0, 0
    for size, certain in zip(sizes, is_certain, strict=True):
        if certain:
            result.append(parts)
            continue
        line += size
        reached = left * line // total
        result.append(reached - before)
        before = reached
    return result


def drawn_from(inclusion: Sequence[int], start: int, parts: int = PARTS) -> list[int]:
    """The places on the line at start, start + parts, ... as indexes of `inclusion`."""
    drawn, line, steps = [], 0, 0
    for at, length in enumerate(inclusion):
        line += length
        # Steps that lie on the line so far; a stretch is never longer than one step.
        reached = (line - start - 1) // parts + 1
        if reached > steps:
            drawn.append(at)
            steps = reached
    return drawn


def start_of(key: bytes, round_: str, unit: str) -> int:
    """Where the draw of a unit's round starts: known to whoever holds the key."""
    message = f"sample:{parse_round(round_)}|{unit}"
    digest = hmac.new(key, message.encode(), hashlib.sha256).digest()
    value = int.from_bytes(digest[: _DIGEST_BITS // 8])
    return value >> _DIGEST_BITS - (PARTS.bit_length() - 1)


def split_expected(
    places: int, households: int, beyond: int, no_signal_share: float
) -> tuple[int, int]:
    """Expected households of both strata in parts; what one cannot use the other gets.

    `households` have a sign, `beyond` have none; together at least `places`.
    """
    share = Fraction(str(no_signal_share))
    wanted = int(places * PARTS * share)
    no_signal = min(max(wanted, places * PARTS - households * PARTS), beyond * PARTS)
    return places * PARTS - no_signal, no_signal


def draw_sample(
    warehouse: Warehouse,
    round_: str,
    *,
    key: bytes,
    no_signal_share: float,
    no_signal_basis: str,
) -> None:
    """Make the temp tables _sample (who was drawn) and _sample_stratum (out of whom).

    Grain: _sample one row per household drawn, with the probability it had.
    """
    warehouse.run_sql("referral/_sample_frame")
    places = dict(warehouse.rows("SELECT unit, sample_listed FROM _place_quota"))
    drawn: list[tuple[str, str, str, float]] = []
    strata: list[tuple[str, str, int, float, str | None]] = []
    frame = warehouse.rows(
        "SELECT unit, household_id, stratum, points FROM _sample_frame "
        "ORDER BY unit, turn"
    )
    for unit, rows in groupby(frame, key=itemgetter(0)):
        line = list(rows)
        sizes = [row[3] for row in line if row[2] == "signal"]
        beyond = len(line) - len(sizes)
        with_sign, without = split_expected(
            places[unit], len(sizes), beyond, no_signal_share
        )
        inclusion = inclusion_parts(sizes, with_sign)
        inclusion += inclusion_parts([1] * beyond, without)
        for at in drawn_from(inclusion, start_of(key, round_, unit)):
            _, household_id, stratum, _ = line[at]
            drawn.append((unit, household_id, stratum, inclusion[at] / PARTS))
        if sizes:
            strata.append((unit, "signal", len(sizes), with_sign / PARTS, None))
        if beyond:
            basis = no_signal_basis.strip()
            strata.append((unit, "no_signal", beyond, without / PARTS, basis))
    warehouse.put("_sample", _table(drawn, _SAMPLE), home="temp")
    warehouse.put("_sample_stratum", _table(strata, _STRATUM), home="temp")


def _table(rows: Sequence[Sequence[object]], schema: pa.Schema) -> pa.Table:
    columns = [[row[at] for row in rows] for at in range(len(schema))]
    return pa.table(
        [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)],
        schema=schema,
    )


_SAMPLE: Final = pa.schema(
    [
        ("unit", pa.string()),
        ("household_id", pa.string()),
        ("stratum", pa.string()),
        ("probability", pa.float64()),
    ]
)
_STRATUM: Final = pa.schema(
    [
        ("unit", pa.string()),
        ("stratum", pa.string()),
        ("households", pa.int64()),
        ("expected", pa.float64()),
        ("legal_basis", pa.string()),
    ]
)
