"""Game records (PGN) of xiangqi: reading what programs and sites write, in their encodings, and writing our own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.errors import InputError
from core.xiangqi import MAX_PLIES
from core.xiangqi.board import Board
from core.xiangqi.fen import START, read_fen, start_board, write_fen
from core.xiangqi.notation import read_move, shown, to_chinese, to_iccs, to_wxf

MAX_BYTES = 1_000_000
RESULTS = ("1-0", "0-1", "1/2-1/2", "*")

_MAX_TAGS, _MAX_NAME, _MAX_VALUE = 40, 32, 200
_ROSTER = ("Event", "Site", "Date", "Round", "Red", "Black")
_FORMATS = {"chinese": ("Chinese", to_chinese), "iccs": ("ICCS", lambda _, m: to_iccs(m)), "wxf": ("WXF", to_wxf)}
_OTHER_RESULTS = {"½-½": "1/2-1/2", "1/2": "1/2-1/2", "红胜": "1-0", "黑胜": "0-1", "和棋": "1/2-1/2"}
_MOVE_SHAPE = re.compile("[车車俥马馬傌炮砲将將帅帥士仕象相兵卒前中后後].[进進退平][一二三四五六七八九１-９1-9]")
# Nothing repeats inside a repetition, and what a failed tag has scanned holds no start of another: scanning is linear.
_TOKEN = re.compile(
    r"""
    (?P<tag>\[[ \t]*(?P<name>\w{1,64})[ \t]*"(?P<value>(?:[^"\\\r\n]|\\.)*)"[ \t]*\])
    | (?P<other>\{[^}]*\}? | ;[^\r\n]* | ^%[^\r\n]* | \$[0-9]* | \[[^\[\]\r\n]*\])
    | (?P<open>[(（]) | (?P<close>[)）])
    | (?P<word>[^\s{}()（）\[\];$,，]+)
    """,
    re.VERBOSE | re.MULTILINE,
)
# 13.4 is WXF for a pawn's move, not a number and a 4.
_NUMBER = re.compile(r"\A(?!\d\d[.]\d\Z)(?:\d{1,4}(?:[.．。、…]+|$)|[.．…]+)")


@dataclass
class GameRecord:
    """One game: `tags` as read, without FEN and Result, which are `start` and `result` (1-0, 0-1, 1/2-1/2 or *)."""

    tags: dict[str, str]
    start: Board
    moves: list[int]
    result: str = "*"


def scan_pgn(data: str | bytes, games: int, plies: int) -> tuple[list[GameRecord | InputError], int]:
    """The games of a PGN file with moves in Chinese, ICCS or WXF notation; comments and variations are left out.

    Bytes may be UTF-8, UTF-16 with a byte order mark, GB18030 or Big5. A game that cannot be read gives its InputError
    in its place: more than 600 plies, a FEN or a move that cannot be (naming game, move and text). Stops after `games`
    games or once `plies` plies are passed; the second value counts the games that it left out.

    Raises:
        InputError: more than 1,000,000 bytes, or no game at all.
    """
    found: list[GameRecord | InputError] = []
    left_out = total = 0
    for number, draft in enumerate(_drafts(_text(data)), start=1):
        if len(found) >= games or total > plies:
            left_out += 1
            continue
        total += min(len(draft.words), MAX_PLIES)
        try:
            found.append(_record(number, draft))
        except InputError as error:
            found.append(error)
    if not found:
        raise InputError("文件里没有找到棋局", "no game found in the file")
    return found, left_out


def _text(data: str | bytes) -> str:
    if len(data) > MAX_BYTES or (isinstance(data, str) and len(data.encode("utf-8", "replace")) > MAX_BYTES):
        raise InputError(f"棋谱文件超过上限 {MAX_BYTES:,} 字节", f"the file is over the limit of {MAX_BYTES:,} bytes")
    return (data if isinstance(data, str) else decode(data)).lstrip("\ufeff")


def write_pgn(record: GameRecord, notation: str = "chinese") -> str:
    """A game as PGN, its moves in `notation`: chinese, iccs or wxf; one pair of moves a line.

    Tags whose name no PGN could hold are left out, and so is a FEN tag, which the start position decides.

    Raises:
        KeyError: an unknown notation.
    """
    label, spell = _FORMATS[notation]
    tags = {"Game": "Chinese Chess"} | {name: record.tags.get(name, "?") for name in _ROSTER}
    tags["Result"] = record.result
    fen = write_fen(record.start)
    if fen != START:
        tags["FEN"] = fen
    tags["Format"] = label
    known = {*tags, "FEN"}
    tags |= {n: v for n, v in record.tags.items() if n not in known and re.fullmatch(rf"\w{{1,{_MAX_NAME}}}", n)}
    lines = [f'[{name} "{_quoted(value)}"]' for name, value in tags.items()]
    board = record.start.copy()
    lines.append("")
    for ply, move in enumerate(record.moves):
        if board.side == 0:
            lines.append(f"{board.fullmove}. {spell(board, move)}")
        elif ply == 0:
            lines.append(f"{board.fullmove}... {spell(board, move)}")
        else:
            lines[-1] += f" {spell(board, move)}"
        board.push(move)
    return "\n".join([*lines, record.result, ""])


@dataclass
class _Draft:
    """The words of one game before its moves are understood."""

    tags: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    result: str = ""

    def add_tag(self, name: str, value: str) -> None:
        """Keep a tag within the limits; FEN and Result in whatever case they come."""
        name = {"fen": "FEN", "result": "Result"}.get(name.lower(), shown(name, _MAX_NAME))
        if len(self.tags) < _MAX_TAGS or name == "FEN":
            self.tags[name] = shown(re.sub(r"\\(.)", r"\1", value), _MAX_VALUE)

    def add_word(self, word: str) -> None:
        """Keep a word of the move text if more than a move number."""
        move = _NUMBER.sub("", word, count=1).rstrip("!?+#！？。")
        if move:
            self.words.append(move)


def _quoted(value: str) -> str:
    return shown(value, _MAX_VALUE).replace("\\", "\\\\").replace('"', '\\"')


def decode(data: bytes) -> str:
    """Text in the likeliest encoding: the one that shows most moves, then the most everyday characters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # A damaged file of any encoding still shows most of its text.
        texts = [data.decode(encoding, "replace") for encoding in ("gb18030", "cp950", "utf-8")]
        return max(texts, key=_likelihood)


