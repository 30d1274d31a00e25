"""What runs in another process: one task, from the picture's bytes to the record on the shelf."""

from __future__ import annotations

import hashlib
import importlib
import time
import traceback
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from generator import synthetic
from generator.content import Kind
from generator.errors import ModelError, SourceError, StoreError
from generator.records import Record, to_json
from generator.samples import Album, Drive, Sample, Survey
from generator.shelf import Shelf
from generator.steps import KeptSteps
from generator.technique import Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generator.content import DataSet, Model
    from generator.journeys import Journey
    from generator.models.trained import Trained
    from generator.plan import Task
    from generator.samples import Steps

_POOLS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)  # fmt: skip


@dataclass(frozen=True)
class Failure:
    """Why a task has no result: one line for people, and the whole story for its mender."""

    message: str
    detail: str = ""


@dataclass(frozen=True)
class Finished:
    """What a worker reports of one task: the record as JSON, or the failure."""

    key: str
    record: str | None
    failure: Failure | None
    seconds: float


_MEMORY = {"MALLOC_TRIM_THRESHOLD_": "200000000", "MALLOC_MMAP_THRESHOLD_": "100000000"}
"""glibc gives pictures' memory back after each one, and pays for it in page faults; not so here."""


_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
"""TensorFlow tells of every processor feature it was not compiled for."""


def one_thread() -> dict[str, str]:
    """Return the environment in which native libraries keep to one thread each.

    Tasks already run side by side, one process for each core.
    """
    return dict.fromkeys(_POOLS, "1") | _MEMORY | _QUIET


def run_task(task: Task, root: str) -> Finished:
    """Run ``task``, keep its result in the store at ``root``, and say how it went.

    This is the one place where every error is caught: whatever a picture or a technique does,
    it becomes a card on its page, and the other tasks go on.
    """
    started = time.perf_counter()
    record: Record | None = None
    failure: Failure | None = None
    try:
        with Shelf(Path(root)) as shelf:
            record = _run(task, shelf)
    except (SourceError, StoreError) as error:
        failure = Failure(str(error))
    except MemoryError:
        failure = Failure("the machine has not enough memory for this picture; make it smaller")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - see above
        failure = Failure(_said(error), _story(error))
    seconds = time.perf_counter() - started
    return Finished(task.key, to_json(record) if record else None, failure, seconds)


def _run(task: Task, shelf: Shelf) -> Record:
    run = importlib.import_module(task.module).TECHNIQUE.run
    causes = task.causes
    steps = KeptSteps(shelf, {"libraries": causes["libraries"], "models": causes.get("models")})
    try:
        if task.item.clip:
            return _filmed(task, shelf, steps)
        sample = _given(task, steps)
        networks = [_network(model, steps) for model in task.models]
        result = run(sample, task.params, *networks)
    except (SourceError, ModelError) as error:  # its causes are in the key: it can be kept
        failed = Record(task.key, task.technique, task.causes, failure=str(error))
        return shelf.keep_record(failed)
    if not isinstance(result, Result):
        raise TypeError(f"expected run to return a Result, got {type(result).__name__}")
    return shelf.keep(task.key, task.technique, task.causes, result, steps.used)


def _filmed(task: Task, shelf: Shelf, steps: KeptSteps) -> Record:
    """Run the task on a video; its films are written beside the store and moved into it."""
    from generator.filming import film
    from generator.footage import footage

    technique = importlib.import_module(task.module).TECHNIQUE
    with shelf.drafts.space() as space:
        given = footage(task.item, space)
        networks = [_network(model, steps) for model in task.models]
        if Kind.VIDEO in technique.accepts:
            result = technique.run(given, task.params, *networks)
        else:
            result = film(technique, given, task.params, networks)
        return shelf.keep(task.key, task.technique, task.causes, result, steps.used)


def _given(task: Task, steps: KeptSteps) -> Sample | Survey | Album | Drive:
    """Return what the task's technique looks at."""
    if task.item.model:
        return _survey(task)
    if task.item.journey:
        return _drive(task.item.journey, steps)
    return _album(task.item.data, steps) if task.item.data else _sample(task)


