"""Olga sets up an installation: from the environment, a file or neither, and hears of every mistake at once."""

import ipaddress
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from evenhand.configuration import Configuration, Endpoint, Misconfigured, chosen_book, read_configuration

KEY = "kR7vX2mQ9pL4sT8wY1zB6nD3fG5hJ0cA"


@pytest.fixture
def read(tmp_path):
    """Read the settings of a data folder, with a file of these words in it and these variables around it."""

    def reader(toml="", **environ):
        if toml:
            (tmp_path / "evenhand.toml").write_text(toml, "utf-8")
        return read_configuration({"EVENHAND_DATA": str(tmp_path), **environ})

    return reader


def problems(read, *args, **environ):
    with pytest.raises(Misconfigured) as caught:
        read(*args, **environ)
    return caught.value.problems


class TestSources:
    def test_without_a_word_the_defaults_stand(self, read, tmp_path):
        assert read() == Configuration(data=tmp_path, secret_key=(tmp_path / "secret").read_text())

    def test_the_file_stands_over_the_defaults_and_the_environment_over_the_file(self, read):
        told = read(
            'domain = "file.example"\nmarketplace = "File"\nworkers = 3',
            EVENHAND_MARKETPLACE="Environment",
            EVENHAND_WORKERS="7",
        )
        assert (told.domain, told.marketplace, told.workers, told.listeners) == ("file.example", "Environment", 7, 1)

    def test_an_empty_variable_takes_back_what_the_file_says(self, read):
        assert read('smtp = "127.0.0.1:2525"').smtp == Endpoint("127.0.0.1", 2525)
        assert read(EVENHAND_SMTP="").smtp is None

    def test_the_file_may_stand_elsewhere(self, read, tmp_path):
        (tmp_path / "elsewhere.toml").write_text('marketplace = "Elsewhere"')
        told = read('marketplace = "Here"', EVENHAND_CONFIG=str(tmp_path / "elsewhere.toml"))
        assert told.marketplace == "Elsewhere"

    def test_a_file_that_is_named_must_be_there(self, read, tmp_path):
        missing = tmp_path / "gone.toml"
        assert problems(read, EVENHAND_CONFIG=str(missing)) == [
            f"EVENHAND_CONFIG names {missing}, which is not a file."
        ]

    def test_what_is_not_ours_in_the_environment_is_left_alone(self, read):
        assert read(HOME="/home/olga", PATH="/bin", EVENHAND_TEST_MX="1").marketplace == "Evenhand"

    def test_the_database_goes_by_the_name_every_host_gives_it(self, read):
        url = "postgresql://olga:secret@db.example/market"
        assert read(DATABASE_URL=url).database_url == url
        assert read(f'database_url = "{url}"').database_url == url

    def test_the_data_folder_may_be_relative_and_in_the_home(self, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        assert read_configuration({"EVENHAND_DATA": "~/market"}).data == tmp_path / "market"
        assert read_configuration({}).data == tmp_path / "data"


class TestKinds:
    def test_each_setting_is_given_in_its_own_form(self, read):
        told = read(
            EVENHAND_HTTP="[::1]:80",
            EVENHAND_SMTP=" mx.market.example:25 ",
            EVENHAND_TRUST_PEERS="10.0.0.0/8, 192.0.2.7,, 2001:db8::/32",
            EVENHAND_PUBLIC_HOSTS="a.example, b.example",
            EVENHAND_SIZE_LIMIT="1000",
            EVENHAND_DEMO="1",
            EVENHAND_DOMAIN="Mail.Bücher.Example.",
        )
        assert (told.http, told.smtp) == (Endpoint("::1", 80), Endpoint("mx.market.example", 25))
        assert told.trust_peers == tuple(
            ipaddress.ip_network(one) for one in ("10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32")
        )
        assert told.public_hosts == ("a.example", "b.example")
        assert (told.size_limit, told.demo, told.domain) == (1000, True, "mail.xn--bcher-kva.example")

    def test_the_file_may_give_them_as_its_own_kinds(self, read):
        told = read('trust_peers = ["10.0.0.0/8"]\nsize_limit = 1000\ndemo = true\npublic_hosts = ["a.example"]')
        assert (told.trust_peers, told.size_limit, told.demo, told.public_hosts) == (
            (ipaddress.ip_network("10.0.0.0/8"),),
            1000,
            True,
            ("a.example",),
        )

    @pytest.mark.parametrize(
        ("text", "scanner"),
        [
            ("127.0.0.1:3310", Endpoint("127.0.0.1", 3310)),
            ("unix:/run/clamav/clamd.ctl", Path("/run/clamav/clamd.ctl")),
            ("", None),
        ],
    )
    def test_a_virus_scanner_is_at_a_port_or_at_a_path(self, read, text, scanner):
        assert read(EVENHAND_SCANNER=text).scanner == scanner
        assert read(f'scanner = "{text}"').scanner == scanner

    @pytest.mark.parametrize("text", ["unix:clamd.ctl", "unix:", "unix:/a\0b"])
    def test_a_scanner_at_half_a_path_is_told(self, read, text):
        assert problems(read, EVENHAND_SCANNER=text) == [
            f"scanner: “{text}” is not unix: and a whole path, for example unix:/run/clamav/clamd.ctl."
        ]

    def test_a_scanner_that_is_given_nothing_is_told(self, read):
        assert problems(read, EVENHAND_SCANNER_LIMIT="0") == ["scanner_limit: it must be at least 1."]

    @pytest.mark.parametrize(
        ("text", "demo"), [("1", True), ("TRUE", True), ("0", False), ("false", False), ("", False)]
    )
    def test_yes_and_no_are_written_in_a_few_ways(self, read, text, demo):
        assert read(EVENHAND_DEMO=text).demo is demo

    @pytest.mark.parametrize("endpoint", ["127.0.0.1:0", "[::1]:8000", "[fe80::1%eth0]:25", "mx.market.example:25"])
    def test_an_endpoint_is_written_the_way_it_is_read(self, endpoint):
        assert str(Endpoint.parse(endpoint)) == endpoint

    @pytest.mark.parametrize(
        "text",
        ["", "25", ":25", "host", "host:", "host:smtp", "::1", "::1:25", "[::1]", "h:65536", "h:-1", "h:²", "a b:1"],
    )
    def test_what_is_no_endpoint_is_told(self, read, text):
        told = problems(read, EVENHAND_HTTP=text)
        assert told == [f"http: “{text}” is not HOST:PORT, for example 127.0.0.1:8000 or [::1]:8000."]

    @pytest.mark.parametrize(
        ("toml", "told"),
        [
            ('workers = "many"', "workers: “many” is not a whole number."),
            ("workers = -1", "workers: “-1” is not a whole number."),
            ("workers = 1.5", "workers: “1.5” is not a whole number."),
            ("workers = true", "workers: “True” is not a whole number."),
            ('workers = ""', "workers: “” is not a whole number."),
            ('demo = "maybe"', "demo: “maybe” is neither true nor false."),
            ("marketplace = 5", "marketplace: it must be text."),
            (
                'authserv_id = "mx.market.example"',
                "authserv_id: name in trust_peers the servers whose Authentication-Results are to be believed.",
            ),
            (
                'authserv_id = "mx; dkim=pass"\ntrust_peers = "10.0.0.0/8"',
                "authserv_id: “mx; dkim=pass” is not one, for example mx.market.example.",
            ),
            ("trust_peers = 5", "trust_peers: it must be a list, or text with commas."),
            ('trust_peers = "here"', "trust_peers: 'here' does not appear to be an IPv4 or IPv6 network."),
            ('domain = "not a domain"', "domain: “not a domain” is not a domain name."),
            ('domain = ""', "domain: “” is not a domain name."),
            ('domain = "ada@home.example"', "domain: “ada@home.example” is not a domain name."),
            ('secret_key = "short"',
             "secret_key: it is shorter than 32 characters; leave it out to have one made and kept."),
            ('book = "amazon"',
             ("book: there is no “amazon”; there are: amazon-2018-10, amazon-2020-11, amazon-2025-04, "
             "legal-overlay, house-overlay. Or name the file of a book, as market.toml, or leave it empty.")),
            ('smarthost_tls = "maybe"', "smarthost_tls: it must be one of off, opportunistic, required, implicit."),
            ('nameserver = "ns.home.example:53"',
             "nameserver: “ns.home.example:53” is not ADDRESS:PORT, for example 127.0.0.1:53."),
            ('tls_key = "key.pem"', "tls_certificate and tls_key: give both or neither."),
            ('tls_certificate = "cert.pem"', "tls_certificate and tls_key: give both or neither."),
            ('database_url = "mysql://localhost/market"',
             "DATABASE_URL: it must start with postgresql://; no other database is supported."),
        ],
    )  # fmt: skip
    def test_a_mistake_is_told_in_a_sentence(self, read, toml, told):
        assert problems(read, toml) == [told]

    @pytest.mark.parametrize("folder", ["", " "])
    def test_an_empty_data_folder_is_not_the_current_one(self, tmp_path, monkeypatch, folder):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(Misconfigured) as caught:
            read_configuration({"EVENHAND_DATA": folder})
        assert caught.value.problems == [f"data: “{folder}” is not a folder."]
        assert list(tmp_path.iterdir()) == []


class TestMistakes:
    def test_every_problem_is_named_at_once(self, read, tmp_path):
        toml = 'marketplac = "Market"\nworkers = "many"\nsmarthost_tls = "maybe"\n[http]\nport = 80\n'
        told = problems(read, toml, EVENHAND_DOMAIN="no domain", EVENHAND_SMPT="127.0.0.1:25", EVENHAND_X="1")
        assert told == [
            f"{tmp_path}/evenhand.toml: “marketplac” is not a setting. Did you mean “marketplace”?",
            "EVENHAND_SMPT is not a setting. Did you mean “EVENHAND_SMTP”?",
            "EVENHAND_X is not a setting. docs/operators-guide.md lists them all.",
            "workers: “many” is not a whole number.",
            "http: “{'port': 80}” is not HOST:PORT, for example 127.0.0.1:8000 or [::1]:8000.",
            "domain: “no domain” is not a domain name.",
            "smarthost_tls: it must be one of off, opportunistic, required, implicit.",
        ]
        assert not (tmp_path / "secret").exists()

    @pytest.mark.parametrize("content", [b"domain = ", b'domain = "\xe9"'])
    def test_a_file_that_is_no_toml_is_told(self, read, tmp_path, content):
        (tmp_path / "evenhand.toml").write_bytes(content)
        [told] = problems(read)
        assert told.startswith(f"{tmp_path}/evenhand.toml is not valid TOML: ")

    @pytest.mark.parametrize("url", ["postgresql://olga:hunter2@[::1/market", "postgresql://olga:hunter%2@db/market"])
    def test_a_database_address_that_cannot_be_read_is_told_without_its_password(self, read, url):
        [told] = problems(read, DATABASE_URL=url)
        assert told == ("DATABASE_URL: it cannot be read; write % : / ? # @ in a user name or password as %25, %3A, …")


class TestBook:
    BOOK = 'name = "Glow Market"\nversion = 3\npacks = ["amazon-2018-10"]\n[rules.coupon]\naction = "off"\n'

    def test_a_book_may_be_a_pack_or_a_file(self, read, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "market.toml").write_text(self.BOOK)
        pack, book = (chosen_book(read(EVENHAND_BOOK=name).book) for name in ("amazon-2018-10", "market.toml"))
        assert book.name.rpartition(" ")[0] == f"{pack.name}, Glow Market 3"
        assert {one.id for one in pack.published} - {one.id for one in book.published} == {"coupon"}
        # The service's own rules stand in each, and what files it passes on.
        assert list(book.rules) == list(pack.rules) == list(chosen_book("").rules)
        assert book.parameters.allowed_types == chosen_book("").parameters.allowed_types

    def test_its_mistakes_are_told_with_those_of_the_settings(self, read, tmp_path):
        place = tmp_path / "market.toml"
        place.write_text(self.BOOK.replace("off", "of") + "[parameters]\nwindow_days = -1\n")
        assert problems(read, f'book = "{place}"\nworkers = "many"') == [
            "workers: “many” is not a whole number.",
            f"{place}:5: “action” of this rule is one of off, deliver, warn, hold, bounce, block.",
            f"{place}:7: “window_days” is -1; it must lie from 1 to 3,650.",
        ]

    def test_a_book_that_is_not_there_is_told(self, read, tmp_path):
        place = tmp_path / "none.toml"
        assert problems(read, EVENHAND_BOOK=str(place)) == [f"{place}: No such file or directory."]
        assert problems(read, EVENHAND_BOOK=f"{tmp_path}/") == [f"{tmp_path}: Is a directory."]

    def test_what_is_judged_in_a_process_is_judged_by_the_book_it_began_with(self, tmp_path):
        place = tmp_path / "market.toml"
        place.write_text(self.BOOK)
        before = chosen_book(str(place))
        place.write_text("mistaken")
        assert chosen_book(str(place)) is before


class TestSecrets:
    def test_a_secret_is_made_once_and_is_ours_alone_to_read(self, read, tmp_path):
        made = read().secret_key
        path = tmp_path / "secret"
        assert (len(made), stat.S_IMODE(path.stat().st_mode)) == (64, 0o600)
        assert read().secret_key == made
        assert [one.name for one in tmp_path.iterdir()] == ["secret"]

    def test_a_given_secret_is_not_written(self, read, tmp_path):
        assert read(EVENHAND_SECRET_KEY=KEY).secret_key == KEY
        assert list(tmp_path.iterdir()) == []

    def test_who_only_looks_writes_nothing(self, tmp_path):
        folder = tmp_path / "new"
        seen = [read_configuration({"EVENHAND_DATA": str(folder)}, write_secret=False).secret_key for _ in "ab"]
        assert (seen[0] == seen[1], folder.exists()) == (False, False)

    @pytest.mark.parametrize("content", [b"", b"short\n", "é".encode() * 40])
    def test_a_damaged_secret_is_told_and_not_used(self, read, tmp_path, content):
        (tmp_path / "secret").write_bytes(content)
        assert problems(read) == [
            f"{tmp_path}/secret holds no secret key. Delete it to have one made; everybody signs in anew."
        ]
        assert (tmp_path / "secret").read_bytes() == content

    def test_processes_that_start_at_once_agree_on_one_secret(self, tmp_path):
        words = (
            "import sys; from evenhand.configuration import read_configuration;"
            "print('ready', flush=True); sys.stdin.readline();"
            f"print(read_configuration({{'EVENHAND_DATA': {str(tmp_path / 'data')!r}}}).secret_key)"
        )
        racers = [
            subprocess.Popen(
                [sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
            )
            for _ in range(6)
        ]
        assert [racer.stdout.readline() for racer in racers] == ["ready\n"] * len(racers)
        for racer in racers:
            racer.stdin.write("go\n")
            racer.stdin.flush()
        told = {racer.communicate()[0] for racer in racers}
        assert told == {(tmp_path / "data" / "secret").read_text() + "\n"}
        assert [one.name for one in (tmp_path / "data").iterdir()] == ["secret"]

    def test_no_secret_is_shown(self, read):
        url = "postgresql://olga:hunter2@db.example/market"
        shown = read(EVENHAND_SECRET_KEY=KEY, EVENHAND_SMARTHOST_PASSWORD="hunter3", DATABASE_URL=url)
        assert (shown.secret_key, shown.smarthost_password, shown.database_url) == (KEY, "hunter3", url)
        for words in (repr(shown), str(shown), f"{shown}"):
            assert [secret for secret in (KEY, "hunter2", "hunter3") if secret in words] == []
        assert "smarthost_password='…', " in repr(shown)

    def test_where_there_is_no_secret_that_is_shown(self):
        assert "smarthost_password='', " in repr(Configuration())


ROOT = Path(__file__).parents[1]


def test_the_options_of_a_blob_storage_reach_it(tmp_path):
    code = "from django.core.files.storage import storages; print(storages['blobs'].location)"
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("EVENHAND_")},
        "DJANGO_SETTINGS_MODULE": "evenhand.settings",
        "EVENHAND_DATA": str(tmp_path),
        "EVENHAND_BLOB_STORAGE": "evenhand.record.blobs.DurableFileStorage",
        "EVENHAND_BLOB_OPTIONS": json.dumps({"location": str(tmp_path / "elsewhere")}),
    }
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(tmp_path / "elsewhere")


