"""Who is let in: by token, by session, and on the host itself."""

from contextlib import AsyncExitStack
from dataclasses import replace

import httpx2
import pytest

from jobsys import ConfigurationError, JobsysContainer, Settings
from jobsys.adapters.http import create_app
from jobsys.adapters.http.access import FAILED_TOKENS
from jobsys.adapters.http.limits import MOST_KNOWN, Window
from jobsys.adapters.http.sessions import IDLE, MOST, Sessions
from jobsys.adapters.http.tokens import TokenBook
from jobsys.config import TokenSettings
from jobsys.config.arguments import DashboardArguments
from jobsys.config.effective import effective
from jobsys.domain.principal import Principal, Role
from tests.integration.http.conftest import MARK, TOKENS, Api, api_over, container_for, dashboard

ADA = Principal("ada", Role.VIEWER)


class Time:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def logged_in(api: Api, who: str = "operator") -> httpx2.Response:
    answer = await api.client.post("/api/login", json={"token": TOKENS[who]}, headers=MARK)
    assert answer.status_code == 200, answer.text
    return answer


async def test_a_token_opens_a_session_whose_cookie_no_script_and_no_other_site_gets(
    api: Api,
) -> None:
    login = await logged_in(api)
    assert login.json() == {"name": "operator", "role": "operator", "queues": [], "types": []}
    cookie = login.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert TOKENS["operator"] not in cookie
    assert (await api.client.get("/api/session")).json()["name"] == "operator"


async def test_a_cookie_of_a_session_over_tls_is_sent_over_tls_only() -> None:
    async with api_over(container_for()) as api:
        api.client.base_url = httpx2.URL("https://127.0.0.1")
        login = await logged_in(api)
        assert "Secure" in login.headers["set-cookie"].split("; ")
        assert login.headers["strict-transport-security"]


async def test_a_session_is_over_after_its_logout_even_for_who_has_kept_the_cookie(
    api: Api,
) -> None:
    await logged_in(api)
    kept = dict(api.client.cookies)
    assert (await api.client.post("/api/logout", headers=MARK)).status_code == 200
    assert not api.client.cookies
    api.client.cookies.update(kept)
    assert (await api.client.get("/api/session")).status_code == 401


async def test_a_login_from_another_site_is_refused(api: Api) -> None:
    body = {"token": TOKENS["admin"]}
    for headers in ({}, {**MARK, "Origin": "https://evil.example"}):
        answer = await api.client.post("/api/login", headers=headers, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "CROSS_SITE")


def test_a_session_that_nobody_uses_for_half_an_hour_is_over() -> None:
    time = Time()
    sessions = Sessions(time)
    session = sessions.begin(ADA)
    for _ in range(3):
        time.now += IDLE - 1
        assert sessions.holder(session) == ADA
    time.now += IDLE - 1
    assert sessions.is_open(session)  # which is no use of it
    time.now += 1
    assert sessions.holder(session) is None
    assert not sessions.is_open(session)


def test_of_too_many_sessions_the_one_that_was_not_used_for_longest_is_over() -> None:
    sessions = Sessions()
    first, second = sessions.begin(ADA), sessions.begin(ADA)
    assert sessions.holder(first)
    for _ in range(MOST - 1):
        sessions.begin(ADA)
    assert sessions.holder(first)
    assert sessions.holder(second) is None


def test_sessions_of_one_principal_end_nobody_elses() -> None:
    sessions = Sessions()
    session = sessions.begin(ADA)
    for _ in range(2 * MOST):
        sessions.begin(replace(ADA, name="bob"))
    assert sessions.holder(session) == ADA


async def test_the_sixth_failed_login_of_an_address_in_a_minute_is_refused_with_a_time(
    api: Api,
) -> None:
    for _ in range(5):
        answer = await api.client.post("/api/login", json={"token": "wrong"}, headers=MARK)
        assert answer.status_code == 401
    for token in ("wrong", TOKENS["admin"]):
        answer = await api.client.post("/api/login", json={"token": token}, headers=MARK)
        assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_REQUESTS")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert (await api.ask("admin", "GET", "/api/session")).status_code == 200


async def test_who_guesses_tokens_is_refused_for_a_while_and_nobody_at_another_address_is() -> None:
    container = container_for()
    app = create_app(container)
    async with container.lifecycle(), AsyncExitStack() as stack:
        guesser, other = [
            await stack.enter_async_context(
                httpx2.AsyncClient(
                    transport=httpx2.ASGITransport(app=app, client=(address, 40_000)),
                    base_url="http://localhost",
                )
            )
            for address in ("192.0.2.1", "192.0.2.2")
        ]
        for number in range(FAILED_TOKENS):
            wrong = {"Authorization": f"Bearer guess-{number}"}
            assert (await guesser.get("/api/session", headers=wrong)).status_code == 401
        right = {"Authorization": f"Bearer {TOKENS['admin']}"}
        assert (await guesser.get("/api/session", headers=right)).status_code == 429
        assert (await other.get("/api/session", headers=right)).status_code == 200


