"""What a run would do, without doing it: names of files, models, dongs, places."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from pipeline.errors import NotReady, OptionError
from pipeline.settings import Office

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.layouts import Layout
    from pipeline.ledger import Ledger


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
        "retention": lambda: ["count what is due to be destroyed; destroy nothing"],
        "report": lambda: [f"write the page of round {default_round(as_of)}"],
    }
    return {step: tell[step]() for step in steps}


def _ingest(office: Office) -> list[str]:
    from pipeline.filenames import shown_name
    from pipeline.ingest import inbox_files
    from pipeline.layouts import load_layouts
    from pipeline.ledger import load_ledger

    files, layouts = inbox_files(office), load_layouts(office)
    ledger = load_ledger(office.root)
    if not files:
        return ["the inbox is empty: nothing to load"]
    known = set(_read(office, "SELECT sha256 FROM core_file"))
    return [
        f"{shown_name(file)}: {_fate(file, layouts, ledger, known)}" for file in files
    ]


def _fate(
    file: "Path",
    layouts: "dict[str, Layout]",
    ledger: "Ledger",
    known: set[tuple[str]],
) -> str:
    import hashlib

    from pipeline.errors import FileRefused
    from pipeline.filenames import known_on
    from pipeline.recognise import recognise_file

    try:
        source = recognise_file(file, layouts).layout.source
        received = known_on(file)
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        if (digest,) in known:
            return f"skip as a replay ({source})"
        ledger.require(source, received)
    except FileRefused as refusal:
        return f"refuse ({refusal.what})"
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

    head = f"write the lists of {default_round(as_of)}, once a person confirms them"
    dongs = _dongs_with_places(office)
    if not dongs:
        return [head, "places per dong are known after the first screen"]
    chosen = [dong for dong in dongs if only is None or only.strip() in dong[:2]]
    if not chosen:
        raise OptionError(
            f"--only fits none of the {len(dongs)} dongs that have a team",
            "give the 10-digit dong code or the whole name of one of them",
        )
    return [head, *(_places(*dong) for dong in chosen)]


def _dongs_with_places(office: Office) -> list[tuple[str, str, str, int, int]]:
    """Code, name, team, places of its unit, and dongs that share them."""
    from pipeline.office import open_warehouse

    try:
        with open_warehouse(office, read_only=True) as warehouse:
            if not warehouse.has_table("core_team"):
                return []
            # Temp tables: they die with the connection.
            warehouse.run_sql("referral/_unit", {"weeks": office.config.round.weeks})
            warehouse.run_sql("referral/_export_dong")
            return [
                (str(code), str(name), str(team), int(places), int(dongs))
                for code, name, team, places, dongs in warehouse.rows(
                    "SELECT dong_code, dong_name, named.team_name, slots, dongs "
                    "FROM _export_dong AS named JOIN core_team AS team "
                    "USING (dong_code) JOIN _unit AS unit "
                    "ON unit.unit = coalesce(team.hub_code, team.dong_code) "
                    "ORDER BY dong_code"
                )
            ]
    except NotReady:
        return []


def _places(code: str, name: str, team: str, places: int, dongs: int) -> str:
    shared = f" shared by {dongs} dongs" if dongs > 1 else ""
    return f"{code} {name} ({team}): {places} places{shared}"


def _read(office: Office, sql: str, value: date | None = None) -> list[tuple]:  # type: ignore[type-arg]
    """Rows of what is loaded already; of a new office none."""
    from pipeline.office import open_warehouse

    params = {} if value is None else {"as_of": value}
    try:
        with open_warehouse(office, read_only=True) as warehouse:
            return warehouse.rows(sql, params)
    except NotReady:
        return []
