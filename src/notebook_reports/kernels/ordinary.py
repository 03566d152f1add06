"""The kernel that every notebook of a build gets: ipykernel of this environment, and nothing of the user's.

A kernelspec, an IPython start-up file or a matplotlibrc in somebody's home must not change a report. On Linux kernels
are forked from a warm server (see `warm.provisioner`), unless the variable NOTEBOOK_REPORTS_KERNELS is "ordinary".
"""

import sys
from contextlib import suppress
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

from notebook_reports.kernels.processes import POSIX, Kernels, kernels
from notebook_reports.kernels.warm.server import LAUNCH

SHELL = "notebook_reports.kernels.shell"  # our extension of IPython


class Ready(Exception):  # noqa: N818
    """A kernel answers on all channels: no error, but the way out of what waits for it."""


class NotebookClient(AsyncKernelClient):
    """Begins when the kernel is ready: by itself it then listens until nothing has come for a fifth of a second."""

    def _handle_kernel_info_reply(self, msg: dict[str, Any]) -> None:
        super()._handle_kernel_info_reply(msg)
        raise Ready

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        with suppress(Ready):
            await super().wait_for_ready(timeout)


class NotebookKernel(AsyncKernelManager):
    """Starts this environment's ipykernel, whatever "python3" means to the user; talks over private sockets."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        kernels.live.add(self)

    @property
    def kernels(self) -> Kernels:
        """Who starts its process, see `WarmProvisioner`."""
        return kernels

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, str(LAUNCH), "-f", "{connection_file}", f"--ext={SHELL}"],
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": "warm-provisioner"}},
        )

    @default("transport")
    def _transport_default(self) -> str:
        return "ipc" if POSIX else "tcp"

    @default("client_factory")
    def _client_factory_default(self) -> type[NotebookClient]:
        return NotebookClient

    @default("connection_file")
    def _connection_file_default(self) -> str:
        return kernels.connection_file()

    async def _async_wait(self, pollinterval: float = 0.01) -> None:
        """By itself it looks every tenth of a second whether a kernel that was killed is gone."""
        await super()._async_wait(pollinterval)
