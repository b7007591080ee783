"""The modules of the platform as operators see them: installed, migrated, failing."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points

from sqlalchemy import func, select

from quartier.companies.outbox import PLATFORM
from quartier.contracts.models import ModuleSwitch
from quartier.db.histories import Revisions, revisions
from quartier.i18n.texts import lazy_gettext as _l
from quartier.plugin.manager import GROUP, Plugin, Plugins
from quartier.web.gate import OPERATOR
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

console = Pages(
    "modules",
    __name__,
    area="console",
    entries=(Entry("/plugins", icon="module", label=_l("Plugins"), needs=OPERATOR, group=PLATFORM, order=60),),
)


@dataclass(frozen=True)
class Installed:
    """A plugin: where it comes from, whether its tables fit its code, what went wrong. `companies` switched it on."""

    slug: str
    plugin: Plugin | None
    serving: bool
    version: str | None
    revisions: Revisions | None
    problems: tuple[str, ...]
    failures: tuple[tuple[str, int], ...]
    companies: int


@console.page("/plugins", needs=OPERATOR)
def plugins(visit: ConsoleVisit) -> str:
    """Everything installed, those that failed first."""
    query = select(ModuleSwitch.module, func.count()).where(ModuleSwitch.is_on).group_by(ModuleSwitch.module)
    companies = {row[0]: row[1] for row in visit.db.execute(query)}
    found = shell().plugins
    known = {*found.installed, *(problem.plugin for problem in found.problems)}
    tables = revisions(shell().platform, found.histories)
    rows = [_installed(slug, found, tables.get(slug), companies.get(slug, 0)) for slug in known]
    rows.sort(key=lambda row: (row.serving and not row.failures, row.slug))
    return render("companies/plugins.html", rows=rows, language=visit.voice.language)


def _installed(slug: str, plugins: Plugins, tables: Revisions | None, companies: int) -> Installed:
    failures = {hook: count for (plugin, hook), count in sorted(plugins.failures.items()) if plugin == slug and count}
    return Installed(
        slug,
        plugins.installed.get(slug),
        slug in plugins.serving,
        versions().get(slug),
        tables,
        tuple(problem.reason for problem in plugins.problems if problem.plugin == slug),
        tuple(failures.items()),
        companies,
    )


def versions() -> dict[str, str]:
    """Versions of the distributions that bring plugins, by the plugins' names."""
    return {point.name: point.dist.version for point in entry_points(group=GROUP) if point.dist is not None}
