import hashlib
import logging
import os
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from storage.errors import NotReady, ObjectMissing, ObjectsNotReady, ObjectsUnavailable
from storage.objects import ObjectOptions, StoredObject, new_key, open_objects
from storage.s3_errors import AlreadyThere
from storage.s3_objects import LATE_S, S3Objects
from storage.verify_objects import check_objects
from tests.storage import samples
from tests.storage.one_crawl import Crawl
from tests.storage.s3 import PLAIN, VERSIONED, S3Server, new_prefix
from tests.storage.s3_faults import (
    Alters,
    AltersWhatIsSent,
    CutsBody,
    Drops,
    Fault,
    Holds,
    LosesAnswer,
    Pretends,
    Refuses,
    Says,
    SaysNothing,
)
from tests.storage.s3_proxy import S3Proxy, s3_proxy

BODY = b"bytes of a picture"
DIGEST = hashlib.sha256(BODY).hexdigest()
MIB = 1 << 20
SMALLEST_PART = 5 * MIB
IN_PARTS = os.urandom(SMALLEST_PART + 1000)


@pytest.fixture
def open_store(s3: S3Server) -> Iterator[Callable[..., S3Objects]]:
    """Open stores, by default below a prefix of the test, and close them."""
    opened: list[S3Objects] = []
    prefix = new_prefix()

    def store(
        *, prefix: str = prefix, bucket: str = PLAIN, proxy: S3Proxy | None = None, page: int = 1000, **options: object
    ) -> S3Objects:
        url = s3.url(prefix, bucket=bucket, endpoint_url=proxy.endpoint_url if proxy else None)
        wanted = ObjectOptions(**{"connections": 4, "timeout_s": 10.0, "attempts": 3} | options)  # type: ignore[arg-type]
        opened.append(S3Objects(url, wanted, part_bytes=SMALLEST_PART, page=page))
        return opened[-1]

    yield store
    for each in opened:
        each.close()


Open = Callable[..., S3Objects]


@pytest.fixture
def proxy(s3: S3Server) -> Iterator[S3Proxy]:
    with s3_proxy(s3.endpoint_url) as running:
        yield running


def all_in(store: S3Objects) -> list[StoredObject]:
    return list(store.keys())


def full_key(store: S3Objects, key: str, bucket: str = VERSIONED) -> str:
    return store.uri(key).removeprefix(f"s3://{bucket}/")


def names(store: S3Objects) -> list[str]:
    return [each.key for each in all_in(store)]


@pytest.mark.parametrize("bucket", [PLAIN, VERSIONED])
def test_what_was_put_is_there_until_it_is_deleted(open_store: Open, bucket: str) -> None:
    store, key = open_store(bucket=bucket), new_key(DIGEST)
    assert not store.exists(key)
    store.put_all({key: BODY})
    assert store.exists(key)
    assert store.get(key) == b"".join(store.stream(key)) == BODY
    assert all_in(store) == [StoredObject(key=key, size_bytes=len(BODY))]
    store.delete(key)
    store.delete(key)
    assert not store.exists(key)
    assert names(store) == []
    with pytest.raises(ObjectMissing):
        store.get(key)


@pytest.mark.parametrize("bucket", [PLAIN, VERSIONED])
@pytest.mark.parametrize("page", [1, 2, 1000])
def test_all_are_listed_however_many_pages_the_answer_has(open_store: Open, bucket: str, page: int) -> None:
    store = open_store(bucket=bucket, page=page)
    objects = {new_key(f"{number:02x}" * 32): bytes(number) for number in range(5)}
    store.put_all(objects)
    store.put_all({})
    assert {each.key: each.size_bytes for each in all_in(store)} == {key: len(body) for key, body in objects.items()}
    for key in objects:
        store.delete(key)
    assert names(store) == []


def test_a_store_sees_its_own_prefix_only(open_store: Open) -> None:
    prefix = new_prefix()
    one, other = open_store(prefix=prefix), open_store(prefix=f"{prefix}-more")
    one.put_all({"k": b"1"})
    other.put_all({"k": b"22"})
    assert (one.get("k"), other.get("k")) == (b"1", b"22")
    assert all_in(one) == [StoredObject(key="k", size_bytes=1)]
    one.delete("k")
    assert other.exists("k")


