"""Joins the two halves on one machine: the demonstration, and a server for site and service
together.
"""
