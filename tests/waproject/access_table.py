"""Which permissions let which user through: every address and every list action of the site.

A right is written as Django's codenames: `a | b` is either of them, `a + b` both. Besides:
ANYONE, also without logging in; LOGGED_IN; STAFF, any user who may enter the admin; NOBODY, not
even a superuser (the page refuses, does not know the method, or shows only what is one's own).

A new model needs a row in MODELS, a new address a Page in PAGES, a new list action a line in
ACTIONS. tests/waproject/test_access.py fails until it has one.
"""

from dataclasses import dataclass, field

from campaigns.admin.action_pages import DECISIONS
from campaigns.reports.catalogue import REPORTS

ANYONE, LOGGED_IN, STAFF, NOBODY = "anyone", "logged in", "staff", "nobody"


@dataclass(frozen=True)
class Rights:
    """The usual pages of a model's admin. `see`: list, page and history."""

    see: str
    add: str = NOBODY
    change: str = NOBODY
    delete: str = NOBODY


@dataclass(frozen=True)
class Page:
    """An address, by the name in the URL configuration (by the route, where it has no name).

    `without`: further permissions that a user must not have to be refused, by their beginning.
    """

    name: str
    get: str
    post: str
    url_args: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    without: str = "-"


def _usual(model: str, *, see: str = "") -> Rights:
    """As Django has it: a permission each, and who may change may see."""
    return Rights(
        see=f"view_{model} | change_{model}{see}",
        add=f"add_{model}",
        change=f"change_{model}",
        delete=f"delete_{model}",
    )


def _only_seen(model: str) -> Rights:
    return Rights(see=f"view_{model} | change_{model}")


MODELS = {
    "contacts.contact": _usual("contact"),
    "contacts.vehicle": Rights(
        see="view_vehicle | change_vehicle",
        add="add_vehicle + view_contact",
        change="change_vehicle",
        delete="delete_vehicle",
    ),
    "contacts.tag": _usual("tag"),
    "contacts.importjob": Rights(
        see="view_importjob | change_importjob | import_contact", delete="delete_importjob"
    ),
    "jobs.job": Rights(see=NOBODY),
    "optouts.optout": Rights(see="view_optout | change_optout", add="add_optout"),
    "optouts.consentevent": _only_seen("consentevent"),
    "optouts.hold": Rights(see="view_hold | change_hold", delete="delete_hold"),
    "optouts.phrase": _usual("phrase"),
    "messaging.conversation": Rights(
        see="view_conversation | change_conversation", change="change_conversation"
    ),
    "messaging.message": _only_seen("message"),
    "messaging.keptstatus": _only_seen("keptstatus"),
    "messaging.autoreply": _usual("autoreply"),
    "messaging.account": _usual("account"),
    "messaging.sender": _usual("sender"),
    "messaging.template": _usual("template"),
    "campaigns.campaign": _usual("campaign"),
    "campaigns.recipient": _only_seen("recipient"),
    "workers.cluster": Rights(see="view_cluster"),
    "django_q.success": _only_seen("success"),
    "django_q.failure": _only_seen("failure"),
    "django_q.schedule": _only_seen("schedule"),
    "django_q.ormq": _only_seen("ormq"),
    "axes.accessattempt": _only_seen("accessattempt"),
    "accounts.user": Rights(
        see="view_user | change_user",
        add="add_user + change_user",
        change="change_user",
        delete="delete_user",
    ),
    "auth.group": _usual("group"),
    "audit.event": Rights(see="view_event"),
}

_WRITE_CAMPAIGNS = "add_campaign | change_campaign"
_SEE_CAMPAIGNS = "view_campaign | change_campaign"
_SEE_IMPORTS = MODELS["contacts.importjob"].see

