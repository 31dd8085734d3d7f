"""Which permission each list action of the site needs; tests/waproject/test_access.py tries it."""

# What lists of people offer for those who are ticked (PEOPLE_OFFERS).
FOR_PEOPLE = {"new_campaign": "add_campaign + view_contact"}
# The action of each list and its permission. To choose rows, one must see the list besides.
ACTIONS = {
    "contacts.contact": {
        "delete_selected": "delete_contact",
        "add_tag": "change_contact",
        "remove_tag": "change_contact",
        "make_reachable": "unblock_contact",
        "merge_selected": "merge_contact",
        **FOR_PEOPLE,
    },
    "contacts.vehicle": {"delete_selected": "delete_vehicle", **FOR_PEOPLE},
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
    "files.storedfile": {"fetch_again": "change_storedfile"},
    "messaging.autoreply": {"delete_selected": "delete_autoreply"},
    "inbox.outcome": {"delete_selected": "delete_outcome"},
    "inbox.cannedanswer": {"delete_selected": "delete_cannedanswer"},
    "messaging.account": {
        "delete_selected": "delete_account",
        "switch_off": "change_account",
        "switch_on": "change_account",
        "ask_now": "change_account",
    },
    "messaging.sender": {"delete_selected": "delete_sender"},
    "messaging.template": {
        "delete_selected": "delete_template",
        "archive_selected": "change_template",
        "unarchive_selected": "change_template",
    },
    "pricing.price": {"delete_selected": "delete_price"},
    "pricing.exchangerate": {"delete_selected": "delete_exchangerate"},
    "campaigns.campaign": {
        "delete_selected": "delete_campaign",
        "launch_selected": "launch_campaign",
        "pause_selected": "pause_campaign",
        "resume_selected": "resume_campaign",
        "retry_selected": "retry_campaign",
        "cancel_selected": "cancel_campaign",
        "copy_selected": "add_campaign",
    },
    "campaigns.recipient": {"mark_closed": "change_recipient", **FOR_PEOPLE},
    "accounts.user": {"delete_selected": "delete_user", "take_second_factor_away": "change_user"},
    "invitations.invitation": {"resend_selected": "add_user", "withdraw_selected": "add_user"},
}

# Whoever has none of these sees no name, no phone and no message of a person on any page.
SHOWING_PEOPLE = {
    "view_contact",
    "change_contact",
    "delete_contact",
    "import_contact",
    "export_contact",
    "view_optout",
    "import_optout",
    "export_optout",
    "view_consentevent",
    "view_hold",
    "view_conversation",
    "view_conversationarchive",
    "add_conversationarchive",
    "view_storedfile",
    "change_storedfile",
    "change_conversation",
    "view_message",
    "export_message",
    "view_keptstatus",
    "view_recipient",
    "change_recipient",
    "export_recipient",
    "view_importjob",
}
