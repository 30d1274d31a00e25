"""Deletion, insertion and ROAD: curves computed plainly, linear networks, laws, odd scores."""

import numpy as np
import pytest

from generator.science.faithfulness import deletion, insertion, noisy_linear_imputation, road

H, W = 7, 13
WEIGHTS = np.random.default_rng(1).normal(size=(H, W, 3))


def picture(seed=0):
    return np.random.default_rng(seed).random((H, W, 3), dtype=np.float32)


def linear(pictures):
    return np.einsum("nhwc,hwc->n", pictures, WEIGHTS)


def curved(pictures):
    return np.tanh(linear(pictures) / 20) * 30


def order_of(heat):
    places = [(-heat[place], place) for place in np.ndindex(heat.shape)]
    return [place for _, place in sorted(places)]


def slow_curve(score, first, last, heat, steps):
    order, changed = order_of(heat), first.copy()
    fractions, values = [0.0], [score(first[None])[0]]
    done = 0
    for step in range(1, steps + 1):
        count = round(step * heat.size / steps)
        for place in order[done:count]:
            changed[place] = last[place]
        done = count
        fractions.append(count / heat.size)
        values.append(score(changed[None])[0])
    area = sum(
        (fractions[i + 1] - fractions[i]) * (values[i + 1] + values[i]) / 2 for i in range(steps)
    )
    return fractions, values, area


@pytest.mark.parametrize("steps", [1, 5, 20, 91])
@pytest.mark.parametrize("batch", [1, 4, 64])
def test_curves_meet_their_slow_twins(steps, batch):
    image, baseline = picture(), picture(2)
    heat = np.random.default_rng(3).normal(size=(H, W))
    for method, ends in ((deletion, (image, baseline)), (insertion, (baseline, image))):
        curve = method(curved, image, heat, baseline, steps, batch=batch)
        fractions, values, area = slow_curve(curved, *ends, heat, steps)
        np.testing.assert_allclose(curve.fractions, fractions)
        np.testing.assert_allclose(curve.values, values, atol=1e-4)
        assert curve.area == pytest.approx(area, abs=1e-4)
        assert (curve.fractions[0], curve.fractions[-1]) == (0, 1)


def test_ties_leave_in_reading_order_for_both_ends_of_road():
    image, heat = picture(), np.random.default_rng(3).integers(0, 3, (H, W))
    curve = deletion(curved, image, heat, 0 * image, 30)
    expected = slow_curve(curved, image, 0 * image, heat, 30)[1]
    np.testing.assert_allclose(curve.values, expected, atol=1e-4)
    # A flat map takes the same pixels away at both ends, so only noise tells the two apart.
    flat = road(curved, image, np.zeros((H, W)), np.random.default_rng(0))
    np.testing.assert_allclose(flat.most, flat.least, atol=0.5)


def test_deleting_what_a_constant_network_sees_changes_nothing():
    def score(pictures):
        return np.full(len(pictures), 0.3)

    image, heat = picture(), picture(3)[:, :, 0]
    for method in (deletion, insertion):
        assert method(score, image, heat, 0 * image).area == pytest.approx(0.3)
        curve = method(score, image, heat, 0 * image, relative=True)
        assert not curve.values.any()
        assert curve.area == 0
    assert road(score, image, heat, np.random.default_rng(0)).combined == 0


def test_the_true_map_of_a_linear_network_beats_every_other_order():
    image, baseline = picture(), picture(2)
    true = ((image - baseline) * WEIGHTS).sum(axis=2)
    best = deletion(linear, image, true, baseline).area
    most = insertion(linear, image, true, baseline).area
    worst = deletion(linear, image, -true, baseline).area
    rng = np.random.default_rng(4)
    for _ in range(50):
        other = rng.permuted(true.ravel()).reshape(H, W)
        assert best < deletion(linear, image, other, baseline).area < worst
        assert insertion(linear, image, other, baseline).area < most


def test_insertion_is_deletion_backwards():
    image, baseline = picture(), picture(2)
    heat = np.random.default_rng(3).normal(size=(H, W))
    forth = insertion(curved, image, heat, baseline, 13)
    back = deletion(curved, image, -heat, baseline, 13)
    np.testing.assert_allclose(forth.values, back.values[::-1], atol=1e-4)


def test_only_the_order_of_the_map_matters():
    image, baseline = picture(), picture(2)
    heat = np.random.default_rng(3).normal(size=(H, W))
    one = deletion(curved, image, heat, baseline)
    other = deletion(curved, image, np.exp(3 * heat) - 7, baseline)
    np.testing.assert_array_equal(one.values, other.values)


def test_equal_pixels_leave_in_reading_order():
    image = np.arange(H * W * 3, dtype=np.float32).reshape(H, W, 3)
    curve = deletion(lambda p: p[:, 0, :, 0].sum(axis=1), image, np.zeros((H, W)), 0 * image, H)
    assert curve.values.tolist() == [image[0, :, 0].sum(), *[0] * H]
    heat = np.zeros((H, W), np.uint8)
    heat[H - 1] = 200  # unsigned: -200 would be 56
    curve = deletion(lambda p: p[:, H - 1, :, 0].sum(axis=1), image, heat, 0 * image, H)
    assert curve.values.tolist() == [image[H - 1, :, 0].sum(), *[0] * H]


