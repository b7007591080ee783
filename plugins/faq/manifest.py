"""Facts about the module."""

from __future__ import annotations

from quartier.sdk import DOCUMENTS, PICTURES, FilePurpose, Holding, Manifest, Measure, Permission

VIEW_DRAFTS, EDIT, PUBLISH = "faq.view_drafts", "faq.edit", "faq.publish"
FILES = FilePurpose("faq.article", needs=EDIT, kinds=PICTURES | DOCUMENTS, most=50, in_text=True)

manifest = Manifest(
    slug="faq",
    name={"de": "Gut zu wissen", "en": "Good to know", "fr": "Bon à savoir"},
    short_name={"de": "Wissen", "en": "Help", "fr": "Infos"},
    description={
        "de": "Antworten auf Fragen, die sonst am Telefon landen: nach Themen geordnet, durchsuchbar, mehrsprachig.",
        "en": "Answers to the questions that otherwise end up on the phone: sorted by topic, searchable, multilingual.",
        "fr": "Les réponses aux questions qui arrivent sinon par téléphone : par thème, avec recherche, en plusieurs "
        "langues.",
    },
    icon="book",
    category="information",
    permissions=(
        Permission(
            VIEW_DRAFTS,
            {
                "de": "Entwürfe der Artikel lesen",
                "en": "Read drafts of articles",
                "fr": "Lire les brouillons des articles",
            },
            whole=True,
        ),
        Permission(
            EDIT,
            {
                "de": "Artikel schreiben und Themen ordnen",
                "en": "Write articles and arrange topics",
                "fr": "Rédiger les articles et organiser les thèmes",
            },
            whole=True,
        ),
        Permission(
            PUBLISH,
            {
                "de": "Artikel veröffentlichen und archivieren",
                "en": "Publish and archive articles",
                "fr": "Publier et archiver les articles",
            },
            whole=True,
        ),
    ),
    files=(FILES,),
    holdings=(
        Holding(
            "faq_article",
            {
                "de": ("%(num)s Artikel", "%(num)s Artikel"),
                "en": ("%(num)s article", "%(num)s articles"),
                "fr": ("%(num)s article", "%(num)s articles"),
            },
        ),
    ),
    measures=(
        Measure(
            "published",
            {
                "de": ("Artikel veröffentlicht", "Artikel veröffentlicht"),
                "en": ("article published", "articles published"),
                "fr": ("article publié", "articles publiés"),
            },
        ),
        Measure(
            "answers",
            {
                "de": ("Rückmeldung", "Rückmeldungen"),
                "en": ("reader’s answer", "readers’ answers"),
                "fr": ("avis de lecteur", "avis de lecteurs"),
            },
        ),
        Measure(
            "helped",
            {
                "de": ("hilfreiche Antwort", "hilfreiche Antworten"),
                "en": ("answer that helped", "answers that helped"),
                "fr": ("réponse jugée utile", "réponses jugées utiles"),
            },
        ),
    ),
    scoped=True,
    position=10,
)
