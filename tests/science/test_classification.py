"""Linear classifiers: the definition, scikit-learn on the plain features, laws, odd data."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from generator.science import one_against_rest
from generator.science.calibration import softmax, temperature
from generator.science.classification import train
from generator.science.heads import Head
from generator.science.splitting import folds


@pytest.fixture(autouse=True)
def one_thread():
    """Small products take many times longer where threads have to wait for each other."""
    with threadpool_limits(limits=1):
        yield


def clouds(count=60, length=5, classes=3, seed=0, apart=1.5):
    """Overlapping clouds, far from the origin so that the bias matters."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    centres = rng.normal(size=(classes, length)) * apart / np.sqrt(length) + 3
    features = centres[labels] + rng.normal(size=(count, length)) / np.sqrt(length)
    return features.astype(np.float32), labels


def trained(features, labels, **options):
    options = {"groups": [""] * len(labels), **options}
    return train(features, labels, **options)


def distance_from_optimal(x, sign, cost, w, margins):
    """Least max(|Σ a y x - w|, |Σ a y|) of multipliers a that are C inside the margin, 0 outside.

    It is 0 for the solution of the quadratic programme alone, by its conditions of optimality.
    """
    length = x.shape[1]
    sums = np.concatenate([(sign[:, None] * x).T, sign[None]])
    goal, gap = np.append(w, 0), np.ones((length + 1, 1))
    bounds = [
        (cost if m < 1 - 5e-3 else 0, 0 if m > 1 + 5e-3 else cost) for m in sign * margins
    ]  # fmt: skip
    found = linprog(
        [0] * len(x) + [1],
        np.block([[sums, -gap], [-sums, -gap]]),
        np.concatenate([goal, -goal]),
        bounds=[*bounds, (0, None)],
    )
    assert found.success
    return found.fun


@pytest.mark.parametrize("cost", [0.01, 0.1, 1, 10])
@pytest.mark.parametrize("length", [3, 40])
def test_an_svm_meets_its_quadratic_programme(cost, length):
    x, labels = clouds(30, length)
    model = trained(x, labels, costs=[cost])
    for c in range(3):
        sign = np.where(labels == c, 1, -1)
        found = (model.weights[:, c], model.margins(x)[:, c])
        assert distance_from_optimal(x.astype(float), sign, cost, *found) < 1e-3


@pytest.mark.parametrize("cost", [0.1, 10])
@pytest.mark.parametrize("length", [2, 40])
def test_logistic_regression_is_where_its_gradient_vanishes(cost, length):
    x, labels = clouds(30, length)
    model = trained(x, labels, costs=[cost], head=Head.LOGISTIC)
    for c in range(3):
        sign = np.where(labels == c, 1, -1)
        pull = cost * sign / (1 + np.exp(sign * model.margins(x)[:, c]))
        np.testing.assert_allclose(model.weights[:, c], pull @ x.astype(float), atol=1e-3)
        assert pull.sum() == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("length", [4, 60, 500])
@pytest.mark.parametrize("head", Head)
def test_scikit_learn_on_the_plain_features_says_the_same(classes, length, head):
    x, labels = clouds(60, length, classes)
    model = trained(x, labels, costs=[2.0], head=head)
    unseen = clouds(30, length, classes, seed=1)[0]
    x = x.astype(float)
    for c in range(classes):
        if head is Head.SVM:
            oracle = SVC(kernel="linear", C=2, tol=1e-6).fit(x, labels == c)
        else:
            oracle = LogisticRegression(C=2, tol=1e-9, max_iter=10_000).fit(x, labels == c)
        expected = oracle.decision_function(unseen)
        np.testing.assert_allclose(model.margins(unseen)[:, c], expected, atol=5e-3)


@pytest.mark.parametrize("length", [4, 60])
@pytest.mark.parametrize("head", Head)
def test_the_cost_is_chosen_on_left_out_folds(length, head):
    x, labels = clouds(45, length, apart=2 / length**0.5)
    groups = [f"{n // 6}" for n in range(45)]
    fold = np.array(folds([str(label) for label in labels], groups, 3, 7))
    model = trained(x, labels, groups=groups, seed=7, costs=[10, 0.1, 1], head=head)
    x = x.astype(float)
    accuracies = {}
    for cost in (0.1, 1.0, 10.0):
        margins = np.empty((45, 3))
        for out in range(3):
            inner = fold != out
            if head is Head.SVM:
                machine = SVC(kernel="linear", C=cost)
            else:
                machine = LogisticRegression(C=cost, tol=1e-8, max_iter=10_000)
            for c in range(3):
                machine.fit(x[inner], labels[inner] == c)
                margins[~inner, c] = machine.decision_function(x[~inner])
        accuracies[cost] = (margins.argmax(axis=1) == labels).mean()
        if cost == model.cost:
            assert model.temperature == pytest.approx(temperature(margins, labels), rel=0.02)
    assert dict(model.validation) == pytest.approx(accuracies)
    assert [cost for cost, _ in model.validation] == [0.1, 1, 10]
    assert accuracies[model.cost] == max(accuracies.values())
    assert len(set(accuracies.values())) > 1


