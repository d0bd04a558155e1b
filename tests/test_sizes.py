"""How large a study is, announced before it is played: against real peaks and times; and what does not fit is refused."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from shop import SHOP, sim, write
from worlds import Calls, Staff
from worlds import write as write_world

from sim.errors import SimError
from sim.floor.calendars.cache import is_warm
from sim.scenario.load import load
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import replicate
from sim.study.run import Entry, Options, make_ready
from sim.study.sizes import MAIN, Bulk, Load, Size, bulk_of, load_of, memory, size_of

SCENARIOS = Path(__file__).parents[1] / "scenarios"
TALKS = 'talk = { family = "exponential", mean = "20s" }\nfcr = 0'


@pytest.fixture(scope="module")
def shipped() -> dict[str, Prepared]:
    names = ("starter", "omnichannel", "hiring-wave", "bpo-four-sites")
    return {name: prepare(load(SCENARIOS / f"{name}.toml")) for name in names}


# ---------------------------------------------------------------- what a file says, counted


def test_heads_are_counted_as_they_will_be_made(shipped: dict[str, Prepared]) -> None:
    """Starting staff, those who may join, and vendors' places."""
    for prepared in shipped.values():
        assert sum(bulk_of(prepared.scenario).heads.values()) == len(prepared.setting.agents)


def test_intervals_shown_are_counted_as_they_will_be_shown(shipped: dict[str, Prepared]) -> None:
    """Exact by date; of typical weeks but for the hours that a clock change repeats or leaves out."""
    for prepared in shipped.values():
        assert bulk_of(prepared.scenario).listed == pytest.approx(prepared.slots.count, abs=4)


def test_sums_are_as_large_as_announced(shipped: dict[str, Prepared]) -> None:
    for name in ("starter", "omnichannel"):
        prepared = shipped[name]
        real = sum(values.nbytes for values in vars(replicate(prepared, 0, "compiled").sums).values())
        assert 0.6 * real < bulk_of(prepared.scenario).sums < 1.5 * real


def test_contacts_are_those_of_the_forecast_and_of_a_warm_up(tmp_path: Path) -> None:
    """600 an hour on each of 7 days, and a warm-up of 2 days more."""
    path = write_world(tmp_path, {"q": Calls(600, TALKS)}, {"g": Staff(5, "skills = { q = {} }")})
    scenario = load(path)
    plain = load_of(prepare(scenario))
    assert (plain.contacts, plain.busiest) == pytest.approx((7 * 24 * 600, 24 * 600))
    warm = scenario.with_spec(run=scenario.spec.run.model_copy(update={"warm_up": 2 * 86400.0}))
    assert load_of(prepare(warm)).contacts == pytest.approx(9 * 24 * 600)


def test_those_who_do_not_give_up_wait(tmp_path: Path) -> None:
    """1,000 emails an hour of 20 s want 5.6 people; one head is there 8 h on 5 of 7 days: 96 % of them lie there."""
    path = write_world(tmp_path, {"q": Calls(1000, TALKS, channel="email")}, {"g": Staff(1, "skills = { q = {} }")})
    load_now = load_of(prepare(load(path)))
    there, work = 8 * 3600 * 5 / 7, 24 * 1000 * 20
    assert load_now.waiting == pytest.approx(7 * 24_000 * (1 - there / work) + 1000 / 3600 * 20)


# ---------------------------------------------------------------- a study, added up

BULK = Bulk({"g": 10}, days=7, intervals=336, listed=336, queues=2, groups=1, deferred=0)
LOAD = Load(BULK, contacts=1e6, busiest=2e5, waiting=1e3)


def test_no_more_contacts_wait_than_there_are(tmp_path: Path) -> None:
    """Whoever never hangs up was reckoned to wait for a hundred years' worth of arrivals."""
    endless = 'talk = { family = "exponential", mean = "4min" }\npatience = { family = "exponential", mean = "100y" }\n'
    path = write_world(tmp_path, {"q": Calls(10, endless + "fcr = 0")}, {"g": Staff(1, "skills = { q = {} }")}, days=1)
    load_found = load_of(prepare(load(path)))
    assert load_found.waiting == load_found.contacts == pytest.approx(240.0)


