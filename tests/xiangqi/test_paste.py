"""Games as people paste them: forums, chats, dpxq.com, engines."""

from __future__ import annotations

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
    ],
)  # fmt: skip
def test_a_game_is_found_in_what_stands_around_it(text: str, said: list[str]) -> None:
    game = read(text)
    assert " ".join(map(to_iccs, game.moves)) == FOUR
    notes = "".join(zh for zh, _ in game.notes)
    assert all(word in notes for word in said), notes
    assert said or not notes, notes


@pytest.mark.parametrize(
    "text",
    [
        START.replace("/", "/\n"),
        START.replace("/", " ／ ").replace("9", "９"),
        "局面如下 FEN：" + START.split()[0].replace("/P1P", "/P1\nP") + "  红先",
        START.split()[0].replace("/", "\n"),
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
    game = read("4k4/R8/9/9/9/9/9/9/9/1R1K5 w - - 0 1 moves b0b8 e9f9")
    assert len(game.moves) == 2


@pytest.mark.parametrize("text", ["1. 炮二评五 马8进7", "1. 炮二平五 马8进7 2. 马二进 车9平8", "今天天气不错"])
def test_what_was_meant_as_a_move_is_not_passed_over(text: str) -> None:
    with pytest.raises((InputError, AssertionError), match=r"看不懂|没有找到"):
        read(text)
