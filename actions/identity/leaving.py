"""Ends a passed check before its time: 退出登录, 不查了, goodbye. What it had opened is taken off the screens."""

from __future__ import annotations

import logging
import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.form import Form
from actions.identity.check import NAME
from actions.identity.proof import SLOT
from actions.needs import Needs
from core.conversation.business_errors import BusinessError
from core.errors import Unavailable

log = logging.getLogger(__name__)

_ASKED = re.compile(r"退出(?:登录|登陆|核验)")


def is_personal(form: Form | None) -> bool:
    """Whether the form begins with the identity check."""
    return form is not None and any(field.slot == NAME for field in form.fields)


def asks_to_sign_out(text: str) -> bool:
    """Whether the message is the button below a result, or says the same."""
    return _ASKED.search(text) is not None


async def sign_out(
    needs: Needs, tracker: Tracker, dispatcher: CollectingDispatcher
) -> list[dict[str, Any]]:
    """The events that forget the check of this conversation; none when there is none.

    What was shown is taken off the screens in any case: Rasa knows nothing of a check from before people took the
    conversation over, or from before it was started anew, but its result may still be there to see.
    """
    dispatcher.utter_message(json_message={"signed_out": True})
    if tracker.get_slot(SLOT) is None:
        return []
    context = needs.context(tracker)
    if context.proof is not None and context.gateway is not None:
        try:
            await context.gateway.end_identity(context.proof.token)
        except (BusinessError, Unavailable) as error:
            # Nobody holds the token any more; the system forgets it at its own time.
            log.warning("the business system did not end an identity check: %s", error.code)
    return [SlotSet(SLOT, None)]
