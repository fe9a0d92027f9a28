"""What GuardedHttpPoster does with real servers, and where it does not go at all."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from jobsys.adapters.webhook import exchange
from jobsys.adapters.webhook.addresses import is_public
from jobsys.adapters.webhook.http_poster import GuardedHttpPoster
from jobsys.adapters.webhook.target import target_of
from jobsys.domain.errors import WebhookRefused
from jobsys.domain.webhook_endpoint import Reach
from jobsys.ports.errors import MissingExtra, WebhookUnavailable
from jobsys.ports.http_poster import HttpAnswer
from tests.support.https_server import HttpsServer, answer
from tests.support.smtp_server import CERTIFICATE

HERE = Reach(private=True, any_port=True)
PUBLIC = "93.184.215.14"

PRIVATE = [
    "0.0.0.0", "10.0.0.1",  # noqa: S104 (nobody listens there)
    "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "192.0.0.1", "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::1",
    "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1", "nobody",
]  # fmt: skip

HOSTILE_URLS = [
    "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/",
    "javascript:alert(1)", "//example.org/", "example.org", "", "https://", "https:///hook",
    "https://user@example.org/", "https://user:secret@example.org/", "https://@example.org/",
    "https://example.org@127.0.0.1/", "https://127.0.0.1@example.org/",
    "https://example.org:22/", "https://example.org:6379/", "https://example.org:8443/",
    "https://example.org:0/", "https://example.org:65536/", "https://example.org:-1/",
    "https://example.org:x/", "https://example.org/ hook", "https://example.org/\r\nHost: a",
    "https://exa\tmple.org/", "https://exa\nmple.org/", "https://example.org\\@127.0.0.1/",
    "https://example.org/\x00", "https://ex\u00e4mple.org/", "https://example\u3002org/",
    "https://[::1", "https://[::1]x/", "https://[fe80::1%25eth0]/", "https://exa%6dple.org/",
    "https://exam<ple.org/", "https://a{b}.org/", "https://" + "a" * 300 + "/",
    "https://example.org/" + "a" * 2000,
]  # fmt: skip

WRITTEN_OTHERWISE = [
    "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/",
    "https://0177.0.0.1/", "https://0x7f.1/", "https://0/", "https://localhost/",
    "https://LOCALHOST/", "https://localhost./", "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[64:ff9b::7f00:1]/",
    "https://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/", "https://10.0.0.1:443/",
]  # fmt: skip


@pytest.fixture
async def server() -> AsyncIterator[HttpsServer]:
    async with HttpsServer() as server:
        yield server


def resolver(*answers: Sequence[str]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """Returns what answers each question with the next of these, the last one again and again."""
    left = list(answers)

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


async def posted(
    poster: GuardedHttpPoster, url: str, body: bytes = b"{}", reach: Reach = HERE
) -> HttpAnswer:
    return await poster.post(url, {"x-own": "1"}, body, reach)


@pytest.fixture
def poster() -> GuardedHttpPoster:
    return GuardedHttpPoster(CERTIFICATE)


async def test_a_body_arrives_with_its_headers_at_the_host_of_the_url(
    server: HttpsServer, poster: GuardedHttpPoster
) -> None:
    server.answers = [answer(202, "Retry-After: 7", body=b"thanks")]
    said = await posted(poster, server.url("/hook?a=1"), b'{"a":1}')
    [request] = server.received
    assert said == HttpAnswer(202, "7")
    assert request.line == "POST /hook?a=1 HTTP/1.1"
    assert (request.body, request.headers["x-own"]) == (b'{"a":1}', "1")
    assert request.headers["host"] == f"localhost:{server.port}"


async def test_the_name_that_the_certificate_must_have_is_that_of_the_url(
    server: HttpsServer,
) -> None:
    poster = GuardedHttpPoster(CERTIFICATE, resolver(["127.0.0.1"]))
    with pytest.raises(WebhookUnavailable, match="certificate"):
        await posted(poster, server.url(host="example.org"))
    assert server.received == []


async def test_a_certificate_that_nobody_vouches_for_is_not_accepted(server: HttpsServer) -> None:
    with pytest.raises(WebhookUnavailable, match="certificate"):
        await posted(GuardedHttpPoster(), server.url())
    assert server.received == []


async def test_no_redirect_is_followed(server: HttpsServer, poster: GuardedHttpPoster) -> None:
    server.answers = [answer(307, f"Location: {server.url('/other')}")]
    assert (await posted(poster, server.url())).status == 307
    assert len(server.received) == 1


async def test_no_proxy_of_the_environment_is_asked(
    server: HttpsServer, poster: GuardedHttpPoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with HttpsServer(tls=False) as proxy:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url("").removesuffix("/hook"))
        assert (await posted(poster, server.url())).status == 204
        assert proxy.connections == 0


async def test_a_host_that_turns_private_between_check_and_connect_is_not_reached(
    server: HttpsServer,
) -> None:
    asked = resolver([PUBLIC], ["127.0.0.1"])
    target = await target_of(server.url(), Reach(any_port=True), asked)
    assert target.addresses == [PUBLIC]  # what is connected to; nobody asks a second time
    with pytest.raises(WebhookRefused):
        await posted(
            GuardedHttpPoster(CERTIFICATE, asked), server.url(), reach=Reach(any_port=True)
        )
    assert server.connections == 0


async def test_each_connection_of_a_rebinding_host_goes_to_what_was_checked(
    server: HttpsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = list[object]()

    async def refuse(
        _loop: object, _made: object, host: object = None, *_: object, **__: object
    ) -> None:
        connected.append(host)
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "create_connection", refuse)
    poster = GuardedHttpPoster(CERTIFICATE, resolver([PUBLIC], ["127.0.0.1"]))
    with pytest.raises(WebhookUnavailable):
        await posted(poster, server.url(), reach=Reach(any_port=True))
    assert (connected, server.connections) == ([PUBLIC], 0)


async def test_one_private_address_among_public_ones_is_enough_to_be_refused(
    server: HttpsServer,
) -> None:
    poster = GuardedHttpPoster(CERTIFICATE, resolver([PUBLIC, "127.0.0.1"]))
    with pytest.raises(WebhookRefused):
        await posted(poster, server.url(), reach=Reach(any_port=True))
    assert server.connections == 0


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_known_as_such(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", [PUBLIC, "8.8.8.8", "2606:4700::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"]
)
def test_an_address_that_is_public_is_known_as_such(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", HOSTILE_URLS)
async def test_a_url_that_is_not_allowed_is_refused_before_anybody_is_asked_for_it(
    url: str,
) -> None:
    asked = list[str]()

    async def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return [PUBLIC]

    with pytest.raises(WebhookRefused) as refused:
        await GuardedHttpPoster(resolve=resolve).post(url, {}, b"", Reach())
    assert asked == []
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", WRITTEN_OTHERWISE)
async def test_this_host_and_its_network_are_not_reached_however_they_are_written(url: str) -> None:
    with pytest.raises((WebhookRefused, WebhookUnavailable)):
        await GuardedHttpPoster().post(url, {}, b"", Reach())


async def test_another_address_of_the_host_is_tried_where_nobody_listens_at_the_first(
    server: HttpsServer,
) -> None:
    poster = GuardedHttpPoster(CERTIFICATE, resolver(["127.0.0.2", "127.0.0.1"]))
    assert (await posted(poster, server.url())).status == 204


async def test_a_server_that_does_not_answer_is_given_up_in_time(
    server: HttpsServer, poster: GuardedHttpPoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "TOTAL", 0.2)
    server.hangs = True
    with pytest.raises(WebhookUnavailable):
        await posted(poster, server.url())


async def test_a_resolver_that_hangs_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "TOTAL", 0.2)

    async def hang(_host: str, _port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    with pytest.raises(WebhookUnavailable, match="within"):
        await posted(GuardedHttpPoster(resolve=hang), "https://example.org/")


async def test_an_endless_answer_is_read_as_far_as_a_small_one_goes(
    server: HttpsServer, poster: GuardedHttpPoster
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"
    server.answers = [head + b"x" * 200_000]
    assert (await posted(poster, server.url())).status == 200


async def test_what_is_no_http_is_no_answer(server: HttpsServer, poster: GuardedHttpPoster) -> None:
    server.answers = [b"220 mail.example.org ESMTP\r\n"]
    with pytest.raises(WebhookUnavailable, match="localhost does not answer as it should"):
        await posted(poster, server.url())


async def test_nobody_at_the_port_and_nobody_of_that_name_are_no_answers(
    poster: GuardedHttpPoster,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(WebhookUnavailable):
        await posted(poster, f"https://localhost:{port}/")
    with pytest.raises(WebhookUnavailable, match="resolved"):
        await posted(poster, "https://nobody.invalid/")
    with pytest.raises(WebhookUnavailable, match="no address"):
        await posted(GuardedHttpPoster(resolve=resolver([])), "https://example.org/")


async def test_a_body_that_is_too_large_is_not_sent(
    server: HttpsServer, poster: GuardedHttpPoster
) -> None:
    with pytest.raises(WebhookRefused, match="bytes"):
        await posted(poster, server.url(), b"x" * (1024 * 1024 + 1))
    assert server.connections == 0


async def test_http_without_tls_is_spoken_where_that_is_allowed() -> None:
    async with HttpsServer(tls=False) as server:
        reach = Reach(http=True, private=True, any_port=True)
        assert (await posted(GuardedHttpPoster(), server.url(), reach=reach)).status == 204


async def test_without_httpx2_it_is_said_what_to_install(
    poster: GuardedHttpPoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "jobsys.adapters.webhook.exchange", raising=False)
    monkeypatch.setitem(sys.modules, "httpx2", None)
    with pytest.raises(MissingExtra, match=r"jobsys\[webhooks\]"):
        await posted(poster, "https://example.org/")
