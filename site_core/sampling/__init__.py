"""Sample content of a fresh demo, from `sample/`: our own words, every text marked 示例, every page type to be seen."""

from .publishing import add_sample_content

__all__ = ["add_sample_content"]
