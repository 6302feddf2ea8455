"""What WeChat refuses of an official account alone."""

from __future__ import annotations

from channels.tencent.errors import ApiFailed


class MenuRefused(ApiFailed):
    """WeChat will not take this menu, now or later. The message says what to change."""

    code, status = "wechat_menu_refused", 422