@pytest.mark.parametrize("name", ["two words", "été/hiver", "100%25+1", "a&b=c?d"])
def test_a_prefix_may_have_any_characters(open_store: Open, name: str) -> None:
    store = open_store(prefix=f"{new_prefix()}/{quote(name)}")
    store.put_all({"k": BODY})
    assert names(store) == ["k"]
    assert store.get("k") == BODY
    assert store.uri("k").endswith(f"/{name}/k")
    store.delete("k")
    assert names(store) == []


@pytest.mark.parametrize("key", ["../out", "/etc/passwd", "a/../../out"])
def test_a_key_never_leaves_the_prefix(open_store: Open, key: str) -> None:
    with pytest.raises(ValueError, match="never leaves"):
        open_store().put_all({key: BODY})


def test_an_object_is_named_by_bucket_and_prefix(open_store: Open) -> None:
    assert open_store(prefix="a/b/").uri("k") == f"s3://{PLAIN}/a/b/k"


# Puts


def test_a_key_is_never_put_twice(open_store: Open) -> None:
    store = open_store()
    store.put_all({"k": BODY})
    with pytest.raises(AlreadyThere, match="already under a key that nobody else uses"):
        store.put_all({"k": b"other"})
    assert store.get("k") == BODY


def test_a_put_is_asked_for_once(open_store: Open, proxy: S3Proxy) -> None:
    proxy.plan(Says(503, "SlowDown"), "PUT")
    with pytest.raises(ObjectsUnavailable, match="asks to slow down"):
        open_store(proxy=proxy).put_all({"k": BODY})
    assert proxy.count("PUT") == 1


@pytest.mark.parametrize("body", [BODY, IN_PARTS], ids=["whole", "parts"])
def test_bytes_that_are_altered_on_their_way_are_refused(open_store: Open, proxy: S3Proxy, body: bytes) -> None:
    proxy.plan(AltersWhatIsSent(), "PUT")
    store = open_store(proxy=proxy)
    with pytest.raises(ObjectsUnavailable, match="got other bytes than were sent"):
        store.put_all({"k": body})
    assert names(store) == []


def test_a_server_that_checks_no_sha256_is_not_believed(open_store: Open, proxy: S3Proxy) -> None:
    proxy.plan(Drops("x-amz-checksum-sha256"), "PUT")
    with pytest.raises(ObjectsNotReady, match="does not check SHA-256"):
        open_store(proxy=proxy).put_all({"k": BODY})


def test_of_several_puts_one_failure_fails_all_and_no_thread_is_left_at_work(open_store: Open, proxy: S3Proxy) -> None:
    proxy.plan(Says(500, "InternalError"), "PUT", "/bad")
    store = open_store(proxy=proxy, connections=2)
    with pytest.raises(ObjectsUnavailable, match="InternalError"):
        store.put_all({"bad": BODY, **{f"k{number}": BODY for number in range(500)}})
    asked = proxy.count("PUT")
    assert asked < 500
    store.put_all({"after": BODY})
    assert proxy.count("PUT") == asked + 1


def test_as_many_puts_run_side_by_side_as_there_are_connections(open_store: Open, proxy: S3Proxy) -> None:
    proxy.plan(Holds(), "PUT", times=3)
    store = open_store(proxy=proxy, connections=3)
    putting = threading.Thread(target=store.put_all, args=({f"k{number}": BODY for number in range(3)},))
    putting.start()
    for _ in range(3):
        proxy.wait_until_held()
    proxy.let_go()
    putting.join()
    assert len(names(store)) == 3


def test_a_put_whose_answer_is_lost_may_be_there(open_store: Open, proxy: S3Proxy) -> None:
    proxy.plan(LosesAnswer(), "PUT")
    store = open_store(proxy=proxy)
    with pytest.raises(ObjectsUnavailable, match="broke off while asked to put"):
        store.put_all({"k": BODY})
    assert store.get("k") == BODY


def test_a_put_may_arrive_after_its_attempt_and_after_a_deletion(open_store: Open, proxy: S3Proxy) -> None:
    proxy.plan(Holds(), "PUT")
    store = open_store(proxy=proxy, timeout_s=0.2)
    with pytest.raises(ObjectsUnavailable, match="did not answer in time"):
        store.put_all({"k": BODY})
    store.delete("k")
    assert not store.exists("k")
    proxy.let_go()
    assert store.exists("k")
    assert store.late_s == LATE_S


