"""Papers: drawn by rule, kept as a list of items, marked. Nothing here knows who sits them."""
