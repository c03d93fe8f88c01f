"""Size of the program, and the time from its start to its end when it has nothing to do. Called by scripts/bench."""

import os
import statistics
import subprocess
import sys
import time

program = sys.argv[1]
commands = {
    "hubfleet --version": [program, "--version"],
    "python3 -c pass": [sys.executable, "-c", "pass"],
    "true": ["/bin/true" if os.path.exists("/bin/true") else "/usr/bin/true"],
}
WARM_UPS, RUNS = 3, 20

seconds: dict[str, list[float]] = {name: [] for name in commands}
# In turn rather than one after the other, so that a busy moment meets all of them.
for run in range(WARM_UPS + RUNS):
    for name, command in commands.items():
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        if run >= WARM_UPS:
            seconds[name].append(time.perf_counter() - start)

medians = {name: statistics.median(times) for name, times in seconds.items()}
print(f"size of the program: {os.path.getsize(program) / 1e6:.1f} MB")
print()
print(f"{'start-up':<20} {'median ms':>10} {'least ms':>10} {'x python3':>10} {'x true':>10}")
for name, median in medians.items():
    ratios = median / medians["python3 -c pass"], median / medians["true"]
    print(f"{name:<20} {median * 1e3:>10.2f} {min(seconds[name]) * 1e3:>10.2f} {ratios[0]:>10.2f} {ratios[1]:>10.2f}")
