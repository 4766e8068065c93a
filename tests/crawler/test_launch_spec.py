"""A launch spec survives its way through a pipe, and refuses what it does not understand."""

import msgspec
import pytest

from crawler.launch_spec import LaunchSpec

FULL = LaunchSpec(
    seeds=("https://example.org/",),
    spider="sitemap",
    depth=3,
    max_pages=10,
    max_pairs=5,
    max_pages_per_host=2,
    allow=("/a/",),
    deny=("/b/",),
    provisional=True,
    settings={"LOG_LEVEL": "DEBUG"},
    log_file="crawl.log",
)


@pytest.mark.parametrize("spec", [LaunchSpec(), FULL, LaunchSpec(resume="r"), LaunchSpec(retry="r")])
def test_a_spec_comes_back_as_it_was_sent(spec: LaunchSpec) -> None:
    assert LaunchSpec.from_json(spec.to_json()) == spec


def test_what_is_left_out_has_its_default() -> None:
    assert LaunchSpec.from_json(b'{"seeds":["http://a.example/"]}') == LaunchSpec(seeds=("http://a.example/",))


@pytest.mark.parametrize("text", [b'{"depth":"three"}', b'{"seeds":"http://a.example/"}', b"[]", b""])
def test_a_spec_of_another_shape_is_refused(text: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        LaunchSpec.from_json(text)
