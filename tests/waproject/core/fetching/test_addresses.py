import asyncio

import pytest

from waproject.core.fetching.addresses import PrivateAddress, PublicResolver, is_public


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0"),
        *("fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::1"),
        *("localhost", "127.1", "0x7f000001", "2130706433", "", "example.com"),
    ],
)
def test_what_is_no_public_address(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_a_public_address(address):
    assert is_public(address)


class Said:
    """A resolver that says these addresses, one answer after the other."""

    def __init__(self, *answers):
        self.answers = list(answers)

    async def resolve(self, host, port=0, family=0):
        return [{"host": one, "port": port} for one in self.answers.pop(0)]


def resolved(*answers):
    async def ask():
        resolver = PublicResolver()
        resolver._resolver = Said(*answers)
        return await resolver.resolve("files.example.com", 443)

    return [one["host"] for one in asyncio.run(ask())]


def test_a_name_with_both_kinds_of_addresses_leads_to_the_public_ones_alone():
    assert resolved(["10.0.0.1", "8.8.8.8", "::1"]) == ["8.8.8.8"]


def test_a_name_that_leads_into_our_network_leads_nowhere():
    with pytest.raises(PrivateAddress):
        resolved(["169.254.169.254", "::ffff:127.0.0.1"])
