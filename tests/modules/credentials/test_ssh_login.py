"""The certificate authority at work: a real OpenSSH server lets in whom it signed for, and nobody else."""

import getpass
from pathlib import Path

import pytest
from lending import lent, made

from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules.credentials import SshIdentity
from tests.sites.ssh_server import MISSING, SSHD, ssh_server

pytestmark = pytest.mark.skipif(SSHD is None, reason=MISSING)


def kept(folder: Path, name: str, secret: SshIdentity) -> Path:
    """Write a lent key and its certificate as OpenSSH reads them."""
    key = folder / name
    key.write_text(secret.private_key + "\n")
    key.chmod(0o600)
    assert secret.certificate is not None
    Path(f"{key}-cert.pub").write_text(secret.certificate + "\n")
    return key


async def test_a_short_lived_certificate_logs_in(running_node: Node, as_, tmp_path: Path) -> None:
    ada = as_("ada", Role.OPERATOR)
    site = tmp_path / "site"
    site.mkdir()
    user = getpass.getuser()
    authority = await made(ada, "ssh_ca", users=[user, "backup"], seconds=60)
    async with ssh_server(site, authority["public"]["public_key"]) as server:
        secret = await lent(running_node, authority["id"], purpose="machine heron")
        assert isinstance(secret, SshIdentity)
        key = kept(tmp_path, "lent", secret)
        done = await server.run(key, "echo", "in")
        assert (done.returncode, done.stdout) == (0, "in\n"), done.stderr + server.log
        assert "ID one/usr_ada/machine_heron" in server.log, "the server's own log says who asked and for what"

        stranger = await made(ada, "ssh_ca", name="other", users=[user])
        forged = await lent(running_node, stranger["id"])
        assert isinstance(forged, SshIdentity)
        for name, refused in {
            "another authority": await server.run(kept(tmp_path, "forged", forged), "true"),
            "another account": await server.run(key, "true", user="nobody"),
        }.items():
            assert refused.returncode == 255, name
            assert "Permission denied" in refused.stderr, name
