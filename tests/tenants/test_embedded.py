"""The embedded server, started and stopped by more than one process."""

import subprocess
import sys

from tenants import embedded


def test_server_that_another_process_started_again_is_stopped(tmp_path):
    folder = tmp_path / "postgres"
    embedded.start(folder)
    embedded.stop(folder)
    code = "import sys; from pathlib import Path; from tenants import embedded; embedded.start(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(folder)], check=True)
    assert (folder / "postmaster.pid").exists()
    embedded.stop(folder)
    assert not (folder / "postmaster.pid").exists()