@pytest.mark.parametrize(
    ("options", "header"),
    [
        ({"encryption": "AES256"}, {"ServerSideEncryption": "AES256"}),
        ({"storage_class": "STANDARD_IA"}, {"StorageClass": "STANDARD_IA"}),
    ],
)
@pytest.mark.parametrize("body", [BODY, IN_PARTS], ids=["whole", "parts"])
def test_options_go_with_each_put(
    open_store: Open, s3: S3Server, options: dict[str, str], header: dict[str, str], body: bytes
) -> None:
    store = open_store(**options)
    store.put_all({"k": body})
    head = s3.client().head_object(Bucket=PLAIN, Key=full_key(store, "k", PLAIN))
    assert header.items() <= head.items()
    assert store.get("k") == body


@pytest.mark.parametrize("body", [BODY, IN_PARTS], ids=["whole", "parts"])
def test_a_server_that_does_not_encrypt_is_not_believed(open_store: Open, proxy: S3Proxy, body: bytes) -> None:
    proxy.plan(Drops("x-amz-server-side-encryption"), "PUT")
    with pytest.raises(ObjectsNotReady, match="OBJECTS_ENCRYPTION"):
        open_store(proxy=proxy, encryption="AES256").put_all({"k": body})


def test_the_key_of_kms_is_sent(open_store: Open, proxy: S3Proxy) -> None:
    proxy.plan(Says(400, "KMS.NotFoundException"), "PUT")
    with pytest.raises(ObjectsNotReady, match="OBJECTS_KMS_KEY"):
        open_store(proxy=proxy, encryption="aws:kms", kms_key="alias/ours").put_all({"k": BODY})


# Objects in parts


@pytest.mark.parametrize("bucket", [PLAIN, VERSIONED])
def test_large_objects_go_in_parts(open_store: Open, proxy: S3Proxy, bucket: str) -> None:
    store = open_store(bucket=bucket, proxy=proxy)
    store.put_all({"k": IN_PARTS})
    assert proxy.count("PUT", "partNumber=") == 2
    assert store.get("k") == IN_PARTS
    with pytest.raises(AlreadyThere):
        store.put_all({"k": IN_PARTS})
    assert all_in(store) == [StoredObject(key="k", size_bytes=len(IN_PARTS))]
    store.delete("k")
    assert names(store) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "uploads"), ("PUT", "partNumber=2"), ("POST", "uploadId")],
    ids=["begin", "part", "end"],
)
def test_an_upload_that_fails_leaves_no_parts(open_store: Open, proxy: S3Proxy, method: str, path: str) -> None:
    proxy.plan(Says(500, "InternalError"), method, path)
    store = open_store(proxy=proxy)
    with pytest.raises(ObjectsUnavailable, match="InternalError"):
        store.put_all({"k": IN_PARTS})
    assert names(store) == []


@pytest.mark.parametrize("bucket", [PLAIN, VERSIONED])
def test_parts_that_nobody_finished_are_listed_and_deleted_with_their_key(
    open_store: Open, s3: S3Server, bucket: str
) -> None:
    store, client = open_store(bucket=bucket), s3.client()
    which = {"Bucket": bucket, "Key": full_key(store, "k", bucket)}
    for body in (b"12", b"345"):
        upload = client.create_multipart_upload(**which)["UploadId"]
        client.upload_part(**which, UploadId=upload, PartNumber=1, Body=body)
    assert sorted((each.size_bytes, each.readable) for each in all_in(store)) == [(2, False), (3, False)]
    assert store.delete_unfinished() == 0  # somebody may be at work on them
    client.create_multipart_upload(**{**which, "Key": f"{which['Key']}-longer"})
    store.delete("k")
    assert names(store) == ["k-longer"]


