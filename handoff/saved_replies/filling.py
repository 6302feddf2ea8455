"""No text with a place that nobody has filled goes out to a citizen. Called by whatever sends what people wrote."""

from __future__ import annotations

from core.errors import InvalidInput
from handoff.saved_replies.variables import unfilled


class VariableUnfilled(InvalidInput):
    """A place of a saved reply still stands in the text. Details: `variables`."""

    code = "variable_unfilled"


def refuse_unfilled(text: str) -> None:
    """The composer fills them or says so; nobody is to read "{市民}您好". Raises VariableUnfilled."""
    missing = unfilled(text)
    if missing:
        names = "、".join(f"{{{name}}}" for name in missing)
        raise VariableUnfilled(f"还有没填的内容：{names}，请补上或删去再发送。", variables=missing)
