"""`blindspot subject`: what somebody asks of their own data, and what was decided.

A resident number is never an option or an argument: those stay in shell histories and
in the system's list of processes. It is typed without echo, or read from one line.
"""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import opened, say, show, show_json, show_table
from flows.options import AsOfOption, JsonOption, OfficeOption

if TYPE_CHECKING:
    from pipeline.settings import Office
    from pipeline.subject_decisions import Decided, Row

group = typer.Typer(
    name="subject",
    no_args_is_help=True,
    help="A person's own data: look-up, correction, stop. The number is asked for.",
)
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who checked the person's identity.")
]
RowArgument = Annotated[
    str, typer.Argument(metavar="ROW", help="As the look-up names it: kepco:12:345.")
]
LetterOption = Annotated[
    str, typer.Option(metavar="NO", help="The letter to or from the source agency.")
]


@group.command("show")
def show_person(
    by: ByOption,
    office: OfficeOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.zip",
            help="A page in an AES-256 zip; asks for a password.",
        ),
    ] = None,
    to_terminal: Annotated[
        bool, typer.Option("--to-terminal", help="Print it here instead, for reading.")
    ] = False,
) -> None:
    """Tell a person everything that is held of them, and of others nothing.

    The resident number is asked for without echo, then the password of the file (both
    from standard input, a line each, where there is no terminal).

    Example: blindspot subject show --by 김담당 --out answer.zip
    """
    with opened(office) as place:
        from flows.subject import answer, seal
        from pipeline.errors import NotConfirmed

        if (out is None) is not to_terminal:
            raise NotConfirmed(
                "where the answer goes was not said: it is personal data",
                "name a file with --out FILE.zip, or confirm --to-terminal",
            )
        told = answer(place, _asked("resident number"), by)
        if told is None:
            show("nothing is held under this number")
            return
        if out is not None:
            seal(place, out, told, _asked("password for the file"))
            show(f"sealed: {out}")
            return
        for one in told:
            show_table(one.title, list(one.columns), [list(row) for row in one.rows])
            say(one.note)


@group.command()
def correct(
    row: RowArgument,
    by: ByOption,
    ground: Annotated[str, typer.Option(help="wrong, paid, not_mine or wrong_date.")],
    as_of: AsOfOption,
    office: OfficeOption = None,
    letter: LetterOption = "",
) -> None:
    """Put a row into dispute: screenings of later days leave it and its like out.

    Ask the source to correct it (사회보장급여법 §26); its corrected file ends the
    dispute. Else settle it.

    Example: blindspot subject correct kepco:12:345 --ground paid --by 김담당
    """
    _row(office, row, ("dispute", ground, by, letter), as_of)


@group.command()
def settle(
    row: RowArgument,
    by: ByOption,
    ground: Annotated[str, typer.Option(help="corrected, confirmed or withdrawn.")],
    as_of: AsOfOption,
    office: OfficeOption = None,
    letter: LetterOption = "",
) -> None:
    """End a dispute: the row counts again from the next day on.

    Example: blindspot subject settle kepco:12:345 --ground confirmed --by 김담당
    """
    _row(office, row, ("settled", ground, by, letter), as_of)


@group.command()
def stop(
    by: ByOption,
    as_of: AsOfOption,
    office: OfficeOption = None,
    refuse: Annotated[
        str | None, typer.Option(help="Refused, on the ground law, others or duty.")
    ] = None,
    letter: LetterOption = "",
) -> None:
    """Take a person's household out of the lists, or keep why that was refused.

    개인정보 보호법 §37②: it may be refused where a law or an official duty needs the
    data. Whoever else lives there is listed no more either: ask first.

    Example: blindspot subject stop --by 김담당 --refuse duty --as-of 2026-07-01
    """
    kind, ground = ("stop_refused", refuse) if refuse else ("stop", "asked")
    _person(office, (kind, ground, by, letter), as_of)


@group.command()
def resume(
    by: ByOption,
    as_of: AsOfOption,
    office: OfficeOption = None,
    ground: Annotated[str, typer.Option(help="asked or law.")] = "asked",
    letter: LetterOption = "",
) -> None:
    """Lift a stop: the household may be listed again from the next day on.

    Example: blindspot subject resume --by 김담당 --as-of 2026-07-01
    """
    _person(office, ("resumed", ground, by, letter), as_of)


@group.command("list")
def list_decisions(office: OfficeOption = None, as_json: JsonOption = False) -> None:
    """List what was decided, the newest first; nobody's name or key is in it.

    Example: blindspot subject list --office cheonan
    """
    with opened(office) as place:
        from pipeline.office import open_warehouse
        from pipeline.subject_decisions import decisions

        with open_warehouse(place, read_only=True) as warehouse:
            found = decisions(warehouse)
        if as_json:
            show_json(found)
        elif found:
            show_table(
                "Decisions", list(found[0]), [list(one.values()) for one in found]
            )
        else:
            show("nobody asked for anything yet")


def _row(
    office: Path | None, name: str, words: tuple[str, str, str, str], as_of: date
) -> None:
    with opened(office) as place:
        from pipeline.subject_decisions import decided, row_of

        kind, ground, by, letter = words
        row, made = row_of(name), decided(kind, ground, by, as_of, letter)
        _keep(place, made, row)


def _person(office: Path | None, words: tuple[str, str, str, str], as_of: date) -> None:
    with opened(office) as place:
        from pipeline.subject_decisions import decided

        kind, ground, by, letter = words
        _keep(place, decided(kind, ground, by, as_of, letter), None)


def _keep(office: "Office", made: "Decided", row: "Row | None") -> None:
    from flows.subject import keep

    number = keep(office, _asked("resident number"), made, row)
    show(f"decision {number}: {made.kind}, counts for days after {made.on}")


def _asked(what: str) -> str:
    """A secret line: typed without echo, or read where there is no terminal."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(f"{what}: ").strip()
    return sys.stdin.readline().strip()


def register(app: typer.Typer) -> None:
    """Add this group to the application."""
    app.add_typer(group)