def test_parts_are_deleted_once_nobody_can_be_at_work_on_them(
    open_store: Open, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, client = open_store(), s3.client()
    client.create_multipart_upload(Bucket=PLAIN, Key=full_key(store, "k", PLAIN))
    monkeypatch.setattr("storage.s3_objects.LATE_S", -5.0)
    assert store.delete_unfinished() == 1
    assert store.delete_unfinished() == 0


# Versions


def test_a_deleted_object_leaves_no_version(open_store: Open, s3: S3Server) -> None:
    store, client = open_store(bucket=VERSIONED, page=2), s3.client()
    full = full_key(store, "k")
    for body in (b"1", b"22", b"333"):
        client.put_object(Bucket=VERSIONED, Key=full, Body=body)
        client.delete_object(Bucket=VERSIONED, Key=full)
    store.put_all({"k-longer": BODY})
    store.delete("k")
    left = client.list_object_versions(Bucket=VERSIONED, Prefix=full)
    assert [each["Key"] for each in left.get("Versions", [])] == [f"{full}-longer"]
    assert "DeleteMarkers" not in left


def test_a_version_that_may_not_be_deleted_is_not_hidden_either(open_store: Open, proxy: S3Proxy) -> None:
    """As under object lock: hidden behind a marker it would be taken for deleted."""
    store = open_store(bucket=VERSIONED, proxy=proxy)
    store.put_all({"k": BODY})
    proxy.plan(Says(403, "AccessDenied"), "DELETE", "versionId=", times=99)
    with pytest.raises(ObjectsNotReady, match="s3:DeleteObjectVersion"):
        store.delete("k")
    assert store.exists("k")


def test_what_hides_behind_a_delete_marker_is_listed_with_all_its_bytes(open_store: Open, s3: S3Server) -> None:
    store, client = open_store(bucket=VERSIONED, page=2), s3.client()
    full = full_key(store, "k")
    for body in (b"1", b"22"):
        client.put_object(Bucket=VERSIONED, Key=full, Body=body)
    client.delete_object(Bucket=VERSIONED, Key=full)
    store.put_all({"shown": BODY})
    assert not store.exists("k")
    assert all_in(store) == [
        StoredObject(key="k", size_bytes=3, readable=False),
        StoredObject(key="shown", size_bytes=len(BODY)),
    ]


def test_verify_finds_a_picture_that_the_store_hides(open_store: Open, s3: S3Server, crawl: Crawl) -> None:
    store, page_id = open_store(bucket=VERSIONED), crawl.new_page()
    entries = [samples.kept(page_id, number) for number in range(3)]
    crawl.record(page_id, *entries)
    store.put_all({each.object_key: crawl.objects.get(each.object_key) for each in entries})
    with crawl.records.db.read() as conn:
        assert list(check_objects(conn, crawl.records.db, store)) == []
        s3.client().delete_object(Bucket=VERSIONED, Key=full_key(store, entries[1].object_key))
        assert [each.code for each in check_objects(conn, crawl.records.db, store)] == ["object.missing"]


def test_versions_that_a_bucket_keeps_only_since_it_was_opened_are_deleted_too(s3: S3Server) -> None:
    client, bucket = s3.client(), f"later-{new_prefix()}"
    client.create_bucket(Bucket=bucket)
    store = S3Objects(s3.url("p", bucket=bucket), ObjectOptions(connections=1))
    store.put_all({"k": BODY, "other": BODY})
    store.delete("other")
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    store.delete("k")
    assert client.list_object_versions(Bucket=bucket).get("Versions", []) == []
    store.close()


# Reads


@pytest.mark.parametrize("fault", [CutsBody(MIB + 7), CutsBody(MIB + 7, reset=True)], ids=["cut", "reset"])
def test_a_read_goes_on_where_the_connection_broke(open_store: Open, proxy: S3Proxy, fault: Fault) -> None:
    store = open_store(proxy=proxy)
    body = os.urandom(3 * MIB)
    store.put_all({"k": body})
    proxy.plan(fault, "GET", times=2)
    assert store.get("k") == body
    assert proxy.count("GET") == 3


def test_a_body_that_is_always_cut_is_no_object(open_store: Open, proxy: S3Proxy) -> None:
    store = open_store(proxy=proxy)
    store.put_all({"k": BODY})
    proxy.plan(CutsBody(0), "GET", times=99)
    with pytest.raises(ObjectsUnavailable, match="broke off while asked to read"):
        store.get("k")
    assert proxy.count("GET") == 3


def test_an_answer_from_the_wrong_place_is_not_pieced_together(open_store: Open, proxy: S3Proxy) -> None:
    store = open_store(proxy=proxy)
    store.put_all({"k": BODY})
    proxy.plan(CutsBody(3), "GET")
    proxy.plan(Drops("content-range"), "GET")
    with pytest.raises(ObjectsUnavailable, match="which bytes"):
        store.get("k")


def test_altered_bytes_are_for_whoever_compares_digests(open_store: Open, proxy: S3Proxy) -> None:
    store = open_store(proxy=proxy)
    store.put_all({"k": BODY})
    proxy.plan(Alters(), "GET")
    assert store.get("k") == bytes([BODY[0] ^ 1]) + BODY[1:]


@pytest.mark.parametrize(
    "fault", [Says(500, "InternalError"), Says(503, "ServiceUnavailable"), Refuses(), LosesAnswer()]
)
def test_reads_lists_and_deletions_are_asked_again(open_store: Open, proxy: S3Proxy, fault: Fault) -> None:
    store = open_store(proxy=proxy)
    store.put_all({"k": BODY})
    for method in ("GET", "HEAD", "DELETE"):
        proxy.plan(fault, method, times=1)
    assert store.get("k") == BODY
    assert store.exists("k")
    proxy.plan(fault, "GET", "list-type=2")
    assert names(store) == ["k"]
    store.delete("k")
    assert names(store) == []


@pytest.mark.parametrize("body", [b"x", IN_PARTS], ids=["whole", "parts"])
def test_an_answer_without_what_s3_says_is_a_failure_of_the_store(
    open_store: Open, proxy: S3Proxy, body: bytes
) -> None:
    for method in ("PUT", "POST"):
        proxy.plan(SaysNothing(), method, times=99)
    with pytest.raises(ObjectsUnavailable):
        open_store(proxy=proxy).put_all({"k": body})


def test_they_are_not_asked_for_ever(open_store: Open, proxy: S3Proxy) -> None:
    store = open_store(proxy=proxy, attempts=2)
    proxy.plan(Says(500, "InternalError"), "GET", times=99)
    with pytest.raises(ObjectsUnavailable, match="InternalError"):
        store.get("k")
    assert proxy.count("GET") == 2


# What an operator is told


@pytest.mark.parametrize(
    ("status", "code", "error", "words"),
    [
        (403, "AccessDenied", ObjectsNotReady, "s3:PutObject"),
        (403, "InvalidAccessKeyId", ObjectsNotReady, "AWS_SECRET_ACCESS_KEY"),
        (403, "SignatureDoesNotMatch", ObjectsNotReady, "AWS_SECRET_ACCESS_KEY"),
        (400, "ExpiredToken", ObjectsNotReady, "AWS_SECRET_ACCESS_KEY"),
        (403, "RequestTimeTooSkewed", ObjectsNotReady, "clock"),
        (404, "NoSuchBucket", ObjectsNotReady, "make it"),
        (400, "AuthorizationHeaderMalformed", ObjectsNotReady, "AWS_REGION"),
        (400, "InvalidStorageClass", ObjectsNotReady, "OBJECTS_STORAGE_CLASS"),
        (400, "InvalidEncryptionAlgorithmError", ObjectsNotReady, "OBJECTS_ENCRYPTION"),
        (400, "BadDigest", ObjectsUnavailable, "other bytes"),
        (507, "XMinioStorageFull", ObjectsUnavailable, "make room"),
        (500, "InternalError", ObjectsUnavailable, "InternalError"),
        (409, "ConditionalRequestConflict", ObjectsUnavailable, "ConditionalRequestConflict"),
        (404, "NoSuchKey", ObjectsUnavailable, "NoSuchKey"),
        (400, f"What of {DIGEST}?", ObjectsUnavailable, r"\(400\)"),
    ],
)
def test_each_answer_says_what_to_do(
    open_store: Open, proxy: S3Proxy, status: int, code: str, error: type[Exception], words: str
) -> None:
    proxy.plan(Says(status, code), "PUT")
    with pytest.raises(ObjectsUnavailable, match=words) as caught:
        open_store(proxy=proxy).put_all({new_key(DIGEST): BODY})
    assert type(caught.value) is error
    assert isinstance(caught.value, NotReady) == (error is ObjectsNotReady)


@pytest.mark.parametrize("call", [S3Objects.get, S3Objects.exists, S3Objects.delete, lambda store, _: names(store)])
def test_a_missing_bucket_is_no_missing_object(s3: S3Server, call: Callable[[S3Objects, str], object]) -> None:
    store = S3Objects(s3.url("p", bucket="nobody-has-made-it"), ObjectOptions(connections=1))
    with pytest.raises(ObjectsNotReady, match=r"nobody-has-made-it at 127\.0\.0\.1:\d+ does not exist: make it"):
        call(store, "k")


def test_a_server_that_is_down_is_named(open_store: Open) -> None:
    with s3_proxy("http://127.0.0.1:1") as proxy:
        pass
    with pytest.raises(ObjectsUnavailable, match="cannot be reached"):
        open_store(proxy=proxy).put_all({"k": BODY})


@pytest.mark.parametrize(
    ("name", "value"), [("AWS_SECRET_ACCESS_KEY", "wrong-secret"), ("AWS_ACCESS_KEY_ID", "nobody")]
)
def test_wrong_credentials_are_refused(
    open_store: Open, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ObjectsNotReady, match="set AWS_ACCESS_KEY_ID") as caught:
        open_store().put_all({"k": BODY})
    assert value not in str(caught.value)


def test_missing_credentials_are_asked_for(open_store: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(ObjectsNotReady, match="there are none: set AWS_ACCESS_KEY_ID"):
        open_store().put_all({"k": BODY})


def test_credentials_may_come_from_a_file(
    open_store: Open, s3: S3Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "credentials"
    file.write_text(f"[ours]\naws_access_key_id={s3.access_key}\naws_secret_access_key={s3.secret_key}\n")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_PROFILE", "ours")
    open_store().put_all({"k": BODY})


@pytest.mark.parametrize("fault", [Says(500, "InternalError"), Says(403, "AccessDenied"), Refuses(), LosesAnswer()])
@pytest.mark.parametrize("call", [S3Objects.get, S3Objects.delete, lambda store, key: store.put_all({key: BODY})])
def test_no_key_and_no_secret_is_in_what_is_raised_or_logged(
    open_store: Open,
    proxy: S3Proxy,
    s3: S3Server,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    call: Callable[..., None],
) -> None:
    for method in ("GET", "DELETE", "PUT"):
        proxy.plan(fault, method, times=99)
    with caplog.at_level(logging.DEBUG), pytest.raises(ObjectsUnavailable) as caught:
        call(open_store(proxy=proxy, attempts=1), new_key(DIGEST))
    said = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert DIGEST not in said
    assert s3.secret_key not in said


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3://UPPER/p",
        "s3://key:swordfish@bucket/p",
        "s3://bucket/p?secret=swordfish",
        "s3://bucket/p#swordfish",
        "s3://bucket/p?endpoint_url=ftp://host",
        "s3://bucket/p?endpoint_url=http://key:swordfish@host",
        "s3://bucket/p?endpoint_url=http://",
    ],
)
def test_an_address_that_cannot_be_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ObjectsNotReady, match="OBJECTS_URL is to be") as caught:
        open_objects(url)
    assert "swordfish" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (ObjectOptions(kms_key="alias/ours"), "OBJECTS_ENCRYPTION to aws:kms"),
        (ObjectOptions(storage_class="DEEP_ARCHIVE"), "OBJECTS_STORAGE_CLASS"),
    ],
)
def test_options_that_cannot_be_are_refused(options: ObjectOptions, words: str) -> None:
    with pytest.raises(ObjectsNotReady, match=words):
        S3Objects("s3://bucket/p", options)


