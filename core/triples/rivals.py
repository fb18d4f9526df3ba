"""A sentence's triples judged beside each other: of two persons, the nearer one was born there.

A head gives each triple a probability by itself. Which other triples want the same object for another subject, or
another object for the same subject, and where all of them stand, says more: a logistic regression on `FEATURES` makes
of the head's probability the one that is shown. Its weights are fitted by `training.triples.rivals`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.triples.triple import Found, Span

FEATURES = (
    "score",  # the head's, as a logit
    "subject_rival",  # another subject wants the object, under the same relation
    "subject_rival_lead",  # by how much the likeliest of those leads, in logits
    "nearer_rival",  # one of those stands nearer to the object
    "object_rival",  # the subject is given another object too
    "object_rival_lead",
    "other_bounds_lead",  # the same, but for where the names begin or end, scores higher
    "subjects_between",  # other likely subjects between subject and object, at most three
    "any_between",
    "rival_between",  # one of those wants the object too
    "in_turn",  # 分别: 1 where the two stand at the same place of two lists, -1 where they do not
    "subject_first",
    "distance",  # of the two, log(1 + characters)
    "sentence_end",  # 。 or ; between them
    "comma",
    "commas",  # at most nine
    "offset",
)
_LEAST_LEAD = -5.0  # logits: of a rival that is far behind, and of none
_LIKELY, _RIVALS = 0.4, -2.0  # probability of a subject, logit of a rival, that count as such
_MOST = 600  # triples of one sentence that are compared with each other; more are as the head has them
_JOINT = r"[》」』”\"')\]]?\s?(?:、|,|/|和|与|及|跟|同|以及)\s?"
_JOINED = re.compile(_JOINT + r"[《「『“\"'(\[]?")
# Of a list of children each is said to be one: 长子甲、次子乙和女儿丙.
_CHILD = "(?:[一二两三四五六七八九十][个位]?)?[大小长次幼独]?(?<![妻孙侄弟王太公])(?:儿子|女儿|子|女)(?:名叫|叫|为|是)?"
_IS_CHILD, _NEXT_CHILD = re.compile(_CHILD + "$"), re.compile(f"{_JOINT}(?:另?有)?{_CHILD}")
_LONGEST_JOINT, _LONGEST_CHILD = 6, 8
_IN_TURN = re.compile("分别|依次|各自")


def judged(text: str, found: Sequence[Found], weights: Mapping[str, float]) -> list[Found]:
    """`found` in the sentence `text`, each with its probability beside the others; as it is without `weights`."""
    if not weights or not found or len(found) > _MOST:
        return list(found)
    logits = features(text, found) @ np.array([weights[name] for name in FEATURES])
    return [replace(f, score=p) for f, p in zip(found, (1 / (1 + np.exp(-logits))).tolist(), strict=True)]


def features(text: str, found: Sequence[Found]) -> np.ndarray:
    """`FEATURES` of each of the triples `found` in `text`: [N, F], float64."""
    seen = _Compared.of(text, found)
    lead = seen.logit[None, :] - seen.logit[:, None]  # [i, j]: of j before i
    rivals, objects, bounds = seen.subject_rivals(), seen.object_rivals(), seen.other_bounds()
    strong = rivals & (seen.logit > _RIVALS)[None, :]
    distance = _apart(seen.subject, seen.object)
    nearer = _apart(seen.subject[None, :], seen.object[:, None]) < distance[:, None]
    between = seen.between()
    others = between[:, seen.likely_subjects()].sum(1)
    stops, commas = (_count(text, marks, seen.gap) for marks in ("。;", ","))
    columns = [
        seen.logit,
        rivals.any(1),
        _best(lead, rivals),
        (strong & nearer).any(1),
        objects.any(1),
        _best(lead, objects),
        _best(lead, bounds) > 0,
        np.minimum(others, 3),
        others > 0,
        (strong & between).any(1),
        seen.in_turn(text),
        seen.subject[:, 0] < seen.object[:, 0],
        np.log1p(distance),
        stops > 0,
        commas > 0,
        np.minimum(commas, 9),
        np.ones(len(found)),
    ]
    return np.stack([np.asarray(c, dtype=np.float64) for c in columns], axis=1)


@dataclass(frozen=True)
class _Compared:
    """Triples of one sentence as arrays: spans [N, 2], numbers of texts and relations [N], places in lists."""

    subject: np.ndarray
    object: np.ndarray
    logit: np.ndarray
    relation: np.ndarray
    subject_text: np.ndarray
    object_text: np.ndarray
    subject_list: np.ndarray  # [N, 3]: number of the list that it stands in, its place there, the list's length
    object_list: np.ndarray

    @classmethod
    def of(cls, text: str, found: Sequence[Found]) -> _Compared:
        lists = lists_of(text, {span for f in found for span in (f.subject, f.object)})
        return cls(
            np.array([f.subject for f in found]),
            np.array([f.object for f in found]),
            np.array([_logit(f.score) for f in found]),
            _numbers([f.relation for f in found]),
            _numbers([text[slice(*f.subject)] for f in found]),
            _numbers([text[slice(*f.object)] for f in found]),
            np.array([lists[f.subject] for f in found]),
            np.array([lists[f.object] for f in found]),
        )

    def subject_rivals(self) -> np.ndarray:
        """[i, j]: j wants i's object for another subject, which is not of the same list (甲和乙)."""
        other = (self.subject_text[:, None] != self.subject_text) & ~_overlap(self.subject, self.subject)
        found: np.ndarray = self._alike & _overlap(self.object, self.object) & other & ~_listed(self.subject_list)
        return found

    def object_rivals(self) -> np.ndarray:
        """[i, j]: j gives i's subject another object, which is not of the same list."""
        other = (self.object_text[:, None] != self.object_text) & ~_overlap(self.object, self.object)
        same = self.subject_text[:, None] == self.subject_text
        found: np.ndarray = self._alike & same & other & ~_listed(self.object_list)
        return found

    def other_bounds(self) -> np.ndarray:
        """[i, j]: j is i but for where its names begin or end."""
        texts = (self.subject_text[:, None] != self.subject_text) | (self.object_text[:, None] != self.object_text)
        found: np.ndarray = (
            self._alike & texts & _overlap(self.subject, self.subject) & _overlap(self.object, self.object)
        )
        return found

    def between(self) -> np.ndarray:
        """[i, j]: j's subject, another and not of the same list, stands between i's subject and object."""
        begin, end = self.gap
        inside = (self.subject[None, :, 0] >= begin[:, None]) & (self.subject[None, :, 1] <= end[:, None])
        found: np.ndarray = inside & (self.subject_text[:, None] != self.subject_text) & ~_listed(self.subject_list)
        return found

    def likely_subjects(self) -> np.ndarray:
        """Of each likely subject, the number of one of its triples."""
        likely = np.flatnonzero(self.logit > _logit(_LIKELY))
        found: np.ndarray = likely[np.unique(self.subject[likely], axis=0, return_index=True)[1]]
        return found

    def in_turn(self, text: str) -> np.ndarray:
        s, o = self.subject_list, self.object_list
        lists = (s[:, 2] > 1) & (s[:, 2] == o[:, 2]) & (s[:, 0] != o[:, 0])
        found: np.ndarray = lists * np.where(s[:, 1] == o[:, 1], 1, -1) * bool(_IN_TURN.search(text))
        return found

    @property
    def gap(self) -> tuple[np.ndarray, np.ndarray]:
        """Where what stands between subject and object begins and ends; it ends before it begins where they overlap."""
        return (
            np.minimum(self.subject[:, 1], self.object[:, 1]),
            np.maximum(self.subject[:, 0], self.object[:, 0]),
        )

    @property
    def _alike(self) -> np.ndarray:
        """[i, j]: under one relation."""
        found: np.ndarray = self.relation[:, None] == self.relation
        return found


