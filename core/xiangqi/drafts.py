"""Game records taken apart: tags, words that are moves, and what is neither."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.xiangqi.typed import shown

Note = tuple[str, str]  # what there is to say, in Chinese and in English

RESULTS = ("1-0", "0-1", "1/2-1/2", "*")
MAX_TAGS, MAX_NAME, MAX_VALUE = 40, 32, 200
_SHOWN = 3  # of the words left out

_PIECES, _NUMERALS, _ACTIONS = "帅帥将將仕士相象马馬傌车車俥伡炮砲包兵卒", "一二三四五六七八九1-9", "进進退平上下"
_HEAD = rf"[{_PIECES}] ?[{_NUMERALS}]|[前中后後{_NUMERALS}] ?[{_PIECES}]|(?<![0-9])[前中后後{_NUMERALS}] ?[{_NUMERALS}]"
CHINESE_MOVE = re.compile(rf"(?:{_HEAD}) ?[{_ACTIONS}] ?[{_NUMERALS}]")
MOVE = re.compile(
    rf"""
    {CHINESE_MOVE.pattern.replace(" ?", "")}
    | (?<![A-Za-z0-9])[a-i](?:10|[0-9])-?[a-i](?:10|[0-9])(?![A-Za-z0-9])
    | (?<![A-Za-z0-9])(?:[KAEBHNRCP][1-9+\-.=]|[+\-M1-5][KAEBHNRCP]|P[A-EM])[+\-.=][1-9](?![A-Za-z0-9])
    | (?<![A-Za-z0-9.])[1-5+\-M][1-9][+\-.=][1-9](?![A-Za-z0-9])
    | (?<![A-Za-z0-9])(?-i:[KAEBHNRCP][a-i]?(?:10|[1-9])?[x-]?[a-i](?:10|[1-9]))(?![A-Za-z0-9])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MEANT = re.compile(r"[A-Za-z][0-9].{0,4}", re.IGNORECASE)
# What numbers the moves, or says whose they are.
ROUND = re.compile(
    r"第?[一二三四五六七八九十0-9]{1,4}(?:回合|[步着招轮輪手])|\b[一二三四五六七八九十]{1,3}、|(?:红|紅|黑)(?:方|棋)?"
)
# No number of a move, whichever way moves are counted.
DATE_OR_TELEPHONE = re.compile(
    r"(?<![\d.])(?:\d{5,}|\d{1,4}([-/.])\d\d?\1\d{1,4}|\d{4}[-/]\d\d?|\d\d?:\d\d(?::\d\d)?|\d{3,4}-\d{4,})(?![\d.])"
)
_BOTH, _DRAWN = "(?:双方|雙方)", "(?:同意|握手言|[议議作弈])和[棋局]?|和[棋局了]"
_WON, _LOST = "(?:先|获|獲)?[胜勝贏赢]", "(?:认输|認輸|超时|超時|先?[负負])"
_OTHER_RESULTS = {
    "1-0": rf"[红紅][方棋]?{_WON}|先[胜勝]|黑[方棋]?{_LOST}|1:0",
    "0-1": rf"黑[方棋]?{_WON}|[红紅][方棋]?{_LOST}|0:1",
    "1/2-1/2": rf"1/2(?:[-:]1/2)?|{_BOTH}?(?:{_DRAWN})|(?:{_BOTH}|[红紅]先)和",
}
_MARKS = str.maketrans({"–": "-", "—": "-", "−": "-", "⁄": "/"})
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
_COUNTED = re.compile(r"\A\W?第?0{0,2}(\d{1,3})(?:[.、](?=\Z|[^\d.…])|回合)")
# 13.4 is WXF for a pawn's move, not a number and a 4.
_NUMBER = re.compile(r"\A(?!\d\d[.]\d\Z)(?:\d{1,4}(?:[.．。、…]+|$)|[.．…]+)")


