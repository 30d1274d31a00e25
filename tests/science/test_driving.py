"""Logs of drives: what can be read is, what cannot is said, and nothing else is lost."""

import numpy as np
import pytest

from generator.science.blocks import blocks
from generator.science.driving import Row, read_angles
from generator.science.driving_log import read_driving_log

HEADER = "center,left,right,steering,throttle,brake,speed\n"


def said(log):
    return [(problem.line, problem.got, problem.lost) for problem in log.problems]


def stamp(seconds, camera="center"):
    return f"{camera}_2018_07_16_17_11_{seconds:02d}_382.jpg"


def line(seconds=1, steering="0.5", folder="IMG/"):
    cameras = ", ".join(folder + stamp(seconds, camera) for camera in ("center", "left", "right"))
    return f"{cameras}, {steering}, 1, 0, 30.2\n"


def test_angles_are_read_with_and_without_a_date():
    log = read_angles("0.jpg 0.000000\n1.jpg -3.5,2018-07-01 17:09:44:912\r\n2.jpg 4e1\n")
    assert log.rows == (Row("0.jpg", 0.0, 0), Row("1.jpg", -3.5, 1), Row("2.jpg", 40.0, 2))
    assert log.problems == ()


@pytest.mark.parametrize(
    "bad",
    ["1.jpg nan", "1.jpg inf", "1.jpg left", "1.jpg", "1.jpg ", "12.5", "1.jpg 1e9", "1.jpg 1,5",
     "1.jpg 3 4", "1.jpg 1_0", "1.jpg ٣", "1.jpg 0x10", "1.jpg 3,later", "jpg 3"],
)  # fmt: skip
def test_a_bad_line_is_reported_and_costs_no_other(bad):
    log = read_angles(f"0.jpg 1\n{bad}\n2.jpg 2\n")
    assert [row.picture for row in log.rows] == ["0.jpg", "2.jpg"]
    assert [row.frame for row in log.rows] == [0, 2]
    lost = [problem.line for problem in log.problems if problem.lost]
    assert lost == [2]


def test_gaps_separators_twins_and_missing_pictures_are_reported():
    log = read_angles(
        "\ufeff7.jpg 1\n\n8.jpg,2\n9.jpg\t3\n11.jpg 4\n11.jpg 5\n12.jpg 6\n",
        pictures=["7.jpg", "8.jpg", "9.jpg", "11.jpg"],
    )
    assert [(row.degrees, row.frame) for row in log.rows] == [(1, 0), (2, 1), (3, 2), (4, 4)]
    assert said(log) == [
        (3, "','", False),
        (5, "11", False),
        (6, "it again", True),
        (7, "'12.jpg'", True),
    ]
    assert str(log.problems[1]) == "line 5: expected picture 10 after 9, got 11 (kept)"


def test_names_without_numbers_are_counted_by_lines():
    log = read_angles("a.jpg 1\nb.jpg 2\n3.jpg 0")
    assert [row.frame for row in log.rows] == [0, 1, 2]


def test_an_empty_log_is_empty():
    assert read_angles("\n\n").rows == read_driving_log("").rows == ()
    assert read_driving_log(HEADER).problems == ()


def test_a_driving_log_is_read_with_and_without_a_header_and_with_any_slashes():
    windows = r"C:\Users\me\Desktop\IMG" + "\\"
    for text in (line(), HEADER + line(), line(folder="/home/me/IMG/"), line(folder=windows)):
        log = read_driving_log(text)
        assert log.rows == (Row(stamp(1), 12.5, 0),)
        assert log.problems == ()


def test_a_header_may_leave_out_cameras_and_order():
    log = read_driving_log("steering;speed;center\n-0.2;3;IMG/a.jpg\n")
    assert log.rows == (Row("a.jpg", -5.0, 0),)
    assert read_driving_log("IMG/a.jpg,1,0,0,3\n").rows == (Row("a.jpg", 25.0, 0),)