PAGES = [
    # contacts
    Page("admin:contacts_contact_import", get="import_contact", post="import_contact"),
    Page("admin:contacts_contact_process_import", get=NOBODY, post="import_contact"),
    Page("admin:contacts_contact_export", get="export_contact", post="export_contact"),
    Page(
        "admin:contacts_contact_merge",
        get="merge_contact + view_contact",
        post="merge_contact + view_contact",
    ),
    Page("admin:contacts_importjob_progress", get=_SEE_IMPORTS, post=_SEE_IMPORTS),
    Page("admin:contacts_importjob_rejected", get=_SEE_IMPORTS, post=_SEE_IMPORTS),
    Page("admin:contacts_importjob_remarks", get=_SEE_IMPORTS, post=_SEE_IMPORTS),
    Page("admin:contacts_importjob_change", get=_SEE_IMPORTS, post=_SEE_IMPORTS),
    # Everyone sees their own exports, and the one tried belongs to none of the users.
    Page("admin:jobs_job_changelist", get=STAFF, post=STAFF),
    Page("admin:jobs_job_history", get=STAFF, post=STAFF),  # leads to the first page
    Page("admin:jobs_job_progress", get=NOBODY, post=NOBODY),
    Page("admin:jobs_job_cancel", get=NOBODY, post=NOBODY),
    Page("admin:jobs_job_file", get=NOBODY, post=NOBODY),
    # optouts
    Page("admin:optouts_optout_upload", get="import_optout", post="import_optout"),
    Page("admin:optouts_optout_export", get="export_optout", post="export_optout"),
    Page("admin:optouts_hold_decide", get=NOBODY, post="decide_hold"),
    Page(
        "admin:optouts_phrase_try",
        get="view_phrase | change_phrase",
        post="view_phrase | change_phrase",
    ),
    # messaging
    Page(
        "admin:messaging_conversation_thread",
        get="view_conversation | change_conversation",
        post="view_conversation | change_conversation",
    ),
    Page("admin:messaging_conversation_read", get=NOBODY, post="change_conversation"),
    Page("admin:messaging_conversation_answer", get=NOBODY, post="change_conversation"),
    Page("admin:messaging_template_preview", get=NOBODY, post="add_template | change_template"),
    # campaigns
    Page("admin:campaigns_campaign_count", get=NOBODY, post=_WRITE_CAMPAIGNS),
    Page("admin:campaigns_campaign_panel", get=_SEE_CAMPAIGNS, post=_SEE_CAMPAIGNS),
    Page(
        "admin:campaigns_campaign_preflight",
        get=f"{_SEE_CAMPAIGNS} | launch_campaign",
        post="launch_campaign",
    ),
    *(
        Page(
            "admin:campaigns_campaign_decide",
            get=one.permission.partition(".")[2],
            post=one.permission.partition(".")[2],
            url_args={"name": one.name},
        )
        for one in DECISIONS.values()
    ),
    Page("admin:campaigns_recipient_export", get="export_recipient", post="export_recipient"),
    # reports
    Page("admin:reports", get="view_reports", post=NOBODY),
    *(
        Page(
            "admin:report",
            get=" + ".join(["view_reports", *(one.partition(".")[2] for one in needed)]),
            post=NOBODY,
            url_args={"name": report.name},
            query=query,
        )
        for report in REPORTS.values()
        for query, needed in (
            ({}, report.permissions),
            ({"format": "csv"}, [*report.permissions, *report.export_permissions]),
            ({"format": "json"}, [*report.permissions, *report.export_permissions]),
        )
    ),
    # users and the admin itself
    Page("admin:auth_user_password_change", get="change_user", post="change_user"),
    Page("admin:index", get=STAFF, post=STAFF),
    Page("admin:login", get=ANYONE, post=ANYONE),
    Page("admin:logout", get=NOBODY, post=LOGGED_IN),
    Page("admin:password_change", get=STAFF, post=STAFF),
    Page("admin:password_change_done", get=STAFF, post=NOBODY),
    Page("admin:jsi18n", get=STAFF, post=NOBODY),
    Page(
        "admin:autocomplete",
        get="view_contact | change_contact",
        post=NOBODY,
        query={"app_label": "contacts", "model_name": "vehicle", "field_name": "contact"},
    ),
    Page(
        "admin:autocomplete",
        get="view_tag | change_tag",
        post=NOBODY,
        query={"app_label": "contacts", "model_name": "contact", "field_name": "tags"},
    ),
    Page("admin:view_on_site", get=NOBODY, post=NOBODY),
    *(
        Page("admin:app_list", get=see, post=see, url_args={"app_label": app}, without=f"{app}.")
        for app, see in {
            "contacts": "view_tag | import_contact",
            "optouts": "view_phrase",
            "messaging": "view_sender",
            "campaigns": "view_campaign",
            "workers": "view_cluster",
            "django_q": "view_success",
            "accounts": "view_user",
            "auth": "view_group",
            "audit": "view_event",
            "axes": "view_accessattempt",
        }.items()
    ),
    Page("admin:<path:object_id>/", get=STAFF, post=STAFF),
    Page("admin:(?P<url>.*)$", get=NOBODY, post=NOBODY, url_args={"url": "nowhere"}),
    # outside the admin
    Page("messaging:inbound", get=NOBODY, post=NOBODY, url_args={"provider": "twilio"}),
    Page("messaging:status", get=NOBODY, post=NOBODY, url_args={"provider": "twilio"}),
    Page("switch-tenant", get=NOBODY, post=LOGGED_IN),
    Page("health", get=ANYONE, post=NOBODY),
    Page("", get=LOGGED_IN, post=LOGGED_IN),
]

