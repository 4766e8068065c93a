"""Check a proof against a key that its reader has had before, without a database."""

from collections.abc import Iterator, Mapping

import msgspec

from storage import merkle
from storage.checkpoints import Checkpoint, parsed_line
from storage.errors import StorageError
from storage.finding import Finding
from storage.ledger import commitment, parsed
from storage.proofs import Proof, ProvedRecord, stands
from storage.signed_notes import NoteKey, NotSigned
from storage.tree_heads import TreeHead


class NotAProof(StorageError):
    """A file is not a proof, or of a version that is newer than this one."""


def read_proof(content: bytes) -> Proof:
    try:
        return msgspec.json.decode(content, type=Proof)
    except msgspec.DecodeError:  # its text would show what is in the file
        raise NotAProof("this is not a proof as altsieve audit prove writes it") from None


def check_proof(proof: Proof, key: NoteKey, since: TreeHead | None = None) -> Iterator[Finding]:
    """Yield why it does not hold. With `since` it must also show that the log has grown from that."""
    try:
        head = TreeHead.open(proof.checkpoint, key)
    except NotSigned as error:
        yield _finding("proof.checkpoint", "checkpoint", f"The checkpoint is not to be trusted: {error}.")
        return
    lines: dict[int, Checkpoint] = {}
    for each in proof.lines:
        line = parsed_line(each.text.encode())
        if line is None or not stands(each.text.encode(), each.index, head.size, each.path, root=head.root):
            yield _finding("proof.line", f"line {each.index}", f"Line {each.index} is not what the checkpoint covers.")
        else:
            lines[each.index] = line
    if not proof.records:
        yield _finding("proof.empty", proof.pair_id, "No record is in it.")
    for record in proof.records:
        yield from _check_record(record, lines, proof.pair_id)
    if since is not None:
        yield from _check_growth(proof, head, since)


def place_of(record: ProvedRecord) -> tuple[str, int]:
    """Return segment and sequence as the header says them; a header that does not is of no place."""
    header = parsed(record.header)
    match header.get("segment"), header.get("sequence"):
        case str(segment), int(sequence):
            return segment, sequence
    return "", 0


def _check_record(record: ProvedRecord, lines: Mapping[int, Checkpoint], pair_id: str) -> Iterator[Finding]:
    segment, sequence = place_of(record)
    line = lines.get(record.line)
    size, root = (0, "") if line is None else line.segments.get(segment, (0, ""))
    here = f"{segment}#{sequence}"
    if not root or not stands(record.header.encode(), sequence, size, record.path, root=bytes.fromhex(root)):
        yield _finding("proof.record", here, "The record, or its place, is not what was signed.")
        return
    if record.salt is not None and record.body is not None:
        salt, body = bytes.fromhex(record.salt), record.body.encode()
        if commitment(salt, body) != parsed(record.header).get("commitment"):
            yield _finding("proof.body", here, "What it says is not what its header commits to.")
        elif pair_id not in (parsed(record.header).get("subject"), parsed(record.body).get("pair_id")):
            yield _finding("proof.subject", here, "The record is about something else.")


def _check_growth(proof: Proof, head: TreeHead, since: TreeHead) -> Iterator[Finding]:
    grown = proof.grown
    if grown is None or grown.size != since.size:
        text = f"It does not show what became of the {since.size} lines that were signed before; ask for it with them."
        yield _finding("proof.since", "checkpoint", text)
    elif not (
        0 < since.size <= head.size and merkle.is_grown_from(since.size, since.root, head.size, head.root, grown.path)
    ):
        yield _finding("proof.rewritten", "checkpoint", "The log has not grown from what was signed before.")


def _finding(code: str, subject: str, text: str) -> Finding:
    return Finding(code=code, subject=subject, text=text)
