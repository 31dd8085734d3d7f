import pytest

from campaigns.actions import CAMPAIGNS
from waproject.accounts import checks, permissions
from waproject.accounts.permissions import Module, Right
from waproject.accounts.states import SystemRole


@pytest.fixture
def with_modules(monkeypatch):
    """Lets the product have these modules in place of its own."""

    def give(*modules: Module) -> None:
        cached = (permissions.rights, permissions.technical_permissions)
        for one in cached:
            one.cache_clear()
        monkeypatch.setattr(checks, "modules", lambda: modules)
        monkeypatch.setattr(permissions, "modules", lambda: modules)

    yield give
    for one in (permissions.rights, permissions.technical_permissions):
        one.cache_clear()


def ids(messages) -> set[str]:
    return {message.id for message in messages}


def test_rights_of_the_product_cover_every_permission_and_fit_together():
    assert checks.check_rights_cover_permissions(None) == []
    assert checks.check_rights_fit_together(None) == []


def test_permission_in_no_right_is_told(with_modules):
    with_modules(CAMPAIGNS)

    sentences = [error.msg for error in checks.check_rights_cover_permissions(None)]

    assert "No right contains the permission campaigns.export_recipient." in sentences
    assert "No right contains the permission campaigns.launch_campaign." not in sentences


def test_permission_that_does_not_exist_is_told(with_modules):
    wrong = Right("fly", "Fly", ("campaigns.fly_campaign",))
    with_modules(Module("campaigns", "Campaigns", (wrong,)))

    assert "waproject.E021" in ids(checks.check_rights_cover_permissions(None))


@pytest.mark.parametrize(
    ("rights", "told"),
    [
        ([Right("see", "See", ()), Right("see", "See", ())], "waproject.E023"),
        ([Right("change", "Change", (), needs=("campaigns.see",))], "waproject.E024"),
        (
            [
                Right("see", "See", ()),
                Right("change", "Change", (), {SystemRole.AGENT}, needs=("campaigns.see",)),
            ],
            "waproject.E025",
        ),
    ],
)
def test_rights_that_do_not_fit_together_are_told(with_modules, rights, told):
    with_modules(Module("campaigns", "Campaigns", tuple(rights)))

    assert ids(checks.check_rights_fit_together(None)) == {told}