def test_side_cameras_steer_back_to_the_middle_and_share_the_frame():
    log = read_driving_log(line(1, "0") + line(2, "0.1"), side=6.0)
    assert [(row.degrees, row.frame) for row in log.rows] == [
        (0, 0), (6, 0), (-6, 0), (2.5, 1), (8.5, 1), (-3.5, 1)
    ]  # fmt: skip
    assert log.rows[1].picture == stamp(1, "left")


@pytest.mark.parametrize("steering", ["nan", "", "abc", "1.5", "-2", "inf", "0,1"])
def test_bad_steering_is_reported_and_costs_no_other(steering):
    log = read_driving_log(HEADER + line(1) + line(2, steering) + line(3))
    assert [(row.picture, row.frame) for row in log.rows] == [(stamp(1), 0), (stamp(3), 2)]
    assert [problem.line for problem in log.problems if problem.lost] == [3]


def test_lines_that_do_not_fit_are_reported():
    long = "x" * 200_000
    text = HEADER + line(1) + "one,two\n" + line(2).replace(",", ";") + f'"{long}",{long}\n'
    log = read_driving_log(text + ",l.jpg,r.jpg,0,1,0,3\n" + line(3))
    assert [row.frame for row in log.rows] == [0, 2, 5]
    assert [(number, lost) for number, _, lost in said(log)] == [
        (3, True), (4, False), (5, True), (6, True)
    ]  # fmt: skip
    nameless = read_driving_log("a;b\n" + line(1))
    assert [row.frame for row in nameless.rows] == [1]


def test_pauses_and_missing_pictures_are_reported():
    text = line(1) + line(2) + line(9) + line(10) + line(8)
    log = read_driving_log(text, pictures={stamp(second) for second in (1, 2, 9, 8)})
    assert [row.frame for row in log.rows] == [0, 1, 2, 4]
    assert said(log) == [(3, "7.0 s", False), (4, repr(stamp(10)), True), (5, "-1.0 s", False)]
    impossible = "c_2018_02_31_17_11_01_000.jpg,0,1,0,3\n"
    assert len(read_driving_log(impossible).rows) == 1


def test_a_header_without_steering_is_refused():
    with pytest.raises(ValueError, match="columns 'center' and 'steering' were expected"):
        read_driving_log("center,left,right,throttle\na,b,c,1\n")


def test_names_of_files_are_compared_without_folders():
    assert read_angles("data/1.jpg 3\n", pictures=["1.jpg"]).rows == (Row("1.jpg", 3.0, 0),)


@pytest.mark.parametrize(
    ("count", "share", "parts", "gap"), [(1000, 0.2, 10, 10), (137, 0.3, 7, 3), (20, 0.5, 2, 0)]
)
def test_blocks_never_leak_and_nothing_else_is_dropped(count, share, parts, gap):
    split = blocks(count, held_out=share, blocks=parts, gap=gap)
    distance = np.abs(split.train[:, None] - split.held_out[None, :])
    assert distance.min() == gap + 1
    everything = set(range(count))
    dropped = everything - set(split.train.tolist()) - set(split.held_out.tolist())
    for frame in dropped:
        assert np.abs(split.held_out - frame).min() <= gap
    assert not set(split.train.tolist()) & set(split.held_out.tolist())
    assert len(split.held_out) == pytest.approx(share * count, abs=count / parts)


def test_blocks_are_contiguous_and_spread():
    split = blocks(1000)
    runs = np.split(split.held_out, np.flatnonzero(np.diff(split.held_out) > 1) + 1)
    assert [(run[0], run[-1]) for run in runs] == [(200, 299), (700, 799)]


def test_impossible_blocks_are_refused():
    for options in ({"held_out": 0}, {"held_out": 1}, {"blocks": 1}, {"gap": -1}, {"blocks": 99}):
        with pytest.raises(ValueError, match="were expected, got"):
            blocks(50, **options)
    with pytest.raises(ValueError, match="leave none between gaps of 30"):
        blocks(50, gap=30)