def test_time_is_shared_by_processes_but_not_by_more_than_there_are_cores() -> None:
    def seconds(jobs: int) -> float:
        return size_of([LOAD], [40], 0, "compiled", jobs, cores=2, keep=False, warm=True).seconds

    one = seconds(1)
    # 40 million contacts at 4 µs.
    assert one == pytest.approx(160, rel=0.05)
    assert seconds(2) == pytest.approx(one / 2, rel=0.05)
    assert seconds(4) == seconds(2)


def test_memory_follows_processes_waiting_contacts_and_kept_rows() -> None:
    def size(load_now: Load, jobs: int = 1, keep: bool = False) -> float:
        return size_of([load_now], [10], 0, "compiled", jobs, cores=2, keep=keep, warm=True).memory

    assert size(LOAD, 3) - size(LOAD, 2) == pytest.approx(size(LOAD, 4) - size(LOAD, 3))
    assert size(LOAD, 2) > size(LOAD) > MAIN
    # Of contacts a day, only a part counts; of who waits, and of rows kept, all do.
    assert size(replace(LOAD, busiest=24e6)) == size(LOAD)
    assert size(replace(LOAD, waiting=1e6)) - size(LOAD) > 1e9
    assert size(LOAD, keep=True) - size(LOAD) == pytest.approx(1e6 * 2_000)


@pytest.mark.parametrize(
    ("size", "line"),
    [
        (Size(24e6, 190.0, 2.1e9, 2), "About 24 million contacts, 3 min on 2 processes, 2.1 GB of memory."),
        (Size(1.5e6, 61.0, 6.4e8, 1), "About 1.5 million contacts, 60 s on 1 process, 640 MB of memory."),
        (Size(9.6e9, 86400.0, 2e9, 1, True), "Up to 9.6 billion contacts, 24 h on 1 process, 2.0 GB of memory."),
        (Size(84_200.0, 1.0, 4e8, 1), "About 84,000 contacts, 5 s on 1 process, 400 MB of memory."),
    ],
)
def test_the_line(size: Size, line: str) -> None:
    assert str(size) == line


# ---------------------------------------------------------------- against the real thing

# Not resource's ru_maxrss: that is at least the parent's.
PEAK = """
import os, sys
from sim.command.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
peak = open("/proc/self/status").read().split("VmHWM:")[1].split()[0]
used = os.times()
print("USED", peak, used.user + used.system)
"""


