"""Games as people paste them: forums, chats, dpxq.com, engines."""

from __future__ import annotations

import json

import pytest

from core.errors import InputError
from core.xiangqi.fen import START, write_fen
from core.xiangqi.notation import to_iccs
from core.xiangqi.paste import read_paste
from core.xiangqi.pgn import GameRecord

FOUR = "h2e2 h9g7 h0g2 i9h9"
DHTML = """[DhtmlXQ]
[DhtmlXQ_ver]www_dpxq_com[/DhtmlXQ_ver]
[DhtmlXQ_binit]8979695949392919097717866646260600102030405060708012720323436383[/DhtmlXQ_binit]
[DhtmlXQ_event]全国个人赛[/DhtmlXQ_event]
[DhtmlXQ_red]广东 许银川[/DhtmlXQ_red]
[DhtmlXQ_result]红胜[/DhtmlXQ_result]
[DhtmlXQ_movelist]7747706279678070[/DhtmlXQ_movelist]
[DhtmlXQ_comment0]好局[/DhtmlXQ_comment0]
[/DhtmlXQ]"""


def read(text: str) -> GameRecord:
    (game,) = read_paste(text, 10, 1_000).games
    assert isinstance(game, GameRecord), game
    return game


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DHTML, ["东萍", "1 条评注"]),
        ("广东 许银川 先胜 河北 刘殿中\n2003年弈于北京\n------\n1. 炮二平五 马8进7\n2. 马二进三 车9平8\n"
         "以上双方布成中炮对屏风马阵势。\n======\n来自：http://www.dpxq.com\n--\n发自我的iPhone", ["2003年"]),
        ("张三: 炮二平五\n李四: 马8进7\n张三：马二进三👍\n张三: 哈哈你完了\n李四: 车9平8[微笑]", ["哈哈你完了"]),
        ("1炮二平五马8进7，2马二进三车9平8", []),
        ("１．砲二平五　馬８進７\n２．馬二進三　車９平８", []),
        ("1. H2-E2 H9-G7 2. H0-G2 I9-H9 *", []),
        ("h2e2h9g7h0g2i9h9", []),
        ("position startpos moves h3e3 h10g8 h1g3 i10h10", ["1-10"]),
        ("FORMAT\tWXF\nSTART{\n1. C2.5 h8+7\n2. H2+3 r9.8\n}END", ["FORMAT"]),
        ("第1回合 炮二平五 马8进7\n第2回合 马二进三 车9平8\n红方胜", []),
        ("① 炮二平五 馬8進7 ② 馬二進三 車9平8", []),
        ("1. 炮二平五 马8进7\n如改走炮8平5，则成顺炮。\n2. 马二进三 车9平8", ["如改走"]),
        ("| 回合 | 红方 | 黑方 |\n|---|---|---|\n| 1 | 炮二平五 | 马8进7 |\n| 2 | 马二进三 | 车9平8 |", ["回合"]),
        ("<p>1. 炮二平五&nbsp;马8进7</p><p>2. 马二进三<br/>车9平8</p>", []),
        ("炮 二 平 五   马 8 进 7\n马 二 进 三   车 9 平 8", []),
        ("昨天和老王下棋，我先走炮二平五，他马8进7，我马二进三，他车9平8，后来我赢了", ["昨天"]),
        ("🔴炮二平五 ⚫马8进7 🔴马二进三 ⚫车9平8 🏆红胜", []),
        ("1、炮二平五，马8进7；2、马二进三，车9平8。（黑方認輸）", []),
        ("1. Che3 Hg8 2. Hg3 Rh10 *", []),
        ("1. Ch3-e3 Hh10-g8 2. Hh1-g3 Ri10-h10", []),
        ("H2e2 h9g7 H0g2 i9h9", []),
        ('{"moves": [\n "h2e2",\n "h9g7", "h0g2", "i9h9"]}', []),
        ("http://127.0.0.1:7860/?tab=xiangqi&moves=h2e2%20h9g7%20h0g2%20i9h9", ["xiangqi"]),
        ("[quote]1楼[/quote][b]1. 炮二平五[/b] 马8进7\n2. [color=red]马二进三[/color] 车9平8", ["1楼"]),
        ("<style>.a{color:red}</style><pre class=x>1. 炮二平五 马8进7\n2. 马二进三 车9平8</pre>", []),
        ("1. 炮二平五 马8进7\n2. 马二进三 车9平8\n3楼：第3回合可以考虑马8进9", ["3楼"]),
        ("1. 炮二平五 马8进7\n红方也能车一进一 卒7进1 车一平四 马2进3\n2. 马二进三 车9平8", ["也能"]),
        ("1. 炮二平五 马8进7 [1... 炮8平5] 2. 马二进三 <2. 马八进七> 车9平8", ["2 个变着"]),
        ("红：炮二平五\n黑：等一下\n黑：马8进7\n红：马二进三\n黑：车9平8", ["等一下"]),
        ("[12:33] 张三: 炮二平五\n[12:34] 李四: 马8上7\n[12:35] 张三: 马二上三\n[12:36] 李四: 车9平8", []),
        ("position startpos moves h3e3\ninfo depth 1 pv h10g8\nbestmove h10g8\n"
         "position startpos moves h3e3 h10g8 h1g3 i10h10", ["1-10"]),
        ("1. 炮二平五 马8进7 2. 马2进3 车9平8", ["“马2进3”用了对方的数字"]),
        ("1. 炮二平五 马8进7\n3. 马二进三 车9平8", ["1 之后是 3"]),
    ],
)  # fmt: skip
def test_a_game_is_found_in_what_stands_around_it(text: str, said: list[str]) -> None:
    game = read(text)
    assert " ".join(map(to_iccs, game.moves)) == FOUR
    notes = "".join(zh for zh, _ in game.notes)
    assert all(word in notes for word in said), notes
    assert said or not notes, notes


