"""The Suwon family, whom nobody meets: listed or looked for by the second round."""

from pathlib import Path

import pytest

from benchmarks.suwon import Asked, rounds_of

# A small town and the files that tell of her; twenty seeds of a larger one, four
# rounds and more files: python benchmarks/suwon.py
KEPT = ("NHIS_", "RESIDENT_2", "TEAM_", "KIKcd_H.")
KNOWN = Asked(households=150, rounds=2, kept=KEPT)
COLD = Asked(households=150, rounds=2, kept=KEPT, cold=True)


@pytest.mark.parametrize(
    ("seed", "asked", "first"), [(1, KNOWN, "must"), (2, COLD, "rank")]
)
def test_who_was_not_met_is_listed_and_looked_for_by_round_two(
    tmp_path: Path, seed: int, asked: Asked, first: str
) -> None:
    told = rounds_of(tmp_path / "office", seed, asked)
    assert len(told) == 2
    # Seven notices without contact are a must; without them her arrears rank.
    assert told[0] == f"{first}/locate"
    assert told[1].split("/")[0] in ("must", "locate")
