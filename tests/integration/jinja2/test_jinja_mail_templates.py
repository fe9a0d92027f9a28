"""What JinjaMailTemplates promises about the templates that ship and those of a user's."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import JsonValue

from jobsys.adapters.jinja2.mail_templates import JinjaMailTemplates
from jobsys.domain.errors import MailRefused
from jobsys.domain.mail import MailContent, checked_header_text
from jobsys.ports.errors import MissingExtra

SHIPPED: dict[str, dict[str, JsonValue]] = {
    "welcome": {"username": "Ada"},
    "password_reset": {"username": "Ada", "reset_url": "https://example.org/r?a=1&b=2"},
    "notification": {"title": "News", "message": "It\nis done", "url": "https://example.org"},
    "campaign": {"title": "Sale", "message": "All half price", "unsubscribe_url": "https://x.org"},
}

HOSTILE = [
    *('"><svg onload=alert(1)>', "'onmouseover='alert(1)", "</p><script>alert(1)</script>"),
    *(
        "{{ 7 * 7 }}",
        "{% for x in range(9) %}x{% endfor %}",
        "{{ ''.__class__.__mro__ }}",
        "${7*7}",
    ),
    *("{{ self.__init__.__globals__ }}", "{% include '/etc/passwd' %}", "{# gone #}", "<%= 7 %>"),
]


def made(folder: Path, name: str, **parts: str) -> JinjaMailTemplates:
    """Writes a template of a user's and returns templates that know it."""
    contents = {"subject.txt": "s", "text.txt": "t", "body.html": "h"}
    contents |= {part.replace("_", "."): content for part, content in parts.items()}
    (folder / name).mkdir()
    for part, content in contents.items():
        (folder / name / part).write_text(content)
    return JinjaMailTemplates(folder, max_chars=1000, max_time=timedelta(seconds=1))


@pytest.mark.parametrize("name", SHIPPED)
def test_each_template_that_ships_has_a_subject_a_text_and_html(name: str) -> None:
    content = JinjaMailTemplates().render(name, SHIPPED[name])
    assert content.subject == checked_header_text(content.subject)
    assert content.subject
    assert content.html.lower().startswith("<!doctype html>")
    for value in SHIPPED[name].values():
        shown = str(value)
        assert shown in f"{content.subject}\n{content.text}"
        assert shown.replace("&", "&amp;") in f"{content.subject}\n{content.html}"


@pytest.mark.parametrize("data", [{"name": "Ada"}, {"username": "Ada", "name": "Lovelace"}])
def test_a_recipient_is_greeted_by_username_or_name(data: dict[str, JsonValue]) -> None:
    assert "Hello Ada," in JinjaMailTemplates().render("welcome", data).text


def test_a_password_is_reset_by_a_link_or_a_code() -> None:
    content = JinjaMailTemplates().render("password_reset", {"code": "123456"})
    assert "123456" in content.text
    assert "123456" in content.html
    with pytest.raises(MailRefused, match="'reset_url' is undefined"):
        JinjaMailTemplates().render("password_reset", {"username": "Ada"})


def test_an_unknown_template_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(MailRefused, match="'none'; known: campaign, notification, password_reset"):
        JinjaMailTemplates().render("none", {})


@pytest.mark.parametrize("name", ["../welcome", "welcome/..", "_layout.html", "", "/etc/passwd"])
def test_what_is_no_name_of_a_template_is_unknown(name: str) -> None:
    with pytest.raises(MailRefused, match="there is no mail template"):
        JinjaMailTemplates().render(name, {})


@pytest.mark.parametrize("hostile", HOSTILE)
def test_data_is_shown_and_never_interpreted(hostile: str) -> None:
    data: dict[str, JsonValue] = {"title": hostile, "message": hostile, "url": hostile}
    content = JinjaMailTemplates().render("campaign", data)
    assert content.subject == hostile
    assert content.text.count(hostile) == 3
    assert content.html.count("<") == JinjaMailTemplates().render(
        "campaign", {"title": "t", "message": "m", "url": "u"}
    ).html.count("<")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " https://x", "//x"])
def test_only_a_page_of_the_web_becomes_a_link(url: str) -> None:
    assert "href" not in JinjaMailTemplates().render("welcome", {"url": url}).html
    assert "href" in JinjaMailTemplates().render("welcome", {"url": "https://x.org"}).html


def test_line_breaks_in_data_do_not_reach_the_subject() -> None:
    data: dict[str, JsonValue] = {"title": "a\r\nBcc: x@evil.test", "message": "m"}
    assert JinjaMailTemplates().render("campaign", data).subject == "a Bcc: x@evil.test"


def test_a_users_template_is_found_and_wins_over_one_that_ships(tmp_path: Path) -> None:
    templates = made(tmp_path, "invoice", subject_txt="No. {{ n }}", body_html="<b>{{ n }}</b>")
    assert templates.render("invoice", {"n": "<7>"}) == MailContent(
        "No. <7>", "t", "<b>&lt;7&gt;</b>"
    )
    made(tmp_path, "welcome", text_txt="mine")
    assert templates.render("welcome", {}).text == "mine"
    assert templates.render("campaign", SHIPPED["campaign"]).subject == "Sale"


@pytest.mark.parametrize(
    "source",
    [
        *("{{ missing }}", "{{ n.missing.more }}", "{{ 1 / 0 }}", "{% broken", "{{ n.append(1) }}"),
        *("{{ ''.__class__ }}", "{% include 'none.txt' %}", "{{ n | none }}"),
    ],
)
def test_a_template_that_fails_is_refused_and_named(tmp_path: Path, source: str) -> None:
    templates = made(tmp_path, "bad", text_txt=source)
    with pytest.raises(MailRefused, match=r"bad/text\.txt cannot be filled"):
        templates.render("bad", {"n": [1]})


@pytest.mark.parametrize(
    "source",
    [
        "{% for x in n %}0123456789{% endfor %}",
        f"{3 * '{% for x in n %}'}{{{{ '' }}}}{3 * '{% endfor %}'}",
    ],
)
def test_a_template_that_grows_too_large_or_too_slow_is_refused(
    tmp_path: Path, source: str
) -> None:
    templates = made(tmp_path, "large", text_txt=source)
    with pytest.raises(MailRefused, match="give it less"):
        templates.render("large", {"n": [*range(2000)]})


def test_without_jinja2_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "jobsys.adapters.jinja2.rendering", raising=False)
    monkeypatch.delattr("jobsys.adapters.jinja2.rendering", raising=False)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtra, match=r"pip install 'jobsys\[email\]'"):
        JinjaMailTemplates().render("welcome", {})
