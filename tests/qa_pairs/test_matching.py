"""What a passage and a question share, and pieces of a passage."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.qa_pairs.encoding import windows
from core.qa_pairs.matching import common_pieces, of_passage, of_question

TEXT = st.text(alphabet="甲乙丙丁。，ab ", max_size=60)


def test_the_longest_common_piece_counts() -> None:
    assert common_pieces("乔戈里峰在中国", "乔戈里峰位于哪个国家") == [4, 4, 4, 4, 0, 0, 1]
    assert common_pieces("", "问题") == []


@given(TEXT, TEXT)
def test_common_pieces_as_defined(text: str, other: str) -> None:
    for i, n in enumerate(common_pieces(text, other)):
        around = [b - a for a in range(i + 1) for b in range(i + 1, len(text) + 1) if text[a:b] in other]
        assert n == max(around, default=0)


def test_features_have_one_index_of_each_group() -> None:
    features = of_passage("泼水节已有700年的历史", "泼水节有多少年历史")
    assert len(features) == 12
    assert len(set(features[0]) & set(features[4])) < 3, "a matched character looks like another"
    # Nothing in common: no distance to speak of.
    assert of_passage("甲乙", "丙丁")[0] == of_passage("丙", "丁")[0]
    assert len(of_question("谁?", "谁知道")) == 2


@given(st.text(alphabet="甲乙丙。！\n ", max_size=200), st.integers(5, 40), st.floats(0, 0.6))
def test_windows_cover_every_sentence(text: str, most: int, overlap: float) -> None:
    found = windows(text, most, overlap)
    assert all(0 < b - a <= most for a, b in found)
    assert found == sorted(set(found))
    covered = {i for a, b in found for i in range(a, b)}
    assert {i for i, c in enumerate(text) if not c.isspace()} <= covered


def test_windows_overlap_as_told() -> None:
    text = "一二三四五六七八九。" * 6
    apart, shared = windows(text, 30), windows(text, 30, 0.4)
    assert apart == [(0, 30), (30, 60)]
    assert shared == [(0, 30), (20, 50), (40, 60)]