def test_of_equally_good_costs_the_smallest_is_taken():
    x, labels = clouds(30, 5, apart=30)
    model = trained(x, labels, costs=[100, 1, 10])
    assert [right for _, right in model.validation] == [1, 1, 1]
    assert model.cost == 1


def test_what_is_learned_by_heart_does_not_count():
    x = np.random.default_rng(0).normal(size=(40, 200)).astype(np.float32)
    labels = np.random.default_rng(1).permutation(np.arange(40) % 2)
    twice, both = np.concatenate([x, x]), np.concatenate([labels, labels])
    sources = [f"source {n}" for n in range(40)]
    torn = trained(twice, both, groups=[""] * 80, folds=5)
    whole = trained(twice, both, groups=sources * 2, folds=5)
    assert max(right for _, right in torn.validation) > 0.75
    assert max(right for _, right in whole.validation) < 0.65
    assert whole.temperature > torn.temperature


@pytest.mark.parametrize("length", [5, 60])
@pytest.mark.parametrize("head", Head)
@pytest.mark.parametrize("factor", [2.0, 0.3, 1000.0])
def test_a_scale_and_a_cost_by_its_inverse_square_change_nothing(length, head, factor):
    x, labels = clouds(45, length)
    costs = np.array([0.1, 1, 10])
    model = trained(x, labels, costs=costs.tolist(), head=head)
    other = trained(factor * x, labels, costs=(costs / factor**2).tolist(), head=head)
    assert other.cost == pytest.approx(model.cost / factor**2)
    np.testing.assert_allclose(other.margins(factor * x), model.margins(x), atol=5e-3)
    assert [a for _, a in other.validation] == pytest.approx([a for _, a in model.validation])


@pytest.mark.parametrize("head", Head)
def test_directions_that_no_example_has_change_nothing(head):
    x, labels = clouds(30, 5)
    axes = np.linalg.qr(np.random.default_rng(2).normal(size=(90, 5)))[0]
    narrow, wide = trained(x, labels, head=head), trained(x @ axes.T, labels, head=head)
    np.testing.assert_allclose(wide.weights, axes @ narrow.weights, atol=5e-3)
    np.testing.assert_allclose(wide.margins(x @ axes.T), narrow.margins(x), atol=5e-3)
    assert wide.cost == narrow.cost

    assert one_against_rest.problem(x @ axes.T.astype(float), labels, head).z.shape == (30, 5)


@pytest.mark.parametrize("head", Head)
def test_a_shift_only_moves_the_bias(head):
    x, labels = clouds(30, 5)
    model, other = trained(x, labels, head=head), trained(x + 100, labels, head=head)
    np.testing.assert_allclose(other.weights, model.weights, atol=5e-3)
    np.testing.assert_allclose(other.margins(x + 100), model.margins(x), atol=5e-3)


def test_two_classes_are_two_sides_of_one_plane():
    x, labels = clouds(classes=2)
    groups = [f"{n}" for n in range(60)]
    model = trained(x, labels, groups=groups)
    np.testing.assert_array_equal(model.weights[:, 0], -model.weights[:, 1])
    assert model.bias[0] == -model.bias[1]
    swapped = trained(x, 1 - labels, groups=groups)
    np.testing.assert_allclose(swapped.margins(x)[:, ::-1], model.margins(x), atol=5e-3)


@pytest.mark.parametrize("classes", [2, 4])
def test_probabilities_are_the_softmax_of_margins_over_the_temperature(classes):
    x, labels = clouds(classes=classes)
    model = trained(x, labels)
    margins, chances = model.margins(x), model.probabilities(x)
    np.testing.assert_allclose(margins, x @ model.weights + model.bias, atol=1e-9)
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(chances, softmax(margins / model.temperature))
    np.testing.assert_array_equal(model.predict(x), chances.argmax(axis=1))
    assert (model.predict(x) == labels).mean() > 0.6
    assert (margins.dtype, chances.dtype, model.predict(x).dtype) == ("f8", "f8", np.intp)


def test_probabilities_of_unseen_examples_can_be_taken_at_their_word():
    x, labels = clouds(2200, 10, apart=1.2)
    model = trained(x[:200], labels[:200])
    chances = model.probabilities(x[200:])
    right = chances.argmax(axis=1) == labels[200:]
    assert chances.max(axis=1).mean() == pytest.approx(right.mean(), abs=0.05)


