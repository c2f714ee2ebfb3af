"""A plugin that cannot be registered."""


def register():
    """Fail."""
    raise RuntimeError("raising_plugin cannot be registered")
