"""Looks of the sites: themes with their palettes, templates and artwork, and what each site chose."""