def test_games_that_follow_each_other_are_told_apart() -> None:
    two = [FOUR.split()[:3], ["c3c4", "g6g5"]]
    for text in (
        "第一局\n红方：甲 黑方：乙\n炮二平五 马8进7\n马二进三\n\n第二局\n红方：丙 黑方：丁\n兵七进一 卒7进1",
        "红方：甲\n黑方：乙\n炮二平五 马8进7\n马二进三\n红方：丙\n黑方：丁\n兵七进一 卒7进1",
        "甲 先胜 乙\n1. 炮二平五 马8进7\n2. 马二进三\n丙 先负 丁\n1. 兵七进一 卒7进1",
        "RED\t甲;;;\nBLACK\t乙;;;\nSTART{\n1. C2.5 h8+7\n2. H2+3\n}END\nRED\t丙\nBLACK\t丁\nSTART{\n1. P7+1 p7+1\n}END",
    ):
        games = [game for game in read_paste(text, 10, 1_000).games if isinstance(game, GameRecord)]
        assert [[to_iccs(move) for move in game.moves] for game in games] == two, text
        assert [game.tags["Black"] for game in games] == ["乙", "丁"]
    numbered = read_paste("1. 炮二平五 马8进7\n2. 马二进三\n1. 兵七进一 卒7进1", 10, 1_000).games
    assert [len(game.moves) for game in numbered if isinstance(game, GameRecord)] == [3, 2]


