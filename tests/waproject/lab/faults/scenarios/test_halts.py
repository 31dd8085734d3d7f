from waproject.lab.faults.scenarios.halts import after


def test_after_tells_how_long_requests_began_after_a_moment(delivered, campaign, entry):
    journal = [
        entry(one, asked_at=at) for one, at in zip(delivered, (99.0, 100.0, 100.5), strict=True)
    ]

    assert after(campaign, journal, 100.0) == [0.5]


def test_after_counts_the_campaign_s_own_requests(delivered, campaign, entry):
    stranger = entry(delivered[0], asked_at=101.0, status_callback=None)

    assert after(campaign, [stranger], 100.0) == []
