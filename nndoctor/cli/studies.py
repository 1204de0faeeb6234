"""Where the trials of a search are kept if nobody says where: searches/NAME.journal."""

import re
from pathlib import Path

from ..errors import UsageError

FOLDER = Path("searches")


def study_file(source: str, study: Path | None, storage: str, resume: bool) -> Path | None:
    """The file asked for, else the newest of this source under `resume`, else a new one."""
    if study is not None or storage:
        return study
    stem = Path(source).stem
    mine = re.compile(re.escape(stem) + r"-\d+\.journal")
    found = [path for path in FOLDER.glob("*.journal") if mine.fullmatch(path.name)]
    there = sorted(found, key=lambda path: path.stat().st_mtime_ns)
    if resume:
        if not there:
            problem = f"there is no study of {source} in {FOLDER}/ to go on with"
            raise UsageError(problem, "leave --resume out, or name one by --study FILE")
        return there[-1]
    try:
        FOLDER.mkdir(exist_ok=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(f"{FOLDER}/ can't be made: {why}", "--study FILE elsewhere") from None
    numbers = (number for number in range(1, len(there) + 2))
    places = (FOLDER / f"{stem}-{number}.journal" for number in numbers)
    return next(place for place in places if not place.exists())
