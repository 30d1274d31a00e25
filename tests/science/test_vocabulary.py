"""Words and votes: k-means, hard and soft votes, histograms and pyramids, from definitions."""

import math

import numpy as np
import pytest
from sklearn.cluster import KMeans, kmeans_plusplus
from threadpoolctl import threadpool_limits

from generator.science import clustering
from generator.science.clustering import cluster, nearest
from generator.science.describing import Votes
from generator.science.rooting import per_sum, rooted
from generator.science.vocabulary import (
    even_histogram,
    histogram,
    histogram_shares,
    spread,
    votes,
)


def points(count=300, dims=5, seed=0):
    return np.random.default_rng(seed).normal(size=(count, dims)).astype(np.float32)


def groups(count=600, seed=0):
    """Points around the corners of a cube, and which corner."""
    rng = np.random.default_rng(seed)
    corners = np.array(list(np.ndindex(2, 2, 2))) * 10.0
    labels = rng.integers(0, 8, count)
    return (corners[labels] + rng.normal(size=(count, 3))).astype(np.float32), labels, corners


def energy(values, centres):
    return float(nearest(values, centres)[1].sum(dtype=np.float64))


def test_the_nearest_centre():
    values, centres = points(200), points(7, seed=1)
    labels, squares = nearest(values, centres)
    for i, value in enumerate(values):
        distances = [math.dist(value, centre) for centre in centres]
        assert labels[i] == np.argmin(distances)
        assert math.sqrt(squares[i]) == pytest.approx(min(distances), abs=1e-6)
    assert not nearest(centres, centres)[1].any()


def test_of_equal_centres_the_first_is_nearest():
    assert nearest(np.zeros((3, 2)), np.array([[1, 0], [1, 0], [0, 1.0]]))[0].tolist() == [0, 0, 0]


def test_planted_groups_are_found():
    values, labels, corners = groups()
    centres = cluster(values, 8, seed=0)
    order = nearest(corners, centres)[0]
    assert sorted(order) == list(range(8))
    means = [values[labels == k].mean(axis=0) for k in range(8)]
    np.testing.assert_allclose(centres[order], means, atol=1e-5)


def test_a_step_is_that_of_scikit_learn():
    values = points(2000, 6)
    start = cluster(values, 12, seed=3, iterations=1)
    theirs = KMeans(12, init=start, n_init=1, max_iter=1, tol=0).fit(values)
    np.testing.assert_allclose(
        cluster(values, 12, seed=3, iterations=2), theirs.cluster_centers_, atol=1e-5
    )


def test_the_energy_is_as_low_as_that_of_scikit_learn():
    values = points(1500, 8)
    ours = [energy(values, cluster(values, 40, seed=s)) for s in range(3)]
    theirs = [KMeans(40, n_init=1, random_state=s).fit(values).inertia_ for s in range(3)]
    assert np.mean(ours) < 1.01 * np.mean(theirs)


def test_energy_falls_with_every_step():
    values = points(2000, 6)
    found = [energy(values, cluster(values, 20, seed=0, iterations=n)) for n in (1, 2, 4, 8, 30)]
    assert (np.diff(found) < 0).all()


def test_first_centres_are_far_apart():
    # One of many points far out: chance alone would nearly never choose it, distance always does.
    values = np.concatenate([points(5000, 2), [[1000, 1000]]]).astype(np.float32)
    for seed in range(5):
        centres = cluster(values, 2, seed=seed)
        assert [1000, 1000] in centres.tolist()


def test_first_centres_are_drawn_like_those_of_scikit_learn():
    values = groups(200)[0]
    draws = range(200)
    ours = [
        energy(values, clustering._plus_plus(values, 8, np.random.default_rng(s))) for s in draws
    ]
    theirs = [
        energy(values, kmeans_plusplus(values, 8, random_state=s, n_local_trials=1)[0])
        for s in draws
    ]
    assert np.mean(ours) == pytest.approx(np.mean(theirs), rel=0.08)


@pytest.mark.parametrize("distinct", [1, 3, 10])
def test_more_words_than_distinct_points(distinct):
    values = np.repeat(points(distinct), 7, axis=0)
    np.testing.assert_array_equal(
        np.unique(cluster(values, 10, seed=0), axis=0), np.unique(values, axis=0)
    )


