"""The report of a round: one self-contained HTML page, in Korean, fit for A4."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pipeline.errors import DiskError
from pipeline.report_data import round_figures
from pipeline.report_page import render_page
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

REPORT_NAME: Final = "보고서_{round}.html"
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600


def write_report(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    timings: Mapping[str, float],
    folder: Path,
) -> Path:
    """Write the round's page into a folder and return its path.

    `timings` are seconds per stage, in the order in which they are shown.

    Raises:
        NotReady: The round was not screened.
        DiskError: The page cannot be written.
    """
    round_ = parse_round(round_)
    config = office.config
    figures = round_figures(warehouse, round_, config.round.weeks)
    page = render_page(
        figures,
        timings,
        office_name=config.office.name,
        is_synthetic=config.office.synthetic,
    )
    path = folder / REPORT_NAME.format(round=round_)
    temp = folder / f".{path.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
        temp.write_text(page, encoding="utf-8")
        temp.chmod(_FILE_MODE)
        temp.replace(path)
    except OSError as error:
        raise DiskError(
            f"{path} could not be written ({error.strerror})",
            "free space or mend the folder's permissions, then report again",
        ) from None
    return path
