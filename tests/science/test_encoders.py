"""Encoders and their samples: one protocol, laws of vectors and shares, odd pictures."""

import io
import tracemalloc

import numpy as np
import pytest
import skimage.data
from sklearn.svm import LinearSVC

from generator.science.describing import Descriptor, Votes, Where
from generator.science.descriptors import Described, describe
from generator.science.encoders import BagOfWords, FisherVectors, Vlad
from generator.science.fisher import fisher_sums, vlad_sums
from generator.science.mixture import posteriors
from generator.science.painting import paint
from generator.science.rooting import rooted
from generator.science.sampling import Sample, positions, sample_descriptors
from generator.science.vocabulary import spread, votes

D = 12
SHAPE = 60, 90


def picture(count=50, seed=0, dims=D):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(count, dims)) * np.linspace(3, 0.5, dims) + seed % 3
    places = np.hstack([rng.integers(0, SHAPE, (count, 2)), np.full((count, 1), 16)])
    return Described(values.astype(np.float32), places.astype(np.float32), SHAPE)


SAMPLE = sample_descriptors([picture(60, seed) for seed in range(10)], 500, 0)
ENCODERS = {
    "hard": BagOfWords.fit(SAMPLE, words=7, votes=Votes.HARD),
    "soft": BagOfWords.fit(SAMPLE, words=7),
    "pyramid": BagOfWords.fit(SAMPLE, words=7, levels=2),
    "fisher": FisherVectors.fit(SAMPLE, gaussians=6, dims=5),
    "fisher-positions": FisherVectors.fit(SAMPLE, gaussians=6, dims=5, with_positions=True),
    "vlad": Vlad.fit(SAMPLE, words=6, dims=5),
    "vlad-positions": Vlad.fit(SAMPLE, words=6, dims=5, with_positions=True),
}
LENGTHS = {
    "hard": 7, "soft": 7, "pyramid": 7 * 21, "fisher": 6 * 11, "fisher-positions": 6 * 15,
    "vlad": 6 * 5, "vlad-positions": 6 * 7,
}  # fmt: skip
every = pytest.mark.parametrize("name", ENCODERS)


def weights_for(name, scores=3):
    return np.random.default_rng(1).normal(size=(LENGTHS[name], scores))


def changed(described, **changes):
    fields = {name: getattr(described, name) for name in ("descriptors", "places", "shape")}
    return Described(**{**fields, **changes})


@every
def test_a_vector_has_norm_one_and_one_length(name):
    vector = ENCODERS[name].encode(picture())
    assert vector.shape == (LENGTHS[name],)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


@every
def test_a_picture_without_descriptors(name):
    encoder, nothing = ENCODERS[name], picture(0)
    assert encoder.encode(nothing).tolist() == [0] * LENGTHS[name]
    assert encoder.shares(nothing, weights_for(name)).shape == (0, 3)
    assert encoder.assign(nothing).shape == encoder.closeness(nothing).shape == (0,)


@every
@pytest.mark.parametrize("seed", range(4))
def test_shares_sum_to_the_scores_and_so_do_maps(name, seed):
    encoder, described, weights = ENCODERS[name], picture(80, seed), weights_for(name)
    shares = encoder.shares(described, weights)
    scores = weights.T @ encoder.encode(described)
    assert shares.shape == (80, 3)
    np.testing.assert_allclose(shares.sum(axis=0), scores, atol=1e-5)
    heat = paint(shares[:, 1], described.places, SHAPE)
    assert heat.sum() == pytest.approx(scores[1], abs=1e-4)


@every
def test_order_and_number_of_copies_are_irrelevant(name):
    encoder, one = ENCODERS[name], picture()
    order = np.random.default_rng(0).permutation(50)
    mixed = changed(one, descriptors=one.descriptors[order], places=one.places[order])
    twice = changed(
        one, descriptors=np.tile(one.descriptors, (2, 1)), places=np.tile(one.places, (2, 1))
    )
    vector, weights = encoder.encode(one), weights_for(name)
    np.testing.assert_allclose(encoder.encode(mixed), vector, atol=1e-5)
    np.testing.assert_allclose(encoder.encode(twice), vector, atol=1e-5)
    shares = encoder.shares(one, weights)
    np.testing.assert_allclose(encoder.shares(mixed, weights), shares[order], atol=1e-4)
    np.testing.assert_allclose(2 * encoder.shares(twice, weights)[:50], shares, atol=1e-4)


