"""Mixtures, Fisher vectors and VLAD: definitions written plainly, oracles, laws, odd points."""

import math

import numpy as np
import pytest
from scipy.stats import norm
from skimage.feature import fisher_vector
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from generator.science import fisher, mixture
from generator.science.fisher import fisher_shares, fisher_sums, vlad_shares, vlad_sums
from generator.science.mixture import Mixture, fit_mixture, posteriors, statistics
from generator.science.projection import Projection, principal
from generator.science.rooting import rooted

K, D = 5, 3


def some_mixture(seed=0, count=K, dims=D):
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(count, 4.0))
    return Mixture(weights, 2 * rng.normal(size=(count, dims)), rng.uniform(0.3, 2, (count, dims)))


def drawn(model, count, seed=0):
    rng = np.random.default_rng(seed)
    which = rng.choice(len(model.weights), count, p=model.weights)
    deviations = np.sqrt(model.variances[which])
    return model.means[which] + deviations * rng.normal(size=deviations.shape)


def points(count=40, seed=9, dims=D):
    return 2 * np.random.default_rng(seed).normal(size=(count, dims))


def slow_posteriors(values, model):
    deviations = np.sqrt(model.variances)
    densities = [
        [
            w * np.prod(norm.pdf(x, m, s))
            for w, m, s in zip(model.weights, model.means, deviations, strict=True)
        ]
        for x in values
    ]
    return np.array(densities) / np.sum(densities, axis=1, keepdims=True)


def slow_parts(values, model):
    """What each point gives to each sum (T, K (1 + 2D)): gradients of one point, over T."""
    gamma, count = slow_posteriors(values, model), len(values)
    w, m, s = model.weights, model.means, np.sqrt(model.variances)
    found = []
    for x, g in zip(values, gamma, strict=True):
        of_weights = [(g[k] - w[k]) / (count * math.sqrt(w[k])) for k in range(len(w))]
        of_means, of_deviations = [], []
        for k, d in np.ndindex(m.shape):
            u = (x[d] - m[k, d]) / s[k, d]
            of_means.append(g[k] * u / (count * math.sqrt(w[k])))
            of_deviations.append(g[k] * (u * u - 1) / (count * math.sqrt(2 * w[k])))
        found.append([*of_weights, *of_means, *of_deviations])
    return np.array(found)


def of_sklearn(model):
    found = GaussianMixture(len(model.weights), covariance_type="diag")
    found.weights_, found.means_, found.covariances_ = model.weights, model.means, model.variances
    found.precisions_cholesky_ = 1 / np.sqrt(model.variances)
    return found


def test_posteriors_meet_their_slow_twin_and_scikit_learn():
    model, values = some_mixture(), points()
    found = posteriors(values, model)
    np.testing.assert_allclose(found, slow_posteriors(values, model), atol=1e-12)
    np.testing.assert_allclose(found, of_sklearn(model).predict_proba(values), atol=1e-12)
    likelihood = of_sklearn(model).score(values) * len(values)
    assert statistics(values, model).likelihood == pytest.approx(likelihood)


