"""Benches: how fast the product is, measured on this machine (`python -m bench`). Nothing of the product imports it."""
