"""What the environment decides: defaults that work, and one clear line for what is wrong."""

import email.policy
from collections.abc import Mapping
from datetime import date
from email.message import EmailMessage
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.settings import NAMES, READERS, SECRET, SettingError, Settings, read, seen, unknown

TOPIC = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:mail_events-1"
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/mail"
KEY, OTHER_KEY = "k" * 32, "o" * 40


def test_an_empty_environment_gives_settings_that_work_on_one_machine() -> None:
    assert read({}) == Settings()


def test_a_setting_that_is_set_to_nothing_is_not_set() -> None:
    assert read({"DIGEST_TIMEZONE": "", "DIGEST_APPROVERS": "  "}) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("DATABASE_URL", "sqlite:////srv/digest.db", "database_url", "sqlite:////srv/digest.db"),
        ("DATABASE_URL", "postgres://me@db/digest", "database_url", "postgres://me@db/digest"),
        ("TRANSPORT", "outbox", "transport", "outbox"),
        ("OUTBOX", "/srv/outbox", "outbox", Path("/srv/outbox")),
        ("SES_CONFIGURATION_SET", "digest_v2", "ses_configuration_set", "digest_v2"),
        ("SMTP_URL", "smtps://me:pw@mx.example", "smtp_url", "smtps://me:pw@mx.example"),
        ("BASE_URL", "https://verdicts.example/", "base_url", "https://verdicts.example"),
        ("BASE_URL", "https://a.example:8443/x/", "base_url", "https://a.example:8443/x"),
        ("SECRET_KEY", f"{KEY}, {OTHER_KEY},", "secret_key", (KEY, OTHER_KEY)),
        ("FROM", "Ünser Blatt <us@a.example>", "sender", "Ünser Blatt <us@a.example>"),
        ("FROM", '"Ship, or Skip" <us@a.example>', "sender", '"Ship, or Skip" <us@a.example>'),
        ("FROM", "us@a.example", "sender", "us@a.example"),
        ("LIST_ID", "weekly.verdicts.example", "list_id", "weekly.verdicts.example"),
        ("UNSUBSCRIBE_MAILTO", "leave@a.example", "unsubscribe_mailto", "leave@a.example"),
        ("PUBLICATION", "Ünser Blatt", "publication", "Ünser Blatt"),
        ("LIST_NAME", " Weekly ", "list_name", "Weekly"),
        ("POSTAL_ADDRESS", "1 Example Street", "postal_address", "1 Example Street"),
        ("TIMEZONE", "Europe/Berlin", "timezone", ZoneInfo("Europe/Berlin")),
        ("SCHEDULE", "weekly fri 17:30", "schedule", "weekly fri 17:30"),
        ("ENGINE", "sqs", "engine", "sqs"),
        ("ENGINE", "procrastinate", "engine", "procrastinate"),
        (
            "DOMAIN_RATES",
            "a.example=5,B.example=20",
            "domain_rates",
            frozenset({"a.example=5", "B.example=20"}),
        ),
        ("WARM_UP_FROM", "2026-12-01", "warm_up_from", date(2026, 12, 1)),
        ("METRICS_TOKEN", "sixteen+letters=", "metrics_token", "sixteen+letters="),
        ("APPROVERS", "2", "approvers", 2),
        ("SNS_TOPIC_ARN", TOPIC, "sns_topic_arn", TOPIC),
        ("SNS_SIGNATURE_VERSION", "2", "sns_signature_version", 2),
        ("SES_EVENTS_QUEUE_URL", QUEUE, "ses_events_queue_url", QUEUE),
        ("MINIMUM_COMPARISONS", "8", "minimum_comparisons", 8),
        (
            "ALLOW_PRIVATE_FEEDS",
            "127.0.0.1:8099, 10.0.0.0/8,[::1]:80,feeds.lan,fd00::/8",
            "allow_private_feeds",
            frozenset({"127.0.0.1:8099", "10.0.0.0/8", "[::1]:80", "feeds.lan", "fd00::/8"}),
        ),
        (
            "TRUSTED_HOSTS",
            "www.a.example,[2001:db8::9], 192.0.2.1",
            "trusted_hosts",
            frozenset({"www.a.example", "[2001:db8::9]", "192.0.2.1"}),
        ),
        (
            "TRUSTED_PROXIES",
            "127.0.0.1, 10.0.0.0/8, fd00::/8",
            "trusted_proxies",
            tuple(map(ip_network, ("127.0.0.1", "10.0.0.0/8", "fd00::/8"))),
        ),
    ],
)
def test_each_setting_is_taken_from_its_variable(
    name: str, text: str, field: str, value: object
) -> None:
    assert getattr(read({f"DIGEST_{name}": text}), field) == value


def test_a_folder_of_templates_has_to_be_there(tmp_path: Path) -> None:
    assert read({"DIGEST_TEMPLATES": str(tmp_path)}).templates == tmp_path
    (tmp_path / "file").touch()
    for wrong in ("file", "nothing"):
        said = refusal({"DIGEST_TEMPLATES": str(tmp_path / wrong)})
        assert said == f"DIGEST_TEMPLATES is '{tmp_path / wrong}'; it accepts the path of a folder"


