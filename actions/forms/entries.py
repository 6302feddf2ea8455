"""Questions answered with a text, a date, a phone or an identity number, and the last look before submitting. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.forms.choices import ChoiceField
from actions.forms.fields import Entity, Field, Option, Problem, Read, words


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
class NameField(Field):
    """A person's name as on the identity card."""

    @property
    def expected(self) -> str:
        return "请填身份证上的姓名，比如：王小明"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        match = _NAME.search(text)
        if match is None:
            return None
        return Read(match["name"], match.span("name"))


# Two to four characters, longer with the dot of minority names; alone, or behind the words that announce a name.
_NAME = re.compile(
    r"(?:^|姓名是?|名字是?|我叫|我是|叫)[\s:：,，]*(?P<name>[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,10})*)(?=$|[\s,，。.;；]|身份证|证件|手机|电话)"
)


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
class IdNumberField(Field):
    """An identity number whose check digit is right (GB 11643-1999)."""

    @property
    def expected(self) -> str:
        return "请填18位身份证号码"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        for entity in entities:
            if entity.kind != "id_number":
                continue
            if not entity.value["valid"]:
                return Problem("这个身份证号码的校验位不对，请核对后再填一次")
            return Read(entity.value["number"], (entity.start, entity.end))
        if re.search(r"\d{15,}", text):
            return Problem("身份证号码应当是18位，请核对后再填一次")
        return None

    def show(self, value: Any) -> str:
        return f"{str(value)[:3]}***********{str(value)[-4:]}"


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
