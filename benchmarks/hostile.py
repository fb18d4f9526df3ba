"""Values that nobody means well with: for templates, for SQL, for files, for parsers, for whoever trusts a type."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

MARKUP = [
    "${alert(1)}",
    "${(() => { window.modouBroken = 1 })()}",
    "{{value}}",
    "{{constructor.constructor('alert(1)')()}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "`${alert(1)}`",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</script><script>window.modouBroken = 1</script>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "\"><img src=x onerror='window.modouBroken=1'>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
    "<!--",
    "]]>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "$$\\href{javascript:alert(1)}{x}$$",
]
SQL = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT content FROM read_text('/etc/passwd')",
    "FROM '/etc/passwd'",
    "'; DROP TABLE x; --",
    "\"; ATTACH 'x.db'; --",
    "1 UNION SELECT * FROM read_blob('/etc/passwd')",
    "COPY (SELECT 1) TO 'modou-fuzz'",
    "INSTALL httpfs; LOAD httpfs",
    "SELECT getenv('HOME')",
    "SELECT * FROM duckdb_settings()",
    "PRAGMA database_list",
    "SELECT repeat('x', 1000000000)",
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
    "SELECT * FROM range(1000000000) a, range(1000000000) b",
    "SELECT " + "(" * 500 + "1" + ")" * 500,
    "SELECT 1/0",
    "SELECT '\x00'",
]
PATHS = [
    "/etc/passwd",
    "../../../../../../etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "file:///etc/passwd",
    "/proc/self/environ",
    "/proc/self/mem",
    "/dev/zero",
    "~/.ssh/id_rsa",
    "C:\\boot.ini",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "assets/../app.py",
    "http://127.0.0.1:1/x",
    "/etc/passwd\x00.csv",
    "//etc/passwd",
    "a" * 5000,
]
TEXTS = [
    "",
    " ",
    "\n",
    "\t\r\n\u3000",
    "\x00",
    "a\x00b",
    "\ud83d",
    "\udc00字",
    "字" + "\ud800" * 50,
    "\u202e吴京是演员\u202d",
    "Z̸̢̛͖̩̗̈́̀͒͝a̴̧̛l̵̡̛g̷̢̛o̸",
    "字" + "\u0301" * 3000,
    "\u200b" * 500,
    "\ufeff字",
    "🀄" * 300,
    "👨‍👩‍👧‍👦" * 60,
    "﷽" * 100,
    "܀" * 400,
    "\ufffe\uffff",
    "1" * 400,
    "-1e999",
    "NaN",
    "0x1F",
    "٣٤٥",
    "一" * 4999,
    "字" * 20_001,
    "a" * 1_000_000,
    "《" * 2000,
    "，。！？" * 200,
    "(" * 3000,
    "\\" * 999,
    '"' * 999,
    "%s%n%d{0}{x!r}",
    "__class__.__mro__",
]
GAMES = [
    "h2e2",
    "h2e2 h2e2",
    "i9i0 i0i9",
    "z9z9",
    "h2e2" * 1000,
    "h2e2 " * 700,
    "0000",
    "e0e1 e9e8 e1e0 e8e9 " * 200,
    "rnbakabnr/9/1c5c1/p1p1p1p1p/9/9/P1P1P1P1P/1C5C1/9/RNBAKABNR w - - 0 1",
    "rnbakabnr/9/1c5c1/p1p1p1p1p/9/9/P1P1P1P1P/1C5C1/9/RNBAKABNR",
    "9/9/9/9/9/9/9/9/9/9 w",
    "KKKKKKKKK/9/9/9/9/9/9/9/9/kkkkkkkkk w",
    "4k4/9/9/9/9/9/9/9/9/4K4 b",
    "99999999999999999999/9/9/9/9/9/9/9/9/9 w",
    "4k4/9/9/9/9/9/9/9/9/4K4 w - - 999999999999999999999 -5",
    "///////// w",
    "x" * 9 + "/9" * 9 + " w",
    '[Game "x"]\n\n1. 炮二平五 马8进7 2. ???',
    '[FEN "' + "K" * 4000 + '"]\n1. h2e2',
    "1. " * 5000,
]
NUMBERS: list[Any] = [
    0,
    -1,
    1,
    2**31,
    2**63,
    -(2**63) - 1,
    10**308,
    10**400,
    0.1,
    -0.0,
    1e-320,
    1e308,
    float("nan"),
    float("inf"),
    float("-inf"),
    True,
    False,
    None,
]
TABLES: list[Any] = [
    {},
    {"header": [], "rows": []},
    {"header": ["a"], "rows": []},
    {"header": ["a"], "rows": [[]]},
    {"header": ["a", "b"], "rows": [[1], [1, 2, 3], []]},
    {"header": ["a", "a", "A", ""], "rows": [[1, 2, 3, 4]]},
    {"header": [None, 5, {"x": 1}], "rows": [[None, [1], {"y": 2}]]},
    {"header": ["a"], "rows": [[float("nan")], [float("inf")], [10**400], ["1e999"]]},
    {"header": ["a" * 100_000], "rows": [["b" * 100_000]]},
    {"header": [str(i) for i in range(2000)], "rows": [list(range(2000))]},
    {"header": ["城市", "人口"], "rows": [["甲", "3万"], ["乙", None], ["\ud83d", "\x00"]], "types": ["text", "real"]},
    {"header": ["a"], "rows": [["x"]], "types": ["nonsense"], "name": '"; DROP TABLE x; --'},
    {"header": MARKUP[:5], "rows": [MARKUP[5:10], SQL[:5]]},
    {"header": ["日期"], "rows": [["0000-00-00"], ["9999-99-99"], ["二〇二四年十三月"], ["-5000000-01-01"]]},
    {"header": ["a"], "rows": "x"},
    {"header": "ab", "rows": [["x", "y"]]},
    {"rows": [[1]]},
    {"header": ["a"], "rows": [["x"] * 3] * 5000},
    {"table_path": "/etc/passwd"},
    [["a"], [1]],
    "a,b\n1,2",
]
FILES: list[tuple[str, bytes]] = [
    ("x.csv", b""),
    ("x.csv", b"\x00" * 1000),
    ("x.csv", b'a,b\n"1,2\n3'),
    ("x.csv", b"a;b;c\n1,2\n\n\n;;;;;\n"),
    ("x.csv", "城市,人口\n甲,3万\n乙,\ud83d".encode("utf-8", "surrogatepass")),
    ("x.csv", "城市,人口\n甲,3\n".encode("utf-16")),
    ("x.csv", b"\xff\xfe\x00\x00" + b"x" * 99),
    ("x.csv", b"," * 50_000 + b"\n1"),
    ("x.csv", ("a\n" + "<img src=x onerror=alert(1)>\n" * 50).encode()),
    ("x.xlsx", b"PK\x03\x04" + b"\x00" * 400),
    ("x.xlsx", b"not a workbook"),
    ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    ("x.parquet", b"PAR1" + b"\xff" * 200 + b"PAR1"),
    ("x.jsonl", b"{" * 2000),
    ("x.jsonl", b'{"text": ' * 500),
    ("x.jsonl", b'[1]\n"x"\nnull\n{"text": 5}\n{"text": "\\ud83d", "spo_list": [[1]]}'),
    ("x.json", b"[" * 50_000),
    ("../../../../etc/cron.d/x.csv", b"a,b\n1,2"),
    ("..\\..\\x.csv", b"a,b\n1,2"),
    ("/etc/passwd", b"a,b\n1,2"),
    ("a" * 300 + ".csv", b"a,b\n1,2"),
    ("<img src=x onerror=alert(1)>.csv", b"a,b\n1,2"),
    ("${alert(1)}.txt", "战狼2是吴京执导的电影".encode()),
    ("x\x00.csv", b"a,b\n1,2"),
    (".csv", b"a,b\n1,2"),
    ("x", b"\x7fELF" + b"\x01" * 300),
    ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("x.html", b"<script>alert(1)</script>"),
    ("x.txt", ("字" * 300_000).encode()),
    ("x.md", b"\xe5\xad" * 3000),
]
_NESTED: Any = 1
for _ in range(300):
    _NESTED = [_NESTED, {"a": 1}]

HAND_MADE: list[Any] = [
    *MARKUP,
    *SQL,
    *PATHS,
    *TEXTS,
    *GAMES,
    *NUMBERS,
    *TABLES,
    _NESTED,
    [],
    {},
    [None],
    {"__class__": "x"},
    {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
    {"path": "/proc/self/environ", "orig_name": "x.csv", "meta": {"_type": "gradio.FileData"}},
    {"url": "file:///etc/passwd", "path": None, "meta": {"_type": "gradio.FileData"}},
    [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}],
    {"__type__": "update", "value": "x"},
    {str(i): i for i in range(500)},
    ["字"] * 3000,
    [[["x"]]] * 100,
]

_TEXT = st.text(st.characters(), max_size=60) | st.text(
    st.sampled_from("战狼吴京a1，。\ud83d\x00<>${}\"'|\n /"), max_size=60
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | _TEXT | st.sampled_from(MARKUP + TEXTS[:20])
JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_TEXT, inner, max_size=5), max_leaves=12
)
_MOVE = st.builds(
    lambda a, b, c, d: f"{a}{b}{c}{d}", *(st.sampled_from(kinds) for kinds in ("abcdefghi", "0123456789") * 2)
)
_FEN = st.text(st.sampled_from("rnbakcpRNBAKCP123456789/ wb-"), max_size=90)
GAME = st.lists(_MOVE, max_size=6).map(" ".join) | _FEN
TABLE = st.fixed_dictionaries(
    {"header": st.lists(_SCALARS, max_size=4), "rows": st.lists(st.lists(_SCALARS, max_size=4), max_size=4)}
)


def made(number: int, start: int) -> list[Any]:
    """`number` values of any shape that hypothesis thinks up from the seed `start`."""
    found: list[Any] = []

    @seed(start)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(JSON, JSON, _TEXT, GAME, TABLE))
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found
