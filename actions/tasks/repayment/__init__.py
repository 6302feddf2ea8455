"""What is to be paid each month, by equal instalments and by equal principal, with tables and a picture."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.form import Task
from actions.pictures.content import draw_picture
from actions.tasks.repayment.form import REPAYMENT_FORM
from actions.tasks.repayment.picture import KIND, figures_of
from actions.tasks.repayment.questions import rate_of
from actions.tasks.repayment.schedule import plan
from actions.tasks.repayment.words import picture_name, plan_by_month, plan_summary


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    amount, months = int(answers["repayment_amount"]), int(answers["repayment_months"])
    said = answers["repayment_rate"]
    rate = rate_of(said, months, context.region)
    plans = (plan("annuity", amount, rate, months), plan("linear", amount, rate, months))
    figures = figures_of(amount, months, rate)
    drawn = await draw_picture(context.pictures, KIND, figures, picture_name(amount, months))
    summary = plan_summary(amount, months, said, plans, context.region)
    return Outcome([summary, *drawn, plan_by_month(plans)])


TASK = Task(REPAYMENT_FORM, _finish, business="信贷")
