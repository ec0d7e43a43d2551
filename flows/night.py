"""What Prefect's page shows of a run: how it ended, and two tables. Counts only.

A refused or late file fails no night: the others are loaded and the lists are made. The
run is Completed, but under a name that tells it from a plain night at a glance:

- `Completed with refused files`: a file was refused that was not refused before;
- `Completed with late files`: one that is due has not come;
- `Waiting for confirmation`: a round whose lists nobody confirmed yet;
- `Completed with things due`: something is due to be destroyed;
- `Skipped`: a missed night whose work a newer one does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pipeline.logs import LOGGER
from pipeline.report_words import SOURCE_KO
from pipeline.settings import Office

if TYPE_CHECKING:
    from pipeline.warehouse import Warehouse

REFUSED: Final = "Completed with refused files"
LATE: Final = "Completed with late files"
UNCONFIRMED: Final = "Waiting for confirmation"
DUE: Final = "Completed with things due"
SKIPPED: Final = "Skipped"
# Of the names above those that a person is told of, with what to do: a late file stays
# late for days.
TOLD: Final = {
    REFUSED: "blindspot quarantine list",
    DUE: "blindspot retention plan --as-of DAY; nothing was destroyed",
}

Refusal = tuple[str, str, str, str]  # file name, hash, source, reason code


@dataclass(frozen=True)
class Before:
    """How the office stood when the run began."""

    last_file: int
    refused: frozenset[Refusal]

    @classmethod
    def of(cls, warehouse: "Warehouse") -> "Before":
        """Read it."""
        ((last,),) = warehouse.rows("SELECT coalesce(max(file_id), 0) FROM core_file")
        return cls(int(last), frozenset(_refusals(warehouse)))


def _refusals(warehouse: "Warehouse") -> list[Refusal]:
    # A file that was loaded since is refused no more.
    return [
        (str(name), str(digest), str(source or "unknown"), str(reason))
        for name, digest, source, reason in warehouse.rows(
            "SELECT file_name, sha256, source, reason_code FROM rej_file AS r WHERE "
            "NOT EXISTS (FROM core_file AS f WHERE f.sha256 = r.sha256) ORDER BY ALL"
        )
    ]


def refused_since(warehouse: "Warehouse", before: Before) -> list[Refusal]:
    """What was refused for the first time, or for another reason than before."""
    return [one for one in _refusals(warehouse) if one not in before.refused]


def late_files(warehouse: "Warehouse", office: Office, as_of: date) -> list[str]:
    """Sources of which a file is due, each with the months; none before a screen."""
    from pipeline.coverage_findings import findings
    from pipeline.ledger import load_ledger

    if not warehouse.has_table("warehouse.core_coverage_now"):
        return []
    found = findings(warehouse, load_ledger(office.root), as_of)
    return [f"{one.source} {one.detail}" for one in found if one.kind == "late"]


def verdict(refused: Sequence[Refusal], late: Sequence[str]) -> tuple[str, str]:
    """A night's name and message: sources and codes, never a file's name or a value."""
    parts = []
    if refused:
        told = ", ".join(f"{source} {reason}" for _, _, source, reason in refused)
        parts.append(f"refused: {told}")
    if late:
        parts.append(f"late: {'; '.join(late)}")
    name = REFUSED if refused else LATE if late else "Completed"
    return name, " · ".join(parts)


def tell_reconciliation(warehouse: "Warehouse", office: Office, before: Before) -> None:
    """Put the table of rows read, kept and refused on Prefect's page.

    Grain: one source, by name.
    """
    from pipeline.quarantine import SUMS, reconciliation

    new = _loaded_since(warehouse, before.last_file)
    refused = [source for _, _, source, _ in refused_since(warehouse, before)]
    all_of = {one["source"]: one for one in reconciliation(warehouse)}
    rows = []
    for source in sorted({*all_of, *refused}):
        files, *counts = new.get(source, (0,) * (1 + len(SUMS)))
        rows.append(
            {
                "source": source,
                "출처": SOURCE_KO.get(source, ""),
                "files": files,
                "refused": refused.count(source),
                **dict(zip(SUMS, counts, strict=True)),
            }
        )
    wrong = [name for name, sums in all_of.items() if not _adds_up(sums)]
    _table(
        "reconciliation",
        rows,
        f"{office.config.office.name} · 대사(對査) · "
        + (f"DOES NOT ADD UP: {', '.join(wrong)}" if wrong else "every source adds up")
        + ": rows = accepted + rejected + superseded + repeated + skipped",
    )


def _adds_up(sums: dict[str, Any]) -> bool:
    parts = ("accepted", "rejected", "superseded", "repeated", "skipped")
    return bool(sums["rows"] == sum(sums[part] for part in parts))


def _loaded_since(warehouse: "Warehouse", last_file: int) -> dict[str, tuple[int, ...]]:
    from pipeline.quarantine import SUMS

    sums = ", ".join(f'sum("{name}")::BIGINT' for name in SUMS)
    found = warehouse.rows(
        f"SELECT source, count(*), {sums} FROM core_file WHERE file_id > $last "
        "GROUP BY source ORDER BY source",
        {"last": last_file},
    )
    return {str(source): tuple(map(int, rest)) for source, *rest in found}


def tell_coverage(warehouse: "Warehouse", office: Office, as_of: date) -> None:
    """Put on Prefect's page what each source should have sent, and did.

    Grain: one source whose files are due on known days, by name.
    """
    from pipeline.coverage_findings import source_coverage

    rows = [
        {
            "source": one.source,
            "출처": SOURCE_KO.get(one.source, ""),
            "expected": one.files_expected,
            "arrived": one.files_arrived,
            "missing": one.files_missing,
            "last": str(one.last_ref_date or "never came"),
            "days": "" if one.days_old is None else one.days_old,
            "stale": "STALE" if one.is_stale else "",
            "dongs": one.dongs_reporting,
            "silent": one.dongs_silent,
        }
        for one in source_coverage(warehouse, as_of)
    ]
    _table(
        "coverage",
        rows,
        f"{office.config.office.name} · 출처 도착 현황 · as of {as_of}; whom to ask: "
        "blindspot coverage",
    )


def tell_due(kinds: dict[str, int], office: Office, as_of: date) -> None:
    """Put on Prefect's page how many things are due to be destroyed, by kind."""
    _table(
        "retention",
        [{"kind": kind, "things due": count} for kind, count in kinds.items()],
        f"{office.config.office.name} · 파기 대상 · as of {as_of}; nothing was "
        "destroyed: blindspot retention run --as-of … --confirm-by NAME",
    )


def _table(key: str, rows: list[dict[str, Any]], description: str) -> None:
    from prefect.artifacts import create_table_artifact

    try:
        create_table_artifact(table=rows, key=key, description=description)
    except Exception as error:  # noqa: BLE001 - a page without it undoes no night
        LOGGER.error("%s is not on Prefect's page: %s", key, type(error).__name__)
