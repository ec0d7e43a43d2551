"""Models on disk: skops, never pickle; a card beside it; nothing loads unverified."""

import hashlib
import io
import itertools
import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from skops import io as skops_io

from features.catalogue import FEATURES
from models.additive import AdditiveModel, Term
from models.base import Calibration, RankingModel, Reason, model_hash
from models.blend import BlendModel
from models.card import Card, as_markdown
from models.errors import ModelError
from models.trees import TreeModel

MODEL_FILE: Final = "model.skops"
# The model before, for as long as the card is still its own.
_BEFORE_FILE: Final = "model.before.skops"
CARD_FILE: Final = "card.json"
CARD_PAGE: Final = "card.md"
# What may be built out of a file: our own plain records, and nothing that has code.
TRUSTED_MODELS: Final = (AdditiveModel, TreeModel, BlendModel)
TRUSTED_PARTS: Final = (Term, Reason, Calibration)
TRUSTED: Final = [
    f"{one.__module__}.{one.__qualname__}" for one in (*TRUSTED_MODELS, *TRUSTED_PARTS)
]
# ZIP knows no earlier date; the day a model was written is on its card.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
_REFIT: Final = "run 'blindspot train' again, or screen with scorecard_v1"


@dataclass(frozen=True)
class Loaded:
    """A model out of a folder, verified against its card."""

    model: RankingModel
    card: Card
    content_sha256: str


def save(model: RankingModel, folder: Path, card: Card) -> Path:
    """Write model and card into a folder; the same model gives the same bytes.

    Raises:
        ModelError: the card is another model's, or the model is of no type of ours.
    """
    if not isinstance(model, TRUSTED_MODELS):
        raise ModelError(
            f"{model.name} is there for comparison and cannot be stored",
            "store a model of which every part is known: blindspot models list",
        )
    if card["content_sha256"] != model_hash(model):
        raise ModelError(
            "the card does not belong to the model", "make the card of this very model"
        )
    data = to_bytes(model)
    sealed = {**card, "file_sha256": hashlib.sha256(data).hexdigest()}
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(sealed, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    _keep_before(folder)
    _replace(folder / MODEL_FILE, data)
    _replace(folder / CARD_PAGE, as_markdown(sealed).encode())
    # The card last: until then the folder holds the model before, with its own card.
    _replace(folder / CARD_FILE, text.encode())
    (folder / _BEFORE_FILE).unlink(missing_ok=True)
    return folder / MODEL_FILE


def load(folder: Path) -> Loaded:
    """Read a model back; only types of ours are ever built.

    Raises:
        ModelError: it is missing, was changed, or reads features that no longer exist.
    """
    card, data = _read(folder)
    if not _is_of(card, data):
        raise ModelError(
            f"{folder.name}/{MODEL_FILE} is not the file its card tells of", _REFIT
        )
    model = from_bytes(data, f"{folder.name}/{MODEL_FILE}")
    content = model_hash(model)
    if content != card.get("content_sha256"):
        raise ModelError(
            f"{folder.name}/{MODEL_FILE} is not the model on its card", _REFIT
        )
    return Loaded(model, card, content)


def from_bytes(data: bytes, name: str) -> RankingModel:
    """A model out of `to_bytes`; whether it is the one meant, its hash tells.

    Raises:
        ModelError: It is no model of ours, or reads features that no longer exist.
    """
    try:
        model = skops_io.loads(data, trusted=TRUSTED)
    except Exception:  # noqa: BLE001 # skops raises whatever the damage provokes
        model = None
    if not isinstance(model, TRUSTED_MODELS):
        raise ModelError(f"{name} holds no model of ours", _REFIT)
    if gone := [feature for feature in model.features if feature not in FEATURES]:
        raise ModelError(
            f"{name} reads features that no longer exist: {', '.join(gone)}", _REFIT
        )
    return model


def to_bytes(model: RankingModel) -> bytes:
    """The model as a skops container without addresses of memory and dates."""
    raw = zipfile.ZipFile(io.BytesIO(skops_io.dumps(model)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as container:
        for name in sorted(raw.namelist()):
            content = raw.read(name)
            if name == "schema.json":
                schema = json.loads(content)
                _number_nodes(schema, itertools.count(1))
                content = json.dumps(schema, separators=(",", ":")).encode()
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            container.writestr(entry, content)
    return packed.getvalue()


def _number_nodes(node: Any, numbers: "itertools.count[int]") -> None:
    """Give every node its own number: skops writes where it lay in memory."""
    if isinstance(node, dict):
        if "__id__" in node:
            node["__id__"] = next(numbers)
        for part in node.values():
            _number_nodes(part, numbers)
    elif isinstance(node, list):
        for part in node:
            _number_nodes(part, numbers)


def _read(folder: Path) -> tuple[Card, bytes]:
    """The card and the model that it tells of, also in the middle of a save."""
    try:
        card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
        data = (folder / MODEL_FILE).read_bytes()
        before = folder / _BEFORE_FILE
        if isinstance(card, dict) and not _is_of(card, data) and before.exists():
            data = before.read_bytes()
    except FileNotFoundError as missing:
        name = Path(missing.filename).name
        raise ModelError(f"{folder.name} holds no {name}", _REFIT) from None
    except (OSError, ValueError) as error:
        kind = type(error).__name__
        raise ModelError(f"{folder.name} cannot be read ({kind})", _REFIT) from None
    if not isinstance(card, dict):
        raise ModelError(f"{folder.name}/{CARD_FILE} is no model card", _REFIT)
    return card, data


def _is_of(card: Card, data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == card.get("file_sha256")


def _keep_before(folder: Path) -> None:
    """Put the model of the card aside, so that a killed save leaves a whole pair."""
    try:
        _, data = _read(folder)
    except ModelError:
        return
    _replace(folder / _BEFORE_FILE, data)


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(path.name + ".part")
    with draft.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
