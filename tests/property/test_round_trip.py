"""A list edited in a thousand ways: every cell is stored as meant, or its row refused."""

from collections import Counter
from pathlib import Path

import numpy as np

from tests.lib.returned import EDITS, Office, edited_list, losses

# The benchmark does a thousand: python -m benchmarks.round_trip --edits 1000
SHARE = 60


def test_no_edit_loses_a_cell_without_a_word(tmp_path: Path) -> None:
    office, rng = Office(tmp_path), np.random.default_rng(4)
    lost: list[str] = []
    found: Counter[str] = Counter()
    for number in range(SHARE):
        listed = edited_list(office.ids, rng)
        told = office.take(listed.write(), f"회신 {number}.{listed.kind}")
        lost += losses(listed, told, office)
        found.update([told.status, *listed.done])
    assert not lost, "\n".join(lost[:20])
    # Else it would prove nothing: most come in, and every edit was tried.
    assert found["loaded"] > SHARE / 2
    assert set(EDITS) <= set(found)