@pytest.mark.parametrize(
    ("above", "below", "players", "result", "said"),
    [
        ("", "2020-01-01", "", "*", "2020-01-01"),
        ("2020-10-10", "", "", "*", "2020-10-10"),
        ("", "2024-10-10 10:00:00", "", "*", "2024-10-10"),
        ("", "比赛日期 2020-10-05", "", "*", "比赛日期"),
        ("", "许银川 1-0 刘殿中", "许银川 刘殿中", "1-0", ""),
        ("", "许银川 先负 刘殿中\n谢谢观看", "许银川 刘殿中", "0-1", "谢谢"),
        ("", "红方：甲\n黑方：乙\n结果：红胜", "甲 乙", "1-0", ""),
        ("2021-10-15 甲 1-0 乙", "", "甲 乙", "1-0", ""),
        ("甲 1-0 乙 2021-10-15", "", "甲 乙", "1-0", ""),
        ("甲 先胜 乙", "丙 先负 丁", "甲 乙", "1-0", "丙 先负 丁"),
        ("红方：甲\n黑方：乙", "甲 1-0 乙", "甲 乙", "1-0", ""),
        ("红方：甲\n黑方：乙", "\n甲 0-1 乙", "甲 乙", "0-1", ""),
        ("红方：广东 陈一\n黑方：河北 王二", "陈一 先负 王二", "广东 陈一 河北 王二", "0-1", ""),
        ('[Red "甲"]\n[Black "乙"]', "红方：甲\n黑方：乙\n结果：和棋", "甲 乙", "1/2-1/2", ""),
        ("红方：甲\n黑方：乙", "甲 1-0 丙", "甲 乙", "*", "甲 1-0 丙"),
        ("红方：甲\n黑方：乙", "红胜\n甲 0-1 乙", "甲 乙", "1-0", "甲 0-1 乙"),
        ("", "=====", "", "*", "====="),
        ("───", "* * *", "", "*", "2 行"),
        ("", "红胜\n张三 记录于 2020-01-01", "", "1-0", "张三"),
        ("", "和棋\n老王 13800000000", "", "1/2-1/2", "老王"),
        ("", "和棋\n13800000000", "", "1/2-1/2", "138"),
    ],
)
def test_a_line_without_moves_is_of_its_game_or_said_to_be_of_none(
    above: str, below: str, players: str, result: str, said: str
) -> None:
    game = read(f"{above}\n1. 炮二平五 马8进7\n2. 马二进三 车9平8\n{below}")
    assert " ".join(map(to_iccs, game.moves)) == FOUR
    assert (" ".join(game.tags.values()), game.result) == (players, result)
    notes = "".join(zh for zh, _ in game.notes)
    assert said in notes if said else not notes, notes


def test_a_headline_between_two_games_is_of_the_one_it_stands_by() -> None:
    one, other = "1. 炮二平五 马8进7", "1. 兵七进一 卒7进1"
    for text, names in (
        (f"{one}\n甲 1-0 乙\n{other}\n丙 0-1 丁", ["乙", "丁"]),
        (f"{one}\n\n丙 0-1 丁\n{other}", [None, "丁"]),
        (f"红方：甲\n黑方：乙\n{one}\n甲 1-0 乙\n{other}\n丙 0-1 丁", ["乙", "丁"]),
        (f"红方：甲\n黑方：乙\n{one}\n\n甲 1-0 乙\n{other}", ["乙", "乙"]),
    ):
        games = [game for game in read_paste(text, 10, 1_000).games if isinstance(game, GameRecord)]
        assert [game.tags.get("Black") for game in games] == names, text


@pytest.mark.parametrize(
    ("text", "typed", "why"),
    [
        ("h3e3 h10g8 h1g4", "h1g4", "马走日字"),
        ("h3e3 h10g8 h1g3 i10h10 h10h12", "h10h12", "越界"),
        ("h3e3 h10g8 b1c3 i10i11", "i10i11", "越界"),
        ("c4c5 g7g6 b1c3 a10b8", "a10b8", "车只能走直线"),
    ],
)
def test_what_is_wrong_in_ranks_of_one_is_quoted_as_typed(text: str, typed: str, why: str) -> None:
    (error,) = read_paste(text, 10, 1_000).games
    assert isinstance(error, InputError)
    assert all(word in error.zh for word in (f"“{typed}”", why, "1-10")), error.zh


def test_black_begins_where_the_numerals_say_so() -> None:
    game = read("1. 马8进7 炮二平五 2. 车9平8 马二进三")
    assert [to_iccs(move) for move in game.moves] == ["h9g7", "h2e2", "i9h9", "h0g2"]
    assert "黑方先走" in game.notes[0][0]
    assert not read("炮2平5 马8进7 马2进3").notes


def test_several_positions_are_several_games() -> None:
    one, other = "4k4/R8/9/9/9/9/9/9/9/1R1K5 w", "3k5/9/9/9/9/9/9/R8/9/4K4"
    found = read_paste(f"标题：第1题\n{one}\n标题：第2题\n{other}  黑方走\n4k4/9/9/9/9/9/9/9/9/4K4", 10, 1_000).games
    first, second, bad = found
    assert isinstance(first, GameRecord)
    assert isinstance(second, GameRecord)
    assert (first.tags["Event"], second.tags["Event"], second.start.side) == ("第1题", "第2题", 1)
    assert isinstance(bad, InputError)
    assert "照面" in bad.zh
    first, second = read_paste(f"{one}\n1. 车八进八 将5平6\n{other} w\n车九平六", 10, 1_000).games
    assert isinstance(second, GameRecord)
    assert [to_iccs(move) for move in second.moves] == ["a2d2"]
    with pytest.raises(InputError, match="走棋方"):
        read(f"{other} x - - 0 1")
    assert read(f"黑先\n{other}").start.side == 1


