"""All jobs that this installation knows: of the core and of every plugin that serves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from quartier.jobs.definition import Chore, Job
from quartier.plugin.manager import Plugins


@dataclass
class Registry:
    """Jobs by name; `modules` says to which module one belongs, when it belongs to one."""

    jobs: dict[str, Job] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    chores: list[Chore] = field(default_factory=list)

    def add(self, job: Job, *, module: str | None = None) -> None:
        """Take a job in. Raises ValueError when its name is taken, or is not the module's to give."""
        if module is not None and not job.name.startswith(f"{module}."):
            raise ValueError(f"the name of a job begins with its module's slug: {job.name!r}")
        if job.name in self.jobs:
            raise ValueError(f"there is a job of this name already: {job.name!r}")
        self.jobs[job.name] = job
        if module is not None:
            self.modules[job.name] = module


def registry(plugins: Plugins, jobs: Iterable[Job], chores: Iterable[Chore]) -> Registry:
    """The core's own jobs and the plugins'. A plugin with a job that can't be keeps its pages and loses that job."""
    known = Registry(chores=list(chores))
    for job in jobs:
        known.add(job)
    for slug, offered in plugins.call("register_jobs", on=plugins.serving):
        for job in offered:
            try:
                known.add(job, module=slug)
            except ValueError as error:
                plugins.report(slug, error)
    return known
