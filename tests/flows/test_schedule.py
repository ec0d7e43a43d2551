"""What the schedule promises: one night for many missed, retries, a limit of time."""

import os
import signal
import socket
import sqlite3
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.clock import SEOUL
from flows.deadline import RunTimedOut, deadline
from flows.deploy import DEPLOYED
from flows.prefect_server import LocalServer
from flows.runner import run_flow
from pipeline.accesslog import AccessLog
from pipeline.errors import ContractBroken, DiskError, FileRefused, OfficeBusy
from pipeline.office import open_warehouse
from pipeline.settings import ScheduleSection, load_office
from tests.lib.towns import AS_OF


def test_prefect_yaml_names_flows_and_parameters_that_exist(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from prefect.cli.deploy._config import _load_deploy_configs_and_actions
    from prefect.flows import load_flow_from_entrypoint
    from rich.console import Console

    file = Path(__file__).parents[2] / "prefect.yaml"
    found, actions = _load_deploy_configs_and_actions(file, console=Console())
    assert tuple(one["name"] for one in found) == DEPLOYED
    assert actions["pull"] == []
    crons = {}
    for one in found:
        flow: Any = load_flow_from_entrypoint(
            one["entrypoint"], use_placeholder_flow=False
        )
        assert flow.name == one["name"]
        flow.validate_parameters(one["parameters"])
        for schedule in one["schedules"] or []:
            assert schedule["timezone"] == "Asia/Seoul"
            crons[one["name"]] = schedule["cron"]
    defaults = ScheduleSection()
    assert crons == {
        "nightly": defaults.nightly_cron,
        "retention": defaults.retention_cron,
    }


def test_prefect_yaml_is_as_quiet_as_our_own_server() -> None:
    import yaml

    from flows.prefect_home import shipped_settings

    file = Path(__file__).parents[2] / "prefect.yaml"
    told = yaml.safe_load(file.read_text("utf-8"))
    env = told["definitions"]["pool"]["job_variables"]["env"]
    # Those of the server are the server's business; the runs are clients.
    ours = {
        name: value
        for name, value in shipped_settings().items()
        if not name.startswith("PREFECT_SERVER_")
    }
    assert env == {"DO_NOT_TRACK": "1", **ours}


@pytest.mark.parametrize(
    ("error", "helps"), [(OfficeBusy, True), (DiskError, True), (FileRefused, False)]
)
def test_only_what_may_pass_is_tried_again(
    error: type[Exception], helps: bool, prefect_server: str
) -> None:
    from prefect import flow, task

    from flows.patience import patient

    tries = []

    @task
    def step() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise error("here", "there")
        return 7

    @flow(name="tried")
    def tried() -> int:
        return int(patient(step, (0, 0))())

    if helps:
        assert tried() == 7
        assert len(tries) == 2
    else:
        with pytest.raises(error):
            tried()
        assert len(tries) == 1


def test_a_run_over_its_time_is_ended_told_and_taken_back(
    office_root: Path, prefect_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = []

    def slow_core(warehouse: Any, *_: Any, **__: Any) -> None:
        warehouse.execute("CREATE TABLE half AS SELECT 1 AS one")
        reached.append(warehouse.has_table("half"))
        # However long it took to get here, the four hours are over now.
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        # The engine at work, not a sleep: it has to let itself be interrupted.
        warehouse.rows("SELECT sum(sqrt(a.range)) FROM range(9000000000) AS a")

    monkeypatch.setattr("pipeline.staging.build_core", slow_core)
    office = load_office(office_root)
    with pytest.raises(RunTimedOut, match="longer than the 14,400 seconds") as caught:
        run_flow(office, "screen", AS_OF)
    assert caught.value.exit_code == 13
    assert reached == [True]
    with open_warehouse(office) as warehouse:
        assert not warehouse.has_table("half")
        ((status,),) = warehouse.rows(
            "SELECT status FROM log_run WHERE step = 'screen' ORDER BY started_at "
            "DESC LIMIT 1"
        )
    assert status == "interrupted"
    assert list(AccessLog(office.path("data")).entries())[-1]["phase"] == "ended"


def test_what_ends_in_time_is_left_alone_and_so_is_another_alarm() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with deadline(30):
        pass
    assert signal.getsignal(signal.SIGALRM) is before
    with pytest.raises(KeyboardInterrupt), deadline(30):
        raise KeyboardInterrupt


def test_the_last_night_due_is_told_in_seoul() -> None:
    from flows.missed import last_due

    now = datetime(2026, 7, 8, 1, 0, tzinfo=SEOUL)
    assert last_due("30 2 * * *", now) == datetime(2026, 7, 7, 2, 30, tzinfo=SEOUL)
    assert last_due("0 1 * * *", now.replace(minute=1)) == now


def test_seven_missed_nights_are_made_up_for_once(prefect_server: str) -> None:
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.states import Completed, Scheduled

    from flows.missed import make_up

    name = "made-up-for"
    told: list[str] = []
    night = datetime(2026, 7, 1, 2, 30, tzinfo=SEOUL)
    now = datetime(2026, 7, 8, 9, 0, tzinfo=SEOUL)

    @flow(name=name)
    def one() -> None:
        """Nothing."""

    assert not make_up(name, "30 2 * * *", now, told.append)  # never served
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(one)
        deployment = client.create_deployment(flow_id=flow_id, name=name)
        assert not make_up(name, "30 2 * * *", now, told.append)  # its first day
        run = client.create_flow_run_from_deployment(
            deployment, state=Scheduled(scheduled_time=night)
        )
        client.set_flow_run_state(run.id, Completed(), force=True)
        assert make_up(name, "30 2 * * *", now, told.append)
        assert not make_up(name, "30 2 * * *", now, told.append)
        found = [
            each
            for each in client.read_flow_runs()
            if each.deployment_id == deployment and "missed" in each.tags
        ]
    (made,) = found
    assert made.expected_start_time == now.replace(day=8, hour=2, minute=30)
    assert told == [f"{name} of 2026-07-08 02:30 was missed: it runs now"]


def test_a_database_address_of_the_environment_is_the_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as postgres:

        def answer() -> None:
            connection, _ = postgres.accept()
            with connection:
                spoken.append(connection.recv(8))
                connection.sendall(b"N")  # no TLS here
                spoken.append(connection.recv(200))

        listener = threading.Thread(target=answer, daemon=True)
        listener.start()
        port = postgres.getsockname()[1]
        monkeypatch.setenv(
            "PREFECT_API_DATABASE_CONNECTION_URL",
            f"postgresql+asyncpg://bs_user:secret@127.0.0.1:{port}/bs_prefect",
        )
        log = tmp_path / "server.log"
        with pytest.raises(ContractBroken, match="did not start"):
            LocalServer(log).wait_ready()
        listener.join(30)
    assert b"bs_user" in spoken[1]
    assert b"bs_prefect" in spoken[1]
    assert "secret" not in log.read_text()


def test_of_runs_that_waited_together_the_newest_works(prefect_server: str) -> None:
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.flow_engine import run_flow as run_of_prefect
    from prefect.runtime import flow_run
    from prefect.states import Scheduled

    from flows.missed import is_overtaken

    @flow(name="late-nights")
    def late() -> bool:
        return is_overtaken(flow_run.scheduled_start_time)

    with get_client(sync_client=True) as client:
        deployment = client.create_deployment(client.create_flow(late), "late-nights")
        runs = [
            client.create_flow_run_from_deployment(
                deployment,
                state=Scheduled(scheduled_time=datetime(2026, 7, n, 2, tzinfo=SEOUL)),
                name=f"late-night-{n}",
            )
            for n in (1, 2, 3)
        ]
        # As the schedule makes them; the second was started by a person.
        home = Path(os.environ["PREFECT_HOME"])
        with closing(sqlite3.connect(home / "prefect.db", timeout=60)) as database:
            database.execute(
                "UPDATE flow_run SET auto_scheduled = 1 "
                "WHERE name IN ('late-night-1', 'late-night-3')"
            )
            database.commit()
        found = [
            run_of_prefect(late, flow_run=client.read_flow_run(run.id)) for run in runs
        ]
    assert found == [True, False, False]
