"""Newspaper pages: a PDF made into pictures and text, and both kinds of issues as readers turn them over."""
