"""Named changes to how the town works, each small and with a signature of its own.

Every scenario changes one thing against `plain`; tests look for its signature.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import OptionError
from pipeline.twin.clock import Floats, stream
from pipeline.twin.facts import Town
from pipeline.twin.hardship import BROAD_ABOVE
from pipeline.twin.places import Places
from pipeline.twin.population import Population
from pipeline.twin.unpaid import Unpaid, within

STRICT_EASE, STRICT_NEED = 4.0, -1.2
ALONE_OWES, TOGETHER_OWES = 1.6, -1.0
TURNED = -2.2
REACH_BY_NEED = 0.35


@dataclass(frozen=True)
class Scenario:
    """One way the town can work."""

    name: str = "plain"
    what: str = "as calibrated"
    silent: str = ""  # a source that stops arriving in mid-window
    reach_of_needy: float | None = None  # else reach does not depend on need

    def ease(self, town: Town, places: Places, pop: Population) -> Floats:
        """A factor per household on the chance to leave a bill unpaid."""
        if self.name != "confounder":
            return np.ones(pop.households)
        return np.where(_is_strict(places, pop), STRICT_EASE, 1.0)

    def need(
        self,
        need: np.ndarray,
        unpaid: dict[str, Unpaid],
        town: Town,
        places: Places,
        pop: Population,
        seed: int,
    ) -> np.ndarray:
        """Need per household and month of the window, as the scenario has it."""
        if self.name == "null":
            shuffled = stream(seed, "null").permutation(len(need))
            return np.asfortranarray(need[shuffled])
        if self.name == "confounder":
            need[_is_strict(places, pop)] += np.float32(STRICT_NEED)
        if self.name == "interactions":
            owes = within(unpaid["nhis"])[: len(need)] >= 3
            alone = pop.kinds.flags["alone"]
            change = np.where(alone, ALONE_OWES, TOGETHER_OWES).astype(np.float32)
            need += owes * change[:, None]
        if self.name == "drift":
            half = need.shape[1] // 2
            owes = np.zeros((len(need), need.shape[1] - half), dtype=bool)
            for one in unpaid.values():
                owes |= within(one)[: len(need), half:] > 0
            need[:, half:] += np.float32(TURNED) * owes
        return need

    def reach(self, chance: float, need: float) -> float:
        """The chance that a listed household is reached."""
        if self.reach_of_needy is None or need <= BROAD_ABOVE:
            return chance
        return chance * self.reach_of_needy


def _is_strict(places: Places, pop: Population) -> np.ndarray:
    """Every other dong's suppliers report the least delay, and are the richer dongs."""
    dong = np.array(places.dong)[np.array(places.building)]
    return np.asarray(dong[pop.registered_home[:, 0]] % 2 == 1)


SCENARIOS = {
    one.name: one
    for one in (
        Scenario(),
        Scenario(
            "interactions",
            "health-insurance arrears mean need for people alone and none for others",
        ),
        Scenario(
            "confounder",
            "half of the dongs have many more arrears and less need: the crude effect "
            "of arrears is smaller than the effect within a dong",
        ),
        Scenario("drift", "from mid-window on arrears speak against need"),
        Scenario(
            "reach_by_need",
            "who is in need is reached a third as often",
            reach_of_needy=REACH_BY_NEED,
        ),
        Scenario(
            "silent_source", "gas files stop arriving in mid-window", silent="gas"
        ),
        Scenario("null", "need is shuffled: nothing predicts it"),
    )
}


def load_scenario(name: str) -> Scenario:
    """A scenario by its name.

    Raises:
        OptionError: There is none of this name.
    """
    if name not in SCENARIOS:
        raise OptionError(
            "--scenario: no scenario of this name",
            f"choose one of: {', '.join(SCENARIOS)}",
        )
    return SCENARIOS[name]
