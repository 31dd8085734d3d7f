from waproject.lab import services


def test_site_before_the_simulator_demands_no_second_factor_unless_asked(monkeypatch):
    monkeypatch.delenv("SECOND_FACTOR_ROLES")
    usual = services.simulated_environment(1, 2)["SECOND_FACTOR_ROLES"]
    monkeypatch.setenv("SECOND_FACTOR_ROLES", "agent")

    asked = services.simulated_environment(1, 2)["SECOND_FACTOR_ROLES"]

    assert (usual, asked) == ("", "agent")
