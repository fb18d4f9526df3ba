"""Which lines of a text belong to its games, which say whose they are, and which are talk."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from core.xiangqi.drafts import DATE_OR_TELEPHONE, MOVE, ROUND, Note, read_result
from core.xiangqi.typed import shown

TAG_LINE = re.compile(r'^[ \t]*\[[ \t]*\w{1,64}[ \t]*"(?:[^"\\\n]|\\.)*"[ \t]*\][ \t]*$', re.MULTILINE)
# Who says it, and when, before a move: [12:33] 张三: 炮二平五.
_SPEAKER = re.compile(
    rf"^\s*(?:\[?[\d:/.\-]{{4,10}}(?:\s[\d:]{{4,8}})?\]?\s+)?[^\s:\[\d][^\s:\[]{{0,15}}\s*:\s*(?={MOVE.pattern})",
    re.VERBOSE | re.IGNORECASE,
)
# What is said of a game before its moves, as a line of its own.
_LABELS = {
    "Red": "红方|红棋|执红|红|紅方|紅棋|紅|先手|RED|Red",
    "Black": "黑方|黑棋|执黑|黑|后手|後手|BLACK|Black",
    "Event": "赛事|比赛|标题|题目|賽事|比賽|標題|題目|EVENT|Event",
    "Date": "日期|时间|時間|DATE|Date",
    "Site": "地点|地點|SITE|Site",
    "Round": "轮次|輪次|ROUND|Round",
    "Result": "结果|結果|RESULT|Result",
}
_ANY = "|".join(_LABELS.values())
# 红方：许银川, 【红方】许银川, and the headers of WXF files.
_LABEL = re.compile(
    rf"(?:^|\s)(?:(?P<plain>{_ANY})\s*:|[【\[](?P<boxed>{_ANY})[】\]]:?|^(?P<wide>[A-Z]{{3,6}})(?:\t|\s\s))\s*"
    rf"(?P<value>.{{1,80}}?)(?=\s+(?:(?:{_ANY})\s*:|[【\[](?:{_ANY})[】\]])|$)"
)
# A name has a letter, and a result stands in no date or number.
_WHO = r"(?=\S{0,7}[^\W\d_])\S{1,8}"
_HEADLINE = re.compile(
    rf"(?:第\S{{1,4}}[局轮輪]\s*)?(?:\S{{1,12}}\s+)?(?P<red>{_WHO}?)\s*"
    r"(?:[(]?(?P<how>[红紅]?先[胜负和勝負]|VS|vs|(?<![\d\-/.:])(?:1-0|0-1|1/2-1/2)(?![\d\-/.:]))[)]?|\s先\s|[(]先[)])"
    rf"\s*(?:\S{{1,12}}\s+)?(?P<black>{_WHO})(?:\s+[(]?\d{{2,4}}[-/.年]\S{{0,12}})?"
)
_SIDE = re.compile("(?:[红紅黑](?:[方棋]|$)|双方|雙方)")
_NUMBERED_GAME = re.compile(r"第\s*[一二三四五六七八九十百\d]{1,4}\s*[局盘盤]")
# The first move of a game, by its number.
_FIRST_ROUND = re.compile(
    rf"\W*(?:第?0{{0,2}}[1一](?:[.)\]:、]|回合)[\s:,.]*|1\s+)(?:[红紅](?:方|棋)?\s*[:\]】]?\s*)?(?={MOVE.pattern})",
    re.VERBOSE | re.IGNORECASE,
)
# A line that speaks of moves instead of making them, and one that says where the text is from.
_REMARK = re.compile(
    r"如果|如走|如改|若|改走|[应應]走|[应應]改|可走|可改|也可|可以|不如|假如|建[议議]|[变變]化|[变變]着|[评評][注註]|[点點][评評]|不能走|不敢"
)
_SIGNATURE = re.compile(r"发自|發自|来自|來自|转自|转载|轉載|版权|sent from|https?://|www\.|©|^--\s*$", re.IGNORECASE)
_ENGINE = re.compile(r"(?:info|bestmove|go|isready|readyok|uciok|setoption)\b")
_NAMED = re.compile(r"[^\W\d_]")
_RULER = re.compile(r"(?:(?:[^\w\s()\[\]{}<>\"',;:]|_)\s*){3,}")
_BRACKETS = re.compile(r"\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\]")
# A move with one character that is none, or without its last.
_HEADS, _SECONDS = (
    "帅帥将將仕士相象马馬傌车車俥伡炮砲包兵卒前中后後",
    "一二三四五六七八九1-9帅帥仕士相象马馬车車炮砲兵卒",
)
_ALMOST = re.compile(
    rf"(?<!\w)(?:[{_HEADS}][{_SECONDS}][进進退平][^\s\d]?|[{_HEADS}][{_SECONDS}]\w[一二三四五六七八九1-9]"
    rf"|\w[{_SECONDS}][进進退平][一二三四五六七八九1-9])(?!\w)"
)
# How much besides moves a line may hold, from what belongs to a game by all appearance to what barely may.
STRICTNESS = ("mostly moves", "only moves", "any move", "everything")


@dataclass
class Lines:
    """The lines of a text that make its games, as a record, and those that were left out."""

    kept: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    talk: int = 0  # how many of those hold moves
    begun: int = 0  # moves of the game that the next line belongs to
    start: int = 0  # where in `kept` the moves of the last game begin
    known: dict[str, str] = field(default_factory=dict)  # tags that the last game has
    coming: dict[str, str] = field(default_factory=dict)  # those said of the next
    written: dict[str, str] = field(default_factory=dict)  # those that the next has in the text itself
    said_by: list[str] = field(default_factory=list)  # the lines that those are from

    @property
    def text(self) -> str:
        """The record."""
        return "\n".join(self.kept)

    def tag(self, tags: dict[str, str], line: str, next_line: str, apart: bool) -> None:
        """Take in what a line says of a game: of the one above, where that has no result, nor other names; of the next,
        where it names players; `apart` says that it stands apart from what is above."""
        heads = {"Red", "Black"} <= tags.keys() | said_of_a_game(next_line).keys()
        if self.begun and not heads:
            self.kept += [tags["Result"]] if "Result" in tags else []
            self.dropped += [] if "Result" in tags else [line]
            self.known |= {name: value for name, value in tags.items() if name == "Result"}
            return
        closes = tags.keys() >= {"Red", "Black", "Result"} and not (apart and MOVE.search(next_line))
        if self.begun and closes and "Result" not in self.known and self._fits(tags):
            self._complete(tags)
            self.divide()
            return
        self.divide()
        self.coming |= tags
        self.said_by.append(line)

    def play(self, moves: int) -> None:
        """Count the moves of the line that comes next, with which a game may begin."""
        if moves and not self.begun:
            self.start = len(self.kept)
            self.known = self.written
            self._add(self.coming)
            self.coming, self.said_by, self.written = {}, [], {}
        self.begun += moves

    def divide(self) -> None:
        """End the game, if there is one."""
        if self.begun:
            self.kept.append("*")
        self.begun = 0

    def keep(self, line: str, outside: str) -> None:
        """Take in a line of a game; `outside` is what of it stands in no brackets."""
        for result in map(read_result, outside.split()):
            self.known |= {"Result": result} if result not in ("", "*") else {}
        self.kept.append(line)

    def finish(self) -> Lines:
        """At the end, names that no game follows are those of the last one, or of nobody."""
        new = self.coming.keys() - self.known.keys()
        if new and self.coming.keys() >= {"Red", "Black"} and self._fits(self.coming):
            self._complete(self.coming)
        else:
            self.dropped += self.said_by
        return self

    def _fits(self, tags: dict[str, str]) -> bool:
        """Whether these may be of the last game: nobody else played it, and it did not end otherwise."""
        return not any(
            name in self.known and self.known[name].split()[-1:] != value.split()[-1:]  # a team may stand before
            for name, value in tags.items()
            if name in ("Red", "Black", "Result")
        )

    def _complete(self, tags: dict[str, str]) -> None:
        self._add({name: value for name, value in tags.items() if name not in self.known})

    def _add(self, tags: dict[str, str]) -> None:
        self.known |= tags
        self.kept[self.start : self.start] = [f'[{name} "{value}"]' for name, value in tags.items()]


def game_lines(text: str, strictness: str) -> Lines:
    """The lines of half-width text that belong to games, at one of `STRICTNESS`."""
    found, depth = Lines(), 0
    lines = text.split("\n")
    for above, line, next_line in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        bare = line.strip()
        if not bare:
            found.kept.append(line)
            continue
        outside = " ".join(_BRACKETS.sub(" ", bare).split()) if not depth else ""
        opened = (
            0 if bare.startswith((";", "%")) else sum(bare.count(c) for c in "{(") - sum(bare.count(c) for c in "})")
        )
        inside, depth = depth > 0 or opened > 0, max(0, depth + opened)
        if inside or TAG_LINE.fullmatch(line) or bare.startswith((";", "%")):
            if TAG_LINE.fullmatch(line):
                found.begun = 0
                name, _, value = bare[1:-1].partition('"')
                found.written[name.strip()] = value.rstrip().removesuffix('"')
            found.play(len(MOVE.findall(bare)) * inside)
            found.kept.append(line)
        else:
            _take(found, line, (above, next_line), outside, strictness)
    return found.finish()


def _take(found: Lines, line: str, around: tuple[str, str], outside: str, strictness: str) -> None:
    """Decide on one line that does not stand inside a comment or a variation."""
    bare = line.strip()
    moves = len(MOVE.findall(bare))
    if _ENGINE.match(bare) and strictness != "everything":
        found.dropped.append(bare)
        found.talk += moves > 0
    elif not moves:
        _take_words(found, line, around, outside)
    elif strictness != "everything" and _is_talk(outside, strictness):
        found.dropped.append(bare)
        found.talk += 1
    else:
        if found.begun > 1 and _FIRST_ROUND.match(bare):
            found.divide()
        found.play(moves)
        found.keep(_SPEAKER.sub("", line), outside)


def _is_talk(outside: str, strictness: str) -> bool:
    """Whether a line with moves speaks of a game rather than being one."""
    if _REMARK.search(outside):
        return True
    others = MOVE.sub(" ", _SPEAKER.sub("", outside))
    words = _letters(ROUND.sub(" ", others))
    made = sum(len(m[0]) for m in MOVE.finditer(outside))
    if strictness == "mostly moves":
        return words > made
    return strictness == "only moves" and bool(words) and not _ALMOST.search(others)


def _take_words(found: Lines, line: str, around: tuple[str, str], outside: str) -> None:
    """Decide on one line without a move."""
    bare = line.strip()
    if bare == "*":
        found.kept.append(line)
    elif not has_words(bare) and not any(c.isdigit() for c in bare):
        found.dropped += [bare] if is_ruler(bare) else []
    elif _SIGNATURE.search(bare):
        found.dropped.append(bare)
    elif tags := said_of_a_game(bare):
        found.tag(tags, bare, around[1], not around[0].strip())
    elif _NUMBERED_GAME.match(bare):
        found.divide()
        found.dropped.append(bare)
    elif _ALMOST.search(outside) or read_result(bare) or read_result(outside):
        found.keep(line, outside)
    elif _is_footer(outside):
        found.dropped.append(bare)
    else:
        found.keep(line, outside)


def is_ruler(line: str) -> bool:
    """Whether a line is drawn, of marks that no game is written with."""
    return bool(_RULER.fullmatch(line.strip()))


def _is_footer(outside: str) -> bool:
    """Whether a line without a move is no part of a game: words with a date or a telephone number, or these alone."""
    rest = DATE_OR_TELEPHONE.sub(" ", outside)
    words = [word for word in rest.split() if not read_result(word)]
    if not any(map(has_words, words)):
        return rest != outside and len(words) == len(rest.split())
    return _letters(rest) > len(" ".join(words)) / 3


def _letters(line: str) -> int:
    return sum(c.isalpha() for c in line)


def said_of_a_game(line: str) -> dict[str, str]:
    """The tags that a line gives: 红方：许银川, or 广东 许银川 先胜 河北 刘殿中."""
    found = {}
    for label in _LABEL.finditer(line):
        word = label["plain"] or label["boxed"] or label["wide"]
        name = next((name for name, words in _LABELS.items() if word in words.split("|")), None)
        value = label["value"].split(";;;")[0]
        if name:
            found[name] = (
                (read_result(value.strip()) or read_result(f"{value.strip()}棋") or "*")
                if name == "Result"
                else _quoted(value)
            )
    headline = None if found else _HEADLINE.fullmatch(line.strip())
    if headline and not any(_SIDE.match(headline[name]) for name in ("red", "black")):
        found = {"Red": _quoted(headline["red"]), "Black": _quoted(headline["black"])}
        result = read_result(f"红{(headline['how'] or '').lstrip('红紅')}") or read_result(headline["how"] or "")
        found |= {"Result": result} if result else {}
    return found


def _quoted(value: str) -> str:
    return value.strip().replace("\\", "\\\\").replace('"', '\\"')


def ignored(lines: list[str]) -> list[Note]:
    """That lines were left out, and what the first of them is."""
    if not lines:
        return []
    first, count = shown(next(filter(has_words, lines), lines[0]), 30), len(lines)
    return [
        (
            f"忽略了 {count} 行棋谱以外的文字：“{first}”{' 等' if count > 1 else ''}",
            f"ignored lines that are no part of the game ({count}): “{first}”{' and more' if count > 1 else ''}",
        )
    ]


def has_words(line: str) -> bool:
    """Whether a line says anything."""
    return bool(_NAMED.search(line))
