"""Reads money, rates, choices and plain numbers: 3500块, 1.2万, 百分之十二, 第二个. values.py calls it last of all."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.components.numerals import Numeral
from bot.components.reading import RANGE, Line, Unit

_RATE = re.compile(
    r"\s*(?:(?P<percent>%|个?百分点|个点(?!数|位))|(?P<mille>‰)|(?P<basis>个?(?:基点|BP|bp))"
    r"|(?P<tenth>成(?![人功立为交本年都员了绩长])))"
)
_OF_HUNDRED = re.compile(r"(?P<base>百|千|万)分之\s*$")
# Before the end of 2,6% and 1e9%.
_PIECE = re.compile(r"(?<![0-9.])[0-9]{1,2}[,，]$|[0-9][eE]$")
_RATE_BASES = {"百": 100, "千": 1000, "万": 10_000}
_CURRENCY = re.compile(
    r"\s*(?:块钱|元钱|元整|元(?![旦月件素])|块(?![儿地])|圆|人民币|rmb\b|RMB\b)(?:人民币)?"
)
_SMALL = re.compile(r"\s*(?P<unit>毛钱?|角钱?|分钱?)?")
_TOGETHER = re.compile(r"\s*块(?!钱|[0-9一二两三四五六七八九])")
_TAIL_NEXT = re.compile(r"\s*[个年次天套月到至号百千万成%岁楼人平米下顿件份位张起共直样]")
# What is counted by such a word is not a value: 三个人, 90平米, 2套, 第三次.
_COUNTED = re.compile(
    r"\s*(?:[局处科队晚:：口次㎡米岁天点倍张种项楼层室栋孩娃遍些厅卫胎辆批档折章步页字届亩克斤吨秒刻趟场封顿幢班轮股旬度寸毛角伙]"
    r"|个(?!体)|人(?![民工家])|套(?!餐)|平(?![时均常台])|月(?![供薪租收还缴交均])|年(?![薪底初龄前])|日(?![子常])"
    r"|号(?!码)|周(?!转)|分(?![几期0-9一二三四五六七八九十])|级|家(?![里庭人属])|间(?!隔)|位|份|条(?!件)|单(?!位)|居(?![然住民])"
    r"|代(?![办表理])|手(?![机续头])|本(?![人月年来地市周])|名(?!下)|道|岗|险|金(?!额)|类|公(?!积|司)|里(?![面边])|小[时孩]|星期|礼拜"
    r"|区(?!别)|组(?!合)|门(?!诊)|站|路|排(?!队)|座|方(?!便|式|案)|成(?![人功立为交])|回(?![复来老家])|双(?!方)|首(?![付套次])|[美日欧]元|港[币元]|英镑|美金"
    r"|户(?!口)|后(?![面来续期])|块(?!钱)|[A-Za-z])"
)
# CCTV-5, A3, 8:10.
_INSIDE_NAME = re.compile(r"[A-Za-z0-9]$|[A-Za-z]-$|大年$|腊月$|[0-9][:：]$")
_MONEY_WORD = re.compile(
    r"(?:工资|月薪|年薪|底薪|收入|余额|基数|月供|房价|总价|首付|房租|租金|退休金|养老金|存款|公积金"
    r"|[缴交扣存贷借还欠发取提花])"
    r"(?:每个?月|一个月|大概|大约|差不多|一共|总共|[是为有了的着款我只才就要想约:：\s]){0,4}$"
)
_HOTLINE = ("12329", "12333", "12345", "12366", "12393")
_CALLED = re.compile(r"(?:打|拨|热线|电话|平台)\D{0,3}$")
_CALLING = re.compile(r"\D{0,1}(?:热线|电话|平台)")
_CLASSIFIER = re.compile(r"\s*[个项种条款家位张笔](?!月|年|星期|礼拜|工作|小?孩|人|娃|季|周|半)")
_ENDS = re.compile(r"(?:\s|$|[，,。.！!？?、；;~…]|[吧呢啊呀哦嘛的了这那和跟或是就也行可对够])")
_LAST = re.compile(r"(?:最后|倒数第一)(?:[一那])?(?:个(?!月|星期|工作|季|人)|项|种|条)")
_CHOSEN = re.compile(r"选择?(?:第)?\s*$")
# Pure punctuation may stand beside a character that is a message of its own.
_ALONE = re.compile(r"[\s。.!！,，吧的~]*")


def read_rates(line: Line) -> None:
    """Shares of one: 12% is 0.12."""
    for numeral in line.numerals:
        before = _OF_HUNDRED.search(line.text[: numeral.start])
        if before:
            value = numeral.low / _RATE_BASES[before["base"]]
            _add_rate(line, value, before.start(), numeral.end)
            continue
        unit = line.unit(numeral, _RATE)
        # 三成 but not 35成; a lone 12 before 5% has to be near it.
        if unit is None or (unit.match["tenth"] and not 0 < numeral.low <= 10):
            continue
        piece = _PIECE.search(line.text[: numeral.start])
        if piece and "." not in numeral.text:
            # Neither is it 6%; better ask than reckon with it.
            line.take(piece.start(), unit.end)
            continue
        base = 100
        if unit.match["mille"]:
            base = 1000
        elif unit.match["basis"]:
            base = 10_000
        elif unit.match["tenth"]:
            base = 10
        _add_rate(line, numeral.low / base, numeral.start, unit.end)


def _add_rate(line: Line, value: Decimal, start: int, end: int) -> None:
    line.add("rate", shortest(value), start, end)
    line.take(start, end)


def read_ordinals(line: Line) -> None:
    """Which of the choices. 第二套 and 第三次 count something else; nobody else may read their number either."""
    for match in _LAST.finditer(line.text):
        if line.free(*match.span()):
            line.add("ordinal", -1, *match.span())
            line.take(*match.span())
    for numeral in line.numerals:
        before = line.text[: numeral.start]
        small = numeral.low == int(numeral.low) and 0 < numeral.low < 100
        if before.endswith("第"):
            start, end = numeral.start - 1, numeral.end
            unit = _CLASSIFIER.match(line.text, end)
            end = unit.end() if unit else end
            wanted = not before.endswith("倒数第") and (unit or _ENDS.match(line.text, end))
            if small and wanted:
                line.add("ordinal", int(numeral.low), start, end)
            line.take(start, end)
            continue
        chosen = _CHOSEN.search(before)
        if chosen and small and not _COUNTED.match(line.text, numeral.end):
            line.add("ordinal", int(numeral.low), chosen.start(), numeral.end)
            line.take(chosen.start(), numeral.end)


def read_amounts(line: Line) -> None:
    """Money, then what is left: numbers without a unit."""
    for match in re.finditer(r"[¥￥]\s*", line.text):
        numeral = line.after(match.end())
        if numeral:
            currency = _CURRENCY.match(line.text, numeral.end)
            end = currency.end() if currency else numeral.end
            _add_amount(line, numeral.low, match.start(), end)
    for numeral in line.numerals:
        if not line.free(numeral.start, numeral.end):
            continue
        unit = line.unit(numeral, _CURRENCY)
        if unit is not None:
            _read_money(line, numeral, unit)
        else:
            _read_bare(line, numeral)


def _read_money(line: Line, numeral: Numeral, unit: Unit) -> None:
    if numeral.low == 1 and _TOGETHER.match(line.text, numeral.end):
        return
    value = _borrowed(numeral, unit.lender)
    end = unit.end
    if unit.lender is None:
        value, end = _tail(line, value, end)
    _add_amount(line, value, numeral.start, end)


def _borrowed(numeral: Numeral, lender: Numeral | None) -> Decimal:
    """3到5万: the 3 counts in 万 as well. 3000到5万: it does not."""
    if lender is None or numeral.scale != 1 or lender.scale == 1:
        return numeral.low
    return numeral.low * lender.scale if numeral.low <= lender.low / lender.scale else numeral.low


def _tail(line: Line, value: Decimal, end: int) -> tuple[Decimal, int]:
    """三块五, 12元5角3分."""
    for place, units in ((Decimal("0.1"), "毛角"), (Decimal("0.01"), "分")):
        numeral = line.after(end)
        if numeral is None or not 0 < numeral.low < 10 or numeral.scale != 1:
            break
        unit = _SMALL.match(line.text, numeral.end)
        named = unit["unit"] if unit else None
        if named and named[0] not in units:
            continue
        # 三块五, but 50元一下.
        spoken = line.text[end - 1] == "块" and not _TAIL_NEXT.match(line.text, numeral.end)
        if not named and not spoken:
            break
        value += numeral.low * place
        end = unit.end() if unit and named else numeral.end
        line.take(numeral.start, end)
        if not named:
            break
    return value, end


def _read_bare(line: Line, numeral: Numeral) -> None:
    text, start, end = line.text, numeral.start, numeral.end
    if _COUNTED.match(text, end) or _INSIDE_NAME.search(text[max(0, start - 2) : start]):
        return
    lender = line.other_end(numeral)
    listed = lender or line.after(end + 1) if text[end : end + 1] == "、" else lender
    if listed and _COUNTED.match(text, listed.end):
        return
    if lender and numeral.scale == 1 and lender.scale >= 1000 and numeral.low < 1000:
        _add_amount(line, _borrowed(numeral, lender), start, end)
        return
    sum_of_money = numeral.scale >= 1000 or re.search(r"[千万亿]", numeral.text)
    if sum_of_money or _is_money(line, numeral) or _goes_on_from_money(line, numeral):
        _add_amount(line, numeral.low, start, end)
    elif _stands_for_itself(line, numeral):
        value = numeral.text if numeral.digits else shortest(numeral.low)
        line.add("number", value, start, end)
        line.take(start, end)


def _is_money(line: Line, numeral: Numeral) -> bool:
    if numeral.text in _HOTLINE:
        return False
    before = line.text[max(0, numeral.start - 16) : numeral.start]
    return (
        len(re.sub(r"\D", "", numeral.text)) >= 2 or (numeral.low >= 10 and not numeral.digits)
    ) and _MONEY_WORD.search(before) is not None


def _goes_on_from_money(line: Line, numeral: Numeral) -> bool:
    """The 8000 of 收入5000到8000."""
    last = line.values[-1] if line.values else None
    between = line.text[last.end : numeral.start] if last and last.kind == "amount" else ""
    return RANGE.fullmatch(between) is not None


def _stands_for_itself(line: Line, numeral: Numeral) -> bool:
    text, start, end = line.text, numeral.start, numeral.end
    if numeral.text in _HOTLINE:
        return not (_CALLED.search(text[:start]) or _CALLING.match(text, end))
    if numeral.text[0].isdigit():
        return True
    # Chinese numerals begin many a word (十二生肖, 三六九等): only where nothing follows that they could count.
    alone = _ALONE.fullmatch(text, 0, start) and _ALONE.fullmatch(text, end)
    return bool(alone) or (len(numeral.text) >= 2 and _ENDS.match(text, end) is not None)


def _add_amount(line: Line, yuan: Decimal, start: int, end: int) -> None:
    # So many digits are the number of a card or an account.
    if yuan < 10**12:
        line.add("amount", int(yuan * 100), start, end)
    line.take(start, end)


def shortest(number: Decimal) -> str:
    """0.120 -> "0.12", 3E+3 -> "3000"."""
    return format(number.normalize(), "f")
