"""What can be told wrong before a run starts its server."""

from pipeline.settings import Office


def check_run(
    office: Office, steps: tuple[str, ...], *, confirm_by: str | None
) -> None:
    """Refuse a run at once that could not end well.

    Raises:
        NotConfirmed: It would export and nobody confirms.
        OfficeBusy: Another run holds the office.
        SecretError: A key is missing or unusable.
    """
    from pipeline.errors import NotConfirmed
    from pipeline.identity import load_keys
    from pipeline.office import take_lock

    if "export" in steps and not (confirm_by or "").strip():
        raise NotConfirmed(
            "this run writes lists: they leave only after a named person approved them",
            "add --confirm-by NAME, or look first: blindspot run nightly",
        )
    load_keys(office)
    take_lock(office).close()