@every
def test_units(name):
    encoder, described = ENCODERS[name], picture()
    assign, closeness = encoder.assign(described), encoder.closeness(described)
    assert encoder.units == (7 if isinstance(encoder, BagOfWords) else 6)
    assert assign.dtype == np.int64
    assert closeness.dtype == np.float32
    assert set(assign) <= set(range(encoder.units))
    assert len(set(assign)) > 2
    assert (closeness < 0).all()


@every
def test_what_units_add_sums_to_the_score(name):
    encoder, weights = ENCODERS[name], weights_for(name)
    vector = encoder.encode(picture())
    by_unit = encoder.unit_weights(weights, vector)
    assert by_unit.shape == (encoder.units, 3)
    np.testing.assert_allclose(by_unit.sum(axis=0), weights.T @ vector, atol=1e-6)
    with pytest.raises(ValueError, match=rf"\({LENGTHS[name]}, C\) were expected, got \(3, 1\)"):
        encoder.unit_weights(weights[:3, :1], vector)


@every
def test_an_encoder_is_its_arrays(name):
    encoder, file = ENCODERS[name], io.BytesIO()
    np.savez(file, **encoder.arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        again = type(encoder).from_arrays(arrays)
    np.testing.assert_array_equal(again.encode(picture()), encoder.encode(picture()))
    assert again.arrays().keys() == encoder.arrays().keys()


@every
def test_descriptors_must_be_finite_and_of_its_length(name):
    encoder = ENCODERS[name]
    values = picture().descriptors.copy()
    values[[3, 5], 2] = np.nan
    calls = [
        encoder.encode, encoder.assign, encoder.closeness,
        lambda described: encoder.shares(described, weights_for(name)),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(ValueError, match="2 of 50"):
            call(changed(picture(), descriptors=values))
        with pytest.raises(ValueError, match=r"\(T, 12\) were expected, got \(50, 9\)"):
            call(picture(dims=9))
    with pytest.raises(ValueError, match=f"{LENGTHS[name]}, C"):
        encoder.shares(picture(), np.zeros((2, 2)))


@pytest.mark.parametrize("kind", [BagOfWords, FisherVectors, Vlad])
def test_samples_must_be_finite(kind):
    values = SAMPLE.descriptors.copy()
    values[0, 0] = np.inf
    with pytest.raises(ValueError, match="1 of 500"):
        kind.fit(Sample(values, SAMPLE.positions))


@pytest.mark.parametrize("kind", [BagOfWords, FisherVectors, Vlad])
@pytest.mark.parametrize("count", [1, 2, 30])
def test_equal_and_few_descriptors(kind, count):
    same = Sample(np.full((count, D), 2, np.float32), np.zeros((count, 2), np.float32))
    one = kind.fit(same)
    assert one.units == 1
    for described in (picture(), changed(picture(), descriptors=np.full((50, D), 2, np.float32))):
        vector = one.encode(described)
        assert np.isfinite(vector).all()
        weights = np.ones((len(vector), 1))
        assert one.shares(described, weights).sum() == pytest.approx(vector.sum(), abs=1e-4)
        assert not one.assign(described).any()


def test_a_bag_of_words_is_a_rooted_histogram():
    for name in ("hard", "soft"):
        encoder, described = ENCODERS[name], picture()
        sigma = 0.25 * spread(SAMPLE.descriptors, encoder.words)
        voted = votes(described.descriptors, encoder.words, encoder.votes, sigma)
        np.testing.assert_allclose(encoder.encode(described) ** 2, voted.mean(axis=0), atol=1e-6)
        np.testing.assert_array_equal(encoder.assign(described), voted.argmax(axis=1))
    nearest = np.linalg.norm(
        described.descriptors - encoder.words[encoder.assign(described)], axis=1
    )
    np.testing.assert_allclose(encoder.closeness(described), -nearest, rtol=1e-5)


def test_a_words_weight_is_the_score_of_a_picture_full_of_it():
    rows, columns = np.mgrid[:60, :60].reshape(2, -1)
    places = np.stack([rows, columns, 0 * rows + 5], axis=1).astype(np.float32)
    for levels in (0, 2):
        encoder = BagOfWords.fit(SAMPLE, words=7, votes=Votes.HARD, levels=levels)
        weights = np.random.default_rng(0).normal(size=(7 * (21 if levels else 1), 2))
        for word in (0, 4):
            values = np.tile(encoder.words[word], (3600, 1))
            full = encoder.encode(Described(values, places, (60, 60)))
            np.testing.assert_allclose(
                encoder.unit_weights(weights)[word], weights.T @ full, atol=1e-5
            )


@pytest.mark.parametrize("name", ["fisher-positions", "vlad-positions"])
def test_a_gaussians_weight_is_the_most_it_can_add(name):
    encoder, weights = ENCODERS[name], weights_for(name)
    norms, vector = encoder.unit_weights(weights), encoder.encode(picture())
    by_unit = encoder.unit_weights(weights, vector)
    for unit in range(6):
        # Seven dimensions, unit by unit; before and after, a Fisher vector has G_w and G_σ.
        mine = [unit * 7 + d for d in range(7)]
        if name == "fisher-positions":
            mine = [unit, *(6 + i for i in mine), *(6 + 42 + i for i in mine)]
        np.testing.assert_allclose(norms[unit], np.linalg.norm(weights[mine], axis=0))
        np.testing.assert_allclose(by_unit[unit], vector[mine] @ weights[mine])


def test_fisher_vectors_are_rooted_sums_of_components_and_places():
    encoder, described = ENCODERS["fisher-positions"], picture()
    components = (described.descriptors - encoder.projection.mean) @ encoder.projection.axes
    where = np.stack(
        [(described.places[:, 1] + 0.5) / 90 - 0.5, (described.places[:, 0] + 0.5) / 60 - 0.5],
        axis=1,
    )
    points = np.hstack([components, where])
    expected = rooted(fisher_sums(points, encoder.mixture))
    np.testing.assert_allclose(encoder.encode(described), expected, atol=1e-6)
    np.testing.assert_array_equal(
        encoder.assign(described), posteriors(points, encoder.mixture).argmax(axis=1)
    )
    labels = encoder.assign(described)
    apart = (points - encoder.mixture.means[labels]) / np.sqrt(encoder.mixture.variances[labels])
    np.testing.assert_allclose(
        encoder.closeness(described), -np.linalg.norm(apart, axis=1), rtol=1e-5
    )
    moved = changed(described, places=described.places[::-1])
    assert np.abs(encoder.encode(moved) - expected).max() > 1e-3
    plain = ENCODERS["fisher"]
    np.testing.assert_array_equal(plain.encode(moved), plain.encode(described))


def test_vlad_is_the_rooted_sum_of_what_separates():
    encoder, described = ENCODERS["vlad"], picture()
    points = (described.descriptors - encoder.projection.mean) @ encoder.projection.axes
    expected = rooted(vlad_sums(points, encoder.words))
    np.testing.assert_allclose(encoder.encode(described), expected, atol=1e-6)


def test_position_is_from_the_middle():
    places = np.array([[29.5, 44.5, 9], [-0.5, -0.5, 9], [59.5, 89.5, 9], [29.5, 89.5, 9]])
    found = positions(places, SHAPE)
    np.testing.assert_allclose(found, [[0, 0], [-0.5, -0.5], [0.5, 0.5], [0.5, 0]])


def numbered(count, number):
    """A picture whose descriptors say which picture and which descriptor they are."""
    values = np.stack([np.full(count, number), np.arange(count)], axis=1).astype(np.float32)
    places = np.stack([np.arange(count) % 60, np.arange(count) % 90, np.full(count, 4)], axis=1)
    return Described(values, places.astype(np.float32), SHAPE)


def test_each_picture_gives_its_share_without_repetition():
    many = [numbered(count, n) for n, count in enumerate([100, 3, 0, 50, 100])]
    found = sample_descriptors([many[0], None, *many[1:]], 80, seed=0)
    counts = np.bincount(found.descriptors[:, 0].astype(int), minlength=5)
    assert counts.tolist() == [20, 3, 0, 20, 20]
    assert len(np.unique(found.descriptors, axis=0)) == 63
    for (number, index), where in zip(found.descriptors.astype(int), found.positions, strict=True):
        place = many[number].places[index : index + 1]
        np.testing.assert_array_equal(positions(place, SHAPE)[0], where)


def test_a_sample_is_drawn_evenly():
    total = np.zeros(50)
    for seed in range(200):
        found = sample_descriptors([numbered(50, 0)], 10, seed)
        total[found.descriptors[:, 1].astype(int)] += 1
    # 2000 draws: 40 each, with a deviation of about 6.
    assert 15 < total.min() <= total.max() < 65


def test_a_sample_depends_on_the_seed_and_not_on_what_was_held():
    many = [numbered(40, n) for n in range(30)]
    found = sample_descriptors(many, 100, seed=0)
    again = sample_descriptors(iter(many), 100, seed=0)
    np.testing.assert_array_equal(found.descriptors, again.descriptors)
    assert (sample_descriptors(many, 100, seed=1).descriptors != found.descriptors).any()
    # With room for all until the end, the same are drawn.
    shares = np.concatenate(
        [sample_descriptors([*[None] * n, many[n]], 40, seed=0).descriptors[:3] for n in range(30)]
    )
    np.testing.assert_array_equal(found.descriptors, shares)


def test_more_pictures_than_the_total():
    many = [numbered(5, n) for n in range(200)]
    found = sample_descriptors(many, 30, seed=0)
    chosen = found.descriptors[:, 0]
    assert len(chosen) == len(set(chosen)) == 30
    # From all over, not the first ones: the mean of 30 of 200 deviates by about 10.
    assert 60 < chosen.mean() < 140


def test_little_is_held():
    def many():
        for n in range(300):
            yield Described(np.full((50, 1000), n, np.float32), numbered(50, n).places, SHAPE)

    tracemalloc.start()
    found = sample_descriptors(many(), 100, seed=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.descriptors.shape == (100, 1000)
    # All pictures are 60 MB, and 100 descriptors 0.4 MB.
    assert peak < 2.3e6


@pytest.mark.parametrize(
    ("many", "total", "words"),
    [
        ([], 10, "got none"),
        ([None, numbered(0, 0)], 10, "got none"),
        ([numbered(5, 0)], 0, "got 0"),
        ([numbered(5, np.nan)], 10, "5 of 5"),
    ],
)
def test_wrong_samples_are_refused_in_words(many, total, words):
    with pytest.raises(ValueError, match=words):
        sample_descriptors(many, total, seed=0)


@pytest.mark.parametrize("descriptor", Descriptor)
def test_from_a_picture_to_a_map(descriptor):
    photo = np.ascontiguousarray(skimage.data.astronaut()[:120, 150:300])
    described = describe(photo, Where.DENSE, descriptor, step=12)
    sample = sample_descriptors([described], 200, 0)
    for encoder in (
        BagOfWords.fit(sample, words=10),
        FisherVectors.fit(sample, gaussians=4, dims=8),
    ):
        vector = encoder.encode(described)
        weights = np.random.default_rng(0).normal(size=(len(vector), 1))
        heat = paint(encoder.shares(described, weights)[:, 0], described.places, described.shape)
        assert heat.sum() == pytest.approx(float(vector @ weights[:, 0]), abs=1e-3)


def crops(name, rows):
    """Crops of one of scikit-image's textures, described."""
    texture = getattr(skimage.data, name)()
    places = [(row, column) for row in rows for column in range(0, 448, 64)]
    return [
        describe(texture[r : r + 64, c : c + 64], Where.DENSE, Descriptor.ROOTSIFT)
        for r, c in places
    ]


@pytest.mark.parametrize("kind", [BagOfWords, FisherVectors, Vlad])
def test_textures_are_told_apart(kind):
    names = ("brick", "grass", "gravel")
    seen, unseen = ([crops(name, rows) for name in names] for rows in ((0, 64), (256, 320, 384)))
    sizes = {"gaussians": 8} if kind is FisherVectors else {"words": 60}
    encoder = kind.fit(sample_descriptors([d for group in seen for d in group], 3000, 0), **sizes)
    vectors = [np.array([encoder.encode(d) for d in group]) for group in (*seen, *unseen)]
    labels = np.repeat(range(6), [len(group) for group in vectors]) % 3
    everything, count = np.concatenate(vectors), sum(map(len, seen))
    machine = LinearSVC(C=10, random_state=0).fit(everything[:count], labels[:count])
    assert machine.score(everything[count:], labels[count:]) > 0.9
