"""What of the settings is this campaign's own; all others are those of pelicanconf.py.

docs/configuration.md explains them. Nothing secret belongs here.
"""

SKIN = ""
TIMEZONE = "Asia/Shanghai"
