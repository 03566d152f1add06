"""Kernels forked from a warm server (see `server`), behind Jupyter's own plug-in point for how a kernel starts."""

from contextlib import suppress
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner


class WarmProvisioner(LocalProvisioner):
    """Has the kernel forked by the warm server of its manager; starts it as usual where that does not answer."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        kernels = cast(Any, self.parent).kernels  # of our NotebookKernel
        process: Any = None
        if kernels.server:
            with suppress(OSError):
                process = kernels.server.fork(kwargs["cwd"], kwargs["env"], kwargs["stdout"].name, cmd[1:])
        if process is None:
            with kernels.starting():
                return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = process, process.pid, process.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info
