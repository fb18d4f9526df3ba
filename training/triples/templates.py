"""Sentences in the manner of an encyclopaedia, made from the triples of the training set.

    python -m training.triples.templates --out runs/triples/templates.jsonl

Several facts about one subject become the clauses of one sentence, as an article begins. Rare relations are drawn as
often as frequent ones: those are what templates are for.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from core.triples.schema import RELATIONS, SCHEMAS
from training.triples.augment import Fact, Row
from training.triples.corpus import Rows, labelled_rows

# Clauses whose subject is that of the sentence; {o} is the object.
CLAUSES: dict[str, tuple[str, ...]] = {
    "主演": ("由{o}主演", "主演为{o}", "{o}领衔主演"),
    "作者": ("作者是{o}", "是{o}创作的作品", "由{o}所著"),
    "歌手": ("由{o}演唱", "是{o}演唱的歌曲", "演唱者为{o}"),
    "导演": ("由{o}执导", "导演是{o}", "是{o}导演的作品"),
    "成立日期": ("成立于{o}", "于{o}正式成立", "{o}注册成立"),
    "父亲": ("父亲是{o}", "其父{o}", "父亲名叫{o}"),
    "母亲": ("母亲是{o}", "其母{o}", "母亲名叫{o}"),
    "妻子": ("妻子是{o}", "娶{o}为妻", "与妻子{o}结婚"),
    "丈夫": ("丈夫是{o}", "嫁给了{o}", "与丈夫{o}结婚"),
    "国籍": ("国籍{o}", "{o}籍", "拥有{o}国籍"),
    "作词": ("由{o}作词", "{o}填词", "歌词出自{o}之手"),
    "作曲": ("由{o}作曲", "{o}谱曲", "曲作者为{o}"),
    "毕业院校": ("毕业于{o}", "{o}毕业", "早年从{o}毕业"),
    "所属专辑": ("收录于专辑《{o}》", "出自专辑《{o}》", "是专辑《{o}》中的曲目"),
    "董事长": ("董事长为{o}", "由{o}担任董事长", "现任董事长{o}"),
    "嘉宾": ("嘉宾有{o}", "邀请{o}担任嘉宾", "{o}作为嘉宾参加"),
    "朝代": ("{o}人", "{o}时期人物", "生活在{o}"),
    "饰演": ("饰演{o}", "在剧中扮演{o}", "出演角色{o}"),
    "编剧": ("编剧为{o}", "由{o}编剧", "{o}担任编剧"),
    "出品公司": ("由{o}出品", "出品公司为{o}", "是{o}出品的作品"),
    "上映时间": ("于{o}上映", "{o}公映", "上映时间为{o}"),
    "简称": ("简称{o}", "简称“{o}”", "（简称：{o}）"),
    "配音": ("为{o}配音", "担任{o}的配音", "给{o}配音"),
    "主持人": ("由{o}主持", "主持人为{o}", "{o}担任主持"),
    "获奖": ("获得{o}", "荣获{o}", "曾获{o}"),
    "主题曲": ("主题曲为《{o}》", "主题曲《{o}》", "主题歌是《{o}》"),
    "校长": ("校长为{o}", "现任校长{o}", "由{o}担任校长"),
    "总部地点": ("总部位于{o}", "总部设在{o}", "公司总部在{o}"),
    "创始人": ("创始人为{o}", "由{o}创立", "是{o}创办的"),
    "主角": ("主角是{o}", "主人公为{o}", "以{o}为主角"),
    "制片人": ("制片人为{o}", "由{o}担任制片人", "制片人{o}"),
    "祖籍": ("祖籍{o}", "祖籍是{o}", "原籍{o}"),
    "票房": ("票房{o}", "票房达{o}", "累计票房{o}"),
    "代言人": ("代言人为{o}", "由{o}代言", "请{o}担任代言人"),
    "号": ("号{o}", "自号{o}", "又号{o}"),
    "注册资本": ("注册资本{o}", "注册资本为{o}", "注册资金{o}"),
    "面积": ("面积{o}", "总面积{o}", "面积为{o}"),
    "气候": ("属{o}", "属于{o}", "气候类型为{o}"),
    "占地面积": ("占地面积{o}", "占地{o}", "校园占地面积{o}"),
    "所在城市": ("位于{o}", "坐落于{o}", "地处{o}"),
    "海拔": ("海拔{o}", "海拔高度{o}", "平均海拔{o}"),
    "人口数量": ("人口{o}", "总人口{o}", "有人口{o}"),
    "首都": ("首都{o}", "首都为{o}", "定都{o}"),
    "改编自": ("改编自《{o}》", "根据《{o}》改编", "改编自同名作品《{o}》"),
    "官方语言": ("官方语言为{o}", "官方语言是{o}", "以{o}为官方语言"),
    "专业代码": ("专业代码{o}", "专业代码为{o}", "专业代码：{o}"),
    "修业年限": ("修业年限{o}", "修业年限为{o}", "学制{o}"),
    "出版社": ("由{o}出版", "{o}出版", "出版社为{o}"),
    "出生日期": ("{o}出生", "出生于{o}", "生于{o}"),
    "出生地": ("出生于{o}", "生于{o}", "出生在{o}"),
    "民族": ("{o}", "{o}人", "民族为{o}"),
    "连载网站": ("连载于{o}", "在{o}连载", "首发于{o}"),
    "目": ("属{o}", "属于{o}", "隶属{o}"),
    "身高": ("身高{o}", "身高为{o}", "身高约{o}"),
    "字": ("字{o}", "表字{o}"),
    "邮政编码": ("邮政编码{o}", "邮编{o}", "邮政编码为{o}"),
}

# Subjects of these types stand in title marks.
_WORKS = frozenset(("影视作品", "图书作品", "文学作品", "歌曲", "电视综艺"))
# Who states one of these states the other.
_INVERSE = {"妻子": "丈夫", "丈夫": "妻子"}


class Writer:
    """Draws sentences about the subjects of labelled rows."""

    def __init__(self, rows: Iterable[Row], seed: int) -> None:
        self.rng = random.Random(seed)
        self.facts: dict[str, list[Fact]] = defaultdict(list)
        self.subjects: dict[str, list[str]] = defaultdict(list)
        seen = set()
        for row in rows:
            for spo in row["spo_list"]:
                fact = (spo["subject"], spo["predicate"], spo["object"])
                if fact not in seen and all(fact):
                    seen.add(fact)
                    self.facts[fact[0]].append(fact)
                    self.subjects[fact[1]].append(fact[0])

    def __call__(self) -> Row:
        """One to three facts about one subject, in one schema."""
        relation = self.rng.choice(list(self.subjects))
        subject = self.rng.choice(self.subjects[relation])
        schema = self.rng.choice([name for name, relations in SCHEMAS.items() if relation in relations])
        first = self.rng.choice([f for f in self.facts[subject] if f[1] == relation])
        # Other facts must be about the same kind of thing: a film and a novel may share their title.
        kind = RELATIONS[relation].subject_type
        others = [
            f
            for f in self.facts[subject]
            if f != first and f[1] in SCHEMAS[schema] and RELATIONS[f[1]].subject_type == kind
        ]
        told = [first, *self.rng.sample(others, min(len(others), self.rng.randint(0, 2)))]
        self.rng.shuffle(told)
        clauses = [self.rng.choice(CLAUSES[r]).format(o=o) for _, r, o in told]
        lead = f"《{subject}》" if kind in _WORKS else subject
        text = lead + self.rng.choice(("", "，")) + "，".join(clauses) + self.rng.choice(("", "。"))
        told += [(o, _INVERSE[r], s) for s, r, o in told if r in _INVERSE]
        triples = [{"subject": s, "predicate": r, "object": o} for s, r, o in told]
        return {"text": text, "spo_list": triples, "schemas": [schema]}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/triples"))
    parser.add_argument("--out", type=Path, default=Path("runs/triples/templates.jsonl"))
    parser.add_argument("--sentences", type=int, default=10_000)
    parser.add_argument("--weight", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    writer = Writer((row for _, row in labelled_rows(args.data)), args.seed)
    out = Rows(args.out, resume=False)
    for _ in range(args.sentences):
        out.write(writer() | {"weight": args.weight})
    out.save(0)
    print(f"{args.out}: {out.written} sentences")


if __name__ == "__main__":
    main()
