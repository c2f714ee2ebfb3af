"""The HTML of stories is kept in files from one build to the next."""

from __future__ import annotations

from publishing.engine.bodies import OPEN, Bodies


def test_kept(tmp_path):
    """Each body is read as it was written, by this build before and after it finished, and by the
    next one.
    """
    bodies = Bodies(tmp_path / "bodies")
    kept = {html: bodies.write("0-0", html) for html in ("<p>一</p>", "", "<p>two</p>")}
    assert all(bodies.read(body) == html for html, body in kept.items())
    bodies.close()
    again = Bodies(tmp_path / "bodies")
    assert all(again.read(body) == html for html, body in kept.items())
    again.close()


def test_left_over(tmp_path):
    """What a killed build left under the same name makes way, even while somebody writes to it."""
    killed, bodies = Bodies(tmp_path / "bodies"), Bodies(tmp_path / "bodies")
    killed.write("1-0", "<p>half</p>")
    body = bodies.write("1-0", "<p>whole</p>")
    killed.write("1-0", "<p>late</p>")
    killed.close()
    assert bodies.read(body) == "<p>whole</p>"
    bodies.close()
    assert (tmp_path / "bodies" / "1-0").read_text("utf-8") == "<p>whole</p>"


def test_few_files_are_open(tmp_path):
    """A site that was edited a thousand times does not run out of files that it may open."""
    bodies = Bodies(tmp_path / "bodies")
    kept = [bodies.write(f"{number}-0", str(number)) for number in range(100)]
    bodies.finish()
    assert [bodies.read(body) for body in kept * 2] == [str(number) for number in range(100)] * 2
    assert len(bodies._read) == OPEN
    bodies.close()
