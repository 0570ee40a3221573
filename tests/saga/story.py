"""Steps that every story of meetings has: a network that reorders, repeats, loses and republishes, and its counties."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.saga.invited import InvitedCounty
from tests.saga.world import World

WHO, ANY = st.integers(0, 3), st.integers(0, 99)


class Story(RuleBasedStateMachine):
    """A story sets ``world`` before its first step."""

    world: World

    @rule(places=st.lists(ANY, min_size=1, max_size=12), copies=st.integers(1, 2))
    def deliver(self, places: list[int], copies: int) -> None:
        for place in places:
            self.world.deliver(place, copies)

    @rule()
    def flow(self) -> None:
        for _ in range(3 * len(self.world.on_the_way)):
            self.world.deliver(0)

    @rule(place=ANY)
    def lose(self, place: int) -> None:
        self.world.lose(place)

    @rule()
    def publish_lost(self) -> None:
        self.world.publish_lost()

    @rule(who=WHO, hours=st.sampled_from([-72, -1, 1, 72, 400]))
    def jump(self, who: int, hours: int) -> None:
        self.county(who).now += timedelta(hours=hours)

    @rule(who=WHO)
    def go_away_or_come_back(self, who: int) -> None:
        county = self.county(who)
        county.away = not county.away

    @rule(who=WHO)
    def restate(self, who: int) -> None:
        county = self.county(who)
        county.restate(county.epoch)

    @rule(who=WHO, version=st.integers(1, 4))
    def forget(self, who: int, version: int) -> None:
        """A county is restored from a backup, and nobody can give it back what it has lost."""
        self.county(who).forget(version)

    def county(self, place: int) -> InvitedCounty:
        """One of the four."""
        found = self.world.county(place)
        assert isinstance(found, InvitedCounty)
        return found
