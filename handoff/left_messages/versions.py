"""Two people at one left message: the second is told who was quicker. Called by whatever takes a step with one."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict
from handoff.left_messages import repository
from handoff.left_messages.models import LeftMessage


class LeftMessageChanged(Conflict):
    """Somebody was quicker. Details: `version` now, `by` whom, `step` what they did."""

    code = "left_message_changed"


async def check_version(session: AsyncSession, row: LeftMessage, seen: int) -> None:
    """Raises LeftMessageChanged when somebody stepped since version `seen`."""
    if row.version == seen:
        return
    last = await repository.last_step(session, row.id)
    by = last.actor_name if last else ""
    raise LeftMessageChanged(
        f"{by or '其他人'}刚刚处理过这条留言，请看过新的内容再操作。",
        version=row.version, by=by, step=last.step if last else None,
    )  # fmt: skip
