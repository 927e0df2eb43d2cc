"""Formats: each module knows one, what is in it and whether it is whole."""
