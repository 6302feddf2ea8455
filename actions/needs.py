"""What the actions work with: `app` fills it, the executor hands it to every action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from rasa_sdk import Tracker

from actions.flows.flow import NOTHING, Own
from actions.forms.context import TaskContext
from actions.identity import proof
from actions.identity.seal import Seal
from actions.pictures.links import PictureLinks
from actions.region import ReadRegion
from actions.turn import read_region
from core.conversation.business import BusinessGateway
from core.conversation.ports import KnowledgeResult
from core.conversation.tickets import TicketLookup

# (text, region, what the citizen wrote before, newest last) -> result; `app` binds search, date and number of hits.
AnswerQuestion = Callable[[str, str, tuple[str, ...]], KnowledgeResult]


@dataclass(frozen=True)
class Needs:
    """`gateway` None: there is no business system. `now`: the local time (Asia/Shanghai).

    `seal`: closes what stands in slots; all servers of an installation share its secret. `own`: what editors
    have added to the model that answers now; the same object until another one takes over. `tickets` None: nobody
    can be asked how a ticket stands.
    """

    answer: AnswerQuestion
    read_region: ReadRegion
    gateway: BusinessGateway | None
    now: Callable[[], datetime]
    default_region: str
    seal: Seal = field(default_factory=Seal)
    pictures: PictureLinks | None = None
    own: Callable[[], Own] = lambda: NOTHING
    tickets: TicketLookup | None = None

    def region(self, tracker: Tracker) -> str:
        """The region of the citizen's inbox."""
        return read_region(tracker, self.default_region)

    def context(self, tracker: Tracker) -> TaskContext:
        """What a task may use in this turn."""
        now, sender = self.now(), str(tracker.sender_id)
        return TaskContext(
            region_code=self.region(tracker),
            now=now,
            sender=sender,
            gateway=self.gateway,
            read_region=self.read_region,
            seal=self.seal,
            pictures=self.pictures,
            proof=proof.find(tracker.get_slot(proof.SLOT), self.seal, sender, now),
            remembered=tracker.get_slot("remembered") or {},
            tickets=self.tickets,
        )
