"""What partners get leaves by the lists' door: named, recorded, whole or not at all."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from pipeline.access_record import touched
from pipeline.disclosure import WITHHELD_KO
from pipeline.errors import NotConfirmed, NotReady
from pipeline.manifest import MANIFEST_NAME, read_manifest, sha256_of
from pipeline.named import name_of
from pipeline.publish import NO_ARCHIVES
from pipeline.round_tables import require_table
from pipeline.sealed import Archive
from pipeline.settings import Office
from pipeline.sheet_files import Published, publish_contents
from pipeline.warehouse import Warehouse

_NEEDED: Final = ("out_referral", "out_unit", "core_event", "core_household")


def require_screened(warehouse: Warehouse, round_: str, as_of: dt.date) -> None:
    """Stop unless the tables are those of this round, screened as of this day.

    Raises:
        NotReady: The round was not screened as of that day, or another one was since.
    """
    screen = f"run: blindspot screen --as-of {as_of} --round {round_}"
    for table in (*_NEEDED, "core_as_of"):
        require_table(warehouse, table, screen)
    ((built_as_of,),) = warehouse.rows("SELECT as_of FROM core_as_of")
    ((screened_as_of,),) = warehouse.rows(
        "SELECT max(as_of) FROM out_referral WHERE round = $round", {"round": round_}
    )
    if screened_as_of is None:
        raise NotReady(f"round {round_} was not screened yet", screen)
    if not (built_as_of == screened_as_of == as_of):
        raise NotReady(
            f"round {round_} was screened as of {screened_as_of} and the households "
            f"are those of {built_as_of}, not of {as_of}",
            f"give that day, or {screen}",
        )


def confirmed_name(given: str | None) -> str:
    """Who answers for what leaves the office.

    Raises:
        NotConfirmed: Nobody, or that is no name.
    """
    if (name := name_of(given)) is None:
        raise NotConfirmed(
            "this leaves the office only when a named person answers for it",
            "name who confirms: --confirm-by NAME (kept with the files)",
        )
    return name


def publish_for_partners(
    office: Office,
    name: str,
    contents: Mapping[str, bytes],
    rows: Mapping[str, int],
    *,
    as_of: dt.date,
    told: Mapping[str, Any],
    archives: Mapping[str, Archive] = NO_ARCHIVES,
) -> Published:
    """Publish files with a manifest that says what they are; the same ones only once.

    `told`: what else the manifest says, without anybody's data.

    Raises:
        DiskError: A file cannot be written; nothing is published.
    """
    touched((), as_of=str(as_of), **told)
    manifest = {
        "what": name,
        "as_of": as_of.isoformat(),
        "synthetic": office.config.office.synthetic,
        **told,
        "files": [
            {"file": file, "rows": rows[file], "sha256": sha256_of(content)}
            for file, content in contents.items()
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    return publish_contents(
        office.path("rounds"),
        name,
        contents,
        rows,
        {MANIFEST_NAME: text.encode()},
        archives,
    )


def reading_note(office: Office, *lines: str) -> dict[str, bytes]:
    """A text beside a table that says how to read it; a note in it would be a row."""
    mark = "_합성" if office.config.office.synthetic else ""
    text = "\r\n".join((WITHHELD_KO, *lines, ""))
    return {f"읽는_법{mark}.txt": text.encode("utf-8-sig")}


def confirmation_kept(made: Published) -> str:
    """The name that stands: the first one, when the same files lay there before."""
    return str(read_manifest(made.folder)["confirmed_by"])
