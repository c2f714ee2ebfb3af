"""The audit's eyes are open: it sees what is wrong with a page that was made wrong."""

from __future__ import annotations

from audit.accessibility import faults
from audit.browser import Look

WRONG = """<!DOCTYPE html><html lang="zh-CN"><title>错</title><main><h1>错</h1>
<img src="data:," width="9" height="9"><p style="inline-size: 500px">宽</p>
<p class="faint">看不清的一行字</p><style>@media (prefers-color-scheme: dark) {
body { background: #000 } .faint { color: #222 } }</style></main>"""


def test_faults_are_seen(phone):
    """A picture without words is seen, faint writing in the dark only, and what sticks out."""
    phone.set_content(WRONG)
    light, dark = Look(390), Look(390, "dark")
    in_light = [line.split(" (")[0] for _, line in faults(phone, [light])]
    assert in_light == ["390 px, light: image-alt: img", "390 px, light: sticks out"]
    in_dark = [line for what, line in faults(phone, [dark]) if what == "axe"]
    assert [line for line in in_dark if "color-contrast: .faint" in line]
    assert not [line for _, line in faults(phone, [Look(1280)]) if "sticks out" in line]
