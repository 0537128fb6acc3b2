"""How fast transcripts are read: 2,500 subtitle files of 2.2 million words, cold and cached.

    make bench

The files are composed here, of a few words and in the shape of newsreel subtitles. Each of the
three is a process of its own on one core: webvtt-py alone with its cues in a table of pandas,
labtools without a cache, labtools with one. Prints seconds of computing and by the clock (more
where the machine has other work), the ratio of computing to that of webvtt-py, and the most
memory that the process took, of one run on this machine.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILES = 2500
WORDS = 2_200_000
CITIES = ("norr", "soder", "oster", "vaster")
SPOKEN = (
    "och det är en som på att vi i för med inte till har den de var jag ett om men så här nu "
    "sedan kommer också när där från alla mycket vägen staden gården hissen trappan grannarna "
    "barnen mötet föreningen lägenheten köket fönstret värmen tvättstugan skolan arbetet kursen "
    "svenska språket tolken handläggaren torget bussen natten morgonen våren dörren nycklarna "
    "öppnade hälsade frågade svarade berättade bodde flyttade väntade hoppades kände tänkte"
).split()


def compose(folder: Path) -> int:
    """Write the files below raw/ and sources.csv beside it; return how many words there are."""
    chance = random.Random(1)
    rows, total = ["source_id,file"], 0
    for number in range(FILES):
        file = f"{CITIES[number % len(CITIES)]}/interview/{number:04}.srt"
        words, text = _compose_file(chance, WORDS // FILES)
        path = folder / "raw" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        rows.append(f"s{number:04},{file}")
        total += words
    (folder / "sources.csv").write_text("\n".join(rows), encoding="utf-8", newline="\n")
    return total


def _compose_file(chance: random.Random, words: int) -> tuple[int, str]:
    """Cues of 3 to 18 words, a third of a second a word; one pause in ten is long."""
    blocks: list[str] = []
    said, milliseconds = 0, 0
    while said < words:
        line = chance.choices(SPOKEN, k=min(chance.randint(3, 18), words - said))
        said += len(line)
        begin = milliseconds + (chance.randint(2000, 9000) if chance.random() < 0.1 else 300)
        milliseconds = begin + 333 * len(line)
        text = " ".join(line).capitalize() + "."
        blocks.append(f"{len(blocks) + 1}\n{_clock(begin)} --> {_clock(milliseconds)}\n{text}\n")
    return said, "\n".join(blocks)


def _clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{thousandths:03}"


def read_with_labtools(folder: Path) -> int:
    """Words of the turns that labtools reads, through the cache in the folder if there is one."""
    from labtools.evidence.schemas import read_rows
    from labtools.evidence.transcripts.turns import read_turns

    sources = read_rows(folder / "sources.csv", name="sources.csv")
    turns = read_turns(sources, folder / "raw", cache=folder / ".cache")
    return sum(map(len, turns["text"].str.split()))


def read_with_webvtt(folder: Path) -> int:
    """Words of the cues that webvtt-py reads, one table of all files."""
    import pandas as pd
    import webvtt

    cues = pd.DataFrame(
        [
            (path.stem, cue.start_in_seconds, cue.end_in_seconds, cue.text)
            for path in sorted(folder.glob("raw/*/*/*.srt"))
            for cue in webvtt.from_srt(str(path))
        ],
        columns=["source_id", "start_seconds", "end_seconds", "text"],
    )
    return sum(map(len, cues["text"].str.split()))


READERS = {"labtools": read_with_labtools, "webvtt": read_with_webvtt}
RUNS = {
    "webvtt-py and pandas": "webvtt",
    "labtools, cold": "labtools",
    "labtools, cached": "labtools",
}


def main() -> None:
    """Compose the files, then time each reader in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        words = compose(folder)
        print(f"{words:,} words in {FILES:,} files")
        print(f"{'':22} {'seconds':>8} {'clock':>6} {'ratio':>6} {'MB':>5}")
        peer = 0.0
        for name, reader in RUNS.items():
            computing, clock, megabytes, read = _time(reader, folder)
            assert read == words, f"{name} read {read:,.0f} words"
            peer = peer or computing
            ratio = computing / peer
            print(f"{name:22} {computing:8.2f} {clock:6.2f} {ratio:6.2f} {megabytes:5.0f}")


def _time(reader: str, folder: Path) -> tuple[float, ...]:
    """Seconds of computing and by the clock, the most megabytes in memory, words read."""
    command = [sys.executable, __file__, reader, str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return tuple(map(float, told.split()))


def _run_one(reader: str, folder: Path) -> None:
    """In the child: read on one core, and tell what it took; importing pandas is not timed."""
    import pandas  # noqa: F401

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    clock, computing = time.perf_counter(), time.process_time()
    words = READERS[reader](folder)
    computing, clock = time.process_time() - computing, time.perf_counter() - clock
    print(computing, clock, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, words)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _run_one(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
