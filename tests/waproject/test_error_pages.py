"""The pages of what is missing or not permitted, in the reader's language and with a way back."""

import pytest


@pytest.mark.parametrize(("language", "title"), [("en", "Not found"), ("es", "No encontrada")])
def test_missing_page_says_so_and_leads_back(admin_client, language, title):
    page = admin_client.get("/nowhere/", headers={"Accept-Language": language})

    assert page.status_code == 404
    assert f"<h1>{title}</h1>" in page.text
    assert 'href="/admin/"' in page.text


def test_refused_page_says_whom_to_ask(client, staff):
    client.force_login(staff)

    page = client.get("/admin/campaigns/campaign/", headers={"Accept-Language": "es"})

    assert page.status_code == 403
    assert "<h1>Sin permiso</h1>" in page.text
    assert "quien administra los usuarios" in page.text
