"""How far down the list a team should go: places against what they would find.

    marimo edit notebooks/capacity_planning.py -- --snapshot DIR
    python notebooks/capacity_planning.py --snapshot DIR

DIR is written by `blindspot snapshot`. Nothing is stored in this file.
"""

import marimo

app = marimo.App(width="medium", app_title="정원과 기준선")


@app.cell
def _():
    from pathlib import Path

    import marimo as mo
    import numpy as np
    import pandas as pd

    folder = Path(str(mo.cli_args().get("snapshot") or "snapshot"))
    household = pd.read_parquet(folder / "household.parquet")
    past = pd.read_parquet(folder / "past.parquet")
    unit = pd.read_parquet(folder / "unit.parquet")
    mo.md(
        f"# 정원과 기준선\n\n{household['round'].iloc[0]} 회차, "
        f"{household['as_of'].iloc[0]} 기준, 모델 {household['model'].iloc[0]}. "
        f"가구 {len(household):,}, 대상 {int(household['is_eligible'].sum()):,}."
    )
    return household, mo, np, past, pd, unit


@app.cell
def _(household, mo, pd, unit):
    # Below the line stands who may be listed and has no place this round.
    _eligible = household[household["is_eligible"]]
    _waiting = _eligible[_eligible["slot_kind"].isna() & _eligible["route"].isna()]
    _bands = _waiting.pivot_table(
        index="unit", columns="band", values="household_id", aggfunc="count"
    ).fillna(0)
    load = unit[["unit", "fte", "slots", "eligible", "below_line"]].merge(
        _bands.reset_index(), on="unit", how="left"
    )
    load = load.fillna(0).sort_values("unit", ignore_index=True)
    top = "매우 높음"
    load["more_places_for_top_band"] = load[top] if top in load else 0
    per_fte = (load["slots"].sum() / load["fte"].sum()) if load["fte"].sum() else 0
    load["more_fte"] = (
        (load["more_places_for_top_band"] / per_fte).round(2) if per_fte else 0.0
    )
    mo.vstack(
        [
            mo.md(
                "## 단위별 기준선 아래\n\n`more_fte`: 기준선 아래의 '매우 높음' 가구를 "
                f"모두 보려면 더 필요한 인력 (1인 {per_fte:.0f}건/회차)."
            ),
            mo.ui.table(pd.DataFrame(load), selection=None),
        ]
    )
    return (load,)


@app.cell
def _(mo, past):
    known = past[past["label"].notna()].copy()
    rounds = sorted(known["round"].unique(), key=lambda r: (r[:4], int(r[6:])))
    mo.md(
        f"## 지난 회차\n\n결과를 아는 등재 {len(known):,}건 (전체 {len(past):,}건), "
        f"{len(rounds)}개 회차. 닿지 못한 가구는 '필요 없음'이 아니라 빠져 있다."
    )
    return known, rounds


@app.cell
def _(known, np, pd, rounds):
    def later_scores():
        """Scores of each later round by a model that learnt from the rounds before."""
        from models.predict import score
        from models.registry import ready_model

        model = ready_model("scorecard_v1")
        frame = known[known["round"].isin(rounds)].set_index("household_id")
        parts = [
            score(part, model)["score"].to_numpy()
            for _, part in frame.groupby("round", sort=False)
        ]
        order = [part for _, part in frame.groupby("round", sort=False)]
        out = pd.concat(order) if order else frame
        return out.assign(score=np.concatenate(parts) if parts else [])

    scored = later_scores()
    return (scored,)


@app.cell
def _(mo, np, pd, scored):
    def wilson(hits, seen):
        """A 95 % score interval; honest also where hits are few."""
        if not seen:
            return (0.0, 1.0)
        z = 1.959964
        centre = (hits + z * z / 2) / (seen + z * z)
        half = z * np.sqrt(hits * (seen - hits) / seen + z * z / 4) / (seen + z * z)
        return max(0.0, centre - half), min(1.0, centre + half)

    def curve():
        rows = []
        place = scored.groupby("round")["score"].rank(ascending=False, pct=True)
        for share in (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0):
            seen = scored[place <= share]
            hits, count = int(seen["label"].sum()), len(seen)
            low, high = wilson(hits, count)
            needs = int(scored["label"].sum())
            rows.append(
                {
                    "share_of_listings": share,
                    "visits": count,
                    "needs_found": hits,
                    "precision": round(hits / count, 3) if count else None,
                    "low": round(low, 3),
                    "high": round(high, 3),
                    "of_all_found": round(hits / needs, 3) if needs else None,
                }
            )
        return pd.DataFrame(rows)

    capacity_curve = curve()
    mo.vstack(
        [
            mo.md("## 몇 건까지 볼 것인가 (점수표, 결과를 아는 등재만)"),
            mo.ui.table(capacity_curve, selection=None),
        ]
    )
    return (capacity_curve,)


if __name__ == "__main__":
    app.run()
