from __future__ import annotations

from dataclasses import fields

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.notify import settings
from noc_console.services.notify.settings import (
    APPRISE_SCHEMES,
    SECRETS,
    SETTINGS,
    TITLES,
    ChannelKind,
    EmailSettings,
    SmsSettings,
    check_secret,
    http_url,
    make,
    shown_of,
)

MAIL = {"host": "mail.example.net", "sender": "noc@example.net"}
SMS = {"url": "https://sms.example.net/send"}


def test_every_kind_has_a_title_settings_and_a_word_for_its_secret():
    assert set(TITLES) == set(SETTINGS) == set(SECRETS) == set(ChannelKind)
    for made in SETTINGS.values():
        assert all(each.metadata["title"] for each in fields(made))
        assert not any("secret" in each.name or "password" in each.name for each in fields(made))


def test_texts_become_what_the_settings_are():
    made = make(ChannelKind.EMAIL, MAIL | {"port": "465", "security": "tls", "verify": "no"})
    assert made == EmailSettings(**MAIL, port=465, security="tls", verify=False)


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        (ChannelKind.EMAIL, {}, "host"),
        (ChannelKind.EMAIL, MAIL | {"sender": "nobody"}, "sender"),
        (ChannelKind.EMAIL, MAIL | {"sender": "a@b.c\nBcc: x@y.z"}, "sender"),
        (ChannelKind.EMAIL, MAIL | {"reply_to": "x"}, "reply_to"),
        (ChannelKind.EMAIL, MAIL | {"port": "0"}, "port"),
        (ChannelKind.EMAIL, MAIL | {"port": "many"}, "port"),
        (ChannelKind.EMAIL, MAIL | {"security": "maybe"}, "security"),
        (ChannelKind.EMAIL, MAIL | {"security": "none", "user": "noc"}, "security"),
        (ChannelKind.EMAIL, MAIL | {"colour": "red"}, "colour"),
        (ChannelKind.EMAIL, MAIL | {"ca": "x" * 30_000}, "ca"),
        (ChannelKind.SMS, {}, "url"),
        (ChannelKind.SMS, {"url": "ftp://x"}, "url"),
        (ChannelKind.SMS, {"url": "https://sms.example.net/send?key=abc"}, "url"),
        (ChannelKind.SMS, SMS | {"fields": "to={to}"}, "fields"),
        (ChannelKind.SMS, SMS | {"fields": "to={to}\ntext={text}\n{x}={y}"}, "fields"),
        (ChannelKind.SMS, SMS | {"fields": "to={to}\ntext={text}\nlost"}, "fields"),
        (ChannelKind.SMS, SMS | {"header": "no header"}, "header"),
        (ChannelKind.SMS, SMS | {"url": "https://noc:s3cr3t@sms.example.net/send"}, "url"),
        (ChannelKind.SLACK, {"proxy": "http://user:pass@proxy:3128"}, "proxy"),
        (ChannelKind.SLACK, {"timeout_s": "0"}, "timeout_s"),
        (ChannelKind.TELEGRAM, {"chat": "the noc"}, "chat"),
        (ChannelKind.TELEGRAM, {"api": "nowhere"}, "api"),
        (ChannelKind.TELEGRAM, {"api": "https://s3cr3t@bots.example.net"}, "api"),
    ],
)
def test_what_no_message_could_be_sent_with_is_refused_by_its_name(kind, given, field):
    with pytest.raises(Invalid) as raised:
        make(kind, given)
    assert raised.value.field == field


def test_a_secret_must_be_one_of_its_kind_and_is_never_repeated():
    for kind, wrong in (
        (ChannelKind.SLACK, "hooks.slack.com/s3cr3t"),
        (ChannelKind.TEAMS, "file:///etc/s3cr3t"),
        (ChannelKind.WEBHOOK, "https://x y/s3cr3t"),
        (ChannelKind.TELEGRAM, "s3cr3t"),
        (ChannelKind.APPRISE, "json://s3cr3t"),
        (ChannelKind.APPRISE, "s3cr3t"),
    ):
        with pytest.raises(Invalid) as raised:
            check_secret(kind, wrong)
        assert "s3cr3t" not in str(raised.value)
    check_secret(ChannelKind.APPRISE, "ntfys://ntfy.example.net/topic")
    check_secret(ChannelKind.TELEGRAM, "123456:ABCDEFGHIJKLMNOPQRSTUVW")
    check_secret(ChannelKind.EMAIL, "anything")


def test_nothing_that_runs_posts_or_writes_anything_is_among_the_services():
    never = {"json", "xml", "form", "exec", "file", "syslog", "rsyslog", "dbus", "glib", "kde",
             "windows", "macosx", "apprise", "apprises", "mailto", "hassio", "mqtt", "amqp",
             "nostr", "irc", "custom", "deltachat"}  # fmt: skip
    assert not APPRISE_SCHEMES & never and len(APPRISE_SCHEMES) > 30


def test_what_is_shown_of_a_channel_is_not_secret():
    slack = SETTINGS[ChannelKind.SLACK]()
    url = "https://hooks.slack.com/services/T/B/s3cr3t"
    assert shown_of(ChannelKind.SLACK, slack, url) == "hooks.slack.com/•••"
    assert shown_of(ChannelKind.EMAIL, EmailSettings(**MAIL), "s3cr3t") == "mail.example.net:587"
    assert shown_of(ChannelKind.SMS, SmsSettings(**SMS), "s3cr3t") == "sms.example.net"
    token = "123456:ABCDEFGHIJKLMNOPQRSTUVW"
    telegram = SETTINGS[ChannelKind.TELEGRAM]()
    assert shown_of(ChannelKind.TELEGRAM, telegram, token) == "bot 123456"
    apprise = SETTINGS[ChannelKind.APPRISE]()
    assert shown_of(ChannelKind.APPRISE, apprise, "ntfy://s3cr3t/x") == "ntfy://•••"


def test_addresses_numbers_and_chats_are_told_from_other_words():
    assert settings.is_email("a.b+c@example.net") and not settings.is_email("a@b\r\nc: d")
    assert not settings.is_email("Mira <m@x.nl>") and not settings.is_email("a@b,c@d")
    assert settings.is_email("noc@[192.0.2.1]") and settings.is_email("noc@[IPv6:2001:db8::1]")
    # The mail library ends in an error of its own on these: one would stop all messages.
    assert not settings.is_email("noc@[-") and not settings.is_email("noc+x@a]b")
    assert settings.is_phone("+31612345678") and not settings.is_phone("0612-34")
    assert settings.is_chat("-1001234") and settings.is_chat("@noc_room")
    assert not settings.is_chat("noc")
    with pytest.raises(Invalid):
        http_url("http://[::1", "url")
