"""The center's and its sites' days, times and pay rules, as they go for a group."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from sim.clock import Clock, LocalTime
from sim.scenario.language.business import DailyWeeklyHours, Pay, Site
from sim.scenario.language.groups import Group
from sim.scenario.language.scenario import ScenarioSpec


@dataclass(frozen=True, eq=False)
class Calendars:
    spec: ScenarioSpec

    @cached_property
    def clock(self) -> Clock:
        center = self.spec.center
        days = center.days if center.days is not None else 7 * (center.weeks or 0)
        return Clock(center.start, days, center.interval, center.timezone)

    @cached_property
    def local_times(self) -> dict[str, LocalTime]:
        """By site."""
        return {
            name: self.clock.local if site.timezone is None else self.clock.local_time(site.timezone)
            for name, site in self.spec.sites.items()
        }

    @cached_property
    def closed_days(self) -> frozenset[dt.date]:
        """Dates on which the center is closed to customers."""
        return self.days(self.spec.center.calendar, "closed")

    def days(self, name: str | None, kind: str) -> frozenset[dt.date]:
        """A calendar's dates of a kind, "closed" or "holidays"; none without a calendar."""
        calendar = self.spec.calendars.get(name or "")
        return frozenset(getattr(calendar, kind)) if calendar else frozenset()


@dataclass(frozen=True, eq=False)
class AtSite:
    """A group, by the rules of its site; by the center's, where it has none or the site says nothing."""

    spec: Group
    """As written."""
    calendars: Calendars = field(repr=False)

    @property
    def site(self) -> str | None:
        """Its site, if it has one that is known."""
        return self.spec.site if self.spec.site in self.calendars.spec.sites else None

    @property
    def _place(self) -> Site | None:
        return None if self.site is None else self.calendars.spec.sites[self.site]

    @property
    def days_off(self) -> frozenset[dt.date]:
        """Dates on which its site does not work."""
        return self.calendars.days(self._calendar, "closed")

    @property
    def holidays(self) -> frozenset[dt.date]:
        """Dates that earn its holiday pay."""
        return self.calendars.days(self._calendar, "holidays")

    @property
    def _calendar(self) -> str | None:
        own = None if self._place is None else self._place.calendar
        return self.calendars.spec.center.calendar if own is None else own

    @property
    def local_time(self) -> LocalTime:
        """The time by which its shifts, breaks and pay rules go: its site's, else the center's."""
        return self.calendars.clock.local if self.site is None else self.calendars.local_times[self.site]

    @property
    def pay(self) -> Pay:
        own = None if self._place is None else self._place.pay
        return self.calendars.spec.center.pay if own is None else own

    @property
    def overtime_after(self) -> DailyWeeklyHours:
        own = None if self._place is None else self._place.overtime_after
        return self.calendars.spec.center.overtime_after if own is None else own

    @property
    def exchange(self) -> float:
        """What one unit of the currency of its wages is worth in the center's."""
        return 1.0 if self._place is None else self._place.exchange
