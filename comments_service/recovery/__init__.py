"""Backups of the whole database, one format for SQLite and PostgreSQL, and the way back."""
