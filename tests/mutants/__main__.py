"""`make mutants`: break each mechanism of the table in a copy of the house, and see that its test fails for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.house.files import ROOT
from tests.mutants.table import MUTANTS, Mutant

#: What a copy has no need of.
LEFT_OUT = (".git", ".venv", "docs/pictures", "*.pyc", "__pycache__", ".*_cache", "node_modules", "site")
#: Exit codes of pytest: tests failed. Everything else is no answer.
FAILED = 1
#: Seconds that a test may take.
LONGEST = 600


def survives(mutant: Mutant, house: Path) -> str:
    """Why the test does not tell; "" where it does. The house is as it was, afterwards."""
    path = house / mutant.file
    whole = path.read_text()
    if whole.count(mutant.old) != 1:
        return "what is to be broken is not there once"
    path.write_text(whole.replace(mutant.old, mutant.new))
    command = (sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", mutant.test)
    try:
        ended = subprocess.run(command, cwd=house, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return f"its test has not ended in {LONGEST} s"
    finally:
        path.write_text(whole)
    return "" if ended.returncode == FAILED else f"pytest ended with {ended.returncode}"


def main() -> int:
    """1 where a mutant survives."""
    chosen = [mutant for mutant in MUTANTS if not sys.argv[1:] or mutant.row in sys.argv[1:]]
    alive = 0
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        house = Path(folder) / "house"
        shutil.copytree(ROOT, house, ignore=shutil.ignore_patterns(*LEFT_OUT))
        for mutant in chosen:
            why = survives(mutant, house)
            alive += bool(why)
            sys.stdout.write(f"{mutant.row} {mutant.file}: {why or 'its test fails'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} broken, {len(chosen) - alive} noticed\n")
    return int(alive > 0)


if __name__ == "__main__":
    sys.exit(main())
