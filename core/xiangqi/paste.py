"""What people paste: a FEN with moves, a game of dpxq.com, a forum's post, a chat, around which other text stands.

It is brought into the form of a game record, which `core.xiangqi.pgn` reads.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import InputError
from core.xiangqi.board import Board
from core.xiangqi.drafts import CHINESE_MOVE, MOVE, Note, read_result
from core.xiangqi.fen import placement_end, read_fen, write_fen
from core.xiangqi.geometry import BLACK, BLACK_OFFSET, FILES, RED, SQUARES
from core.xiangqi.legality import why_illegal
from core.xiangqi.notation import shown, to_iccs
from core.xiangqi.pgn import GameRecord, scan_pgn

_MAX_SEARCHED = 20_000  # characters in which a FEN is looked for
_ROW = "[rnbakcpehmsxjRNBAKCPEHMSXJ1-9]"
_FEN_BEGINS = re.compile(
    rf"(?<![\w/\"]){_ROW}(?:{_ROW}| ){{0,16}}\s*/|^{_ROW}{{1,9}} *\n *{_ROW}{{1,9}} *\n", re.MULTILINE
)
_FEN_REST = re.compile(r"\s+([wbrWBR]\b|红\w{0,3}|黑\w{0,3})(?:\s+-\s+-\s+(\d+)\s+(\d+))?")
_FEN_TAG = re.compile(r'\[FEN\s+"([^"\]]{0,400})"\s*\]', re.IGNORECASE)
_TAG_LINE = re.compile(r'^[ \t]*\[[ \t]*\w{1,64}[ \t]*"(?:[^"\\\n]|\\.)*"[ \t]*\][ \t]*$', re.MULTILINE)
_UCI_WORDS = re.compile(r"\b(?:position|startpos|moves)\b|(?<!\[)\bfen\b\s*:?", re.IGNORECASE)
_JOINED_MOVES = re.compile(r"(?<!\w)(?:[a-i][0-9]){4,}(?!\w)", re.IGNORECASE)
_WXF_BRACES = re.compile(r"START\s*\{|\}\s*END")
# Who says it, before a move: 张三: 炮二平五.
_SPEAKER = re.compile(rf"^\s*[^\s:\[]{{1,16}}\s*:\s*(?={MOVE.pattern})", re.VERBOSE | re.IGNORECASE)
_MARKUP = re.compile(r"<(?:br|/?p|/?div|/?li|/?tr|/?td|/?span|/?b|/?font|/?a|img)\b[^<>]{0,200}>", re.IGNORECASE)
# What is said of a game before its moves, as a line of its own.
_LABELS = {
    "Red": "红方|红棋|执红|红|先手|Red",
    "Black": "黑方|黑棋|执黑|黑|后手|Black",
    "Event": "赛事|比赛|标题|题目|Event",
    "Date": "日期|时间|Date",
    "Site": "地点|Site",
    "Round": "轮次|Round",
    "Result": "结果|Result",
}
_ANY_LABEL = "|".join(_LABELS.values())
_LABEL = re.compile(rf"(?:^|\s)({_ANY_LABEL})\s*:\s*(.{{1,80}}?)(?=\s+(?:{_ANY_LABEL})\s*:|$)")
_HEADLINE = re.compile(
    r"(?:(\S{1,12})\s+)?(\S{2,8})\s*[(]?(先胜|先负|先和|先勝|先負|先)[)]?\s*(?:(\S{1,12})\s+)?(\S{2,8})"
)
_HEADLINE_RESULTS = {"胜": "1-0", "勝": "1-0", "负": "0-1", "負": "0-1", "和": "1/2-1/2"}
# A line that speaks of moves instead of making them, and one that says where the text is from.
_REMARK = re.compile(r"如果|如走|如改|若|改走|应走|应改|可走|可改|不如|假如|建议|變化|变化|变着|评注|点评|不能走|不敢")
_SIGNATURE = re.compile(r"发自|發自|来自|來自|转自|转载|版权|sent from|https?://|www\.|©|^--\s*$", re.IGNORECASE)
_NAMED = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Paste:
    """The games of a text, or why one cannot be read; `left_out` counts those beyond the limits."""

    games: list[GameRecord | InputError]
    left_out: int = 0


def read_paste(text: str, games: int, plies: int) -> Paste:
    """The games in text as people paste it; a FEN is a game that may have no move. Limits as `scan_pgn`.

    Raises:
        InputError: no game in it, or a single FEN that cannot be.
    """
    if "[DhtmlXQ" in text:
        return Paste([_dhtml(block) for block in _dhtml_blocks(text)[:games]])
    plain = _UCI_WORDS.sub(" ", _plain(text))
    found = _find_fen(plain)
    if found:
        start, end, board = found
        rest = f"{plain[:start]}\n{plain[end:]}"
        if not MOVE.search(rest):
            tags, notes = _about(rest)
            return Paste([GameRecord(tags, board, [], notes=notes)])
        plain = f'[FEN "{write_fen(board)}"]\n{rest}'
    elif plain.split(maxsplit=1)[:1] and plain.split(maxsplit=1)[0].count("/") >= 4 and "[" not in plain:
        return Paste([GameRecord({}, read_fen(plain.strip()), [])])
    return _tidied(plain, games, plies)


def _tidied(text: str, games: int, plies: int) -> Paste:
    """The games of a text without the lines that are no part of them; with lines that are mostly words, if need be."""
    lines, notes = _lines(text, strict=False)
    records, left_out = scan_pgn(lines, games, plies)
    if any(isinstance(record, InputError) for record in records):
        stricter, other_notes = _lines(text, strict=True)
        if stricter != lines and MOVE.search(stricter):
            again, other_left = scan_pgn(stricter, games, plies)
            if not any(isinstance(record, InputError) for record in again):
                records, left_out, notes = again, other_left, other_notes
    for record in records:
        if isinstance(record, GameRecord):
            record.notes[:0] = notes
    return Paste(records, left_out)


def _plain(text: str) -> str:
    """Half-width characters, no markup of web pages, no emoji; moves written with blanks inside are drawn together.
    What a tag says stays as it is."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept, at = [], 0
    for tag in _TAG_LINE.finditer(text):
        kept += [_unadorned(text[at : tag.start()]), tag[0]]
        at = tag.end()
    plain = "".join([*kept, _unadorned(text[at:])])
    return _FEN_TAG.sub(lambda m: f'[FEN "{" ".join(unicodedata.normalize("NFKC", m[1]).split())}"]', plain)


