"""Where a page can be shared to: one row a target."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Target:
    """A service that takes a page's address and title in a link."""

    label: str
    address: str
    title_field: str


TARGETS: dict[str, Target] = {
    "weibo": Target("微博", "https://service.weibo.com/share/share.php", "title"),
    "qq": Target("QQ", "https://connect.qq.com/widget/shareqq/index.html", "title"),
    "qzone": Target(
        "QQ空间", "https://sns.qzone.qq.com/cgi-bin/qzshare/cgi_qzshare_onekey", "title"
    ),
}


@dataclass(frozen=True, slots=True)
class ShareLink:
    """One link of the share bar."""

    label: str
    href: str


def share_links(names: tuple[str, ...], page_url: str, title: str) -> list[ShareLink]:
    """Give the links for the targets *names*; raises KeyError for one that is not in
    :data:`TARGETS`.
    """
    targets = [TARGETS[name] for name in names]
    return [
        ShareLink(
            target.label,
            f"{target.address}?{urlencode({'url': page_url, target.title_field: title})}",
        )
        for target in targets
    ]
