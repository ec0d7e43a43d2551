"""`blindspot coverage`: what is late, silent or never came, and whom to ask."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import JsonOption, MaybeAsOfOption, OfficeOption

if TYPE_CHECKING:
    from pipeline.settings import Office
    from pipeline.warehouse import Warehouse


def coverage(
    office: OfficeOption = None,
    as_of: MaybeAsOfOption = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="Only this source.")
    ] = None,
    dong: Annotated[
        str | None,
        typer.Option("--dong", metavar="CODE", help="Only this dong (10 digits)."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what each source should have sent and did, and which dongs it leaves dark.

    As of the last screening; with --as-of as of that day, which changes nothing.

    Example: blindspot coverage --office cheonan --source water
    """
    _require_source(source)
    with opened(office) as place:
        told = _gather(place, as_of, dong)
    for name in ("sources", "findings", "dong"):
        told[name] = [r for r in told[name] if source in (None, r["source"])]
    if dong is not None:
        told["findings"] = [r for r in told["findings"] if r["dong_code"] == dong]
    if as_json:
        show_json(told)
        return
    _table(f"Coverage as of {told['as_of']}", told["sources"] if not dong else [])
    _table(f"Dong {dong}", told["dong"])
    _table("To ask about", told["findings"])
    if not told["findings"]:
        show("nothing is late, silent or out of line")


def _gather(office: "Office", as_of: date | None, dong: str | None) -> dict[str, Any]:
    from pipeline.coverage_findings import require_coverage
    from pipeline.office import open_warehouse
    from pipeline.staging import build_core

    if as_of is None:
        with open_warehouse(office, read_only=True) as warehouse:
            return _read(office, warehouse, require_coverage(warehouse), dong)
    with open_warehouse(office) as warehouse, warehouse.rehearsal():
        build_core(warehouse, as_of, office)
        return _read(office, warehouse, as_of, dong)


def _read(
    office: "Office", warehouse: "Warehouse", day: date, dong: str | None
) -> dict[str, Any]:
    from pipeline.coverage_findings import dong_coverage, findings, source_coverage
    from pipeline.errors import OptionError
    from pipeline.ledger import load_ledger

    cells = dong_coverage(warehouse, dong) if dong else []
    if dong and not cells:
        raise OptionError(
            "--dong: nobody is registered in a dong of that code",
            "give the 10-digit code of a dong of today (blindspot dong trace)",
        )
    found = findings(warehouse, load_ledger(office.root), day)
    return {
        "as_of": day,
        "sources": [asdict(one) for one in source_coverage(warehouse, day)],
        "dong": cells,
        "findings": [asdict(one) for one in found],
    }


def _require_source(source: str | None) -> None:
    from pipeline.coverage import regular_sources
    from pipeline.errors import OptionError

    if source is not None and source not in regular_sources():
        raise OptionError(
            "--source: no source of that name has files that are due on known days",
            f"use one of {', '.join(regular_sources())}",
        )


def _table(title: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        show_table(title, list(rows[0]), [list(row.values()) for row in rows])


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(coverage)
