"""How well a plain logistic regression tells need in a made-up town."""

from collections.abc import Iterator

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from pipeline.twin.clock import month_end
from pipeline.twin.extracts import Twin, listed
from pipeline.twin.hardship import in_broad_hardship, in_crisis
from pipeline.twin.unpaid import SOURCES

KINDS = ("alone", "disabled_head", "child_under_18", "head_under_40", "head_65_79",
         "head_80_plus", "female_head")  # fmt: skip


def _signs(twin: Twin, month: int) -> tuple[np.ndarray, np.ndarray]:
    """Per household: months and stops by source, kinds; and whether any sign shows."""
    count, day = twin.population.households, month_end(twin.window.first + month)
    columns, any_sign = [], np.zeros(count, dtype=bool)
    for source in SOURCES:
        who = listed(twin, source, day)
        ours = who.payer < count
        payer = who.payer[ours]
        months, stop = np.zeros(count), np.zeros(count)
        months[payer] = np.log1p(who.months[ours])
        stop[payer] = who.stop[ours] >= 0
        here = np.zeros(count, dtype=bool)
        here[payer] = True
        any_sign |= here
        columns += [months, stop, here.astype(float)]
    kinds = [twin.population.kinds.flags[name].astype(float) for name in KINDS]
    return np.column_stack([*columns, *kinds]), any_sign


def aucs(twin: Twin) -> Iterator[str]:
    """A line per definition of need, population and what is seen of a household."""
    early, late = twin.window.months // 2 - 1, twin.window.months - 1
    seen, was_signalled = _signs(twin, early)
    now, is_signalled = _signs(twin, late)
    odd = np.arange(len(seen)) % 2 == 1  # learn from these, test on the others
    signs = 3 * len(SOURCES)
    for name, state in (("crisis", in_crisis), ("broad", in_broad_hardship)):
        needs = state(twin.payers.need)
        for who in ("signalled", "all"):
            learn = odd & (was_signalled | (who == "all"))
            test = ~odd & (is_signalled | (who == "all"))
            for what, width in (
                ("signs", signs),
                ("signs and household", seen.shape[1]),
            ):
                model = LogisticRegression(max_iter=1000, C=0.5)
                model.fit(seen[learn, :width], needs[learn, early])
                score = model.predict_proba(now[test, :width])[:, 1]
                truth = needs[test, late]
                yield (
                    f"| {name} | {who} | {what} | {test.sum():,} | {truth.sum():,} | "
                    f"{roc_auc_score(truth, score):.3f} |"
                )
