"""Every reader, fed with what is nearly right:  make fuzz ARGS="--seconds 600 --seed 7 --reader tables"

Each reader runs in a process of its own, with a limit of memory, and each input has a limit of time. The same seed
tries the same inputs in the same order. One that fails is made as small as Hypothesis can, and kept in .build/fuzz/.
"""

import argparse
import faulthandler
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

import small_project

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KEPT = ROOT / ".build" / "fuzz"
SEED = 1
BATCH = 100  # inputs drawn from one seed
# Batches of each reader, unless seconds are given: the same inputs each time, in about two minutes of a slow computer.
READERS = {"tables": 15, "schema": 18, "stored": 24, "parameters": 60, "pages": 8}
PATIENCE = 20  # seconds for one input
MEMORY = 4 << 30  # bytes of one reader


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=...", description="Feed every reader what is nearly right.")
    parser.add_argument("--seconds", type=float, help="for all readers (default: a fixed number of inputs)")
    parser.add_argument("--seed", type=int, default=SEED, help="of what is drawn (default: %(default)s)")
    parser.add_argument("--reader", choices=READERS, action="append", help="may be given again (default: all)")
    given = parser.parse_args()
    names = given.reader or READERS
    seconds = given.seconds / len(names) if given.seconds else 0
    failed = [name for name in names if not in_child(name, str(seconds), str(given.seed))]
    print(f"FAILED: {', '.join(failed)}" if failed else "No reader failed.")
    return bool(failed)


def in_child(*arguments: str) -> bool:
    """Whether all went well in a process that reads in a small copy of the project."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        small_project.make(Path(folder), ROOT)
        command = [sys.executable, "-W", "ignore", __file__, "in", *arguments]
        env = os.environ | {"PYTHONHASHSEED": "0"}  # or sets are drawn from in another order each time
        code = subprocess.run(command, cwd=folder, env=env, preexec_fn=limited).returncode
        current = Path(folder, "current")
        if code and current.exists():
            kept = KEPT / f"{arguments[0]}-{int(time.time())}"
            kept.write_bytes(current.read_bytes())
            print(f"{arguments[0]}: exit code {code} at the input in {kept.relative_to(ROOT)}", flush=True)
    return not code


def child(name: str, seconds: str, seed: str) -> None:
    import readers  # here: it reads in the folder where it is imported

    reader, began, outcomes = readers.READERS[name](), time.monotonic(), Counter()
    current = Path("current")

    def tried(content: bytes) -> None:
        current.write_bytes(content)
        faulthandler.dump_traceback_later(PATIENCE, exit=True)  # even where it is C that does not return
        kind, _ = reader.read(content)
        faulthandler.cancel_dump_traceback_later()
        outcomes[kind] += 1

    try:
        for number in itertools.count():
            if time.monotonic() - began > float(seconds) if float(seconds) else number == READERS[name]:
                break
            draw(int(seed) * 1_000_000 + number, reader, tried)
    except Exception as error:  # of any kind, which is what is looked for
        error.__notes__ = []  # Hypothesis says how it drew the input, which is kept
        traceback.print_exception(error, limit=-6)
        sys.exit(1)
    finally:
        told = ", ".join(f"{number:,} {kind}" for kind, number in outcomes.most_common())
        print(f"{name}: {outcomes.total():,} inputs in {time.monotonic() - began:.0f} s: {told}", flush=True)


def draw(batch: int, reader, tried) -> None:
    from hypothesis import HealthCheck, Phase, given, seed, settings

    plain = settings(
        max_examples=BATCH,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
    )
    seed(batch)(plain(given(reader.inputs())(tried)))()


if __name__ == "__main__":
    if sys.argv[1:2] == ["in"]:
        child(*sys.argv[2:])
    else:
        sys.exit(main())
