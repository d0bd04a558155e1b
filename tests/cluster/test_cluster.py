"""A real Dask cluster of several processes: the same bytes as here, and one clear error where there is none like us."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from shop import SHOP
from shop import sim as command
from shop import write as write_shop
from workforces_at_random import write_workforce
from worlds import Calls, Silent, Staff, write

import sim
from sim.report.tables.study import tabulate
from sim.scenario.load import load
from sim.study import cluster as clusters
from sim.study.run import Entry, Options, Study, run_study

ROOT = Path(__file__).parents[2]


class Cluster:
    """A scheduler and its workers, as processes of their own."""

    def __init__(self, folder: Path) -> None:
        self.file, self.folder = folder / "scheduler.json", folder
        self.processes = list[subprocess.Popen[bytes]]()
        self._start("dask_scheduler", "--scheduler-file", str(self.file), "--port", "0", "--no-dashboard")
        _until(self.file.exists)

    def work(self, number: int, threads: int = 1, **environment: str) -> list[subprocess.Popen[bytes]]:
        """So many workers more; without nannies, so that who is killed stays dead."""
        return [
            self._start(
                "dask_worker", "--scheduler-file", str(self.file), "--nthreads", str(threads), "--no-nanny",
                "--no-dashboard", "--local-directory", str(self.folder), **environment,
            )
            for _ in range(number)
        ]  # fmt: skip

    def _start(self, module: str, *words: str, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *words], env={**os.environ, **environment},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder,
        )  # fmt: skip
        self.processes.append(process)
        return process

    @property
    def address(self) -> str:
        return str(self.file)

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def _until(holds: object, seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    one = Cluster(folder)
    yield one
    clusters.close_all()
    one.end()


def wait_for(cluster: Cluster, workers: int) -> None:
    """Until so many have come."""
    from distributed import Client

    with Client(scheduler_file=cluster.address, timeout=30, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)


def study_of(file: Path, runs: int, watcher: Silent | None = None, *, cluster: str | None = None) -> Study:
    base = load(file)
    options = Options(runs, jobs=0 if cluster else 1, engine="simpy", cluster=cluster)
    return run_study([Entry(base, base)], options, watcher or Silent())


def tables_of(study: Study) -> dict[str, str]:
    return {name: table.to_csv() for name, table in tabulate(study.results, ["base"]).by_file().items()}


def test_the_same_bytes(tmp_path: Path, cluster: Cluster) -> None:
    """Of two centers, one after the other on the same cluster, as by one process here; and by the command."""
    shop, moving = (
        write_shop(tmp_path, SHOP + "\n[plans.dearer]\ngroups.core.wage = 21\n"),
        write_workforce(3, tmp_path),
    )
    here = [tables_of(study_of(file, 6)) for file in (shop, moving)]
    for workers in (2, 4):
        cluster.work(2)
        wait_for(cluster, workers)
        clusters.close_all()
        for file, tables in zip((shop, moving), here, strict=True):
            there = study_of(file, 6, cluster=cluster.address)
            assert there.jobs == workers
            assert tables_of(there) == tables
    words = ["compare", str(shop), "--replications", "6", "--engine", "simpy"]
    done = command(*words, "--cluster", cluster.address, "--out", str(tmp_path / "there"))
    assert done.exit_code == 0, done.output
    assert "4 workers of a cluster" in " ".join(done.output.split())
    assert command(*words, "--jobs", "1", "--out", str(tmp_path / "here")).exit_code == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "here").glob("*.csv")}
    assert written == {path.name: path.read_bytes() for path in (tmp_path / "there").glob("*.csv")}


def test_workers_of_several_threads_play_one_at_a_time(tmp_path: Path, cluster: Cluster) -> None:
    cluster.work(1, threads=4)
    wait_for(cluster, 1)
    file, said = write_shop(tmp_path, SHOP), list[str]()

    class Hearing(Silent):
        def stage(self, text: str) -> None:
            said.append(text)

    there = study_of(file, 12, Hearing(), cluster=cluster.address)
    assert said[0].startswith("3 threads of the cluster stand idle: ")
    assert tables_of(there) == tables_of(study_of(file, 12))


def test_a_worker_that_is_killed_costs_its_replications(tmp_path: Path, cluster: Cluster) -> None:
    victims = cluster.work(2)
    wait_for(cluster, 2)
    talk = 'talk = { family = "exponential", mean = "240s" }\nfcr = 0.7\n'
    file = write(tmp_path, {"calls": Calls(60, talk)}, {"core": Staff(6, "skills.calls = {}")}, days=3)

    class Killing(Silent):
        def progress(self, plan: str, done: int, wanted: int) -> None:  # noqa: ARG002
            if done == 4:
                victims[0].send_signal(signal.SIGKILL)

    there = study_of(file, 20, Killing(), cluster=cluster.address)
    assert victims[0].wait(timeout=10) == -signal.SIGKILL
    assert victims[1].poll() is None
    assert tables_of(there) == tables_of(study_of(file, 20))


# ---------------------------------------------------------------- one clear error, within ten seconds


def error_of(file: Path, cluster: str) -> str:
    began = time.monotonic()
    done = command("run", str(file), "--cluster", cluster, "--engine", "simpy", "--out", str(file.parent / "out"))
    assert time.monotonic() - began < 10.0
    assert done.exit_code == 2
    assert not (file.parent / "out").exists()
    return done.output.strip()


def test_nobody_there(tmp_path: Path) -> None:
    file = write_shop(tmp_path, SHOP)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        # First nobody listens, then somebody who never says a word.
        for _ in range(2):
            address = f"tcp://127.0.0.1:{port}"
            assert error_of(file, address) == (f"no Dask scheduler of our version answers at {address}; is it running?")
            silent.listen()
    for address, said in (
        ("tcp://host:port", "tcp://host:port is no address of a scheduler; write it as tcp://host:8786"),
        (
            "nowhere",
            "--cluster nowhere: nowhere is neither an address, such as tcp://host:8786, nor a scheduler's file",
        ),
    ):
        assert error_of(file, address) == said


def test_nobody_who_works(tmp_path: Path, cluster: Cluster) -> None:
    assert error_of(write_shop(tmp_path, SHOP), cluster.address).startswith(
        f"the cluster at {cluster.address} has no workers; start some: dask worker "
    )


def test_another_version(tmp_path: Path, cluster: Cluster) -> None:
    """Of sim itself, by number and by a single letter of its sources."""
    copy = tmp_path / "other" / "sim"
    shutil.copytree(ROOT / "sim", copy, ignore=shutil.ignore_patterns("__pycache__"))
    file = write_shop(tmp_path, SHOP)
    (copy / "units.py").write_text((copy / "units.py").read_text() + "# other\n")
    (worker,) = cluster.work(1, PYTHONPATH=str(copy.parent))
    wait_for(cluster, 1)
    assert re.fullmatch(
        r"the cluster at \S+ would not play the same: worker \S+ has other source files of sim, or another kind of "
        r"machine, than we have here; install the same there",
        error_of(file, cluster.address),
    )
    worker.kill()
    worker.wait()
    (copy / "__init__.py").write_text((copy / "__init__.py").read_text().replace(sim.__version__, "0.0.1"))
    cluster.work(1, PYTHONPATH=str(copy.parent))
    wait_for(cluster, 1)
    assert re.fullmatch(
        rf"the cluster at \S+ would not play the same: of worker \S+, sim is 0\.0\.1 there and "
        rf"{re.escape(sim.__version__)} here; install the same there",
        error_of(file, cluster.address),
    )


def test_versions_of_python_and_libraries() -> None:
    ours = clusters.versions()
    assert set(ours) == {"Python", "sim", "numpy", "scipy", "simpy", "numba"}
    assert clusters.different({"a": ours, "b": dict(ours)}) == []
    for name in ours:
        (said,) = clusters.different({"a": ours, "worker b": {**ours, name: "0.1"}})
        assert said == f"of worker b, {name} is 0.1 there and {ours[name]} here"
    assert clusters.different({"b": {**ours, "sim": None}}) == [f"of b, sim is not there and {ours['sim']} here"]


def test_without_dask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = error_of(write_shop(tmp_path, SHOP), "tcp://127.0.0.1:9")
    assert said == '--cluster tcp://127.0.0.1:9 needs Dask: pip install "contact-center-sim[cluster]"'


def test_what_does_not_go_together(tmp_path: Path) -> None:
    file = str(write_shop(tmp_path, SHOP))
    both = command("run", file, "--cluster", "tcp://a:1", "--jobs", "2")
    assert both.exit_code == 2
    assert "--cluster plays on its own workers; --jobs are processes here: give one of them" in both.output
    staff = command("staff", file, "--cluster", "tcp://a:1")
    assert staff.exit_code == 2
    assert "sim staff plays on this machine alone; leave out --cluster" in staff.output
    with pytest.raises(sim.ScenarioError, match="plays on its own workers"):
        sim.run(sim.load(file), cluster="tcp://a:1", jobs=2)
