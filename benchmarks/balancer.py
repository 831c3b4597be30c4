"""One address for several workers (`python -m benchmarks.balancer PORT WORKER…`): connections by turns."""

from __future__ import annotations

import asyncio
import itertools
import sys
from asyncio import StreamReader, StreamWriter


async def carry(reader: StreamReader, writer: StreamWriter) -> None:
    """Everything from here to there."""
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def serve(port: int, workers: list[int]) -> None:
    """For ever."""
    turn = itertools.cycle(workers)

    async def pass_on(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", next(turn))
            await asyncio.gather(carry(reader, forth), carry(back, writer))
        except OSError:
            writer.close()

    server = await asyncio.start_server(pass_on, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    first, *others = map(int, sys.argv[1:])
    asyncio.run(serve(first, others))
