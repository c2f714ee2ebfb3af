"""Notices to visitors and moderators: kept in an outbox, delivered by the publisher's process."""
