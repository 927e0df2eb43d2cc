"""The peer: one site in plain Wagtail, written as Wagtail's own documentation teaches, with the same articles.

It shows an article exactly as the cluster does; other pages are not measured and have no templates.
"""
