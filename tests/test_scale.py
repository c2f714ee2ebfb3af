"""What a far larger site would cost is reckoned from the sites that were built."""

from __future__ import annotations

from dataclasses import fields

from benchmarks.parts.build_scale import MARKED, PAGE, Cost, write_page


def cost(value):
    """Give a cost that is *value* in every respect."""
    return Cost(**{field.name: value for field in fields(Cost)})


def test_slope():
    """Each piece costs the difference by their number, and nothing where less was measured."""
    assert cost(300).slope_from(cost(100), 50) == cost(4)
    assert cost(99).slope_from(cost(100), 50) == cost(0)
    assert cost(300).with_more(cost(4), 1000) == cost(4300)


def test_page(tmp_path):
    """The table replaces what stands between the marks, and the rest of the page stays."""
    page = tmp_path / "scale.md"
    page.write_text(PAGE.read_text("utf-8"), "utf-8")
    write_page(page, {"one": cost(0.003), "many": cost(7300)})
    write_page(page, {"one": cost(0.003), "many": cost(7300)})
    text = page.read_text("utf-8")
    one = "| one | 3 ms | 3 ms | 3 kB | 0.003 | 0.003 B | 0.003 B | 0.003 B | 0.003 |"
    many = "| many | 2.03 h | 2.03 h | 7.3 GB | 7,300 | 7.3 kB | 7.3 kB | 7.3 kB | 7,300 |"
    assert text.count(f"{one}\n{many}\n") == 1
    assert MARKED.sub("", text) == MARKED.sub("", PAGE.read_text("utf-8"))
