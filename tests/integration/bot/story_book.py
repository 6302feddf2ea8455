"""Rasa test stories for every task and every way a citizen may interrupt it, as Rasa's own tester reads them."""

from __future__ import annotations

from typing import Any

from actions.forms.form import Task
from actions.tasks.registry import TASKS

Steps = list[dict[str, Any]]

# How citizens open each task; the first is used throughout.
OPENINGS = {
    "calculate_loan": "帮我算算公积金能贷多少",
    "plan_repayment": "帮我算一下贷款的月供",
    "compare_prepayment": "帮我算算提前还款能省多少利息",
    "check_withdrawal": "帮我看看能不能提取公积金",
    "query_balance": "帮我查一下公积金余额",
    "query_records": "查一下我的公积金缴存明细",
    "query_loan_progress": "帮我查一下公积金贷款办到哪一步了",
    "query_withdrawal_progress": "帮我查一下提取办到哪一步了",
    "transfer_account": "我换城市工作了，帮我办公积金转移",
    "calculate_retirement": "帮我算算我哪年退休",
    "estimate_pension": "帮我估算一下养老金",
    "check_unemployment": "帮我看看能不能领失业金",
    "estimate_flexible": "帮我算算灵活就业每月要缴多少",
    "book_appointment": "我想预约去大厅办事",
    "cancel_appointment": "帮我取消预约",
    "file_complaint": "我要举报我们单位不缴公积金",
    "query_ticket": "帮我查一下我的投诉办得怎么样了",
}


def said(text: str, intent: str) -> dict[str, Any]:
    return {"user": f"{text}\n", "intent": intent}


def opened(task: Task) -> Steps:
    """The citizen asks for it, the form opens and puts its first question."""
    form = task.form
    return [
        said(OPENINGS[form.intent], form.intent),
        {"action": form.name},
        {"active_loop": form.name},
        {"slot_was_set": [{"requested_slot": form.fields[0].slot}]},
    ]


def completed(task: Task) -> Steps:
    return [
        said("好的", "affirm"),
        {"action": task.form.name},
        {"active_loop": None},
        {"slot_was_set": [{"requested_slot": None}]},
        {"action": task.result_action},
    ]


def stays(task: Task, text: str, intent: str) -> Steps:
    """Said inside the form, which deals with it and goes on."""
    return [said(text, intent), {"action": task.form.name}]


def aside(task: Task, text: str, intent: str, action: str) -> Steps:
    """Another action has its say; then the form goes on."""
    return [said(text, intent), {"action": action}, {"action": task.form.name}]


def leaves(text: str, intent: str, action: str) -> Steps:
    return [said(text, intent), {"action": action}, {"active_loop": None}]


def other_task(task: Task) -> Steps:
    """Another task opens in its place."""
    other = next(t for t in TASKS if t is not task and t.form.intent in OPENINGS)
    return opened(other)


def interruptions(task: Task) -> dict[str, Steps]:
    """Name -> what happens from the first question on. Each is followed by nothing or by the task's end."""
    goes_on = {
        "a question in the middle": stays(task, "贷款利率现在是多少", "ask_loan"),
        "small talk": stays(task, "谢谢", "thanks"),
        "a person who may not be there": aside(task, "转人工", "request_human", "action_hand_off"),
        "a complaint": aside(task, "你们服务态度太差了", "complain", "action_hand_off"),
        "anger": aside(task, "你个垃圾机器人", "anger", "action_hand_off"),
        "starting over": aside(task, "重新开始", "start_over", "action_start_over"),
        "where the halls are": aside(
            task, "你们的服务大厅在哪里", "find_service_hall", "action_find_service_hall"
        ),
    }
    ends = {
        "cancelling": leaves("算了，不办了", "cancel", "action_cancel_task"),
        "leaving": leaves("再见", "bye", "action_bye"),
        "another task": other_task(task),
    }
    return {
        "nothing": completed(task),
        **{name: steps + completed(task) for name, steps in goes_on.items()},
        **ends,
    }


def all_stories() -> list[dict[str, Any]]:
    """One story for each task and interruption."""
    return [
        {"story": f"{task.form.name}: {name}", "steps": [*opened(task), *steps]}
        for task in TASKS
        for name, steps in interruptions(task).items()
    ]
