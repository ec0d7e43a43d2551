from pathlib import Path

import pytest

from flows.prefect_home import SERVICES, prepare, shipped_settings


def test_every_shipped_setting_is_one_that_prefect_knows() -> None:
    from prefect.settings import get_current_settings

    known = set(get_current_settings().to_environment_variables())
    assert set(shipped_settings()) <= known


def test_telemetry_is_off_whatever_the_environment_says(tmp_path: Path) -> None:
    environ = {"DO_NOT_TRACK": "0", "PREFECT_SERVER_ANALYTICS_ENABLED": "true"}
    prepare(tmp_path, environ)
    assert environ["DO_NOT_TRACK"] == "1"
    assert environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_what_the_environment_sets_otherwise_wins(tmp_path: Path) -> None:
    environ = {"PREFECT_LOGGING_LEVEL": "DEBUG"}
    prepare(tmp_path, environ)
    assert environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert environ["PREFECT_HOME"] == str(tmp_path)


@pytest.mark.parametrize("with_services", [True, False])
def test_only_a_served_schedule_has_background_services(
    tmp_path: Path, with_services: bool
) -> None:
    environ: dict[str, str] = {}
    prepare(tmp_path, environ, with_services=with_services)
    assert any(name.startswith(SERVICES) for name in environ) is not with_services


def test_the_scheduler_finds_a_sqlalchemy_that_it_works_with() -> None:
    # Prefect 3.8.8 schedules nothing on SQLAlchemy 2.1: its bulk insert of scheduled
    # runs fails ("Can't evaluate bulk DML statement") and only a log would tell.
    import sqlalchemy

    assert sqlalchemy.__version__.startswith("2.0.")
