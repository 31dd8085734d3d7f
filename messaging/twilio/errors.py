"""The one table from the provider's error codes to their meaning and what is done about them.

Source: https://www.twilio.com/docs/api/errors, read in November 2026.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.providers.errors import About, Action, ErrorRule

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def _fail(code: str | None, about: About, meaning: str | Promise) -> ErrorRule:
    return ErrorRule(code, meaning, about, Action.FAIL)


def _invalid(code: str, meaning: str | Promise) -> ErrorRule:
    return ErrorRule(code, meaning, About.RECIPIENT, Action.MARK_INVALID)


def _blocked(code: str, meaning: str | Promise) -> ErrorRule:
    return ErrorRule(code, meaning, About.RECIPIENT, Action.BLOCK_CHANNEL)


def _opt_out(code: str, meaning: str | Promise) -> ErrorRule:
    return ErrorRule(code, meaning, About.RECIPIENT, Action.OPT_OUT)


def _retry(
    code: str, about: About, seconds: int, meaning: str | Promise, *, at_most: int | None = None
) -> ErrorRule:
    return ErrorRule(code, meaning, about, Action.RETRY, seconds, at_most)


def _pause(code: str, about: About, meaning: str | Promise) -> ErrorRule:
    return ErrorRule(code, meaning, about, Action.PAUSE, pause_after=1)


def _content(code: str, meaning: str | Promise) -> ErrorRule:
    # One refusal may be this person's name or link; the third is the text of the campaign.
    return ErrorRule(code, meaning, About.CONTENT, Action.FAIL, pause_after=3)


_RULES = (
    # --- the request ---
    _fail(
        "63016",
        About.REQUEST,
        _("The 24-hour window is closed: only a template may be sent."),
    ),
    _fail("21603", About.REQUEST, _("The message has no sender.")),
    _fail("21604", About.REQUEST, _("The message has no recipient.")),
    _fail("21609", About.REQUEST, _("The status callback address is not a valid public URL.")),
    _fail("21617", About.REQUEST, _("The text is longer than 1,600 characters.")),
    _fail("21619", About.REQUEST, _("The message is empty.")),
    _fail("21910", About.REQUEST, _("The sender and the recipient are not on the same channel.")),
    _fail(
        "30036",
        About.REQUEST,
        _("The message outlived its validity period and was not sent."),
    ),
    _fail("90007", About.REQUEST, _("The validity period is not between 1 and 36,000 seconds.")),
    _fail("92007", About.REQUEST, _("A template variable is empty or contains a line break.")),
    # --- the recipient ---
    _blocked("63003", _("The channel knows no such address.")),
    _blocked("63024", _("This number is not on WhatsApp, or has not accepted its current terms.")),
    _invalid("21211", _("The number is not valid.")),
    _blocked("21614", _("The number is not a mobile and cannot receive messages.")),
    _blocked("21635", _("The number is a landline and cannot receive messages.")),
    _invalid("30005", _("The number is unknown or no longer in service.")),
    _blocked("30006", _("The number is a landline or its carrier cannot be reached.")),
    _opt_out("21610", _("This person has opted out at the provider.")),
    _opt_out("63033", _("This person has opted out of marketing messages from us.")),
    _retry(
        "63049",
        About.RECIPIENT,
        DAY,
        _("WhatsApp withheld the message: this person has received enough marketing for now."),
    ),
    ErrorRule(
        "63032",
        _("WhatsApp withheld the message: this person takes part in an experiment of theirs."),
        About.RECIPIENT,
        Action.SKIP,
    ),
    _fail("63015", About.RECIPIENT, _("This number has not joined the WhatsApp sandbox.")),
    _fail("30004", About.RECIPIENT, _("The recipient or the carrier blocks our messages.")),
    _fail("30450", About.RECIPIENT, _("The provider blocked it as suspected traffic pumping.")),
    _retry(
        "30003", About.RECIPIENT, 6 * HOUR, _("The handset is off or has no coverage."), at_most=2
    ),
    _retry("30008", About.RECIPIENT, HOUR, _("The carrier failed and gave no reason."), at_most=2),
    _retry("30410", About.RECIPIENT, HOUR, _("The carrier did not answer in time."), at_most=2),
    # --- rates ---
    _retry(
        "63018",
        About.SENDER,
        15 * MINUTE,
        _("The sender reached its rate or its daily limit."),
    ),
    _retry("63017", About.ACCOUNT, MINUTE, _("The account sends faster than WhatsApp allows.")),
    _retry("63038", About.ACCOUNT, DAY, _("The account reached its limit of messages for today.")),
    _retry("20429", About.ACCOUNT, 2, _("The account sends too many requests at once.")),
    _retry("30001", About.SENDER, 10 * MINUTE, _("The sender's queue at the provider is full.")),
    # --- the sender and the account ---
    _pause("63001", About.SENDER, _("WhatsApp refuses the sender's credentials.")),
    _pause("63007", About.SENDER, _("The account has no such sender on this channel.")),
    _pause("63051", About.SENDER, _("WhatsApp restricted or locked the business account.")),
    _pause("63062", About.SENDER, _("The WhatsApp sender cannot be used now.")),
    _pause("63112", About.ACCOUNT, _("Meta disabled the business account.")),
    _pause("21212", About.SENDER, _("The sender's number is not valid.")),
    _pause("21606", About.SENDER, _("The sender's number may not send to this destination.")),
    _pause("21612", About.SENDER, _("The sender cannot reach numbers of this kind.")),
    _pause("21660", About.SENDER, _("The sender's number does not belong to this account.")),
    _pause("21703", About.SENDER, _("The messaging service has no number to send from.")),
    _pause("21705", About.SENDER, _("The messaging service's id is not valid.")),
    _pause("21408", About.ACCOUNT, _("The account may not send to this country.")),
    _pause("30002", About.ACCOUNT, _("The account is suspended.")),
    _pause("30034", About.SENDER, _("The sender's number is not registered for this traffic.")),
    _pause("20003", About.ACCOUNT, _("The provider refuses the account id or the token.")),
    _pause("20404", About.ACCOUNT, _("The provider knows no such account.")),
    # --- the content ---
    _content("63005", _("The channel did not accept the content.")),
    _content("63013", _("The content breaks a rule of WhatsApp.")),
    _content("63019", _("The media file could not be fetched.")),
    _content("63021", _("The content is not valid here, or is longer than 1,024 characters.")),
    _content("30007", _("The carrier filtered the message as unwanted.")),
    # --- the template ---
    _pause("63027", About.TEMPLATE, _("The template does not exist in this language.")),
    _pause("63028", About.TEMPLATE, _("The template expects another number of variables.")),
    _pause("63040", About.TEMPLATE, _("WhatsApp rejected the template.")),
    _pause(
        "63041",
        About.TEMPLATE,
        _("WhatsApp paused the template for complaints; it may recover."),
    ),
    _pause("63042", About.TEMPLATE, _("WhatsApp disabled the template.")),
    _pause("21655", About.TEMPLATE, _("The template's content id is not valid.")),
    _pause("21656", About.TEMPLATE, _("The template's variables are not valid.")),
    # --- the provider ---
    _retry("63012", About.PROVIDER, 5 * MINUTE, _("WhatsApp had an internal error.")),
    ErrorRule(
        "20500",
        _("The provider had an internal error and did not say whether it took the message."),
        About.PROVIDER,
        Action.UNCERTAIN,
    ),
    # --- a loop ---
    ErrorRule(
        "14107",
        _("More than 30 answers in 30 seconds between two numbers: probably two robots talking."),
        About.LOOP,
        Action.SKIP,
    ),
)

ERRORS: dict[str | None, ErrorRule] = {rule.code: rule for rule in _RULES}

# What a bare HTTP status says when the answer carries no code of Twilio's.
_BY_STATUS = {401: "20003", 403: "20003", 404: "20404", 429: "20429"}


def classify(code: str | None, http_status: int | None = None) -> ErrorRule:
    """The rule for an error of a response (with its HTTP status) or of a status callback (without).

    A 5xx is uncertain whatever its code says. An unknown code fails its recipient and no one
    else: a new code of Twilio's must not stop a campaign, nor repeat a message.
    """
    if http_status is not None and http_status >= 500:
        return ERRORS["20500"]
    if code is None and http_status is not None:
        code = _BY_STATUS.get(http_status)
    if code is None:
        return _fail(None, About.PROVIDER, _("The provider refused the message and gave no code."))
    return ERRORS.get(code) or _fail(
        code, About.PROVIDER, _("The provider refused the message with a code we do not know.")
    )


def codes_for(action: Action) -> list[str]:
    """The codes about which this is done."""
    return [code for code, rule in ERRORS.items() if code and rule.action is action]
