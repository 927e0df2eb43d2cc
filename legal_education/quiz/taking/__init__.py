"""Sitting a quiz: entering, answering, handing in, and what comes of it for the person."""
