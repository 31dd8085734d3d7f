"""What a newcomer does before the site lets them in."""

import re
import time
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, BrowserContext, Page

from tests.installation import Installation

PASSWORD = "una frase que recuerdo"


def invite(page: Page, site: Installation, email: str, role: str) -> str:
    """Invite somebody on the page; returns the link in the e-mail."""
    page.goto(f"{site.url}/admin/accounts/user/")
    page.click(".object-tools a >> nth=0")
    page.fill("[name=email]", email)
    page.select_option("[name=role]", label=role)
    page.click("[name=_save]")
    page.wait_for_selector(".messagelist .success")
    return latest_link(site, "invitation")


def latest_link(site: Installation, kind: str) -> str:
    """The link of the last e-mail to `/accounts/KIND/`."""
    folder = Path(site.environment["EMAIL_URL"].removeprefix("filemail:///"))
    latest = max(folder.glob("*.log"), key=lambda file: file.stat().st_mtime)
    return re.findall(rf"http\S+/accounts/{kind}/\S+", latest.read_text(encoding="utf-8"))[-1]


def replace_password(page: Page, site: Installation, email: str, password: str) -> None:
    """Ask for a link to a new password, and choose it there."""
    page.goto(f"{site.url}/accounts/login/")
    page.click("a[href*='/password/reset/']")
    page.fill("[name=email]", email)
    page.press("[name=email]", "Enter")
    page.wait_for_url(f"{site.url}/accounts/password/reset/done/")
    page.goto(latest_link(site, "password"))
    page.fill("[name=password1]", password)
    page.fill("[name=password2]", password)
    page.press("[name=password2]", "Enter")
    page.wait_for_url(f"{site.url}/accounts/password/reset/key/done/")


def choose_password(page: Page, link: str) -> None:
    page.goto(link)
    page.fill("[name=first_name]", "Ana")
    page.fill("[name=new_password1]", PASSWORD)
    page.fill("[name=new_password2]", PASSWORD)
    page.click("#login-form [type=submit]")


def enter(page: Page, site: Installation, name: str, password: str = PASSWORD) -> None:
    page.goto(f"{site.url}/admin/")
    page.fill("#id_login", name)
    page.fill("#id_password", password)
    page.click("#login-form [type=submit]")


def set_up_app(page: Page) -> str:
    """Set up an app for codes, where the site has led; returns the key that the app keeps."""
    page.click("a[href$='/totp/activate/']")
    page.click("summary")
    key = page.locator("#authenticator_secret").inner_text()
    page.fill("[name=code]", code_of(key))
    page.click("#content form [type=submit]")
    page.wait_for_selector("#recovery_codes")
    return key


def code_of(key: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(key, int(time.time()) // 30))


def log_out(page: Page) -> None:
    """Log out, from the menu of the navigation or from the head of one's own pages."""
    page.locator("#logout-form").wait_for(state="attached")
    if page.locator(".nav-user").count():
        page.click(".nav-user summary")
    page.click("#logout-form button")


def another(context: BrowserContext, troubles: list[str], script: str) -> Page:
    """The page of another person, in a browser of their own."""
    browser = context.browser
    assert isinstance(browser, Browser)
    page = browser.new_context(locale="es-CL").new_page()
    page.add_init_script(script)
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            "violate" in message.text and troubles.append(f"{page.url}: {message.text}")
        ),
    )
    return page


def add_passkeys(page: Page) -> None:
    """Give the browser a device that keeps passkeys, and whose owner always consents."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    owner = {"hasUserVerification": True, "isUserVerified": True}
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, **owner, "automaticPresenceSimulation": True}},
    )
