"""Audits a really built and served site: `./run audit` (see CONTRIBUTING.md).

``pages`` names every page type and state; ``site`` builds and serves them; each of the other
modules answers one question about them; ``main`` asks all questions and prints one table.
"""
