"""What a published round was made of: enough to make it again, nobody's data."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from pipeline.eligibility import eligibility_counts
from pipeline.warehouse import Warehouse

MANIFEST_NAME: Final = "manifest.json"


@dataclass(frozen=True)
class ListedFile:
    """What a file of a published round holds for one recipient.

    A workbook of a hub and a sealed container hold several lists: a row for each.

    `dong_code`: the dong, or who gets the round's sheets. `kind`: list, card or sheet.
    `member`: the name inside a sealed container. `recipient`: the team to whom a sealed
    container goes.
    """

    file: str
    dong_code: str
    dong_name: str
    rows: int
    sha256: str
    kind: str = "list"
    member: str = ""
    recipient: str = ""

    def of(self, content: bytes) -> Self:
        """The same, of a file with these bytes."""
        return replace(self, sha256=sha256_of(content))


def sha256_of(content: bytes) -> str:
    """The hash that the manifest keeps of a file."""
    return hashlib.sha256(content).hexdigest()


def manifest_bytes(
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    edition: int,
    confirmed_by: str,
    is_synthetic: bool,
    only: str | None,
    listed: int,
    files: Sequence[ListedFile],
) -> bytes:
    """The manifest of a round: the same inputs give the same bytes (no clock)."""
    manifest = {
        "round": round_,
        "edition": edition,
        "as_of": as_of.isoformat(),
        "confirmed_by": confirmed_by,
        "synthetic": is_synthetic,
        "only_dong": only,
        "model": _models(warehouse, round_),
        "inputs": _inputs(warehouse, as_of),
        "households": eligibility_counts(warehouse, round_),
        "listed": listed,
        "files": [asdict(file) for file in files],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    return (text + "\n").encode()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a published round."""
    text = (folder / MANIFEST_NAME).read_text(encoding="utf-8")
    manifest: dict[str, Any] = json.loads(text)
    return manifest


def listed_files(folder: Path) -> tuple[ListedFile, ...]:
    """What a published round holds."""
    return tuple(ListedFile(**file) for file in read_manifest(folder)["files"])


def _models(warehouse: Warehouse, round_: str) -> list[dict[str, str]]:
    found = warehouse.rows(
        "SELECT DISTINCT model, model_hash FROM out_score WHERE round = $round "
        "ORDER BY model, model_hash",
        {"round": round_},
    )
    return [{"name": name, "sha256": digest} for name, digest in found]


def _inputs(warehouse: Warehouse, as_of: dt.date) -> list[dict[str, Any]]:
    # Only what a screening as of that day could see: a file that came later is no
    # input, and must not change the bytes of a round made again.
    found = warehouse.rows(
        "SELECT source, file_name, ref_date, version, known_on, sha256 FROM core_file "
        "WHERE known_on < $as_of ORDER BY source, ref_date, version, known_on, sha256",
        {"as_of": as_of},
    )
    return [
        {
            "source": source,
            "file": name,
            "reference_date": str(ref_date) if ref_date else None,
            "version": version,
            "known_on": str(known_on),
            "sha256": digest,
        }
        for source, name, ref_date, version, known_on, digest in found
    ]
