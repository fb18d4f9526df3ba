"""Whether one of two sentences denies what the other says: by a negation more, or a word against its opposite.

A rule, not a reading. Each negation and each pair of opposite words turns the meaning once; turned an odd number of
times, the sentences are opposed, so that 不快 and 慢, or 没有…不 and its plain form, are not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

# Words that differ in one of these pairs of characters, and in nothing that speaks against it, are opposites: 上涨 and
# 下跌, 赢得 and 输掉. They are what Chinese makes its words of opposition of: 大小, 胜负, 进出.
_CHARACTERS = (
    "上下 涨跌 升降 增减 高低 大小 多少 长短 快慢 早晚 新旧 好坏 好差 冷热 轻重 胖瘦 贵贱 远近 宽窄 深浅 "
    "粗细 厚薄 强弱 胜败 胜负 输赢 买卖 进出 来去 开关 开闭 始终 有无 真假 对错 男女 黑白 明暗 左右 前后 "
    "内外 东西 南北 死活 生死 穿脱 推拉 存取 借还 收放 收发 松紧 软硬 干湿 难易 富穷 贫富 饱饿 满空 哭笑 "
    "醒睡 加减 盈亏 攻守 正反 正负 甜苦 喜厌 爱恨 乐悲 优劣 善恶 美丑 勤懒 入退 起落 顺逆 赞贬 褒贬 迎送 "
    "聚散 浓淡 快缓 慢捷 吵静 闹静 缩涨 增缩 胀缩 压解 赔赚 亏赚 兴惨 升跌 涨降 增降 提降 扩缩 宽严 松严 "
    "公私 虚实 主客 咸淡 好恶 良恶 加降 升落 涨落 出落 高矮 冷暖 急慢 急缓 正错 是非 爱恶 利弊 易难 细粗 "
    "首尾 先后 得失 缓急 盈缺"
)
# Opposites that share no such character.
_WORDS = (
    "成功 失败,通过 失败,便宜 贵,便宜 昂贵,年轻 年老,干净 脏,安静 吵闹,简单 复杂,简单 困难,简单 难,容易 困难,"
    "安全 危险,高兴 难过,快乐 悲伤,聪明 笨,漂亮 难看,记得 忘记,记得 忘,全部 部分,经常 很少,总是 从不,有利 不利,"
    "增长 下滑,结婚 离婚,毕业 入学,城市 农村,白天 夜里,保守 激进,积极 消极,乐观 悲观,主动 被动,谦虚 骄傲,平坦 崎岖,"
    "认真 马虎,仔细 粗心,喜欢 讨厌,表扬 批评,奖励 惩罚,保护 破坏,建造 拆除,出现 消失,集中 分散,合法 违法,准时 迟到,"
    "健康 生病,出发 到达,起飞 降落,开始 结束,打开 关闭,打开 关上,开启 关闭,承认 否认,提前 推迟,公开 隐瞒,自愿 被迫,"
    "聘用 解雇,表扬 责骂,满意 失望,光滑 粗糙,恢复 丧失,详细 简略,加速 放缓,好转 恶化,盈利 亏损,买家 卖家"
)
# Each of the one side against each of the other.
_SIDES = (
    "支持 赞成 同意 批准 通过 接受 答应 准许|反对 否决 驳回 拒绝 回绝",
    "允许 准许 许可 可以 能够 可|禁止 严禁 不准 不许",
    "增加 增长 上升 上涨 提高 提升 扩大 回升 走高|减少 下降 下滑 下跌 降低 缩小 缩减 回落 走低 萎缩",
)
# Characters that deny what follows, at the head of a word or behind such an adverb.
_DENIES = re.compile("^(?:并|从|从来|尚|还|绝|决|毫|也|都|又|再|暂|请|切)?(?:[不没未无勿]|(?:非|别)$)")
_DENIAL = re.compile("[不没未无勿非别]")
# Words that say too little to be what is denied.
_SAID_LITTLE = (
    "的 了 着 过 得 地 是 有 会 能 要 被 把 在 就 才 都 也 还 很 太 再 又 可以 能够 人 "
    "我 你 他 她 它 这 那 个 一 一个 吗 呢 吧 啊 到 给 对 和 与 用 让 去 来 上 下 里"
)
_LIGHT = frozenset(_SAID_LITTLE.split())
# 很快, 最慢.
_DEGREE = re.compile("^[很太最更较挺真偏过极好大](?=.)")
# Words behind a denial that it may be about.
_REACH = 3
# Words that begin so and deny nothing.
_NO_DENIAL = re.compile(
    "不[但仅过断同久少如错管论禁惜妨料由愧停时幸顾安满良懈单只光独至致]|不得了|不得已|不好意思|不一样|不一会|不一而足|不锈钢|不动产|"
    "未来|未必|未婚夫|未婚妻|无论|无线|无数|无疑|无非|无人机|无穷|无限|无辜|无奈|无意|无聊|无花果|没准|没想到|没落|没事|没关系"
)


Table = dict[str, set[str]]


def _both_ways(pairs: Sequence[Sequence[str]]) -> Table:
    found: Table = {}
    for a, b in pairs:
        found.setdefault(a, set()).add(b)
        found.setdefault(b, set()).add(a)
    return found


_OPPOSED = _both_ways([[*pair] for pair in _CHARACTERS.split()])
_OPPOSITES = _both_ways(
    [pair.split() for pair in _WORDS.split(",")]
    + [[x, y] for side, other in (sides.split("|") for sides in _SIDES) for x in side.split() for y in other.split()]
)


@dataclass(frozen=True)
class Opposed:
    """What sets two sentences against each other, by numbers of words: denials in either, or pairs of opposites."""

    denials_a: tuple[int, ...]
    denials_b: tuple[int, ...]
    opposites: tuple[tuple[int, int], ...]

    def to_dict(self) -> dict[str, list[Any]]:
        """JSON: {denials_a, denials_b, opposites: [[i, j]]}."""
        return {
            "denials_a": list(self.denials_a),
            "denials_b": list(self.denials_b),
            "opposites": [list(pair) for pair in self.opposites],
        }


def opposed(a: Sequence[str], b: Sequence[str]) -> Opposed | None:
    """What sets the sentences of the folded words `a` and `b` against each other; None where nothing does."""
    pairs = _opposites(a, b)
    x, y = (_denials(words) for words in (a, b))
    named = {w for i, j in pairs for w in (a[i], b[j])}
    # A denial turns the meaning where both speak of what it denies, and the other has none to answer it.
    about_a, about_b = _about(a, x, "".join(b), named), _about(b, y, "".join(a), named)
    count = sum(len(_DENIAL.findall(words[n])) for words, found in ((a, about_a), (b, about_b)) for n in found)
    every = sum(len(_DENIAL.findall(words[n])) for words, found in ((a, x), (b, y)) for n in found)
    turned = count % 2 == 1 and every % 2 == 1
    if turned == bool(pairs):
        return None
    return Opposed((), (), tuple(pairs)) if pairs else Opposed(tuple(about_a), tuple(about_b), ())


def _denials(words: Sequence[str]) -> list[int]:
    """The words that deny something; 是不是 and 能不能 deny nothing."""
    found = []
    for n, word in enumerate(words):
        if not _DENIES.match(word) or _NO_DENIAL.match(word):
            continue
        after = _DENIES.sub("", word) or "".join(words[n + 1 : n + 2])
        if not (n and after and words[n - 1][-1] == after[0]):
            found.append(n)
    return found


def _about(words: Sequence[str], denials: Sequence[int], other: str, named: Set[str]) -> list[int]:
    """Those of `denials` that deny a word which stands in the text `other` too, or one that is `named`."""
    found = []
    for n in denials:
        stem = _DENIES.sub("", words[n])
        about = [stem] if stem and stem not in _LIGHT else words[n + 1 : n + 1 + _REACH]
        if any((w in other and w not in _LIGHT) or w in named for w in about):
            found.append(n)
    return found


def _heads(a: str, b: str) -> tuple[str, str]:
    """The words, or the half that is opposed of one that jieba keeps whole: 禁止 of 禁止停车 against 允许."""
    for x, y in ((a, b), (b, a)):
        if len(x) == 4 and y in _OPPOSITES.get(x[:2], ()):
            return x[:2], y
    return a, b


def are_opposites(a: str, b: str) -> bool:
    """Whether the words `a` and `b` differ in opposite characters in one place, or are opposites of the list; how much
    is said of them (很快, 最慢) does not count."""
    x, y = (_DEGREE.sub("", word) for word in _heads(a, b))
    if y in _OPPOSITES.get(x, ()):
        return True
    if max(len(x), len(y)) > 3 or (len(x) != len(y) and {len(x), len(y)} != {1, 2}):
        return False
    return any(d in _OPPOSED.get(c, ()) for c, d in zip(x, y, strict=False))


def _opposites(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Words of `a` and of `b` that are opposites, neither of which stands in both; none where the words that do stand
    in another order, for 甲赢了乙 and 乙输给甲 say one thing."""
    common = set(a) & set(b) - _LIGHT
    if [w for w in a if w in common] != [w for w in b if w in common]:
        return []
    left = [i for i, w in enumerate(a) if w not in b and not _DENIES.match(w)]
    right = [j for j, w in enumerate(b) if w not in a and not _DENIES.match(w)]
    return [(i, j) for i in left for j in right if are_opposites(a[i], b[j])]
