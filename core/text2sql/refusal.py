"""Why a table cannot answer a question, in words. The model says that it cannot; here is only said what was missed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.segmenter import cut_tagged
from core.text import normalise
from core.text2sql.linking import Linker

RefusalKind = Literal["change", "forecast", "opinion", "chat", "missing"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CHANGE = re.compile(
    r"删掉|删除|删了|删去|清空|改成|改为|修改|改一下|更正|更新成|更新为|设为|设成|调成|新增一|新增[两三四五六\d]|添加一|插入|录入"
    r"|加一[行条列笔个]|补一[行条笔]|写入|存盘|保存|导出|打印|发给[我老领经客]|发到[我群邮]|发邮件|(?:帮我|给我|替我|请)(?:[^，。]{0,6})(?:改|加上|涂|标红|退掉|取消|预[订约])"
    r"|^(?:把|将)[^，。]{1,20}(?:改|删|去掉|换|调|加|降|提|涨|移|合并|标)"
)
_FORECAST = re.compile(
    r"预测|预估|预言|明年|明天|后天|下个?(?:月|周|星期|季度|学期|学年|年度|赛季|届|次|期|一年|半年)|来年|大后天|将来|未来|今后|往后|以后[会还能要]"
    r"|会不会|不会再|还会|(?<![歌晚开大年展协社商总机峰])会(?:再|继续|是谁|涨|跌|降|升|怎|赢|输)|能(?:涨|跌|卖|拿|赢|考|升|达|超|撑|回本|到多少)"
    r"|走势(?:如何|怎)|什么时候(?:能|会|才)|啥时候(?:能|会|才)|何时(?:能|会|才)|到时候|迟早|快要|有望|有没有可能|可能性|概率"
)
_OPINION = re.compile(
    r"为什么|为啥|为何|凭什么|怎么(?:会|这么|那么|突然|回事|搞的|办|看|评价|评|改进|提高|做到|才|一直|老|没|就)|咋(?:回事|办|就|这么|没|老)"
    r"|原因|理由|怪谁|怪不怪|应该|该不该|应不应该|该[^，。？]{0,8}(?:多少|几|谁|哪|怎)|值不值|值得|划算|划不划|合不合|好不好|行不行|要不要|可不可以|靠谱|合理|合适|正常吗|正不正常|高了吗|低了吗|贵了吗"
    r"|建议|推荐|适合|怎么看|觉得|认为|看法|评价一下|有道理|有没有必要|需不需要|怎样才|如何(?:提高|改|评|看|才|降|增|避免)|意味着|说明什么"
)
_ADDRESS = (
    r"你好|您好|嗨|哈喽|hello|hi\b|早上好|下午好|晚上好|晚安|在吗|在不在|谢谢|多谢|再见|拜拜|哈哈+|呵呵|嘿嘿|你是谁|你叫|你会|你能|你几岁|你多大"
    r"|讲个|说个|写[一首个篇段]|翻译|介绍一下你|现在几点"
)
_ADDRESSED = re.compile(rf"^(?:{_ADDRESS})")
_CHAT = re.compile(rf"^(?:{_ADDRESS}|哈|唱|今天天气|天气|几点了)|下雨|天气(?:怎|如何)|笑话")
_REASONS: dict[RefusalKind, tuple[str, str]] = {
    "change": ("这里只能查询，不能改动数据", "tables can be asked here, not changed"),
    "forecast": ("表里是已有的数据，没有对以后的预测", "the table holds what is known, no forecasts"),
    "opinion": ("表里只有数据，没有原因、看法或建议", "the table holds data, no reasons, opinions or advice"),
    "chat": ("这不是问这张表的问题", "this is no question about the table"),
    "missing": ("表里没有能回答这个问题的内容", "the table holds nothing that answers this"),
}
# Words that a question has whatever it is about. Single characters say little for themselves.
_COMMON = _words("""
    多少 哪个 哪些 哪家 哪位 哪里 哪儿 哪天 哪年 哪种 哪几 哪月 什么 啥 谁 几个 怎么 怎样
    如何 是否 有没有 是不是 时候 时间 地方 情况 问题 数据 表格 表里 记录 名单 信息 内容 一下
    一共 总共 合计 总数 总和 总量 平均 平均值 均值 最高 最低 最大 最小 最多 最少 最好 最差
    前三 前十 第一 第二 排名 排行 比例 占比 比重 百分比 百分之 差距 相差 区别 变化 增长 下降
    增长率 同比 环比 累计 大概 大约 左右 以上 以下 以内 之前 之后 其中 里面 所有 全部 每个
    各个 分别 具体 请问 告诉 列出 显示 查询 查看 看看 统计 计算 帮忙 麻烦 知道 想要 需要
    可以 能够 现在 目前 今年 去年 本月 上月 今天 昨天 上个月 这个 那个 这些 那些 这里 那里
    它们 他们 我们 你们 咱们 人家 大家 自己 别人 东西 事情 结果 原因 理由 可能 应该 已经
    没有 还有 还是 或者 因为 所以 如果 数量 个数 人数 次数 名字 名称 名 人 个 次 年 月 日
    天 号
    """)
_CONTENT = re.compile(r"^(?:n|v(?!shi|you)|a|eng|j|i|l|x|un|s|z)")
_NOUN = re.compile(r"^(?:n|eng|j|i|l|x|vn|an)")
_WORDY = re.compile(r"[^\W\d_]")
_MOST = 3
# Fuzzy matches below this are of other things.
_NEAR = 0.8


@dataclass(frozen=True)
class Refusal:
    """Why a question is not answered: what kind of question it is, and the reason in both languages."""

    kind: RefusalKind
    zh: str
    en: str


def refusal(question: str, linker: Linker, today: date) -> Refusal:
    """Why the `question`, as typed, cannot be answered from the columns of `linker`."""
    text = normalise(question).text.strip()
    kinds: tuple[tuple[RefusalKind, re.Pattern[str]], ...] = (
        ("chat", _CHAT),
        ("change", _CHANGE),
        ("opinion", _OPINION),
        ("forecast", _FORECAST),
    )
    for kind, pattern in kinds:
        if pattern.search(text):
            return Refusal(kind, *_REASONS[kind])
    unknown = unknown_words(text, linker, today)
    if not unknown:
        return Refusal("missing", *_REASONS["missing"])
    listed = "、".join(f"“{word}”" for word in unknown)
    named = ", ".join(f"“{word}”" for word in unknown)
    return Refusal("missing", f"表里没有{listed}", f"the table holds nothing on {named}")


def is_chat(question: str, linker: Linker, today: date) -> bool:
    """Whether the `question`, as typed, is said to whoever answers, and has nothing of the table."""
    text = normalise(question).text.strip()
    if not _ADDRESSED.search(text) or any(linker.mentions(text)):
        return False
    return all(c.source == "fuzzy" and c.score < _NEAR for c in linker.candidates(text, today))


def unknown_words(text: str, linker: Linker, today: date) -> list[str]:
    """Content words of the folded question that no column and no cell, number or day is named by, at most three;
    neighbours are one word."""
    known = [bool(mark) for mark in linker.name_matches(text)[0]]
    for c in linker.candidates(text, today):
        if c.source != "fuzzy" or c.score >= _NEAR:
            known[c.start : c.end] = [True] * (c.end - c.start)
    found: list[tuple[int, int, str]] = []
    at, nouns = 0, False
    for word, flag in cut_tagged(text):
        begin, at = at, at + len(word)
        if _CONTENT.match(flag) and _WORDY.search(word) and word not in _COMMON and not any(known[begin:at]):
            nouns = nouns or (_NOUN.match(flag) is not None and len(word) > 1)
            found.append((begin, at, flag))
    kept: list[tuple[int, int]] = []
    for begin, end, flag in found:
        # Verbs and adjectives say something only where there is no noun.
        if nouns and not _NOUN.match(flag):
            continue
        if kept and kept[-1][1] == begin:
            kept[-1] = kept[-1][0], end
        else:
            kept.append((begin, end))
    # Single characters say something beside others only.
    whole = [text[a:b] for a, b in kept if b - a > 1]
    return list(dict.fromkeys(whole))[:_MOST]
