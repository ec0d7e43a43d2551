"""The office's log on a full disk: the work tells of it, once, and no traceback does."""

import resource
from pathlib import Path

import pytest

from pipeline.errors import DiskError
from pipeline.logs import LOGGER, office_log


def test_a_line_that_the_disk_does_not_take_is_no_traceback(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with office_log(tmp_path / "logs") as file:
        LOGGER.info("before")
        size = file.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 5, hard))
        try:
            LOGGER.info("does not fit")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert file.read_text().splitlines()[0].endswith("before")
    assert capfd.readouterr().err == ""


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("no folder")
    with (
        pytest.raises(DiskError, match="cannot be written"),
        office_log(tmp_path / "logs"),
    ):
        pass
