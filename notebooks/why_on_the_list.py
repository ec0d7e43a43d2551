"""Why a household has its place: parts of the score, what was seen when, who is near.

    marimo edit notebooks/why_on_the_list.py -- --snapshot DIR
    python notebooks/why_on_the_list.py --snapshot DIR

DIR is written by `blindspot snapshot`. Nothing is stored in this file; households stand
by their number, and `blindspot explain` tells of one in the office.
"""

import marimo

app = marimo.App(width="medium", app_title="왜 목록에 있는가")


@app.cell
def _():
    from pathlib import Path

    import marimo as mo
    import numpy as np
    import pandas as pd

    folder = Path(str(mo.cli_args().get("snapshot") or "snapshot"))
    household = pd.read_parquet(folder / "household.parquet")
    feature = pd.read_parquet(folder / "feature.parquet").set_index("household_id")
    event = pd.read_parquet(folder / "event.parquet")
    listed = household[household["slot_kind"].notna()].sort_values(
        ["unit", "rank_in_unit", "household_id"], ignore_index=True
    )
    mo.md(
        f"# 왜 목록에 있는가\n\n{household['round'].iloc[0]} 회차, "
        f"{household['as_of'].iloc[0]} 기준, 모델 {household['model'].iloc[0]}. "
        f"자리를 얻은 가구 {len(listed):,}."
    )
    return event, feature, household, listed, mo, np, pd


@app.cell
def _(listed, mo):
    mo.stop(listed.empty, mo.md("이 회차에 자리를 얻은 가구가 없다."))
    # The household with the highest score, unless another one is chosen.
    _highest = listed.sort_values(
        ["score", "household_id"], ascending=[False, True]
    )["household_id"]
    choice = mo.ui.dropdown(
        options=sorted(listed["household_id"]),
        value=_highest.iloc[0],
        label="가구번호",
        searchable=True,
    )
    choice
    return (choice,)


@app.cell
def _(choice, listed, mo, pd):
    from data_contracts.outputs import SLOT_KIND_KO

    def place():
        row = listed[listed["household_id"] == choice.value].iloc[0]
        told = {
            "행정동": row["dong_code"],
            "단위": row["unit"],
            "의뢰구분": SLOT_KIND_KO.get(row["slot_kind"], row["slot_kind"]),
            "단위 안 순서": int(row["rank_in_unit"]),
            "위험구간": row["band"],
            "점수": row["score"],
            "사유1": row["reason_1"],
            "사유2": row["reason_2"],
            "사유3": row["reason_3"],
        }
        rows = [[what, "" if pd.isna(v) else str(v)] for what, v in told.items()]
        return pd.DataFrame(rows, columns=["what", "told"])

    place_of_household = place()
    mo.vstack([mo.md("## 자리"), mo.ui.table(place_of_household, selection=None)])
    return (place_of_household,)


@app.cell
def _(choice, feature, household, mo, pd):
    from models.registry import MODELS, ready_model

    # A fitted model's weights stay in the office: `blindspot explain` tells its parts.
    _name = household["model"].iloc[0]
    model = None if MODELS[_name].needs_outcomes else ready_model(_name)

    def parts():
        from models.explain import explain

        columns = ["feature", "이름", "값", "점수에 더한 것", "문장"]
        if model is None:
            return pd.DataFrame(columns=columns)
        rows = [
            [p.feature, p.label_ko, p.value, p.contribution, p.sentence or ""]
            for p in explain(model, feature.loc[[choice.value]])
            if p.contribution
        ]
        return pd.DataFrame(rows, columns=columns)

    parts_of_score = parts()
    mo.vstack(
        [
            mo.md(
                f"## 점수의 부분\n\n모두 더하면 {parts_of_score['점수에 더한 것'].sum():.0f}점."
                if model is not None
                else "## 점수의 부분\n\n학습된 모델이므로 사무실에서 `blindspot explain`."
            ),
            mo.ui.table(parts_of_score, selection=None),
        ]
    )
    return model, parts_of_score


