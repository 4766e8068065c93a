"""Say what a look at an S3 store found that its operator should know."""

from dataclasses import dataclass

_VERSIONS = {
    "enabled": "it keeps versions, and what is deleted goes with all of them",
    "suspended": "it kept versions once, and what is deleted goes with all of them",
    "unknown": "these credentials may not ask whether it keeps versions: allow them s3:GetBucketVersioning",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class S3Report:
    """What a bucket that can be used is like."""

    place: str
    versioning: str
    """`off`, `enabled`, `suspended` or `unknown`."""
    honours_conditions: bool
    """Whether it refuses to overwrite on `If-None-Match: *`. Nothing depends on it: no key is used twice."""

    @property
    def text(self) -> str:
        found = [f"{self.place} can be written to, read and deleted from"]
        if self.versioning in _VERSIONS:
            found.append(_VERSIONS[self.versioning])
        if not self.honours_conditions:
            found.append(
                "it overwrites although asked not to (If-None-Match), which only a fault of ours would make it do"
            )
        return "; ".join(found)
