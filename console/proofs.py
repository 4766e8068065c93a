"""Prove to others what the ledger says, and check what others prove."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from console.command import Verb, at_work, list_file
from console.exit_code import ExitCode, WrongUsage
from console.printable import printable
from console.workplace import Workplace
from storage.checkpoints import parsed_line
from storage.ledger import parsed
from storage.proof_checks import check_proof, place_of, read_proof
from storage.proofs import Proof, note_key, prove_pair, signed_head
from storage.signed_notes import NotANoteKey, NoteKey, NotSigned
from storage.tree_heads import TreeHead

_PAIR = "6f1ed002ab5595859014ebf0951522d9"
_note_file = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command(cls=Verb, examples=["altsieve audit key"])
@at_work
def key(workplace: Workplace) -> None:
    """Show the public key that proofs are checked with.

    Give it to those who are to check them, once and by a way they trust: a key that comes with a proof proves nothing.
    """
    said = str(note_key(workplace.keys))
    workplace.output.record({"key": said}, [said])


@click.command(cls=Verb, examples=["altsieve audit checkpoint > checkpoint-2026-11.txt"])
@at_work
def checkpoint(workplace: Workplace) -> None:
    """Sign what the ledger consists of now, for others to keep.

    Whoever has kept one can ask for a proof with --since, and sees whether anything that was signed by then was
    changed or taken out since, even by somebody who has the signing key.
    """
    note = signed_head(workplace.checkpoints, workplace.keys)
    workplace.output.record({"checkpoint": note}, note.splitlines())


@click.command(
    cls=Verb,
    examples=[
        f"altsieve audit prove {_PAIR} > proof.json",
        f"altsieve audit prove {_PAIR} --since checkpoint-2026-11.txt > proof.json",
    ],
)
@click.argument("id_", metavar="PAIR")
@click.option("--since", type=_note_file, metavar="FILE", help="A checkpoint that the reader has kept.")
@at_work
def prove(workplace: Workplace, id_: str, since: Path | None) -> None:
    """Write a proof of what the ledger says of a pair.

    It holds each record about the pair and its sightings, with addresses and verdicts and without the caption, and the
    hashes that lead from it to a signed checkpoint. altsieve audit check needs nothing else but the key.
    """
    old = None if since is None else _head(since, note_key(workplace.keys))
    proof = prove_pair(workplace.database, workplace.checkpoints, workplace.keys, id_, since=old)
    told = msgspec.json.format(msgspec.json.encode(proof), indent=1).decode()
    workplace.output.record(proof, told.splitlines())


@click.command(
    cls=Verb,
    examples=[
        "altsieve audit check proof.json --key altsieve.key",
        "altsieve audit check proof.json --key altsieve.key --since checkpoint-2026-11.txt",
    ],
)
@list_file
@click.option("--key", "key_", metavar="KEY", required=True, help="What audit key shows, or a file that holds it.")
@click.option("--since", type=_note_file, metavar="FILE", help="A checkpoint that you have kept.")
@at_work
def check(workplace: Workplace, file: Path, key_: str, since: Path | None) -> None:
    """Check a proof, without any database.

    Exit code 1 if it does not hold: a record, its place, a signature or what was signed before was changed.
    It shows that what is in it was recorded and when it was signed; it cannot show that nothing else was.
    """
    pinned = _key(key_)
    proof = read_proof(file.read_bytes())
    kept = None if since is None else _head(since, pinned)
    findings = list(check_proof(proof, pinned, kept))
    for each in findings:
        workplace.output.record(each, [f"{each.code}: {printable(each.subject)}: {printable(each.text)}"])
    if findings:
        raise SystemExit(ExitCode.FOUND)
    told = {"holds": True, "pair_id": proof.pair_id, "key": str(pinned), "records": list(_fields(proof))}
    workplace.output.record(told, _story(proof, pinned, kept))


PROOFS: Iterable[click.Command] = (prove, check, checkpoint, key)


def _key(given: str) -> NoteKey:
    path = Path(given)
    try:
        return NoteKey.parse(path.read_text(encoding="utf-8") if path.is_file() else given)
    except (NotANoteKey, OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"--key: {error}") from error


def _head(path: Path, key: NoteKey) -> TreeHead:
    try:
        return TreeHead.open(path.read_text(encoding="utf-8"), key)
    except (NotSigned, UnicodeDecodeError) as error:
        raise WrongUsage(f"--since: {path} is no checkpoint of {key.name}: {error}") from error


def _fields(proof: Proof) -> Iterator[dict[str, Any]]:
    """Say what each record says, and by when it was signed."""
    at = {each.index: parsed_line(each.text.encode()) for each in proof.lines}
    for record in proof.records:
        segment, sequence = place_of(record)
        line = at[record.line]
        yield {
            "segment": segment,
            "sequence": sequence,
            "signed_at": None if line is None else line.at,
            "line": record.line,
            "header": parsed(record.header),
            "body": parsed(record.body) or None,
        }


def _story(proof: Proof, key: NoteKey, since: TreeHead | None) -> Iterator[str]:
    yield click.style(f"the proof of pair {printable(proof.pair_id)} holds", bold=True)
    for each in _fields(proof):
        header, body = each["header"], each["body"]
        what = " ".join(str(header[name]) for name in ("kind", "outcome", "reason") if header.get(name))
        yield f"  {printable(what)}, recorded at {printable(header['time'])}, signed at {printable(each['signed_at'])}"
        yield f"    as record {each['sequence']} of segment {printable(each['segment'])}" + _kept(each["line"], since)
        if body is None:
            yield "    what it said was blanked since"
        elif "page_url" in body:
            yield f"    of {printable(body['image_url'])}"
            yield f"    on {printable(body['page_url'])}"
    yield f"  signed with the key of {key.name}"
    if since is not None:
        yield f"  and nothing was changed of the {since.size} lines of checkpoints that were signed before"


def _kept(line: int, since: TreeHead | None) -> str:
    """Say whether the record is older than what the reader has kept: of a later one only the key speaks."""
    if since is None:
        return ""
    return ", before the checkpoint that you kept" if line < since.size else ", after the checkpoint that you kept"