def test_fisher_sums_meet_their_slow_twin():
    model, values = some_mixture(), points()
    found = fisher_sums(values, model)
    assert found.shape == (K * (1 + 2 * D),)
    np.testing.assert_allclose(found, slow_parts(values, model).sum(axis=0), atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_fisher_sums_agree_with_scikit_image(seed):
    model, values = some_mixture(seed, 8, 6), points(200, seed, 6)
    theirs = fisher_vector(values, of_sklearn(model))
    theirs[8 + 48 :] *= -1  # its sign there is the opposite of Perronnin's
    np.testing.assert_allclose(fisher_sums(values, model), theirs, atol=1e-12)
    improved = fisher_vector(values, of_sklearn(model), improved=True, alpha=0.5)
    improved[8 + 48 :] *= -1
    np.testing.assert_allclose(rooted(fisher_sums(values, model)), improved, atol=1e-6)


def test_gradients_are_those_of_the_likelihood():
    # G_μ = σ/√w dL/dμ and G_σ = σ/√(2w) dL/dσ, L the mean log-likelihood of a point.
    model, values = some_mixture(), points()
    found, step = fisher_sums(values, model), 1e-6
    w = np.repeat(model.weights, D)
    s = np.sqrt(model.variances).ravel()
    for part, scale in ((1, s / np.sqrt(w)), (2, s / np.sqrt(2 * w))):
        slopes = []
        for entry in np.ndindex(K, D):
            change = np.zeros((K, D))
            change[entry] = step
            moved = [
                Mixture(model.weights, model.means + sign * change, model.variances)
                if part == 1
                else Mixture(
                    model.weights, model.means, (np.sqrt(model.variances) + sign * change) ** 2
                )
                for sign in (1, -1)
            ]
            up, down = (of_sklearn(m).score(values) for m in moved)
            slopes.append((up - down) / (2 * step))
        here = slice(K + (part - 1) * K * D, K + part * K * D)
        np.testing.assert_allclose(found[here], scale * slopes, atol=1e-6)


def test_a_sample_of_the_mixture_itself_is_nothing():
    model = some_mixture()
    spreads = [np.abs(fisher_sums(drawn(model, n), model)).max() for n in (500, 50_000)]
    # Each entry has a deviation of about 1/√T.
    assert spreads[1] < 4 / math.sqrt(50_000)
    assert spreads[0] > 2 * spreads[1]
    others = fisher_sums(drawn(some_mixture(1), 50_000), model)
    assert np.abs(others).max() > 50 / math.sqrt(50_000)


def test_order_and_number_of_copies_are_irrelevant():
    model, values = some_mixture(), points(3000)
    found = fisher_sums(values, model)
    np.testing.assert_allclose(fisher_sums(values[::-1], model), found, atol=1e-12)
    np.testing.assert_allclose(fisher_sums(np.tile(values, (3, 1)), model), found, atol=1e-12)


def test_chunks_are_irrelevant(monkeypatch):
    model, values = some_mixture(), points(100)
    weights = np.random.default_rng(0).normal(size=(K * (1 + 2 * D), 2))
    found, shares = fisher_sums(values, model), fisher_shares(values, model, weights)
    monkeypatch.setattr(mixture, "CHUNK", 7)
    monkeypatch.setattr(fisher, "CHUNK", 7)
    np.testing.assert_allclose(fisher_sums(values, model), found, atol=1e-12)
    np.testing.assert_allclose(fisher_shares(values, model, weights), shares, atol=1e-10)


def test_hard_posteriors_and_weights_alone_are_a_bag_of_words():
    means = np.array([[0, 0, 0], [50, 0, 0], [0, 50, 0.0]])
    model = Mixture(np.array([0.2, 0.3, 0.5]), means, np.ones((3, 3)))
    which = np.repeat([0, 1, 2], [5, 1, 14])
    values = means[which] + np.random.default_rng(0).normal(size=(20, 3))
    counts = np.bincount(which)
    np.testing.assert_allclose(statistics(values, model).zeroth, counts, atol=1e-12)
    expected = (counts / 20 - model.weights) / np.sqrt(model.weights)
    np.testing.assert_allclose(fisher_sums(values, model)[:3], expected, atol=1e-12)


@pytest.mark.parametrize("distance", [1e2, 1e4, 1e6])
def test_far_from_every_gaussian_nothing_vanishes(distance):
    model = some_mixture()
    values = distance * np.sign(points(6))
    found = posteriors(values, model)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert np.isfinite(fisher_sums(values, model)).all()
    assert np.linalg.norm(rooted(fisher_sums(values, model))) == pytest.approx(1)


def test_no_points_give_nothing():
    model = some_mixture()
    none = np.zeros((0, D))
    assert not fisher_sums(none, model).any()
    assert fisher_sums(none, model).shape == (K * (1 + 2 * D),)
    assert fisher_shares(none, model, np.ones((K * (1 + 2 * D), 4))).shape == (0, 4)
    assert not vlad_sums(none, model.means).any()


def test_fisher_shares_meet_their_slow_twin_and_sum_to_scores():
    model, values = some_mixture(), points()
    weights = np.random.default_rng(0).normal(size=(K * (1 + 2 * D), 4))
    parts = slow_parts(values, model)
    sums = parts.sum(axis=0)
    size = np.linalg.norm(np.sqrt(np.abs(sums)))
    expected = (parts / np.sqrt(np.abs(sums)) / size) @ weights
    found = fisher_shares(values, model, weights)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=0), weights.T @ rooted(sums), atol=1e-6)


