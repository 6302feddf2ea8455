"""Reads name, identity number and code out of what a citizen writes, and says what to keep of it. Pure.

Names are the hard part: 高兴 may be one, 算了 is none. A name that is announced (我叫…) or stands beside a number
is believed; a bare word only if it begins with a surname, or if nothing else is known to be meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

# What stands for it in everything that is kept.
NAME_MARK, NUMBER_MARK, CODE_MARK = "[姓名]", "[证件号]", "[验证码]"

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_NAME = rf"[{_HAN}]{{2,6}}(?:[·•・.][{_HAN}]{{1,12}}){{0,3}}"
_END = r"(?=$|[\s,，。.;；、:：!！?？\[(（]|身份|证件|号码|证号|的身份|手机|电话|查|\d)"
_ANNOUNCED = re.compile(
    rf"(?:姓名|名字|我叫|我是|本人|叫做|叫)(?:是|叫|为)?[\s:：,，]*(?P<name>{_NAME.replace('{2,6}', '{2,6}?')}){_END}"
)
_BARE = re.compile(rf"\s*(?P<name>{_NAME})\s*")
# What people write between the digits; never letters, so that no other number is swallowed.
_GAP = r"[ \u3000\-–—.·]{0,2}"
_NUMBER = re.compile(rf"(?<![\dA-Za-z])\d(?:{_GAP}\d){{5,24}}(?:{_GAP}[Xx×])?(?![\dA-Za-z])")
# Shorter numbers are something else: a phone, an amount, the tail of an account.
_LEAST_DIGITS = 12
_WIDE = {ord("０") + i: ord("0") + i for i in range(10)} | {
    ord("Ｘ"): ord("X"), ord("ｘ"): ord("x"), ord("\u00a0"): ord(" "),
}  # fmt: skip
_AROUND = re.compile(
    r"身份证明?|证件|号码|证号|卡号|姓名|名字|我叫|我是|我的|本人|叫做|帮我|麻烦|您好|你好|[是为叫的号和加请查看下嗯哦啊呢吧，,。.;；:：、!！\s]"
)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
LENGTH, OLD_LENGTH = 18, 15

# The surnames of the census that nearly everybody bears, and the double ones.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟"
    "申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛冉翁蓝骆路游靳辛管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时穆农司卓"
    "古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻"
    "苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索"
)
_DOUBLE = ("欧阳", "上官", "司马", "诸葛", "司徒", "皇甫", "尉迟", "慕容", "令狐", "夏侯", "东方", "南宫")  # fmt: skip
# Words that begin like a surname or look like a name, and what only sentences hold.
_NO_NAMES = re.compile(
    r"什么|怎么|为何|为啥|多少|几[个位时]|哪|吗|呢|谢谢|[你您]好|人工|客服|余额|公积金|社保|身份证|号码|证件|验证|码|不|没|退出|取消|算了|返回"
    r"|好的|好吧|可以|行吧|知道|一下|帮|我|你|您|贷款|提取|账户|明细|进度|办|等等|稍等|等会|查询|查[下看]?余|明白|明天|马上|方便|安全|原因"
    r"|单位|时间|时候|关闭|关掉|关了|全部|申请|房子|钱|平台|白天|成功|高峰|任何|任务|应该|应当|连接|支取|支付|国家|计算|平时|何时|何必|和|继续|重新|开始|再见|拜拜|是的|对的|确认|^(?:夫妻)?双方$|^(?:夫妻|首套|二套|租房|买房|购房|退休|取钱|社保)$"
)


@dataclass(frozen=True)
class Heard:
    """What a message says of a person. `number` has a right check digit; `problem`: what is wrong with it.

    `sure` False: the name is a bare word that may mean something else. `kept` is the message without either.
    """

    name: str | None
    number: str | None
    problem: str
    sure: bool
    kept: str


def read_person(text: str) -> Heard:
    """Name and identity number of a message, each if there."""
    plain = text.translate(_WIDE)
    found = [m for m in _NUMBER.finditer(plain) if len(_compact(m.group())) >= _LEAST_DIGITS]
    number, problem, rest = None, "", plain
    if found:
        compact = _compact(found[0].group())
        problem = wrong_with(compact)
        number = None if problem else compact
        rest = f"{plain[: found[0].start()]} {plain[found[0].end() :]}"
    # None is kept, the one before a correction and the wife's as little as the one that is checked.
    for match in reversed(found):
        text = f"{text[: match.start()]}{NUMBER_MARK}{text[match.end() :]}"
    name, sure = _read_name(rest, beside_number=bool(found))
    if name:
        text = text.replace(name, NAME_MARK)
    return Heard(name, number, problem, sure, text)


def _read_name(text: str, *, beside_number: bool) -> tuple[str | None, bool]:
    announced = _ANNOUNCED.search(text)
    if announced is not None:
        name = announced["name"]
        # 我是想查…, 我是王小明
        said_so = "我是" not in announced.group() and "本人" not in announced.group()
        if said_so or (not _NO_NAMES.search(name) and _has_surname(name)):
            return (None, False) if _NO_NAMES.fullmatch(name) else (name, True)
    left = _AROUND.sub(" ", text).strip() if beside_number else text.strip(" \t\n，,。.！!~～")
    bare = _BARE.fullmatch(left)
    if bare is None or _NO_NAMES.search(bare["name"]):
        return None, False
    name = bare["name"]
    return name, beside_number or _has_surname(name) or not name.isalnum()


def _has_surname(name: str) -> bool:
    return name.startswith(_DOUBLE) or (name[0] in _SURNAMES and len(name) <= 4)


def wrong_with(number: str) -> str:
    """What is wrong with an identity number, "" if nothing. GB 11643-1999: check character after ISO 7064 MOD 11-2."""
    if len(number) == OLD_LENGTH and number.isdigit():
        return "15位的是旧身份证号码，请填现在身份证上的18位号码"
    if len(number) != LENGTH:
        return f"身份证号码应当是18位，您发的是{len(number)}位，请核对一下再发"
    body, last = number[:17], number[17]
    if not body.isdigit():
        return "身份证号码前17位应当都是数字，请核对一下再发"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    if _CHECK_CHARACTERS[total % 11] != last:
        return "这个身份证号码不对（最后一位对不上），请对照身份证核对一下再发"
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "这个身份证号码里的出生日期不对，请对照身份证核对一下再发"
    return ""


def _compact(written: str) -> str:
    return re.sub(r"[^0-9X]", "", written.replace("×", "X").upper())


# ---- the code --------------------------------------------------------------------------------------------------

_DIGITS = re.compile(r"\d(?:[ \-,，.]?\d)*")
_SPOKEN = str.maketrans("〇零一二三四五六七八九幺两", "0012345678912")
_AROUND_CODE = re.compile(
    r"短信|验证码|校验码|动态码|收到了?|发来|已经|刚刚?|应该|号码|就是|数字|我[的这]?|你|您|是|为|码|填|输入|的|了|嗯|好|哦|呢|吧|啊|[\s:：,，。.!！、]"
)
CODE_LENGTHS = range(4, 9)
RESEND = re.compile(
    r"没有?收到|收不到|没有?收着|没来|没有短信|没短信|重新?发|再发|再给我?发|重新获取|再获取|再来一[个条]|换一?个验证码|发一遍|发一次|失效了|过期了"
)
CHANGE = re.compile(
    r"(?:号码?|身份证|证件|姓名|名字).{0,4}(?:错|不对|不是)|(?:填|写|输|打|弄|发)错|换[个一].{0,3}(?:号码?|证件|身份证|姓名|名字|人)|修改|重填|重新填|改一下"
)
PHONE = re.compile(
    r"(?:手机|电话|号码?).{0,6}(?:换了|不用了?|停机|停了|注销|丢了|没了|坏了|不在|不是我)|换了?.{0,2}(?:手机|电话)号?|不是我.{0,3}(?:手机|电话)"
)


@dataclass(frozen=True)
class HeardCode:
    """`code`: 4 to 8 digits. `problem`: there are digits, but no code. `kept`: the message without them."""

    code: str | None
    problem: str
    kept: str


def read_code(text: str) -> HeardCode:
    """The code of a message that says little else."""
    plain = text.translate(_WIDE)
    if not re.search(r"\d", plain) and len(plain) <= 12:
        spoken = plain.translate(_SPOKEN)
        # Two digits are words (一下, 两次); four are dictated.
        plain = spoken if len(re.findall(r"\d", spoken)) >= CODE_LENGTHS.start else plain
    runs = [(m.span(), re.sub(r"\D", "", m.group())) for m in _DIGITS.finditer(plain)]
    if len(runs) != 1:
        return HeardCode(None, "", text)
    (start, end), digits = runs[0]
    rest = _AROUND_CODE.sub("", plain[:start] + plain[end:])
    if len(rest) > 2:
        return HeardCode(None, "", text)
    kept = f"{text[:start]}{CODE_MARK}{text[end:]}"
    if len(digits) not in CODE_LENGTHS:
        return HeardCode(
            None, f"验证码是短信里的那几位数字，您发的是{len(digits)}位，请核对一下", kept
        )
    return HeardCode(digits, "", kept)
