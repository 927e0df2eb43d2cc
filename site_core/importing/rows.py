"""Files of articles as rows: reads and checks them, stores nothing.

A file is JSON lines (`.jsonl`, `.ndjson`, `.json`: one object a line, UTF-8) or CSV (`.csv`: UTF-8, with or without
BOM, or GB18030; first line: names of columns), plain or packed (`.gz`, `.xz`). Blank lines count, but give no row.

| key | Chinese column in CSV | meaning |
|---|---|---|
| `title` | 标题 | required, 1 to 255 characters |
| `category` | 分类 | text such as `行政法规`; see `categories.toml` |
| `notes` | 备注 | list of texts, or one text with a note a line |
| `body`, `body_format` | 正文, 正文格式 | text; `markdown` (default) or `html` |
| `source_id` | 编号 | the article's id at its source, at most 100 characters; a number is taken as text |
| `summary` | 摘要 | at most 500 characters |
| `keywords` | 关键词 | text with commas, or a list; at most 200 characters |
| `source`, `author` | 来源, 作者 | at most 100 and 60 characters |
| `published_at` | 发布时间 | `2020-01-02`, `2020-01-02 09:30`, or ISO 8601; without a zone it is Asia/Shanghai |

Other keys are ignored; null and a missing key are the same. Texts lose white space at both ends. Without a
`source_id` the row gets the SHA-256, in hexadecimal, of the UTF-8 of `[title, [notes …], body]` written as JSON
without spaces and without escaping what is not ASCII: the same text has the same id in every file.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from site_core.importing.files import LINE_LIMIT, FileLine, ImportFileProblem, count_lines, is_csv, list_file_lines
