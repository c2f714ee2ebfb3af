"""Words are read as pypinyin reads them, whose dictionaries would take more memory than a site."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from plugins.typography.phrases import syllables

ENDS = ("", "a1", "〇", "，", "㐀", "\U000313c5", "龘ok")


def test_phrases_and_characters_are_read_alike():
    """Phrases and characters that pypinyin knows are read as it reads them."""
    words = [*PHRASES_DICT, *map(chr, PINYIN_DICT)][::5]
    assert [word for word in words if syllables(word) != lazy_pinyin(word)][:5] == []


def test_joined_phrases_are_parted_alike():
    """Parts of phrases, one after another, are parted as pypinyin parts them."""
    chosen, phrases = random.Random(1), list(PHRASES_DICT)
    for _ in range(3000):
        one, other = chosen.choice(phrases), chosen.choice(phrases)
        begin, end = chosen.randrange(len(one)), chosen.randrange(1, len(other) + 1)
        word = one[begin:] + other[:end] + chosen.choice(ENDS)
        assert syllables(word) == lazy_pinyin(word)


@pytest.mark.parametrize(
    ("word", "read"),
    [
        pytest.param("重庆", ["chong", "qing"], id="phrase"),
        pytest.param("女", ["nv"], id="ü"),
        pytest.param("U站", ["U", "zhan"], id="letters"),
        pytest.param("", [], id="nothing"),
        pytest.param("\ue000", ["\ue000"], id="a character without a reading"),
    ],
)
def test_syllables(word, read):
    """Syllables have no tones; what cannot be read stays."""
    assert syllables(word) == read


def test_dictionaries_are_not_loaded():
    """Addresses are made without pypinyin's own lists."""
    code = "import sys; from plugins.typography.pinyin import pinyin_slug; "
    code += "assert pinyin_slug('重庆银行') == 'chong-qing-yin-hang'; "
    code += "sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
