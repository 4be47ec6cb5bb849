"""Whether samples can be split by the shares of a plan that nobody has changed."""

from __future__ import annotations

from engine.data.samples import Samples
from engine.data.splitting.split import split, split_given, split_groups, split_in_order
from engine.errors import DataError
from graphs.plan.plan import Plan
from graphs.wording.phrases import phrase


def refusal(samples: Samples) -> tuple[str, ...]:
    """A sentence where training would refuse the samples, as a part would be without any."""
    usual = Plan()
    shares = usual.validation, usual.test, usual.seed
    try:
        if samples.spans is not None:
            split_in_order(samples.spans, usual.validation, usual.test)
        elif samples.parts is not None:
            split_given(samples.parts, *shares, groups=samples.groups)
        elif samples.groups is not None:
            split_groups(samples.groups, *shares)
        else:
            split(len(samples), *shares)
    except DataError as error:
        return (
            phrase("With the usual plan, training cannot begin with this data. {why}", why=error),
        )
    return ()
