"""The named errors of an article's life, for services and routes."""

from __future__ import annotations

from core.errors import Conflict, InvalidInput, PermissionDenied


class SecondPersonRequired(PermissionDenied):
    code, default_message = "second_person_required", "需要由另一位同事审核后发布。"


class ArticleChanged(Conflict):
    """Somebody else saved something newer. Details: `latest` (number), `version_id`, `edit`, `by`."""

    code, default_message = "article_changed", "这个条目已被他人修改，请刷新后再编辑。"


class DraftOpen(Conflict):
    """An article has one draft at a time. Details: `version_id`, `status`."""

    code, default_message = "draft_open", "这个条目已有一份未发布的草稿，请在那份草稿上修改。"


class KeyTaken(Conflict):
    code, default_message = "key_taken", "这个条目编号已被使用。"


class CitationRequired(InvalidInput):
    code, default_message = "citation_required", "对外发布的条目必须有依据，请至少填写一条。"


class AnswerUnwritten(InvalidInput):
    code, default_message = "answer_unwritten", "答案还是待补充的占位文字，请写明答案后再提交。"


class NextUnknown(InvalidInput):
    """Details: `field`, `keys`."""

    code, default_message = "next_unknown", "“下一步”里有不存在的条目编号。"


class AttachmentUnknown(InvalidInput):
    """Details: `field`, `attachments`."""

    code, default_message = "attachment_unknown", "引用的附件不存在，请重新上传。"


class VersionExpired(InvalidInput):
    """Details: `number`, `effective_to`."""

    code, status = "version_expired", 409
    default_message = "这个版本已经过了失效日期，发布后也不会生效；请先修改失效日期。"
