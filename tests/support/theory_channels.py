"""Exact expected values for channels beyond the plain call: shared and interrupted work, promises, transfers.

As in `theory`, and likewise written without a look at the simulator: rates are per second, shares are of the offered.
A customer who waits finds the front of the line served at a pace that the state tells, so that means follow from
balance equations by Little's law, and a share "within t" from the chain of those still ahead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import numpy as np
import theory
from scipy import sparse

Array = theory.Array
State = TypeVar("State", bound=Hashable)
Moves = Callable[[State], Iterable[tuple[float, State]]]
"""From a state: the rate and the target of everything that may happen next."""


# ---------------------------------------------------------------- a chain from its moves


def _explore(starts: Iterable[State], moves: Moves[State]) -> tuple[list[State], sparse.csr_array]:
    """Every state within reach of `starts`, which come first, and the generator over them."""
    reached = list(dict.fromkeys(starts))
    index = {state: number for number, state in enumerate(reached)}
    triples: list[tuple[int, int, float]] = []
    for here, state in enumerate(reached):  # the list grows as we walk
        for rate, target in moves(state):
            if rate > 0.0 and target != state:
                there = index.setdefault(target, len(index))
                if there == len(reached):
                    reached.append(target)
                triples.append((here, there, rate))
    origin, to, rate_of = np.array(triples).T
    return reached, theory._generator(len(reached), [(origin, to, rate_of)])


@dataclass(frozen=True)
class Steady(Generic[State]):
    """A chain in its steady state."""

    states: list[State]
    p: Array

    def mean(self, value: Callable[[State], float]) -> float:
        return float(sum(p * value(state) for state, p in zip(self.states, self.p, strict=True)))

    def seen(self, chosen: Callable[[State], bool]) -> dict[State, float]:
        """The probabilities of the chosen states: what a Poisson arrival finds (Wolff 1982)."""
        return {state: float(p) for state, p in zip(self.states, self.p, strict=True) if chosen(state)}


def steady(start: State, moves: Moves[State]) -> Steady[State]:
    states, generator = _explore([start], moves)
    return Steady(states, theory.stationary(generator))


def reaches(starts: Mapping[State, float], moves: Moves[State], goal: State, seconds: float) -> float:
    """The probability of having reached `goal`, which is never left, after so many seconds."""
    states, generator = _explore([*starts, goal], moves)
    p = np.zeros(len(states))
    p[: len(starts)] = list(starts.values())
    return float(theory.transient(generator, p, seconds)[0][states.index(goal)])


# ---------------------------------------------------------------- contacts that share an agent


@dataclass(frozen=True, slots=True)
class Sharing:
    """Chats on agents who hold several; shares of the offered, means in seconds."""

    waited: float
    abandoned: float
    wait_mean: float
    wait_answered: float
    answered_within: float
    session: float
    effort: float  # agent time per contact, shared among those held together
    occupancy: float  # time with at least one contact
    slot_occupancy: float


def sharing(
    arrivals: float,
    service: float,
    agents: int,
    speeds: Sequence[float],
    *,
    impatience: float,
    choose: Literal["least_loaded", "most_loaded"] = "least_loaded",
    within: float = 0.0,
    room: int = 60,
) -> Sharing:
    """Agents who hold up to len(speeds) contacts, k of them at speeds[k-1] each; solo work is exponential.

    The state counts the agents at each load (processor sharing with a limit, as Tezcan and Zhang 2014 for chat); who
    waits finds all of them full, so that the line is that of M/M/1+M at the pace of the full team.
    """
    places = len(speeds)
    full_pace = agents * places * speeds[-1] * service
    at_full = (*(0 for _ in speeds), agents)

    def shifted(loads: tuple[int, ...], origin: int, by: int) -> tuple[int, ...]:
        moved = list(loads)
        moved[origin] -= 1
        moved[origin + by] += 1
        return tuple(moved)

    def moves(state: tuple[tuple[int, ...], int]) -> Iterator[tuple[float, tuple[tuple[int, ...], int]]]:
        loads, waiting = state
        if loads == at_full:
            yield (arrivals if waiting < room else 0.0), (loads, waiting + 1)
            yield waiting * impatience, (loads, waiting - 1)
        else:
            open_loads = [k for k in range(places) if loads[k]]
            chosen = open_loads[0] if choose == "least_loaded" else open_loads[-1]
            yield arrivals, (shifted(loads, chosen, 1), waiting)
        if waiting:
            yield full_pace, (loads, waiting - 1)
            return
        for k in range(1, places + 1):
            if loads[k]:
                yield loads[k] * k * speeds[k - 1] * service, (shifted(loads, k, -1), 0)

    chain = steady(((agents, *(0 for _ in speeds)), 0), moves)
    waited = sum(chain.seen(lambda s: s[0] == at_full).values())
    line = theory.erlang_a(arrivals, full_pace, 1, impatience, within)
    share = waited / line.waited  # of what holds for those who wait there
    abandoned = line.abandoned * share
    answered = arrivals * (1.0 - abandoned)
    held = chain.mean(lambda s: sum(k * n for k, n in enumerate(s[0])))
    busy = agents - chain.mean(lambda s: s[0][0])
    return Sharing(
        waited=waited,
        abandoned=abandoned,
        wait_mean=line.wait_mean * share,
        wait_answered=line.wait_answered * (1.0 - line.abandoned) * share / (1.0 - abandoned),
        answered_within=1.0 - waited + (line.answered_within - (1.0 - line.waited)) * share,
        session=held / answered,
        effort=busy / answered,
        occupancy=busy / agents,
        slot_occupancy=held / (agents * places),
    )


@dataclass(frozen=True, slots=True)
class WrappedUp:
    abandoned: float
    wait_mean: float
    talk: float
    wrap: float
    effort: float
    occupancy: float
    slot_occupancy: float


def sharing_with_wrap(
    arrivals: float, talk: float, wrap: float, speeds: Sequence[float], *, impatience: float, room: int = 40
) -> WrappedUp:
    """One agent; talk, then wrap, both exponential solo work that shares the agent. (talking, wrapping, waiting)"""

    def moves(state: tuple[int, int, int]) -> Iterator[tuple[float, tuple[int, int, int]]]:
        talking, wrapping, waiting = state
        load = talking + wrapping
        if load < len(speeds):
            yield arrivals, (talking + 1, wrapping, 0)
        elif waiting < room:
            yield arrivals, (talking, wrapping, waiting + 1)
        yield waiting * impatience, (talking, wrapping, waiting - 1)
        if load:
            pace = speeds[load - 1]
            yield talking * pace * talk, (talking - 1, wrapping + 1, waiting)
            taken = min(waiting, 1)
            yield wrapping * pace * wrap, (talking + taken, wrapping - 1, waiting - taken)

    chain = steady((0, 0, 0), moves)
    wait_mean = chain.mean(lambda s: s[2]) / arrivals
    answered = arrivals * (1.0 - impatience * wait_mean)
    busy = chain.mean(lambda s: float(s[0] + s[1] > 0))
    talking, wrapping = chain.mean(lambda s: s[0]), chain.mean(lambda s: s[1])
    return WrappedUp(
        abandoned=impatience * wait_mean,
        wait_mean=wait_mean,
        talk=talking / answered,
        wrap=wrapping / answered,
        effort=busy / answered,
        occupancy=busy,
        slot_occupancy=(talking + wrapping) / len(speeds),
    )


@dataclass(frozen=True, slots=True)
class Lossy:
    """An agent who shares, with nobody waiting: whoever finds all places taken is lost."""

    lost: float
    session: float
    effort: float  # the silent take their part of the agent's time
    occupancy: float
    slot_occupancy: float


def sharing_with_silence(
    arrivals: float, work: float, silent: float, closes_after: float, speeds: Sequence[float]
) -> Lossy:
    """One agent whose customers fall silent at a uniform point of their work, and hold their place for a while.

    A processor-sharing station and a station without queueing, arrivals stopped at a number in both together: product
    form in the mean work at each, whatever its law (Baskett, Chandy, Muntz and Palacios 1975).
    """
    places = len(speeds)
    rate, idle_load = arrivals * work * (1.0 - silent / 2.0), arrivals * silent * closes_after
    worked = np.cumprod([1.0, *(rate / (k * speed) for k, speed in enumerate(speeds, 1))])
    quiet = np.cumprod([1.0, *(idle_load / j for j in range(1, places + 1))])
    p = np.array([[worked[k] * quiet[j] * (k + j <= places) for j in range(places + 1)] for k in range(places + 1)])
    p /= p.sum()
    k, j = np.indices(p.shape)
    lost = float(p[k + j == places].sum())
    answered, held = arrivals * (1.0 - lost), float(((k + j) * p).sum())
    return Lossy(
        lost=lost,
        session=held / answered,
        effort=(1.0 - float(p[0, 0])) / answered,
        occupancy=1.0 - float(p[0, 0]),
        slot_occupancy=held / places,
    )


# ---------------------------------------------------------------- calls beside chats, on one agent


@dataclass(frozen=True, slots=True)
class CallsAndChats:
    call_wait: float
    chat_wait: float
    session: float
    chat_effort: float
    occupancy: float
    slot_occupancy: float  # a call takes all places


def calls_and_chats(
    calls: float,
    chats: float,
    call_service: float,
    chat_service: float,
    speeds: Sequence[float],
    *,
    call_impatience: float,
    chat_impatience: float,
    room: int = 30,
) -> CallsAndChats:
    """One agent who takes a call alone or shares chats; once free of everything, calls first.

    (calls in hand, chats in hand, calls waiting, chats waiting); a chat joins chats in hand though a call waits.
    """
    places = len(speeds)
    State4 = tuple[int, int, int, int]

    def settled(state: State4) -> State4:
        """The agent takes what there is to take."""
        call, chat, waiting_calls, waiting_chats = state
        if not call and not chat and waiting_calls:
            return 1, 0, waiting_calls - 1, waiting_chats
        if not call:
            taken = min(places - chat, waiting_chats)
            return 0, chat + taken, waiting_calls, waiting_chats - taken
        return state

    def moves(state: State4) -> Iterator[tuple[float, State4]]:
        call, chat, waiting_calls, waiting_chats = state
        yield (calls if waiting_calls < room else 0.0), settled((call, chat, waiting_calls + 1, waiting_chats))
        yield (chats if waiting_chats < room else 0.0), settled((call, chat, waiting_calls, waiting_chats + 1))
        yield waiting_calls * call_impatience, (call, chat, waiting_calls - 1, waiting_chats)
        yield waiting_chats * chat_impatience, (call, chat, waiting_calls, waiting_chats - 1)
        if call:
            yield call_service, settled((0, chat, waiting_calls, waiting_chats))
        if chat:
            pace = chat * speeds[chat - 1] * chat_service
            yield pace, settled((call, chat - 1, waiting_calls, waiting_chats))

    chain = steady((0, 0, 0, 0), moves)
    call_wait, chat_wait = chain.mean(lambda s: s[2]) / calls, chain.mean(lambda s: s[3]) / chats
    chats_answered = chats * (1.0 - chat_impatience * chat_wait)
    on_call, on_chats = chain.mean(lambda s: s[0]), chain.mean(lambda s: float(s[1] > 0))
    held = chain.mean(lambda s: s[1])
    return CallsAndChats(
        call_wait=call_wait,
        chat_wait=chat_wait,
        session=held / chats_answered,
        chat_effort=on_chats / chats_answered,
        occupancy=on_call + on_chats,
        slot_occupancy=on_call + held / places,
    )


# ---------------------------------------------------------------- work that is dropped for calls, and resumed


@dataclass(frozen=True, slots=True)
class Interrupted:
    response: float  # arrival to reply
    work: float  # agent time per reply, penalties included
    paused: float  # first taken up to reply, without the work


def interrupted(
    calls: float, call_service: float, emails: float, work: float, cv: float = 1.0, penalty: float = 0.0
) -> Interrupted:
    """One agent; a call drops the e-mail in hand, which costs `penalty` more work when it is resumed.

    The penalty may be interrupted in turn. An e-mail is in hand for a completion time (Gaver 1962), calls and all:
    of its transform exp(-x phi(s)), given work x, phi(s) = s + calls (1 - beta(s) exp(-penalty phi(s))), beta
    that of the calls' busy period. E-mails are then served one by one for such times, and the first of them after a
    pause waits for the calls it finds: M/G/1 with a set-up (Welch 1964).
    """
    load = calls / call_service
    busy = 1.0 / (call_service - calls)  # of a busy period of calls: mean, second moment, transform at `emails`
    busy_2 = 2.0 / (call_service**2 * (1.0 - load) ** 3)
    total = emails + calls + call_service
    beta = (total - math.sqrt(total**2 - 4.0 * calls * call_service)) / (2.0 * calls)

    slope = (1.0 + calls * busy) / (1.0 - calls * penalty)
    bend = calls * (busy_2 + 2.0 * busy * penalty * slope + (penalty * slope) ** 2) / (1.0 - calls * penalty)
    completion = work * slope
    completion_2 = work**2 * (1.0 + cv**2) * slope**2 + work * bend

    first = (1.0 - beta - emails * busy) / emails**2  # minus the mean of the rest of a busy period cut into
    chance = emails * calls / (emails + calls * (1.0 - beta))
    setup, setup_2 = -chance * first, chance * (busy_2 + 2.0 * first) / emails
    held = emails * completion
    if held >= 1.0:
        raise ValueError("unstable: the e-mails and calls reach the agent")
    wait = emails * completion_2 / (2.0 * (1.0 - held))
    wait += (2.0 * setup + emails * setup_2) / (2.0 * (1.0 + emails * setup))
    done = work / (1.0 - calls * penalty)
    return Interrupted(response=wait + completion, work=done, paused=completion - done)


def interrupted_team(
    calls: float, call_service: float, impatience: float, emails: float, email_service: float, agents: int, room: int
) -> Interrupted:
    """Several agents, exponential: a call goes to an idle agent, else somebody drops an e-mail for it.

    Who dropped an e-mail resumes it before another, once no call waits.
    (on e-mail, on a call, on a call with an e-mail dropped, e-mails waiting, calls waiting)
    """
    State5 = tuple[int, int, int, int, int]

    def moves(state: State5) -> Iterator[tuple[float, State5]]:
        mailing, calling, dropped, mails, line = state
        idle = agents - mailing - calling - dropped
        if idle:
            yield calls, (mailing, calling + 1, dropped, mails, line)
            yield emails, (mailing + 1, calling, dropped, mails, line)
        else:
            if mailing:
                yield calls, (mailing - 1, calling, dropped + 1, mails, line)
            elif line < room:
                yield calls, (mailing, calling, dropped, mails, line + 1)
            yield (emails if mails < room else 0.0), (mailing, calling, dropped, mails + 1, line)
        next_mail = min(mails, 1)
        yield mailing * email_service, (mailing - 1 + next_mail, calling, dropped, mails - next_mail, line)
        if line:
            yield (calling + dropped) * call_service, (mailing, calling, dropped, mails, line - 1)
            yield line * impatience, (mailing, calling, dropped, mails, line - 1)
        else:
            yield calling * call_service, (mailing + next_mail, calling - 1, dropped, mails - next_mail, 0)
            yield dropped * call_service, (mailing + 1, calling, dropped - 1, mails, 0)

    chain = steady((0, 0, 0, 0, 0), moves)
    return Interrupted(
        response=chain.mean(lambda s: s[0] + s[2] + s[3]) / emails,
        work=1.0 / email_service,
        paused=chain.mean(lambda s: s[2]) / emails,
    )


@dataclass(frozen=True, slots=True)
class Blend:
    abandoned: float
    wait_mean: float
    answered_within: float
    emails: float  # replies per second


def blend(
    calls: float,
    call_service: float,
    impatience: float,
    email_service: float,
    agents: int,
    keep_idle: int,
    within: float,
    room: int = 40,
) -> Blend:
    """Calls, and e-mails without end that are begun only if `keep_idle` others stay idle (Gans and Zhou 2003).

    (on calls, on e-mail, calls waiting); for one who waits: (on e-mail, ahead).
    """

    def moves(state: tuple[int, int, int]) -> Iterator[tuple[float, tuple[int, int, int]]]:
        calling, mailing, line = state
        idle = agents - calling - mailing
        mail = int(idle >= keep_idle)  # whether who is free now takes one
        if idle:
            yield calls, (calling + 1, mailing, 0)
        elif line < room:
            yield calls, (calling, mailing, line + 1)
        yield line * impatience, (calling, mailing, line - 1)
        if line:
            yield calling * call_service, (calling, mailing, line - 1)
            yield mailing * email_service, (calling + 1, mailing - 1, line - 1)
        else:
            yield calling * call_service, (calling - 1, mailing + mail, 0)
            yield mailing * email_service, (calling, mailing - 1 + mail, 0)

    chain = steady((0, max(agents - keep_idle, 0), 0), moves)
    answered, gone = (-1, 0), (-2, 0)

    def ahead(state: tuple[int, int]) -> Iterator[tuple[float, tuple[int, int]]]:
        mailing, line = state
        if mailing < 0:
            return
        yield (agents - mailing) * call_service, ((mailing, line - 1) if line else answered)
        yield mailing * email_service, ((mailing - 1, line - 1) if line else answered)
        yield line * impatience, (mailing, line - 1)
        yield impatience, gone

    met = chain.seen(lambda s: s[0] + s[1] == agents)
    starts = {(mailing, line): p for (_, mailing, line), p in met.items()}
    wait_mean = chain.mean(lambda s: s[2]) / calls
    return Blend(
        abandoned=impatience * wait_mean,
        wait_mean=wait_mean,
        answered_within=1.0 - sum(met.values()) + reaches(starts, ahead, answered, within),
        emails=chain.mean(lambda s: s[1]) * email_service,
    )


# ---------------------------------------------------------------- a line in which some wait for ever


@dataclass(frozen=True, slots=True)
class Promises:
    """Shares of the offered; the promised wait for ever."""

    balked: float
    abandoned: float  # balkers included
    promised: float
    waited: float
    wait_mean: float  # of everybody; a balker's is 0
    wait_promised: float
    place_promised: float  # mean place in line at which they joined
    answered_within: float
    occupancy: float
    lost: float  # share that finds the line longer than the state can tell: keep it negligible


def promises(
    arrivals: float,
    service: float,
    servers: int,
    impatience: float,
    joins: Callable[[int], tuple[float, float]],
    *,
    within: float = 0.0,
    room: int = 12,
) -> Promises:
    """M/M/n, first come first served, whose waiting customers are impatient or have been promised a call.

    `joins(place)`: the shares who join the line at that place (1 is next) impatient and promised; the rest balk. The
    state keeps the whole line, of `room` places at most: True where promised.
    """
    Line = tuple[bool, ...]

    def departures(line: Line) -> Iterator[tuple[float, Line]]:
        yield servers * service, line[1:]
        for place, promised in enumerate(line):
            if not promised:
                yield impatience, line[:place] + line[place + 1 :]

    def moves(state: tuple[int, Line]) -> Iterator[tuple[float, tuple[int, Line]]]:
        busy, line = state
        if busy < servers:
            yield arrivals, (busy + 1, line)
        elif len(line) < room:
            for promised, share in zip((False, True), joins(len(line) + 1), strict=True):
                yield arrivals * share, (busy, (*line, promised))
        if line:
            yield from ((rate, (busy, rest)) for rate, rest in departures(line))
        else:
            yield busy * service, (busy - 1, line)

    chain = steady((0, ()), moves)
    met = {line: p for (_, line), p in chain.seen(lambda s: s[0] == servers).items()}
    shares = {line: joins(len(line) + 1) for line in met}
    waited = [sum(p * shares[line][kind] for line, p in met.items()) for kind in (0, 1)]
    balked = sum(met.values()) - sum(waited)
    length = chain.mean(lambda s: len(s[1]))
    kept = chain.mean(lambda s: sum(s[1]))

    # One who waits is known by who is ahead; the impatient one may also leave.
    Ahead = tuple[str, Line]
    answered: Ahead = ("answered", ())

    def ahead(state: Ahead) -> Iterator[tuple[float, Ahead]]:
        kind, line = state
        if kind in ("answered", "gone"):
            return
        if not line:
            yield servers * service, answered
        else:
            yield from ((rate, (kind, rest)) for rate, rest in departures(line))
        yield (impatience if kind == "impatient" else 0.0), ("gone", ())

    starts = {
        (kind, line): p * shares[line][number]
        for number, kind in enumerate(("impatient", "promised"))
        for line, p in met.items()
        if shares[line][number] > 0.0
    }
    return Promises(
        balked=balked,
        abandoned=balked + impatience * (length - kept) / arrivals,
        promised=waited[1],
        waited=sum(waited),
        wait_mean=length / arrivals,
        wait_promised=kept / (arrivals * waited[1]) if waited[1] else 0.0,
        place_promised=sum(p * shares[line][1] * (len(line) + 1) for line, p in met.items()) / waited[1]
        if waited[1]
        else 0.0,
        answered_within=1.0 - sum(met.values()) + (reaches(starts, ahead, answered, within) if starts else 0.0),
        occupancy=chain.mean(lambda s: s[0]) / servers,
        lost=sum(p for line, p in met.items() if len(line) == room),
    )


# ---------------------------------------------------------------- contacts that move on


def jackson(outside: Sequence[float], onward: Sequence[Sequence[float]], most: int) -> list[float]:
    """Rates of entry at each station when customers move on by `onward`, at most `most` times.

    With exponential work of one law per station, the stations behave as if alone with these rates (Jackson 1957;
    Kelly 1975 for customers who remember how often they have moved).
    """
    leg, total = np.array(outside), np.array(outside)
    for _ in range(most):
        leg = leg @ np.array(onward)
        total = total + leg
    return [float(rate) for rate in total]


@dataclass(frozen=True, slots=True)
class CalledBack:
    wait_mean: float  # of everybody, reached or not
    wait_answered: float
    called: float  # share to be called back
    answered: float
    occupancy: float


def callbacks_at_one_agent(arrivals: float, work: float, work_2: float, reached: float, ring: float) -> CalledBack:
    """One agent, and everybody who would wait is called back in turn, once: some do not pick up, and cost a ring.

    M/G/1 whose busy periods begin with another law of work than they go on with (Welch 1964), from the balance of
    the work in hand and of its square; `work_2` is the second moment.
    """
    later, later_2 = reached * work + (1.0 - reached) * ring, reached * work_2 + (1.0 - reached) * ring**2
    idle = (1.0 - arrivals * later) / (1.0 - arrivals * (later - work))
    wait = arrivals * (idle * work_2 + (1.0 - idle) * later_2) / (2.0 * (1.0 - arrivals * later))
    answered = idle + (1.0 - idle) * reached
    return CalledBack(wait, reached * wait / answered, 1.0 - idle, answered, 1.0 - idle)


@dataclass(frozen=True, slots=True)
class HandedOver:
    wait_mean: float  # at the first queue
    wait_second: float  # of those handed on
    occupancy: float  # of the first group, waiting with the customer included
    occupancy_second: float


def warm_transfers(
    arrivals: float, service: float, agents: int, share: float, second_service: float, room: int = 250
) -> HandedOver:
    """`agents` at the first queue, one at the second, who takes over a share; until then the first agent is held.

    All exponential, nobody gives up, the hand-over itself takes no time.
    (talking at the first queue, at the second queue in all, waiting at the first)
    """

    def moves(state: tuple[int, int, int]) -> Iterator[tuple[float, tuple[int, int, int]]]:
        talking, second, line = state
        free = agents - talking - max(second - 1, 0)
        if free:
            yield arrivals, (talking + 1, second, 0)
        elif line < room:
            yield arrivals, (talking, second, line + 1)
        taken = min(line, 1)
        yield talking * service * (1.0 - share), (talking - 1 + taken, second, line - taken)
        if second:
            yield talking * service * share, (talking - 1, second + 1, line)
            let_go = min(second - 1, 1)
            yield second_service, (talking + min(taken, let_go), second - 1, line - min(taken, let_go))
        else:
            yield talking * service * share, (talking - 1 + taken, 1, line - taken)

    chain = steady((0, 0, 0), moves)
    held = chain.mean(lambda s: max(s[1] - 1, 0))
    return HandedOver(
        wait_mean=chain.mean(lambda s: s[2]) / arrivals,
        wait_second=held / (arrivals * share),
        occupancy=(chain.mean(lambda s: s[0]) + held) / agents,
        occupancy_second=chain.mean(lambda s: float(s[1] > 0)),
    )


# ---------------------------------------------------------------- a partner who takes what waits too long


@dataclass(frozen=True, slots=True)
class Overflow:
    abandoned: float
    passed_on: float  # share taken by the partner
    answered_within: float
    wait_mean: float


def overflow_after(
    arrivals: float, service: float, servers: int, impatience: float, after: float, within: float
) -> Overflow:
    """M/M/n+M; a partner with endless places answers at once whoever has waited for `after`; within < after.

    To the line, being passed on is giving up: patience is the shorter of the exponential and `after`.
    """

    def survival(x: Array) -> Array:
        return np.asarray(np.where(x < after, np.exp(-impatience * x), 0.0))

    just_before = after * (1.0 - 1e-12)
    line = theory.m_m_n_g(arrivals, service, servers, survival, within, breaks=[after])
    abandoned = theory.m_m_n_g(arrivals, service, servers, survival, just_before, breaks=[after]).abandoned_within
    return Overflow(abandoned, line.abandoned - abandoned, line.answered_within, line.wait_mean)
