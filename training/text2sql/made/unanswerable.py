"""Questions that the table cannot answer."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from training.text2sql.made.entities import entity_of, plain
from training.text2sql.made.lexicon import measure_of
from training.text2sql.made.speech import joined
from training.text2sql.made.values import spoken_value
from training.text2sql.made.view import View

Foreign = tuple[str, str, bool]  # header, type, whether it is of a table of persons

_PERSON = ("电话", "手机号", "微信号", "家庭住址", "身份证号", "籍贯", "星座", "婚姻状况", "邮箱", "爱好", "血型", "生日", "毕业院校", "身高", "体重", "驾照", "紧急联系人", "政治面貌", "年假还剩几天", "宿舍号", "社保基数", "绩效评级", "银行卡号", "属相", "加班时长", "英语水平", "配偶", "孩子几岁", "工龄")  # fmt: skip
_THING = ("生产日期", "保质期", "厂家电话", "官网", "保修期", "颜色", "产地", "设计师", "用户评价", "好评率", "配送方式", "发票类型", "材质", "退货地址", "联系电话", "负责人电话", "营业时间", "具体地址", "创始人", "法人", "成立时间", "员工人数", "售后电话", "库位", "包装规格", "停车费", "容积率", "物业费", "审批人", "折扣", "上市时间")  # fmt: skip
_SMALL = ("你好", "你是谁", "讲个笑话", "今天天气怎么样", "明天会下雨吗", "谢谢", "你会做什么", "几点了", "今天星期几", "给我唱首歌", "你叫什么名字", "帮我写首诗", "晚上吃什么", "哈哈哈", "在吗", "帮我订张机票", "翻译一下这句话", "人工客服", "怎么用这个", "北京今天多少度", "现在美元汇率多少", "帮我写封邮件", "世界杯谁夺冠了", "中国的首都是哪里",
          "帮我导出成Excel", "发给王总", "生成一份PPT", "测试", "你觉得呢", "这表谁做的", "数据什么时候更新", "帮我打印一下", "再见", "附近有什么好吃的", "今天几号", "股市今天怎么样", "帮我定个闹钟", "最近有什么新闻", "你是机器人吗", "太慢了吧", "怎么没反应", "什么意思", "推荐部电影")  # fmt: skip


def _pieces(word: str) -> set[str]:
    return {word[i : i + 2] for i in range(len(word) - 1)} or {word}


def _unlike(v: View, header: str) -> bool:
    """Whether no column of the table is like this one."""
    mine = plain(header)
    if len(mine) < 2:
        return False
    parts = _pieces(mine)
    kind = measure_of(header).kind
    for c in v.cols:
        if parts & _pieces(c.plain) or (kind not in ("plain", "count") and c.type == "number" and c.measure.kind == kind):
            return False
        if entity_of(header).kind in ("place", "unit", "day", "month", "firm") and c.type != "number" and c.entity.kind == entity_of(header).kind:
            return False
    return True


def foreign_columns(tables: Sequence[dict[str, Any]]) -> list[Foreign]:
    """Columns of all tables, to ask of tables without them."""
    found: dict[tuple[str, bool], Foreign] = {}
    for t in tables:
        person = any(entity_of(h).person for h in t["header"][:3])
        for header, kind in zip(t["header"], t["types"], strict=True):
            if 2 <= len(plain(header)) <= 7 and not header.startswith(("是否", "有无")) and not any(ch.isdigit() for ch in header):
                found.setdefault((plain(header), person), (header, kind, person))
    return list(found.values())


def _row(v: View) -> str:
    """A row by its name, or its kind."""
    key = next((k for k in v.keys if k.type == "text" and not k.month), None)
    if key is not None and key.filled:
        value = str(v.one(key.filled))
        if len(value) <= 12:
            return spoken_value(v, key, value)
    return f"这{v.counter()}{v.noun()}"


def unanswerable(v: View, foreign: Sequence[Foreign]) -> str | None:
    """A question without an answer in the table."""
    rng: random.Random = v.rng
    roll = rng.random()
    row, noun, c = _row(v), v.noun(), v.counter()
    col = v.pick(v.scaled)
    name = v.say(col) if col else noun
    if roll < 0.48:
        person = v.entity.person
        for _ in range(8):
            header, kind, theirs = v.one(foreign)
            if (theirs == person or rng.random() < 0.4) and _unlike(v, header):
                break
        else:
            return None
        x = plain(header)
        m = measure_of(header)
        if kind == "number":
            ask = v.one(m.ask)
            return v.one((f"{row}的{x}是多少", f"平均{x}{ask}", f"{x}最高的是{v.who()}", f"{x}超过{v.one((3, 5, 10, 50, 100, 1000, 5000))}的{noun}有几{c}", f"{x}一共{ask}", f"哪{c}{noun}{x}最低", f"{row}{x}{ask}", f"每{c}{noun}的{x}", f"{x}前三名", f"{row}的{x}", f"总{x}是多少", f"{row}和别的{noun}比{x}差多少", f"{v.who()}的{x}最{v.one(m.more)}"))
        if kind == "date":
            return v.one((f"{row}的{x}是哪天", f"{x}最早的是{v.who()}", f"2024年以后{x.removesuffix('日期')}的{noun}", f"{row}{x}"))
        e = entity_of(header)
        return v.one((f"{row}的{x}{'是谁' if e.person else '是什么'}", f"各{x}有几{c}{noun}", f"每个{x}的{name}", f"{row}属于哪个{x}", f"哪个{x}的{noun}最多", f"{row}{x}", f"{noun}都有哪些{x}", f"按{x}统计{name}", f"{x}有几种"))
    if roll < 0.6:
        x = v.one(_PERSON if v.entity.person or rng.random() < 0.3 else _THING)
        if not _unlike(v, x):
            return None
        return v.one((f"{row}的{x}", f"{row}{x}是多少", f"{row}的{x}是什么", f"{x}在哪查", f"所有{noun}的{x}给我", f"{row}{x}", f"把{row}的{x}发我", f"有没有{row}的{x}", f"列一下大家的{x}" if v.entity.person else f"列出每{c}{noun}的{x}"))
    if roll < 0.72:
        when = v.one(("明年", "下个月", "下季度", "明天", "下周", "今后", "未来三年", "年底", "以后"))
        return v.one((f"{when}{row}的{name}会是多少", f"预测一下{when}的{name}", f"{when}{name}会涨吗", f"{row}{when}能到多少", f"{when}{name}还会{v.one(('涨', '跌', '降', '升'))}吗", f"{row}{when}{name}能翻倍吗", f"估计{when}{name}多少", f"{when}还会有这么多{noun}吗", f"按这个趋势{when}{name}多少", f"{row}{when}会怎么样", f"照这样下去{when}{name}能到多少", f"{when}的{name}目标定多少合适"))
    if roll < 0.82:
        adj = v.one((*(col.measure.more if col else ("高",)), *(col.measure.less if col else ("低",))))
        return v.one((f"为什么{row}的{name}这么{adj}", f"{row}{name}怎么这么{adj}", f"{row}的{name}为啥{adj}", f"{name}{adj}的原因是什么", f"怎么会有{noun}{name}这么{adj}", f"什么导致了{name}下降", f"{row}为什么垫底", f"是什么原因让{row}{name}{adj}", f"{name}下滑该怪谁", f"{row}凭什么{name}这么{adj}", f"{name}为什么变化这么大"))
    if roll < 0.91:
        return v.one((f"哪{c}{noun}最值得{v.one(('推荐', '买', '选', '投'))}", f"推荐一{c}{noun}", f"{row}好不好", f"你觉得{row}怎么样", f"{row}靠谱吗", f"怎样才能提高{name}", f"{name}多少算正常", f"要不要把{row}换掉", f"{row}值不值", f"怎么把{name}降下来", f"{name}多高才合理", f"我该选哪{c}{noun}", f"给{row}提点建议", f"{row}有前途吗", f"如何改善{name}", f"{row}应该怎么处理", f"大家对{row}满意吗" if "满意" not in str(v.table["header"]) else f"{row}好不好"))
    if roll < 0.97:
        n = v.one((5, 10, 100, 2000))
        return v.one((f"把{row}的{name}改成{n}", f"删掉{row}这条", f"新增一{c}{noun}", f"把{name}都加{n}", f"帮我把{row}删了", f"{row}的{name}写错了，改一下", f"清空{name}这一列", "加一列备注", "把表名改了", f"给{joined([row, noun], rng)}发个通知", f"把{row}标红", f"添加一条{row}的记录", f"把{name}为空的都填成0", f"更新{row}的{name}为{n}"))
    return v.one(_SMALL)