def test_a_model_is_a_folder_that_is_there_or_none_at_all(tmp_path: Path) -> None:
    for said in ("none", str(tmp_path)):
        assert read({"DIGEST_EMBEDDER": said}).embedder == said
    accepts = "none, or the path of a folder with model.onnx and tokenizer.json"
    for wrong in ("None", str(tmp_path / "nothing")):
        said = refusal({"DIGEST_EMBEDDER": wrong})
        assert said == f"DIGEST_EMBEDDER is {wrong!r}; it accepts {accepts}"


def refusal(environment: Mapping[str, str]) -> str:
    with pytest.raises(SettingError) as refused:
        read(environment)
    return str(refused.value)


SITE = "an https address (http only for this machine itself)"
SENDER = "an address such as `Name <name@example.org>`"
MAILTO = "a plain address such as leave@example.org"
DATABASE = "sqlite:///FILE or postgresql://USER@HOST/NAME"
LIST_ID = "a dotted name such as weekly.example.org"
ZONE = "a time zone such as Europe/Berlin"
LINE = "one line of printable text"
HOSTS = "hosts, addresses or networks, split by commas"
RATES = "domains and messages a second such as gmail.com=20, split by commas"
NAMED = "names or addresses of the site, without port, split by commas"
NETWORKS = "addresses or networks such as 127.0.0.1 or 10.0.0.0/8, split by commas"


@pytest.mark.parametrize(
    ("name", "texts", "accepts"),
    [
        ("DATABASE_URL", ["digest.db", "mysql://h/x", "sqlite://", "postgresql+asyncpg://h/x"],
         DATABASE),
        ("TRANSPORT", ["pigeon", "OUTBOX"], "outbox or ses or smtp"),
        ("ENGINE", ["celery"], "inline or procrastinate or sqs"),
        ("BASE_URL", ["http://a.example", "ftp://a.example", "a.example", "https://", "https:///x",
                      "https://[", "https://a.example:99999", "https://a.example/?x=1",
                      "https://a.example/?", "https://a.example/#x", "https://a b.example",
                      "https://me:pass@a.example", "https://bücher.example",
                      "https://a\tb.example", "http://127.0.0.1.a.example"], SITE),
        ("FROM", ["us", "us@", "@a.example", "us@a.example, you@a.example", "A <us@a b>",
                  "Us <us@a.example>, You <you@a.example>", "Us us@a.example", "Us <us@a.example",
                  "Us (not you) <us@a.example>", "üs@a.example", "Us <us@ä.example>"], SENDER),
        ("LIST_ID", ["weekly", "weekly..example", ".example", "wöchentlich.example",
                     "weekly example.org", "-.example"], LIST_ID),
        ("UNSUBSCRIBE_MAILTO", ["leave", "@", "a@b@c", "<leave@a.example>", "a@b.example?cc=c",
                                "a@b.example,c@d.example", "le\tave@a.example"], MAILTO),
        ("PUBLICATION", ["two\nlines", "\x1b[2J"], LINE),
        ("LIST_NAME", ["two\nlines"], LINE),
        ("POSTAL_ADDRESS", ["1 Example Street\nSpringfield"], LINE),
        ("SCHEDULE", ["weekly\nmon"], LINE),
        ("FROM", ["Us\n<us@a.example>"], LINE),
        ("TIMEZONE", ["Berlin", "Europe", "../etc/passwd", "UTC+1", "x" * 3000], ZONE),
        ("APPROVERS", ["0", "3", "two", "1.0", "-1", "٢", "1" * 5000],
         "a whole number from 1 to 2"),
        ("MINIMUM_COMPARISONS", ["0", "9", "all"], "a whole number from 1 to 8"),
        ("ALLOW_PRIVATE_FEEDS", ["*", "two words", "http://10.0.0.1/feed", "10.0.0.0/x"], HOSTS),
        ("DOMAIN_RATES", ["a.example", "a.example=0", "=5", "a=5", "a.example=fast"], RATES),
        ("WARM_UP_FROM", ["soon", "1 December", "2026-13-01"], "a day such as 2026-12-01"),
        ("TRUSTED_HOSTS", ["*", "a.example:443", "https://a.example", "a b", ".a.example"], NAMED),
        ("TRUSTED_PROXIES", ["*", "proxy.lan", "10.0.0.1/8", "10.0.0.0/33"], NETWORKS),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_in_one_line_that_says_what_is_accepted(
    name: str, texts: list[str], accepts: str
) -> None:
    for text in texts:
        said = refusal({f"DIGEST_{name}": text})
        assert said == f"DIGEST_{name} is {text!r}; it accepts {accepts}"
        assert said.isprintable()


TOKEN = "at least 16 letters, digits or signs of ASCII, without spaces"
KEYS = "keys of at least 32 characters, newest first, split by commas"


@pytest.mark.parametrize(
    ("name", "text", "accepts"),
    [
        ("SECRET_KEY", "too short", KEYS),
        ("SECRET_KEY", ",", KEYS),
        ("SECRET_KEY", f"{KEY},hunter2", KEYS),
        ("DATABASE_URL", "mysql://me:hunter2@db/x", DATABASE),
        ("METRICS_TOKEN", "fifteen+letters", TOKEN),
        ("METRICS_TOKEN", "two words of enough letters", TOKEN),
        ("METRICS_TOKEN", "two-lines-of\nenough-letters", TOKEN),
        ("METRICS_TOKEN", "mehr-als-sechzehn-für-alle", TOKEN),
    ],
)
def test_what_may_hold_a_secret_is_not_repeated(name: str, text: str, accepts: str) -> None:
    said = refusal({f"DIGEST_{name}": text})
    assert said == f"DIGEST_{name} is '(not shown here)'; it accepts {accepts}"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "[::1]"])
