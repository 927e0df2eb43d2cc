"""The question bank: writing, finding, importing from a workbook."""
