"""What repaying a part of the loan early, or all of it, saves: a shorter term and smaller payments compared."""

from __future__ import annotations

from actions.forms.context import Answers, Outcome, TaskContext
from actions.forms.form import Task
from actions.pictures.content import draw_picture
from actions.tasks.prepayment.compare import compare
from actions.tasks.prepayment.form import ALL, PREPAYMENT_FORM, loan_of, prepare
from actions.tasks.prepayment.picture import KIND, figures_of
from actions.tasks.prepayment.words import picture_name, show_comparison, show_remarks


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    region = context.region
    loan = loan_of(answers, region)
    said = answers["prepayment_sum"]
    early = loan.left if said == ALL else min(int(said), loan.left)
    found = compare(loan, early)
    contents = [show_comparison(loan, early, found, answers, region)]
    if early < loan.left:
        figures = figures_of(loan, early)
        contents += await draw_picture(context.pictures, KIND, figures, picture_name(early))
    return Outcome([*contents, show_remarks(loan, early, answers, region)])


TASK = Task(PREPAYMENT_FORM, _finish, business="信贷", prepare=prepare)
