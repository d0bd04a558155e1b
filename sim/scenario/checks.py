"""Every rule that must hold across a scenario's tables: one rule, one function, the culprit named, the way out said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from sim.clock import Clock
from sim.errors import Problem
from sim.scenario import checks_busyness as busyness
from sim.scenario import checks_cases as cases
from sim.scenario import checks_channels as channels
from sim.scenario import checks_demand as demand
from sim.scenario import checks_forecast as forecast
from sim.scenario import checks_hiring as hiring
from sim.scenario import checks_off_floor as off_floor
from sim.scenario import checks_quality as quality
from sim.scenario import checks_routes as routes
from sim.scenario import checks_sites as sites
from sim.scenario import checks_staffing as staffing
from sim.scenario import checks_workforce as workforce
from sim.scenario.findings import Finding, days_are_known, error, is_lost, names_of, time_is_known, warning
from sim.scenario.model import Scenario
from sim.scenario.schema import ScenarioSpec
from sim.units import DAY, HOUR

LONGEST_HORIZON = 731
FIRST_YEAR, LAST_YEAR = 1971, 2199


def check_horizon(spec: ScenarioSpec, lost: Collection[str]) -> Iterator[Problem]:
    """Days, interval and zones: what the clock needs. What is lost already is not judged."""
    zones = list(sites.check_zones(spec, lost))
    yield from zones
    center = spec.center
    if "center" in lost:
        return
    sound = not any(place.startswith("center.") for place in (*lost, *(problem.where for problem in zones)))
    days = center.days if center.days is not None else 7 * (center.weeks or 0)
    if (center.weeks is None) == (center.days is None):
        if not {"center.weeks", "center.days"} & set(lost):
            yield Problem("center", "give either weeks or days")
        sound = False
    elif not 1 <= days <= LONGEST_HORIZON:
        yield Problem("center", f"the horizon is {days} days; it can be 1 to {LONGEST_HORIZON}")
        sound = False
    if not FIRST_YEAR <= center.start.year <= LAST_YEAR:
        yield Problem("center.start", f"{center.start} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
        sound = False
    if center.interval < 60 or DAY % center.interval or (HOUR % center.interval and center.interval % HOUR):
        yield Problem("center.interval", "must divide an hour, or be whole hours that divide a day; 30min is usual")
    elif sound and not Clock(center.start, days, center.interval, center.timezone).regular():
        yield Problem("center.interval", "does not divide the day on which the clocks change; use 30min")


def check(scenario: Scenario) -> Iterator[Finding]:
    """Every finding of every rule below, but none about what could not be read."""
    rules = TABLE_RULES
    if time_is_known(scenario):
        rules += TIME_RULES
    elif days_are_known(scenario):
        rules += DAY_RULES
    for rule in rules:
        for finding in rule(scenario):
            if not is_lost(scenario, finding.problem.where):
                yield finding


def run_says_how_long(s: Scenario) -> Iterator[Finding]:
    run = s.spec.run
    if run.replications is not None and run.precision is not None:
        yield error("run", "give either replications or precision")
    if run.replications == 0:
        yield error("run.replications", "must be 1 or more; 20 is usual")
    elif run.replications == 1:
        yield warning("run.replications", "one replication gives no intervals; 20 is usual")
    if run.precision is not None and not 2 <= run.precision.at_least <= run.precision.at_most:
        yield error("run.precision", "at_least must be 2 or more, and at_most no less")


def names_stand_apart(s: Scenario) -> Iterator[Finding]:
    """Streams of luck are named after queues and their parts: "orders" and "orders/counts" would share one."""
    for name in s.spec.queues:
        for other in names_of(s, "queues"):
            if name.startswith(other + "/"):
                yield error(f"queues.{name}", f'reads as a part of the queue "{other}"; choose another name')
    # The hours of a cross-training are named after its group and queue.
    training = [name for name, group in s.spec.groups.items() if group.cross_training]
    for name in training:
        for other in training:
            if name.startswith(other + "/"):
                yield error(f"groups.{name}", f'reads as a part of the group "{other}"; choose another name')


Rule = Callable[["Scenario"], Iterator[Finding]]

TABLE_RULES: tuple[Rule, ...] = (
    sites.calendars_are_known,
    run_says_how_long,
    busyness.warm_up_is_possible,
    routes.skills_name_queues,
    names_stand_apart,
    routes.queues_are_served,
    routes.tiers_are_ordered,
    routes.vendors_take_contacts,
    routes.loads_decide,
    routes.selection_makes_sense,
    routes.waits_are_compared,
    routes.skills_are_held,
    staffing.staffing_is_given_once,
    staffing.contracts_add_up,
    staffing.names_are_known,
    staffing.breaks_fit_their_shift,
    staffing.away_is_possible,
    busyness.dials_turn_something,
    busyness.balking_is_a_share_at_all_times,
    busyness.opposite_days_are_of_two_queues,
    busyness.opposite_days_go_together,
    demand.work_is_given_once,
    demand.work_takes_time,
    demand.cases_can_be_closed,
    forecast.queues_have_contacts,
    forecast.sessions_are_of_shared_work,
    forecast.priced_waiting_is_waiting,
    channels.queues_can_be_held,
    channels.capacity_is_of_the_groups_channels,
    channels.capacity_can_be_held,
    channels.interruptions_make_sense,
    channels.speeds_by_load_are_used,
    channels.silence_is_possible,
    channels.waiting_is_of_live_channels,
    channels.deferring_is_of_deferred_channels,
    channels.replies_take_their_time,
    channels.callbacks_are_made,
    channels.backlogs_are_possible,
    channels.machines_hand_on,
    channels.deflected_contacts_arrive,
    channels.transferred_contacts_arrive,
    channels.transfers_end,
    sites.wages_are_exchanged,
    sites.desks_are_there,
    sites.vendors_have_people,
    sites.contracts_have_queues,
    sites.contracts_are_judged_alike,
    sites.credits_end_where_bonus_begins,
    hiring.joiners_find_a_group,
    hiring.orders_last,
    hiring.orders_stand_alone,
    hiring.orders_have_somebody_to_replace,
    hiring.training_makes_sense,
    hiring.terms_outlast_training,
    hiring.nesters_have_mentors,
    hiring.nesting_is_of_the_groups_queues,
    workforce.seats_have_no_people,
    workforce.leaving_is_a_chance,
    workforce.attrition_is_of_some_group,
    workforce.seasons_leave_something,
    workforce.steady_mixes_exist,
    workforce.leavers_are_there,
    workforce.moves_find_people,
    workforce.supervisors_lead_somebody,
    workforce.ramps_lead_to_proficiency,
    workforce.factors_are_no_shares,
    workforce.burnout_is_a_burden,
    workforce.promotions_leave_somebody,
    off_floor.absences_are_of_groups,
    off_floor.absence_leaves_days_to_work,
    off_floor.leave_fits_under_its_cap,
    off_floor.granted_leave_is_of_agents,
    off_floor.activities_take_place,
    off_floor.courses_have_groups,
    off_floor.lessons_can_be_held,
    off_floor.courses_come_again,
    off_floor.cross_training_adds_a_skill,
    off_floor.planned_shrinkage_adds_up,
    off_floor.planned_shrinkage_is_produced,
    cases.something_can_be_resolved,
    cases.resolution_falls_by_load,
    cases.delays_are_times,
    cases.repeats_arrive,
    cases.follow_ups_are_possible,
    cases.repeats_settle,
    cases.redials_settle,
    cases.escalations_arrive,
    quality.paces_are_shares_of_time,
    quality.pressure_makes_haste,
    quality.fatigue_has_pauses,
    quality.chances_stay_chances,
    quality.experience_is_felt,
    quality.history_is_shared_with_somebody,
    quality.customers_leave_for_a_reason,
    quality.money_is_moved,
)

TIME_RULES: tuple[Rule, ...] = (
    staffing.rest_is_possible,
    staffing.rosters_name_people,
    demand.replays_reach_the_horizon,
    demand.volumes_cover_opening_hours,
    staffing.seats_reach_the_horizon,
    demand.queues_can_empty,
    demand.backlogs_can_be_worked_off,
    demand.forecasts_hold_what_is_brought,
    forecast.months_are_given,
    channels.callbacks_come_in_time,
    sites.desks_suffice,
    hiring.classes_start_in_the_horizon,
    hiring.training_ends_in_the_horizon,
    hiring.mentors_are_there,
    workforce.groups_outlast_attrition,
    workforce.leavers_leave_in_the_horizon,
    workforce.moves_fall_in_the_horizon,
    workforce.raises_fall_in_the_horizon,
    workforce.people_are_hired_already,
    off_floor.granted_leave_falls_in_the_horizon,
    off_floor.lessons_start_in_the_horizon,
    cases.repeats_come_in_time,
    quality.customers_are_enough,
)
"""Rules that need the center's days and hours."""

DAY_RULES: tuple[Rule, ...] = (
    demand.replays_reach_the_horizon,
    demand.volumes_cover_opening_hours,
    staffing.seats_reach_the_horizon,
    hiring.classes_start_in_the_horizon,
    workforce.leavers_leave_in_the_horizon,
    workforce.moves_fall_in_the_horizon,
    workforce.raises_fall_in_the_horizon,
    off_floor.lessons_start_in_the_horizon,
)
"""Those of them that say the same in any time zone."""
