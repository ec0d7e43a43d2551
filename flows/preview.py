"""What a run would do, without doing it: names of files, models, dongs, places."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from pipeline.errors import NotReady
from pipeline.settings import Office

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.layouts import Layout


def preview(
    office: Office, as_of: date, steps: tuple[str, ...], *, only: str | None = None
) -> dict[str, list[str]]:
    """What each step would do as on a date; changes nothing."""
    from pipeline.rounds import default_round

    tell: dict[str, Callable[[], list[str]]] = {
        "ingest": lambda: _ingest(office),
        "train": lambda: _train(office, as_of),
        "screen": lambda: _screen(office, as_of),
        "export": lambda: _export(office, as_of, only),
        "report": lambda: [f"write the page of round {default_round(as_of)}"],
    }
    return {step: tell[step]() for step in steps}


def _ingest(office: Office) -> list[str]:
    from pipeline.ingest import inbox_files
    from pipeline.layouts import load_layouts

    files, layouts = inbox_files(office), load_layouts(office)
    if not files:
        return ["the inbox is empty: nothing to load"]
    known = set(_read(office, "SELECT sha256 FROM core_file"))
    return [f"{file.name}: {_fate(file, layouts, known)}" for file in files]


def _fate(file: "Path", layouts: "dict[str, Layout]", known: set[tuple[str]]) -> str:
    import hashlib

    from pipeline.errors import FileRefused
    from pipeline.filenames import known_on, recognise

    try:
        source = recognise(file.name, layouts).layout.source
        received = known_on(file)
    except FileRefused as refusal:
        return f"refuse ({refusal.what})"
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    if (digest,) in known:
        return f"skip as a replay ({source})"
    return f"load as {source}, known from {received}"


def _train(office: Office, as_of: date) -> list[str]:
    from models.registry import MODELS

    rounds = _read(
        office,
        "SELECT count(DISTINCT h.round) FROM acc_history AS h "
        "JOIN core_file AS f USING (file_id) WHERE f.known_on < $as_of",
        as_of,
    )
    (known,) = rounds[0] if rounds else (0,)
    return [f"fit {', '.join(MODELS)} on the results of {known} rounds loaded so far"]


def _screen(office: Office, as_of: date) -> list[str]:
    from pipeline.rounds import default_round

    return [
        f"rank round {default_round(as_of)} as of {as_of} "
        f"with {office.config.model.name}",
        "from files known before that date; every table is replaced at once",
    ]


def _export(office: Office, as_of: date, only: str | None) -> list[str]:
    from pipeline.rounds import default_round

    weeks = office.config.round.weeks
    teams = _read(
        office,
        "SELECT dong_code, team_name, CAST(floor(fte * weekly_cases * $weeks) AS INT) "
        "FROM core_team ORDER BY dong_code",
        weeks,
        name="weeks",
    )
    told = [
        f"{code} {team}: {places} places"
        for code, team, places in teams
        if only in (None, code)
    ]
    head = f"write the lists of {default_round(as_of)}, once a person confirms them"
    return [head, *(told or ["places per dong are known after the first screen"])]


def _read(
    office: Office, sql: str, value: object = None, *, name: str = "as_of"
) -> list[tuple]:  # type: ignore[type-arg]
    """Rows of what is loaded already; of a new office none."""
    from pipeline.office import open_warehouse

    params = {} if value is None else {name: value}
    try:
        with open_warehouse(office, read_only=True) as warehouse:
            if "core_team" in sql and not warehouse.has_table("core_team"):
                return []
            return warehouse.rows(sql, params)
    except NotReady:
        return []
