"""A model on disk: the same bytes for the same model, and nothing loads unverified."""

import contextlib
import json
import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.catalogue import FEATURES
from models import artefact
from models.additive import AdditiveModel, model_hash
from models.artefact import CARD_FILE, CARD_PAGE, MODEL_FILE, load, save, to_bytes
from models.card import as_markdown, make_card
from models.errors import ModelError
from models.fit import Fitted, fit
from models.predict import score
from models.registry import MODELS, ready_model
from models.scorecard import scorecard_v1
from tests.lib.frames import a_frame, planted_labels, rounds_of

AS_OF = date(2026, 1, 15)
FRAME = a_frame(400, seed=1)
STORED = [name for name, spec in MODELS.items() if spec.stored]


def fitted(name: str) -> Fitted:
    labels = planted_labels(FRAME, seed=2)
    frame = FRAME.assign(label_supported=planted_labels(FRAME, seed=6).to_numpy())
    return fit(name, frame, labels, rounds_of(len(FRAME)), as_of=AS_OF)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    model = ready_model("scorecard_v1")
    save(model, tmp_path / "scorecard_v1", make_card(model, AS_OF))
    return tmp_path / "scorecard_v1"


def refused(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load(folder)
    assert "blindspot train" in caught.value.next_step
    return caught.value.what


@pytest.mark.parametrize("name", STORED)
def test_a_model_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    made = fitted(name)
    save(made.model, tmp_path, made.card)
    loaded = load(tmp_path)
    assert loaded.model == made.model
    assert loaded.content_sha256 == model_hash(made.model)
    pd.testing.assert_frame_equal(score(FRAME, loaded.model), score(FRAME, made.model))


@pytest.mark.parametrize("name", STORED)
def test_a_refit_gives_the_same_files(name: str, tmp_path: Path) -> None:
    for part in ("first", "second"):
        made = fitted(name)
        save(made.model, tmp_path / part, made.card)
    save(load(tmp_path / "first").model, tmp_path / "third", made.card)
    for file in (MODEL_FILE, CARD_FILE, CARD_PAGE):
        first = (tmp_path / "first" / file).read_bytes()
        assert (tmp_path / "second" / file).read_bytes() == first
        assert (tmp_path / "third" / file).read_bytes() == first


def test_what_is_only_compared_has_a_card_and_cannot_be_stored(tmp_path: Path) -> None:
    made = fitted("forest_v1")
    assert made.card["metrics"]["roc_auc"]["value"] > 0.5
    assert "never stored" in as_markdown(made.card)
    with pytest.raises(ModelError, match="forest_v1 is there for comparison"):
        save(made.model, tmp_path, made.card)


SCORED_ELSEWHERE = """
import hashlib, sys
from pathlib import Path
from models.artefact import load
from models.base import matrix_of
from models.predict import score
from tests.lib.frames import a_frame
frame = a_frame(300, seed=9)
for folder in sys.argv[1:]:
    model = load(Path(folder)).model
    scores = model.scores(matrix_of(frame, model.features))
    told = score(frame, model).to_json(orient="records", double_precision=15)
    print(hashlib.sha256(scores.tobytes() + told.encode()).hexdigest())
"""


def test_scores_are_the_same_bytes_whatever_the_processor_can(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("points_v1", "blend_v1")]
    for folder in folders:  # the blend has terms and trees
        made = fitted(folder.name)
        save(made.model, folder, made.card)
    newer = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    old = {
        "NPY_DISABLE_CPU_FEATURES": " ".join(newer),
        "OPENBLAS_CORETYPE": "Prescott",
    }
    digests = {
        subprocess.run(
            [sys.executable, "-c", SCORED_ELSEWHERE, *folders],
            env=os.environ | processor,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for processor in ({}, old)
    }
    assert len(digests) == 1


def test_the_container_holds_no_pickle_and_no_date(folder: Path) -> None:
    with zipfile.ZipFile(folder / MODEL_FILE) as container:
        assert container.namelist() == ["schema.json"]
        assert container.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_the_folder_holds_nothing_half_written(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    assert names == [CARD_FILE, CARD_PAGE, MODEL_FILE]


def test_a_changed_file_is_refused(folder: Path) -> None:
    path = folder / MODEL_FILE
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert "is not the file its card tells of" in refused(folder)


def test_another_model_under_this_card_is_refused(folder: Path) -> None:
    other = to_bytes(ready_model("signs_v1"))
    (folder / MODEL_FILE).write_bytes(other)
    card = json.loads((folder / CARD_FILE).read_text())
    card["file_sha256"] = artefact.hashlib.sha256(other).hexdigest()
    (folder / CARD_FILE).write_text(json.dumps(card))
    assert "is not the model on its card" in refused(folder)


@pytest.mark.parametrize("content", [b"no zip", artefact.skops_io.dumps(AS_OF)])
def test_foreign_content_is_never_built(folder: Path, content: bytes) -> None:
    (folder / MODEL_FILE).write_bytes(content)
    card = json.loads((folder / CARD_FILE).read_text())
    card["file_sha256"] = artefact.hashlib.sha256(content).hexdigest()
    (folder / CARD_FILE).write_text(json.dumps(card))
    assert "holds no model of ours" in refused(folder)


@pytest.mark.parametrize("file", [MODEL_FILE, CARD_FILE])
def test_a_missing_part_is_told(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert refused(folder) == f"scorecard_v1 holds no {file}"


@pytest.mark.parametrize("text", ["{", "[]", "\ufeff"])
def test_a_damaged_card_is_told(folder: Path, text: str) -> None:
    (folder / CARD_FILE).write_text(text, encoding="utf-8")
    assert "scorecard_v1" in refused(folder)


def test_a_model_of_another_catalogue_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = {key: one for key, one in FEATURES.items() if key != "gas_stop_in_force"}
    monkeypatch.setattr(artefact, "FEATURES", fewer)
    assert "no longer exist: gas_stop_in_force" in refused(folder)


def test_a_foreign_card_is_not_saved(tmp_path: Path) -> None:
    card = make_card(ready_model("signs_v1"), AS_OF)
    with pytest.raises(ModelError, match="does not belong to the model"):
        save(ready_model("scorecard_v1"), tmp_path, card)


def test_the_hash_sees_every_weight_and_sentence() -> None:
    good = scorecard_v1()
    parts = (good.name, good.intercept)
    seen = {
        model_hash(good),
        model_hash(AdditiveModel(*parts, good.terms[1:], good.reasons, good.bands)),
        model_hash(AdditiveModel(*parts, good.terms, good.reasons[1:], good.bands)),
        model_hash(AdditiveModel(*parts, good.terms, good.reasons, good.bands[1:])),
    }
    assert len(seen) == 4


def test_the_card_tells_data_figures_and_limits(tmp_path: Path) -> None:
    made = fitted("logistic_v1")
    save(made.model, tmp_path, made.card)
    card = json.loads((tmp_path / CARD_FILE).read_text(encoding="utf-8"))
    assert card["data"]["rounds"] == ["2025-R1", "2025-R2", "2025-R3"]
    assert card["as_of"] == "2026-01-15"
    assert card["metrics"]["roc_auc"].keys() == {"value", "low", "high"}
    assert len(card["content"]["terms"]) == len(made.model.terms)
    page = (tmp_path / CARD_PAGE).read_text(encoding="utf-8")
    for told in ("# logistic_v1", "- roc_auc: value 0.", "## Limits", "never lowers"):
        assert told in page
    assert "{" not in page


@pytest.mark.parametrize("at", range(1, 6))
def test_a_save_that_stops_at_any_file_leaves_a_whole_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Twice: what the first stop leaves must not spoil the second."""
    good = scorecard_v1()
    parts = (good.terms, good.reasons, good.bands)
    before, after = (AdditiveModel(good.name, base, *parts) for base in (1, 2))
    save(before, tmp_path, make_card(before, AS_OF))
    real, left = Path.replace, [0]

    def stopping(self: Path, target: Path) -> Path:
        left[0] -= 1
        if not left[0]:
            raise InterruptedError
        return real(self, target)

    monkeypatch.setattr(Path, "replace", stopping)
    for _ in range(2):
        left[0] = at
        with contextlib.suppress(InterruptedError):
            save(after, tmp_path, make_card(after, AS_OF))
        whole = after if at == 5 else before
        assert load(tmp_path).content_sha256 == model_hash(whole)
    left[0] = 0
    save(after, tmp_path, make_card(after, AS_OF))
    assert load(tmp_path).content_sha256 == model_hash(after)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *(CARD_FILE, CARD_PAGE, MODEL_FILE)
    ]