def lists_of(text: str, spans: set[Span]) -> dict[Span, tuple[int, int, int]]:
    """Of each span: the number of the list of names that it is in (甲、乙和丙), its place, and the list's length."""
    begin: dict[int, list[Span]] = {}
    for span in spans:
        begin.setdefault(span[0], []).append(span)
    place: dict[Span, tuple[int, int]] = {}
    for number, span in enumerate(sorted(spans)):
        mine, at = place.setdefault(span, (number, 0))
        joint = _joint(text, span)
        for following in begin.get(joint.end(), ()) if joint else ():
            place.setdefault(following, (mine, at + 1))
    length: dict[int, int] = {}
    for number, at in place.values():
        length[number] = max(length.get(number, 0), at + 1)
    return {span: (number, at, length[number]) for span, (number, at) in place.items()}


def _joint(text: str, span: Span) -> re.Match[str] | None:
    """What stands between the item of a list at `span` and the next."""
    end = span[1] + _LONGEST_JOINT
    if _IS_CHILD.search(text, max(0, span[0] - _LONGEST_CHILD), span[0]):
        return _NEXT_CHILD.match(text, span[1], end + _LONGEST_CHILD) or _JOINED.match(text, span[1], end)
    return _JOINED.match(text, span[1], end)


def _listed(lists: np.ndarray) -> np.ndarray:
    """[i, j]: in one list of names."""
    found: np.ndarray = lists[:, None, 0] == lists[None, :, 0]
    return found


def _overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """[i, j]: spans `a`[i] and `b`[j] have a character in common."""
    found: np.ndarray = (a[:, None, 0] < b[None, :, 1]) & (b[None, :, 0] < a[:, None, 1])
    return found


def _apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Characters between the spans `a` and `b`."""
    found: np.ndarray = np.maximum(np.maximum(a[..., 0], b[..., 0]) - np.minimum(a[..., 1], b[..., 1]), 0)
    return found


def _best(lead: np.ndarray, among: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.where(among, lead, _LEAST_LEAD).max(1).clip(min=_LEAST_LEAD)
    return found


def _count(text: str, marks: str, gap: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """How many of `marks` stand in each gap of `text`."""
    sums = np.concatenate([[0], np.cumsum([c in marks for c in text])])
    found: np.ndarray = sums[np.maximum(gap[1], gap[0])] - sums[gap[0]]
    return found


def _numbers(names: Sequence[str]) -> np.ndarray:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names])


def _logit(p: float) -> float:
    clipped = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(clipped / (1 - clipped))
