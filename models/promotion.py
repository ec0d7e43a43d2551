"""Promotion of a fitted model to champion: a copy, who decided it and why."""

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

from models.artefact import CARD_FILE, Loaded, load
from models.errors import ModelError
from models.registry import MODELS, spec_of

CHAMPION: Final = "champion"
# Ranks until somebody promotes a model.
COLD_START: Final = "scorecard_v1"
PROMOTED_FILE: Final = "promoted.json"
LEDGER_FILE: Final = "promotions.jsonl"
_DRAFT: Final = ".champion.part"
_OLD: Final = ".champion.old"


@dataclass(frozen=True)
class Promotion:
    """One decision of a person; the ledger keeps every one."""

    model: str
    content_sha256: str
    fitted_as_of: str
    promoted_on: str
    by: str
    why: str
    replaced: str | None


def promote(folder: Path, name: str, *, by: str, why: str, on: date) -> Promotion:
    """Make the newest fit of a model the champion.

    Args:
        folder: The office's models folder.
        name: A fitted model of the registry.
        by: The person who decides.
        why: In words, for whoever asks later.
        on: The day.

    Raises:
        ModelError: It is not fitted, its file is not what its card tells, it was
            fitted later than the day, or it may only be compared.
    """
    if not spec_of(name).promotable:
        raise ModelError(
            f"{name} is there to be compared with and may not rank anybody",
            f"choose one of: {', '.join(promotable())}",
        )
    if not by.strip() or not why.strip():
        raise ModelError(
            "a promotion needs a person and a reason", "name both: --by NAME --why TEXT"
        )
    source = folder / name
    if not (source / CARD_FILE).exists():
        raise ModelError(f"{name} has not been fitted here", "run 'blindspot train'")
    loaded = load(source)
    if str(loaded.card["as_of"]) > on.isoformat():
        raise ModelError(
            f"{name} was fitted as of {loaded.card['as_of']}, after {on}",
            "promote it on a day after it was fitted",
        )
    before = champion(folder)
    decision = Promotion(
        model=name,
        content_sha256=loaded.content_sha256,
        fitted_as_of=str(loaded.card["as_of"]),
        promoted_on=on.isoformat(),
        by=by.strip(),
        why=why.strip(),
        replaced=before.content_sha256 if before else None,
    )
    _put_in_place(folder, source, decision)
    return decision


def champion(folder: Path) -> Loaded | None:
    """The promoted model, verified; None where nobody promoted one.

    Raises:
        ModelError: Its file is not what its card and its promotion tell.
    """
    home = _home(folder)
    if not home.exists():
        return None
    loaded = load(home)
    try:
        told = json.loads((home / PROMOTED_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = {}
    if told.get("content_sha256") != loaded.content_sha256:
        raise ModelError(
            "the champion is not the model that was promoted",
            "promote again: blindspot models promote NAME --by NAME --why TEXT",
        )
    return loaded


def promotions(folder: Path) -> list[Promotion]:
    """Every decision, the first one first."""
    ledger = folder / LEDGER_FILE
    if not ledger.exists():
        return []
    lines = ledger.read_text(encoding="utf-8").splitlines()
    return [Promotion(**json.loads(line)) for line in lines if line]


def promotable() -> list[str]:
    """The models that may become champion."""
    return [name for name, spec in MODELS.items() if spec.promotable]


def _home(folder: Path) -> Path:
    """Where the champion lies; beside its place if a promotion was cut short."""
    home, old = folder / CHAMPION, folder / _OLD
    return old if old.exists() and not home.exists() else home


def _put_in_place(folder: Path, source: Path, decision: Promotion) -> None:
    """There is a whole champion at every instant; the ledger only grows."""
    draft, old, home = folder / _DRAFT, folder / _OLD, folder / CHAMPION
    if old.exists() and not home.exists():
        old.rename(home)
    for leftover in (draft, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(source, draft)
    text = json.dumps(asdict(decision), ensure_ascii=False, indent=2, sort_keys=True)
    (draft / PROMOTED_FILE).write_text(text + "\n", encoding="utf-8")
    if home.exists():
        home.rename(old)
    draft.rename(home)
    shutil.rmtree(old, ignore_errors=True)
    line = json.dumps(asdict(decision), ensure_ascii=False, sort_keys=True)
    with (folder / LEDGER_FILE).open("a", encoding="utf-8") as ledger:
        ledger.write(line + "\n")
