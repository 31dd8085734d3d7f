from waproject.tenants.checks import check_every_model_has_a_tenant


def test_every_model_belongs_to_a_tenant_or_is_named_as_shared():
    assert check_every_model_has_a_tenant(None) == []


def test_a_model_without_a_tenant_is_named(settings):
    settings.SHARED_MODELS = [one for one in settings.SHARED_MODELS if one != "workers.TickTask"]

    found = check_every_model_has_a_tenant(None)

    assert [error.msg.partition(" ")[0] for error in found] == ["workers.TickTask"]