@dataclass
class Draft:
    """The words of one game before its moves are understood."""

    tags: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    result: str = ""
    left_out: list[str] = field(default_factory=list)
    comments: int = 0
    variations: int = 0
    numbers: list[tuple[int, int]] = field(default_factory=list)  # and how many words come before each

    def add_tag(self, name: str, value: str) -> None:
        """Keep a tag within the limits; FEN and Result in whatever case they come."""
        name = {"fen": "FEN", "result": "Result"}.get(name.lower(), shown(name, MAX_NAME))
        if len(self.tags) < MAX_TAGS or name == "FEN":
            self.tags[name] = shown(re.sub(r"\\(.)", r"\1", value), MAX_VALUE)

    def add_word(self, word: str) -> None:
        """Keep what of a word is a move, or was meant as one; of the rest, what more than numbers or marks."""
        plain = unicodedata.normalize("NFKC", word)
        move = _NUMBER.sub("", word, count=1).rstrip("!?+#！？。")
        if number := _COUNTED.match(plain):
            self.numbers.append((int(number[1]), len(self.words)))
        found = [m[0] for m in MOVE.finditer(plain)]
        rest = MOVE.sub(" ", plain) if found else plain
        if not found and move and _meant(unicodedata.normalize("NFKC", move)):
            self.words.append(move)
            return
        self.words += found
        rest = ROUND.sub(" ", rest)
        if any(c.isalpha() for c in rest) or DATE_OR_TELEPHONE.search(rest):
            self.left_out.append(" ".join(rest.split()))

    def add_bracketed(self, word: str, begun: bool) -> bool:
        """Take in a word of a variation or a remark; whether that has begun, which counts once."""
        if word not in RESULTS and (result := read_result(word)):
            self.result = result
        elif not begun and any(c.isalpha() for c in word):
            # One that holds no move is a remark, or a number in brackets.
            is_move = bool(MOVE.search(unicodedata.normalize("NFKC", word)))
            self.variations += is_move
            self.comments += not is_move
            return True
        return begun

    def miscounted(self, black_begins: bool) -> tuple[int, int] | None:
        """The first two numbers in a row between which moves are missing, or too many; they count rounds or plies."""
        pairs = list(zip(self.numbers, self.numbers[1:], strict=False))
        of_rounds = [(a, b) for (a, i), (b, j) in pairs if 2 * (b - a) != j - i + (black_begins and not i)]
        of_plies = [(a, b) for (a, i), (b, j) in pairs if not b - a == j - i == 1]
        wrong = (of_rounds, of_plies)
        return min(wrong, key=len)[0] if all(wrong) else None

    def notes(self) -> list[Note]:
        """What of the text is not in the game."""
        found = left_out_note(self.comments, self.variations)
        if self.left_out:
            some = [shown(word, 24) for word in self.left_out[:_SHOWN]]
            more = len(self.left_out) > _SHOWN
            found.append(
                (
                    f"忽略了不是着法的文字：{'、'.join(f'“{w}”' for w in some)}{' 等' if more else ''}",
                    f"ignored what is not a move: {', '.join(f'“{w}”' for w in some)}{' and more' if more else ''}",
                )
            )
        return found


def drafts(text: str) -> Iterator[Draft]:
    """The games of a file; one ends with its result or where the tags of the next begin. What is left out after the
    last is said of it."""
    waiting: Draft | None = None
    for draft in _drafts(text):
        if waiting and not draft.tags and not draft.words:
            waiting.left_out += draft.left_out
            waiting.comments += draft.comments
            waiting.variations += draft.variations
            continue
        if waiting:
            yield waiting
        waiting = draft
    if waiting and (waiting.tags or waiting.words):
        yield waiting


def _drafts(text: str) -> Iterator[Draft]:
    """The games, and at the end what comes after them."""
    draft = Draft()
    open_brackets: list[bool] = []  # for each, whether its first words have been read
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "tag":
            open_brackets = []
            if draft.words:
                yield draft
                draft = Draft()
            draft.add_tag(token["name"], token["value"])
        elif kind == "other":
            is_move = token[0][0] == "[" and MOVE.search(unicodedata.normalize("NFKC", token[0]))
            draft.variations += bool(is_move)
            draft.comments += token[0][0] in "{;"
        elif kind == "open":
            open_brackets.append(False)
        elif kind == "close":
            open_brackets = open_brackets[:-1]
        elif open_brackets:
            open_brackets[-1] = draft.add_bracketed(token["word"], open_brackets[-1])
        else:
            draft.result = read_result(token["word"])
            if not draft.result:
                draft.add_word(token["word"])
            elif draft.tags or draft.words:
                yield draft
                draft = Draft()
    yield draft


def read_result(word: str) -> str:
    """The result that a word stands for, as PGN writes it, or nothing."""
    plain = unicodedata.normalize("NFKC", word.rstrip("。.!！")).translate(_MARKS)
    if plain in RESULTS:
        return plain
    return next((result for result, shape in _OTHER_RESULTS.items() if re.fullmatch(shape, plain)), "")


def left_out_note(comments: int, variations: int) -> list[Note]:
    """How many comments and variations of a record are not in the game, where there are any."""
    zh = [f"{n} {name}" for n, name in ((comments, "条评注"), (variations, "个变着")) if n]
    en = [f"{name} {n}" for n, name in ((comments, "comments"), (variations, "variations")) if n]
    return [(f"未保留 {'、'.join(zh)}", f"left out: {', '.join(en)}")] if zh else []


def _meant(word: str) -> bool:
    """Whether a word that is no move was meant as one, so that leaving it out would change the game."""
    if word.isascii():
        return bool(_MEANT.fullmatch(word))
    fitting = sum(c in f"{_PIECES}{_NUMERALS}{_ACTIONS}0123456789前后後中" for c in word)
    return 3 <= len(word) <= 5 and (fitting >= 3 or (fitting == 2 and any(c in _ACTIONS for c in word)))