def test_a_regressed_value_is_measured_by_how_far_it_moved():
    image, baseline = picture(), picture(2)
    heat = np.random.default_rng(3).normal(size=(H, W))
    plain = deletion(curved, image, heat, baseline).values
    curve = deletion(curved, image, heat, baseline, relative=True)
    expected = [abs(v - plain[0]) / abs(plain[-1] - plain[0]) for v in plain]
    np.testing.assert_allclose(curve.values, expected)
    assert (curve.values[0], curve.values[-1]) == (0, 1)
    assert curve.area == pytest.approx(np.trapezoid(expected, curve.fractions))
    negative = deletion(lambda p: -9 * curved(p), image, heat, baseline, relative=True)
    np.testing.assert_allclose(negative.values, curve.values)
    plain = insertion(curved, image, heat, baseline).values
    curve = insertion(curved, image, heat, baseline, relative=True)
    expected = [abs(v - plain[-1]) / abs(plain[0] - plain[-1]) for v in plain]
    np.testing.assert_allclose(curve.values, expected)


def test_road_meets_its_slow_twin():
    image, heat = picture(), np.random.default_rng(3).normal(size=(H, W))
    found = road(curved, image, heat, np.random.default_rng(0), batch=4)
    rng, order, values = np.random.default_rng(0), order_of(heat), []
    for places in (order, order[::-1]):
        for tenth in range(1, 10):
            mask = np.zeros((H, W), bool)
            for place in places[: round(tenth / 10 * H * W)]:
                mask[place] = True
            values.append(curved(noisy_linear_imputation(image, mask, rng)[None])[0])
    np.testing.assert_allclose(found.fractions, np.arange(1, 10) / 10)
    np.testing.assert_allclose(found.most, values[:9], atol=1e-4)
    np.testing.assert_allclose(found.least, values[9:], atol=1e-4)
    gap = sum((b - a) / 2 for a, b in zip(values[:9], values[9:], strict=True)) / 9
    assert found.combined == pytest.approx(gap, abs=1e-4)


def test_road_tells_a_right_map_from_a_wrong_one():
    image = picture() * 0.1
    image[2:5, 4:8] = 1
    heat = np.zeros((H, W))
    heat[2:5, 4:8] = 1

    def score(pictures):
        return pictures[:, 2:5, 4:8].mean(axis=(1, 2, 3))

    right = road(score, image, heat, np.random.default_rng(0))
    wrong = road(score, image, -heat, np.random.default_rng(0))
    assert right.combined > 0.2
    assert wrong.combined == pytest.approx(-right.combined, abs=0.05)
    silent = road(score, image, 0 * heat, np.random.default_rng(0))
    assert abs(silent.combined) < 0.01
    one, other = (road(score, image, heat, np.random.default_rng(7)) for _ in range(2))
    assert one.combined == other.combined


def test_nothing_is_written_to_even_by_a_network_that_writes():
    image, baseline, heat = picture(), picture(2), picture(3)[:, :, 0]

    def score(pictures):
        values = curved(pictures)
        pictures[:] = np.nan
        return values

    expected = deletion(curved, image, heat, baseline).values
    np.testing.assert_array_equal(deletion(score, image, heat, baseline).values, expected)
    np.testing.assert_array_equal(image, picture())
    np.testing.assert_array_equal(baseline, picture(2))
    shapes = set()
    road(
        lambda p: (shapes.add(p.shape), np.zeros(len(p)))[1],
        image,
        heat,
        np.random.default_rng(0),
        batch=7,
    )
    assert shapes == {(6, H, W, 3)}  # 18 pictures, 7 at most: three calls of six


def test_a_picture_of_one_pixel():
    image, heat = np.ones((1, 1, 3), np.float32), np.zeros((1, 1))
    assert deletion(lambda p: p.sum(axis=(1, 2, 3)), image, heat, 0 * image, 1).area == 1.5
    found = road(lambda p: p.sum(axis=(1, 2, 3)), image, heat, np.random.default_rng(0))
    assert found.combined == 0


def zero(pictures):
    return np.zeros(len(pictures))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: deletion(zero, picture(), np.ones((W, H)), picture()), r"\(13, 7\)"),
        (lambda: deletion(zero, picture(), np.ones((H, W)), picture()[1:]), r"\(6, 13, 3\)"),
        (lambda: insertion(zero, picture(), np.full((H, W), np.nan), picture()), "finite map"),
        (lambda: deletion(zero, picture(), np.ones((H, W)), picture(), 0), "0 steps"),
        (lambda: deletion(lambda p: zero(p) / np.float64(np.nan), picture(), np.ones((H, W)), picture()), "finite values"),
        (lambda: deletion(lambda p: np.ones((len(p), 2)), picture(), np.ones((H, W)), picture()), "got 2"),
        (lambda: road(lambda p: np.ones((len(p), 2)), picture(), np.ones((H, W)), np.random.default_rng(0)), "got 2"),
        (lambda: road(zero, picture(), np.ones((H, W)), None, fractions=()), "fraction"),
        (lambda: road(zero, picture(), np.ones((H, W)), None, fractions=(0.5, 1.1)), "1.1"),
        (lambda: road(zero, picture(), np.ones((W, H)), None), r"\(13, 7\)"),
    ],
)  # fmt: skip
def test_wrong_arguments_and_scores_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