def test_distinct_points_outside_the_sample_of_first_centres_are_found(monkeypatch):
    monkeypatch.setattr(clustering, "SEEDED", 50)
    values = np.zeros((1000, 4), np.float32)
    values[-5:] = points(5, 4)
    assert len(cluster(values, 9, seed=0)) == 6


def test_a_centre_that_loses_its_points_goes_elsewhere():
    values = points(50)
    labels, squares = nearest(values, values[:2])
    found = clustering._means(values, labels, squares, 4)
    far = np.argsort(-squares)[:2]
    np.testing.assert_array_equal(found[2:], values[far])
    for k in range(2):
        np.testing.assert_allclose(found[k], values[labels == k].mean(axis=0), atol=1e-6)


def test_words_depend_on_the_seed_alone():
    values = points(3000, 16)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(cluster(values, 30, seed=5))
    np.testing.assert_array_equal(*found)
    assert (cluster(values, 30, seed=6) != found[0]).any()


@pytest.mark.parametrize(
    ("values", "count", "words"),
    [
        (np.zeros((0, 4)), 3, "got 0, 3 and 100"),
        (np.zeros((4, 4)), 0, "got 4, 0 and 100"),
        (np.zeros(4), 3, r"\(4,\)"),
        (np.array([[1, np.nan], [np.inf, 0], [0, 0]]), 2, "2 of 3"),
    ],
)
def test_wrong_points_are_refused_in_words(values, count, words):
    with pytest.raises(ValueError, match=words):
        cluster(values, count, seed=0)


def test_the_spread_is_the_median_distance():
    values, words = points(101), points(4, seed=1)
    distances = [min(math.dist(v, w) for w in words) for v in values]
    assert spread(values, words) == pytest.approx(np.median(distances), rel=1e-5)
    assert spread(words, words) == 0


def slow_votes(values, words, sigma):
    found = np.zeros((len(values), len(words)))
    for i, value in enumerate(values):
        squares = [math.dist(value, word) ** 2 for word in words]
        kernels = [math.exp(-(s - min(squares)) / (2 * sigma**2)) for s in squares]
        found[i] = np.array(kernels) / sum(kernels)
    return found


