"""Pelican, quicker: it reads and renders in several processes, and renders again only what changed.

Whatever it skips, it gives the bytes of a stock Pelican with the same settings, plugins and theme.
"""
