# SPDX-License-Identifier: AGPL-3.0-or-later
"""Listens on the TCP ports given, accepts, reads, and closes when the other side does."""
import asyncio
import sys


async def door(reader, writer):
    try:
        while await reader.read(65536):
            pass
    except ConnectionError:
        pass
    writer.close()


async def main():
    servers = [await asyncio.start_server(door, '0.0.0.0', int(port)) for port in sys.argv[1:]]
    await asyncio.gather(*(server.serve_forever() for server in servers))

asyncio.run(main())
