"""`blindspot deliver`, `recall` and `deliveries`: who has which list."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import AsOfOption, JsonOption, MaybeAsOfOption, OfficeOption

if TYPE_CHECKING:
    from pipeline.delivery import Delivery

RoundArgument = Annotated[
    str, typer.Argument(metavar="ROUND", help="The round, YYYY-Rn.")
]
DongOption = Annotated[
    str | None,
    typer.Option(
        "--dong",
        metavar="DONG",
        help="Only this dong's files (10-digit code), or city, or protected_officer.",
    ),
]
ToOption = Annotated[
    str, typer.Option("--to", metavar="NAME", help="Who gets the lists and signs.")
]
ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why they are called back.")
]


def deliver(
    round_: RoundArgument,
    as_of: AsOfOption,
    to: ToOption,
    office: OfficeOption = None,
    dong: DongOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record who gets a round's files and write the receipt to be signed.

    Example: blindspot deliver 2026-R4 --as-of 2026-07-02 --to 박주무 --dong 4413152000
    """
    with opened(office) as place:
        from pipeline import delivery
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse:
            made = delivery.deliver(
                place, warehouse, round_, as_of=as_of, to=to, dong=dong
            )
        if as_json:
            from dataclasses import asdict

            show_json(asdict(made))
            return
        rows = [
            [one.dong_code, one.dong_name, one.rows, one.file] for one in made.files
        ]
        show_table("Handed over", ["for", "name", "rows", "file"], rows)
        if made.already_delivered:
            show("they were handed over before; nothing was recorded")
        show(f"to be destroyed after: {made.expires_on}\nreceipt: {made.receipt}")


def recall(
    round_: RoundArgument,
    as_of: AsOfOption,
    reason: ReasonOption,
    office: OfficeOption = None,
    dong: DongOption = None,
    as_json: JsonOption = False,
) -> None:
    """Call delivered lists back; what comes back of them is refused from then on.

    Example: blindspot recall 2026-R4 --as-of 2026-07-03 --reason "잘못된 명부"
    """
    with opened(office) as place:
        from pipeline import delivery
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse:
            called = delivery.recall(
                warehouse, round_, as_of=as_of, reason=reason, dong=dong
            )
        _show("Called back", called, as_json)


def deliveries(
    office: OfficeOption = None,
    as_of: MaybeAsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who has which list, what has expired and what was called back.

    Example: blindspot deliveries --office cheonan
    """
    with opened(office) as place:
        from flows.clock import today
        from pipeline import delivery
        from pipeline.office import open_warehouse

        with open_warehouse(place, read_only=True) as warehouse:
            found = delivery.deliveries(warehouse, as_of=as_of or today())
        _show("Deliveries", found, as_json)


def _show(title: str, found: "list[Delivery]", as_json: bool) -> None:
    from dataclasses import asdict

    if as_json:
        show_json([asdict(one) for one in found])
        return
    columns = ["round", "edition", "for", "to", "on", "until", "state", "file"]
    rows = [
        [
            *(one.round, one.edition, one.dong_code, one.delivered_to),
            *(str(one.delivered_on), str(one.expires_on), one.state, one.file),
        ]
        for one in found
    ]
    show_table(title, columns, rows)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (deliver, recall, deliveries):
        app.command()(command)
