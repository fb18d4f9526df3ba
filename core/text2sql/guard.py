"""What SQL may be run: one SELECT over one table, made of parts that are known to be harmless.

The syntax tree is judged, never the text, and what runs is the tree written out again (database.py), so that nothing
can mean one thing here and another thing there.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from core.errors import InputError
from core.text2sql import MAX_SQL
from core.text2sql.table import Table


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Parts of a SELECT, by sqlglot's names. Whatever is not here or below is refused.
_SYNTAX = _words("""
    select from where group having order ordered limit offset distinct join with cte subquery union intersect
    except table tablealias alias column identifier star literal null boolean paren tuple case if qualify var and
    or not eq neq gt gte lt lte is in between like ilike escape similarto glob nullsafeeq nullsafeneq any all
    exists add sub mul div intdiv mod neg pow dpipe cast trycast datatype datatypeparam interval intervalspan
    weekstart filter window windowspec ignorenulls respectnulls withingroup limitoptions
    """)
FUNCTIONS = _words("""
    abs anyvalue approxdistinct argmax argmin avg cbrt ceil coalesce concat concatws contains corr count countif
    covarpop covarsamp cumedist currentdate currenttime currenttimestamp date dateadd datediff datefromparts
    datesub datetimetrunc datetrunc day dayname dayofmonth dayofweek dayofweekiso dayofyear denserank endswith exp
    extract first firstvalue floor greatest groupconcat isinf isnan kurtosis lag last lastday lastvalue lead least
    left length ln log log10 log2 logicaland logicalor lower ltrim max median min minute mode month monthname
    nthvalue ntile nullif percentilecont percentiledisc percentrank quantile quarter rank regexpextract regexplike
    regexpreplace replace reverse right round rownumber rtrim second sign skewness splitpart sqrt startswith
    stddev stddevpop stddevsamp strposition strtotime substring sum timestamp timestampdiff timestampfromparts
    timestamptrunc timetostr todays trim trunc tsordstodate upper variance variancepop week weekofyear xor year
    hour isoweek yearofweek yearofweekiso
    """)
# Those that sqlglot has no class for.
OTHER_FUNCTIONS = _words("""
    age ceiling count_star date_part datepart datesub even hour isodow isoyear isfinite jaro_winkler_similarity
    levenshtein mad nullif ord prefix product quantile_cont quantile_disc sem strip_accents suffix today unicode
    weekday yearweek decade century now fdiv fmod favg fsum geomean geometric_mean minute second monthname dayname
    len
    """)
TYPES = _words("""
    text varchar char nchar nvarchar boolean tinyint smallint int bigint int128 utinyint usmallint uint ubigint
    float double decimal date time timestamp datetime interval
    """)
# Strings may grow in a query, by || and replace, this many times over the longest cell. A vector of strings is made in
# one go that neither the engine's memory limit nor an interrupt reaches, so it must not be large.
_GROWTH = 64
_WIDE = frozenset("，、；：（）｛｝【】‘’“”＝＞＜！＊＋－．　")


def check_select(sql: str, table: Table) -> exp.Expr:
    """The syntax tree (dialect duckdb) of one SELECT over `table` and nothing else.

    Raises:
        InputError: empty, too long, no SQL, more than one statement, no SELECT, another table than `table`, or a
            function or a construction that is not known to be harmless.
    """
    if not sql.strip():
        raise InputError("请输入 SQL", "please enter a query")
    if len(sql) > MAX_SQL:
        raise InputError(
            f"SQL 太长：{len(sql):,} 个字符，上限 {MAX_SQL:,}",
            f"the query is too long: {len(sql):,} characters, the limit is {MAX_SQL:,}",
        )
    try:
        tree = _parse(sql)
        _check_wide(tree, table)
        for node in tree.walk():
            _check_node(node, table)
        _check_growth(tree)
    except RecursionError as error:
        raise InputError("SQL 嵌套太深", "the query is nested too deeply") from error
    return tree


def _parse(sql: str) -> exp.Expr:
    try:
        trees = [tree for tree in sqlglot.parse(sql, read="duckdb") if tree is not None]
    except SqlglotError as error:
        _refuse_wide(_wide_outside_quotes(sql))
        first = str(error).splitlines()[0].split(" Line ")[0].rstrip(". ")
        raise InputError(f"SQL 有语法错误：{first}", f"the query has a syntax error: {first}") from error
    if len(trees) != 1:
        raise InputError("只能执行一条语句", "one statement only")
    tree = trees[0]
    if not isinstance(tree, (exp.Select, exp.SetOperation, exp.Subquery)):
        raise InputError("只能执行 SELECT 查询", "only a SELECT can be run")
    return tree


def _check_node(node: exp.Expr, table: Table) -> None:
    key = node.key
    if isinstance(node, exp.Table):
        _check_table(node, table)
    elif isinstance(node, exp.Anonymous):
        if str(node.this).lower() not in OTHER_FUNCTIONS:
            _refuse_function(str(node.this))
    elif isinstance(node, exp.With) and node.args.get("recursive"):
        raise InputError("不支持递归查询（WITH RECURSIVE）", "recursive queries are not supported")
    elif isinstance(node, exp.DataType):
        if node.this.name.lower() not in TYPES:
            raise InputError(f"不支持类型 {node.sql()}", f"the type {node.sql()} is not supported")
    elif isinstance(node, (exp.Max, exp.Min, exp.ArgMax, exp.ArgMin)) and node.args.get("count"):
        _refuse_function(f"{key}(…, n)")
    elif isinstance(node, exp.Select) and not node.expressions:
        raise InputError("SELECT 后面没有列", "there is no column after SELECT")
    elif isinstance(node, exp.TimeToStr) and not isinstance(node.args.get("format"), exp.Literal):
        raise InputError("日期格式必须是文字，不能是列", "a date format must be a literal, not a column")
    elif isinstance(node, exp.GroupConcat) and node.find_ancestor(exp.Window):
        _refuse_function("string_agg OVER")
    elif key not in _SYNTAX and key not in FUNCTIONS:
        if isinstance(node, exp.Func):
            _refuse_function(node.sql_name())
        shown = key.upper()
        raise InputError(f"不支持这种写法：{shown}", f"this construction is not supported: {shown}")


def _refuse_function(name: str) -> None:
    raise InputError(f"不支持函数 {name[:60]}", f"the function {name[:60]} is not supported")


def _check_table(node: exp.Table, table: Table) -> None:
    if not isinstance(node.this, exp.Identifier):
        name = node.this.sql_name() if isinstance(node.this, exp.Func) else str(node.this)
        _refuse_function(str(node.this.this) if isinstance(node.this, exp.Anonymous) else name)
    extra = [key for key, value in node.args.items() if value and key not in ("this", "alias", "joins")]
    if not extra and (node.name.lower() == table.name.lower() or node.name.lower() in _visible(node)):
        return
    shown = node.sql("duckdb", comments=False)[:60]
    raise InputError(
        f"只能查询表格“{table.name}”，不能读取 {shown}", f'only the table "{table.name}" can be queried, not {shown}'
    )


def _visible(node: exp.Expr) -> set[str]:
    """Names of the WITH queries that the table reference `node` can see: those around it, not itself or later ones."""
    names: set[str] = set()
    inside: exp.Expr | None = None
    parent: exp.Expr | None = node
    while parent is not None:
        if isinstance(parent, exp.CTE):
            inside = parent
        elif not isinstance(parent, exp.With) and (found := parent.args.get("with_")):
            for cte in found.expressions:
                if cte is inside:
                    break
                names.add(cte.alias.lower())
        parent = parent.parent
    return names


def _check_growth(tree: exp.Expr) -> None:
    """Raises InputError if strings could grow beyond what memory bears: each || of two columns doubles them."""
    factor = 16 if tree.find(exp.GroupConcat) else 1
    for node in tree.find_all(exp.DPipe, exp.Concat, exp.ConcatWs, exp.Replace, exp.RegexpReplace):
        if isinstance(node, exp.DPipe):
            factor *= sum(not isinstance(side, exp.Literal) for side in (node.left, node.right)) or 1
        elif isinstance(node, (exp.Concat, exp.ConcatWs)):
            factor *= max(1, sum(not isinstance(part, exp.Literal) for part in node.expressions))
        else:
            new = node.args.get("replacement")
            factor *= 1 + len(new.name) if isinstance(new, exp.Literal) else 1 if new is None else _GROWTH + 1
        if factor > _GROWTH:
            raise InputError(
                "文字拼接或替换太多，结果可能过长",
                "too much joining or replacing of text: the result could be too long",
            )


def _check_wide(tree: exp.Expr, table: Table) -> None:
    """Full-width marks in unquoted names are typing errors unless a column or an alias is so called."""
    known = {column.name.lower() for column in table.columns} | {table.name.lower()}
    for name in tree.find_all(exp.Identifier):
        if not name.args.get("quoted") and name.name.lower() not in known:
            _refuse_wide({c for c in name.name if c in _WIDE})


def _wide_outside_quotes(sql: str) -> set[str]:
    try:
        tokens = sqlglot.tokenize(sql, read="duckdb")
    except SqlglotError:
        return {c for c in sql if c in "‘’“”"}
    return {c for t in tokens if t.token_type == TokenType.VAR for c in t.text if c in _WIDE}


def _refuse_wide(marks: set[str]) -> None:
    if marks:
        listed = " ".join(sorted(marks))
        raise InputError(
            f"SQL 里有全角标点 {listed}，请改成半角；名字里有标点的列要加双引号",
            f"the query has full-width punctuation {listed}: use half-width marks, and double quotes around such names",
        )
