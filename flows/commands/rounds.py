"""`blindspot export` and `report`: what leaves, and the page that tells of it."""

from dataclasses import asdict

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import (
    AsOfOption,
    ByHubOption,
    CardsOption,
    ConfirmOption,
    FormatOption,
    JsonOption,
    OfficeOption,
    OnlyOption,
    RoundOption,
    SealedOption,
)


def export(
    as_of: AsOfOption,
    office: OfficeOption = None,
    round_: RoundOption = None,
    confirm_by: ConfirmOption = None,
    only: OnlyOption = None,
    export_format: FormatOption = "csv",
    by_hub: ByHubOption = False,
    cards: CardsOption = False,
    sealed: SealedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write the approved lists and sheets of a round into a new round folder.

    The list is an order of contact, never a decision; it leaves only when a named
    person approved it. With --only no sheet of the city leaves.

    Example: blindspot export --office cheonan --as-of 2026-07-01 --confirm-by 김담당
    """
    with opened(office) as place:
        from flows.job import Job, confirmed_by
        from flows.steps import write_lists
        from pipeline.list_files import ExportOptions

        shape = ExportOptions.of(
            export_format, by_hub=by_hub, cards=cards, sealed=sealed
        )
        options = {"round": round_, "only": only}
        given = {name: value for name, value in options.items() if value}
        job = Job.of(place, as_of, "export", given)
        confirmed_by.set(confirm_by)
        made = write_lists(job, shape)
        if as_json:
            show_json(asdict(made))
            return
        columns = ["for", "name", "rows", "file"]
        for title, files in (
            (f"Round {made.round}, edition {made.edition}", made.lists),
            ("Cards and sheets", made.others),
        ):
            rows = [[one.dong_code, one.dong_name, one.rows, one.file] for one in files]
            if rows:
                show_table(title, columns, rows)
        if sealed:
            from pipeline.team_passwords import password_file

            show(f"passwords, to be handed over apart: {password_file(place)}")
        if made.already_published:
            show("the same lists were published before; nothing was written")
        show(f"lists: {made.folder}\nconfirmed by: {made.confirmed_by}")


def report(
    as_of: AsOfOption, office: OfficeOption = None, round_: RoundOption = None
) -> None:
    """Write the round's page: reconciliation, freshness, lists against capacity.

    Example: blindspot report --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from flows.job import Job
        from flows.steps import write_page

        job = Job.of(place, as_of, "report", {"round": round_} if round_ else {})
        show(f"page: {write_page(job)}")


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(export)
    app.command()(report)
