"""For the script of the message form: whether work is to be proved before sending, and which."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from comments_service.history import network_past
from comments_service.limits import Step
from comments_service.networks import mask_address
from comments_service.parts import now, parts
from comments_service.proofs import make_challenge
from comments_service.submission import Terms, network_step

bp = Blueprint("proof", __name__, url_prefix="/messages")


@bp.get("/proof")
def challenge() -> ResponseReturnValue:
    """Give a challenge to a network that sent much lately; the others need none."""
    config, address = parts().config, request.remote_addr or ""
    with parts().database.reading() as session:
        network, most = mask_address(address), config.refuse_after
        past = network_past(session.connection(), network, now=now(), most=most)
    past = past.joined_by(parts().counts.look(network, now()))
    if network_step(past, address, Terms.of(config).limits) is Step.FREE:
        return jsonify(needed=False)
    return jsonify(needed=True, **make_challenge(config.secret_key, now()))
