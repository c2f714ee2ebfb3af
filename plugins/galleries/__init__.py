"""Pictures and albums: what cameras give becomes small files of the right widths, albums, a page a
photo; what a camera noted of its owner stays behind.

Settings: ``PICTURE_CACHE``, the folder that keeps what was made; ``PICTURE_QUALITY``, ``standard``
or ``fine``; ``BUILD_CLUSTER``, the address of a Dask scheduler whose workers make the pictures.
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.galleries import handlers

    handlers.connect()
