"""A command that is killed at a moment of its own: the n-th file it brings to the disk."""

import os
import signal
import subprocess
import sys

_KILLED = """
import os, signal, sys
left, part, sync = [int(sys.argv.pop(1))], sys.argv.pop(1), os.fsync
def fsync(handle):
    place = os.readlink(f"/proc/self/fd/{handle}")
    # What is put down in the access log before is no file of the work itself.
    left[0] -= part in place and "/data/access" not in place
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    sync(handle)
os.fsync = fsync
from flows.cli import main
main()
"""


def killed_at(sync: int, *words: str, part: str = "") -> None:
    """Run a command that kill -9 ends before its n-th file is on the disk.

    `part`: only files with this in their path are counted.
    """
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(sync), part, *words],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
