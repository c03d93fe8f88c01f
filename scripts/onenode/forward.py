"""Passes connections on: from a socket of this machine's network to an address of the node's."""

from __future__ import annotations

import asyncio
import contextlib
import socket


def serve(listener: socket.socket, host: str, port: int) -> None:
    asyncio.run(accept(listener, host, port))


async def accept(listener: socket.socket, host: str, port: int) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_connection(host, port)
        except OSError:
            # The API server is not there yet.
            writer.close()
            return
        await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))

    server = await asyncio.start_server(connected, sock=listener)
    await server.serve_forever()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copies until one side ends. What ends is told the other, which may go on answering."""
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
        return
    writer.close()
