"""Varnish nodes: what they are told, and what they missed."""
