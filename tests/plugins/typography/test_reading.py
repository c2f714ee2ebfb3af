"""How long a text takes to read."""

from __future__ import annotations

import pytest

from plugins.typography.reading import HAN_PER_MINUTE, WORDS_PER_MINUTE, reading_minutes


@pytest.mark.parametrize(
    ("content", "minutes"),
    [
        pytest.param("", 1, id="nothing"),
        pytest.param("<p>短。</p>", 1, id="short"),
        pytest.param("<p>" + "字" * HAN_PER_MINUTE + "</p>", 1, id="one minute"),
        pytest.param("<p>" + "字" * (HAN_PER_MINUTE + 1) + "</p>", 2, id="begun minute"),
        pytest.param("<p>" + "word " * 2 * WORDS_PER_MINUTE + "</p>", 2, id="English"),
        pytest.param("字" * HAN_PER_MINUTE + " word" * WORDS_PER_MINUTE, 2, id="mixed"),
        pytest.param("，" * 10_000, 1, id="punctuation takes no time"),
        pytest.param("<pre><code>" + "字" * 10_000 + "</code></pre>", 1, id="code"),
        pytest.param("<img alt='" + "字" * 10_000 + "'>", 1, id="attribute"),
        pytest.param("<ruby>字<rt>" + "zì " * 10_000 + "</rt></ruby>", 1, id="ruby"),
        pytest.param("&lt;" * 10_000, 1, id="entities"),
    ],
)
def test_reading_minutes(content, minutes):
    """Characters and words are counted, tags and code are not; it is never less than a minute."""
    assert reading_minutes(content) == minutes
