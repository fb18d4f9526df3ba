"""Entity substitution: the same sentence about other people, films, companies.

A small model learns the names of a small training set by heart. Swapping an entity for another that plays the same
part in the training triples keeps the sentence's grammar and its triples and takes the names away.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]
# Subject, relation, object.
Fact = tuple[str, str, str]


def entity_roles(row: Row) -> dict[str, str]:
    """Each entity of a row's triples and its part in the first of them; finer than its type (a mother is no father)."""
    roles: dict[str, str] = {}
    for spo in row["spo_list"]:
        for role in ("subject", "object"):
            roles.setdefault(spo[role], f"{spo['predicate']}/{role}")
    return roles


class Substitution:
    """Draws substitutes from the entities of `rows` in the same part, as often as they occur there."""

    def __init__(self, rows: Iterable[Row], seed: int) -> None:
        self.rng = random.Random(seed)
        self.pools: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            for entity, role in entity_roles(row).items():
                self.pools[role].append(entity)

    def __call__(self, row: Row, rate: float = 0.6) -> Row:
        """`row` with each replaceable entity swapped with probability `rate`.

        Replaceable is what stands in the text exactly once and is neither part of another entity nor holds one: only
        then is it certain which characters change.
        """
        roles = entity_roles(row)
        text, renamed = row["text"], {}
        for entity, role in roles.items():
            entangled = any(entity in other or other in entity for other in roles if other != entity)
            if entangled or text.count(entity) != 1 or self.rng.random() > rate:
                continue
            substitute = self.rng.choice(self.pools[role])
            if substitute in text or len(text) - len(entity) + len(substitute) > 250:
                continue
            text = text.replace(entity, substitute)
            renamed[entity] = substitute
        triples = [
            spo | {role: renamed.get(spo[role], spo[role]) for role in ("subject", "object")} for spo in row["spo_list"]
        ]
        return row | {"text": text, "spo_list": triples}
