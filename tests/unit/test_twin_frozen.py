"""The generator is frozen: it changes only together with its version."""

from pipeline.twin.freeze import frozen, sources_hash
from pipeline.twin.generate import TWIN_VERSION


def test_the_generator_changes_only_with_its_version() -> None:
    assert frozen().get(TWIN_VERSION) == sources_hash(), (
        "pipeline/twin changed: give generate.TWIN_VERSION a new number, look at "
        "docs/calibration.md again, then python -m pipeline.twin.freeze"
    )
