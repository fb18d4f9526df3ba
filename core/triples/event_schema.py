"""The events that the bundled model knows: those of DuEE 1.0 (Li et al., NLPCC 2020), with English glosses."""

from __future__ import annotations

from typing import NamedTuple


class EventType(NamedTuple):
    """A type of event, what it is of (财经/交易, 人生 ...) being part of its name, and its roles, an English gloss for
    each."""

    name: str
    english: str
    roles: dict[str, str]


TIME = "时间"

_TIME, _PLACE = {TIME: "time"}, {"地点": "place"}
_VICTIMS = {"死亡人数": "dead", "受伤人数": "injured"}

EVENT_TYPES: dict[str, EventType] = {
    t.name: t
    for t in (
        EventType(
            "财经/交易-出售/收购",
            "sale or takeover",
            _TIME | {"出售方": "seller", "交易物": "what is sold", "出售价格": "price", "收购方": "buyer"},
        ),
        EventType("财经/交易-跌停", "limit down", _TIME | {"跌停股票": "share"}),
        EventType("财经/交易-加息", "rise of interest rates", _TIME | {"加息幅度": "by", "加息机构": "institution"}),
        EventType("财经/交易-降价", "price cut", _TIME | {"降价方": "seller", "降价物": "product", "降价幅度": "by"}),
        EventType("财经/交易-降息", "cut of interest rates", _TIME | {"降息幅度": "by", "降息机构": "institution"}),
        EventType(
            "财经/交易-融资",
            "financing",
            _TIME
            | {
                "跟投方": "co-investor",
                "领投方": "lead investor",
                "融资轮次": "round",
                "融资金额": "amount",
                "融资方": "financed",
            },
        ),
        EventType("财经/交易-上市", "listing", _TIME | _PLACE | {"上市企业": "company", "融资金额": "amount"}),
        EventType("财经/交易-涨价", "price rise", _TIME | {"涨价幅度": "by", "涨价物": "product", "涨价方": "seller"}),
        EventType("财经/交易-涨停", "limit up", _TIME | {"涨停股票": "share"}),
        EventType("产品行为-发布", "release", _TIME | {"发布产品": "product", "发布方": "publisher"}),
        EventType("产品行为-获奖", "award", _TIME | {"获奖人": "winner", "奖项": "prize", "颁奖机构": "given by"}),
        EventType("产品行为-上映", "film release", _TIME | {"上映方": "studio", "上映影视": "film"}),
        EventType(
            "产品行为-下架",
            "taken off the shelves",
            _TIME | {"下架产品": "product", "被下架方": "whose", "下架方": "taken off by"},
        ),
        EventType("产品行为-召回", "recall", _TIME | {"召回内容": "what is recalled", "召回方": "recalled by"}),
        EventType("交往-道歉", "apology", _TIME | {"道歉对象": "to", "道歉者": "by"}),
        EventType("交往-点赞", "praise", _TIME | {"点赞方": "by", "点赞对象": "of"}),
        EventType("交往-感谢", "thanks", _TIME | {"致谢人": "by", "被感谢人": "to"}),
        EventType("交往-会见", "meeting", _TIME | _PLACE | {"会见主体": "host", "会见对象": "guest"}),
        EventType("交往-探班", "visit on set", _TIME | {"探班主体": "visitor", "探班对象": "visited"}),
        EventType("竞赛行为-夺冠", "championship won", _TIME | {"冠军": "champion", "夺冠赛事": "competition"}),
        EventType("竞赛行为-晋级", "advance", _TIME | {"晋级方": "who advances", "晋级赛事": "competition"}),
        EventType(
            "竞赛行为-禁赛",
            "ban from competition",
            _TIME | {"禁赛时长": "for how long", "被禁赛人员": "who is banned", "禁赛机构": "banned by"},
        ),
        EventType(
            "竞赛行为-胜负", "win and loss", _TIME | {"败者": "loser", "胜者": "winner", "赛事名称": "competition"}
        ),
        EventType("竞赛行为-退赛", "withdrawal", _TIME | {"退赛赛事": "competition", "退赛方": "who withdraws"}),
        EventType("竞赛行为-退役", "retirement from sport", _TIME | {"退役者": "who retires"}),
        EventType("人生-产子/女", "birth", _TIME | {"产子者": "mother or parents", "出生者": "child"}),
        EventType("人生-出轨", "affair", _TIME | {"出轨方": "who is unfaithful", "出轨对象": "with"}),
        EventType("人生-订婚", "engagement", _TIME | {"订婚主体": "couple"}),
        EventType("人生-分手", "break-up", _TIME | {"分手双方": "couple"}),
        EventType("人生-怀孕", "pregnancy", _TIME | {"怀孕者": "who is pregnant"}),
        EventType("人生-婚礼", "wedding", _TIME | _PLACE | {"参礼人员": "guests", "结婚双方": "couple"}),
        EventType("人生-结婚", "marriage", _TIME | {"结婚双方": "couple"}),
        EventType("人生-离婚", "divorce", _TIME | {"离婚双方": "couple"}),
        EventType(
            "人生-庆生",
            "birthday party",
            _TIME | {"生日方": "whose birthday", "生日方年龄": "age", "庆祝方": "who celebrates"},
        ),
        EventType("人生-求婚", "proposal", _TIME | {"求婚者": "who proposes", "求婚对象": "to"}),
        EventType("人生-失联", "disappearance", _TIME | _PLACE | {"失联者": "who is missing"}),
        EventType("人生-死亡", "death", _TIME | _PLACE | {"死者年龄": "age", "死者": "deceased"}),
        EventType(
            "司法行为-罚款", "fine", _TIME | {"罚款对象": "who is fined", "执法机构": "authority", "罚款金额": "amount"}
        ),
        EventType("司法行为-拘捕", "arrest", _TIME | {"拘捕者": "arrested by", "被拘捕者": "arrested"}),
        EventType(
            "司法行为-举报", "report to authorities", _TIME | {"举报发起方": "reported by", "举报对象": "reported"}
        ),
        EventType("司法行为-开庭", "court hearing", _TIME | {"开庭法院": "court", "开庭案件": "case"}),
        EventType("司法行为-立案", "case opened", _TIME | {"立案机构": "authority", "立案对象": "against"}),
        EventType("司法行为-起诉", "lawsuit", _TIME | {"被告": "defendant", "原告": "plaintiff"}),
        EventType("司法行为-入狱", "imprisonment", _TIME | {"入狱者": "who is imprisoned", "刑期": "for how long"}),
        EventType("司法行为-约谈", "summons for talks", _TIME | {"约谈对象": "summoned", "约谈发起方": "summoned by"}),
        EventType("灾害/意外-爆炸", "explosion", _TIME | _PLACE | _VICTIMS),
        EventType("灾害/意外-车祸", "traffic accident", _TIME | _PLACE | _VICTIMS),
        EventType(
            "灾害/意外-地震",
            "earthquake",
            _TIME | {"震级": "magnitude", "震源深度": "depth", "震中": "epicentre"} | _VICTIMS,
        ),
        EventType("灾害/意外-洪灾", "flood", _TIME | _PLACE | _VICTIMS),
        EventType("灾害/意外-起火", "fire", _TIME | _PLACE | _VICTIMS),
        EventType("灾害/意外-坍/垮塌", "collapse", _TIME | {"坍塌主体": "what collapses"} | _VICTIMS),
        EventType(
            "灾害/意外-袭击",
            "attack",
            _TIME | _PLACE | {"袭击对象": "attacked", "袭击者": "attacker"} | _VICTIMS,
        ),
        EventType("灾害/意外-坠机", "plane crash", _TIME | _PLACE | _VICTIMS),
        EventType("组织关系-裁员", "lay-offs", _TIME | {"裁员方": "employer", "裁员人数": "how many"}),
        EventType("组织关系-辞/离职", "resignation", _TIME | {"离职者": "who leaves", "原所属组织": "organisation"}),
        EventType("组织关系-加盟", "joining", _TIME | {"加盟者": "who joins", "所加盟组织": "organisation"}),
        EventType("组织关系-解雇", "dismissal", _TIME | {"解雇方": "employer", "被解雇人员": "who is dismissed"}),
        EventType("组织关系-解散", "disbandment", _TIME | {"解散方": "organisation"}),
        EventType(
            "组织关系-解约", "end of a contract", _TIME | {"被解约方": "whose contract ends", "解约方": "ended by"}
        ),
        EventType("组织关系-停职", "suspension", _TIME | {"所属组织": "organisation", "停职人员": "who is suspended"}),
        EventType("组织关系-退出", "leaving", _TIME | {"退出方": "who leaves", "原所属组织": "organisation"}),
        EventType(
            "组织行为-罢工",
            "strike",
            _TIME | {"所属组织": "organisation", "罢工人数": "how many", "罢工人员": "who strikes"},
        ),
        EventType("组织行为-闭幕", "closing", _TIME | _PLACE | {"活动名称": "event"}),
        EventType("组织行为-开幕", "opening", _TIME | _PLACE | {"活动名称": "event"}),
        EventType("组织行为-游行", "march", _TIME | _PLACE | {"游行组织": "organisation", "游行人数": "how many"}),
    )
}
