"""What an agent or an API token may be allowed to do: the core's permissions, and those of the modules that serve."""

from __future__ import annotations

from quartier.estate.policies import READ as ESTATE_READ
from quartier.plugin.manager import Plugins
from quartier.plugin.manifest import Permission

TEAM_ADMIN = "team.admin"
COMPANY_SETTINGS = "company.settings"
MODULES_SWITCH = "modules.switch"
API_TOKENS = "api.tokens"

CORE = (
    Permission(
        TEAM_ADMIN,
        {
            "de": "Team und Rechte verwalten",
            "en": "Manage the team and its rights",
            "fr": "Gérer l’équipe et ses droits",
        },
    ),
    Permission(
        COMPANY_SETTINGS,
        {
            "de": "Auftritt, Texte und Einstellungen des Unternehmens ändern",
            "en": "Change the company’s look, texts and settings",
            "fr": "Modifier l’apparence, les textes et les réglages de l’entreprise",
        },
    ),
    Permission(
        MODULES_SWITCH,
        {
            "de": "Module ein- und ausschalten",
            "en": "Switch modules on and off",
            "fr": "Activer et désactiver des modules",
        },
    ),
    Permission(
        API_TOKENS,
        {
            "de": "Zugangsschlüssel für die API ausstellen und widerrufen",
            "en": "Issue and revoke API tokens",
            "fr": "Émettre et révoquer des jetons d’API",
        },
    ),
    Permission(
        ESTATE_READ,
        {
            "de": "Liegenschaften, Gebäude und Einheiten einsehen",
            "en": "Read properties, buildings and units",
            "fr": "Consulter les immeubles, bâtiments et lots",
        },
    ),
)


def all_permissions(plugins: Plugins) -> dict[str, Permission]:
    """Every permission that exists in this installation now, by key: the core's first, then module by module."""
    own = [permission for plugin in plugins.serving.values() for permission in plugin.manifest.permissions]
    return {permission.key: permission for permission in (*CORE, *own)}
