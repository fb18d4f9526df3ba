"""Cells as people say them: 销售部 is 销售, 北京 is 帝都, P1 is p1."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import re

from training.text2sql.made.view import Col, View

_NICK = {"北京": ("帝都",), "上海": ("魔都",), "广州": ("羊城",), "成都": ("蓉城",), "重庆": ("山城",), "南京": ("金陵",), "武汉": ("江城",), "深圳": ("鹏城",)}
_ALIKE = {
    "本科": ("本科生", "大学本科"), "硕士": ("研究生",), "博士": ("博士生",), "微信": ("微信支付",), "现金": ("现钱",), "已完成": ("完成了", "做完"), "未完成": ("没完成", "没做完"), "进行中": ("还在做", "正在进行"), "未开始": ("没开始", "还没动"),
    "已付款": ("付了款", "付过钱"), "未付款": ("没付款", "没付钱"), "已发货": ("发了货", "发走了"), "未发货": ("没发货",), "在职": ("还在职",), "离职": ("走了", "已经离职"), "合格": ("过关", "合格"), "不合格": ("没过关", "不达标"),
    "已取消": ("取消了", "取消掉"), "已退款": ("退了款", "退钱"), "已审批": ("批了",), "待审批": ("没批", "等着批"), "已通过": ("通过了", "批过"), "已驳回": ("被驳回", "打回来", "没批"), "逾期": ("过期", "超期"), "正常": ("没问题", "正常"), "维修中": ("在修", "正在修"),
    "闲置": ("闲着", "没在用"), "在用": ("在用", "正在用"), "报废": ("报废了",), "住院": ("住着院",), "全职": ("全职",), "兼职": ("兼职",), "线上": ("网上", "线上"), "线下": ("现场", "线下"), "晴": ("晴天", "大晴天"), "阴": ("阴天",), "雨": ("下雨", "雨天"),
    "小雨": ("下小雨",), "多云": ("多云",), "内地": ("国产", "大陆"), "美国": ("美国",), "紧急": ("急", "加急"), "高": ("高", "高级"), "已还": ("还了",), "未还": ("没还",), "已结清": ("结清了",), "未结清": ("没结清",), "缺货": ("没货", "断货"), "有货": ("有现货",),
}  # fmt: skip
_TAILS = ("部", "组", "分公司", "有限公司", "股份有限公司", "科技有限公司", "集团", "省", "市", "区", "县", "镇", "乡", "街道", "班", "店", "分店", "门店", "仓", "学院", "大学", "科", "车间", "厂", "会议室", "类", "型", "式", "险", "费", "假", "路店", "公司", "队",
          "银行", "派出所", "支行", "小学", "中学", "社区", "小区", "出版社", "医院", "系")  # fmt: skip


def spoken_value(v: View, col: Col, value: str) -> str:
    """How the cell is said: mostly as it stands."""
    roll = v.rng.random()
    if value in _NICK and roll < 0.05:
        return v.one(_NICK[value])
    if value in _ALIKE and roll < 0.25:
        return v.one(_ALIKE[value])
    if roll < 0.3 and len(value) >= 3:
        for tail in sorted(_TAILS, key=len, reverse=True):
            short = value.removesuffix(tail)
            if short != value and len(short) >= 2 and _alone(col, short):
                return short
        inner = re.sub(r"[（(].*?[）)]", "", value)
        if inner != value and len(inner) >= 2 and _alone(col, inner):
            return inner
        if len(value) >= 6 and roll < 0.15:
            short = value[:4] if v.maybe(0.5) else value[:3]
            if _alone(col, short):
                return short
    if roll > 0.97:
        return f'"{value}"' if v.maybe(0.5) else f"“{value}”"
    if roll > 0.95 and value.isascii():
        return value.lower()
    if col.entity.person and len(value) == 3 and 0.93 < roll < 0.95 and _alone(col, value[1:]):
        return value[1:]
    return value


def _alone(col: Col, short: str) -> bool:
    """Whether no second cell is meant by `short`."""
    return sum(short in str(other) for other in col.counts) == 1 and not short.isdigit()
