"""The first migration alone: the app as it was before its table changed."""