def _unadorned(text: str) -> str:
    if "<" in text or "&" in text:
        text = html.unescape(_MARKUP.sub("\n", text))
    # A full-width semicolon begins no comment.
    text = _WXF_BRACES.sub("\n", text).replace("；", " ")
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(" " if unicodedata.category(c) in ("So", "Sk", "Cf", "Co") or c in "\ufe0f|→" else c for c in folded)
    kept = _JOINED_MOVES.sub(lambda m: " ".join(re.findall("....", m[0])), kept)
    return CHINESE_MOVE.sub(lambda m: m[0].replace(" ", ""), kept)


def _find_fen(text: str) -> tuple[int, int, Board] | None:
    """The first FEN in the text outside of a tag: where it begins and ends, and its position."""
    for begin in _FEN_BEGINS.finditer(text[:_MAX_SEARCHED]):
        end = placement_end(text, begin.start())
        if end is None:
            continue
        rest = _FEN_REST.match(text, end)
        if rest:
            end = rest.end()
        return begin.start(), end, read_fen(text[begin.start() : end])
    return None


def _lines(text: str, strict: bool) -> tuple[str, list[Note]]:
    """The lines that belong to a game; those before it that say whose it is, as tags. `strict` leaves out mere talk."""
    kept, dropped, begun = [], [], False
    for line in text.split("\n"):
        bare = line.strip()
        moves = sum(len(m[0]) for m in MOVE.finditer(bare)) if not bare.startswith(("[", "%", ";")) else 0
        if not bare or (any(mark in bare for mark in "{}[]()") and not _SIGNATURE.search(bare)):
            kept.append(line)
        elif not _NAMED.search(bare) and not any(c.isdigit() for c in bare):
            continue  # a ruler
        elif _REMARK.search(bare) or (strict and moves < _letters(bare) / 2) if moves else _SIGNATURE.search(bare):
            dropped.append(bare)
        elif not moves and not begun and (tags := _tags(bare)):
            kept += [f'[{name} "{value}"]' for name, value in tags.items()]
        elif not moves and not read_result(bare) and _letters(bare) > len(bare) / 3:
            dropped.append(bare)
        else:
            kept.append(_SPEAKER.sub("", line))
        begun = begun or bool(moves)
    return "\n".join(kept), _ignored(dropped)


def _letters(line: str) -> int:
    return sum(c.isalpha() or c.isdigit() for c in line)


def _ignored(lines: list[str]) -> list[Note]:
    if not lines:
        return []
    first, count = shown(lines[0], 30), len(lines)
    return [
        (
            f"忽略了 {count} 行棋谱以外的文字：“{first}”{' 等' if count > 1 else ''}",
            f"ignored lines that are no part of the game ({count}): “{first}”{' and more' if count > 1 else ''}",
        )
    ]


