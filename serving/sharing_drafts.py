"""``./run share-draft``: lets a colleague read a draft at an address of its own, for some days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from comment_archive.due import Due
from comments_service.config import Config
from plugins.campaign.addresses import story_slug
from plugins.campaign.states import State, state_of
from plugins.drafts.shared import (
    FILE,
    SharedDraft,
    active,
    new_token,
    read_drafts,
    take_down,
    write_drafts,
)
from plugins.editing.sources import Source, read_source
from publishing.build import BuildPlan, build, settings_of
from publishing.release import BuildError, Releases
from serving.environment import ServingError, build_plan, releases_of

MOST_DAYS = 90
"""What has to be read for longer is to be published."""
HELD = "网站退回了旧的一版：请维护网站的人先运行 ./run build，再来预览"
NOT_BUILT = "还没有用这一版程序生成过网站：请维护网站的人先运行 ./run build"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where drafts are shared: the site as it was built last, and the file that lists them."""

    plan: BuildPlan
    releases: Releases
    site_url: str
    content: Path
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, config: Config, now: datetime | None = None) -> Desk:
        """Open it for *config*; raises ServingError before the first build of this version: only
        that tells with which settings the site is built.
        """
        releases = releases_of(config)
        current = releases.current()
        file = Due.read(current.records).settings if current else ""
        if not file:
            raise ServingError(NOT_BUILT)
        plan = build_plan(config, file)
        settings: dict[str, Any] = settings_of(plan)
        zone = ZoneInfo(settings["TIMEZONE"])
        content, now = Path(settings["PATH"]), (now or datetime.now(UTC)).astimezone(zone)
        return cls(plan, releases, config.site_url, content, zone, now)

    @property
    def file(self) -> Path:
        """The list of what is shared."""
        return self.releases.root.with_name(FILE)

    def share(self, name: str, days: int) -> str:
        """Show the draft *name* for *days*, and say where; a draft that is shown keeps its address.

        Raises ServingError for what is no draft, and BuildError when it cannot be built: then
        nothing more is shown than before.
        """
        if self._is_held:
            raise ServingError(HELD)
        if not 1 <= days <= MOST_DAYS:
            raise ServingError(f"--days {days}：写 1 到 {MOST_DAYS} 之间的天数")
        story = self._story(name)
        before = active(read_drafts(self.file), self.now)
        tokens = [each.token for each in before if each.story == story]
        expires = (self.now + timedelta(days=days)).astimezone(UTC).replace(microsecond=0)
        made = SharedDraft(story, next(iter(tokens), "") or new_token(), expires.isoformat())
        write_drafts(self.file, [*(each for each in before if each.story != story), made])
        try:
            build(self.plan, now=self.now)
        except BuildError:
            write_drafts(self.file, before)
            raise
        return f"{self._told(made)}。谁有这个地址都能看，请只发给要看的人"

    def listed(self) -> Iterator[str]:
        """Say in a line each what is shown."""
        for each in active(read_drafts(self.file), self.now):
            is_there = (self.content / each.story).is_file()
            yield self._told(each) + ("" if is_there else "（文章已经不在）")

    def end(self, name: str) -> list[str]:
        """Show the draft *name* no more, whether the content can be built or not; says which."""
        drafts = active(read_drafts(self.file), self.now)
        ended = [each for each in drafts if name in _names_of(each)]
        if not ended:
            raise ServingError(f"没有正在预览的“{name}”：./run share-draft --list 列出全部")
        kept = [each for each in drafts if each not in ended]
        write_drafts(self.file, kept)
        for release in self.releases.all():
            take_down(release.public, {each.token for each in kept})
        if not self._is_held:
            build(self.plan, now=self.now)
        return [f"不再预览：{each.story}" for each in ended]

    @property
    def _is_held(self) -> bool:
        """Whether an older release was brought back by hand, which a build would undo."""
        current = self.releases.current()
        return current is not None and Due.read(current.records).is_held

    def _told(self, draft: SharedDraft) -> str:
        until = f"{draft.ends.astimezone(self.zone):%Y-%m-%d %H:%M}"
        return f"{draft.story}  {self.site_url}{draft.address}  有效期至 {until}"

    def _story(self, name: str) -> str:
        """Give the path of the story called *name*, below the content; raises ServingError."""
        paths = {path: path.relative_to(self.content).as_posix() for path in self._files()}
        found = [path for path, file in paths.items() if name in _names_of_file(file)]
        if not found:
            known = sorted({path.stem for path in paths})
            near = get_close_matches(name, known, n=1)
            mend = f"是不是 {near[0]}？" if near else "写 content/stories 里的文件名"
            raise ServingError(f"没有叫“{name}”的文章：{mend}")
        self._require_draft(read_source(found[0]))
        return paths[found[0]]

    def _files(self) -> Sequence[Path]:
        return sorted((self.content / "stories").rglob("*.md"))

    def _require_draft(self, source: Source) -> None:
        state = state_of(source.value, self.now)
        if state is State.PUBLISHED:
            address = f"{self.site_url}/stories/{story_slug(source.path)}/"
            raise ServingError(f"“{source.path.stem}”已经公开：{address}")
        if state is State.WITHDRAWN:
            raise ServingError(f"“{source.path.stem}”已经撤下：改成 status: draft 才能预览")


def _names_of(draft: SharedDraft) -> set[str]:
    return {draft.token, draft.address, *_names_of_file(draft.story)}


def _names_of_file(file: str) -> set[str]:
    """Give what an editor may call the story *file*."""
    path = Path(file)
    return {file, f"content/{file}", path.name, path.stem, story_slug(file)}
