"""The ranking model of a name: ready-made, or out of the office's models folder."""

from typing import TYPE_CHECKING

from pipeline.errors import NotReady
from pipeline.settings import Office

if TYPE_CHECKING:
    from models.base import RankingModel


def named_model(office: Office, name: str) -> "tuple[RankingModel, str]":
    """The model and the hash of its content.

    `champion` is the promoted one; the scorecard ranks until somebody promotes.

    Raises:
        NotReady: It has to be fitted first.
        ModelError: There is no such model, or its file is not what its card tells.
    """
    from models import artefact
    from models.base import model_hash
    from models.promotion import CHAMPION, COLD_START, champion
    from models.registry import ready_model, spec_of

    if name == CHAMPION:
        promoted = champion(office.models_folder)
        if promoted is not None:
            return promoted.model, promoted.content_sha256
        name = COLD_START
    if not spec_of(name).needs_outcomes:
        model = ready_model(name)
        return model, model_hash(model)
    folder = office.models_folder / name
    if not (folder / artefact.CARD_FILE).exists():
        raise NotReady(
            f"{name} has not been fitted in this office",
            "run blindspot train, or set [model] name to scorecard_v1, "
            "which needs no results",
        )
    loaded = artefact.load(folder)
    return loaded.model, loaded.content_sha256
