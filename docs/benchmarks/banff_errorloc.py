"""Run Banff's error localisation on tables handed over by beside_banff.py; in an environment that has Banff.

python banff_errorloc.py TASK.json ANSWER.json
"""

import json
import sys
import time
from pathlib import Path

import banff
import pandas as pd

task = json.loads(Path(sys.argv[1]).read_text())
records = pd.DataFrame(task["records"], columns=task["fields"], dtype=float)
records.insert(0, "record", [f"R{number:05}" for number in range(len(records))])
start = time.perf_counter()
run = banff.errorloc(
    indata=records, unit_id="record", edits=task["edits"], weights=task["weights"], seed=1,
    time_per_obs=task["patience"], outstatus="pandas", outreject="pandas", capture=None, trace=0,
)  # fmt: skip
seconds = time.perf_counter() - start
chosen = [[] for _ in range(len(records))]
for record, field in zip(run.outstatus["record"], run.outstatus["FIELDID"], strict=True):
    chosen[int(record[1:])].append(field)
unsolved = [int(record[1:]) for record in run.outreject["record"]]
answer = {"seconds": seconds, "chosen": chosen, "unsolved": unsolved}
Path(sys.argv[2]).write_text(json.dumps(answer))
