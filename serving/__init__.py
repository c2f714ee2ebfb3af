"""Joins the two halves on one machine: the demonstration, and a server for site and service
together.
"""

HOST = "127.0.0.1"
"""Where the service listens: on this machine alone; a web server stands before it."""