def _likelihood(text: str) -> tuple[int, int]:
    """Number of moves seen, and of everyday characters less those that mark a wrong encoding."""
    everyday = sum(count for character, count in Counter(text).items() if _everyday(character))
    return len(_MOVE_SHAPE.findall(text)), everyday - 4 * text.count("\ufffd")


def _everyday(character: str) -> bool:
    """Whether a character is among the common ones, which GB 2312 and Big5 both put before the others."""
    gb, big5 = character.encode("gb2312", "replace"), character.encode("big5", "replace")
    return (len(gb) == 2 and 0xB0 <= gb[0] <= 0xD7) or (len(big5) == 2 and 0xA4 <= big5[0] <= 0xC6)


def _drafts(text: str) -> Iterator[_Draft]:
    """The games of a file; one ends with its result or where the tags of the next begin."""
    draft, depth = _Draft(), 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "tag":
            depth = 0
            if draft.words:
                yield draft
                draft = _Draft()
            draft.add_tag(token["name"], token["value"])
        elif kind in ("open", "close"):
            depth = max(0, depth + (1 if kind == "open" else -1))
        elif kind == "word" and not depth:
            word = token["word"]
            draft.result = word if word in RESULTS else _OTHER_RESULTS.get(word, "")
            if not draft.result:
                draft.add_word(word)
            elif draft.tags or draft.words:
                yield draft
                draft = _Draft()
    if draft.tags or draft.words:
        yield draft


def _record(number: int, draft: _Draft) -> GameRecord:
    """The game that a draft describes; `number` is its place in the file, from 1."""
    if len(draft.words) > MAX_PLIES:
        raise InputError(f"第 {number} 局超过上限 {MAX_PLIES} 着", f"game {number} has over {MAX_PLIES} plies")
    tags = draft.tags
    fen, result = tags.pop("FEN", ""), tags.pop("Result", "*")
    try:
        start = read_fen(fen) if fen else start_board()
    except InputError as error:
        raise InputError(f"第 {number} 局：{error.zh}", f"game {number}: {error.en}") from error
    board = start.copy()
    moves = []
    for word in draft.words:
        try:
            move = read_move(board, word)
        except InputError as error:
            at = board.fullmove
            zh, en = f"第 {number} 局第 {at} 回合：{error.zh}", f"game {number}, move {at}: {error.en}"
            raise InputError(zh, en) from error
        moves.append(move)
        board.push(move)
    return GameRecord(tags, start, moves, draft.result or (result if result in RESULTS else "*"))
