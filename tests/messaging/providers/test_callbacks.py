from messaging.providers.callbacks import callback_url


def test_callback_url_carries_account_and_token_to_the_public_address(settings):
    settings.PUBLIC_BASE_URL = "https://wa.example.cl/"

    url = callback_url("twilio", 7, "a-b_c")

    assert url == "https://wa.example.cl/twilio/7/status?token=a-b_c"
