"""`quartier web | worker | up | demo`: the processes of an installation."""

from __future__ import annotations

import errno
import gc
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from typing import Any, NoReturn

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlalchemy.engine import URL

from quartier.app import Platform, Workshop, assemble, create_workshop, open_workshop
from quartier.catalogue.commands import apply_file
from quartier.companies.commands import apply_folder
from quartier.config import Config
from quartier.db import engines
from quartier.demo import DEMO_PASSWORD, bring_to_life, plant_operators, sign_ins
from quartier.jobs import worker as jobs_worker
from quartier.plugin.manager import discover

CATALOGUE = "catalogue.toml"
DEMO = ("brunnenhof", "nordlicht", "regie-du-lac")
BACKPRESSURE = 64
THREADS = 4
NICE = 10  # pages come first
JOBS_PATIENCE = 30  # seconds that a job may go on after we are told to stop
PATIENCE = 10  # seconds that a request may go on after that
TOLD = frozenset({signal.SIGTERM, signal.SIGINT})


@click.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; QUARTIER_PORT by default.")
@click.pass_obj
def web(config: Config, host: str, port: int | None) -> None:
    """Serve pages and API (the database must be migrated)."""
    must_be_free(host, port or config.port)
    platform = assemble(config, plugins=discover())
    gc.freeze()
    _serve(platform, host, port or config.port)


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), default=THREADS, help="How many jobs to do at a time.")
@click.pass_obj
def worker(config: Config, threads: int) -> None:
    """Do the jobs that pages, imports and the clock leave behind (the database must be migrated)."""
    _work(partial(create_workshop, config), threads)


@click.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.pass_obj
def up(config: Config, host: str) -> None:
    """Everything on one machine: database, migrations, web, worker."""
    must_be_free(host, config.port)
    with stopping(), database(config):
        bring_up(engines.urls(config).admin)
        run(config, host)


@click.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.pass_obj
def demo(config: Config, host: str) -> None:
    """Plant the demo companies, print who can sign in, and serve."""
    must_be_free(host, config.port)
    folders = [config.tenants / slug for slug in DEMO]
    with stopping(), database(config):
        urls = engines.urls(config)
        bring_up(urls.admin)
        apply_file(urls.platform, config.tenants / CATALOGUE, modules=discover().serving)
        for folder in folders:
            apply_folder(config, folder, password=DEMO_PASSWORD)
        plant_operators(urls)
        click.echo(sign_ins(config, folders, bring_to_life(config, folders)))
        run(config, host)


def must_be_free(host: str, port: int) -> None:
    """Nobody else listens there. The server itself would not mind: the system would give half of the visitors to each.

    Raises ClickException.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what has just ended is in nobody's way
        try:
            probe.bind((host, port))
        except OSError as error:
            why = "another program listens there" if error.errno == errno.EADDRINUSE else error.strerror
            raise click.ClickException(
                f"Cannot listen on {host}:{port}: {why}. QUARTIER_PORT names another port."
            ) from error


@contextmanager
def stopping() -> Iterator[None]:
    """Until the end of this, being told to stop means to put away in order what has been begun, whatever it is."""
    for number in TOLD:
        signal.signal(number, _stop)
    yield


def _stop(_number: int, _frame: object) -> NoReturn:
    for number in TOLD:
        signal.signal(number, signal.SIG_IGN)  # we are at it
    raise SystemExit(0)


@contextmanager
def database(config: Config) -> Iterator[None]:
    """The server that comes along, where the environment names no other; if it was started here, it ends with us."""
    server = engines.embedded(config) if config.database_url is None else None
    try:
        if server is not None:
            server.start()
        yield
    finally:
        if server is not None and server.started_here:
            server.stop()


def bring_up(admin: URL) -> None:
    """Migrate, before anything is served."""
    from quartier.db.migrate import migrate

    migrate(admin, discover().histories)


def run(config: Config, host: str) -> None:
    """Serve until told to stop.

    The processes are forked, not started anew: all that they import and assemble, and that takes longer than everything
    else, is there already, and is shared as long as nobody writes to it.
    """
    platform = assemble(config, plugins=discover())
    gc.freeze()  # what is there stays; without this the first collection of each process would copy all of it
    processes: list[ForkProcess] = []
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, TOLD)  # whoever is begun is in the list before we are told to stop
        processes.append(_begin(_serve, platform, host, config.port))
        processes.append(_begin(_work, partial(open_workshop, platform.shell, platform.urls), THREADS, NICE))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)
        wait([process.sentinel for process in processes])
        # half an installation is worse than one that its supervisor starts anew
        raise SystemExit(next(process.exitcode for process in processes if process.exitcode is not None))
    finally:
        _tell(processes)
        for process in processes:
            _end(process)


def _begin(task: Callable[..., None], *arguments: Any) -> ForkProcess:
    process = multiprocessing.get_context("fork").Process(target=_alone, args=(task, *arguments))
    process.start()
    return process


def _alone(task: Callable[..., None], *arguments: Any) -> None:
    """In a session of its own: Ctrl-C in the terminal is for the parent, who tells the others in turn."""
    os.setsid()
    _hear()
    task(*arguments)


def _hear() -> None:
    """Nothing has been begun in this process: being told to stop ends it at once."""
    for number in TOLD:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)


def _serve(platform: Platform, host: str, port: int) -> None:
    """granian as measured best for us: few threads per process, as many processes as cores.

    Its workers listen to signals when they serve. Until then they have the handlers of their parent, who notes that it
    was told and tells its workers; in a worker nobody reads that note. So each begins with the system's handlers.
    """
    multiprocessing.set_start_method("fork", force=True)  # what is assembled is handed over, not described
    os.register_at_fork(
        before=partial(signal.pthread_sigmask, signal.SIG_BLOCK, TOLD),
        after_in_parent=partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, TOLD),
        after_in_child=_hear,
    )
    Granian(
        "quartier",
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=platform.shell.config.workers,
        blocking_threads=2,
        backpressure=BACKPRESSURE,
        websockets=False,
        workers_kill_timeout=PATIENCE,
        log_level=LogLevels.warning,
    ).serve(target_loader=platform.listening, wrap_loader=False)


def _work(make: Callable[[], Workshop], threads: int, nice: int = 0) -> None:
    os.nice(nice)
    workshop = make()
    try:
        jobs_worker.run(lambda: jobs_worker.queue_app(workshop.runner, workshop.urls.platform), threads=threads)
    finally:
        workshop.close()


def _tell(processes: list[ForkProcess]) -> None:
    for process in processes:
        if process.is_alive():
            process.terminate()


def _end(process: ForkProcess) -> None:
    """A job that takes longer than our patience is left to the sweeper of the next start."""
    process.join(JOBS_PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
