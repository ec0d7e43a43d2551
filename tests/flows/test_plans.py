import pytest

from flows.plans import FLOWS, steps_of
from flows.steps import STEPS
from pipeline.errors import OptionError


def test_nothing_leaves_by_night() -> None:
    assert "export" not in FLOWS["nightly"]


def test_every_step_of_a_flow_exists() -> None:
    assert {step for steps in FLOWS.values() for step in steps} == set(STEPS)


def test_a_flow_runs_from_a_step_on() -> None:
    assert steps_of("round", "screen") == ("screen", "export", "report")


@pytest.mark.parametrize(("flow", "step"), [("weekly", None), ("nightly", "export")])
def test_an_unknown_flow_or_step_is_told_with_what_there_is(
    flow: str, step: str | None
) -> None:
    with pytest.raises(OptionError, match="choose one of"):
        steps_of(flow, step)