def test_http_is_taken_for_this_machine_itself(host: str) -> None:
    assert read({"DIGEST_BASE_URL": f"http://{host}:8000"}).base_url == f"http://{host}:8000"


@given(st.sampled_from(sorted(NAMES)), st.text(st.characters(exclude_characters="\0")))
def test_any_value_is_taken_or_refused_in_one_line(name: str, text: str) -> None:
    said = objection(name, text)
    assert not said or said.startswith(NAMES[name])
    assert "\n" not in said


def objection(name: str, text: str) -> str:
    """What the reader of a setting has against a value, "" when it takes it."""
    try:
        READERS[name](NAMES[name], text)
    except SettingError as error:
        return str(error)
    return ""


signs = st.text(st.sampled_from(" .,;:@<>()[]\\\"'=?-_a1é"), max_size=8) | st.text(max_size=8)
senders = st.builds("{}us@a.example{}".format, signs, st.sampled_from(["", ">", ">>", " "]))


@given(senders | st.builds("{} <us@a.example>".format, signs))
def test_a_sender_that_is_taken_makes_a_header_of_one_address(text: str) -> None:
    if objection("sender", text):
        return
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = text
    [one] = message["From"].addresses
    assert one.domain == "a.example"


# --- files and names -----------------------------------------------------------------------


def test_a_file_may_hold_a_value(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    assert read({"DIGEST_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == (KEY,)


def test_the_token_of_the_metrics_may_lie_in_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("sixteen+letters=\n")
    environment = {"DIGEST_METRICS_TOKEN_FILE": str(file)}
    assert read(environment).metrics_token == "sixteen+letters="
    file.write_text("too short\n")
    assert refusal(environment) == (
        f"DIGEST_METRICS_TOKEN is '(not shown here)'; it accepts {TOKEN}"
    )


def test_a_wrong_value_in_a_file_is_refused_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "zone").write_text("Berlin\n")
    said = refusal({"DIGEST_TIMEZONE_FILE": str(tmp_path / "zone")})
    assert said == f"DIGEST_TIMEZONE is 'Berlin'; it accepts {ZONE}"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")
    for name in ("nothing", ".", "picture"):
        path = str(tmp_path / name)
        assert refusal({"DIGEST_SECRET_KEY_FILE": path}) == (
            f"DIGEST_SECRET_KEY_FILE is {path!r}; it accepts the path of a readable text file"
        )


def test_a_name_of_ours_that_is_no_setting_is_most_likely_a_typing_error() -> None:
    environment = {
        "DIGEST_TIMEZNOE": "Europe/Berlin",
        "DIGEST_SENDER": "us@a.example",  # its name is DIGEST_FROM
        "DIGEST_OUTBOX": "var",
        "DIGEST_SECRET_KEY_FILE": "key",
        "DIGEST_TEST_POSTGRES": "postgresql://postgres@localhost/postgres",
        "DIGEST_NOTHING": "",
        "HOME": "/root",
    }
    assert unknown(environment) == ["DIGEST_SENDER", "DIGEST_TIMEZNOE"]


def test_the_settings_seen_show_neither_secrets_nor_passwords() -> None:
    chosen = read(
        {
            "DIGEST_DATABASE_URL": "postgresql://digest:pass@db.example/digest",
            "DIGEST_SECRET_KEY": "k" * 40,
            "DIGEST_METRICS_TOKEN": "t" * 20,
            "DIGEST_ALLOW_PRIVATE_FEEDS": "127.0.0.1,10.0.0.0/8",
            "DIGEST_BACKLOG_DAYS": "0",
        }
    )
    told = dict(seen(chosen))
    assert told.keys() == set(NAMES.values())
    assert told["DIGEST_DATABASE_URL"] == "postgresql://digest:(not shown here)@db.example/digest"
    assert told["DIGEST_SECRET_KEY"] == told["DIGEST_METRICS_TOKEN"] == "(not shown here)"
    assert told["DIGEST_ALLOW_PRIVATE_FEEDS"] == "10.0.0.0/8, 127.0.0.1"
    assert (told["DIGEST_BACKLOG_DAYS"], told["DIGEST_FOOTER"]) == ("0", "")
    assert NAMES.keys() >= SECRET
