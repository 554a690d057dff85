"""The shape of the verdict file. Its JSON schema is made from these models."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import GenerateJsonSchema

from digest.model import Call, EntryPrice, Review, Tool, Votes
from digest.pairing.naming import slug_of
from sources import text

Line = Annotated[str, AfterValidator(text.fold)]
Prose = Annotated[str, AfterValidator(text.visible)]


class Record(BaseModel):
    # Unknown keys are kept out here and told by `unknown_keys`, so that a file may say more.
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, str_strip_whitespace=True)


class ReviewRecord(Record):
    """What one reviewer says of the tool."""

    reviewer: Line = Field(min_length=1)
    score: int = Field(ge=0, le=100)
    call: Literal["ship", "skip"]
    text: Prose = ""

    def value(self) -> Review:
        return Review(
            reviewer=self.reviewer, score=self.score, call=Call(self.call), text=self.text
        )


MOST_VOTES = 1_000_000_000  # what a whole number of the database surely holds


class VotesRecord(Record):
    """The community's counts."""

    ship: int = Field(default=0, ge=0, le=MOST_VOTES)
    skip: int = Field(default=0, ge=0, le=MOST_VOTES)


class ToolRecord(Record):
    """A tool and its reviews. Without a slug it gets one from its name."""

    name: Line = Field(min_length=1, max_length=300)
    slug: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9-]*)?$")
    tagline: Line = Field(default="", max_length=500)
    description: Prose = Field(default="", max_length=5_000)
    category: Line = Field(default="", max_length=80)
    url: str = Field(default="", pattern=r"^(https?://[^\s/\x00-\x1f\x7f][^\s\x00-\x1f\x7f]*)?$")
    pricing: Line = Field(default="", max_length=500)
    entry: Literal["free", "freemium", "paid"] | None = None
    best_for: Line = Field(default="", max_length=500)
    aliases: list[Line] = Field(default_factory=list)
    reviews: list[ReviewRecord] = Field(default_factory=list)
    votes: VotesRecord = Field(default_factory=VotesRecord)

    @model_validator(mode="after")
    def _hears_each_reviewer_once(self) -> Self:
        seen: set[str] = set()
        for index, review in enumerate(self.reviews):
            if review.reviewer.casefold() in seen:
                raise ValueError(f"reviews[{index}].reviewer: {review.reviewer!r} stands twice")
            seen.add(review.reviewer.casefold())
        return self

    @property
    def key(self) -> str:
        return self.slug or slug_of(self.name)

    def value(self) -> Tool:
        return Tool(
            name=self.name,
            slug=self.key,
            tagline=self.tagline,
            description=self.description,
            category=self.category,
            url=self.url,
            pricing=self.pricing,
            entry=EntryPrice(self.entry) if self.entry else None,
            best_for=self.best_for,
            aliases=tuple(filter(None, self.aliases)),
            reviews=tuple(review.value() for review in self.reviews),
            votes=Votes(self.votes.ship, self.votes.skip),
        )


class VerdictRecord(Record):
    """A publication's tools with the reviews of its panel and the votes of its community."""

    model_config = ConfigDict(title="Verdict file")

    tools: list[ToolRecord]


def unknown_keys(values: object, model: type[BaseModel] = ToolRecord) -> Iterator[str]:
    """The paths of the keys that the schema does not know: "votes.maybe", "reviews[1].mood"."""
    if not isinstance(values, Mapping):
        return
    for key, value in values.items():
        if key not in model.model_fields:
            yield str(key)
        for place, part, shape in _parts(key, value, model):
            yield from (f"{place}.{unknown}" for unknown in unknown_keys(part, shape))


def _parts(
    key: str, value: Any, model: type[BaseModel]
) -> Sequence[tuple[str, Any, type[BaseModel]]]:
    if model is ToolRecord and key == "votes":
        return [(key, value, VotesRecord)]
    if model is ToolRecord and key == "reviews" and isinstance(value, list):
        return [(f"{key}[{index}]", part, ReviewRecord) for index, part in enumerate(value)]
    return []


def schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of a verdict file."""
    return {"$schema": GenerateJsonSchema.schema_dialect} | VerdictRecord.model_json_schema()
