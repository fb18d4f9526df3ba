"""What people paste: a FEN with moves, a game of dpxq.com, a forum's post, a chat, around which other text stands.

It is brought into the form of a game record, which `core.xiangqi.pgn` reads.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from core.errors import InputError
from core.xiangqi.dhtml import MARK, read_dhtml
from core.xiangqi.drafts import CHINESE_MOVE, DATE_OR_TELEPHONE, MOVE, Note
from core.xiangqi.fen import placement_end, read_fen
from core.xiangqi.lines import STRICTNESS, TAG_LINE, game_lines, has_words, ignored, is_ruler, said_of_a_game
from core.xiangqi.pgn import GameRecord, scan_pgn

_MAX_SEARCHED = 20_000  # characters in which a FEN is looked for
_ROW = "[rnbakcpehmsxjRNBAKCPEHMSXJ1-9]"
_FEN_BEGINS = re.compile(
    rf"(?<![\w/\"])(?={_ROW}(?:{_ROW}|\s){{0,24}}/)|^{_ROW}{{1,9}} *\n *{_ROW}{{1,9}} *\n", re.MULTILINE
)
_FEN_REST = re.compile(
    r"\s+(?:(?:轮到|輪到)?([wbrWBR]\b|[红紅黑]\w{0,3})(?:\s+-\s+-\s+(\d+)\s+(\d+))?|\S{1,8}\s+-\s+-\s+\d+\s+\d+)"
)
_MEANT_AS_FEN = re.compile(r"\s*[\w.]+(?:/[\w.]*){4,}")
_BLACK_BEGINS = re.compile(r"黑(?:方|棋)?(?:先|走)|(?:轮到|輪到)黑|black to (?:move|play)", re.IGNORECASE)
_RED_BEGINS = re.compile(r"[红紅](?:方|棋)?(?:先|走)|(?:轮到|輪到)[红紅]|(?:red|white) to (?:move|play)", re.IGNORECASE)
_FEN_TAG = re.compile(r'\[FEN\s+"([^"\]]{0,400})"\s*\]', re.IGNORECASE)
_UCI_POSITION = re.compile(r"^[^\w\n]{0,8}position\s.*$", re.MULTILINE)
_UCI_WORDS = re.compile(r"\b(?:position|startpos|moves)\b|(?<!\[)\bfen\b\s*[:=]?", re.IGNORECASE)
_JOINED_MOVES = re.compile(r"(?<!\w)(?:[a-i](?:10|[0-9])){4,}(?!\w)", re.IGNORECASE)
_ONE_MOVE = re.compile("(?:[a-i](?:10|[0-9])){2}", re.IGNORECASE)
_WXF_BRACES = re.compile(r"START\s*\{|\}\s*END")
_ADDRESS = re.compile(r"https?://[!-~]+|(?<![!-~])[!-~]*%20[!-~]*")
_ANGLES = re.compile(r"<([^<>\n]{1,400})>")
_BACKSLASH = re.compile(r"(?<=[A-Za-z1-9])\s*\\/?\s*(?=[A-Za-z1-9])")
_QUOTED = re.compile(r"^[ \t]*(?:[>＞][ \t]?)+", re.MULTILINE)
_SLASHES = str.maketrans(dict.fromkeys("∕⁄⧸╱", "/") | dict.fromkeys("＼∖⧹╲﹨", "\\"))
# None of these looks further than the next of its kind: scanning is linear.
_SCRIPT = re.compile(r"<(script|style)\b[^<>]{0,200}>[^<]*(?:<(?!/?(?:script|style)\b)[^<]*)*</\1>", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z][a-z0-9]{0,11}\b[^<>]{0,200}>|<!--[^<>]{0,2000}-->", re.IGNORECASE)
_BOARD_CODE = re.compile(
    r"\[img[^\[\]]{0,40}\][^\[\]]{0,400}\[/img\]|\[/?(?:b|i|u|s|quote|color|size|font|align|url|code|hide|free|table|tr|td|list"
    r"|p|backcolor|indent|media|attach|email)(?:=[^\[\]]{0,200})?\]",
    re.IGNORECASE,
)
_LIST = re.compile(r"""\[(?=\s*["'`])|(?<=["'`])(\s*)\]|["'`“”‘’]""")


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
    if MARK in text:
        return Paste(*read_dhtml(text, games, plies))
    plain = _plain("\n".join(_texts(text)))
    sent = _UCI_POSITION.findall(plain)
    # Of an engine's log, the position that was sent last.
    plain = _UCI_WORDS.sub(" ", sent[-1] if sent else plain)
    fens = list(_fens(plain))
    if fens:
        around = [plain[a:b] for a, b in zip([0, *(f[1] for f in fens)], [*(f[0] for f in fens), None], strict=True)]
        if not any(map(MOVE.search, around)):
            return _positions(fens, around, games)
        tags = [f'\n[FEN "{fen}"]\n' for _, _, fen in fens]
        plain = "".join(part for pair in zip(around, [*tags, ""], strict=True) for part in pair)
    elif _MEANT_AS_FEN.match(plain):
        return Paste([GameRecord({}, read_fen(plain.strip()), [])])
    return _read_lines(plain, games, plies)


def _read_lines(text: str, games: int, plies: int) -> Paste:
    """The games of a text without the lines that are no part of them: the strictest choice of lines that the rules
    allow, so that a remark that names a move is not played."""
    if not MOVE.search(text):
        return Paste(*scan_pgn("\n".join(TAG_LINE.findall(text)), games, plies))
    best: tuple[int, Paste] | None = None
    for strictness in STRICTNESS:
        lines = game_lines(text, strictness)
        if MOVE.search(lines.text):
            records, left_out = scan_pgn(lines.text, games, plies)
            wrong = sum(2 if isinstance(record, InputError) else record.doubtful for record in records)
            for record in records:
                if isinstance(record, GameRecord):
                    record.notes[:0] = ignored(lines.dropped)
            if best is None or wrong < best[0]:
                best = wrong, Paste(records, left_out)
        nothing_else = strictness == "only moves" and not lines.talk
        if nothing_else or (best and not best[0]):
            break
    assert best
    return best[1]


def _texts(text: str) -> Iterator[str]:
    """What JSON says; other text as it is."""
    try:
        waiting: list[Any] = [json.loads(text)] if text.lstrip()[:1] in ("[", "{") else [text]
    except (ValueError, RecursionError):
        waiting = [text]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | dict):
            waiting.extend(reversed(list(value.values()) if isinstance(value, dict) else value))


def _plain(text: str) -> str:
    """Half-width characters, no markup of web pages, no emoji; moves written with blanks inside are drawn together.
    What a tag says stays as it is."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept, at = [], 0
    for tag in TAG_LINE.finditer(text):
        kept += [_unadorned(text[at : tag.start()]), tag[0]]
        at = tag.end()
    plain = "".join([*kept, _unadorned(text[at:])])
    return _FEN_TAG.sub(lambda m: f'[FEN "{" ".join(unicodedata.normalize("NFKC", m[1]).split())}"]', plain)


def _unadorned(text: str) -> str:
    if "<" in text or "&" in text:
        text = html.unescape(_MARKUP.sub("\n", _SCRIPT.sub("\n", text)))
    # Mail quotes every line; slashes come in several shapes.
    text = _BACKSLASH.sub("/", _ANGLES.sub(r"(\1)", _QUOTED.sub("", text.translate(_SLASHES))))
    # A link may hold a game; a full-width semicolon begins no comment.
    text = _ADDRESS.sub(_address, _BOARD_CODE.sub("", text))
    text = _LIST.sub(r"\1", _WXF_BRACES.sub("\n", text).replace("；", " "))
    folded = unicodedata.normalize("NFKC", text)
    kept = "\n".join(line if is_ruler(line) else _without_pictures(line) for line in folded.split("\n"))
    kept = _JOINED_MOVES.sub(lambda m: " ".join(_ONE_MOVE.findall(m[0])), kept)
    return CHINESE_MOVE.sub(lambda m: m[0].replace(" ", ""), kept)


def _without_pictures(line: str) -> str:
    return "".join(" " if unicodedata.category(c) in ("So", "Sk", "Cf", "Co") or c in "\ufe0f|→" else c for c in line)


def _address(found: re.Match[str]) -> str:
    """A link with what it holds in words of their own; one without moves or a position stays whole."""
    address = unquote(found[0]).replace("+", " ")
    spread = re.sub("[?&=_#,]", " ", address)
    return f"\n{spread.replace('://', ' ')}\n" if MOVE.search(spread) or _FEN_BEGINS.search(spread) else found[0]


def _fens(text: str) -> Iterator[tuple[int, int, str]]:
    """The FENs in the text outside of tags: where each begins and ends, and what it says."""
    at = 0
    black = bool(_BLACK_BEGINS.search(text)) and not _RED_BEGINS.search(text)
    for begin in _FEN_BEGINS.finditer(text[:_MAX_SEARCHED]):
        end = placement_end(text, begin.start()) if begin.start() >= at else None
        if end is None:
            continue
        fen = text[begin.start() : end]
        rest = _FEN_REST.match(text, end)
        if rest:
            end = rest.end()
            fen += f" {' '.join(re.sub('[轮輪]到', '', rest[0]).split())}"
        elif black:
            fen += " b"
        yield begin.start(), end, fen
        at = end


def _positions(fens: list[tuple[int, int, str]], around: list[str], games: int) -> Paste:
    """The positions of a text without a move, each with what is said before it, and the last with what follows."""
    found: list[GameRecord | InputError] = []
    said = [*around[:-2], "\n".join(around[-2:])]
    for (_, _, fen), about in list(zip(fens, said, strict=True))[:games]:
        try:
            tags, notes = _about(about)
            found.append(GameRecord(tags, read_fen(fen), [], notes=notes))
        except InputError as error:
            found.append(error)
    if len(found) == 1 and isinstance(found[0], InputError):
        raise found[0]
    return Paste(found, len(fens) - len(found))


def _about(text: str) -> tuple[dict[str, str], list[Note]]:
    """Tags for a position that comes without moves, and what of the text around it is not used."""
    tags: dict[str, str] = {}
    dropped = []
    for line in (line.strip() for line in text.split("\n")):
        found = said_of_a_game(line)
        if found:
            tags |= found
        elif has_words(line) or is_ruler(line) or DATE_OR_TELEPHONE.search(line):
            dropped.append(line)
    return tags, ignored(dropped)
