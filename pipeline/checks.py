"""Checks over the core tables: each SQL file selects the rows that break one rule."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.errors import ContractBroken
from pipeline.reconcile import count_stored
from pipeline.sql_files import load_sql
from pipeline.warehouse import Warehouse


@dataclass(frozen=True)
class CheckResult:
    """How many rows broke a rule; `must` stops the run, the others are reported."""

    name: str
    is_must: bool
    failing: int
    why: str


@cache
def check_names() -> tuple[str, ...]:
    """Every check, by the files there are: adding one is adding a file.

    Raises:
        ContractBroken: A check's name says neither must_ nor should_.
    """
    folder = resources.files("pipeline") / "sql" / "checks"
    names = sorted(f.name[:-4] for f in folder.iterdir() if f.name.endswith(".sql"))
    if odd := [n for n in names if not n.startswith(("must_", "should_"))]:
        raise ContractBroken(
            f"checks without severity: {odd}", "begin their name with must_ or should_"
        )
    return tuple(names)


def run_check(warehouse: Warehouse, name: str, as_of: dt.date) -> CheckResult:
    """Count the rows that break one rule."""
    if "_stored_rows" in load_sql(f"checks/{name}").select:
        count_stored(warehouse)
    failing = warehouse.run_sql(f"checks/{name}", {"as_of": as_of})
    warehouse.execute(f"DROP TABLE temp.{name}")
    return CheckResult(name, name.startswith("must_"), failing, _why(name))


def _why(name: str) -> str:
    lines = load_sql(f"checks/{name}").select.splitlines()
    return next(x.removeprefix("-- why: ") for x in lines if x.startswith("-- why: "))


def run_checks(warehouse: Warehouse, as_of: dt.date) -> list[CheckResult]:
    """Run every check over the core tables of a day.

    Raises:
        ContractBroken: Rows break a rule that must hold; all of them are named.
    """
    results = [run_check(warehouse, name, as_of) for name in check_names()]
    require_sound(results)
    return results


def require_sound(results: list[CheckResult]) -> None:
    """Pass if every rule that must hold does.

    Raises:
        ContractBroken: Rows break some; all of them are named.
    """
    if broken := [r for r in results if r.is_must and r.failing]:
        told = "; ".join(f"{r.name}: {r.failing} rows ({r.why})" for r in broken)
        raise ContractBroken(
            f"the core tables break rules that must hold: {told}",
            "do not use this run; report the command and this line",
        )
