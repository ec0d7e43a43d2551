"""Everybody who gets a bill: households, the unregistered, shops, shared meters."""

from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import BURN_IN, Flags, Floats, Ints, Window, stream
from pipeline.twin.facts import Town
from pipeline.twin.hardship import SOURCES, Unpaid, make_hardship, simulate
from pipeline.twin.places import APARTMENT, Places
from pipeline.twin.population import Population

SHOP_SHARE = 0.04
GREAT_METER = 493  # households on the town's largest shared water meter


@dataclass
class Payers:
    """Rows: registered households, the unregistered, shops, shared meters, in order."""

    households: int
    homes: int  # households and unregistered
    shops: Ints  # building of each shop
    meters: Ints  # building of each shared water meter
    hardship: np.ndarray
    unpaid: dict[str, Unpaid]
    is_regional: Flags  # 지역가입자, per household
    is_protected_customer: Flags  # 사회적배려대상, per payer

    def kind(self, payer: int) -> str:
        """What the truth calls this payer."""
        if payer < self.households:
            return "home"
        if payer < self.homes:
            return "unregistered"
        return "shop" if payer < self.homes + len(self.shops) else "master"


def _protected(
    rng: np.random.Generator, pop: Population, total: int, lean: Floats
) -> Flags:
    out = np.zeros(total, dtype=bool)
    people = pop.persons
    severe = people.household[people.disability == 1]
    out[severe] = rng.random(len(severe)) < 0.7
    age = people.age[np.maximum(pop.head, 0)]
    poor = (pop.head >= 0) & (age[: len(pop.head)] >= 65)
    out[: pop.households] |= (
        poor[: pop.households]
        & (lean[: pop.households] > 0.8)
        & (rng.random(pop.households) < 0.35)
    )
    return out


def make_payers(
    town: Town, places: Places, pop: Population, window: Window, seed: int
) -> Payers:
    """Give everybody a hardship and let their bills go unpaid, source by source."""
    rng = stream(seed, "payers")
    buildings = len(places.dong)
    kinds = np.array(places.kind)
    shops = rng.choice(
        np.flatnonzero(kinds != APARTMENT),
        size=max(3, round(pop.households * SHOP_SHARE)),
    )
    covered = np.array([bool(dong.waterworks) for dong in town.dongs])
    shared = np.array(places.has_master_meter) & covered[np.array(places.dong)]
    meters = np.flatnonzero(shared)
    homes = len(pop.home)
    others = rng.normal(0.15, 0.9, len(shops) + len(meters))
    # The great meter is in arrears for years: its debt must be laid at nobody's door.
    sizes = np.bincount(np.array(places.building), minlength=buildings)
    if len(meters):
        others[len(shops) + int(np.argmax(sizes[meters]))] = 5.0
    lean = np.concatenate([pop.lean, others])
    hardship = make_hardship(lean, window, seed)
    # Who splits off on paper stays in the same flat and shares its hardship.
    hardship[: pop.households] = hardship[pop.split_parent]
    moved = np.zeros(hardship.shape, dtype=bool)
    moved[:homes, BURN_IN:] = pop.home[:, 1:] != pop.home[:, :-1]
    protected = _protected(rng, pop, len(lean), lean)
    new = np.zeros_like(moved)  # insurance begins anew for a household that splits off
    born = np.flatnonzero(pop.split_month)
    new[born, BURN_IN + pop.split_month[born] - 1] = True
    unpaid = {
        name: simulate(
            name,
            hardship,
            new if name == "nhis" else moved,
            protected & (name == "kepco"),
            window,
            seed,
        )
        for name in SOURCES
    }
    poor = 1 / (1 + np.exp(0.75 - 0.9 * pop.lean[: pop.households]))
    return Payers(
        households=pop.households,
        homes=homes,
        shops=shops,
        meters=meters,
        hardship=hardship,
        unpaid=unpaid,
        is_regional=rng.random(pop.households) < poor,
        is_protected_customer=protected,
    )
