"""Where a release can be published to: one file a kind of place, tried in the order of TARGETS."""

from __future__ import annotations

from publishing.targets.files import PublishError, Target
from publishing.targets.folder import FolderTarget
from publishing.targets.rclone import RcloneTarget
from publishing.targets.rsync import RsyncTarget

TARGETS = (RsyncTarget, RcloneTarget, FolderTarget)
"""The first that knows an address is taken; a folder is whatever is no other."""


def target_at(address: str) -> Target:
    """Give the place that *address* names; raises PublishError for an empty one."""
    for kind in TARGETS if address.strip() else ():
        if (target := kind.at(address.strip())) is not None:
            return target
    raise PublishError("No place is named: write a folder, user@host:/path, or remote:bucket/path")
