"""The accounts the simulators play in a demo: connected on first use with random secrets, which both sides are told."""

from __future__ import annotations

import json

from app.container import Container
from app.defaults import TASKS
from app.demo_office import simulated_office
from channels.miniprogram.accounts import Account as MiniProgramAccount
from channels.tencent.accounts.credentials import Credentials
from channels.tencent.replies.reminder_config import ReminderConfig
from channels.wechat.accounts import Account
from channels.wechat.menu import HOT_TITLE, MenuButton, MenuConfig, MenuItem
from channels.wechat.menu_push import ask_for_push
from core.conversation.models import Inbox

WECHAT_INBOX, WECHAT_APP_ID = "wechat-demo", "wx0000000000demo01"
MINI_PROGRAM_INBOX, MINI_PROGRAM_APP_ID = "miniprogram-demo", "wx0000000000demo02"
WECOM_INBOX, WECOM_CORP_ID = "wecom-demo", "ww0000000000demo01"
WECOM_OPEN_KFID = "wk0000000000demo01"
MENU = MenuConfig(
    buttons=[
        MenuButton(name=HOT_TITLE, hot=True),
        MenuButton(name="办事", items=[MenuItem(name=task, say=task) for task in TASKS]),
        MenuButton(name="人工客服", say="转人工"),
    ]
)
REMINDER = ReminderConfig(
    kind="template",
    template_id="demo-template-held-replies",
    fields={"thing1": "{inbox}", "time2": "{time}", "thing3": "有{held}条回复，发消息即可查看"},
)
# The same as the account's owner picked it from WeChat's library.
TEMPLATE = {
    "id": REMINDER.template_id,
    "title": "咨询回复提醒",
    "content": "服务单位：{{thing1.DATA}}\n回复时间：{{time2.DATA}}\n备注：{{thing3.DATA}}",
    "kind": "template",
}


async def simulated_accounts(container: Container, port: int, simulators: int) -> dict[str, str]:
    """The environment of the simulators' process; `port` is the product's, `simulators` theirs."""
    official = await _official_account(container)
    mini_program = await _mini_program(container)
    mini = {
        **_secrets(mini_program, "MINIPROGRAM", port, "miniprogram"),
        "SIMULATOR_MINIPROGRAM_FORMAT": mini_program.config.format,
    }
    return {
        **_secrets(official, "WECHAT", port, "wechat"),
        **mini,
        **await _wecom(container, port),
        **await simulated_office(container, port, f"http://127.0.0.1:{simulators}/office/events"),
        "SIMULATOR_WECHAT_MINI_PROGRAMS": json.dumps([mini_program.config.app_id]),
        "SIMULATOR_WECHAT_TEMPLATES": json.dumps([TEMPLATE], ensure_ascii=False),
    }


async def _official_account(container: Container) -> Account:
    accounts = container.weixin.wechat.accounts
    async with container.uows.write() as uow:
        if await uow.session.get(Inbox, WECHAT_INBOX) is None:
            inbox = await accounts.connect(
                uow, inbox_id=WECHAT_INBOX, name="公众号（模拟）", app_id=WECHAT_APP_ID,
                mode="compatible", credentials=Credentials.random(), actor="install", menu=MENU,
            )  # fmt: skip
            inbox.config = {**inbox.config, "reminder": REMINDER.model_dump(mode="json")}
            await uow.session.flush()
        else:
            # The stand-in remembers nothing from the time before.
            ask_for_push(uow, WECHAT_INBOX, force=True)
        # Also one that is switched off: the product starts with it.
        return await accounts.of_inbox(uow.session, await uow.session.get_one(Inbox, WECHAT_INBOX))


async def _mini_program(container: Container) -> MiniProgramAccount:
    accounts = container.weixin.miniprogram.accounts
    async with container.uows.write() as uow:
        if await uow.session.get(Inbox, MINI_PROGRAM_INBOX) is None:
            await accounts.connect(
                uow, inbox_id=MINI_PROGRAM_INBOX, name="小程序（模拟）", app_id=MINI_PROGRAM_APP_ID,
                mode="compatible", form="json", credentials=Credentials.random(), actor="install",
            )  # fmt: skip
            await uow.session.flush()
        return await accounts.of_inbox(
            uow.session, await uow.session.get_one(Inbox, MINI_PROGRAM_INBOX)
        )


async def _wecom(container: Container, port: int) -> dict[str, str]:
    """微信客服, with the names its stand-in knows its settings by."""
    accounts = container.weixin.wecom.accounts
    async with container.uows.write() as uow:
        if await uow.session.get(Inbox, WECOM_INBOX) is None:
            await accounts.connect(
                uow, inbox_id=WECOM_INBOX, name="微信客服（模拟）", corp_id=WECOM_CORP_ID,
                open_kfid=WECOM_OPEN_KFID, credentials=Credentials.random(), actor="install",
            )  # fmt: skip
            await uow.session.flush()
        account = await accounts.of_inbox(
            uow.session, await uow.session.get_one(Inbox, WECOM_INBOX)
        )
    secrets = account.credentials
    return {
        "SIMULATOR_WECOM_CALLBACK_URL": f"http://127.0.0.1:{port}/channels/wecom/{WECOM_INBOX}",
        "SIMULATOR_WECOM_CORP_ID": account.config.corp_id,
        "SIMULATOR_WECOM_OPEN_KFIDS": account.config.open_kfid,
        "SIMULATOR_WECOM_SECRET": secrets.app_secret,
        "SIMULATOR_WECOM_TOKEN": secrets.token,
        "SIMULATOR_WECOM_AES_KEY": secrets.encoding_aes_key or "",
    }


def _secrets(
    account: Account | MiniProgramAccount, name: str, port: int, channel: str
) -> dict[str, str]:
    secrets = account.credentials
    values = {
        "CALLBACK_URL": f"http://127.0.0.1:{port}/channels/{channel}/{account.inbox_id}",
        "APP_ID": account.config.app_id,
        "MODE": account.config.mode,
        "TOKEN": secrets.token,
        "APP_SECRET": secrets.app_secret,
        "AES_KEY": secrets.encoding_aes_key or "",
    }
    return {f"SIMULATOR_{name}_{key}": value for key, value in values.items()}
