"""`blindspot policy`: the office's rules, and what they said in a round."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import AsOfOption, JsonOption, OfficeOption, RoundOption

if TYPE_CHECKING:
    from pipeline.policy import Policy
    from pipeline.settings import Office

policy_app = typer.Typer(
    no_args_is_help=True,
    help="The rules of a round, as a table that people can review.",
)
FileOption = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        dir_okay=False,
        help="A policy.toml that is not in force yet.",
    ),
]


@policy_app.command("show")
def show_policy(
    office: OfficeOption = None,
    round_: RoundOption = None,
    as_toml: Annotated[
        bool,
        typer.Option(
            "--toml",
            help="Print the file that comes with the program, to change a copy of it.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the rules in the order in which they are asked, and their numbers.

    With --round also how many households each fired for in that round.

    Example: blindspot policy show --office cheonan --round 2026-R3
    """
    if as_toml:
        from pipeline.policy_file import shipped_text

        show(shipped_text().rstrip("\n"))
        return
    with opened(office) as place:
        told = _gather(place, round_)
    if as_json:
        show_json(told)
        return
    show(f"policy: {told['file']}")
    rules = told["rules"]
    show_table("Rules", list(rules[0]), [list(rule.values()) for rule in rules])
    show_table("Numbers", ["name", "value"], [list(p) for p in told["params"].items()])
    if campaigns := told["campaigns"]:
        columns = ["campaign", *next(iter(campaigns.values()))]
        rows = [[name, *one.values()] for name, one in campaigns.items()]
        show_table("Campaigns", columns, rows)


@policy_app.command("check")
def check_policy(office: OfficeOption = None, file: FileOption = None) -> None:
    """Check the office's policy.toml, or another before it is put there.

    Says what differs from the policy that comes with the program.

    Example: blindspot policy check --office cheonan --file draft.toml
    """
    from pipeline.policy import differences, load_policy

    with opened(office) as place:
        policy = load_policy(place, file)
    found = differences(policy)
    show(f"{policy.file}: holds, {len(policy.rules)} rules")
    for line in found or ["no difference from the policy that comes with the program"]:
        show(f"  {line}")


@policy_app.command("public")
def public_page(
    as_of: AsOfOption,
    office: OfficeOption = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="The page; else in the rounds folder."),
    ] = None,
) -> None:
    """Write the criteria for the city's home page: one sheet of HTML in plain Korean.

    What the list is, what moves a household up and how strongly, what is never used,
    which data on what ground, how long, how well it works, whom to ask (개인정보 보호법
    §37의2). From the settings, the policy, the ledger and the model in use.

    Example: blindspot policy public --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from flows.public_facts import criteria
        from flows.public_page import render_criteria
        from pipeline.publish import replace_durably

        page = render_criteria(criteria(place, as_of))
        file = out or place.path("rounds") / "처리기준_공개.html"
        replace_durably(file, page.encode())
    show(f"page: {file}")


def _gather(office: "Office", round_: str | None) -> dict[str, Any]:
    from pipeline.policy import load_policy

    policy = load_policy(office)
    fired = _fired(office, policy, round_) if round_ else {}
    return {
        "file": policy.file,
        "rules": [
            {
                "rule": rule.code,
                "kind": rule.kind,
                "label_ko": rule.label_ko,
                **({"households": fired[rule.code]} if round_ else {}),
                "why_ko": rule.why_ko,
            }
            for rule in policy.rules
        ],
        "params": policy.params.model_dump(),
        "campaigns": {
            name: campaign.model_dump() for name, campaign in policy.campaign.items()
        },
    }


def _fired(office: "Office", policy: "Policy", round_: str) -> dict[str, int]:
    from pipeline.office import open_warehouse
    from pipeline.policy import fired_in
    from pipeline.rounds import parse_round

    round_ = parse_round(round_)
    with open_warehouse(office, read_only=True) as warehouse:
        return fired_in(policy, warehouse, round_)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(policy_app, name="policy")
