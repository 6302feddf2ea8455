"""A message with several wishes, shared out."""

from __future__ import annotations

from actions.forms.fields import Entity
from actions.forms.turn import Turn, Wish
from actions.forms.waiting import Waiting
from actions.wishes import share_out

OPENERS = {
    "calculate_loan": Waiting("loan_form", "贷款额度测算", begun=False),
    "query_balance": Waiting("balance_form", "余额查询", begun=False),
}


def message(*parts: tuple[str, str], entities: tuple[Entity, ...] = ()) -> Turn:
    """A turn whose parts, each with its intent, follow each other."""
    text, wishes = "", []
    for part, intent in parts:
        wishes.append(Wish(part, intent, 0.9, len(text), len(text) + len(part)))
        text += part + "，"
    return Turn(text, parts[0][1], 0.9, entities, (), tuple(wishes))


def test_one_wish_is_not_shared_out() -> None:
    assert share_out(Turn("帮我算算能贷多少", "calculate_loan", 0.9), OPENERS) is None


def test_questions_tasks_and_people_are_told_apart() -> None:
    turn = message(
        ("租房能提取吗", "ask_withdrawal"), ("再算算能贷多少", "calculate_loan"), ("再转人工", "request_human")
    )  # fmt: skip
    shared = share_out(turn, OPENERS)
    assert shared is not None
    assert [question.text for question in shared.questions] == ["租房能提取吗"]
    assert [task.action for task in shared.tasks] == ["loan_form"]
    assert shared.reason == "asked_for_person"


def test_a_task_gets_only_the_values_of_its_own_part() -> None:
    turn = message(("租房提5万行吗", "ask_withdrawal"), ("余额是8万能贷多少", "calculate_loan"), entities=(
        Entity("amount", 50000_00, 3, 5), Entity("amount", 80000_00, 11, 13)))  # fmt: skip
    shared = share_out(turn, OPENERS)
    assert shared is not None
    kept = shared.tasks[0].wished
    assert kept is not None
    assert [e.value for e in kept.entities] == [80000_00]
    assert kept.text[kept.entities[0].start : kept.entities[0].end] == "8万"


def test_words_with_an_identity_number_do_not_wait_in_a_slot() -> None:
    number = Entity("id_number", {"number": "x", "valid": True}, 11, 29)
    turn = message(
        ("先算算能贷多少", "calculate_loan"),
        ("查余额11010519491231002X", "query_balance"),
        entities=(number,),
    )
    shared = share_out(turn, OPENERS)
    assert shared is not None
    assert shared.tasks[1].wish is None
