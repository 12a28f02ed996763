"""A campaign on a cluster: it says what one process says, and loses nothing with a worker."""

import sys
from contextlib import contextmanager

import pytest
from test_proof import few
from typer.testing import CliRunner

from bench.errors import BenchError, ConfigError
from station import cluster
from station.cli import app
from station.cores import on_cores
from station.ledger import Ledger, open_ledger
from station.proof import prove

distributed = pytest.importorskip(
    "distributed", reason="Dask is not installed: pip install -e '.[campaign]'"
)

KILLER = """
from pathlib import Path
import os


def killer(device):
    '''LOAD has 10 kohm, and the first process that builds the unit dies of it.'''
    device.elements["LOAD"].set(resistance=10e3)
    mark = Path(__file__).with_suffix(".mark")
    if not mark.exists():
        mark.touch()
        os._exit(1)


killer.clauses = ("S-LOAD-LEVEL",)
"""


@pytest.fixture(scope="module")
def address():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as local:
        local.wait_for_workers(2)
        yield local.scheduler_address


def campaign(folder, golden, defects, spread):
    told = []
    with open_ledger(folder) as ledger:
        (matrix,) = prove(
            [golden], defects, ledger, spread=spread, told=lambda *news: told.append(news)
        )
    return matrix, told


def test_a_lost_worker_loses_no_result(tmp_path, address):
    path = tmp_path / "killer.py"
    path.write_text(KILLER, encoding="utf-8")
    golden, defects = few("killer,load-drop-0v3,current-off-too-high", path)
    there, told = campaign(tmp_path / "there", golden, defects, cluster.on_cluster(address))
    assert path.with_suffix(".mark").exists(), "no worker was lost"
    assert [(done, of) for done, of, _ in told] == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    here, _ = campaign(tmp_path / "here", golden, defects, on_cores(1))
    assert there == here
    assert there.is_proof


def test_an_interrupted_campaign_goes_on(tmp_path, address):
    golden, defects = few("load-drop-0v3,current-off-too-high")

    def interrupt(done, of, name):
        if done == 1:
            raise KeyboardInterrupt

    with open_ledger(tmp_path) as ledger, pytest.raises(KeyboardInterrupt):
        prove([golden], defects, ledger, spread=cluster.on_cluster(address), told=interrupt)
    assert len((tmp_path / Ledger.NAME).read_text(encoding="utf-8").splitlines()) == 1
    matrix, told = campaign(tmp_path, golden, defects, cluster.on_cluster(address))
    assert [of for _, of, _ in told] == [2, 2, 2]
    assert matrix.is_proof
    _, told = campaign(tmp_path, golden, defects, cluster.on_cluster("tcp://nowhere"))
    assert told == [(0, 0, "")], "nothing is left to do, so nobody is asked"


def test_a_worker_with_other_code_is_refused(address, tmp_path, monkeypatch):
    golden, defects = few("load-drop-0v3")
    monkeypatch.setattr(cluster, "own_software", lambda: "another checkout")
    with pytest.raises(ConfigError, match="measures with other code"):
        campaign(tmp_path, golden, defects, cluster.on_cluster(address))


def test_a_mistake_in_a_task_is_the_sentence_it_is_elsewhere(address, tmp_path):
    golden, defects = few("load-drop-0v3")
    missing = tmp_path / "gone.py"
    missing.write_text("def gone(device):\n    '''It is gone.'''\n", encoding="utf-8")
    golden, defects = few("gone", missing)
    missing.unlink()
    with pytest.raises(BenchError, match=r"smallbms: gone: .*gone\.py"):
        campaign(tmp_path, golden, defects, cluster.on_cluster(address))


def command(tmp_path, address):
    arguments = ["prove", "smallbms", "--faults", "load-drop-0v3", "--out", str(tmp_path)]
    return CliRunner().invoke(app, [*arguments, "--scheduler", address], catch_exceptions=False)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "gopher://127.0.0.1:9"])
def test_a_scheduler_that_does_not_answer_is_a_sentence(address, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_TIMEOUT", 0.2)
    done = command(tmp_path, address)
    assert done.exit_code == 2
    assert f"no scheduler answers at {address}" in done.output


def test_a_scheduler_without_workers_is_a_sentence(tmp_path):
    with no_workers() as address:
        done = command(tmp_path, address)
    assert done.exit_code == 2
    assert "has no workers; start them with 'dask worker" in done.output


@contextmanager
def no_workers():
    with distributed.LocalCluster(
        n_workers=0, processes=False, dashboard_address=":0", protocol="tcp", silence_logs=50
    ) as empty:
        yield empty.scheduler_address


def test_without_dask_the_remedy_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = command(tmp_path, "tcp://127.0.0.1:8786")
    assert done.exit_code == 2
    assert "pip install -e '.[campaign]'" in done.output
