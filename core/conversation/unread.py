"""What the bot says to what it cannot read: pictures, sound, papers, places. Pure; called by answering.py.

It says so, and how to go on. Nothing is looked up, no rule counts it as a question without an answer, and the dialogue
engine, which reads only texts, is not told of it.
"""

from __future__ import annotations

from core.conversation.content import FILE_KINDS, Choice, ChoicesContent
from core.conversation.models import Message
from core.conversation.ports import BotReply

PEOPLE = Choice(label="转人工", value="转人工")
_SAID = {
    "image": "图片收到了。我是智能助手，还看不懂图片。",
    "voice": "语音收到了。我是智能助手，还听不懂语音。",
    "video": "视频收到了。我是智能助手，还看不懂视频。",
    "file": "文件收到了。我是智能助手，还不能阅读文件。",
    "location": "位置收到了。我是智能助手，还不会按位置查找。",
}
_SOMETHING = "收到了。我是智能助手，只能读懂文字。"
# A channel that announces papers may never give them: nobody is told that they are here before they are.
_COMING, _COMING_TOO = "我是智能助手，还不能阅读文件。", "文件我也处理不了。"
_CALLED = {**FILE_KINDS, "location": "位置"}
_ASK = "请用文字说说您的问题；需要工作人员处理，请点“转人工”。"
# A task's question is open: going on is nearer than people.
_GO_ON = "请用文字继续回答上面的问题；需要工作人员处理，请点“转人工”。"


def is_text(message: Message) -> bool:
    """Whether the message is something the bot can read."""
    return message.content.get("type") == "text"


def reply_to(message: Message, *, settled: bool, again: bool) -> BotReply:
    """The bot's reply to a message that is no text. `settled`: as in BotTurn. `again`: the one before was none either;
    who sends five pictures is not told five times what a bot cannot do."""
    kind = str(message.content.get("type"))
    if kind == "file" and message.content.get("state") is not None:
        said = _COMING_TOO if again else _COMING
    else:
        said = f"{_CALLED.get(kind, '')}也收到了。" if again else _SAID.get(kind, _SOMETHING)
    content = ChoicesContent(text=said + (_ASK if settled else _GO_ON), choices=[PEOPLE])
    return BotReply(contents=[content], settled=settled, missed=True)
