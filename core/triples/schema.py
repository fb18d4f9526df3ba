"""The relations of the two public schemas the models are trained on, and the types of what they relate.

DuIE 2.0 (Li et al., NLPCC 2019) and its forerunner SKE of the 2019 Baidu information-extraction contest. Sentences of
one data set are not annotated for the relations that only the other has, so a model must know which is which.
"""

from __future__ import annotations

from typing import NamedTuple


class Relation(NamedTuple):
    """A predicate with the types of its subject and object, and an English gloss, which is also its label in RDF."""

    name: str
    subject_type: str
    object_type: str
    english: str


RELATIONS: dict[str, Relation] = {
    r.name: r
    for r in (
        Relation("主演", "影视作品", "人物", "stars"),
        Relation("作者", "图书作品", "人物", "author"),
        Relation("歌手", "歌曲", "人物", "singer"),
        Relation("导演", "影视作品", "人物", "director"),
        Relation("成立日期", "机构", "日期", "founded on"),
        Relation("父亲", "人物", "人物", "father"),
        Relation("母亲", "人物", "人物", "mother"),
        Relation("妻子", "人物", "人物", "wife"),
        Relation("丈夫", "人物", "人物", "husband"),
        Relation("国籍", "人物", "国家", "nationality"),
        Relation("作词", "歌曲", "人物", "lyricist"),
        Relation("作曲", "歌曲", "人物", "composer"),
        Relation("毕业院校", "人物", "学校", "alma mater"),
        Relation("所属专辑", "歌曲", "音乐专辑", "on album"),
        Relation("董事长", "企业", "人物", "chairperson"),
        Relation("嘉宾", "电视综艺", "人物", "guest"),
        Relation("朝代", "历史人物", "文本", "dynasty"),
        Relation("饰演", "人物", "人物", "plays"),
        Relation("编剧", "影视作品", "人物", "screenwriter"),
        Relation("出品公司", "影视作品", "企业", "produced by"),
        Relation("上映时间", "影视作品", "日期", "released on"),
        Relation("简称", "机构", "文本", "short name"),
        Relation("配音", "人物", "人物", "voices"),
        Relation("主持人", "电视综艺", "人物", "host"),
        Relation("获奖", "人物", "奖项", "award"),
        Relation("主题曲", "影视作品", "歌曲", "theme song"),
        Relation("校长", "学校", "人物", "principal"),
        Relation("总部地点", "企业", "地点", "headquarters"),
        Relation("创始人", "企业", "人物", "founder"),
        Relation("主角", "文学作品", "人物", "protagonist"),
        Relation("制片人", "影视作品", "人物", "producer"),
        Relation("祖籍", "人物", "地点", "ancestral home"),
        Relation("票房", "影视作品", "数值", "box office"),
        Relation("代言人", "企业", "人物", "spokesperson"),
        Relation("号", "历史人物", "文本", "art name"),
        Relation("注册资本", "企业", "数值", "registered capital"),
        Relation("面积", "行政区", "数值", "area"),
        Relation("气候", "行政区", "文本", "climate"),
        Relation("占地面积", "机构", "数值", "floor area"),
        Relation("所在城市", "景点", "城市", "city"),
        Relation("海拔", "地点", "数值", "altitude"),
        Relation("人口数量", "行政区", "数值", "population"),
        Relation("首都", "国家", "城市", "capital"),
        Relation("改编自", "影视作品", "作品", "adapted from"),
        Relation("官方语言", "国家", "语言", "official language"),
        Relation("专业代码", "学科专业", "文本", "subject code"),
        Relation("修业年限", "学科专业", "数值", "length of study"),
        Relation("出版社", "图书作品", "出版社", "publisher"),
        Relation("出生日期", "人物", "日期", "born on"),
        Relation("出生地", "人物", "地点", "birthplace"),
        Relation("民族", "人物", "文本", "ethnicity"),
        Relation("连载网站", "图书作品", "网站", "serialised on"),
        Relation("目", "生物", "文本", "order"),
        Relation("身高", "人物", "数值", "height"),
        Relation("字", "历史人物", "文本", "courtesy name"),
        Relation("邮政编码", "行政区", "文本", "postcode"),
    )
}

_ONLY_SKE = ("出版社", "出生日期", "出生地", "民族", "连载网站", "目", "身高", "字", "邮政编码")
_ONLY_DUIE = ("主题曲", "校长", "饰演", "配音", "票房", "代言人", "获奖", "修业年限")

# Which relations the sentences of each data set are annotated for.
SCHEMAS: dict[str, tuple[str, ...]] = {
    "duie2": tuple(name for name in RELATIONS if name not in _ONLY_SKE),
    "ske1": tuple(name for name in RELATIONS if name not in _ONLY_DUIE),
}
