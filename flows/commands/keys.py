"""`blindspot keys`: escrow in two parts, recovery, and new keys for old."""

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.common import opened, say, show, show_json
from flows.options import JsonOption, MaybeAsOfOption, OfficeOption

app = typer.Typer(
    no_args_is_help=True, help="The office's keys: two parts to keep, new for old."
)


@app.command()
def escrow(
    to: Annotated[
        list[Path],
        typer.Option("--to", metavar="DIR", help="Where a part goes; given twice."),
    ],
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write every key in two parts, of which either alone tells nothing.

    Text files to print or to carry away on two media; both together give back the key
    folder. Do it again whenever 'blindspot doctor' says that the keys have changed.

    Example: blindspot keys escrow --to /media/one --to /media/two
    """
    with opened(office) as place:
        from flows.clock import seoul_clock
        from pipeline.access_record import touched
        from pipeline.escrow import escrow as write_escrow
        from pipeline.escrow import last_escrow

        files = write_escrow(place, to, seoul_clock().date())
        known = last_escrow(place)
        touched((), escrow=known.set_id if known else "", keys=known and known.keys)
        if as_json:
            show_json({"parts": [str(file) for file in files]})
            return
        for file in files:
            show(f"part: {file}")
        if to[0].stat().st_dev == to[1].stat().st_dev:
            say("both lie on one disk: carry one away, or who takes it has the keys")
        show("keep them apart, in two hands; try: blindspot keys recover")


@app.command()
def recover(
    part: Annotated[
        list[Path],
        typer.Option("--part", metavar="FILE", help="A part; given twice."),
    ],
    to: Annotated[
        Path, typer.Option("--to", help="A new folder for the keys.", file_okay=False)
    ],
    as_json: JsonOption = False,
) -> None:
    """Give back the key folder out of its two parts; a mistyped line is named.

    Example: blindspot keys recover --part one.txt --part two.txt --to keys-again
    """
    from pipeline.escrow import recover as recover_keys

    files = recover_keys(part, to)
    if as_json:
        show_json({"folder": str(to), "files": sorted(files)})
    else:
        show(f"recovered: {to}, {', '.join(sorted(files))}")


@app.command()
def rotate(
    which: Annotated[
        str, typer.Option("--which", metavar="databases|persons", help="Which keys.")
    ],
    office: OfficeOption = None,
    begin: Annotated[
        bool, typer.Option("--begin", help="persons: make the coming key, read files.")
    ] = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="persons: rewrite every id, switch.")
    ] = False,
    cancel: Annotated[
        bool, typer.Option("--cancel", help="persons: destroy the coming key.")
    ] = False,
    allow_unseen: Annotated[
        bool,
        typer.Option(help="Finish although residents were in no file since the begin."),
    ] = False,
    close_round: Annotated[
        bool,
        typer.Option(help="Finish within a round: its lists stay, none is drawn anew."),
    ] = False,
    as_of: MaybeAsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make new keys from the operating system and rewrite the data under them.

    databases: at once. persons: --begin, then load at least one whole register, then
    --finish; without any of them it says how far it is. Backups of before open with
    the former keys only: keep the former escrow as long as you keep them.

    Example: blindspot keys rotate --which databases
    """
    from pipeline.errors import OptionError

    if begin + finish + cancel > {"databases": 0, "persons": 1}.get(which, -1):
        raise OptionError(
            "--which: expected databases or persons, the latter with one of --begin, "
            "--finish, --cancel or none",
            "e.g. --which databases, or --which persons --begin",
        )
    with opened(office) as place:
        from flows.clock import today
        from flows.rotation import change_databases, change_persons

        if which == "databases":
            told = change_databases(place, as_of or today())
        else:
            given = {"begin": begin, "finish": finish, "cancel": cancel}
            told = change_persons(
                place,
                as_of or today(),
                next((step for step, is_given in given.items() if is_given), ""),
                allow_unseen=allow_unseen,
                close_round=close_round,
            )
        _tell(told, as_json=as_json)


def _tell(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(told)
        return
    for name, value in told.items():
        show(f"{name.replace('_', ' ')}: {value}")


def register(root: typer.Typer) -> None:
    """Add the group to the application."""
    root.add_typer(app, name="keys")
