"""Places in a saved reply that are filled with the conversation's data: {市民}. Pure.

The composer fills them (web/console/state/replyVariables.ts); here is what they may be called.
"""

from __future__ import annotations

import re

# What each is called, and what it stands for; in the order they are offered.
VARIABLES = {
    "市民": "citizen",
    "坐席": "agent",
    "业务": "business",
    "时间": "time",
    "工单号": "ticket",
}
_PLACE = re.compile(r"\{([^{}\n]{1,20})\}")


def unfilled(text: str) -> list[str]:
    """The variables that still stand in a text, each once."""
    return [name for name in dict.fromkeys(_PLACE.findall(text)) if name in VARIABLES]


def unknown(text: str) -> list[str]:
    """What looks like a variable and is none: a slip that would go out to citizens."""
    return [name for name in dict.fromkeys(_PLACE.findall(text)) if name not in VARIABLES]
