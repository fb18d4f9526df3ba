from __future__ import annotations

import random
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.xiangqi.fen import START, read_fen, start_board, write_fen
from core.xiangqi.notation import from_iccs, to_iccs
from core.xiangqi.pgn import MAX_BYTES, GameRecord, scan_pgn, write_pgn

OPENING = ["h2e2", "h9g7", "h0g2", "i9h9"]
TRADITIONAL = """[Game "Chinese Chess"]
[Event "全國象棋個人錦標賽"]
[Red "許銀川"]
[Black "呂欽"]
[Result "1-0"]

1. 砲二平五 馬８進７
2. 馬二進三 車９平８ 1-0
"""
SIMPLIFIED = """[Game "Chinese Chess"]
[Event "全国象棋个人锦标赛"]
[Red "许银川"]
[Black "吕钦"]
[Result "1-0"]

  1. 炮二平五  马8进7
  2. 马二进三  车9平8
1-0
"""


def read_pgn(data: str | bytes) -> list[GameRecord]:
    """All games of a file; what is wrong with the first that cannot be read is raised."""
    found, left_out = scan_pgn(data, games=100, plies=10_000)
    assert not left_out
    for game in found:
        if isinstance(game, InputError):
            raise game
    return [game for game in found if isinstance(game, GameRecord)]


def iccs(record: GameRecord) -> list[str]:
    return [to_iccs(m) for m in record.moves]


def random_record(seed: int, plies: int) -> GameRecord:
    chance, board = random.Random(seed), start_board()
    start = board.copy()
    moves: list[int] = []
    while len(moves) < plies and (legal := board.legal_moves()):
        moves.append(chance.choice(legal))
        board.push(moves[-1])
    return GameRecord({"Red": "甲"}, start, moves, "0-1")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "gbk"),
        (SIMPLIFIED.replace("\n", "\r\n"), "gb18030"),
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "gbk"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL.replace("\n", "\r"), "big5"),
    ],
)
def test_the_encodings_in_use_are_told_apart(text: str, encoding: str) -> None:
    (game,) = read_pgn(text.encode(encoding))
    assert iccs(game) == OPENING
    assert game.result == "1-0"
    assert game.tags["Black"] in ("吕钦", "呂欽")
    assert game.tags["Event"] in text


@pytest.mark.parametrize(("text", "encoding"), [(SIMPLIFIED, "gbk"), (TRADITIONAL, "big5")])
def test_tags_tell_the_encoding_where_the_moves_are_ascii(text: str, encoding: str) -> None:
    (game,) = read_pgn((text.split("\n\n")[0] + "\n\n1. h2e2 h9g7 2. h0g2 i9h9").encode(encoding))
    assert iccs(game) == OPENING
    assert game.tags["Event"] in text


def test_one_damaged_byte_in_a_comment_spoils_nothing() -> None:
    data = SIMPLIFIED.encode("gbk").replace(b"1. ", b"{\xff} 1. ", 1)
    assert iccs(read_pgn(data)[0]) == OPENING


