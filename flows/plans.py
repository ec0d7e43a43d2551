"""Which steps a flow has; `run --from` and `--dry-run` read it, flows follow it."""

from pipeline.errors import OptionError

# A nightly run makes lists but lets nothing leave: only a named person can.
FLOWS: dict[str, tuple[str, ...]] = {
    "nightly": ("ingest", "screen", "report"),
    "round": ("ingest", "train", "screen", "export", "report"),
    "ingest": ("ingest",),
    "train": ("train",),
    "screen": ("screen",),
    # Tells what is due; destroying it needs a person.
    "retention": ("retention",),
}


def steps_of(flow: str, first_step: str | None = None) -> tuple[str, ...]:
    """The steps of a flow, from one of them on.

    Raises:
        OptionError: No such flow, or the flow has no such step.
    """
    if flow not in FLOWS:
        raise OptionError(
            "there is no flow of this name", f"choose one of {', '.join(FLOWS)}"
        )
    steps = FLOWS[flow]
    if first_step is None:
        return steps
    if first_step not in steps:
        raise OptionError(
            f"--from: {flow} has no step of this name",
            f"choose one of {', '.join(steps)}",
        )
    return steps[steps.index(first_step) :]
