"""What goes over the wire: JSON by pydantic here; with protoc, its generated classes instead."""

from pydantic import BaseModel


class SubmitRequest(BaseModel):
    page: str


class SubmitReply(BaseModel):
    job_id: str


def decode_request(data: bytes) -> SubmitRequest:
    return SubmitRequest.model_validate_json(data)


def decode_reply(data: bytes) -> SubmitReply:
    return SubmitReply.model_validate_json(data)


def encode(message: BaseModel) -> bytes:
    return message.model_dump_json().encode()
