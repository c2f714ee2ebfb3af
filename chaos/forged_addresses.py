"""Writes through nginx with forged headers: whatever a visitor claims, his address is the one that
he has, and limits count it.
"""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import distinct, func, select

from chaos.rows import Row, none_of
from chaos.servers import Nginx
from chaos.stage import Service, ask, make_site, send_form
from comments_service.models import Comment
from comments_service.networks import mask_address
from serving import HOST
from tests.living_site import LivingSite
from tests.site.browserless import free_port

CLAIMS = (
    *("1.2.3.4", "1.2.3.4, 5.6.7.8", "1.2.3.4,", ",1.2.3.4", " , , ", '"', '"1.2.3.4', "'1.2.3.4'"),
    *("1.2.3.4:80", "[2001:db8::1]:80", "2001:db8::1", "::ffff:1.2.3.4", "::1", "127.0.0.9"),
    *("unknown", "_hidden", "for=1.2.3.4", "1.2.3.4 5.6.7.8", "1.2.3.4;5.6.7.8", "1.2.3.4\t", "0"),
    *("localhost", "999.1.2.3", "0x01020304", "16909060", "1.2.3.4%eth0", "%31.2.3.4", "\xff"),
    ", ".join(f"9.9.{number}.9" for number in range(200)),
)
HEADERS = (
    *("X-Forwarded-For", "x_forwarded_for", "X-Real-IP", "Forwarded", "X-Client-IP", "Client-IP"),
    *("True-Client-IP", "CF-Connecting-IP", "X-Cluster-Client-IP", "X-Originating-IP", "Via"),
    *("X-Remote-Addr", "Remote-Addr", "X-ProxyUser-Ip", "Fastly-Client-IP", "X-Host"),
)


def run(folder: Path, quick: bool) -> list[Row]:
    """Write with every claim in the header that counts, and one claim in all others."""
    claims = [{"X-Forwarded-For": claim} for claim in CLAIMS]
    claims += [{name: "1.2.3.4"} for name in HEADERS]
    site = make_site(folder / "site")
    public = site.releases / "current" / "public"
    try:
        with Service.of(site, COMMENTS_PROXY_HOPS="1", COMMENTS_PROOF_AFTER="1") as service:
            nginx = Nginx.make(
                folder / "nginx", port=free_port(), public=public, services=[service.port]
            )
            with nginx:
                return _judged(site, nginx.port, claims)
    finally:
        site.close()


def _judged(site: LivingSite, port: int, claims: list[dict[str, str]]) -> list[Row]:
    taken = unasked = 0
    for number, headers in enumerate(claims):
        fields = {"thread": "first", "text": f"第{number}个自称", "nonce": f"forged-{number}"}
        taken += send_form(port, "/messages/new", fields, headers=headers).status == 303
        asked = json.loads(ask(port, "/messages/proof", headers=headers).text)
        unasked += not asked["needed"]
    with site.database.reading() as session:
        networks, sent = session.execute(
            select(func.count(distinct(Comment.address)), func.count())
        ).one()
        seen = str(session.scalar(select(func.min(Comment.address))))
    is_met = (networks, seen) == (1, mask_address(HOST))
    return [
        Row("networks seen, whatever was claimed", "1", f"{networks} ({sent} messages)", is_met),
        none_of("forged requests not answered", len(claims) - taken, len(claims), "requests"),
        none_of("forged requests that a limit did not see", unasked, len(claims), "requests"),
    ]
