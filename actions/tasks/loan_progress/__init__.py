"""How far the citizen's own loan application has come."""

from __future__ import annotations

from actions.tasks.progress import Kind, progress_task
from core.conversation.business import Application, BusinessGateway


async def _fetch(gateway: BusinessGateway, token: str) -> list[Application]:
    return await gateway.loan_applications(token)


TASK = progress_task(
    Kind(
        name="loan_progress",
        intent="query_loan_progress",
        title="贷款进度查询",
        word="贷款",
        business="信贷",
        paid="已经放款",
        how=("公积金贷款需要什么材料", "帮我算算公积金能贷多少"),
        fetch=_fetch,
    )
)
