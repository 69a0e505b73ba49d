"""Chinese type on this machine: pages and papers name several families, and need one of them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

CHINESE = re.compile(
    r"noto.?(sans|serif).?(cjk|sc)|source.?han|msyh|simsun|simhei|simfang|fangsong|pingfang|stheiti|songti|hiragino|wqy|wenquanyi|uming|ukai"
    r"|droidsansfallback|sarasa|方正|思源|黑体|宋体|仿宋",
    re.IGNORECASE,
)
FILES = (".ttf", ".ttc", ".otf", ".otc", ".pcf.gz", ".woff2")
MISSING = "none was found: pages and pictures would show boxes in place of signs here; install Noto Sans CJK SC, for one"


def places() -> tuple[Path, ...]:
    """Return where this system keeps its fonts."""
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home))
        return Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts", Path(local) / "Microsoft/Windows/Fonts"
    if sys.platform == "darwin":
        return Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"
    shared = (Path(part) / "fonts" for part in os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":"))
    return *shared, home / ".fonts", home / ".local/share/fonts"


def chinese_type(folders: tuple[Path, ...] | None = None) -> tuple[bool, str]:
    """Return whether there is Chinese type, and which file holds it, or what to do."""
    found = next((path for folder in folders or places() for path in _fonts(folder) if CHINESE.search(path.name)), None)
    return (True, found.name) if found else (False, MISSING)


def _fonts(folder: Path) -> Iterator[Path]:
    try:
        yield from (path for path in sorted(folder.rglob("*")) if path.name.lower().endswith(FILES))
    except OSError:  # a folder that may not be read
        return
