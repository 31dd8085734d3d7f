import socket

from waproject.lab.ports import LOCAL, answers, free_port, is_free, wait_for_port


def test_free_port_can_be_listened_on():
    with socket.create_server((LOCAL, free_port())) as server:
        port = server.getsockname()[1]

        assert (is_free(port), answers(port)) == (False, True)


def test_wait_for_port_gives_up_after_the_time():
    looks = []

    came = wait_for_port(free_port(), seconds=0.1, meanwhile=lambda: looks.append(1))

    assert (came, len(looks) > 1) == (False, True)


def test_wait_for_port_returns_when_the_server_is_there():
    with socket.create_server((LOCAL, 0)) as server:
        came = wait_for_port(server.getsockname()[1], seconds=1, meanwhile=lambda: None)

    assert came
