"""Duties: who enforces a law makes it known."""