def test_the_options_of_a_blob_storage_are_a_table_and_not_shown(tmp_path):
    environ = {"EVENHAND_DATA": str(tmp_path), "EVENHAND_BLOB_OPTIONS": '{"secret_key": "hush"}'}
    assert "hush" not in repr(read_configuration(environ))
    with pytest.raises(Misconfigured, match="blob_options: it must be a table"):
        read_configuration({**environ, "EVENHAND_BLOB_OPTIONS": "[1]"})


class TestLimits:
    def test_a_limit_that_lets_nobody_in_is_refused(self, read):
        assert problems(read, "connections = 0\nconnections_per_client = 0") == [
            "connections: it must be at least 1.",
            "connections_per_client: it must be at least 1.",
        ]

    def test_each_listener_must_have_room_for_a_mail(self, read):
        told = "bytes_in_flight: each of the listeners must have room for one mail of size_limit."
        assert problems(read, "size_limit = 1000\nbytes_in_flight = 1999\nlisteners = 2") == [told]
        assert read("size_limit = 1000\nbytes_in_flight = 2000\nlisteners = 2").bytes_in_flight == 2000

    def test_what_may_be_without_limit_is_so_by_nought(self, read):
        told = read("mails_per_minute = 0\nspool_limit = 0\ndisk_reserve = 0")
        assert (told.mails_per_minute, told.spool_limit, told.disk_reserve) == (0, 0, 0)
        assert problems(read, 'mails_per_minute = "many"') == ["mails_per_minute: “many” is not a whole number."]
