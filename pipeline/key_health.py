"""What can be wrong with how keys are kept: no second copy, or one of other keys."""

from pipeline.errors import UserError
from pipeline.escrow import changed_since, last_escrow
from pipeline.health import BAD, GOOD, LOOK, Patient, Symptom, Symptoms

_AGAIN = "blindspot keys escrow --to DIR1 --to DIR2"


def escrow_is_current(at: Patient) -> Symptoms:
    """Two parts of the keys exist, and they are of the keys of today."""
    known = last_escrow(at.office)
    if known is None:
        yield Symptom(
            LOOK, "the keys are in no escrow: whoever loses them loses the data", _AGAIN
        )
        return
    try:
        changed = changed_since(at.office, known)
    except (OSError, UserError):
        yield Symptom(BAD, "the key folder cannot be read", "see: keys")
        return
    told = f"escrow {known.set_id} of {known.made_on}"
    if changed == "keys":
        yield Symptom(BAD, f"the keys have changed since the {told}", _AGAIN)
    elif changed:
        yield Symptom(LOOK, f"teams got passwords since the {told}", _AGAIN)
    else:
        yield Symptom(GOOD, f"{told} holds these keys")
