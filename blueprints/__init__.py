"""Blueprints: what a kind of site must contain and look like, released by the centre and held on every site."""
