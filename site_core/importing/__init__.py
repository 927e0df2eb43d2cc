"""Conversion of foreign texts into what pages are made of: rows, blocks, columns. No database here."""
