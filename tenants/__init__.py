"""Organisations, their hosts, and the current site: the ground floor, which knows nothing above it."""
