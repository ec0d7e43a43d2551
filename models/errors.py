"""What a user can get wrong about a model; flows turns it into an exit code."""


class ModelError(Exception):
    """A model, its points or its training data cannot be used.

    Args:
        what: Where it happened and what was expected; never a value out of a row.
        next_step: What to do next, as an instruction.
    """

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(f"{what}\n  → {next_step}")
        self.what = what
        self.next_step = next_step
