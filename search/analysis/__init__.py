"""Chinese text for search: one analyser for both engines, in plain Python, for what is written and what is asked."""
