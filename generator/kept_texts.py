"""The sentences and words that results keep, with slots for what differs from run to run.

They stand in code that decides results, where another way of writing them would compute everything
again. So they are listed here for ``language.told``, and a test compares.
"""

from __future__ import annotations

SEEN = (
    "the network was given rows {top} to {bottom} of {height}",
    "the network was given the middle {share} % of the picture",
)
"""What of a picture a network was given: ``models.trained``."""

ANSWERS = (
    "its input is {rows} × {columns} pixels, {channels} channels",
    "only occlusion can be asked of it: {reason}",
    "the network has no layer with maps of more than one pixel",
    "hypercolumns and filters, up to its layer {layer}; it names no classes",
    "Grad-CAM and its kin ask its layer {layer}; occlusion, hypercolumns and filters too",
    "class activation maps come from its layer {layer}",
    "no class activation map: {reason}; Grad-CAM needs no such end",
    "no maps are averaged before its end",
    "its end is not average pooling and one linear layer, but {kind} {layer}",
    "what it averages is no layer's output",
)
"""What a network can be asked: ``models.trained``, ``models.heads`` and ``anatomy``."""

PICTURES = (
    "shows the first of the {count} pictures in the file",
    "mirrored, as the camera recorded",
    "turned by {angle}°, as the camera recorded",
    "flipped upside down, as the camera recorded",
    "mirrored and turned by 90°, as the camera recorded",
    "turned by 90° to the right, as the camera recorded",
    "turned by 90° to the left, as the camera recorded",
    "the file is {form}, although its name ends in .{suffix}",
    "16-bit grey scaled to 8 bits: 0 to 65535 became 0 to 255 (divided by 257)",
    "16 bits a channel reduced to 8: the upper byte of each value was kept",
    "a palette of colours was replaced by the colours themselves",
    "grey converted to RGB",
    "CMYK, the colours of printing, converted to RGB",
    "its colour profile cannot be used and was left aside",
    "colours converted from the file's colour profile to sRGB",
    "transparent parts laid over white",
)
"""What was done to a picture as it was read: ``imaging`` and ``imaging_colour``."""

FILMS = (
    "transparent parts are shown over white",
    "has only one frame, so nothing moves",
    "the file is damaged: {count} of {all} frames could be read",
    "frames came at a varying rate; they are shown at {rate} a second",
    "pixels of {stretch} times their height in width are shown square",
    "{columns} x {rows} pixels are worked on and shown at {widest}",
    "an odd row or column at the edge is cut off, as films have even sides",
    "{note} (in {count} of {all} frames)",
    "it failed on {failed} of {all} frames, which are blank: {listed}; the last said {error}",
    "{listed} and {count} more",
)
"""What was done to a film, and what its frames had to say: ``imaging_video`` and ``filming``."""

CLASSIFIERS = (
    "{count} picture of {all} cannot be read and left out: number {listed}",
    "{count} pictures of {all} cannot be read and left out: number {listed}",
    (
        "{count} picture in which no patch could be described, so it has the zero vector: number "
        "{listed}"
    ),
    (
        "{count} pictures in which no patch could be described, so it has the zero vector: number "
        "{listed}"
    ),
    "never named, for want of pictures to learn from: {classes}",
    "Decision",
    "control",
    "nothing",
    "deletion",
    "insertion",
    "words: one vote",
    "words: shared votes",
    "gaussians: Fisher vectors",
    "training: bag of words",
    "training: Fisher vectors",
    "costs: bag of words",
)
"""What classifiers note, and what stands in their tables: ``assessed``, ``evidence``."""

DATA_SETS = (
    "{place}: expected a picture, got a {form} file",
    "{place}: expected a path and a label, got {came}",
    "{place}: expected a split of train or test, got {came}",
    "{place}: {name} cannot be read: {reason}",
    "the group {group} is in training and in test",
    "the class {label} has no example to train with",
    "the class {label} has no example to test with",
    "the same picture is in training and in test: {names}",
    "the same picture is there more than once: {names}",
    "the same picture is labelled {labels}: {names}",
    "{label}, train half, row {row}, column {column}",
    "{label}, test half, row {row}, column {column}",
    "number {number}",
)
"""What is wrong with pictures of a data set, and what samples are called: ``datasets``."""

DRIVES = (
    "this drive is synthetic: a program drew its roads, and their geometry gives the angle",
    "the angles are smoothed over {count} frames, by a Gaussian",
    "every angle is 0: there is nothing to learn but to drive straight on",
    "{count} frames next to held-out ones are not used, as neighbours look alike",
    "train",
    "held out",
    "between",
)
"""What a reader must know of a drive: ``techniques.drive``."""