def test_shares_where_a_sum_cancels():
    # Points on both sides of a mean: the sum is 0, and so is what it adds to the score.
    model = Mixture(np.array([1.0]), np.zeros((1, 1)), np.ones((1, 1)))
    values = np.array([[-2.0], [2.0]])
    found = fisher_shares(values, model, np.array([[3.0], [5.0], [1.0]]))
    np.testing.assert_allclose(
        found.sum(), np.array([3, 5, 1]) @ rooted(fisher_sums(values, model))
    )
    assert np.isfinite(found).all()


def slow_vlad_parts(values, words):
    found = np.zeros((len(values), *words.shape))
    for i, x in enumerate(values):
        k = min(range(len(words)), key=lambda j: math.dist(x, words[j]))
        found[i, k] = x - words[k]
    return found.reshape(len(values), -1)


def test_vlad_meets_its_slow_twin():
    values, words = points(), points(4, 1)
    parts = slow_vlad_parts(values, words)
    found = vlad_sums(values, words)
    np.testing.assert_allclose(found, parts.sum(axis=0), atol=1e-9)
    weights = np.random.default_rng(0).normal(size=(12, 2))
    size = np.linalg.norm(np.sqrt(np.abs(found)))
    shares = vlad_shares(values, words, weights)
    np.testing.assert_allclose(shares, (parts / np.sqrt(np.abs(found)) / size) @ weights, atol=1e-9)
    np.testing.assert_allclose(shares.sum(axis=0), weights.T @ rooted(found), atol=1e-6)
    assert not vlad_sums(words, words).any()


def test_wrong_weights_are_refused():
    with pytest.raises(ValueError, match=r"\(35, C\) were expected, got \(34, 2\)"):
        fisher_shares(points(), some_mixture(), np.zeros((34, 2)))


def test_a_planted_mixture_is_found():
    means = np.array([[0, 0], [8, 0], [0, 8.0]])
    planted = Mixture(np.array([0.2, 0.3, 0.5]), means, np.array([[1, 2], [0.5, 1], [2, 0.3]]))
    found = fit_mixture(drawn(planted, 20_000), 3, seed=0)
    order = [int(np.argmin(np.hypot(*(found.means - mean).T))) for mean in means]
    assert sorted(order) == [0, 1, 2]
    np.testing.assert_allclose(found.means[order], means, atol=0.05)
    np.testing.assert_allclose(found.weights[order], planted.weights, atol=0.01)
    np.testing.assert_allclose(found.variances[order], planted.variances, rtol=0.06)


def test_a_step_is_that_of_scikit_learn():
    values = drawn(some_mixture(3), 2000)
    before, after = (fit_mixture(values, 6, seed=0, iterations=n) for n in (1, 2))
    theirs = GaussianMixture(
        6, covariance_type="diag", max_iter=1, tol=0, reg_covar=0, weights_init=before.weights,
        means_init=before.means, precisions_init=1 / before.variances,
    )  # fmt: skip
    with pytest.warns(UserWarning, match="did not converge"):
        theirs.fit(values)
    np.testing.assert_allclose(after.weights, theirs.weights_, atol=1e-9)
    np.testing.assert_allclose(after.means, theirs.means_, atol=1e-9)
    np.testing.assert_allclose(after.variances, theirs.covariances_, atol=1e-9)


def test_likelihood_rises_with_every_step():
    values = drawn(some_mixture(3), 2000)
    fits = [fit_mixture(values, 8, seed=0, iterations=n) for n in (1, 2, 3, 5, 8)]
    assert (np.diff([statistics(values, fit).likelihood for fit in fits]) > 0).all()


def test_variances_have_a_floor():
    values = np.concatenate([np.zeros((500, 2)), points(500, dims=2)])
    found = fit_mixture(values, 8, seed=0)
    assert (found.variances >= 1e-3 * values.var(axis=0) - 1e-12).all()
    assert (found.variances.min(axis=0) < 1.01e-3 * values.var(axis=0)).all()
    # A direction in which nothing differs still has a variance.
    flat = fit_mixture(np.hstack([values, np.full((1000, 1), 7.0)]), 8, seed=0)
    assert (flat.variances > 0).all()
    assert np.isfinite(fisher_sums(points(9), flat)).all()


