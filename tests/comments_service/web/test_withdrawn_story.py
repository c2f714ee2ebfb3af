"""What visitors and moderators see of messages whose story was withdrawn."""

from __future__ import annotations

from comments_service.models import Action
from tests.comments_service.web.visiting import send, stored, token_of

LINES = "status: withdrawn\nwithdrawn: 2015-12-30 消息来源有误\n"


def test_withdrawn_and_published_again(client, site):
    """The form answers 410 with a sentence, a message that comes is refused and may go to the
    board, and the receipt says why its message is not shown; all of it until the story is back.
    """
    receipt = f"/messages/receipt/{token_of(send(client))}"
    site.decide(1, Action.APPROVE)
    site.publish()
    assert 'href="/stories/first/#m-1"' in client.get(receipt).text
    path = site.root / "content" / "stories" / "first.md"
    text = path.read_text("utf-8")
    path.write_text(LINES + text, "utf-8")
    site.build()
    form = client.get("/messages/new?thread=first")
    assert form.status_code == 410
    assert "《故事first》已经撤下，不再收留言" in form.text
    assert "<form" not in form.text
    refused = send(client, text="还能写吗？")
    assert refused.status_code == 422
    assert "《故事first》已经撤下" in refused.text
    assert "就会写到留言板上" in refused.text
    assert len(stored(site)) == 1
    page = client.get(receipt).text
    assert "写给的报道已经撤下" in page
    assert "#m-1" not in page
    path.write_text(text, "utf-8")
    site.build()
    page = client.get(receipt).text
    assert "写给的报道已经撤下" not in page
    assert 'href="/stories/first/#m-1"' in page
    assert client.get("/messages/new?thread=first").status_code == 200
