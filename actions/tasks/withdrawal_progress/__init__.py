"""How far the citizen's own withdrawal has come."""

from __future__ import annotations

from actions.tasks.progress import Kind, progress_task
from core.conversation.business import Application, BusinessGateway


async def _fetch(gateway: BusinessGateway, token: str) -> list[Application]:
    return await gateway.withdrawal_applications(token)


TASK = progress_task(
    Kind(
        name="withdrawal_progress",
        intent="query_withdrawal_progress",
        title="提取进度查询",
        word="提取",
        business="提取",
        paid="钱已经转出",
        how=("帮我看看能不能提取公积金", "租房可以提取公积金吗"),
        fetch=_fetch,
    )
)
