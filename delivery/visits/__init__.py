"""Counting visits without cookies: a beacon, batches in memory, figures by page, site and day.

Who it was is never written down; what is kept of a visitor for a day is a digest under a salt that goes with the day.
"""
