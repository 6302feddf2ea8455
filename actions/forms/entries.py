"""Questions answered with a text, a name, a phone or a month, and the last look before submitting. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.forms.choices import ChoiceField
from actions.forms.fields import Entity, Field, Option, Problem, Read, words
from actions.identity.reading import read_person


@dataclass(frozen=True)
class TextField(Field):
    """Free words of `least` to `most` characters: a story, a name of a unit."""

    least: int = 2
    most: int = 500
    example: str = ""
    free: bool = True

    @property
    def expected(self) -> str:
        example = f"，比如：{self.example}" if self.example else ""
        return f"请用{self.least}到{self.most}个字说明{self.topic}{example}"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        said = text.strip()
        if len(said) < self.least:
            return Problem(f"{self.topic}太短了，请再说具体一点")
        if len(said) > self.most:
            return Problem(f"{self.topic}请控制在{self.most}个字以内，您写了{len(said)}个字")
        return Read(said, (0, len(text)))


@dataclass(frozen=True)
class PersonField(Field):
    """A person's name. Only a surname or 我叫… makes a word a name: 明天 is none."""

    @property
    def expected(self) -> str:
        return "请填姓名，比如：王小明；也可以说“我叫…”"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        said = _CHANGED.sub("", text)
        heard = read_person(said)
        if heard.name is None or not heard.sure:
            return None
        start = text.rfind(heard.name)
        end = start + len(heard.name)
        if any(e.start < end and start < e.end and e.kind != "ordinal" for e in entities):
            return None
        return Read(heard.name, (start, end))


_CHANGED = re.compile(r"^.*(?:改成|改为|换成|应该是|不对)[，,：:\s]*(?:是|叫)?")


@dataclass(frozen=True)
class PhoneField(Field):
    """A mobile number, eleven digits."""

    @property
    def expected(self) -> str:
        return "请填11位手机号码"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        for entity in entities:
            if entity.kind == "phone" and not str(entity.value).startswith("0"):
                return Read(str(entity.value), (entity.start, entity.end))
        if re.search(r"\d{7,}", text):
            return Problem("手机号码应当是11位数字，请核对一下")
        return None

    def show(self, value: Any) -> str:
        return f"{str(value)[:3]}****{str(value)[-4:]}"


@dataclass(frozen=True)
class MonthField(Field):
    """A month of the calendar, YYYY-MM, between `earliest` and `latest` (both YYYY-MM)."""

    earliest: str = "1930-01"
    latest: str = "2100-12"
    example: str = "1975年8月"

    @property
    def expected(self) -> str:
        return f"请填年份和月份，比如：{self.example}"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        for entity in entities:
            if entity.kind == "date":
                month = str(entity.value)[:7]
            elif entity.kind == "id_number" and entity.value["valid"]:
                month = str(entity.value["birth"])[:7]
            else:
                continue
            if not self.earliest <= month <= self.latest:
                return Problem(
                    f"{self.topic}{self.show(month)}不对，请核对一下（比如：{self.example}）"
                )
            return Read(month, (entity.start, entity.end))
        return None

    def show(self, value: Any) -> str:
        year, month = str(value).split("-")[:2]
        return f"{year}年{int(month)}月"


SUBMIT, CHANGE = "submit", "change"


@dataclass(frozen=True)
class ConfirmField(ChoiceField):
    """The last question before something is submitted; Form.wording shows every answer with it."""

    choices: tuple[Option, ...] = (
        Option(
            SUBMIT,
            "确认提交",
            words("确认 提交 没问题 对 对的 是 是的 好 好的 可以 没错 正确 无误 嗯 ok"),
        ),
        Option(CHANGE, "修改", words("改 改一下 修改一下 不对 有错 错了 不是 重填")),
    )