def test_all_points_equal_and_fewer_points_than_gaussians():
    one = fit_mixture(np.full((50, 4), 3.0), 8, seed=0)
    np.testing.assert_array_equal(one.means, np.full((1, 4), 3.0))
    assert one.weights.tolist() == [1]
    assert (one.variances == 1e-6).all()
    few = fit_mixture(points(3), 8, seed=0)
    assert len(few.weights) == 3
    assert np.isfinite(fisher_sums(points(), few)).all()


def test_no_gaussian_is_thrown_away():
    model = some_mixture()
    lonely = Mixture(
        np.array([*model.weights * (1 - 1e-6), 1e-6]),
        np.vstack([model.means, np.full((1, D), 1e3)]),
        np.vstack([model.variances, np.ones((1, D))]),
    )
    values = points()
    found = statistics(values, lonely)
    after = mixture._maximised(found, lonely, np.full(D, 1e-3))
    assert (after.weights > 0).all()
    assert after.weights.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_array_equal(after.means[-1], np.full(D, 1e3))
    np.testing.assert_array_equal(after.variances[-1], np.ones(D))
    assert np.isfinite(fisher_sums(values, lonely)).all()
    assert len(fisher_sums(values, lonely)) == 6 * (1 + 2 * D)


def test_threads_of_blas_change_nothing():
    values = points(1777, dims=64)
    model = some_mixture(1, 64, 64)
    weights = np.random.default_rng(0).normal(size=(64 * 129, 3))
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append((
                fisher_sums(values, model), fisher_shares(values, model, weights),
                fit_mixture(values, 16, seed=0, iterations=3).means,
                principal(values, 8, with_positions=False).axes,
            ))  # fmt: skip
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)


def test_principal_axes_are_those_of_scikit_learn():
    values = points(500, dims=10) @ np.random.default_rng(0).normal(size=(10, 10)) + 5
    found = principal(values, 4, with_positions=False)
    theirs = PCA(4).fit(values)
    signs = np.sign((found.axes * theirs.components_.T).sum(axis=0))
    np.testing.assert_allclose(found.axes, theirs.components_.T * signs, atol=1e-9)
    coordinates = found.project(values, np.zeros((500, 2)))
    np.testing.assert_allclose(coordinates, theirs.transform(values) * signs, atol=1e-9)
    largest = np.abs(found.axes).argmax(axis=0)
    assert (found.axes[largest, np.arange(4)] > 0).all()


def test_every_part_of_many_points_counts():
    # More than are looked at together; the first differ along one axis, the last along another.
    rng = np.random.default_rng(0)
    values = rng.normal(size=(10_000, D)) * 0.1
    values[:8000, 0] += rng.normal(size=8000)
    values[8000:, 1] += 9 * rng.normal(size=2000)
    found = principal(values, 2, with_positions=False)
    np.testing.assert_allclose(np.abs(found.axes.T), [[0, 1, 0], [1, 0, 0]], atol=0.05)
    expected = (values - values.mean(axis=0)) @ found.axes
    np.testing.assert_allclose(found.project(values, np.zeros((10_000, 2))), expected, atol=1e-9)


def test_there_are_no_more_axes_than_points_or_numbers_tell():
    assert principal(points(500), 64, with_positions=False).axes.shape == (D, D)
    assert principal(points(3, dims=10), 64, with_positions=False).axes.shape == (10, 2)
    assert principal(points(1, dims=10), 64, with_positions=False).axes.shape == (10, 1)
    with pytest.raises(ValueError, match="got 0"):
        principal(points(), 0, with_positions=False)


def test_positions_stand_beside_the_components():
    found = principal(points(), 2, with_positions=True)
    where = np.random.default_rng(0).random((40, 2))
    np.testing.assert_array_equal(found.project(points(), where)[:, 2:], where)
    again = Projection.from_arrays(found.arrays())
    np.testing.assert_array_equal(again.project(points(), where), found.project(points(), where))
