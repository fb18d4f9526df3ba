"""Twenty files, one for each way in which people lay out a table."""

from __future__ import annotations

from datetime import date

from tests.text2sql.laid_out_cells import CODES, DATES, MONEY, ODD_CELLS, SCALES, TIMES
from tests.text2sql.sheets import Laid, csv_of, merged, xlsx

TITLES = Laid(
    "title and note rows above and below",
    merged(
        xlsx(
            ["青禾超市2023年门店经营情况表"],
            ["编制单位：青禾超市", None, "日期：2024-01-15", None, "单位：万元"],
            ["门店", "店长", "开业日期", "营业收入", "员工数"],
            ["东湖店", "冯晓", "2019-05-01", 812.5, 34],
            ["南山店", "蒋默", "2020-09-12", 640, 27],
            ["桥西店", "沈越", "2021-03-08", 455.2, 19],
            [],
            ["注：营业收入不含加盟商。"],
            ["制表人：韩冰", None, "审核人：杨帆"],
        ),
        "A1:E1",
    ),
    ["门店", "店长", "开业日期", "营业收入", "员工数"],
    ["text", "text", "date", "number", "number"],
    3,
    ((1, "title"), (2, "title"), (8, "note"), (9, "note")),
    ((0, 3, 812.5), (2, 0, "桥西店")),
    ("", "", "", "万元", ""),
)
TWO_ROWS = Laid(
    "a header in two rows with merged cells",
    merged(
        xlsx(
            ["学校", "2022年", None, "2023年", None, "备注"],
            [None, "招生数", "毕业数", "招生数", "毕业数", None],
            ["第一中学", 420, 398, 436, 405, None],
            ["第二中学", 310, 305, 298, 301, "合并办学"],
            ["实验中学", 265, 240, 280, 251, None],
        ),
        "A1:A2", "B1:C1", "D1:E1", "F1:F2",
    ),
    ["学校", "2022年 招生数", "2022年 毕业数", "2023年 招生数", "2023年 毕业数", "备注"],
    ["text", "number", "number", "number", "number", "text"],
    3,
    (),
    ((1, 3, 298), (1, 5, "合并办学")),
)  # fmt: skip
THREE_ROWS = Laid(
    "a header in three rows",
    csv_of(
        ["地区", "上半年", "", "", "下半年", "", ""],
        ["", "线上", "", "线下", "线上", "", "线下"],
        ["", "订单", "退货", "订单", "订单", "退货", "订单"],
        ["华东", 5200, 130, 2100, 6100, 145, 1980],
        ["华南", 4100, 96, 1800, 4480, 120, 1730],
    ),
    ["地区", "上半年 线上 订单", "上半年 线上 退货", "上半年 线下 订单",
     "下半年 线上 订单", "下半年 线上 退货", "下半年 线下 订单"],
    ["text"] + ["number"] * 6,
    2,
    name="订单.csv",
)  # fmt: skip
MERGED = Laid(
    "merged cells in the body",
    merged(
        xlsx(
            ["车间", "班组", "组长", "产量", "班次补贴"],
            ["一车间", "甲班", "陶然", 1200, 300],
            [None, "乙班", "付强", 1150, None],
            [None, "丙班", "安宁", 990, 180],
            ["二车间", "甲班", "毕胜", 870, 200],
            [None, "乙班", "左林", 905, 200],
        ),
        "A2:A4", "A5:A6", "E2:E3",
    ),
    ["车间", "班组", "组长", "产量", "班次补贴"],
    ["text", "text", "text", "number", "number"],
    5,
    (),
    ((2, 0, "一车间"), (4, 0, "二车间")),
)  # fmt: skip
NO_HEADER = Laid(
    "no header at all",
    csv_of(
        ["罗兰", "研发部", "2021-07-01", 18500],
        ["邱实", "市场部", "2019-03-15", 13200],
        ["童话", "研发部", "2022-11-20", 15800],
    ),
    ["列1", "列2", "列3", "列4"],
    ["text", "text", "date", "number"],
    3,
    name="名单.csv",
)
TOTALS = Laid(
    "totals, subtotals and means",
    xlsx(
        ["部门", "姓名", "一月", "二月", "合计"],
        ["研发部", "方圆", 100, 120, 220],
        ["研发部", "石磊", 90, 80, 170],
        ["研发部小计", None, 190, 200, 390],
        ["客服部", "米兰", 60, 70, 130],
        ["客服部", "江南", 50, 40, 90],
        ["小 计", None, 110, 110, 220],
        ["总　计", None, 300, 310, 610],
        ["平均值", None, 75, 77.5, 152.5],
    ),
    ["部门", "姓名", "一月", "二月", "合计"],
    ["text", "text", "number", "number", "number"],
    4,
    ((4, "total"), (7, "total"), (8, "total"), (9, "total")),
    ((3, 4, 90),),
)
GROUPS = Laid(
    "rows that are titles of groups",
    xlsx(
        ["菜名", "价格", "月销量"],
        ["一、凉菜"],
        ["拍黄瓜", 12, 230],
        ["皮蛋豆腐", 16, 180],
        ["二、热菜"],
        ["宫保鸡丁", 38, 310],
        ["清蒸鲈鱼", 88, 95],
        ["三、主食"],
        ["扬州炒饭", 22, 400],
    ),
    ["菜名", "价格", "月销量", "分组"],
    ["text", "number", "number", "text"],
    5,
    ((2, "label"), (5, "label"), (8, "label")),
    ((0, 3, "一、凉菜"), (4, 3, "三、主食")),
)
SHEETS = Laid(
    "several sheets, of which the fullest is read",
    xlsx(
        ["填报说明"],
        ["请在下一页填写"],
        title="封面",
        more={
            "明细": [["商品", "库存", "单价"], *([f"商品{i}", i * 3, i + 0.5] for i in range(1, 9))],
            "汇总": [["类别", "数量"], ["全部", 108]],
        },
    ),
    ["商品", "库存", "单价"],
    ["text", "number", "number"],
    8,
)
TABS = Laid(
    "pasted cells with tabs and a total",
    "城市\t人口(万)\t面积\n云州\t1,200\t350\n江陵\t80\t9\n合计\t1,280\t359\n",
    ["城市", "人口(万)", "面积"],
    ["text", "number", "number"],
    2,
    ((4, "total"),),
)
COMMAS = Laid(
    "pasted lines with commas and no header",
    "苹果,5.5,120\n香梨,4.2,80\n葡萄,12,45\n",
    ["列1", "列2", "列3"],
    ["text", "number", "number"],
    3,
    cells=((0, 0, "苹果"), (2, 2, 45)),
)
BLANKS = Laid(
    "pasted lines with single blanks",
    "姓名 部门 月薪\n程门 研发部 12000\n立雪 市场部 9800\n如许 研发部 13500\n",
    ["姓名", "部门", "月薪"],
    ["text", "text", "number"],
    3,
    cells=((1, 2, 9800),),
)
REPEATED = Laid(
    "a print of several pages",
    csv_of(
        ["出库单", "", "", ""],
        ["单号", "物料", "数量", "出库日期"],
        ["CK-001", "轴承", 40, "2024/1/5"],
        ["CK-002", "螺栓", 900, "2024/1/6"],
        ["本页小计", "", 940, ""],
        ["单号", "物料", "数量", "出库日期"],
        ["CK-003", "垫片", 300, "2024/1/8"],
        ["", "", "", ""],
        ["CK-004", "齿轮", 25, "2024/1/9"],
        ["本页小计", "", 325, ""],
        ["总计", "", 1265, ""],
        ["共 4 条记录", "", "", ""],
        ["打印时间：2024-01-10", "", "", "第 2 页"],
    ),
    ["单号", "物料", "数量", "出库日期"],
    ["text", "text", "number", "date"],
    4,
    ((1, "title"), (5, "total"), (6, "header"), (10, "total"), (11, "total"), (12, "note"), (13, "note")),
    name="出库.csv",
)
WEB = Laid(
    "a web page that a program calls .xls",
    "<html><head><meta charset='utf-8'><title>导出</title><style>td{}</style></head><body>"
    "<table border=1><caption>考勤</caption><tr><th rowspan=2>姓名</th><th colspan=2>出勤</th></tr>"
    "<tr><th>天数</th><th>工时</th></tr>"
    "<tr><td>牧之</td><td>22</td><td>176.5</td></tr><tr><td>义山&nbsp;</td><td>20</td><td>160</td></tr>"
    "<tr><td colspan=1>合计</td><td>42</td><td>336.5</td></tr></table></body></html>".encode().decode(),
    ["姓名", "出勤 天数", "出勤 工时"],
    ["text", "number", "number"],
    2,
    ((5, "total"),),
    ((1, 0, "义山"),),
)
FORMULAS = Laid(
    "formulas' values, whole days and a row of units",
    xlsx(
        ["产品", "数量", "金额", "交货期"],
        [None, "件", "元", None],
        ["台灯", 30, 2400.5, date(2024, 6, 1)],
        ["风扇", 12, 1788, date(2024, 6, 15)],
        ["水壶", 55, 3300, date(2024, 7, 2)],
    ),
    ["产品", "数量（件）", "金额（元）", "交货期"],
    ["text", "number", "number", "date"],
    3,
    units=("", "件", "元", ""),
)
FILES = (
    TITLES, TWO_ROWS, THREE_ROWS, MERGED, NO_HEADER, TOTALS, GROUPS, ODD_CELLS, MONEY, SCALES, DATES, TIMES, CODES,
    SHEETS, TABS, COMMAS, BLANKS, REPEATED, WEB, FORMULAS,
)  # fmt: skip
