"""Questions in Chinese about one table, answered by a SQL query that is built, shown and run."""

from __future__ import annotations

# What a table may be. Files and pasted text beyond these are refused with the limit in the message.
MAX_BYTES = 50_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 100
MAX_PASTE = 2_000_000
# Characters of a cell; longer ones are cut, with a note.
MAX_CELL = 2_000
# Characters of a column's or table's name.
MAX_NAME = 100
# Characters of a query.
MAX_SQL = 10_000