def test_opening_asks_nobody() -> None:
    assert open_objects("s3://bucket/a/").uri("k") == "s3://bucket/a/k"
    assert open_objects("s3://bucket?endpoint_url=http://127.0.0.1:1").uri("k") == "s3://bucket/k"


# Is it ready?


@pytest.mark.parametrize(("bucket", "versioning"), [(PLAIN, "off"), (VERSIONED, "enabled")])
def test_a_look_says_what_a_bucket_is_like_and_leaves_nothing(open_store: Open, bucket: str, versioning: str) -> None:
    store = open_store(bucket=bucket)
    report = store.look()
    assert (report.versioning, report.honours_conditions) == (versioning, True)
    assert "can be written to" in store.ready()
    assert names(store) == []


def test_a_look_says_that_a_server_overwrites(open_store: Open, proxy: S3Proxy) -> None:
    proxy.plan(Pretends(), "PUT", nth=2)
    report = open_store(proxy=proxy).look()
    assert not report.honours_conditions
    assert "If-None-Match" in report.text


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE", "HEAD"])
def test_a_look_finds_what_is_not_allowed(open_store: Open, proxy: S3Proxy, method: str) -> None:
    proxy.plan(Says(403, "AccessDenied"), method, times=99)
    with pytest.raises(ObjectsNotReady, match="s3:PutObject"):
        open_store(proxy=proxy).ready()
