"""What the citizen is shown for a knowledge result: the same whether Rasa asked or the server on its own."""

from __future__ import annotations

from core.conversation.content import AnswerContent, Choice, ChoicesContent, Content
from core.conversation.ports import KnowledgeResult

PERSON = Choice(label="转人工", value="转人工")
GUIDE_TEXT = "您想问的是下面哪一个？选一个就可以；都不是的话，请换个说法再问。"
TOPIC_TEXT = "您想了解{topic}的什么呢？大家常问的是下面这些，选一个就可以，也可以直接说您想问的。"
UNKNOWN_TEXT = (
    "抱歉，这个问题我还没有可靠的依据来回答。"
    "您可以换个说法，说说办什么事、卡在哪一步；也可以转人工，由工作人员解答。"
)
# More than three is a list to search, not a question to answer.
MAX_GUIDED = 3
# One side alone is no choice to name, and ten (grades of disability) are too many.
MIN_SIDES = 2


def contents_of(result: KnowledgeResult) -> list[Content]:
    """Answer band: the answer with its citations. Guide: questions to choose from. Unknown: says so, offers people."""
    if result.band == "answer" and result.hits:
        hit = result.hits[0]
        return [
            AnswerContent(
                text_md=hit.answer_md, article_id=hit.article_id, question=hit.question, score=hit.score,
                citations=hit.citations, next=hit.next, variants=hit.variants,
            )
        ]  # fmt: skip
    if result.band == "guide" and result.hits:
        choices = [
            Choice(label=hit.question, value=hit.question) for hit in result.hits[:MAX_GUIDED]
        ]
        if result.task:
            choices.append(Choice(label=result.task, value=result.task))
        return [ChoicesContent(text=_guide_text(result), choices=[*choices, PERSON])]
    return [ChoicesContent(text=UNKNOWN_TEXT, choices=[PERSON])]


def business_of(result: KnowledgeResult) -> str | None:
    """The business of the answer, or the one that all questions offered share; else None.

    Named as tasks and skill groups name it: by the second part of the article's category (公积金/提取/租房 is 提取).
    """
    if result.band == "unknown":
        return None
    shown = result.hits[: 1 if result.band == "answer" else MAX_GUIDED]
    businesses = {hit.category.split("/")[:2][-1] for hit in shown}
    return businesses.pop() if len(businesses) == 1 else None


def _guide_text(result: KnowledgeResult) -> str:
    if result.topic:
        return TOPIC_TEXT.format(topic=result.topic)
    if not MIN_SIDES <= len(result.open_choice) <= MAX_GUIDED:
        return GUIDE_TEXT
    sides = "”还是“".join(result.open_choice)
    return f"这要看您说的是“{sides}”，答案不一样。点一下您想问的；都不是的话，请换个说法再问。"