@pytest.mark.parametrize(
    "moves",
    [
        "1.炮二平五 马8进7 2.马二进三 车9平8",
        "1. h2e2 h9g7 2. h0g2 i9h9",
        "1. H2-E2 H9-G7 2. H0-G2 I9-H9",
        "1. C2=5 H8+7 2. H2+3 R9=8",
        "1. C2.5 h8+7 2. N2+3 r9.8",
        "h2e2 马8进7 H2+3 车９平８",
        "1.炮二平五 {好棋! [%clk 1:00] } 1... 马8进7 $1 ; 到行末都是评注 (\n"
        "2. 马二进三 (2. 兵三进一 (卒3进1) 卒7进1) 车9平8",
        "1. 炮二平五！, 马8进7?! 2、马二进三+， 车9平8 {没有合上的评注",
        "% 转义行\n１. 炮二平五 马8进7\n２. 马二进三 车9平8",
        "1. 炮二平五 ) 马8进7 ] } 马二进三 车9平8 (没有合上的变着 炮二平五",
    ],
)
def test_move_text_in_any_notation_and_dress(moves: str) -> None:
    (game,) = read_pgn(f'[Red "甲"]\n\n{moves}')
    assert iccs(game) == OPENING
    assert (game.tags, game.result) == ({"Red": "甲"}, "*")


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ("1. 炮二平五 马8进7 (1... 炮8平5 2. 马二进三 (2. 马八进七 马8进7) 马8进7)", "2 个变着"),
        ("1. 炮二平五 马8进7 (1... 炮8平5 (1... 炮2平5 (1... 马2进3)) 2. 马二进三 (佳))", "1 条评注、3 个变着"),
        ("1. 炮二平五 马8进7 (1... 炮8平5) (1... 马2进3 2. 马二进三)", "2 个变着"),
    ],
)
def test_variations_are_counted_once_each(moves: str, said: str) -> None:
    (game,) = read_pgn(moves)
    assert game.notes[0][0] == f"未保留 {said}"


def test_several_games_in_a_file() -> None:
    games = read_pgn(f'{SIMPLIFIED}\n\n{TRADITIONAL}\n[Red "丙"]\n\n1. h2e2\n[Red "丁"]\n\n1. e3e4 0-1 1. i0i1 红胜')
    assert [len(g.moves) for g in games] == [4, 4, 1, 1, 1]
    assert [g.result for g in games] == ["1-0", "1-0", "*", "0-1", "1-0"]
    assert [g.tags.get("Red") for g in games] == ["许银川", "許銀川", "丙", "丁", None]


def test_a_game_from_a_position_with_black_to_move() -> None:
    fen = "3k5/9/9/9/9/9/9/p8/9/4K4 b - - 3 40"
    (game,) = read_pgn(f'[fen "{fen}"]\n\n40... 卒１平２')
    assert (write_fen(game.start), iccs(game)) == (fen, ["a2b2"])
    assert f'[FEN "{fen}"]' in write_pgn(game)
    assert "40... 卒１平２" in write_pgn(game)
    assert iccs(read_pgn(write_pgn(game))[0]) == ["a2b2"]


@pytest.mark.parametrize("notation", ["chinese", "iccs", "wxf"])
def test_what_is_written_is_read_back(notation: str) -> None:
    for seed in range(5):
        record = random_record(seed, 150)
        text = write_pgn(record, notation)
        assert f'[Format "{ {"chinese": "Chinese", "iccs": "ICCS", "wxf": "WXF"}[notation] }"]' in text
        (back,) = read_pgn(text)
        assert (back.moves, back.result, back.tags["Red"]) == (record.moves, "0-1", "甲")
        assert write_pgn(back, notation) == text


def test_the_usual_tags_come_first_and_the_others_stay() -> None:
    record = GameRecord({"Opening": "中炮", "Red": "甲"}, start_board(), [from_iccs("h2e2")], "1/2-1/2")
    assert write_pgn(record).splitlines() == [
        '[Game "Chinese Chess"]',
        '[Event "?"]',
        '[Site "?"]',
        '[Date "?"]',
        '[Round "?"]',
        '[Red "甲"]',
        '[Black "?"]',
        '[Result "1/2-1/2"]',
        '[Format "Chinese"]',
        '[Opening "中炮"]',
        "",
        "1. 炮二平五",
        "1/2-1/2",
    ]


def test_tags_cannot_break_out_of_their_place() -> None:
    tags = {'x"]\n[Red': "y", "": "z", "FEN": "9/9", "a b": "c", "Ok": "d"}
    (game,) = read_pgn(write_pgn(GameRecord(tags, start_board(), [], "*")))
    assert write_fen(game.start) == START
    assert set(game.tags) - {"Game", "Event", "Site", "Date", "Round", "Red", "Black", "Format"} == {"Ok"}


