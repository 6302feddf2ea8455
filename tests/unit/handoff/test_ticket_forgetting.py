"""What is left of a ticket's fields when its time is over."""

from __future__ import annotations

from handoff.tickets.life.keeping import GONE, kept_fields
from handoff.tickets.types.definition import Flow, Stage, TicketDefinition, TicketField

DEFINITION = TicketDefinition(
    name="测试",
    fields=[TicketField(key="how", name="经过", kind="long_text")],
    flow=Flow(stages=[Stage(key="handle", name="办理", kind="handle", next=["end"])]),
)


def test_texts_keep_their_words_without_numbers() -> None:
    assert kept_fields(DEFINITION, {"how": "打13800001234没人接"}) == {"how": "打[手机号]没人接"}


def test_what_stands_beside_the_fields_may_be_anybodys_name_and_goes() -> None:
    """A person or an address of the type it was filed under stands there as a plain text."""
    assert kept_fields(DEFINITION, {"被举报人": "张三 幸福路5号"}) == {"被举报人": GONE}