@app.cell
def _(choice, event, mo):
    def seen():
        mine = event[event["household_id"] == choice.value]
        return (
            mine.drop(columns=["household_id", "place"])
            .sort_values(["occurred_on", "event_type"], ascending=[False, True])
            .reset_index(drop=True)
        )

    events_seen = seen()
    mo.vstack(
        [
            mo.md(
                "## 무엇이 언제 보였는가\n\n`occurred_on` 일어난 날, `known_on` 알게 된 날. "
                "기준일 전에 알게 된 것만 셌다."
            ),
            mo.ui.table(events_seen, selection=None),
        ]
    )
    return (events_seen,)


@app.cell
def _(events_seen, mo, pd):
    def timeline():
        """Every sign as a dot on its day, a line to the day it was known."""
        import io

        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        kinds = sorted(events_seen["event_type"].unique(), reverse=True)
        figure = Figure(figsize=(9, 0.35 * max(len(kinds), 1) + 1.2))
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        happened = pd.to_datetime(events_seen["occurred_on"])
        known = pd.to_datetime(events_seen["known_on"])
        height = events_seen["event_type"].map(kinds.index).to_numpy(float)
        axes.hlines(height, happened, known, color="#c8861a", linewidth=1)
        axes.plot(happened, height, "o", color="#0b57a4", markersize=5)
        axes.set_yticks(range(len(kinds)), kinds)
        axes.grid(axis="x", alpha=0.3)
        figure.tight_layout()
        out = io.StringIO()
        figure.savefig(out, format="svg")
        return out.getvalue()

    mo.vstack([mo.md("점은 일어난 날, 선의 끝은 알게 된 날."), mo.Html(timeline())])
    return


@app.cell
def _(choice, household, listed, mo):
    NEAR = 4

    def near():
        """Who stands just above and below among those of its unit that may be listed."""
        unit = listed.loc[listed["household_id"] == choice.value, "unit"].iloc[0]
        inside = household[(household["unit"] == unit) & household["is_eligible"]]
        ranked = inside.sort_values(
            ["score", "household_id"], ascending=[False, True], ignore_index=True
        )
        ranked.insert(0, "by_score", range(1, len(ranked) + 1))
        at = ranked.index[ranked["household_id"] == choice.value]
        middle = int(at[0]) if len(at) else 0
        part = ranked.iloc[max(0, middle - NEAR) : middle + NEAR + 1]
        return part[
            ["by_score", "household_id", "score", "band", "slot_kind", "reason_1"]
        ].reset_index(drop=True)

    neighbours = near()
    mo.vstack(
        [
            mo.md(
                "## 앞뒤에 누가 있는가 (같은 단위, 점수 순)\n\n필수 방문과 소재 확인은 "
                "점수보다 먼저 자리를 얻고, 표본은 추첨된다."
            ),
            mo.ui.table(neighbours, selection=None),
        ]
    )
    return (neighbours,)


@app.cell
def _(choice, feature, household, listed, mo, model, parts_of_score, pd):
    def without():
        """Where it would stand in its unit if one sign had not been seen."""
        columns = ["없었다면", "점수", "단위 안 점수 순위"]
        row = listed[listed["household_id"] == choice.value].iloc[0]
        inside = household[
            (household["unit"] == row["unit"])
            & household["is_eligible"]
            & (household["household_id"] != choice.value)
        ]["score"]
        if model is None or not len(parts_of_score):
            return pd.DataFrame(columns=columns)
        rows = [["(있는 그대로)", row["score"], int((inside > row["score"]).sum()) + 1]]
        for part in parts_of_score.head(5).itertuples(index=False):
            score = row["score"] - part[3]
            rows.append([part[1], score, int((inside > score).sum()) + 1])
        return pd.DataFrame(rows, columns=columns)

    standing_without = without()
    mo.vstack(
        [
            mo.md("## 하나가 없었다면"),
            mo.ui.table(standing_without, selection=None),
        ]
    )
    return (standing_without,)


if __name__ == "__main__":
    app.run()
