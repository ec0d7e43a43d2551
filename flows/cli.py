"""The `blindspot` command: names its subcommands and the one way out of an error.

Nothing heavy is imported here: `blindspot --help` must answer at once.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperGroup

from flows.commands import (
    access,
    backup,
    coverage,
    data,
    delivery,
    doctor,
    dong,
    due,
    evaluate,
    features,
    keys,
    linkage,
    locate,
    look,
    migrate,
    models,
    notice,
    office,
    onboard,
    partners,
    past_runs,
    policy,
    quarantine,
    retention,
    rounds,
    rounds_figures,
    runs,
    sheets,
    simulate,
    snapshot,
    subject,
)
from flows.commands.common import command_name
from flows.failures import KNOWN_EXITS, exit_code_of

EPILOG = """
First steps: blindspot init --office my-office, put the extracts into
my-office/inbox, then blindspot run round --office my-office --dry-run.
"""


def _names_of(command: Any) -> Mapping[str, Any]:
    """The commands of a group; of a plain command none."""
    names: Mapping[str, Any] = getattr(command, "commands", {})
    return names


class _OneWayOut(TyperGroup):
    """Turns every error into one message, one next step and one exit code."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        # The name alone, for the access log: options and arguments may name people.
        words = [str(name), *(word for word in rest[:1] if word in _names_of(command))]
        command_name.set(" ".join(words))
        return name, command, rest

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KNOWN_EXITS:
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - last resort
            raise typer.Exit(exit_code_of(error)) from None


app = typer.Typer(
    name="blindspot",
    cls=_OneWayOut,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Finds households in a welfare blind spot: utility cut-offs and arrears in, "
    "one ranked referral list per dong out.",
    epilog=EPILOG,
)
for _group in (
    *(office, data, quarantine, dong, linkage),
    *(policy, rounds_figures, locate, due, notice, models),
    *(
        rounds,
        delivery,
        runs,
        past_runs,
        look,
        coverage,
        onboard,
        partners,
        sheets,
        simulate,
        snapshot,
        evaluate,
        access,
        doctor,
        backup,
        migrate,
        retention,
        features,
        subject,
        keys,
    ),
):
    _group.register(app)


def main() -> None:
    """Run the command line."""
    # Whatever is written is the owner's alone, also by libraries and children.
    os.umask(0o077)
    # Korean text must not fail on a terminal or pipe set to another encoding.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app(prog_name="blindspot")