def real(path: Path, *words: str) -> tuple[float, float]:
    """Peak bytes and processor seconds of `sim run` on one process."""
    command = [sys.executable, "-c", PEAK, "run", str(path), "--jobs", "1", "--out", str(path.parent / "out"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"USED (\d+) (\S+)", done.stdout)
    assert found is not None
    return 1024.0 * float(found[1]), float(found[2])


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system how much memory was taken at most")
@pytest.mark.parametrize(
    "kind",
    [
        "contacts",
        "waiting",
        pytest.param("heads", marks=pytest.mark.long),
        pytest.param("tables", marks=pytest.mark.long),
    ],
)
def test_estimates_are_near_the_real_thing(kind: str, tmp_path: Path) -> None:
    """Memory is announced between 0.9 and 2.2 times what it takes; time within a factor of three."""
    calls = {"contacts": Calls(20_000, TALKS), "waiting": Calls(20_000, TALKS, channel="email")}.get(kind)
    seats = {"contacts": 120, "waiting": 2}.get(kind, 1)
    days = {"contacts": 2, "waiting": 1, "heads": 28, "tables": 14}[kind]
    path = write_world(
        tmp_path, {"q": calls or Calls(10, TALKS)}, {"g": Staff(seats, "skills = { q = {} }")},
        days=days, interval=5 if kind == "tables" else 60,
    )  # fmt: skip
    if kind == "heads":
        text = path.read_text().replace('seats = { csv = "g-seats.csv" }', 'heads = 12000\nshifts = { d = "100%" }')
        path.write_text(text + '\n[shifts.d]\nhours = "08:00-16:00"\ndays = "mon-fri"\n')
    words = ("--replications", "1", "--engine", "compiled")
    scenario = load(path)
    if not is_warm():
        # What compiling takes depends on the machine more than anything else.
        real(path, *words)
    told = make_ready([Entry(scenario, scenario)], Options(1, engine="compiled", jobs=1)).size
    peak, seconds = real(path, *words)
    assert 0.9 * peak < told.memory < 2.2 * peak, (told.memory, peak)
    assert seconds / 3 < told.seconds < 3 * seconds, (told.seconds, seconds)


# ---------------------------------------------------------------- at the front door


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with 300 MB to spare: the program itself wants more."""
    for module in ("run", "sizes"):
        monkeypatch.setattr(f"sim.study.{module}.free_memory", lambda: 3e8)


def test_ten_million_heads_are_counted_and_not_made(tmp_path: Path) -> None:
    """Refused in an address space in which a fifth of them would not fit, and nothing is written."""
    text = re.sub(r"heads = \d+", "heads = 10_000_000", SHOP, count=1)
    path = write(tmp_path, re.sub(r"shifts = \{[^}]*\}", 'shifts = { early = "100%" }', text, count=1))
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)); from sim.command.cli import main; main()"
    for words in (["check"], ["run"]):
        command = [sys.executable, "-c", limit, words[0], str(path), *words[1:]]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        assert done.returncode == 2, done
        assert "10,000,000 heads over 2 days" in done.stderr
        assert re.search(r"about [\d,]+ heads would fit", done.stderr)
        assert not (tmp_path / "results").exists()


@pytest.mark.usefixtures("little_room")
def test_what_does_not_fit_is_refused_before_a_folder_is_opened(tmp_path: Path) -> None:
    path = write(tmp_path, SHOP + '[plans.dear]\ngroups.core.wage = "110%"\n')
    for verb in (["run"], ["compare"], ["frontier", "--over", "heads", "--values", "+1"]):
        result = sim(verb[0], path, *verb[1:], "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert "300 MB are free" in result.output
        assert "--anyway" in result.output
        assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("little_room")
def test_it_is_played_all_the_same_if_told_so(tmp_path: Path) -> None:
    result = sim("run", write(tmp_path), "--anyway", "--replications", "2", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "--anyway" in (tmp_path / "out" / "manifest.json").read_text()


def test_fewer_processes_are_chosen_where_more_do_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight cores, room for three processes of some 250 MB beside the first; who asks for eight is told what fits."""
    scenario = load(write_world(tmp_path, {"q": Calls(60_000, TALKS)}, {"g": Staff(400, "skills = { q = {} }")}))
    entries = [Entry(scenario, scenario)]
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    monkeypatch.setattr("sim.study.run.free_memory", lambda: 1e12)
    options = Options(20, engine="compiled")
    eight, two = make_ready(entries, options), make_ready(entries, replace(options, jobs=2))
    assert (eight.jobs, two.jobs) == (8, 2)
    worker = (eight.size.memory - two.size.memory) / 6
    room = two.size.memory + 1.5 * worker
    monkeypatch.setattr("sim.study.run.free_memory", lambda: room)
    assert make_ready(entries, options).jobs == 3
    with pytest.raises(SimError, match=r"jobs=3 would fit") as refused:
        make_ready(entries, replace(options, jobs=8))
    assert memory(room) in str(refused.value)


def test_large_studies_are_announced_and_small_ones_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path)
    words = ("--replications", "2", "--engine", "simpy", "--jobs", "1")
    assert "About" not in sim("run", path, *words, "--out", tmp_path / "out").output
    monkeypatch.setattr("sim.study.sizes.LARGE_CONTACTS", 10.0)
    result = sim("run", path, *words, "--out", tmp_path / "out")
    assert re.search(r"^About \d+ contacts, 5 s on 1 process, 3\d\d MB of memory\.$", result.output, re.MULTILINE)
