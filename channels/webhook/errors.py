"""What can be wrong with a portal's request, its inbox and its files; signatures: core/webhooks/errors.py. Pure."""

from __future__ import annotations

from core.errors import Conflict, InvalidInput, NotFound


class InboxNotFound(NotFound):
    code, default_message = "inbox_not_found", "没有这个门户接入点，或者它已停用。"


class PortalInvalid(InvalidInput):
    """The inbox's settings do not fit. Details: `field`."""

    code, default_message = "webhook_inbox_invalid", "门户接入点的设置不正确。"


class RequestReplayed(Conflict):
    """A signed GET or upload came a second time with the same id."""

    code, default_message = "webhook_id_reused", "这个 webhook-id 已经用过了，请换一个。"


class EventReused(Conflict):
    """An id that was used for another event."""

    code = "webhook_event_reused"
    default_message = "这个 webhook-id 已用于另一条内容不同的事件，请换一个。"


class BodyMalformed(InvalidInput):
    """Not a JSON object, or nested too deep."""

    code, status = "webhook_body_malformed", 400
    default_message = "请求内容不是有效的 JSON 对象。"


class BodyTooLarge(InvalidInput):
    """Details: `limit` in bytes."""

    code, status, default_message = "body_too_large", 413, "提交的内容太大了。"


class DigestMismatch(InvalidInput):
    """The uploaded file is not the one that was signed for."""

    code, default_message = "webhook_digest_mismatch", "文件与签名中的 sha256 不一致。"


class FetchFailed(InvalidInput):
    """The file behind an address could not be had. Details: `reason`."""

    code, default_message = "file_fetch_failed", "无法从这个地址取得文件。"
