"""What people see of our calendars who have taken them into a program of their own: khal, a real one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

FORMAT = "{start-date} {start-time}|{end-date} {end-time}|{cancelled}{title}|{location}"
SETTINGS = """
[calendars]
[[ours]]
path = {folder}/ours
[sqlite]
path = {folder}/khal.db
[locale]
timeformat = %H:%M
dateformat = %d.%m.
longdateformat = %Y-%m-%d
datetimeformat = %d.%m. %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = {zone}
default_timezone = {zone}
"""


def shown_by_khal(folder: Path, *calendars: bytes, zone: str, first: date, days: int) -> list[tuple[str, int]]:
    """Take calendar files in, over what the folder has of them, and list these days as khal does.

    Begin, end, title and place of each event, and on how many of the days it stands.
    """
    (folder / "ours").mkdir(exist_ok=True)
    (folder / "khal.conf").write_text(SETTINGS.format(folder=folder, zone=zone))
    files = [folder / f"{at}.ics" for at in range(len(calendars))]
    for file, calendar in zip(files, calendars, strict=True):
        file.write_bytes(calendar)
    _khal(folder, "import", "--batch", "-a", "ours", *map(str, files))
    said = _khal(folder, "list", "--day-format", "", "--format", FORMAT, f"{first}", f"{days}d")
    return sorted(Counter(line.strip() for line in said.splitlines() if line.strip()).items())


def _khal(folder: Path, *words: str) -> str:
    home = {
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "PATH": os.defpath,
        "COLUMNS": "400",
    }
    program = Path(sys.executable).parent / "khal"
    command = [str(program), "-c", str(folder / "khal.conf"), "--no-color", *words]
    done = subprocess.run(command, env=home, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode or "ERROR" in done.stderr:
        raise RuntimeError(done.stderr or done.stdout)
    return done.stdout
