"""One name everywhere, the order of sources, secrets from files, and an error that names the fix."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from app.kernel.settings import Settings, SettingsProblem, load


class BellSettings(BaseModel):
    volume: int = 3
    names: list[str] = []


SECTIONS = {"bells": BellSettings}


def read(tmp_path: Path, toml: str = "", environ: dict[str, str] | None = None, **flags: object) -> Settings:
    path = tmp_path / "stormbell.toml"
    path.write_text(toml)
    return load(SECTIONS, flags=flags, environ=environ or {}, toml_paths=[path])


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    toml, environ = "[bells]\nvolume = 4", {"STORMBELL_BELLS_VOLUME": "5"}
    assert read(tmp_path).of(BellSettings).volume == 3
    assert read(tmp_path, toml).of(BellSettings).volume == 4
    assert read(tmp_path, toml, environ).of(BellSettings).volume == 5
    settings = read(tmp_path, toml, environ, **{"bells.volume": 6})
    assert settings.of(BellSettings).volume == 6
    assert {name: origin for name, _, origin in settings.rows()}["bells.volume"] == "a flag"


def test_a_secret_comes_from_a_file_and_is_not_shown(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://u:hunter2@db/x\n")
    settings = read(tmp_path, environ={"STORMBELL_DATABASE_URL_FILE": str(secret)})
    assert settings.kernel.database.url is not None
    assert settings.kernel.database.url.get_secret_value() == "postgresql://u:hunter2@db/x"
    assert "hunter2" not in str(list(settings.rows()))


@pytest.mark.parametrize("text", ["10.0.0.0/8, feeds.example:8080", '["10.0.0.0/8", "feeds.example:8080"]'])
def test_lists_may_be_comma_separated_or_json(tmp_path: Path, text: str) -> None:
    settings = read(tmp_path, environ={"STORMBELL_EGRESS_ALLOW": text})
    assert settings.kernel.egress.allow == ["10.0.0.0/8", "feeds.example:8080"]


@pytest.mark.parametrize(
    ("toml", "environ", "words"),
    [
        ("[bells]\nvolum = 1", {}, ["bells.volum", "did you mean bells.volume"]),
        ("", {"STORMBELL_SERVER_PROT": "1"}, ["STORMBELL_SERVER_PROT", "did you mean STORMBELL_SERVER_PORT"]),
        ("", {"STORMBELL_EGRESS_ALLOW": "[10.0.0.0/8"}, ["egress.allow", "neither a JSON list nor"]),
        ("", {"STORMBELL_SERVER_PORT": "many"}, ["server.port from the environment is not valid"]),
        ("server = [", {}, ["stormbell.toml cannot be read"]),
        ("", {"STORMBELL_DATABASE_URL_FILE": "/nowhere/x"}, ["STORMBELL_DATABASE_URL_FILE", "cannot be read"]),
        ("[server]\nport = 70000", {}, ["server.port from", "stormbell.toml"]),
    ],
)
def test_what_is_wrong_is_named_with_its_source(
    tmp_path: Path, toml: str, environ: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(SettingsProblem) as problem:
        read(tmp_path, toml, environ)
    for word in words:
        assert word in str(problem.value)
