"""The static half: what Pelican bakes, each plugin with thin handlers and logic that knows no
Pelican.
"""
