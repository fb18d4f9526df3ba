"""What a row or a group is called, how it is counted, and which word asks for it."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Entity:
    """`nouns`: what one is called; `counters`: measure words; `who`: which word asks for one; `whos`: for several."""

    nouns: tuple[str, ...]
    counters: tuple[str, ...]
    person: bool = False
    kind: str = "thing"

    @property
    def who(self) -> tuple[str, ...]:
        ways = tuple(f"哪{c}" for c in self.counters) + tuple(f"哪{c}{self.nouns[0]}" for c in self.counters[:1])
        return ("谁", "谁", *ways) if self.person else ways


def _e(nouns: str, counters: str, person: bool = False, kind: str = "thing") -> Entity:
    return Entity(tuple(nouns.split("|")), tuple(counters.split("|")), person, kind)


# {h}: the header itself.
ENTITY_RULES: tuple[tuple[str, Entity], ...] = (
    (r"^(姓名|员工姓名|名字|Name|人员|成员|姓名/昵称)$", _e("人", "个|位", True)),
    (r"学生姓名|^学生$|^学员$|同学", _e("学生|同学|人", "个|位|名", True)),
    (r"^员工$|职工|工人", _e("员工|人|同事", "个|位|名", True)),
    (r"患者|病人", _e("病人|患者|人", "个|位|名", True)),
    (r"^会员|会员姓名", _e("会员|人", "个|位", True)),
    (r"教师|老师|讲师|班主任|任课", _e("老师", "个|位", True)),
    (r"医生|大夫", _e("医生|大夫", "个|位", True)),
    (r"选手|运动员|球员|队员", _e("选手|人", "个|位|名", True)),
    (r"买家|顾客|客人|宾客|旅客|乘客|住客", _e("客人|人", "个|位", True)),
    (r"司机|师傅|维修员|技师|骑手|快递员", _e("师傅", "个|位", True)),
    (r"作者|第一作者|编剧|译者", _e("作者", "个|位", True)),
    (r"导演|主演|演员|歌手|主播|主持", _e("{h}", "个|位", True)),
    (r"(人|员|长|官|工|师|户主|经理|主管|监理|店长|负责人|客服|业务员|销售|顾问|教练|律师|法官|裁判|家属|司仪|owner|Owner|Sales|Assignee|申请者|者)$",
     _e("{h}|人", "个|位", True)),
    (r"车次|航班", _e("{h}", "趟|班")),
    (r"公司|企业|供应商|厂商|厂家|商家|商户|商铺|承运商|发行人|机构|承包方|乙方|甲方|对方单位|客户名称|^客户$|品牌商|经销商|银行$|加油站|快递|代理商|投资方|厂$",
     _e("{h}", "家|个", kind="firm")),
    (r"门店|店铺|店名|^店$|酒店|餐厅|超市|网点|医院|药店|民宿|商场|饭店|影院|健身房", _e("{h}|店", "家|个", kind="firm")),
    (r"大学|学校|院校|高校|初中|高中", _e("学校", "所|个")),
    (r"城市|地市", _e("城市", "个|座", kind="place")),
    (r"省份|省$", _e("省份|省", "个", kind="place")),
    (r"区县|县$|^区$|行政区|街道|乡镇|村|社区|片区|大区|区域|地区", _e("{h}", "个", kind="place")),
    (r"国家|国别|代表团", _e("国家", "个", kind="place")),
    (r"部门|科室|学院|车间|班组|小组|组别|团队|分公司|事业部|中心|单位|教研组|处室|系别", _e("{h}", "个", kind="unit")),
    (r"班级|班名", _e("班", "个", kind="unit")),
    (r"年级", _e("年级", "个", kind="unit")),
    (r"书名|图书|书籍|著作", _e("书", "本", kind="book")),
    (r"片名|影片|电影|剧名|电视剧|剧集", _e("片子|电影|影片", "部", kind="film")),
    (r"歌曲|歌名|曲目|专辑", _e("歌", "首")),
    (r"节目", _e("节目", "档|个")),
    (r"游戏|APP|App|应用|软件", _e("{h}", "款|个")),
    (r"车型|型号|机型|手机|电脑|相机|产品|商品|品名|货品|单品|款式|品牌型号", _e("{h}", "款|种|个")),
    (r"品牌|Brand|牌子", _e("牌子|品牌", "个")),
    (r"菜名|菜品|菜$|饮品|甜品", _e("菜", "道|个")),
    (r"药品|药名|通用名|药$", _e("药", "种|款")),
    (r"物料|原料|食材|食物|食品|水果|蔬菜|物品|用品|耗材", _e("{h}|东西", "种|样")),
    (r"设备|仪器|机器|资产名称|服务器|hostname|主机|车辆|电梯", _e("{h}", "台|个")),
    (r"车牌|车辆", _e("车", "辆|台")),
    (r"预算科目|会计科目|成本科目|科目名称", _e("科目", "个|项")),
    (r"课程|科目|课名", _e("课", "门|节")),
    (r"考试|测验", _e("考试", "场|次")),
    (r"活动|会议|赛事|比赛|演出|展览|展会|讲座", _e("{h}", "场|次|个")),
    (r"项目|工程|任务|课题|众筹", _e("{h}", "个|项")),
    (r"合同", _e("合同", "份")),
    (r"保单|发票|工单|票号|凭证", _e("{h}", "张|份")),
    (r"小区|楼盘|楼栋|园区|商圈", _e("{h}", "个")),
    (r"房源|房号|房间|户型|宿舍", _e("{h}", "套|间")),
    (r"道路|路段|路线|线路|航线|街|路口", _e("{h}", "条|个")),
    (r"站名|站点|车站|地铁站", _e("站", "个|站")),
    (r"景点|景区|公园|博物馆|馆名|场馆|展区", _e("{h}", "个|处")),
    (r"基金|股票|证券|债券|理财", _e("{h}", "只|个")),
    (r"植物|花卉|树种|作物|品种|鱼种", _e("{h}", "种")),
    (r"动物|宠物|物种", _e("{h}", "种|只")),
    (r"论文|文章|^题目|稿件|^标题|新闻", _e("文章|论文", "篇")),
    (r"专利", _e("专利", "件|项")),
    (r"案件|案号|案由", _e("案子", "件|个")),
    (r"球队|队伍|战队|俱乐部|跑团|乐队", _e("{h}|队", "支|个")),
    (r"域名|网站|接口|API|账号|频道|栏目|平台|渠道", _e("{h}", "个")),
    (r"箱号|包裹|运单", _e("箱子", "个|箱")),
    (r"船名|船", _e("船", "条|艘")),
    (r"邮票|卡名|藏品|文物|画作|书画", _e("{h}", "件|张")),
    (r"年份|年度|^年$|届", _e("年", "年", kind="year")),
    (r"月份|年月|账期|统计月|期间|月$", _e("月", "个月", kind="month")),
    (r"季度", _e("季度", "个", kind="quarter")),
    (r"日期|^日$|dt|Date|时间", _e("天|日子", "天", kind="day")),
    (r"类型|类别|分类|种类|品类|大类|题材|体裁|材质|质地|颜色|花色|方式|等级|级别|状态|阶段|原因|用途|形式|剂型|档次|性质|诊断|学历|职称|职级|职务|岗位|户型|民族|血型|尺码|规格",
     _e("{h}", "种|个|类", kind="class")),
)  # fmt: skip
_COMPILED = tuple((re.compile(p), e) for p, e in ENTITY_RULES)
_STRIP = re.compile(r"(名称|姓名|名字|简称|全称|名)$")
_WHOSE = re.compile(r"^(所属|所在|使用|主办|申请|提单|责任|领用|归口|用车|主营|供货|来源|常做|主要|开户|承办|第一)")


def plain(header: str) -> str:
    """A header without its unit and remarks."""
    cut = re.split(r"[（(\[【/:：]", header)[0].strip().rstrip("%％℃") or header
    cut = re.sub(r"(?<=[\u4e00-\u9fff])\s+\S{1,4}$", "", cut)
    return re.sub(r"(?<=[\u4e00-\u9fff])\s*(kg|mm|cm|km|ml|min|mAh|GB|g|m|h|L)$", "", cut) or header


@lru_cache(maxsize=20_000)
def entity_of(header: str) -> Entity:
    """What the things are that this column names."""
    word = plain(header)
    short = _STRIP.sub("", word) or word
    for pattern, entity in _COMPILED:
        if pattern.search(word) or pattern.search(header):
            nouns = tuple(dict.fromkeys(_shorter(n.replace("{h}", short)) for n in entity.nouns))
            return Entity(nouns, entity.counters, entity.person, entity.kind)
    return Entity((_shorter(short),), ("个",))


def _shorter(word: str) -> str:
    cut = _WHOSE.sub("", word)
    return cut if len(cut) > 1 else word


# Columns of yes and no: the header without 是否 is a thing one is (negated 不是/非), has (没有), or a verb.
IS_WORDS = ("处方药", "班主任", "招牌", "党员", "独生子女", "985", "211", "重点", "核心", "高峰", "夜班", "示范小区", "重点科室", "会员", "新品", "爆款",
            "新客", "首单", "进口", "有机", "VIP", "外包", "应届", "学生", "业主", "本地", "团长", "队长", "自营", "原创", "双学位", "必修", "必修课", "海外", "学区房", "生日月", "续集", "直营", "爆款", "高糖", "连锁", "独家", "新能源", "非遗", "主力")  # fmt: skip
HAVE_WORDS = ("光环", "毒性", "担保", "电梯", "车位", "发票", "社保", "医保", "备案", "证书", "驾照", "宠物", "阳台", "备注", "附件", "保险", "质保", "学位", "独卫", "空调",
              "早餐", "停车场", "停车位", "wifi", "WiFi", "赠品", "优惠", "折扣", "补贴", "字幕", "插图", "过敏", "过敏史", "地铁", "暖气", "食堂", "泳池")  # fmt: skip
YES = {"是", "Y", "√", "有", "Yes", "YES", "已", "能", "true", "TRUE", "1是"}
NO = {"否", "N", "×", "无", "No", "NO", "未", "不能", "false", "FALSE", "没有", "不"}


def yes_no(header: str, value: str) -> tuple[str, ...]:
    """Ways to say that a column of yes and no holds `value`, to stand before 的; () if it is no such column."""
    if value not in YES | NO:
        return ()
    word = plain(header) if "/" not in header else header
    for opening in ("是否为", "是否有", "是否", "有无", "能否", "可否", "有没有", "会否"):
        if word.startswith(opening):
            stem = word[len(opening) :]
            break
    else:
        opening, stem = "", word
    stem = stem.removesuffix("吗")
    if not stem or len(stem) > 7:
        return ()
    yes = value in YES
    if opening in ("有无", "是否有", "有没有") or stem in HAVE_WORDS:
        stem = stem.removeprefix("有")
        return (f"有{stem}", f"带{stem}", f"有{stem}") if yes else (f"没有{stem}", f"没{stem}", f"不带{stem}", f"无{stem}")
    if opening == "能否" or opening == "可否":
        return (f"能{stem}", f"可以{stem}") if yes else (f"不能{stem}", f"不可以{stem}", f"没法{stem}")
    if stem.startswith(("已", "可", "能", "会", "会自己", "有", "含", "近", "需", "要", "支持")):
        if yes:
            return (stem, f"{stem}了") if stem.startswith("已") else (stem, stem)
        if stem.startswith("已"):
            return (f"还没{stem[1:]}", f"没{stem[1:]}", f"尚未{stem[1:]}", f"未{stem[1:]}")
        if stem.startswith("有"):
            return (f"没{stem}",)
        return (f"不{stem}",)
    if stem in IS_WORDS or opening == "是否为":
        return (f"是{stem}", stem, f"属于{stem}") if yes else (f"不是{stem}", f"非{stem}")
    if yes:
        return (stem, f"{stem}了", stem, stem)
    return (f"没{stem}", f"没有{stem}", f"未{stem}", f"还没{stem}")
