"""The Python files that a document shows: each block names its file in its first line."""

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n# (?P<name>\w+\.py)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


def python_files(document: str) -> Mapping[str, str]:
    """Returns a document's Python blocks by the names of their files; fails where one has none."""
    text = (ROOT / document).read_text()
    files = {found["name"]: found["text"] for found in BLOCK.finditer(text)}
    assert len(files) == text.count("```python"), f"{document}: a block without a name of its own"
    return files
