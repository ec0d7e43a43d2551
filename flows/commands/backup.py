"""`blindspot backup`, `verify`, `restore`: a copy, its proof, and the way back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import opened, show, show_json
from flows.options import JsonOption, OfficeOption

if TYPE_CHECKING:
    from pipeline.backup import BackUp

CopyArgument = Annotated[
    Path, typer.Argument(metavar="COPY", help="A folder blindspot-backup-….")
]
KeysOption = Annotated[
    Path, typer.Option("--keys", help="The folder of the office's key files.")
]


def backup(
    to: Annotated[
        Path, typer.Option("--to", help="A folder on another disk.", file_okay=False)
    ],
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the office while nobody works on it; keys and inbox stay behind.

    Keep the keys elsewhere: without them nobody opens the copy, you neither.

    Example: blindspot backup --office cheonan --to /mnt/backup
    """
    with opened(office) as place:
        from flows.clock import seoul_clock
        from pipeline.backup import back_up

        made = back_up(place, to, f"{seoul_clock():%Y%m%d-%H%M%S}")
        _tell("copied", made, as_json=as_json)


def verify(
    copy: CopyArgument,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help="Key files: it is opened and its rows counted."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Prove that a copy is whole; with --keys, that it opens and holds every row.

    Example: blindspot verify /mnt/backup/blindspot-backup-3f9c1a-20260701 --keys keys
    """
    from pipeline.backup import verify_backup
    from pipeline.identity import keys_in

    made = verify_backup(copy, keys_in(keys) if keys else None)
    _tell("opened and whole" if keys else "whole", made, as_json=as_json)


def restore(
    copy: CopyArgument,
    keys: KeysOption,
    office: Annotated[
        Path, typer.Option("--office", help="The new office folder.", file_okay=False)
    ],
    as_json: JsonOption = False,
) -> None:
    """Make a new office out of a copy and its keys; nothing there is overwritten.

    Example: blindspot restore COPY --keys /safe/keys --office cheonan-restored
    """
    from pipeline.backup import verify_backup
    from pipeline.restore import restore as restore_to

    place = restore_to(copy, office.resolve(), keys)
    with opened(place.root):
        _tell(f"restored to {place.root} from", verify_backup(copy), as_json=as_json)


def _tell(what: str, made: "BackUp", *, as_json: bool) -> None:
    told = {"folder": str(made.folder), "files": made.files, "rows": made.rows}
    if as_json:
        show_json(told)
    else:
        show(f"{what}: {made.folder}, {made.files:,} files, {made.rows:,} rows")


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (backup, verify, restore):
        app.command()(command)
