"""``./run write``: the site while it is being written, with what the checks say beside each page.

A process of its own builds (``builder``), warm, again after each save, by the same code as every
build; the other one watches files, serves the last whole build to a browser on this machine, and
tells the browser what changed.
"""
