"""The page on which a rating is explained: tags to tick, some words. Pure; used by chat_pages.py."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from channels.tencent.pages.rating import LOW, RatingForm
from core.conversation.rating import RatingLevelRead

MOST_COMMENT = 500


def rating_html(
    form: RatingForm, *, wrong: str = "", tags: Sequence[str] | None = None, comment: str | None = None
) -> str:  # fmt: skip
    """The form, which sends itself to its own address. `wrong`: why it was not taken, with what had been entered."""
    ticked = form.tags if tags is None else tags
    written = form.comment if comment is None else comment
    most = form.offer.most_tags
    parts = [
        "<h1>告诉我们更多</h1>",
        f"<p>您对{escape(form.agent_name)}的这次服务评价是“{escape(form.level.label)}”。</p>",
        f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else "",
        '<form method="post">',
        _tags(form.level, ticked, most) if form.level.tags and most else "",
        f'<p><label class="above" for="comment">{escape(form.offer.comment_hint)}</label>',
        f'<textarea id="comment" name="comment" maxlength="{MOST_COMMENT}">{escape(written)}</textarea></p>',
        '<p><button type="submit">提交</button></p>',
        "</form>",
        '<footer class="soft"><p>请不要填写身份证号、银行卡号等个人信息。</p></footer>',
    ]
    return "\n".join(part for part in parts if part)


def _tags(level: RatingLevelRead, ticked: Sequence[str], most: int) -> str:
    boxes = "\n".join(
        f'<label class="pick"><input type="checkbox" name="tag" value="{escape(tag)}"'
        f"{' checked' if tag in ticked else ''}>{escape(tag)}</label>"
        for tag in level.tags
    )
    asked = "哪里不满意？" if level.score <= LOW else "您的感受是："
    return f"<fieldset><legend>{asked}最多选 {most} 项</legend>\n{boxes}\n</fieldset>"
