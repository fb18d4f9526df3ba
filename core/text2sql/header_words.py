"""What a header says of its column: the unit, and whether numbers below it are names of things or dates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.text2sql.cell_values import UNIT
from core.text2sql.cells import cell_text

_HEADER_UNIT = re.compile(
    r"[(（\[【]\s*(?:单位\s*[:：]?\s*)?(?:人民币|RMB)?\s*([^()（）\[\]【】]{1,12}?)\s*[)）\]】]"
    r"|(?<=[^\x00-\x7f])[/_,，]\s*([^/_,，\s]{1,6})$"
    r"|(?<=[^\x00-\x7f\s])\s*((?:百万|千万|万|亿|千)(?:美元|元|人|吨|户|件|台|辆|平方米)|[%％])$"
)
_CODE_HEADER = re.compile(
    r"(?:代码|编号|编码|号码|条码|条形码|电话|手机|联系方式|邮编|邮政编码|身份证|身份证件|账户|帐户|车牌|座机|传真|QQ|微信|社保卡"
    r"|(?<![序行轮周期])号|ISBN|SKU|IMEI)(?:[(（].*[)）])?$|(?:^|[^A-Za-z])[Ii][Dd]$|[a-z](?:Id|ID)$|(?:^|_)[Cc]ode$"
    r"|(?:^|[^A-Za-z])(?:[Pp]hone|[Mm]obile|[Tt]el|[Zz]ip)\.?$"
)
_DATE_HEADER = re.compile(r"日期|时间|日$|月份|年月|date|time|day|month", re.IGNORECASE)
_SPAN = re.compile(r"时长|用时|耗时|工时|天数|日数|小时|分钟|节假日|工作日|生产日$")
# 单位：万元 above a table is of its amounts; these are none.
_NO_AMOUNT = re.compile(
    r"数量|人数|户数|件数|次数|笔数|天数|台数|[人个户件次笔]数$|率$|率[(（]|占比|比重|比例|比率|%|％|年份|年度$|^年$|^月$|月份|序号|排名|名次|同比|环比|增长|增速"
    r"|增幅|面积|年龄|编号|税率|折扣|指数|得分|评分|分数|周期|期数|楼层|工龄|库存量|销量|产量|数$"
)
_UNIT_LINE = re.compile(r"(?:金额)?单位\s*[:：]\s*(?:人民币)?\s*([^\s,，;；、()（）:：]{1,8})\s*(?:[)）;；，,]|$|\s)")
_MONEY_UNIT = re.compile(r"(?:百|千|万|百万|千万|亿)?(?:元|美元|港元|欧元|日元)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s*年|(?=[-./]\d)|(?!\d))")


def header_unit(name: str) -> str:
    """The unit in the last brackets of a header, as written: 收入（万元） has 万元, 姓名(中文) has none."""
    for found in reversed(list(_HEADER_UNIT.finditer(name))):
        unit = (found[1] or found[2] or found[3]).strip()
        if UNIT.fullmatch(unit):
            return "%" if unit == "％" else unit
    return ""


def is_code_header(name: str) -> bool:
    """Whether the numbers under this header name things and are not to be counted with: 代码, 编号, ID, 电话 ..."""
    return bool(_CODE_HEADER.search(name))


def is_date_header(name: str) -> bool:
    """Whether 20240105 and 2024.10 under this header are dates."""
    return bool(_DATE_HEADER.search(name))


def is_day_header(name: str) -> bool:
    """Whether 45292 under this header is a day as spreadsheets count them, and not how long something is."""
    return is_date_header(name) and not _SPAN.search(name) and not header_unit(name)


def unit_of_lines(lines: list[str]) -> str:
    """The one unit that lines around a table give its amounts: 单位：万元, or (万元) at the end of a title."""
    for line in lines:
        found = _UNIT_LINE.search(line)
        if found and UNIT.fullmatch(found[1]):
            return found[1]
    money = [unit for unit in map(header_unit, lines) if _MONEY_UNIT.fullmatch(unit)]
    return money[0] if money else ""


def takes_unit(name: str, unit: str) -> bool:
    """Whether a column of numbers called `name` is in the `unit` of the whole table."""
    return bool(unit) and not _NO_AMOUNT.search(name) and not is_date_header(name)


def year_of_lines(lines: list[str]) -> int | None:
    """The one year that lines around a table name; None where there is none or are several."""
    years = {int(found[1]) for line in lines for found in _YEAR.finditer(line)}
    return years.pop() if len(years) == 1 else None


def count_up(cells: Sequence[object]) -> bool:
    """Whether cells are numbers one after another, as days or months over columns are: 1, 2, 3 or 1日, 2日."""
    found = [re.fullmatch(r"(\D*)(\d{1,2})(\D*)", cell_text(cell).strip()) for cell in cells]
    if len(cells) < 2 or not all(found):
        return False
    around = {(f[1], f[3]) for f in found if f}
    numbers = [int(f[2]) for f in found if f]
    plain = around == {("", "")}
    return (
        len(around) == 1
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        and (not plain or (len(numbers) > 2 and numbers[0] == 1))
    )
