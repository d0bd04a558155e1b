"""Every rule that must hold across a scenario's tables: one rule, one function, the culprit named, the way out said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.scenario.checks import (
    attrition,
    busyness,
    capacity,
    cases,
    center,
    channels,
    demand,
    forecast,
    hiring,
    off_floor,
    quality,
    routes,
    sites,
    staffing,
    transfers,
    workforce,
)
from sim.scenario.checks.findings import Finding, days_are_known, is_lost, time_is_known
from sim.scenario.model import Scenario


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


Rule = Callable[["Scenario"], Iterator[Finding]]

TABLE_RULES: tuple[Rule, ...] = (
    sites.calendars_are_known,
    center.run_says_how_long,
    busyness.warm_up_is_possible,
    routes.skills_name_queues,
    center.names_stand_apart,
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
    capacity.queues_can_be_held,
    capacity.capacity_is_of_the_groups_channels,
    capacity.capacity_can_be_held,
    capacity.interruptions_make_sense,
    capacity.speeds_by_load_are_used,
    capacity.silence_is_possible,
    channels.waiting_is_of_live_channels,
    channels.deferring_is_of_deferred_channels,
    channels.replies_take_their_time,
    channels.callbacks_are_made,
    channels.backlogs_are_possible,
    channels.machines_hand_on,
    transfers.deflected_contacts_arrive,
    transfers.transferred_contacts_arrive,
    transfers.transfers_end,
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
    attrition.leaving_is_a_chance,
    attrition.attrition_is_of_some_group,
    attrition.seasons_leave_something,
    attrition.steady_mixes_exist,
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
    attrition.groups_outlast_attrition,
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
