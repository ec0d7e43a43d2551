"""Whether what arrived can be trusted: rows, delays, silence, and what links to nobody.

    marimo edit notebooks/data_quality.py -- --snapshot DIR
    python notebooks/data_quality.py --snapshot DIR

DIR is written by `blindspot snapshot`. Nothing is stored in this file.
"""

import marimo

app = marimo.App(width="medium", app_title="자료 품질")


@app.cell
def _():
    from pathlib import Path

    import marimo as mo
    import pandas as pd

    folder = Path(str(mo.cli_args().get("snapshot") or "snapshot"))
    file = pd.read_parquet(folder / "file.parquet")
    reject = pd.read_parquet(folder / "reject.parquet")
    coverage = pd.read_parquet(folder / "coverage.parquet")
    link = pd.read_parquet(folder / "link.parquet")
    mo.md(
        f"# 자료 품질\n\n출처 {file['source'].nunique()}곳, 파일 {len(file):,}개, "
        f"행 {int(file['rows'].sum()):,}개. 기준일 전에 받은 것만 있다."
    )
    return coverage, file, link, mo, pd, reject


@app.cell
def _(file, mo):
    PARTS = ["accepted", "rejected", "repeated", "superseded", "skipped"]

    def account():
        """Every row of every source: taken in, refused, or left out for a reason."""
        table = file.groupby("source")[["rows", *PARTS]].sum()
        table.insert(0, "files", file.groupby("source").size())
        table["adds_up"] = table["rows"] == table[PARTS].sum(axis=1)
        table["rejected_share"] = (table["rejected"] / table["rows"]).fillna(0).round(4)
        return table.sort_values("rejected_share", ascending=False).reset_index()

    rows_by_source = account()
    mo.vstack(
        [
            mo.md("## 모든 행의 대조\n\n`adds_up`이 아니오인 출처가 있으면 거기부터."),
            mo.ui.table(rows_by_source, selection=None),
        ]
    )
    return (rows_by_source,)


@app.cell
def _(file, mo, pd):
    def shares():
        """Rejected share of each source and month; a supplier's change shows here."""
        month = pd.PeriodIndex(pd.to_datetime(file["ref_date"]), freq="M")
        sums = file.groupby(["source", month.astype(str).rename("month")])[
            ["rows", "rejected"]
        ].sum()
        return (sums["rejected"] / sums["rows"].where(sums["rows"] > 0)).unstack("month")

    def jumps(table):
        """Months whose share is thrice the source's usual one, and over 2 %."""
        rows = []
        for source, line in table.iterrows():
            known = line.dropna()
            usual = float(known.median()) if len(known) else 0.0
            rows += [
                {"source": source, "month": m, "share": round(v, 4), "usual": round(usual, 4)}
                for m, v in known.items()
                if v > 0.02 and v > 3 * usual
            ]
        return pd.DataFrame(rows, columns=["source", "month", "share", "usual"])

    share_by_month = shares()
    jumps_by_month = jumps(share_by_month)
    return jumps_by_month, share_by_month


@app.cell
def _(jumps_by_month, mo, share_by_month):
    def heat():
        """Sources by months; an empty cell is a month of which nothing came."""
        import io

        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        figure = Figure(figsize=(9, 0.32 * len(share_by_month) + 1.2))
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        shown = axes.imshow(
            share_by_month.to_numpy(float) * 100, aspect="auto", cmap="OrRd", vmin=0
        )
        axes.set_yticks(range(len(share_by_month)), share_by_month.index)
        axes.set_xticks(
            range(len(share_by_month.columns)), share_by_month.columns, rotation=90
        )
        figure.colorbar(shown, label="rejected, %")
        figure.tight_layout()
        out = io.StringIO()
        figure.savefig(out, format="svg")
        return out.getvalue()

    mo.vstack(
        [
            mo.md("## 반려된 행의 비율, 달마다\n\n빈 칸은 그 달의 자료가 없음."),
            mo.Html(heat()),
            mo.md("평소의 세 배가 넘고 2 %가 넘는 달:"),
            mo.ui.table(jumps_by_month, selection=None),
        ]
    )
    return


@app.cell
def _(mo, reject):
    def codes():
        table = reject.groupby(["source", "code"], as_index=False)["rejected"].sum()
        return table.sort_values(
            ["rejected", "source", "code"], ascending=[False, True, True]
        ).reset_index(drop=True)

    rejects_by_code = codes()
    mo.vstack(
        [
            mo.md("## 무엇 때문에 (한 행에 사유가 여럿일 수 있다)"),
            mo.ui.table(rejects_by_code, selection=None),
        ]
    )
    return (rejects_by_code,)


@app.cell
def _(file, mo, pd):
    def delays():
        """Days from what a file speaks of to its arrival: how old news is at best."""
        late = pd.to_datetime(file["known_on"]) - pd.to_datetime(file["ref_date"])
        days = file.assign(days=late.dt.days).groupby("source")["days"]
        table = days.agg(["median", "max"]).reset_index()
        newest = file.groupby("source")["ref_date"].max()
        table["newest"] = table["source"].map(newest).astype(str)
        return table.sort_values("median", ascending=False, ignore_index=True)

    delay_by_source = delays()
    mo.vstack(
        [
            mo.md("## 며칠 늦게 아는가 (기준일에서 받은 날까지)"),
            mo.ui.table(delay_by_source, selection=None),
        ]
    )
    return (delay_by_source,)


@app.cell
def _(coverage, mo):
    def silence():
        """Dongs by state in each source's newest month; silence is not all well."""
        newest = coverage.groupby("source")["month_no"].transform("max")
        last = coverage[coverage["month_no"] == newest]
        table = last.pivot_table(
            index="source", columns="state", values="dong_code", aggfunc="count"
        ).fillna(0).astype(int)
        homes = last.groupby("source")[["homes", "homes_blind"]].sum()
        blind = homes["homes_blind"] / homes["homes"].where(homes["homes"] > 0)
        table["homes_blind_share"] = blind.round(3)
        return table.reset_index()

    silence_by_source = silence()
    mo.vstack(
        [
            mo.md(
                "## 어느 동에서 침묵하는가 (출처별 마지막 달)\n\n`homes_blind_share`: "
                "관리비에 묻혀 전기·수도가 보이지 않는 가구의 비율."
            ),
            mo.ui.table(silence_by_source, selection=None),
        ]
    )
    return (silence_by_source,)


@app.cell
def _(link, mo):
    def linked():
        table = link.groupby("source", as_index=False)[["accounts", "linked"]].sum()
        table["linked_share"] = (table["linked"] / table["accounts"]).round(3)
        return table.sort_values("linked_share", ignore_index=True)

    links_by_source = linked()
    mo.vstack(
        [
            mo.md(
                "## 가구에 이어진 계정\n\n이어지지 않은 계정의 체납은 누구의 것도 아니게 "
                "된다. 의심스러운 것은 `blindspot linkage review`."
            ),
            mo.ui.table(links_by_source, selection=None),
        ]
    )
    return (links_by_source,)


if __name__ == "__main__":
    app.run()
