"""The demo: the ordinary commands, one after the other, on an ordinary office."""

import shlex
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import typer

from flows.commands.common import opened, show, show_table
from pipeline.errors import OfficeError
from pipeline.settings import CONFIG_NAME, Office, load_office, office_folder

AS_OF = date(2026, 7, 1)
CONFIRMED_BY = "시연 담당자"
Command = Callable[[list[str]], int | None]
_MARK = ".demo"
_ROWS_SHOWN = 10


def show_demo(
    option: Path | None,
    run: Command,
    *,
    households: int,
    months: int,
    seed: int,
) -> None:
    """Make up a town, run a round over it, show what came out.

    Args:
        option: The office folder as it was asked for.
        run: Runs a command line just as if it had been typed; its exit code.
        households: How many to make up.
        months: Months of extracts.
        seed: Of the town and its keys.

    Raises:
        OfficeError: The folder is an office that no demo made.
    """
    root = office_folder(option, {})
    _clear(root)
    office, started = ["--office", str(root)], perf_counter()
    _command(
        run, "init", *office, "--name", "천안시(시연)", "--synthetic-seed", str(seed)
    )
    (root / _MARK).touch()
    made = ["--households", str(households), "--months", str(months)]
    day = ["--as-of", AS_OF.isoformat()]
    _command(
        run, "twin", *office, "--town", "cheonan", *made, "--seed", str(seed), *day
    )
    _command(run, "run", "round", *office, *day, "--confirm-by", CONFIRMED_BY)
    with opened(root) as place:
        _show_results(place)
    show(f"\n{perf_counter() - started:.0f} s in all. Look around:")
    show(f"  the lists      {root / 'rounds'}")
    show(f"  the extracts   {root / 'inbox'} (the truth behind them: {root / 'truth'})")
    show(f"  one household  blindspot explain REF --office {shlex.quote(str(root))}")


def _clear(root: Path) -> None:
    """Remove a demo's office; never anything else."""
    if not (root / CONFIG_NAME).exists():
        if root.exists() and any(root.iterdir()):
            raise OfficeError(
                f"{root} holds other files; a demo does not mix with them",
                "name a new folder: blindspot demo --office DIR",
            )
        return
    is_synthetic = load_office(root).config.office.synthetic
    if not (is_synthetic and (root / _MARK).exists()):
        raise OfficeError(
            f"{root} is an office that no demo made; it stays as it is",
            "name another folder: blindspot demo --office DIR",
        )
    # A run under way in it would lose its files.
    from pipeline.office import take_lock

    take_lock(load_office(root)).close()
    shutil.rmtree(root)


def _command(run: Command, *words: str) -> None:
    """Print a command and run it."""
    show(f"\n$ {shlex.join(['blindspot', *words])}")
    if code := run(list(words)):
        raise typer.Exit(code)


def _show_results(office: Office) -> None:
    from pipeline.office import open_warehouse

    with open_warehouse(office, read_only=True) as warehouse:
        show("")
        _show("Every row accounted for", warehouse.fetch(_RECONCILED).to_pylist())
        show("")
        _show("Rejected, by code", _by_source(warehouse.rows(_REJECTED)))
        first = warehouse.rows(_FIRST_DONG)
        if first:
            code, name = first[0]
            rows = warehouse.fetch(
                _LIST, {"dong_code": code, "rows": _ROWS_SHOWN}
            ).to_pylist()
            _show(f"\n{name} ({code}), first {len(rows)} of the list", rows)
        _show("\nStages", warehouse.fetch(_STAGES).to_pylist())


def _by_source(counts: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """One row per code, one column per source that rejected something."""
    sources = sorted({source for _, source, _ in counts})
    found = {(code, source): int(number) for code, source, number in counts}
    return [
        {"code": code} | {source: found.get((code, source)) for source in sources}
        for code in sorted({code for code, _, _ in counts})
    ]


def _show(title: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        show_table(title, list(rows[0]), [list(row.values()) for row in rows])


_RECONCILED = """
SELECT
    source,
    count(*) AS files,
    CAST(sum("rows") AS BIGINT) AS rows_in,
    CAST(sum(accepted) AS BIGINT) AS accepted,
    CAST(sum(rejected) AS BIGINT) AS rejected,
    CAST(sum(superseded) AS BIGINT) AS superseded,
    CAST(sum(repeated) AS BIGINT) AS repeated,
    CAST(sum(skipped) AS BIGINT) AS skipped,
    sum("rows") = sum(accepted + rejected + superseded + repeated + skipped) AS adds_up
FROM core_file
GROUP BY source ORDER BY source
"""

_REJECTED = """
SELECT c.key AS code, f.source, sum(CAST(c.value AS BIGINT)) AS number
FROM core_file AS f, json_each(CAST(f.rejected_by_code AS JSON)) AS c
GROUP BY ALL ORDER BY ALL
"""

_FIRST_DONG = """
SELECT r.dong_code, any_value(d.dong_name)
FROM out_referral AS r LEFT JOIN core_dong AS d USING (dong_code)
GROUP BY r.dong_code ORDER BY count(*) DESC, r.dong_code LIMIT 1
"""

_LIST = """
SELECT rank_in_dong AS 방문순서, referral_id AS 의뢰번호, band AS 위험구간,
    reason_1 AS 사유1, reason_2 AS 사유2
FROM out_referral WHERE dong_code = $dong_code ORDER BY rank_in_dong LIMIT $rows
"""

_STAGES = """
SELECT step, seconds, peak_rss_mb, status FROM log_run ORDER BY started_at, step
"""
