"""Asks the server for one page: python -m examples.grpc_host.client PAGE [ADDRESS]"""

import asyncio
import sys

import grpc.aio

from examples.grpc_host.messages import SubmitReply, SubmitRequest, decode_reply, encode
from examples.grpc_host.server import SERVICE


async def submit(page: str, address: str = "127.0.0.1:50051") -> SubmitReply:
    async with grpc.aio.insecure_channel(address) as channel:
        call = channel.unary_unary(f"/{SERVICE}/Submit", encode, decode_reply)
        return await call(SubmitRequest(page=page))


if __name__ == "__main__":
    print(asyncio.run(submit(*sys.argv[1:3])).job_id)
