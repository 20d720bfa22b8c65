from erhvervspanel.foundation.desk import PUBLISHING, SOURCE, PublishableAdmin


class DecisionAdmin(PublishableAdmin):
    """A decision as such. `ideas.admin` registers it together with its answers, which this app does not know."""

    list_display = ("title", "committee", "decided_on", "agenda_item", "state")
    list_filter = ("committee",)
    date_hierarchy = "decided_on"
    search_fields = ("title", "committee", "agenda_item", "text")
    list_select_related = ("published_by", "journalised_by")
    readonly_fields = (*PublishableAdmin.readonly_fields, "journalised_at", "journalised_by")
    fieldsets = (
        (
            "Det vigtigste",
            {
                "fields": (
                    ("committee", "decided_on", "agenda_item"),
                    "title",
                    "slug",
                    "minutes_url",
                )
            },
        ),
        ("Teksten", {"fields": ("text",)}),
        ("Journal", {"fields": (("case_number", "kle"), ("journalised_at", "journalised_by"))}),
        PUBLISHING,
        SOURCE,
    )
