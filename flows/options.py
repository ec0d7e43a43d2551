"""Options shared by the commands; light to import, for --help must be quick."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def parse_date(text: str) -> date:
    """A date written YYYY-MM-DD; anything else is a usage error."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise typer.BadParameter(
        "expected a date that exists, written YYYY-MM-DD, e.g. 2026-07-01"
    )


OfficeOption = Annotated[
    Path | None,
    typer.Option(
        "--office",
        metavar="DIR",
        envvar="BLINDSPOT_OFFICE",
        help="The office folder; the current folder unless given.",
    ),
]
AsOfOption = Annotated[
    date,
    typer.Option(
        "--as-of",
        metavar="YYYY-MM-DD",
        parser=parse_date,
        help="Work as on this date: only what was known before it counts.",
    ),
]
MaybeAsOfOption = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        metavar="YYYY-MM-DD",
        parser=parse_date,
        help="Work as on this date; today in Asia/Seoul unless given.",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON for a program to read.")
]
RoundOption = Annotated[
    str | None,
    typer.Option(
        "--round",
        metavar="YYYY-Rn",
        help="The round; the one that --as-of falls in unless given.",
    ),
]
OnlyOption = Annotated[
    str | None,
    typer.Option(
        "--only",
        metavar="DONG",
        help="Write only this dong's list (10-digit code or whole name).",
    ),
]
ConfirmOption = Annotated[
    str | None,
    typer.Option(
        "--confirm-by",
        metavar="NAME",
        help="Who approved the lists; kept with the round. Nothing leaves without.",
    ),
]
FormatOption = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="csv|xlsx|both",
        help="csv, xlsx (a workbook with drop-downs and a guide), or both.",
    ),
]
ByHubOption = Annotated[
    bool,
    typer.Option(
        "--by-hub", help="One workbook per hub, a sheet per dong (needs xlsx or both)."
    ),
]
CardsOption = Annotated[
    bool,
    typer.Option("--cards", help="Also a page of A4 per household, as HTML per dong."),
]
SealedOption = Annotated[
    bool,
    typer.Option(
        "--sealed",
        help="One AES-256 zip per team instead; passwords in keys/team_passwords.csv.",
    ),
]
