"""Settings from one file: the environment wins, what cannot be used is refused by name, passwords are guarded."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.docket.care import Care
from comity.settings import Settings, UnusableSettings


def read(file: Path, **environment: str) -> Settings:
    return Settings.from_environment({"COMITY_SETTINGS": str(file)} | environment)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "comity.toml"


def test_the_file_speaks_and_the_environment_wins(file):
    file.write_text('workers = 3\nmail_from = "orders@board.example"\nsecure_cookies = false\n')
    found = read(file, COMITY_WORKERS="5")
    assert (found.workers, found.mail_from, found.secure_cookies) == (5, "orders@board.example", False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wrokers = 3", "wrokers: there is no such setting"),
        ("workers = 'many'", "workers: Input should be"),
        ("[workers]\na = 1", "workers: Input should be"),
        ("workers = ", "is not TOML"),
        ("settings = 'other.toml'", "settings: there is no such setting"),
        ("api_address = '8411'", "api_address: Value error, write host:port"),
        ("api_address = 'here:99999'", "api_address: Value error, write host:port"),
        ("log_level = 'LOUD'", "log_level: Input should be"),
        ("x = '" + "a" * 70000 + "'", "longer than"),
        ("\x00", "is not TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(file, text, said):
    file.write_text(text)
    with pytest.raises(UnusableSettings, match=said.replace("(", "\\(")):
        read(file)


def test_the_environment_is_blamed_for_what_it_says(file):
    file.write_text("workers = 3\n")
    with pytest.raises(UnusableSettings, match="COMITY_WORKERS: "):
        read(file, COMITY_WORKERS="none")


def test_how_long_one_person_looks_is_set_within_bounds(file):
    from comity.main.compose import care_of

    file.write_text("look_run_minutes = 15\nlook_day_minutes = 90\n")
    found = care_of(read(file, COMITY_LOOK_SECONDS="60"))
    assert found == Care(run=timedelta(minutes=15), day=timedelta(minutes=90), longest_look=timedelta(minutes=1))
    assert care_of(Settings()) == Care()
    with pytest.raises(UnusableSettings, match="COMITY_LOOK_DAY_MINUTES: "):
        read(file, COMITY_LOOK_DAY_MINUTES="1440")


@pytest.mark.parametrize("place", ["absent.toml", "."])
def test_a_file_that_cannot_be_read(tmp_path, place):
    with pytest.raises(UnusableSettings, match="cannot be read"):
        read(tmp_path / place)


@pytest.mark.parametrize("url", ["postgresql://app:word@db/comity", "host=db password=word"])
def test_a_password_that_others_could_read_is_refused_and_not_repeated(file, url):
    file.write_text(f'database_url = "{url}"\n')
    file.chmod(0o640)
    with pytest.raises(UnusableSettings, match=r"database_url.*chmod 600") as refused:
        read(file)
    assert "word" not in str(refused.value).replace("password", "")
    file.chmod(0o600)
    assert read(file).database_url == url


@given(st.binary(max_size=200))
def test_whatever_the_file_holds_is_settings_or_refused(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("any") / "comity.toml"
    file.write_bytes(data)
    try:
        assert isinstance(read(file), Settings)
    except UnusableSettings as refused:
        assert "\n" not in str(refused)  # noqa: PT017 -- most inputs are refused, a few are settings