@pytest.mark.parametrize("head", Head)
def test_neither_threads_nor_batches_change_a_digit(head):
    x, labels = clouds(300, 1200)
    alone = trained(x, labels, head=head)
    with threadpool_limits(limits=2):
        model = trained(x, labels, head=head)
    assert (model.weights == alone.weights).all()
    assert (model.bias == alone.bias).all()
    assert (model.cost, model.temperature, model.validation) == (
        alone.cost, alone.temperature, alone.validation
    )  # fmt: skip
    together = model.margins(x)
    single = np.concatenate([model.margins(one[None]) for one in x])
    np.testing.assert_array_equal(single, together)
    other = replace(model, weights=np.asfortranarray(model.weights))
    np.testing.assert_array_equal(other.margins(np.asfortranarray(x[::3])), together[::3])


def test_order_of_classes_is_order_of_columns():
    x, labels = clouds()
    names, groups = np.array([2, 0, 1]), [f"{n}" for n in range(60)]
    model = trained(x, labels, groups=groups)
    other = trained(x, names[labels], groups=groups)
    np.testing.assert_allclose(other.margins(x)[:, names], model.margins(x), atol=5e-3)


@pytest.mark.parametrize("head", Head)
@pytest.mark.parametrize("length", [3, 50])
def test_constant_features_and_single_examples_still_give_a_classifier(head, length):
    labels = np.array([0] * 8 + [1] * 4 + [2])
    blank = np.full((13, length), 0.1, np.float32)
    model = trained(blank, labels, head=head)
    np.testing.assert_allclose(model.weights, 0, atol=1e-6)
    assert (model.predict(blank) == 0).all()
    assert np.isfinite(model.probabilities(blank)).all()
    x, _ = clouds(13, length)
    x[labels == 2] += 100
    model = trained(x, labels, head=head, costs=[1])
    assert model.predict(x)[12] == 2
    assert dict(model.validation)[1] <= 12 / 13


@pytest.mark.parametrize("head", Head)
def test_two_examples_are_enough(head):
    x = np.array([[0, 0, 0], [0, 2, 0]], np.float32)
    model = trained(x, np.array([0, 1]), costs=[100], head=head)
    assert model.predict(x).tolist() == [0, 1]
    assert model.validation == ((100, 0),)
    assert model.margins(np.array([[7, 1, 7]]))[0] == pytest.approx([0, 0], abs=1e-3)
    if head is Head.SVM:
        np.testing.assert_allclose(model.weights[:, 1], [0, 1, 0], atol=1e-6)


@pytest.mark.parametrize("head", Head)
def test_a_cost_far_too_large_ends(head, monkeypatch):
    x, labels = clouds(apart=0.1)
    done = trained(x, labels, costs=[1e3], head=head)
    monkeypatch.setitem(one_against_rest.STEPS, head, 3)
    stopped = trained(x, labels, costs=[1e3], head=head)
    assert np.isfinite(stopped.weights).all()
    assert np.abs(stopped.weights - done.weights).max() > 0.1


def test_arguments_are_not_written_to_and_no_examples_have_no_margins():
    x, labels = clouds()
    x.flags.writeable = labels.flags.writeable = False
    model = trained(x, labels)
    assert model.margins(x[:0]).shape == model.probabilities(x[:0]).shape == (0, 3)
    assert model.predict(x[:0]).shape == (0,)


X, Y = clouds(6, 2, 2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: trained(X, 0 * Y), r"at least two classes were expected, got \[0\]"),
        (lambda: trained(X, 2 * Y), r"each with an example.*\[0, 2\]"),
        (lambda: trained(X, Y - 1), r"from 0 up.*\[-1, 0\]"),
        (lambda: trained(X, Y[:5]), r"labels \(6,\)"),
        (lambda: trained(X, Y / 2), "float64"),
        (lambda: trained(X[0], Y), r"\(2,\)"),
        (lambda: trained(X[:, :0], Y), r"\(6, 0\)"),
        (lambda: trained(X * [[np.nan]] * 6, Y), "in 6 of 6 examples, the first at 0"),
        (lambda: trained(np.where(np.arange(6)[:, None] == 4, np.inf, X), Y), "1 of 6.* at 4"),
        (lambda: trained(X, Y, groups=["a"] * 6), r"one a group \(1\)"),
        (lambda: trained(X, Y, groups=["a"]), "6 labels and 1 groups"),
        (lambda: trained(X, Y, folds=1), "got 1"),
        (lambda: trained(X, Y, costs=[]), r"got \(\)"),
        (lambda: trained(X, Y, costs=[1, 0]), r"got \(1, 0\)"),
        (lambda: trained(X, Y, costs=[np.nan]), "nan"),
        (lambda: trained(X, Y, costs=[np.inf]), "inf"),
        (lambda: trained(X, Y).margins(X[:, :1]), r"features \(N, 2\).*got \(6, 1\)"),
        (lambda: trained(X, Y).predict(X * np.nan), "6 of 6"),
    ],
)
def test_wrong_arguments_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
