"""Sentences that share nearly all words with another and say something else, made by rule.

A pair of paraphrases and such an opposite of its first sentence are a triplet like the hand-written ones, which are
few: the paraphrase is close though it shares fewer words.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable

from core.similarity.words import cut
from training.similarity.data import Row, triplet_rows

_NEGATED = {"是": "不是", "有": "没有", "会": "不会", "能": "不能", "可以": "不可以", "要": "不要", "想": "不想"}
_NEGATED |= {"喜欢": "不喜欢", "同意": "不同意", "愿意": "不愿意", "知道": "不知道", "认识": "不认识", "正在": "没有在"}
_NEGATED |= {"需要": "不需要", "应该": "不应该", "必须": "不必", "相信": "不相信", "都": "不都", "已经": "还没有"}
_ANTONYMS = (
    "上涨 下跌,增加 减少,提高 降低,上升 下降,打开 关上,开始 结束,赞成 反对,支持 反对,成功 失败,赢 输,买 卖,进 出,"
    "来 去,大 小,多 少,高 低,长 短,快 慢,早 晚,新 旧,好 坏,冷 热,轻 重,胖 瘦,年轻 年老,贵 便宜,远 近,宽 窄,干净 脏,"
    "安静 吵闹,简单 复杂,容易 困难,安全 危险,高兴 难过,快乐 悲伤,聪明 笨,漂亮 难看,勤快 懒惰,男人 女人,男孩 女孩,"
    "男子 女子,父亲 母亲,爸爸 妈妈,哥哥 弟弟,姐姐 妹妹,白天 夜里,早上 晚上,上午 下午,里面 外面,前面 后面,左边 右边,"
    "东边 西边,上面 下面,站 坐,站着 躺着,走路 跑步,室内 室外,黑色 白色,红色 蓝色,黑 白,红 绿,第一 最后,以前 以后,"
    "之前 之后,最高 最低,最大 最小,最多 最少,全部 部分,经常 很少,总是 从不,允许 禁止,接受 拒绝,同意 拒绝,记得 忘记,"
    "借给 偷走,升 降,涨 跌,增长 下滑,有利 不利,富 穷,饱 饿,满 空,哭 笑,醒 睡,活 死,穿 脱,推 拉,上车 下车,上班 下班,"
    "入口 出口,起飞 降落,出发 到达,开门 关门,毕业 入学,结婚 离婚,城市 农村,夏天 冬天,春天 秋天"
)
_AGENTS = (
    "他 她 我 你 他们 她们 我们 你们 男人 女人 男孩 女孩 男子 女子 孩子 小孩 老人 人 人们 爸爸 妈妈 父亲 "
    "母亲 爷爷 奶奶 哥哥 弟弟 姐姐 妹妹 儿子 女儿 丈夫 妻子 老师 学生 医生 病人 护士 老板 员工 经理 秘书 "
    "司机 乘客 警察 小偷 记者 市长 总统 总理 教练 球员 店员 顾客 客户 房东 房客 律师 法官 邻居 朋友 同学 "
    "同事 狗 猫 小狗 小猫 马 牛 羊 鸟 鱼 老虎 狮子 猴子 老鼠 兔子 大象 熊 中国 美国 英国 法国 德国 日本 "
    "俄罗斯 印度 北京 上海 广州 深圳 老张 老李 老王 小张 小李 小王"
)
_DIGITS = "二三四五六七八九十两"
_COUNTED = re.compile(f"(?<![第十百千万{_DIGITS}])[{_DIGITS}](?=[个只名位条辆匹头件张本次天年月点岁元块斤公层楼小分])")


def _both_ways(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for a, b in pairs:
        found.setdefault(a, []).append(b)
        found.setdefault(b, []).append(a)
    return found


_NAMED = frozenset(_AGENTS.split())
_TOGGLES = _both_ways(_NEGATED.items())
_SWAPS = _both_ways((a, b) for a, b in (pair.split() for pair in _ANTONYMS.split(",")))
Rule = Callable[[list[str], random.Random], "list[str] | None"]


def _replaced(table: dict[str, list[str]]) -> Rule:
    def rule(words: list[str], rng: random.Random) -> list[str] | None:
        places = [i for i, w in enumerate(words) if w in table]
        if not places:
            return None
        at = rng.choice(places)
        return [*words[:at], rng.choice(table[words[at]]), *words[at + 1 :]]

    return rule


def _other_number(words: list[str], rng: random.Random) -> list[str] | None:
    text = "".join(words)
    found = list(_COUNTED.finditer(text)) + list(re.finditer(r"\d+", text))
    if not found:
        return None
    match = rng.choice(found)
    number = match.group()
    same = {number, "二", "两"} if number in "二两" else {number}
    if number.isdigit():
        other = str(int(number) + rng.randint(1, 9))
    else:
        other = rng.choice([d for d in _DIGITS if d not in same and d != "二"])
    return [text[: match.start()], other, text[match.end() :]]


def _exchanged(words: list[str], rng: random.Random) -> list[str] | None:
    """Who does it and to whom, where just two are named."""
    places = [i for i, w in enumerate(words) if w in _NAMED]
    if len(places) != 2 or words[places[0]] == words[places[1]]:
        return None
    a, b = places
    # 我和你 is 你和我
    if any(w in ("和", "与", "跟", "或", "、") for w in words[a + 1 : b]):
        return None
    made = list(words)
    made[a], made[b] = words[b], words[a]
    return made


_RULES: tuple[Rule, ...] = (_exchanged, _other_number, _replaced(_SWAPS), _replaced(_TOGGLES))


def opposite(text: str, rng: random.Random) -> str | None:
    """`text` with one thing changed so that it says something else, by the first rule in a random order that fits;
    None where none does. A question is None: whether something is or is not so asks the same."""
    if any(c in text for c in "？?吗呢么"):
        return None
    words, at = [], 0
    for start, end in cut(text):
        words += [text[at:start]] * (start > at) + [text[start:end]]
        at = end
    words += [text[at:]] * (at < len(text))
    for rule in rng.sample(_RULES, len(_RULES)):
        made = rule(words, rng)
        if made is not None:
            return "".join(made)
    return None


def opposites(pairs: Iterable[tuple[str, str]], seed: int = 0) -> list[list[Row]]:
    """The rows of a triplet for every pair of paraphrases whose first sentence has an opposite (not the second)."""
    rng = random.Random(seed)
    found = []
    for anchor, positive in pairs:
        negative = opposite(anchor, rng)
        if negative is not None and negative not in (anchor, positive):
            found.append(triplet_rows(anchor, positive, negative))
    return found
