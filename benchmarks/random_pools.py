"""What launches get from pools that are small, and often hold no right opponent."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.curated import Listed, Setting
from benchmarks.encoding import Encode
from benchmarks.ranking_measures import share
from digest.pairing.matching import rank
from digest.pairing.pool import Pool

DRAWS = 5
SEED = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one launch: whether its pool had a right opponent, whether it would be published, and
    whether against a right one."""

    could: bool
    sure: bool
    right: bool


def in_random_pools(
    listed: Sequence[Listed], setting: Setting, encode: Encode | None, sizes: Sequence[int]
) -> dict[str, object]:
    """Told for each size that the list can fill, of the launches that are not in the pool."""
    fit = (size for size in sizes if size < len(listed))
    return {str(size): _summary(list(_outcomes(listed, setting, encode, size))) for size in fit}


def _outcomes(
    listed: Sequence[Listed], setting: Setting, encode: Encode | None, size: int
) -> Iterator[Outcome]:
    chosen = random.Random(SEED)
    for _ in range(DRAWS):
        members = chosen.sample(listed, size)
        pool = Pool([setting.incumbent(one) for one in members], encode)
        by_slug = {one.tool.slug: one for one in members}
        for launch in listed:
            if launch.is_query and launch.kinds and launch.tool.slug not in by_slug:
                top = next(iter(rank(setting.challenger(launch), pool, limit=1)), None)
                yield Outcome(
                    could=any(launch.relevance(one) for one in members),
                    sure=top is not None and top.is_sure,
                    right=top is not None and launch.relevance(by_slug[top.tool.slug]) > 0,
                )


def _summary(outcomes: Sequence[Outcome]) -> dict[str, object]:
    sure = [one for one in outcomes if one.sure]
    return {
        "launches": len(outcomes),
        "with_a_right_one": share(sum(one.could for one in outcomes), len(outcomes)),
        "sure": {
            "share": share(len(sure), len(outcomes)),
            "p_at_1": share(sum(one.right for one in sure), len(sure)),
        },
    }