def test_tags_of_strangers_are_cut_cleaned_and_escaped() -> None:
    nasty = 'a "quoted" \\ back\x00slash\n[Red "x"]' + "长" * 500
    text = write_pgn(GameRecord({"Event": nasty}, start_board(), [], "*"))
    (game,) = read_pgn(text)
    assert game.tags["Event"].startswith('a "quoted" \\ backslash [Red "x"]长')
    assert len(game.tags["Event"]) == 200
    assert game.tags["Red"] == "?"
    many = "".join(f'[T{i} "{"x" * 300}"]\n' for i in range(500))
    (game,) = read_pgn(f'{many}[FEN "{START}"]\n1. h2e2')
    assert len(game.tags) <= 40
    assert max(map(len, game.tags.values())) == 200


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("", ["no game found"]),
        ("  \n ) ] } {", ["no game found"]),
        ("{" + SIMPLIFIED, ["no game found"]),
        ("hello", ["no game found"]),
        ("1. 炮二评五 马8进7", ["game 1, move 1", "炮二评五", "not a move"]),
        ("1. e4 e5", ["game 1, move 1", "e4"]),
        (SIMPLIFIED + "\n1. 炮二平五 马8进7 2. 炮二平五", ["game 2, move 2", "炮二平五", "no such cannon"]),
        (SIMPLIFIED.replace("车9平8", "车9平7"), ["game 1, move 2", "车9平7", "own elephant"]),
        ('[FEN "9/9"]\n1. h2e2', ["game 1", "10 ranks"]),
        ("h2h3 h7h6 h3h2 h6h7 " * 151, ["game 1 has over 600 plies"]),
        ("x" * (MAX_BYTES + 1), ["1,000,000"]),
        ("炮" * 400_000, ["1,000,000"]),
    ],
)
def test_what_cannot_be_used_is_refused_with_place_and_reason(text: str, reasons: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        read_pgn(text)
    assert all(reason in caught.value.en for reason in reasons), caught.value.en
    assert len(caught.value.en) < 200


def test_600_plies_are_enough() -> None:
    assert len(read_pgn("h2h3 h7h6 h3h2 h6h7 " * 150)[0].moves) == 600


def test_two_megabytes_are_refused_at_once() -> None:
    begin = time.perf_counter()
    with pytest.raises(InputError, match="1,000,000"):
        read_pgn(b"1. h2e2 " * 250_000)
    assert time.perf_counter() - begin < 0.1


@pytest.mark.parametrize(
    "unit",
    ['[a "', '[a "\\', '[a"\\"', "[", "[a ", "(", "{", "{(", "[a", '"', "1.", "$", "]", "[a ]", "\\", "[ \t", "。"],
)
def test_no_pattern_takes_long(unit: str) -> None:
    begin = time.process_time()
    text = unit * (100_000 // len(unit.encode()))
    for data in (text, text.encode() + b"\xff"):
        with suppress(InputError):
            read_pgn(data)
    assert time.process_time() - begin < 2


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(InputError):
        read_pgn(data)


@given(
    st.lists(
        st.sampled_from(
            ["[", "]", '"', "\\", "{", "}", "(", ")", ";", "\n", "%", "$1", "1.", "...", "*", "1-0", "h2e2", "\x00"]
        )
        | st.sampled_from(["[FEN ", "[Red ", "炮二平五", "马８进７", "前", "🀄", "\ud800", START, "C2=5", "[Result "]),
        max_size=30,
    ).map("".join)
)
def test_any_mixture_of_its_parts_is_read_or_refused(text: str) -> None:
    try:
        games = read_pgn(text)
    except InputError:
        return
    for game in games:
        (back,) = read_pgn(write_pgn(game)) if game.moves or game.tags else (game,)
        assert back.moves == game.moves
        assert write_fen(back.start) == write_fen(game.start)
        assert read_fen(write_fen(back.start)).key() == game.start.key()
