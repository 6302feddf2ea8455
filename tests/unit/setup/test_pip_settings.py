"""What the set-up takes over from the machine's pip configuration."""

from __future__ import annotations

from pathlib import Path

from deploy.setup.pip_settings import PipSettings, certificates, read
from deploy.setup.project import Project


def configure(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_an_unconfigured_machine_gives_uv_no_options(tmp_path: Path) -> None:
    assert read({"HOME": str(tmp_path)}, system=tmp_path).uv_options() == []


def test_the_users_file_wins_over_the_machines_and_a_variable_over_both(tmp_path: Path) -> None:
    configure(tmp_path / "etc/pip.conf", "[global]\nindex-url = https://one.example/simple\n")
    environ = {"HOME": str(tmp_path / "home")}
    assert read(environ, system=tmp_path).index == "https://one.example/simple"
    user = tmp_path / "home/.config/pip/pip.conf"
    configure(user, "[install]\nindex-url = https://two.example/simple\n")
    assert read(environ, system=tmp_path).index == "https://two.example/simple"
    environ["PIP_INDEX_URL"] = "https://three.example/simple"
    assert read(environ, system=tmp_path).index == "https://three.example/simple"


def test_folders_that_do_not_exist_are_dropped(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    gone = tmp_path / "gone"
    configure(
        tmp_path / "etc/pip.conf",
        f"[global]\nfind-links = {wheels}\n    {gone}\n"
        f"extra-index-url = file://{gone} https://more.example/simple file://{wheels}\n",
    )
    settings = read({}, system=tmp_path)
    assert settings.find_links == (str(wheels),)
    assert settings.extra_indexes == ("https://more.example/simple", f"file://{wheels}")


def test_a_broken_file_is_ignored(tmp_path: Path) -> None:
    configure(tmp_path / "etc/pip.conf", "index-url without a section\n")
    assert read({}, system=tmp_path) == PipSettings()


def test_the_options_name_every_setting_in_uvs_words(tmp_path: Path) -> None:
    settings = PipSettings(
        index="https://a.example/simple",
        extra_indexes=("https://b.example/simple",),
        find_links=("/wheels",),
        trusted_hosts=("a.example",),
        no_index=True,
    )
    assert settings.uv_options() == [
        *("--no-index", "--default-index", "https://a.example/simple"),
        *("--index", "https://b.example/simple", "--index-strategy", "unsafe-best-match"),
        *("--allow-insecure-host", "a.example", "--find-links", "/wheels"),
    ]


def test_an_organisations_authorities_are_passed_on_to_uv_and_node(tmp_path: Path) -> None:
    assert certificates({}, system=tmp_path) is None
    system = tmp_path / "etc/ssl/certs/ca-certificates.crt"
    configure(system, "system")
    assert certificates({}, system=tmp_path) == str(system)
    own = tmp_path / "own.pem"
    own.write_text("own")
    configure(tmp_path / "etc/pip.conf", f"[global]\ncert = {own}\n")
    assert certificates({}, system=tmp_path) == str(own)
    tools = Project(tmp_path, {"PIP_CERT": str(own), "HOME": str(tmp_path)}).child_environ()
    assert tools["SSL_CERT_FILE"] == tools["NODE_EXTRA_CA_CERTS"] == str(own)