def test_a_window_forgets_what_is_older_than_it_is_long_and_whoever_is_gone_for_longest() -> None:
    time = Time()
    window = Window(2, now=time)
    window.count("ada")
    time.now += 10
    window.count("ada")
    assert window.wait("ada") == 50
    assert window.wait("bob") == 0
    time.now += 50
    assert window.wait("ada") == 0
    for number in range(MOST_KNOWN + 1):
        window.count(f"address-{number}")
    assert len(window._seen) == MOST_KNOWN


async def test_wrong_credentials_are_refused_and_never_fall_back_to_a_cookie(api: Api) -> None:
    await logged_in(api, "admin")
    for said in (
        "Bearer nobody",
        "Bearer",
        f"Basic {TOKENS['admin']}",
        f"bearer x{TOKENS['admin']}",
    ):
        answer = await api.client.get("/api/session", headers={"Authorization": said})
        assert answer.status_code == 401, said
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_each_token_is_its_holders_and_none_is_kept() -> None:
    given = [TokenSettings(name=w, role=Role.ADMIN, token=t) for w, t in TOKENS.items()]  # type: ignore[arg-type]  # texts become secrets
    book = TokenBook(given)
    for who, token in TOKENS.items():
        holder = book.holder(token)
        assert holder is not None
        assert holder.name == who
        assert token not in repr(vars(book))
    assert book.holder("") is None
    assert book.holder("\udcff") is None


ANYBODY: DashboardArguments = {"anonymous": "operator"}


async def test_on_the_host_itself_nobody_needs_a_token_where_the_settings_say_so() -> None:
    async with api_over(container_for(ANYBODY)) as api:
        for host in ("localhost", "localhost:8090", "127.0.0.1", "[::1]:80", "LOCALHOST"):
            answer = await api.client.get("/api/session", headers={"Host": host})
            assert answer.json()["name"] == "anonymous"
            assert answer.json()["role"] == "operator"
        answer = await api.client.post("/api/jobs", json={"type": "greet"})
        assert (answer.status_code, answer.json()["code"]) == (403, "CROSS_SITE")
        answer = await api.client.post("/api/jobs", json={"type": "greet"}, headers=MARK)
        assert answer.status_code == 202


async def test_a_name_of_another_site_that_leads_to_this_host_is_refused() -> None:
    async with api_over(container_for(ANYBODY)) as api:
        for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1",
                     "127.0.0.1@evil.example", "", "localhost:80:80", "192.0.2.1"):  # fmt: skip
            answer = await api.client.get("/api/jobs/stats", headers={"Host": host})
            assert (answer.status_code, answer.json()["code"]) == (403, "UNKNOWN_HOST"), host


async def test_who_comes_through_a_proxy_of_this_host_is_not_on_it() -> None:
    async with api_over(container_for(ANYBODY)) as api:
        for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"):
            answer = await api.client.get("/api/jobs/stats", headers={name: "127.0.0.1"})
            assert (answer.status_code, answer.json()["code"]) == (403, "UNKNOWN_HOST"), name


async def test_another_host_needs_a_token_even_where_this_one_needs_none() -> None:
    async with api_over(container_for(ANYBODY), address="192.0.2.7") as api:
        answer = await api.client.get("/api/jobs/stats")
        assert (answer.status_code, answer.json()["code"]) == (403, "UNKNOWN_HOST")


def test_an_api_that_nobody_could_use_is_not_made() -> None:
    container = JobsysContainer(Settings(backend="memory://"))
    with pytest.raises(ConfigurationError, match=r"name tokens in dashboard\.tokens"):
        create_app(container)


def test_an_open_address_without_tokens_or_with_anonymous_users_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"0\.0\.0\.0.*name tokens"):
        Settings(dashboard={"host": "0.0.0.0"})  # noqa: S104 (it is refused)
    with pytest.raises(ConfigurationError, match="anonymous is for users of this host"):
        Settings(dashboard={**dashboard(), "host": "192.0.2.1", "anonymous": "viewer"})


def test_a_token_is_long_and_nobody_elses_and_is_never_shown() -> None:
    one = {"name": "ada", "role": "viewer", "token": "0123456789abcdef"}
    for tokens in ([{**one, "token": "short-secret"}], [one, {**one, "name": "bob"}], [one, one]):
        with pytest.raises(ConfigurationError) as refused:
            Settings(dashboard={"tokens": tokens})
        assert "0123456789" not in str(refused.value)
        assert "short-secret" not in str(refused.value)
    settings = Settings(dashboard={"tokens": [one]})
    assert "0123456789" not in repr(settings)
    assert "0123456789" not in repr(effective(settings))
