"""Whom the ranking misses and whom it visits in vain, on the last round known.

    marimo edit notebooks/error_analysis.py -- --snapshot DIR
    python notebooks/error_analysis.py --snapshot DIR

DIR is written by `blindspot snapshot`. Nothing is stored in this file.
"""

import marimo

app = marimo.App(width="medium", app_title="오류 분석")


@app.cell
def _():
    from pathlib import Path

    import marimo as mo
    import numpy as np
    import pandas as pd

    folder = Path(str(mo.cli_args().get("snapshot") or "snapshot"))
    past = pd.read_parquet(folder / "past.parquet").set_index("household_id")
    order = sorted(past["round"].unique(), key=lambda r: (r[:4], int(r[6:])))
    known = past[past["label"].notna()]
    mo.md(
        f"# 오류 분석\n\n{len(order)}개 회차, 등재 {len(past):,}건, "
        f"결과를 아는 {len(known):,}건 (필요 {int(known['label'].sum()):,}건)."
    )
    return known, mo, np, order, past, pd


@app.cell
def _(known, np, order, pd):
    from models.predict import score
    from models.registry import MODELS, ready_model

    test = known[known["round"] == order[-1]] if order else known
    ready = [name for name, spec in MODELS.items() if not spec.needs_outcomes]
    # The upper fifth of a round: about what teams get round to.
    SHARE = 0.2

    def placed(name):
        """Who of the last round would have had a place."""
        scores = score(test, ready_model(name))["score"].to_numpy()
        place = pd.Series(-scores).rank(method="first").to_numpy()
        return place <= np.ceil(SHARE * len(test))

    chosen = {name: placed(name) for name in ready}
    return chosen, test


@app.cell
def _(chosen, mo, pd, test):
    def errors():
        needs = test["label"].to_numpy() == 1
        rows = []
        for name, here in chosen.items():
            rows.append(
                {
                    "model": name,
                    "found": int((here & needs).sum()),
                    "in_vain": int((here & ~needs).sum()),
                    "missed": int((~here & needs).sum()),
                }
            )
        return pd.DataFrame(rows)

    errors_by_model = errors()
    mo.vstack(
        [
            mo.md("## 마지막 회차: 찾은 필요, 헛방문, 놓친 필요 (상위 20 %)"),
            mo.ui.table(errors_by_model, selection=None),
        ]
    )
    return (errors_by_model,)


@app.cell
def _(chosen, mo, pd, test):
    GROUPS = {
        "1인 가구": "is_one_person",
        "65세 이상 홀로": "is_lone_65_plus",
        "19세 미만 있음": "children_under_19",
        "심한 장애": "members_severe_disability",
        "외국인": "members_foreign",
        "관리비 공동주택": "is_utility_blind",
    }
    FEWEST = 5

    def by_group():
        here = chosen["scorecard_v1"]
        needs = test["label"].to_numpy() == 1
        rows = []
        for words, column in GROUPS.items():
            inside = (test[column].fillna(0) > 0).to_numpy()
            cells = {
                "found": int((here & needs & inside).sum()),
                "missed": int((~here & needs & inside).sum()),
                "in_vain": int((here & ~needs & inside).sum()),
            }
            # A few households would be recognised in their dong.
            told = {k: v if v >= FEWEST else f"<{FEWEST}" for k, v in cells.items()}
            rows.append({"group": words, **told})
        return pd.DataFrame(rows).astype(str)

    errors_by_group = by_group()
    mo.vstack(
        [
            mo.md(f"## 누구에게서 (점수표; {FEWEST}건 미만은 쓰지 않는다)"),
            mo.ui.table(errors_by_group, selection=None),
        ]
    )
    return (errors_by_group,)


@app.cell
def _(chosen, mo, pd, test):
    def apart():
        """How those missed differ from those found, feature by feature."""
        here = chosen["scorecard_v1"]
        needs = test["label"].to_numpy() == 1
        numbers = test.select_dtypes("number").drop(columns=["label"], errors="ignore")
        found, missed = numbers[here & needs], numbers[~here & needs]
        if not len(found) or not len(missed):
            return pd.DataFrame(columns=["feature", "found", "missed", "apart"])
        spread = numbers.std().replace(0, 1).fillna(1)
        table = pd.DataFrame(
            {
                "feature": numbers.columns,
                "found": found.mean().round(3).to_numpy(),
                "missed": missed.mean().round(3).to_numpy(),
                "apart": ((found.mean() - missed.mean()) / spread).round(2).to_numpy(),
            }
        )
        largest = table["apart"].abs().sort_values(ascending=False, kind="stable").index
        return table.loc[largest].head(20).reset_index(drop=True)

    apart_by_feature = apart()
    mo.vstack(
        [
            mo.md("## 찾은 필요와 놓친 필요는 무엇이 다른가 (표준편차 단위)"),
            mo.ui.table(apart_by_feature, selection=None),
        ]
    )
    return (apart_by_feature,)


if __name__ == "__main__":
    app.run()
