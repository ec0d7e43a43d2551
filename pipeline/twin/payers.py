"""Everybody who gets a bill: households, the unregistered, shops, shared meters."""

from dataclasses import dataclass, replace

import numpy as np

from pipeline.twin.clock import BURN_IN, Flags, Floats, Ints, Window, stream
from pipeline.twin.facts import Town
from pipeline.twin.hardship import DEEP_PUSH, Shortage, make_hardship, make_shortage
from pipeline.twin.places import APARTMENT, Places
from pipeline.twin.population import Population
from pipeline.twin.scenarios import Scenario
from pipeline.twin.unpaid import SOURCES, Debtors, Unpaid, simulate

SHOP_SHARE = 0.12
GREAT_METER = 493  # households on the town's largest shared water meter
GREAT_HARDSHIP = 12.0
NATIONAL_GAS_STOPS = 0.00142  # a year per household; towns differ by province
# The share of homes billed directly in the town that the levels were fitted to; part of
# the arrears is for lack of money and does not follow, so the rest must do more.
BILLED = {"kepco": 0.437, "water": 0.426, "gas": 0.699}
BILLED_POWER = 1.3
# How easily health insurance is left unpaid, and who is insured through no workplace,
# by premium band: none of their own, under ₩50,000, more.
NHIS_EASE = (0.5, 2.8, 0.5)
REGIONAL = (0.05, 0.97, 0.42)


@dataclass
class Payers:
    """Rows: registered households, the unregistered, shops, shared meters, in order."""

    households: int
    homes: int  # households and unregistered
    shops: Ints  # building of each shop
    meters: Ints  # building of each shared water meter
    hardship: np.ndarray  # [payer, step]: what bills follow
    need: np.ndarray  # [household, month of the window]: what crisis is read from
    shortage: Shortage  # [household, month of the window]
    spells: dict[str, np.ndarray]  # the same as shortage.late, [household, step]
    unpaid: dict[str, Unpaid]
    is_regional: Flags  # 지역가입자, per household
    premium: Ints  # band per household, kinds.ZERO LOW FULL
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
    old = people.age[pop.head[: pop.households]] >= 65
    poor = old & (lean[: pop.households] > 1.5)
    out[: pop.households] |= poor & (rng.random(pop.households) < 0.35)
    return out


def _premiums(rng: np.random.Generator, pop: Population) -> tuple[Ints, Flags]:
    """Premium band and whether it is paid by the household alone."""
    flags = pop.kinds.flags
    low = flags["nhi_premium_under_5"]
    band = np.where(flags["nhi_premium_zero"], 0, np.where(low, 1, 2))
    return band, rng.random(pop.households) < np.take(REGIONAL, band)


def _moves(pop: Population, total: int, window: Window) -> tuple[np.ndarray, ...]:
    """[payer, step]: who moves, and for whom insurance begins anew."""
    moved = np.zeros((total, window.steps), dtype=bool, order="F")
    moved[: len(pop.home), BURN_IN:] = pop.home[:, 1:] != pop.home[:, :-1]
    new = np.zeros((total, window.steps), dtype=bool, order="F")
    born = np.flatnonzero(pop.split_month)
    new[born, BURN_IN + pop.split_month[born] - 1] = True
    return moved, new


def _bills(
    town: Town, who: Debtors, late: Shortage, pop: Population, payers: "_Draft"
) -> dict[str, Unpaid]:
    """Run all sources."""
    insured = np.ones(len(who.hardship))
    insured[: pop.households] = np.take(NHIS_EASE, payers.premium)
    nobody = np.zeros_like(who.patient)

    def homes(source: str) -> Debtors:
        # Published levels are per household: where few are billed, more of them owe.
        ease = who.ease.copy()
        ease[: who.homes] *= (BILLED[source] / town.billed(source)) ** BILLED_POWER
        patient = who.patient if source == "kepco" else nobody
        return replace(who, patient=patient, ease=ease)

    of = {source: homes(source) for source in BILLED}
    of["nhis"] = replace(who, patient=nobody, moved=payers.new, ease=who.ease * insured)
    gas = town.about.gas_stops / NATIONAL_GAS_STOPS
    return {
        name: simulate(
            name, of[name], late.late[name], payers.window, payers.seed,
            stops=gas if name == "gas" else 1.0,
        )
        for name in SOURCES
    }  # fmt: skip


@dataclass
class _Draft:
    """What is passed to the bills."""

    premium: Ints
    new: np.ndarray
    window: Window
    seed: int


def _sites(
    rng: np.random.Generator, town: Town, places: Places, pop: Population
) -> tuple[Ints, Ints]:
    """The buildings of shops and of shared water meters."""
    kinds = np.array(places.kind)
    shops = rng.choice(
        np.flatnonzero(kinds != APARTMENT),
        size=max(3, round(pop.households * SHOP_SHARE)),
    )
    covered = np.array([bool(dong.waterworks) for dong in town.dongs])
    shared = np.array(places.has_master_meter) & covered[np.array(places.dong)]
    return shops, np.flatnonzero(shared)


def make_payers(
    town: Town,
    places: Places,
    pop: Population,
    window: Window,
    seed: int,
    scenario: Scenario,
) -> Payers:
    """Give everybody a hardship and let their bills go unpaid, source by source."""
    rng = stream(seed, "payers")
    shops, meters = _sites(rng, town, places, pop)
    others = rng.normal(0.7, 0.9, len(shops) + len(meters))
    # The great meter is in arrears for years: its debt must be laid at nobody's door.
    sizes = np.bincount(np.array(places.building), minlength=len(places.dong))
    if len(meters):
        others[len(shops) + int(np.argmax(sizes[meters]))] = GREAT_HARDSHIP
    lean = np.concatenate([pop.lean, others])
    hardship = make_hardship(lean, window, seed)
    # Who splits off on paper stays in the same flat and shares its hardship.
    split = np.flatnonzero(pop.split_month)
    hardship[split] = hardship[pop.split_parent[split]]
    premium, is_regional = _premiums(rng, pop)
    protected = _protected(rng, pop, len(lean), lean)
    shortage = make_shortage(pop.kinds, hardship[: pop.households], seed)
    moved, new = _moves(pop, len(lean), window)
    ease = np.ones(len(lean))
    ease[: pop.households] = scenario.ease(town, places, pop)
    who = Debtors(hardship, pop.households, len(pop.home), moved, protected, ease)
    unpaid = _bills(town, who, shortage, pop, _Draft(premium, new, window, seed))
    need = hardship[: pop.households, BURN_IN:].copy(order="F")
    need += np.float32(DEEP_PUSH) * shortage.fallen[:, BURN_IN:]
    within = {name: flags[:, BURN_IN:] for name, flags in shortage.late.items()}
    return Payers(
        households=pop.households,
        homes=len(pop.home),
        shops=shops,
        meters=meters,
        hardship=hardship,
        need=scenario.need(need, unpaid, town, places, pop, seed),
        shortage=Shortage(within, shortage.fallen[:, BURN_IN:]),
        spells=shortage.late,
        unpaid=unpaid,
        is_regional=is_regional,
        premium=premium,
        is_protected_customer=protected,
    )
