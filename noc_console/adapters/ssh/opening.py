"""Opens SSH links: the chain, the shell at its end, and what else goes through it."""

from __future__ import annotations

from noc_console.adapters.ssh.chain import reach
from noc_console.adapters.ssh.files import NoSftp, SftpFiles, open_sftp
from noc_console.adapters.ssh.forwards import SshForwards
from noc_console.adapters.ssh.link import SshLink, open_shell
from noc_console.adapters.ssh.scp import ScpFiles
from noc_console.services.terminal.connecting import Keeper, Target
from noc_console.services.terminal.forwarding import Forwards
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.transferring import Files


class FullLink(SshLink):
    """A shell, and on the same connection files and ports."""

    _forwards: SshForwards | None = None
    _files: SftpFiles | None = None

    @property
    def forwards(self) -> Forwards:
        if self._forwards is None:
            self._forwards = SshForwards(self.chain.last)
        return self._forwards

    async def files(self) -> Files:
        """SFTP, or SCP where the device has no SFTP; the same until somebody closes it."""
        if self._files is None or self._files.is_closed:
            try:
                self._files = await open_sftp(self.chain.last)
            except NoSftp:
                return ScpFiles(self.chain.last)
        return self._files


async def open_ssh(target: Target, size: Size, keeper: Keeper) -> FullLink:
    """Raises Refused, Unreachable or AuthRejected."""
    chain = await reach((*target.hops, target.hop), keeper, uses_agent=target.uses_agent)
    try:
        return await open_shell(chain, size, FullLink)
    except BaseException:
        chain.abort()
        raise