STEERING = (
    "{lost} of {used} pictures cannot be read and are left out",
    "every held-out angle is 0, so driving straight on is never wrong here",
    "the network is no better than driving straight on: it has learned nothing",
    (
        "learned by heart, the same network is {train}° off on the frames it saw and {held_out}° "
        "on others: very over-fitted, as the gap between the two lines shows"
    ),
    "Always straight on",
    "Always the mean angle",
    "Always the median angle",
    "The network",
    "The same network, by heart",
)
"""How well a network steers, and who else would: ``steered``."""

ANGLES = (
    "straight on",
    "{degrees}° to the right",
    "{degrees}° to the left",
    "straight on; true: straight on",
    "straight on; true: {true}° to the right",
    "straight on; true: {true}° to the left",
    "{degrees}° to the right; true: straight on",
    "{degrees}° to the left; true: straight on",
    "{degrees}° to the right; true: {true}° to the right",
    "{degrees}° to the right; true: {true}° to the left",
    "{degrees}° to the left; true: {true}° to the right",
    "{degrees}° to the left; true: {true}° to the left",
    "no wheel is drawn on a picture of less than {side} pixels a side",
    "the maps of {layer} are one pixel high: they tell columns, not rows",
    "at {degrees}° the wheel is straight: nothing leads to the centre",
    "no layer has maps of more than one pixel, so there are no hypercolumns",
    "the rule picks this one",
    "right · {where}",
    "left · {where}",
    "centre · {where}",
    "{where}: a map of columns",
    "all layers, product",
    "all layers, geometric mean",
    "all layers, mean",
    "{layer} alone",
    "windows of {size} pixels",
    "all windows",
    "all windows, either way",
    "{layer}, place by place",
    "{layer}, one weight a channel",
    "guided backpropagation",
)
"""What turns the wheel: ``techniques.steering_reasons`` and ``science.steering_maps``."""

MAPS = (
    "class {number}",
    "{what} · {where}",
    "{count} layers",
    "{size} pixels",
    "{layer}, {rows} × {columns}, {channels} channels",
    "{name} is silent on this picture and is left out",
    "no place of {layer} speaks for {label}, so Grad-CAM is empty",
    "the value is 0, so it has no centre map",
    "{count} windows were hidden, one after another",
    "{layer} · {count} filters",
    "{layer} · {first} to {last}",
    "after {steps} steps",
    "dead, as no noise moved them, and left grey: {filters}",
    "no picture excites these filters, so the curve shows plain answers",
    "the layers before need an input of {rows} × {columns} pixels, so that was used",
    "yes",
    "no",
)
"""What a map is of, and what its technique noted: the techniques of networks."""

SUBJECTS = (
    (
        "GrabCut found the whole picture to be the object, because object and background have "
        "colours too alike, so the mask is the largest thresholded region as it was."
    ),
    (
        "GrabCut found no object, because object and background have colours too alike, so the "
        "mask is the largest thresholded region as it was."
    ),
    (
        "The picture has only {height} by {width} pixels, too few for smoothing to mean much; it "
        "was treated like any other, so read the result with care."
    ),
    (
        "Nothing stands out, because every pixel has the same coarse hue and saturation, as in "
        "grey and flat pictures; the mask is left empty and the box is the whole picture."
    ),
    (
        "Nothing stands out, because the rare colours are too scattered to survive smoothing; the "
        "mask is left empty and the box is the whole picture."
    ),
)
"""Where a subject is not found: ``science.saliency``."""

ITEMS = (
    "The network {title}.",
    "The data set {title}.",
    "A frame of the drive {title}.",
    "unknown",
    "Trained in this gallery",
    "That of the drive",
    "Planted cue, three layers in a row",
    "Planted cue, a network inside a network",
    "Planted cue, a list of layers",
    "Planted cue, one channel",
    (
        "A small network whose every weight was set by hand, so that its reason for what it says "
        "is known. It stands for no photograph: it is there to test the methods."
    ),
)
"""Words that an item has where the manifest gives none: ``networks``, ``datasets``, ``drives``."""

KEPT = (
    *SEEN, *ANSWERS, *PICTURES, *FILMS, *CLASSIFIERS, *DATA_SETS, *DRIVES, *STEERING, *ANGLES,
    *MAPS, *SUBJECTS, *ITEMS,
)  # fmt: skip
