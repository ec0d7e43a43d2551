"""What the public criteria page is made of, read from the office and its model."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from data_contracts.sources import SOURCES
from features.catalogue import FEATURES
from flows.models import named_model
from flows.public_words import (
    FACTS_KO,
    NOT_RECEIVED_KO,
    NOT_WEIGHED_KO,
    RULES_ASK_KO,
    STRENGTHS_KO,
)
from pipeline.errors import NotReady, OfficeError
from pipeline.ledger import Entry, load_ledger
from pipeline.policy_file import Rule, load_policy
from pipeline.settings import Office

if TYPE_CHECKING:
    from models.base import RankingModel

# From the steps of a bill to the longest one: what a feature can add at most is among
# what it adds at these.
_PROBES: Final = (0, 1, 2, 3, 6, 12, 24, 60, 365, 1_000, 1_000_000)
# Of what the heaviest fact can add.
_STRONG, _SOME = 0.75, 0.35


@dataclass(frozen=True)
class Fact:
    """A kind of fact, how heavily it weighs, and whether it can lower it too."""

    name_ko: str
    strength_ko: str
    may_lower: bool


@dataclass(frozen=True)
class Ground:
    """From whom a source comes, what is in it, on what ground, until when."""

    title_ko: str
    holder: str
    fields_ko: str
    entry: Entry


@dataclass(frozen=True)
class Criteria:
    """Everything that the page tells of an office as on a day."""

    office: Office
    day: dt.date
    model_name: str
    grounds: tuple[Ground, ...]
    facts: tuple[Fact, ...]
    rules: tuple[Rule, ...]
    not_weighed: tuple[str, ...]
    not_received: tuple[str, ...]
    card: dict[str, Any]
    own: tuple[dict[str, Any], ...]


def criteria(office: Office, day: dt.date) -> Criteria:
    """Read an office's criteria.

    Raises:
        OfficeError: Nobody to ask is named in the settings, or no ground holds.
        NotReady: The model has not been fitted.
    """
    contact = office.config.office
    if not (contact.contact.strip() and contact.contact_phone.strip()):
        raise OfficeError(
            "[office] contact and contact_phone are empty: the page must say whom to "
            "ask (개인정보 보호법 §37의2)",
            "write the department and its number into blindspot.toml, e.g. contact = "
            '"복지정책과 희망복지팀"',
        )
    grounds = _grounds(office, day)
    if not grounds:
        raise OfficeError(
            f"no entry of {load_ledger(office.root).file.name} holds on {day}",
            "fill in the ledger first (blindspot ledger check)",
        )
    model, _ = named_model(office, office.config.model.name)
    rules = load_policy(office).rules
    return Criteria(
        office, day, model.name, grounds, facts(model), tuple(rules),
        _not_weighed(model, {rule.code for rule in rules}), _not_received(),
        _card(office, model.name), _own(office, day),
    )  # fmt: skip


def facts(model: "RankingModel") -> tuple[Fact, ...]:
    """The kinds of facts that a model weighs, the heaviest first."""
    most: dict[str, float] = {}
    least: dict[str, float] = {}
    for name, (low, high) in _reach(model).items():
        feature = FEATURES[name]
        known = (feature.family, feature.source)
        told = FACTS_KO.get(known) or FACTS_KO[feature.family, None]
        most[told] = max(most.get(told, 0.0), high)
        least[told] = min(least.get(told, 0.0), low)
    weights = {told: max(most[told], -least[told]) for told in most}
    heaviest = max(weights.values(), default=0.0)
    ordered = sorted(weights, key=lambda told: (-weights[told], told))
    return tuple(
        Fact(told, _strength(weights[told] / heaviest), least[told] < 0)
        for told in ordered
        if weights[told] > 0
    )


def _strength(share: float) -> str:
    return STRENGTHS_KO[0 if share >= _STRONG else 1 if share >= _SOME else 2]


def _reach(model: "RankingModel") -> dict[str, tuple[float, float]]:
    """What each feature takes away or adds at most, alone, against nothing known."""
    import numpy as np

    rows = []
    for place in range(len(model.features)):
        block = np.full((len(_PROBES), len(model.features)), np.nan)
        block[:, place] = _PROBES
        rows.append(block)
    parts = model.contributions(np.asfortranarray(np.vstack(rows)))
    reach = {}
    for place, name in enumerate(model.features):
        own = parts[place * len(_PROBES) : (place + 1) * len(_PROBES), place]
        reach[name] = (float(own.min()), float(own.max()))
    return reach


def _grounds(office: Office, day: dt.date) -> tuple[Ground, ...]:
    found = []
    for standing in load_ledger(office.root).standing(day):
        if standing.entry is None or standing.state in ("expired", "not yet valid"):
            continue
        contract = SOURCES[standing.source]
        fields = ", ".join(field.header_ko for field in contract.fields)
        found.append(Ground(contract.title_ko, contract.holder, fields, standing.entry))
    return tuple(found)


def _not_weighed(model: "RankingModel", rules: set[str]) -> tuple[str, ...]:
    told = []
    for name_ko, word in NOT_WEIGHED_KO.items():
        if any(word in feature for feature in model.features):
            continue
        code, when = RULES_ASK_KO.get(name_ko, ("", ""))
        told.append(f"{name_ko} ({when})" if code in rules else name_ko)
    return tuple(told)


def _not_received() -> tuple[str, ...]:
    names = [field.name for contract in SOURCES.values() for field in contract.fields]
    return tuple(
        name_ko
        for name_ko, word in NOT_RECEIVED_KO.items()
        if not any(word in name for name in names)
    )


def _card(office: Office, model: str) -> dict[str, Any]:
    """The figures of the model's card; empty where it was never tried on a round."""
    import json

    file = office.models_folder / model / "card.json"
    if not file.is_file():
        return {}
    metrics: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["metrics"]
    return metrics


def _own(office: Office, day: dt.date) -> tuple[dict[str, Any], ...]:
    """Our own rounds by what came back; none while no round is old enough."""
    from flows.evaluation import evaluated
    from flows.job import Job

    # Asked first: an evaluation of nothing would stand in the log as one that failed.
    if not _has_old_round(office, day):
        return ()
    return tuple(evaluated(Job.of(office, day, "evaluate", {}))["rounds"])


def _has_old_round(office: Office, day: dt.date) -> bool:
    from features.labels import is_mature
    from pipeline.office import open_warehouse

    try:
        with open_warehouse(office, read_only=True) as warehouse:
            if not warehouse.has_table("out_issued"):
                return False
            ((first,),) = warehouse.rows(
                "SELECT min(as_of) FROM out_issued "
                "WHERE coalesce(route, 'team') = 'team'"
            )
    except NotReady:
        return False
    return first is not None and is_mature(day, first)
