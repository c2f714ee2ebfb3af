"""Brings content and archive to the readers: whole releases, and single pages after a decision."""
