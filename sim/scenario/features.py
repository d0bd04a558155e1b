"""What a scenario uses: of what the file may say, the parts that are at work in it.

Whoever sums, shows or solves for something asks here whether there is any of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sim.scenario.language.groups import OF_PEOPLE, Group
from sim.scenario.language.quality import Experience
from sim.scenario.language.queues import Queue
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.numbered import Numbered


@dataclass(frozen=True, eq=False)
class Features:
    numbered: Numbered

    @property
    def _spec(self) -> ScenarioSpec:
        return self.numbered.spec

    @property
    def _queues(self) -> list[Queue]:
        return list(self._spec.queues.values())

    @property
    def _groups(self) -> list[Group]:
        return list(self._spec.groups.values())

    # Channels

    @property
    def live(self) -> list[str]:
        """Queues whose customers wait for their answer."""
        return [queue.name for queue in self.numbered.queues if queue.is_live]

    @property
    def deferred(self) -> list[str]:
        """Queues that are replied to later."""
        return [queue.name for queue in self.numbered.queues if not queue.is_live]

    @property
    def channels(self) -> dict[str, list[str]]:
        """The queues of every channel, in the order of the file."""
        found: dict[str, list[str]] = {}
        for queue in self.numbered.queues:
            found.setdefault(queue.spec.channel, []).append(queue.name)
        return found

    @property
    def machines(self) -> list[str]:
        """Queues behind a bot or a voice menu."""
        return [queue.name for queue in self.numbered.queues if queue.spec.self_service is not None]

    @property
    def callbacks(self) -> list[str]:
        """Queues that offer to call back."""
        return [queue.name for queue in self.numbered.queues if queue.spec.callback is not None]

    @cached_property
    def estimates(self) -> bool:
        """Whether anybody acts on how long a queue is: callbacks, announcements, agents under pressure."""
        return self.pressure or any(queue.callback or queue.announce for queue in self._queues)

    @cached_property
    def concurrency(self) -> bool:
        """Whether some agents hold contacts beside others."""
        return any(queue.sharing for queue in self.numbered.queues)

    @cached_property
    def blending(self) -> bool:
        """Whether some agents have several contacts begun, or go on with what others began."""
        return any(group.blends for group in self.numbered.groups)

    # From contact to contact

    @cached_property
    def cases(self) -> bool:
        """Whether a contact may be followed by another about the same case."""
        return any(queue.repeat is not None or queue.redial is not None for queue in self._queues)

    @cached_property
    def transfers(self) -> bool:
        """Whether queues transfer contacts to others; hard cases apart."""
        return any(queue.transfer for queue in self._queues)

    @cached_property
    def escalations(self) -> bool:
        """Whether hard cases go to a second line, get a second agent, or are worked on afterwards."""
        return any(queue.escalation is not None for queue in self._queues)

    @property
    def legs(self) -> bool:
        """Whether a contact may take more than one leg."""
        return self.transfers or self.escalations

    @property
    def case_numbers(self) -> bool:
        """Whether a case may take more than one row, or is somebody's."""
        return self.cases or self.escalations or self.customers

    @property
    def case_counts(self) -> bool:
        """Whether anything shows in counts of cases alone."""
        hard = self.escalations or any(queue.unresolvable for queue in self._queues)
        return self.cases or self.experience is not None or hard or self.pressure

    @property
    def feedback(self) -> bool:
        """Whether what contacts bring about, or what the floor does to people's work, comes back to the floor."""
        by_load = any(queue.resolution_by_load is not None for queue in self._queues)
        return self.cases or self.customers or self.escalations or by_load or self.pressure or self.fatigue

    # Speed against quality

    @cached_property
    def pressure(self) -> bool:
        """Whether anybody works faster when many wait."""
        return any(group.pressure is not None for group in self._groups)

    @cached_property
    def fatigue(self) -> bool:
        return any(group.fatigue is not None for group in self._groups)

    @cached_property
    def pace(self) -> bool:
        """Whether anybody works at another pace than standard: by a dial, or under pressure."""
        dials = [*(group.pace for group in self._groups), *(queue.pace for queue in self._queues)]
        return self.pressure or any(pace != 1.0 for pace in dials)

    @property
    def courtesy(self) -> bool:
        """Whether courtesy may be other than usual, or anybody feels it."""
        return self.pace or self.fatigue or self.experience is not None

    @cached_property
    def experience(self) -> Experience | None:
        """What customers feel, if it is asked for: as given, else the usual where customers have a memory."""
        given = self._spec.experience
        return Experience() if given is None and self.customers else given

    # People

    @cached_property
    def moving_workforce(self) -> bool:
        """Whether anybody's speed, wage, presence or group changes from day to day, beyond what the roster says."""
        spec = self._spec
        if spec.hiring or spec.moves or spec.absence or spec.courses:
            return True
        if self.ramps or any(len(group.wage.steps) > 1 or group.wage.raises for group in self._groups):
            return True
        return any(getattr(group, key) for group in self._groups for key in OF_PEOPLE)

    @cached_property
    def turnover(self) -> bool:
        """Whether heads change within the horizon."""
        spec = self._spec
        return bool(spec.hiring or spec.moves) or any(group.attrition or group.leavers for group in self._groups)

    @cached_property
    def ramps(self) -> bool:
        """Whether anybody grows into the work."""
        return any(group.ramp for group in self._groups)

    @cached_property
    def supervisors(self) -> bool:
        return any(group.supervisors is not None for group in self._groups)

    @property
    def training(self) -> bool:
        """Whether classes are trained before they take contacts."""
        return any(hiring.training is not None for hiring in self._spec.hiring.values())

    @property
    def sites(self) -> dict[str, list[str]]:
        """The groups of every site at which anybody works."""
        of_site = {site: [g.name for g in self.numbered.groups if g.site == site] for site in self._spec.sites}
        return {site: groups for site, groups in of_site.items() if groups}

    @property
    def vendors(self) -> list[str]:
        """Vendors to whom some queue's route leads; the others are not billed."""
        named = {tier.vendor for queue in self.numbered.queues for tier in queue.tiers}
        return [vendor.name for vendor in self.numbered.vendors if vendor.name in named]

    # Money

    @property
    def customers(self) -> bool:
        """Whether customers have a memory, and may leave."""
        return self._spec.customers is not None

    @cached_property
    def waiting_prices(self) -> bool:
        return any(queue.waiting_price for queue in self.numbered.queues)

    @cached_property
    def sales(self) -> bool:
        return any(queue.sale for queue in self._queues)

    @cached_property
    def credits(self) -> bool:
        """Whether some queue's customers are paid for bad experiences."""
        return any(queue.credit for queue in self._queues)

    @cached_property
    def contact_costs(self) -> bool:
        """Whether contacts of some queue have a price of their own."""
        return any(queue.cost_per_contact for queue in self._queues)

    @property
    def worth(self) -> bool:
        """Whether service has a price to the center: customers who leave, their waiting, or sales."""
        return self.customers or self.waiting_prices or self.sales

    @property
    def quality_prices(self) -> bool:
        """Whether anything but the work has a price: service's worth, or what clients pay."""
        return self.worth or bool(self._spec.contracts)
