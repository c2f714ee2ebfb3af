"""Breaks things on purpose, one fault a file, and looks at what must still hold; run by
`./run chaos`.
"""
