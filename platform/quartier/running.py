"""`quartier web | worker | up | demo`: the processes of an installation."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import click

from quartier.app import create_workshop
from quartier.companies.commands import apply_folder
from quartier.config import Config
from quartier.db import engines
from quartier.db.migrate import migrate
from quartier.demo import DEMO_PASSWORD, plant_operators, sign_ins
from quartier.jobs import worker as jobs_worker
from quartier.plugin.manager import discover

DEMO = ("brunnenhof", "nordlicht", "regie-du-lac")
BACKPRESSURE = 64
WORKER = ["nice", sys.executable, "-c", "from quartier.cli import main; main()", "worker"]  # pages come first
JOBS_PATIENCE = 30  # seconds that a job may go on after we are told to stop
PATIENCE = 10  # seconds; a worker that is told to stop while it still starts does not hear it


@click.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; QUARTIER_PORT by default.")
@click.pass_obj
def web(config: Config, host: str, port: int | None) -> None:
    """Serve pages and API (the database must be migrated)."""
    os.execv(sys.executable, _granian(config, host, port or config.port))  # noqa: S606 - our own command line


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), default=4, help="How many jobs to do at a time.")
@click.pass_obj
def worker(config: Config, threads: int) -> None:
    """Do the jobs that pages, imports and the clock leave behind (the database must be migrated)."""
    workshop = create_workshop(config)
    try:
        jobs_worker.run(lambda: jobs_worker.queue_app(workshop.runner, workshop.urls.platform), threads=threads)
    finally:
        workshop.close()


@click.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.pass_obj
def up(config: Config, host: str) -> None:
    """Everything on one machine: database, migrations, web, worker."""
    run(config, host)


@click.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.pass_obj
def demo(config: Config, host: str) -> None:
    """Plant the demo companies, print who can sign in, and serve."""
    urls = engines.urls(config)
    migrate(urls.admin, discover().histories)
    for slug in DEMO:
        apply_folder(config, config.tenants / slug, password=DEMO_PASSWORD)
    plant_operators(urls)
    click.echo(sign_ins(config, [config.tenants / slug for slug in DEMO]))
    run(config, host)


def run(config: Config, host: str) -> None:
    """Start what is missing, serve until told to stop, and stop what was started here."""
    server = None
    if config.database_url is None:
        server = engines.embedded(config)
        server.start()
    migrate(engines.urls(config).admin, discover().histories)
    processes = [_begin(_granian(config, host, config.port)), _begin(WORKER)]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _tell(processes))
    try:
        raise SystemExit(_first_end(processes))
    finally:
        _tell(processes)
        for process in processes:
            _end(process)
        if server is not None and server.started_here:
            server.stop()


def _begin(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own command line


def _tell(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()


def _first_end(processes: list[subprocess.Popen[bytes]]) -> int:
    """Wait until one of them ends: half an installation is worse than one that its supervisor starts anew."""
    while True:
        for process in processes:
            if process.poll() is not None:
                return process.returncode
        time.sleep(0.2)


def _end(process: subprocess.Popen[bytes]) -> None:
    """A job that takes longer than our patience is left to the sweeper of the next start."""
    try:
        process.wait(timeout=JOBS_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _granian(config: Config, host: str, port: int) -> list[str]:
    """granian as measured best for us: few threads per process, as many processes as cores."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(config.workers), "--blocking-threads", "2", "--backpressure", str(BACKPRESSURE),
        "--workers-kill-timeout", str(PATIENCE), "--no-ws", "--log-level", "warning",
        "--factory", "quartier.app:create_app",
    ]  # fmt: skip
