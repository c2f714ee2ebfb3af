"""Mirrors the packages; what belongs to the whole stands here."""
