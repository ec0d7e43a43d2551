"""`blindspot retention`: what is due to be destroyed, and destroying it."""

from collections import Counter
from typing import Annotated

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import AsOfOption, JsonOption, OfficeOption

app = typer.Typer(no_args_is_help=True, help="Destroying what is due, with evidence.")

ConfirmBy = Annotated[
    str, typer.Option("--confirm-by", metavar="NAME", help="Who answers for it.")
]


@app.command()
def plan(
    as_of: AsOfOption, office: OfficeOption = None, as_json: JsonOption = False
) -> None:
    """Tell what is due on a day: raw files, old records, lists and access logs.

    Example: blindspot retention plan --as-of 2026-09-01
    """
    with opened(office) as place:
        from pipeline.destroy import plan as plan_of

        due = plan_of(place, as_of)
        if as_json:
            show_json([vars(one) for one in due])
            return
        kinds = Counter(one.kind for one in due)
        oldest = {one.kind: min(d.known_on for d in due if d.kind == one.kind)
                  for one in due}  # fmt: skip
        rows = [[kind, count, oldest[kind]] for kind, count in kinds.items()]
        if rows:
            show_table(f"Due on {as_of}", ["kind", "things", "oldest"], rows)
            show("destroy it: blindspot retention run --as-of … --confirm-by NAME")
        else:
            show("nothing is due")


@app.command()
def run(
    as_of: AsOfOption,
    confirm_by: ConfirmBy,
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Destroy what is due and write the 파기확인서; cannot be undone.

    Backups hold it still: destroy those that are older, too.

    Example: blindspot retention run --as-of 2026-09-01 --confirm-by 김책임
    """
    with opened(office) as place:
        from pipeline.access_record import touched
        from pipeline.destroy import destroy
        from pipeline.errors import NotConfirmed
        from pipeline.named import name_of

        if (name := name_of(confirm_by)) is None:
            raise NotConfirmed(
                "nothing is destroyed that nobody answers for",
                "name who confirms: --confirm-by NAME (stands in the certificate)",
            )
        file, count = destroy(place, as_of, name)
        touched((), destroyed=count, confirmed_by=name)
        if as_json:
            show_json({"destroyed": count, "certificate": file and str(file)})
        elif file is None:
            show("nothing was due")
        else:
            show(f"{count:,} things destroyed; certificate: {file}")


def register(root: typer.Typer) -> None:
    """Add the group to the application."""
    root.add_typer(app, name="retention")