@pytest.mark.parametrize(
    "text",
    [
        START.replace("/", "/\n"),
        START.replace("/", "\\/"),
        f"https://www.pychess.org/analysis/xiangqi?fen={START.replace(' ', '_')}",
        f"https://www.chessdb.cn/query/?{START.replace(' ', '%20')}",
        START.replace("/", " ／ ").replace("9", "９"),
        "局面如下 FEN：" + START.split()[0].replace("/P1P", "/P1\nP") + "  红先",
        START.split()[0].replace("/", "\n"),
        START.replace("bakabnr", "bak\nabnr", 1),
        START.replace("/", "＼"),
        START.replace("/", " ∕ "),
        START.replace("/", "⁄"),
        "> 局面\n> " + START.replace("/9/9/", "/9/\n> 9/"),
    ],
)
def test_a_fen_may_be_broken_and_full_width(text: str) -> None:
    assert write_fen(read(text).start) == START


def test_what_a_post_says_of_a_game_becomes_its_tags() -> None:
    game = read("残局求解\n红方：张三 黑方：李四\nfen: 4k4/R8/9/9/9/9/9/9/9/1R1K5 w\n请高手指教")
    assert (game.tags, game.moves) == ({"Red": "张三", "Black": "李四"}, [])
    assert "残局求解" in game.notes[0][0]
    game = read("广东 许银川 先胜 河北 刘殿中\n炮二平五 马8进7")
    assert (game.tags, game.result) == ({"Red": "许银川", "Black": "刘殿中"}, "1-0")
    game = read("【赛事】五羊杯\n【红方】許銀川 【黑方】呂欽\n【结果】和\n炮二平五 馬8進7")
    assert (game.tags, game.result) == ({"Event": "五羊杯", "Red": "許銀川", "Black": "呂欽"}, "1/2-1/2")
    game = read('[Site "https://www.pychess.org/x"]\n[Result "0-1"]\n\n1. Che3 *')
    assert (game.tags, game.result) == ({"Site": "https://www.pychess.org/x"}, "0-1")
    game = read("4k4/R8/9/9/9/9/9/9/9/1R1K5 w - - 0 1 moves b0b8 e9f9")
    assert len(game.moves) == 2


@pytest.mark.parametrize(
    "text",
    ["1. 炮二评五 马8进7", "1. 炮二平五 马8进7 2. 马二进 车9平8", "今天天气不错",
     "1. 炮二平五 马8进7\n2. 马二近三\n3. 车一平二", "1. 炮二平五 马8进7\n2. 马二近三", "1. e4 e5 2. Nf3 Nc6"],
)  # fmt: skip
def test_what_was_meant_as_a_move_is_not_passed_over(text: str) -> None:
    with pytest.raises((InputError, AssertionError), match=r"看不懂|没有找到"):
        read(text)


@pytest.mark.timeout(20)
def test_what_is_long_is_read_or_refused_at_once() -> None:
    with pytest.raises(InputError):
        read_paste(json.dumps([1] * 300_000), 10, 1_000)
    empty = " ".join(["9/9/9/9/9/9/9/9/9/9"] * 900) + "\n" + "闲话" * 300_000
    assert read_paste(empty, 10, 1_000).left_out == 890
    (game,) = read_paste(DHTML.replace("7747706279678070", "7747706279678070" * 800), 10, 10_000).games
    assert isinstance(game, InputError)
    assert "600" in game.zh
    with pytest.raises(InputError, match="no moves"):
        read_paste("[DhtmlXQ_title]残局[/DhtmlXQ_title]", 10, 1_000)
    several = read_paste(DHTML * 30, 10, 1_000)
    assert (len(several.games), several.left_out) == (10, 20)
    assert len(read_paste(DHTML * 30, 10, 9).games) == 2