def _sample(task: Task) -> Sample:
    if task.item.still:
        frame = synthetic.still(task.item.still.seed, task.item.still.number, synthetic.SIZE)
        return Sample(frame.picture, frame.truth, degrees=frame.degrees)
    file, truth = task.item.file, task.item.truth
    if file is None:
        raise SourceError(task.item.problem)
    mask = (str(truth.path), truth.sha256) if truth else None
    return _decoded(str(file.path), file.sha256, Path(task.item.source).name, mask)


def _survey(task: Task) -> Survey:
    from generator import imaging

    def read(index: int) -> NDArray[np.uint8] | None:
        picture = task.gallery[index]
        try:
            return imaging.decode(_read(str(picture.path), picture.sha256, ""), name="").image
        except SourceError:
            return None

    return Survey(tuple(picture.path.stem for picture in task.gallery), read)


def _album(data: DataSet, steps: Steps) -> Album:
    from generator import imaging_examples

    places = {name: place for place, name in enumerate(data.classes)}

    def read(index: int) -> NDArray[np.uint8] | None:
        example = data.examples[index]
        try:
            return imaging_examples.picture(example, _read)
        except SourceError:
            return None

    return Album(
        classes=data.classes,
        labels=tuple(places[example.label] for example in data.examples),
        groups=tuple(example.group for example in data.examples),
        held_out=tuple(example.held_out for example in data.examples),
        digests=tuple(example.digest for example in data.examples),
        read=read,
        steps=steps,
    )


def _drive(journey: Journey, steps: KeptSteps) -> Drive:
    """Return the drive; the frames of a synthetic one are drawn once, whoever wants them."""
    from generator import imaging_drives

    if journey.seed is None:
        return imaging_drives.of_log(journey, _read, steps)
    causes = {"seed": journey.seed, "frames": journey.frames}
    drawing = {name: steps.libraries[name] for name in ("numpy", "opencv-python-headless")}
    drawn = steps.on(drawing).once(synthetic.drawn, causes)
    return imaging_drives.of_road(journey, drawn, steps)


def _network(model: Model, steps: KeptSteps) -> Trained:
    """Return the network; one that is trained in this gallery is a step of every run that asks."""
    if model.training is None or model.problem:
        return network(model)
    made, used = _taught(model, steps.shelf.root)
    steps.used.update(used)
    return made


@lru_cache(maxsize=1)
def _taught(model: Model, root: Path) -> tuple[Trained, frozenset[str]]:
    from generator.models import schooling
    from generator.models.loading import taught

    if model.training is None:
        raise ModelError(f"the network {model.id} has no drive to learn from")
    training = model.training
    with Shelf(root) as shelf:
        steps = KeptSteps(shelf, {"libraries": dict(training.libraries), "models": None})
        drive = _drive(training.journey, steps)
        found = schooling.school(drive, drive.split, training.lesson)
    return taught(model, found.weights), frozenset(steps.used)


@lru_cache(maxsize=2)
def network(model: Model) -> Trained:
    """Return the network; the last two are kept, as reading and compiling one takes seconds."""
    from generator.models.loading import load

    if model.problem:
        raise ModelError(model.problem)
    return load(model)


@lru_cache(maxsize=1)
def _decoded(path: str, sha256: str, name: str, truth: tuple[str, str] | None) -> Sample:
    """Return the sample; the last one is kept, as an item's tasks come one after another."""
    from generator import imaging

    data = _read(path, sha256, name)
    decoded = imaging.decode(data, name=name)
    decoded.image.flags.writeable = False
    mask = None
    if truth:
        mask_data = _read(*truth, Path(truth[0]).name)
        mask = imaging.decode_mask(
            mask_data, name=Path(truth[0]).name, shape=decoded.image.shape[:2]
        )
        mask.flags.writeable = False
    return Sample(decoded.image, mask, data, decoded.notes)


def _read(path: str, sha256: str, name: str) -> bytes:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise StoreError(f"{name} cannot be read: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StoreError(f"{name} changed while the gallery was being built; build again")
    return data


def _said(error: BaseException) -> str:
    """Return the kind and the text of ``error``, as far as a page can hold it."""
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - an error that cannot say what it is
        text = type(error).__name__
    return text.encode("utf-8", "backslashreplace").decode()


def _story(error: BaseException) -> str:
    """Return the traceback without this machine's folders, so that pages do not depend on them."""
    lines = [
        f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}: {frame.line}"
        for frame in traceback.extract_tb(error.__traceback__)[2:]
    ]
    return "\n".join([*lines, _said(error)])