# The action of each list and its permission. To choose rows, one must see the list besides.
ACTIONS = {
    "contacts.contact": {
        "delete_selected": "delete_contact",
        "add_tag": "change_contact",
        "remove_tag": "change_contact",
        "make_reachable": "unblock_contact",
        "merge_selected": "merge_contact",
    },
    "contacts.vehicle": {"delete_selected": "delete_vehicle"},
    "contacts.tag": {"delete_selected": "delete_tag"},
    "contacts.importjob": {"delete_selected": "delete_importjob"},
    "optouts.optout": {"revoke_selected": "revoke_optout"},
    "optouts.hold": {"opt_out_selected": "decide_hold", "keep_selected": "decide_hold"},
    "optouts.phrase": {
        "delete_selected": "delete_phrase",
        "use": "change_phrase",
        "leave_unused": "change_phrase",
    },
    "messaging.conversation": {
        "mark_as_read": "change_conversation",
        "assign_to_me": "change_conversation",
        "close": "change_conversation",
    },
    "messaging.autoreply": {"delete_selected": "delete_autoreply"},
    "messaging.account": {
        "delete_selected": "delete_account",
        "switch_off": "change_account",
        "switch_on": "change_account",
        "ask_now": "change_account",
    },
    "messaging.sender": {"delete_selected": "delete_sender"},
    "messaging.template": {"delete_selected": "delete_template"},
    "campaigns.campaign": {
        "delete_selected": "delete_campaign",
        "launch_selected": "launch_campaign",
        "pause_selected": "pause_campaign",
        "resume_selected": "resume_campaign",
        "retry_selected": "retry_campaign",
        "cancel_selected": "cancel_campaign",
        "copy_selected": "add_campaign",
    },
    "campaigns.recipient": {"mark_closed": "change_recipient"},
    "accounts.user": {"delete_selected": "delete_user"},
    "auth.group": {"delete_selected": "delete_group"},
}

# Whoever has none of these sees no name, no phone and no message of a person on any page.
SHOWING_PEOPLE = {
    "view_contact",
    "change_contact",
    "delete_contact",
    "import_contact",
    "export_contact",
    "view_optout",
    "change_optout",
    "import_optout",
    "export_optout",
    "view_consentevent",
    "change_consentevent",
    "view_hold",
    "change_hold",
    "delete_hold",
    "view_conversation",
    "change_conversation",
    "view_message",
    "change_message",
    "view_keptstatus",
    "change_keptstatus",
    "view_recipient",
    "change_recipient",
    "export_recipient",
    "view_importjob",
    "change_importjob",
}
