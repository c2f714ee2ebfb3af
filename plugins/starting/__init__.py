"""Begins what editors go on with: a story, an album, a campaign of its own.

Questions are asked on a terminal, or answered by options; a file is written when all is known, and
nothing that is there is ever overwritten.
"""
