"""How long each kind of data is kept (terms.py), and who sees to it (keeper.py)."""
