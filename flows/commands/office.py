"""`blindspot init` and `twin`: an office's folder, and made-up extracts for one."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import opened, progress_shown, show, show_counts
from flows.options import AsOfOption, OfficeOption


def init(
    office: OfficeOption = None,
    name: Annotated[
        str, typer.Option(help="The office's name, as officers write it.")
    ] = "우리 시청",
    dong_prefix: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DIGITS",
            help="The town's part of the 행정동 code, e.g. 4413; may be repeated.",
        ),
    ] = None,
    synthetic_seed: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Make an office of made-up people; keys follow the seed."
        ),
    ] = None,
) -> None:
    """Make an office's folder: settings, keys, inbox, layouts.

    Example: blindspot init --office cheonan --name 천안시 --dong-prefix 4413
    """
    import shlex

    from flows.office_setup import NEXT_STEPS, NEXT_STEPS_TWIN, make_office
    from pipeline.errors import OptionError
    from pipeline.settings import office_folder

    prefixes = dong_prefix or ([] if synthetic_seed is None else ["4413"])
    if not prefixes or not all(p.isdigit() and len(p) <= 10 for p in prefixes):
        raise OptionError(
            "--dong-prefix: expected the first digits (up to 10) of the town's "
            "행정동 codes",
            "e.g. --dong-prefix 4413 for 천안시",
        )

    made = make_office(
        office_folder(office, {}),
        name=name,
        dong_prefixes=prefixes,
        synthetic_seed=synthetic_seed,
    )
    show(f"made the office folder {made.root}")
    root = shlex.quote(str(made.root))  # the commands are there to be pasted
    show(
        NEXT_STEPS.format(
            root=root, inbox=made.path("inbox"), ledger=made.root / "ledger.toml"
        )
        if synthetic_seed is None
        else NEXT_STEPS_TWIN.format(root=root, seed=synthetic_seed)
    )


TownOption = Annotated[
    str,
    typer.Option(
        help="Which town to imitate: cheonan, pyeongtaek, namwon, dongducheon; "
        "or nation, over --codes and --households-by-dong."
    ),
]
HouseholdsOption = Annotated[
    str,
    typer.Option(
        metavar="N|natural",
        help="How many households to make up; natural: as many as the town has.",
    ),
]
ScenarioOption = Annotated[
    str,
    typer.Option(
        help="plain, interactions, confounder, drift, reach_by_need, "
        "silent_source or null (nothing predicts need)."
    ),
]
PersonasOption = Annotated[
    bool, typer.Option("--personas", help="The twelve known cases live there too.")
]
CodesOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="For the nation: the ministry's KIKcd_H."),
]
ByDongOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="For the nation: households by dong code."),
]


def twin(
    as_of: AsOfOption,
    office: OfficeOption = None,
    town: TownOption = "cheonan",
    households: HouseholdsOption = "20000",
    months: Annotated[int, typer.Option(help="Months of extracts.")] = 18,
    seed: Annotated[int, typer.Option(help="Same seed, same files.")] = 2026,
    scenario: ScenarioOption = "plain",
    personas: PersonasOption = False,
    codes: CodesOption = None,
    households_by_dong: ByDongOption = None,
) -> None:
    """Write a made-up town's extracts into a synthetic office's inbox.

    Example: blindspot twin --office demo --households 20000 --months 18 --seed 2026
    --as-of 2026-07-01
    """
    from pipeline.errors import OfficeError, OptionError

    if not (households == "natural" or households.isdecimal()):
        raise OptionError(
            "--households: expected a number, or natural",
            "e.g. --households 20000, or --households natural",
        )
    with opened(office) as place:
        if not place.config.office.synthetic:
            raise OfficeError(
                "this is an office of real people: made-up files must not mix in",
                "make a synthetic one: blindspot init --office DIR --synthetic-seed N",
            )
        from pipeline.twin.generate import write_town

        truth = place.root / "truth"
        with progress_shown() as progress:
            made = write_town(
                place.path("inbox"),
                truth,
                town=town,
                households=None if households == "natural" else int(households),
                months=months,
                seed=seed,
                as_of=as_of,
                scenario=scenario,
                personas=personas,
                codes=codes,
                households_by_dong=households_by_dong,
                progress=progress,
            )
        show_counts(f"A made-up {town}", made, as_json=False)
        show(f"files: {place.path('inbox')}\ntruth, which no step reads: {truth}")


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(init)
    app.command()(twin)
