"""Of which sources the page was built: `./dev page` writes it down, a test compares it."""

from hashlib import sha256
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = ROOT / "web"
BUILT: Final = ROOT / "src/jobsys/adapters/http/page"
MARK: Final = BUILT / "sources.sha256"


def digest(folder: Path = SOURCES) -> str:
    """Returns what changes with every file of the sources, its name or its bytes."""
    told = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts:
            content = path.read_bytes()
            told.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
            told.update(content)
    return told.hexdigest()


if __name__ == "__main__":
    MARK.write_text(f"{digest()}\n")
