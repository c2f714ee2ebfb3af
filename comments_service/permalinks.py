"""Where a published message stands now."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from comment_archive.directory import BOARD, Directory, permalink
from comments_service.models import Comment


def message_link(session: Session, comment: Comment, directory: Directory) -> str | None:
    """Give the address where the message can be read, if it was ever published and its story was
    not withdrawn.
    """
    if comment.position is None or comment.wall_position is None:
        return None
    if comment.thread in directory.withdrawn:
        return None
    thread = directory.threads.get(comment.thread) or directory.threads[BOARD]
    on_wall = thread.id == BOARD
    last = session.scalar(
        select(func.max(Comment.wall_position))
        if on_wall
        else select(func.max(Comment.position)).where(Comment.thread == comment.thread)
    )
    position = comment.wall_position if on_wall else comment.position
    length = directory.site.page_length
    return permalink(
        thread, number=comment.id, position=position, last=last or position, length=length
    )