def _tags(line: str) -> dict[str, str]:
    """What a line says of the game: 红方：许银川, or 广东 许银川 先胜 河北 刘殿中."""
    found = {}
    for label, value in _LABEL.findall(line):
        name = next(name for name, words in _LABELS.items() if label in words.split("|"))
        found[name] = (read_result(value.strip()) or "*") if name == "Result" else _quoted(value)
    headline = None if found else _HEADLINE.fullmatch(line)
    if headline:
        found = {"Red": _quoted(headline[2]), "Black": _quoted(headline[5])}
        result = _HEADLINE_RESULTS.get(headline[3][-1])
        found |= {"Result": result} if result else {}
    return found


def _quoted(value: str) -> str:
    return value.strip().replace("\\", "\\\\").replace('"', '\\"')


def _about(text: str) -> tuple[dict[str, str], list[Note]]:
    """Tags for a position that comes without moves, and what of the text around it is not used."""
    tags: dict[str, str] = {}
    dropped = []
    for line in (line.strip() for line in text.split("\n")):
        found = _tags(line)
        if found:
            tags |= found
        elif _NAMED.search(line):
            dropped.append(line)
    return tags, _ignored(dropped)


# 东萍象棋网's pieces, in the order of its list of squares.
_DHTML_PIECES = "RNBAKABNRCCPPPPP"
_DHTML_START = "8979695949392919097717866646260600102030405060708012720323436383"
_DHTML_TAGS = {"title": "Event", "event": "Event", "date": "Date", "place": "Site", "round": "Round"}


def _dhtml_blocks(text: str) -> list[dict[str, str]]:
    blocks = re.split(r"\[DhtmlXQ\]", text)
    fields = [dict(re.findall(r"\[DhtmlXQ_(\w+)\]([^\[]*)\[/DhtmlXQ_\1\]", block)) for block in blocks]
    return [field for field in fields if "movelist" in field or "binit" in field] or [{}]


def _dhtml(fields: dict[str, str]) -> GameRecord | InputError:
    """A game of dpxq.com: squares are file from the left and rank from the top, two digits each."""
    try:
        board = _dhtml_board(re.sub(r"\D", "", fields.get("binit", "")) or _DHTML_START)
        numbers = [_dhtml_square(pair) for pair in _pairs(re.sub(r"\D", "", fields.get("movelist", "")))]
        moves = [SQUARES * a + b for a, b in zip(numbers[::2], numbers[1::2], strict=False)]
        if moves and board.squares[moves[0] // SQUARES] > BLACK_OFFSET:
            board.side = BLACK
        board = read_fen(write_fen(board))
        start = board.copy()
        for ply, move in enumerate(moves, 1):
            if not board.is_legal(move):
                zh, en = why_illegal(board, move)
                return InputError(f"第 {ply} 着 {to_iccs(move)}：{zh}", f"ply {ply}, {to_iccs(move)}: {en}")
            board.push(move)
    except InputError as error:
        return error
    except (ValueError, IndexError):
        return InputError("东萍棋谱的数字不完整", "the digits of the dpxq.com record are not complete")
    tags = {
        _DHTML_TAGS[key]: shown(value, 200) for key, value in reversed(fields.items()) if key in _DHTML_TAGS and value
    }
    for name, key in (("Red", "red"), ("Black", "black")):
        player = fields.get(f"{key}name") or fields.get(key, "")
        if player:
            tags[name] = shown(player, 200)
    comments = sum(key.startswith("comment") for key in fields)
    variations = sum(key.startswith("move_") for key in fields)
    dropped = (
        f"未保留 {comments} 条评注、{variations} 个变着",
        f"left out: comments {comments}, variations {variations}",
    )
    read = ("读作东萍象棋网的棋谱", "read as a record of dpxq.com")
    notes = [read, dropped] if comments or variations else [read]
    return GameRecord(tags, start, moves, read_result(fields.get("result", "").strip()) or "*", notes)


def _pairs(digits: str) -> Iterator[str]:
    return (digits[i : i + 2] for i in range(0, len(digits) - 1, 2))


def _dhtml_square(pair: str) -> int:
    file, rank = int(pair[0]), 9 - int(pair[1])
    if file >= FILES:
        raise ValueError(pair)
    return FILES * rank + file


def _dhtml_board(digits: str) -> Board:
    squares = [0] * SQUARES
    for i, pair in enumerate(_pairs(digits)):
        if pair != "99":
            squares[_dhtml_square(pair)] = ".KABNRCP".index(_DHTML_PIECES[i % 16]) + BLACK_OFFSET * (i >= 16)
    return Board(squares, RED)