@pytest.mark.parametrize("sigma", [0.3, 1.0, 5.0])
def test_soft_votes_meet_their_slow_twin(sigma):
    values, words = points(60), points(9, seed=1)
    found = votes(values, words, Votes.SOFT, sigma)
    np.testing.assert_allclose(found, slow_votes(values, words, sigma), atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    assert found.dtype == np.float32


def test_soft_votes_become_hard():
    values, words = points(60), points(9, seed=1)
    hard = votes(values, words, Votes.HARD)
    assert (np.sort(hard, axis=1) == [0] * 8 + [1]).all()
    np.testing.assert_array_equal(hard.argmax(axis=1), nearest(values, words)[0])
    for sigma in (1e-3, 1e-160, 1e-320, 0):
        np.testing.assert_allclose(votes(values, words, Votes.SOFT, sigma), hard, atol=1e-6)


def test_soft_votes_become_even_and_survive_distance():
    values, words = points(60), points(9, seed=1)
    np.testing.assert_allclose(votes(values, words, Votes.SOFT, 1e6), 1 / 9, atol=1e-6)
    far = votes(values + 1000, words, Votes.SOFT, 0.1)
    np.testing.assert_allclose(far.sum(axis=1), 1, atol=1e-6)
    # Between two words votes are halved, hard ones go to the first.
    pair = np.array([[0, 0], [2, 0.0]])
    np.testing.assert_allclose(votes(np.array([[1, 5]]), pair, Votes.SOFT, 0.1), [[0.5, 0.5]])
    assert votes(np.array([[1, 5]]), pair, Votes.HARD).tolist() == [[1, 0]]


@pytest.mark.parametrize(
    ("values", "words", "sigma", "said"),
    [
        (points(3, 4), points(3, 5), 1, r"\(3, 4\) and \(3, 5\)"),
        (points(3, 4), points(0, 4), 1, r"\(3, 4\) and \(0, 4\)"),
        (points(3, 4), points(3, 4), -1, "got -1"),
        (points(3, 4), points(3, 4), np.nan, "got nan"),
    ],
)
def test_wrong_votes_are_refused_in_words(values, words, sigma, said):
    with pytest.raises(ValueError, match=said):
        votes(values, words, Votes.SOFT, sigma)


SHAPE = 40, 70
PLACES = np.hstack(
    [np.random.default_rng(5).random((80, 2)) * SHAPE - 0.5, np.full((80, 1), 8)]
).astype(np.float32)
VOTED = votes(points(80), points(6, seed=1), Votes.SOFT, 1.0)


def slow_histogram(voted, places, levels):
    found = []
    for level in range(levels + 1):
        side = 2**level
        weight = 1 / 2**levels if level == 0 else 1 / 2 ** (levels - level + 1)
        for row, column in np.ndindex(side, side):
            inside = [
                vote
                for vote, place in zip(voted, places, strict=True)
                if int((place[0] + 0.5) / SHAPE[0] * side) == row
                and int((place[1] + 0.5) / SHAPE[1] * side) == column
            ]
            found.append(weight * np.sum(inside, axis=0) + np.zeros(voted.shape[1]))
    return np.concatenate(found)


@pytest.mark.parametrize("levels", [0, 1, 2])
def test_histograms_meet_their_slow_twin(levels):
    found = histogram(VOTED, PLACES, SHAPE, levels)
    assert found.shape == (6 * sum(4**n for n in range(levels + 1)),)
    np.testing.assert_allclose(found, slow_histogram(VOTED, PLACES, levels), atol=1e-5)
    # Weights sum to 1, and every level counts every vote.
    assert found.sum() == pytest.approx(80, rel=1e-5)


def test_without_levels_a_histogram_counts():
    hard = votes(points(80), points(6, seed=1), Votes.HARD)
    counts = np.bincount(nearest(points(80), points(6, seed=1))[0], minlength=6)
    np.testing.assert_array_equal(histogram(hard, PLACES, SHAPE), counts)


def test_keypoints_on_the_border_are_counted():
    corners = np.array([[-0.5, -0.5, 1], [39.5, 69.5, 1]])
    found = histogram(np.ones((2, 1)), corners, SHAPE, 1)
    np.testing.assert_allclose(found, [1, 0.5, 0, 0, 0.5])


@pytest.mark.parametrize("levels", [0, 1, 2])
def test_shares_of_a_histogram_sum_to_its_scores(levels):
    sums = histogram(VOTED, PLACES, SHAPE, levels)
    weights = np.random.default_rng(0).normal(size=(len(sums), 3))
    shares = histogram_shares(VOTED, PLACES, SHAPE, weights, levels)
    np.testing.assert_allclose(shares.sum(axis=0), weights.T @ rooted(sums), atol=1e-5)
    # Each share from its definition: the descriptor's own histogram times w/√h/norm.
    for i in (0, 7, 79):
        own = histogram(VOTED[i : i + 1], PLACES[i : i + 1], SHAPE, levels)
        roots = np.sqrt(np.where(sums > 0, sums, 1)) * math.sqrt(sums.sum())
        np.testing.assert_allclose(shares[i], weights.T @ (own / roots), atol=1e-6)


@pytest.mark.parametrize("levels", [0, 1, 2])
def test_an_even_histogram_is_that_of_an_evenly_full_picture(levels):
    rows, columns = np.mgrid[:40, :40].reshape(2, -1)
    places = np.stack([rows, columns, rows * 0 + 1], axis=1)
    full = histogram(np.ones((1600, 1)), places, (40, 40), levels) / 1600
    np.testing.assert_allclose(even_histogram(levels), full)


@pytest.mark.parametrize("levels", [-1, 3, 0.5])
def test_wrong_levels_are_refused(levels):
    with pytest.raises(ValueError, match=f"got {levels}"):
        histogram(VOTED, PLACES, SHAPE, levels)


def test_rooting():
    sums = np.array([4, -9, 0, 1.0])
    expected = np.array([2, -3, 0, 1]) / math.sqrt(14)
    np.testing.assert_allclose(rooted(sums), expected, rtol=1e-6)
    np.testing.assert_allclose(rooted(sums * 1e-300), expected, rtol=1e-6)
    assert not rooted(np.zeros(4)).any()
    factors = per_sum(sums, np.eye(4))
    np.testing.assert_allclose(sums @ factors, expected, rtol=1e-6)
    assert not per_sum(np.zeros(4), np.ones((4, 2))).any()
    with pytest.raises(ValueError, match=r"\(4, C\) were expected, got \(3, 4\)"):
        per_sum(sums, np.ones((3, 4)))
