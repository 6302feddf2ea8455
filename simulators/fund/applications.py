"""Made-up loan and withdrawal applications at any step, with dates counted back from today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from simulators.fund.schemas import Application, Step

LOAN_STEPS = ("受理登记", "资料初审", "征信与额度复核", "贷款审批", "抵押登记", "放款")
WITHDRAWAL_STEPS = ("受理登记", "资料审核", "资金划付")
LOAN_KINDS = ("购买新建商品住房", "购买存量住房", "购买保障性住房")
WITHDRAWAL_KINDS = (
    "租房提取", "购房提取", "偿还住房贷款提取", "离休退休提取", "既有住宅加装电梯提取",
)  # fmt: skip
# How long each step takes, in days.
LOAN_DAYS = 5
WITHDRAWAL_DAYS = 2


@dataclass(frozen=True)
class Request:
    """One application. `reached`: index of the current step; `outcome`: its status, None for what the step says.

    `days_ago`: when it was submitted; never so short that a finished step would lie in the future.
    """

    loan: bool
    kind: str
    amount: int
    days_ago: int
    reached: int
    outcome: str | None = None
    missing: tuple[str, ...] = ()
    reason: str | None = None

    def on(self, today: date, number: str) -> Application:
        names = LOAN_STEPS if self.loan else WITHDRAWAL_STEPS
        pace = LOAN_DAYS if self.loan else WITHDRAWAL_DAYS
        status = self.outcome or "in_progress"
        submitted = today - timedelta(days=max(self.days_ago, pace * (self.reached + 1)))
        done = len(names) if status == "paid" else self.reached
        steps = [
            Step(name=n, done_on=submitted + timedelta(days=pace * i) if i < done else None)
            for i, n in enumerate(names)
        ]
        running = status in ("in_progress", "approved")
        return Application.model_validate(
            {
                "number": number,
                "kind": self.kind,
                "submitted_on": submitted,
                "amount": self.amount,
                "status": status,
                "current_step": names[min(self.reached, len(names) - 1)],
                "steps": steps,
                "missing": list(self.missing),
                "reason": self.reason,
                "expected_on": today + timedelta(days=pace) if running else None,
            }
        )


def numbered(requests: tuple[Request, ...], today: date, tail: str) -> list[Application]:
    """The applications, newest first, each with a number that does not change as long as the day does not."""
    made = [
        r.on(today, f"{'DK' if r.loan else 'TQ'}{tail}{index:02d}")
        for index, r in enumerate(requests, start=1)
    ]
    return sorted(made, key=lambda a: a.submitted_on, reverse=True)
