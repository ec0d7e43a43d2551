"""`python -m tests.week`: a larger week by hand, with pictures of Prefect's page.

Needs Chromium for the pictures; without one it says so and leaves them out.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.lib.served import Served, served
from tests.lib.towns import make_town
from tests.lib.week import NIGHTS, Week, nights, prepare

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SECONDS_TO_DRAW = 20


def main() -> int:
    """Live through the week, tell how each night ended, picture Prefect's page."""
    given = _given()
    folder = Path(given.folder or mkdtemp(prefix="week-")).resolve()
    root, aside = folder / "office", folder / "aside"
    make_town(root, households=given.households, months=given.months)
    settings = root / "blindspot.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("[60, 300, 900]", "[2, 2, 2, 2, 2, 2, 2, 2]"))
    prepare(root, aside)
    with served(root, folder / "temp") as office:
        week = nights(office, aside)
        office.night("2026-07-11", "retention")
        sys.stdout.write(_table(week))
        for told in office.told:
            sys.stdout.write(f"told: {told['text']}\n\n")
        _pictures(office, week, folder / "pictures")
    sys.stdout.write(f"{folder}\n")
    return 0


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.week", description=__doc__)
    parser.add_argument("--households", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=8)
    parser.add_argument("--folder", help="a new folder to leave everything in")
    return parser.parse_args()


def _table(week: Week) -> str:
    lines = ["night       seconds  tries  state"]
    for night in NIGHTS:
        run = week.runs[night]
        message = run["state"]["message"] or ""
        lines.append(
            f"{night}  {run['total_run_time']:7.1f}  {week.tries[night]:5}  "
            f"{run['state_name']}: {message}"
        )
    return "\n".join(lines) + "\n\n"


def _pictures(office: Served, week: Week, folder: Path) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.stdout.write("no Chromium here: no pictures\n")
        return
    folder.mkdir(exist_ok=True)
    failed, refused = week.runs[NIGHTS[4]]["id"], week.runs[NIGHTS[2]]["id"]
    pages: dict[str, Any] = {
        "runs": "runs",
        "deployments": "deployments",
        "failed": f"runs/flow-run/{failed}",
        "refused": f"runs/flow-run/{refused}",
    }
    for key in ("reconciliation", "coverage", "retention"):
        wanted = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC"}
        found = office.api("artifacts/filter", wanted)
        if found:
            pages[key] = f"artifacts/artifact/{found[0]['id']}"
    for name, page in pages.items():
        _picture(
            browser, f"http://127.0.0.1:{office.port}/{page}", folder / f"{name}.png"
        )


def _picture(browser: str, address: str, file: Path) -> None:
    subprocess.run(
        [
            browser,
            "--headless=new",
            "--no-sandbox",
            "--hide-scrollbars",
            "--window-size=1500,1100",
            f"--virtual-time-budget={SECONDS_TO_DRAW * 1000}",
            f"--user-data-dir={file.parent / 'browser'}",
            f"--screenshot={file}",
            address,
        ],
        check=False,
        capture_output=True,
        timeout=180,
    )


if __name__ == "__main__":
    sys.exit(main())
