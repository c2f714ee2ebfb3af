"""The living half: takes visitors' messages and lets moderators decide.

Importing it runs nothing.
"""
