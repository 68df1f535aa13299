"""A PostgreSQL of the tests' own: started once, one template database cloned per test."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

HOW = (
    "PostgreSQL's server binaries are not here; on Debian: apt-get install postgresql "
    "(set LAPOR_TEST_POSTGRES_BIN to their folder if they are somewhere unusual)"
)


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`, wherever Debian or the PATH has it."""
    told = os.environ.get("LAPOR_TEST_POSTGRES_BIN")
    folders = [Path(told)] if told else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextmanager
def running_server(binaries: Path) -> Iterator[str]:
    """Start a server on a free port; gives the URL of its maintenance database."""
    # PostgreSQL refuses to run as root; its data belong to somebody with no other rights.
    user = "nobody" if os.getuid() == 0 else None
    with TemporaryDirectory(prefix="lapor-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)
        options = ["--auth=trust", "--username=lapor", "--encoding=UTF8", "--no-sync"]
        subprocess.run(
            [binaries / "initdb", f"--pgdata={folder}/data", "--locale=C.UTF-8", *options],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        port = _free_port()
        server = subprocess.Popen(
            [
                binaries / "postgres",
                f"-D{folder}/data",
                f"-p{port}",
                f"-k{folder}",
                "-cfsync=off",
                "-clisten_addresses=127.0.0.1",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=user,
            cwd=folder,
        )
        try:
            url = f"postgresql+psycopg://lapor@127.0.0.1:{port}/postgres"
            _wait_until_it_answers(url)
            yield url
        finally:
            server.terminate()
            server.wait(20)


def run_sql(url: str, statement: str) -> None:
    """Run one statement outside any transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _wait_until_it_answers(url: str) -> None:
    for _ in range(100):
        try:
            run_sql(url, "SELECT 1")
        except OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("PostgreSQL did not start")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
