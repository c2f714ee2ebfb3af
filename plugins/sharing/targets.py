"""Where a page can be shared to: one row a target."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

LONGEST_SUMMARY = 80
"""Characters; the services show no more, and every one costs nine bytes in a link."""


@dataclass(frozen=True, slots=True)
class Target:
    """A service that takes a page in a link; what it does not take has no field."""

    label: str
    address: str
    title_field: str = "title"
    summary_field: str = ""
    picture_field: str = ""


TARGETS: dict[str, Target] = {
    "weibo": Target("微博", "https://service.weibo.com/share/share.php", picture_field="pic"),
    "qq": Target(
        "QQ",
        "https://connect.qq.com/widget/shareqq/index.html",
        summary_field="summary",
        picture_field="pics",
    ),
    "qzone": Target(
        "QQ空间",
        "https://sns.qzone.qq.com/cgi-bin/qzshare/cgi_qzshare_onekey",
        summary_field="summary",
        picture_field="pics",
    ),
}


@dataclass(frozen=True, slots=True)
class ShareLink:
    """One link of the share bar."""

    label: str
    href: str


def share_links(
    names: tuple[str, ...], page_url: str, title: str, summary: str = "", picture: str = ""
) -> list[ShareLink]:
    """Give the links for the targets *names*; *page_url* and *picture* are absolute.

    Raises KeyError for a target that is not in :data:`TARGETS`.
    """
    targets = [TARGETS[name] for name in names]
    return [
        ShareLink(target.label, _address(target, page_url, title, summary, picture))
        for target in targets
    ]


def _address(target: Target, page_url: str, title: str, summary: str, picture: str) -> str:
    """Put what *target* takes, as far as there is any, into its address."""
    given = {
        "url": page_url,
        target.title_field: title,
        target.summary_field: _shortened(summary),
        target.picture_field: picture,
    }
    fields = {name: value for name, value in given.items() if name and value}
    return f"{target.address}?{urlencode(fields)}"


def _shortened(summary: str) -> str:
    if len(summary) <= LONGEST_SUMMARY:
        return summary
    return summary[: LONGEST_SUMMARY - 2].rstrip("，。、；：") + "……"
