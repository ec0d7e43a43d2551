"""`blindspot keys`: escrow in two parts, recovery, and new keys for old."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import opened, say, show, show_json
from flows.options import JsonOption, OfficeOption

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


def register(root: typer.Typer) -> None:
    """Add the group to the application."""
    root.add_typer(app, name="keys")
