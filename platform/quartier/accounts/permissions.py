"""What an agent or an API token may be allowed to do: the core's permissions, and those of the modules that serve."""

from __future__ import annotations

from typing import Final

from quartier.deliveries.policies import READ as MAIL_READ
from quartier.erp.policies import WEBHOOKS as ERP_WEBHOOKS
from quartier.erp.policies import WRITE as ERP_WRITE
from quartier.estate.policies import EDIT as ESTATE_EDIT
from quartier.estate.policies import READ as ESTATE_READ
from quartier.people.policies import EDIT as PEOPLE_EDIT
from quartier.people.policies import INVITE as PEOPLE_INVITE
from quartier.people.policies import READ as PEOPLE_READ
from quartier.people.policies import VIEW_AS
from quartier.plugin.manager import Plugins
from quartier.plugin.manifest import Permission
from quartier.web.gate import ME_READ, ME_WRITE
from quartier.web.read_only import BUY

TEAM_ADMIN = "team.admin"
TEAM_READ = "team.read"
COMPANY_SETTINGS = "company.settings"
MODULES_SWITCH = "modules.switch"
MODULES_APPROVE = "modules.approve"
API_TOKENS = "api.tokens"
ESTATE_IMPORT = "estate.import"
LEGAL_EDIT = "legal.edit"
LEGAL_PUBLISH = "legal.publish"

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
        whole=True,
    ),
    Permission(
        LEGAL_EDIT,
        {
            "de": "Impressum, Datenschutzhinweise und Nutzungsbedingungen entwerfen",
            "en": "Draft the imprint, the privacy notice and the terms of use",
            "fr": "Rédiger les mentions légales, la notice de protection des données et les conditions d’utilisation",
        },
        whole=True,
    ),
    Permission(
        LEGAL_PUBLISH,
        {
            "de": "Rechtliche Texte in Kraft setzen und sehen, wer zugestimmt hat",
            "en": "Put legal texts into force, and see who agreed",
            "fr": "Mettre en vigueur les textes juridiques et voir qui les a acceptés",
        },
        whole=True,
    ),
    Permission(
        MODULES_SWITCH,
        {
            "de": "Module ein- und ausschalten",
            "en": "Switch modules on and off",
            "fr": "Activer et désactiver des modules",
        },
        whole=True,
    ),
    Permission(
        BUY,
        {
            "de": "Module testen, bestellen und Preise sehen",
            "en": "Try modules, order them and see prices",
            "fr": "Essayer et commander des modules, voir les prix",
        },
        whole=True,
    ),
    Permission(
        MODULES_APPROVE,
        {
            "de": "Bestellungen von Modulen freigeben",
            "en": "Approve orders of modules",
            "fr": "Approuver les commandes de modules",
        },
        whole=True,
    ),
    Permission(
        API_TOKENS,
        {
            "de": "Zugangsschlüssel für die API ausstellen und widerrufen",
            "en": "Issue and revoke API tokens",
            "fr": "Émettre et révoquer des jetons d’API",
        },
        whole=True,
    ),
    Permission(
        ESTATE_IMPORT,
        {
            "de": "Stammdaten aus Dateien importieren und Importe rückgängig machen",
            "en": "Import master data from files, and undo imports",
            "fr": "Importer des données de base depuis des fichiers et annuler des imports",
        },
        whole=True,
    ),
    Permission(
        ESTATE_READ,
        {
            "de": "Liegenschaften, Gebäude und Einheiten einsehen",
            "en": "Read properties, buildings and units",
            "fr": "Consulter les immeubles, bâtiments et lots",
        },
    ),
    Permission(
        ESTATE_EDIT,
        {
            "de": "Liegenschaften, Gebäude, Einheiten und Nutzungszeiträume bearbeiten",
            "en": "Change properties, buildings, units and periods",
            "fr": "Modifier les immeubles, bâtiments, lots et périodes",
        },
    ),
    Permission(
        PEOPLE_READ,
        {
            "de": "Personen mit Kontaktdaten einsehen, und wer welche Einheit nutzt",
            "en": "See people with their contact details, and who uses which unit",
            "fr": "Consulter les personnes, leurs coordonnées et qui occupe quel lot",
        },
    ),
    Permission(
        PEOPLE_EDIT,
        {
            "de": "Personen bearbeiten und Nutzungszeiträumen zuordnen",
            "en": "Change people and put them on periods",
            "fr": "Modifier les personnes et les rattacher à une période",
        },
    ),
    Permission(
        PEOPLE_INVITE,
        {
            "de": "Personen ins Portal einladen, erinnern und ihre Codes einsehen",
            "en": "Invite people to the portal, remind them and see their codes",
            "fr": "Inviter des personnes au portail, les relancer et voir leurs codes",
        },
    ),
    Permission(
        VIEW_AS,
        {
            "de": "Das Portal so ansehen, wie es eine bestimmte Person sieht",
            "en": "See the portal as a certain person sees it",
            "fr": "Voir le portail tel que le voit une personne précise",
        },
    ),
    Permission(
        TEAM_READ,
        {
            "de": "Über die API lesen, wer im Team ist und was alle dürfen",
            "en": "Read through the API who is in the team and what everybody may do",
            "fr": "Lire par l’API qui fait partie de l’équipe et ce que chacun peut faire",
        },
        whole=True,
    ),
    Permission(
        MAIL_READ,
        {
            "de": "Sehen, welche E-Mails an wen gingen, und sie erneut senden",
            "en": "See which mails went to whom, and send them again",
            "fr": "Voir quels e-mails ont été envoyés à qui et les renvoyer",
        },
    ),
    Permission(
        ERP_WRITE,
        {
            "de": "Stammdaten aus dem ERP-System über die API schreiben",
            "en": "Write master data from the ERP system through the API",
            "fr": "Écrire les données de base depuis l’ERP par l’API",
        },
        whole=True,
    ),
    Permission(
        ERP_WEBHOOKS,
        {
            "de": "Webhooks einrichten, die andere Programme über Änderungen der Stammdaten informieren",
            "en": "Set up webhooks that tell other programs of changes of master data",
            "fr": "Configurer des webhooks qui signalent les changements des données de base à d’autres programmes",
        },
        whole=True,
    ),
)

OWN: Final = (
    Permission(
        ME_READ,
        {
            "de": "Eigenes Profil lesen (Angaben, Bild, Abwesenheiten, Benachrichtigungen, Geräte)",
            "en": "Read one’s own profile (details, picture, absences, notifications, devices)",
            "fr": "Lire son propre profil (données, photo, absences, notifications, appareils)",
        },
    ),
    Permission(
        ME_WRITE,
        {
            "de": "Eigenes Profil ändern",
            "en": "Change one’s own profile",
            "fr": "Modifier son propre profil",
        },
    ),
)
"""What nobody is given, for everybody has it of themselves; a token has it where its issuer put it in."""


def all_scopes(plugins: Plugins) -> dict[str, Permission]:
    """Everything that a token can open, by key: the permissions, then what is its issuer's own."""
    return all_permissions(plugins) | {one.key: one for one in OWN}


def all_permissions(plugins: Plugins) -> dict[str, Permission]:
    """Every permission that exists in this installation now, by key: the core's first, then module by module."""
    own = [permission for plugin in plugins.serving.values() for permission in plugin.manifest.permissions]
    return {permission.key: permission for permission in (*CORE, *own)}
