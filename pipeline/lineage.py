"""What a screen of the past was made of, brought back: files, letters out, settings.

Inside a rehearsal the tables are laid back to what they held, the screen is made again
out of the core versions, and then all is as if it had not been.
"""

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pipeline.errors import NotReady
from pipeline.policy_file import POLICY_NAME, shipped_text
from pipeline.settings import CONFIG_NAME, Office, load_office
from pipeline.warehouse import Warehouse

# grain: one model that ever ranked, by the hash of its content
MODEL_TABLE: Final = """
CREATE TABLE IF NOT EXISTS warehouse.main.log_model (
    model_hash VARCHAR, name VARCHAR, content BLOB
)
"""
# Whole reasons, due days, cautions: what was told of a household, to the letter.
_WHOLE: Final = "SELECT * FROM out_referral WHERE round = $round ORDER BY referral_id"
_NAMED: Final = 5


def keep_model(warehouse: Warehouse, digest: str, name: str, content: bytes) -> None:
    """Keep a model's bytes, once for all screens that it ranked."""
    warehouse.execute(MODEL_TABLE)
    if stored_model(warehouse, digest) is None:
        warehouse.execute(
            "INSERT INTO log_model VALUES ($digest, $name, $content)",
            {"digest": digest, "name": name, "content": content},
        )


def stored_model(warehouse: Warehouse, digest: str) -> bytes | None:
    """A model's bytes by the hash of its content; None if none was kept."""
    if not warehouse.has_table("log_model"):
        return None
    found = warehouse.rows(
        "SELECT content FROM log_model WHERE model_hash = $digest", {"digest": digest}
    )
    return bytes(found[0][0]) if found else None


def effective_settings(office: Office) -> dict[str, str]:
    """The texts that decide a screen; without a policy of its own, the shipped one."""
    policy = office.root / POLICY_NAME
    own = policy.read_text(encoding="utf-8") if policy.is_file() else shipped_text()
    config = (office.root / CONFIG_NAME).read_text(encoding="utf-8")
    return {CONFIG_NAME: config, POLICY_NAME: own}


def letters_out(warehouse: Warehouse, as_of: dt.date) -> dict[str, int]:
    """The newest edition of each round that left by now, if it bears an earlier day."""
    if not warehouse.has_table("out_issued"):
        return {}
    found = warehouse.rows(
        "SELECT round, max(edition) FROM out_issued WHERE as_of < $as_of "
        "GROUP BY round ORDER BY round",
        {"as_of": as_of},
    )
    return {str(round_): int(edition) for round_, edition in found}


def row_hashes(warehouse: Warehouse, round_: str) -> dict[str, str]:
    """Of every referral of a round: the SHA-256 of its whole row."""
    return {
        str(row["referral_id"]): _hash(row)
        for row in warehouse.fetch(_WHOLE, {"round": round_}).to_pylist()
    }


def _hash(row: Mapping[str, Any]) -> str:
    told = {name: value for name, value in row.items() if value is not None}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def lay_back(warehouse: Warehouse, screen: Mapping[str, Any]) -> None:
    """Take out what came after a screen although it bears an earlier day.

    What bears a later day is not seen by its date. Only inside a rehearsal.

    Raises:
        NotReady: Rows that it was made of were destroyed, or ids were changed.
    """
    files = screen["file_ids"]
    if has_other_ids(warehouse, screen):
        raise NotReady(
            f"{screen['run_id']} cannot be made again: ids were changed with the "
            "person key since, and ties and the random slice are drawn by them",
            "its list is kept, under today's ids: blindspot runs show",
        )
    if gone := _destroyed(warehouse, files):
        more = f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
        raise NotReady(
            f"{screen['run_id']} cannot be made again: rows of {len(gone)} files were "
            f"destroyed as the law asks ({', '.join(gone[:_NAMED])}{more})",
            "their manifest and the 파기확인서 in data/destroyed remain; "
            "the list itself: blindspot runs show",
        )
    warehouse.execute(
        "DELETE FROM core_file WHERE known_on < $as_of "
        "AND NOT list_contains($files, file_id)",
        {"as_of": screen["as_of"], "files": files},
    )
    if screen.get("issued") is not None and warehouse.has_table("out_issued"):
        issued = dict(screen["issued"])
        warehouse.execute(
            "DELETE FROM out_issued WHERE as_of < $as_of AND edition > "
            "coalesce(map($rounds, $editions)[round], 0)",
            {
                "as_of": screen["as_of"],
                "rounds": list(issued),
                "editions": list(issued.values()),
            },
        )


def has_other_ids(warehouse: Warehouse, screen: Mapping[str, Any]) -> bool:
    """Whether ids went over a map with the person key; hashes of rows did not."""
    ((today,),) = warehouse.rows("SELECT min(fingerprint) FROM core_key_check")
    return screen.get("key_check") not in (None, today)


def _destroyed(warehouse: Warehouse, files: list[int]) -> list[str]:
    if not warehouse.has_table("log_destroyed"):
        return []
    found = warehouse.rows(
        "SELECT DISTINCT name FROM log_destroyed WHERE kind = 'records' "
        "AND list_contains($files, file_id) ORDER BY name",
        {"files": files},
    )
    return [str(name) for (name,) in found]


@contextmanager
def office_as_then(office: Office, texts: Mapping[str, str]) -> Iterator[Office]:
    """The office under the settings of a screen; keys and data are where they are."""
    with tempfile.TemporaryDirectory(dir=office.path("data"), prefix=".then-") as root:
        for name, text in texts.items():
            (Path(root) / name).write_text(text, encoding="utf-8")
        then = load_office(Path(root))
        names = type(then.config.paths).model_fields
        here = {name: office.path(name) for name in names}
        paths = then.config.paths.model_copy(update=here)
        yield Office(
            root=then.root, config=then.config.model_copy(update={"paths": paths})
        )


def texts_of(warehouse: Warehouse, screen: Mapping[str, Any]) -> dict[str, str]:
    """The settings of a screen, by name."""
    texts = {}
    for name, digest in screen["settings"].items():
        found = warehouse.rows(
            "SELECT content FROM log_setting WHERE sha256 = $sha256", {"sha256": digest}
        )
        text = str(found[0][0]) if found else ""
        # Before the shipped policy was kept, an office without its own kept nothing.
        texts[name] = text or (shipped_text() if name == POLICY_NAME else "")
    return texts


def rows_of_household(warehouse: Warehouse, household: str) -> list[dict[str, Any]]:
    """Every row of a file from which something is known of a household."""
    warehouse.run_sql("lineage/_row_of_household", {"household_id": household})
    rows: list[dict[str, Any]] = warehouse.fetch(
        "SELECT * EXCLUDE (file_id) FROM _row_of_household "
        "ORDER BY source, ref_date, known_on, file_name, row_no"
    ).to_pylist()
    return rows
