"""Ranks the households as on a date: the whole screen is one transaction."""

from typing import TYPE_CHECKING

from flows.job import Job, working
from flows.models import named_model
from pipeline.closed_rounds import require_open_round
from pipeline.errors import NotReady
from pipeline.run import Counts
from pipeline.warehouse import Warehouse

if TYPE_CHECKING:
    import pyarrow as pa

    from models.base import RankingModel

# grain: one household of one round; a round's rows are replaced whole
_SCORE_TABLE = """
CREATE TABLE IF NOT EXISTS out_score (
    round VARCHAR, as_of DATE, household_id VARCHAR, model VARCHAR,
    model_hash VARCHAR, score DOUBLE, band VARCHAR, reason_1 VARCHAR,
    reason_2 VARCHAR, reason_3 VARCHAR, reason_codes VARCHAR[], probability DOUBLE
)
"""
# A warehouse of an earlier edition has the table without it.
_NEW_COLUMN = "ALTER TABLE out_score ADD COLUMN IF NOT EXISTS probability DOUBLE"


def screen(job: Job) -> Counts:
    """Build core tables and features, score, decide who may be listed, rank.

    Nothing of an interrupted or failed screen stays: the tables are as before.

    Raises:
        NotReady: Nothing was known before the date, or the model is not fitted yet.
        ContractBroken: Rows of the core tables break a rule that must hold.
    """
    from pipeline.run_history import entries_of

    with working(job, "screen") as (warehouse, counts):
        model, content_hash = named_model(job.office, job.model)
        _require_known_files(warehouse, job)
        require_open_round(warehouse, job.round)
        with warehouse.transaction():
            make(warehouse, job, model, content_hash, counts)
            entries = entries_of(warehouse, job.round)
            _keep(warehouse, job, model, content_hash, entries)
    return counts


def make(
    warehouse: Warehouse,
    job: Job,
    model: "RankingModel",
    content_hash: str,
    counts: Counts,
) -> None:
    """Build, score and rank inside the caller's transaction or rehearsal."""
    matrix = _build(warehouse, job, counts)
    _score(warehouse, job, matrix, model, content_hash)
    _rank(warehouse, job, counts)


def _require_known_files(warehouse: Warehouse, job: Job) -> None:
    known = 0
    if warehouse.has_table("core_file"):
        ((known,),) = warehouse.rows(
            "SELECT count(*) FROM core_file WHERE known_on < $as_of",
            {"as_of": job.as_of},
        )
    if not known:
        raise NotReady(
            f"no loaded file was known before {job.as_of}",
            "load the inbox first (blindspot ingest); a file received on a day "
            "counts from the next day on, so try a later --as-of",
        )


def _build(warehouse: Warehouse, job: Job, counts: Counts) -> "pa.Table":
    from features.build import build_features
    from pipeline.checks import run_checks
    from pipeline.staging import build_core

    core = build_core(warehouse, job.as_of, job.office, job.round)
    counts |= {name: rows for name, rows in core.items() if name.startswith("core_")}
    # A rule that must hold and does not ends the screen: nothing of it stays.
    checked = run_checks(warehouse, job.as_of)
    counts |= {check.name: check.failing for check in checked if check.failing}
    return build_features(warehouse, job.as_of)


def _score(
    warehouse: Warehouse,
    job: Job,
    matrix: "pa.Table",
    model: "RankingModel",
    content_hash: str,
) -> None:
    import pyarrow as pa

    from models.predict import score

    scored = score(matrix.to_pandas(), model)
    warehouse.execute(_SCORE_TABLE)
    warehouse.execute(_NEW_COLUMN)
    warehouse.execute(
        "DELETE FROM out_score WHERE round = $round", {"round": job.round}
    )
    frame = pa.Table.from_pandas(scored, preserve_index=False)
    for place, (name, value) in enumerate(
        (
            ("round", pa.scalar(job.round)),
            ("as_of", pa.scalar(job.as_of, pa.date32())),
            ("model", pa.scalar(model.name)),
            ("model_hash", pa.scalar(content_hash)),
        )
    ):
        frame = frame.add_column(place, name, pa.repeat(value, frame.num_rows))
    warehouse.append("out_score", frame)


def _rank(warehouse: Warehouse, job: Job, counts: Counts) -> None:
    from pipeline.identity import load_keys
    from pipeline.referral import build_referrals

    ranked = build_referrals(
        job.office,
        warehouse,
        job.round,
        as_of=job.as_of,
        referral_key=load_keys(job.office).person.reveal(),
    )
    counts |= {name.lower(): count for name, count in ranked.items()}


def _keep(
    warehouse: Warehouse,
    job: Job,
    model: "RankingModel",
    content_hash: str,
    entries: "pa.Table",
) -> None:
    """What the screen was made of, what it listed, and the model that ranked."""
    from importlib.metadata import version

    from models.artefact import to_bytes
    from pipeline.lineage import keep_model, stored_model
    from pipeline.run_history import Screened, keep

    screened = Screened(
        job.run.run_id, job.round, job.as_of, model.name, content_hash,
        version("blindspot"),
    )  # fmt: skip
    keep(warehouse, job.office, screened, entries)
    if stored_model(warehouse, content_hash) is None:
        keep_model(warehouse, content_hash, model.name, to_bytes(model))


def backfill(job: Job) -> Counts:
    """Screen as on a day of the past, as a rehearsal: only what it listed is kept.

    No table of a round changes: what was published stays what it was. It is judged by
    the settings and the model of today, on what was known before that day.

    Raises:
        NotReady: Nothing was known before the date, or the model is not fitted yet.
    """
    from pipeline.run_history import entries_of

    with working(job, "backfill") as (warehouse, counts):
        model, content_hash = named_model(job.office, job.model)
        _require_known_files(warehouse, job)
        with warehouse.rehearsal():
            make(warehouse, job, model, content_hash, counts)
            entries = entries_of(warehouse, job.round)
        with warehouse.transaction():
            _keep(warehouse, job, model, content_hash, entries)
    return counts
