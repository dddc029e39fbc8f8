"""`elearn stats items`: a plain matrix of points in, Moodle's figures out, and what it says of files that are none."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path

import pytest

from elearn import commands_stats
from elearn.commands_stats import Unreadable, read_matrix
from tests.cli.test_cli import elearn

# The example that tests/core/test_statistics.py works out by hand.
SCORES = "a,b,c\n0,0,0\n1,0,0\n0,1,0\n1,1,2\n1,1,2\n"
MAXIMA = "a,b,c\n1,1,2\n"


def written(folder: Path, scores: str | bytes = SCORES, maxima: str | bytes = MAXIMA) -> tuple[Path, Path]:
    files = folder / "nilai.csv", folder / "penuh.csv"
    for file, content in zip(files, (scores, maxima), strict=True):
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return files


def test_the_figures_as_json(tmp_path: Path) -> None:
    scores, maxima = written(tmp_path)
    done = elearn(tmp_path, "stats", "items", str(scores), "--maxima", str(maxima), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert list(found) == [
        "items", "mean", "median", "sd", "skewness", "kurtosis", "cic", "error_ratio", "standard_error", "attempts",
    ]  # fmt: skip
    assert (found["attempts"], found["mean"], found["median"]) == (5, 2.0, 1.0)
    assert found["standard_error"] == pytest.approx(sqrt(19 / 20))
    assert list(found["items"]) == ["a", "b", "c"]
    assert found["items"]["c"] == pytest.approx(
        {
            "facility": 40.0,
            "sd": 100 * sqrt(1.2) / 2,
            "effective_weight": 100 * sqrt(2) / (2 * sqrt(0.75) + sqrt(2)),
            "discrimination_index": 100 * 0.8 / sqrt(1.2 * 0.7),
            "discriminative_efficiency": 100.0,
        }
    )


def test_what_is_not_defined_is_null(tmp_path: Path) -> None:
    scores, maxima = written(tmp_path, "a,b\n1,\n", "a,b\n1,2\n")
    done = elearn(tmp_path, "stats", "items", str(scores), "--maxima", str(maxima), "--json")
    found = json.loads(done.stdout)
    assert (found["sd"], found["cic"], found["standard_error"]) == (None, None, None)
    assert found["items"]["a"]["facility"] == 100.0
    assert set(found["items"]["b"].values()) == {None}


def test_the_tables_are_for_trainers(tmp_path: Path) -> None:
    # Thirty attempts, so that the figures are judged; the second item's key is the wrong way round.
    rows = "".join(f"{int(i > 9)};{int(i < 20)};{int(i > 14)};{i / 10}\n".replace(".", ",") for i in range(30))
    scores, maxima = written(tmp_path, "a;[b];c;d\n" + rows, "a;[b];c;d\n1;1;1;3\n")
    done = elearn(tmp_path, "stats", "items", str(scores), "--maxima", str(maxima))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Konsistensi internal" in done.stdout and "Daya beda" in done.stdout
    assert "[b]: Soal ini membedakan terbalik: peserta kuat lebih sering salah. Periksa kunci." in done.stdout
    assert "66,7" in done.stdout and "66.7" not in done.stdout


def test_a_missing_file_or_option_is_a_usage_error(tmp_path: Path) -> None:
    scores, _ = written(tmp_path)
    assert elearn(tmp_path, "stats", "items", str(scores)).returncode == 2
    assert elearn(tmp_path, "stats", "items", str(scores), "--maxima", str(tmp_path / "none.csv")).returncode == 2


def test_a_bad_file_is_a_finding_and_prints_no_figures(tmp_path: Path) -> None:
    scores, maxima = written(tmp_path, "a,b,c\n0,x,0\n1,0,3\n")
    done = elearn(tmp_path, "stats", "items", str(scores), "--maxima", str(maxima), "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "nilai.csv baris 2, kolom 2 ('b'): 'x' bukan angka.",
        "nilai.csv baris 3, kolom 3 ('c'): 3 melebihi nilai penuh 2.",
    ]


@pytest.mark.parametrize(
    ("scores", "maxima"),
    [
        ("a;b\n0,5;1\n;0.25\n", "a;b\n1;1\n"),
        ("a,b\n0.5,1\n,0.25\n", "a;b\n1,0;1\n"),
        ("\ufeffa;b\r\n.5;1.\r\n;2,5e-1\r\n;\r\n\r\n", "\ufeffa;b\r\n1;1\r\n"),
        ('"a"; b \n"0,5"; +1\n\n ;0,25', "a;b\n1;1\n"),
    ],
)
def test_both_ways_to_write_a_table(tmp_path: Path, scores: str, maxima: str) -> None:
    matrix = read_matrix(*written(tmp_path, scores, maxima))
    assert matrix.names == ("a", "b") and matrix.maxima == (1.0, 1.0)
    assert matrix.columns == ([0.5, None], [1.0, 0.25])


def test_a_single_item_and_a_name_with_the_other_delimiter(tmp_path: Path) -> None:
    assert read_matrix(*written(tmp_path, "a\n1\n0\n", "a\n1\n")).columns == ([1.0, 0.0],)
    assert read_matrix(*written(tmp_path, '"a; b",c\n1,0.5\n', '"a; b",c\n1,1\n')).names == ("a; b", "c")


def test_a_last_digit_above_the_maximum_is_rounding(tmp_path: Path) -> None:
    assert read_matrix(*written(tmp_path, "a\n0.30000000000000004\n", "a\n0.3\n")).columns[0]


@pytest.mark.parametrize(
    ("scores", "problem"),
    [
        ("a,b,c\n0,nan,0\n", "nilai.csv baris 2, kolom 2 ('b'): 'nan' bukan angka."),
        ("a,b,c\n0,inf,0\n", "'inf' bukan angka."),
        ("a,b,c\n0,1_0,0\n", "'1_0' bukan angka."),
        ("a,b,c\n0,١,0\n", "'١' bukan angka."),
        ('a,b,c\n0,"0,5",0\n', "baris 2, kolom 2 ('b'): '0,5' bukan angka."),
        ("a,b,c\n0,0,0\n\n0,0,-1\n", "nilai.csv baris 4, kolom 3 ('c'): -1 negatif."),
        ("a,b,c\n0,1.5,0\n", "kolom 2 ('b'): 1.5 melebihi nilai penuh 1."),
        ("a,b,c\n0,1e999,0\n", "melebihi nilai penuh 1."),
        ("a,b,c\n0,0\n", "nilai.csv baris 2: ada 2 kolom, seharusnya 3."),
        ("a,b,c\n0,0,0,0\n", "nilai.csv baris 2: ada 4 kolom, seharusnya 3."),
        ("a,b\n0,0\n", "nilai.csv baris 1: ada 2 soal, tetapi penuh.csv punya 3."),
        ("a,x,c\n0,0,0\n", "nilai.csv baris 1, kolom 2: 'x', tetapi di penuh.csv 'b'."),
        ("a,b,a\n0,0,0\n", "nilai.csv baris 1, kolom 3: soal 'a' sudah ada"),
        ("a,,c\n0,0,0\n", "nilai.csv baris 1, kolom 2: kolom ini tidak bernama."),
        ("", "nilai.csv: berkas ini kosong."),
        ("\n\n", "nilai.csv: berkas ini kosong."),
        ("a,b,c\n", "nilai.csv: tidak ada baris nilai"),
        (b"a,b,c\n0,0,0\n0,\xff,0\n", "nilai.csv baris 3: bukan teks UTF-8."),
        ("a,b,c\n".encode("utf-16"), "nilai.csv baris 1: bukan teks UTF-8."),
        ('a,b,c\n0,0,0\n"0,0,0\n', "nilai.csv baris 3: tidak dapat dibaca."),
        ("a,b,c\r0,0,0\r", "nilai.csv baris 1: tidak dapat dibaca."),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, scores: str | bytes, problem: str) -> None:
    with pytest.raises(Unreadable) as trouble:
        read_matrix(*written(tmp_path, scores))
    assert len(trouble.value.problems) == 1
    assert problem in trouble.value.problems[0]


@pytest.mark.parametrize(
    ("maxima", "problem"),
    [
        ("a,b,c\n", "penuh.csv: harus ada tepat satu baris nilai penuh di bawah judul, bukan 0."),
        ("a,b,c\n1,1,2\n1,1,2\n", "bukan 2."),
        ("a,b,c\n1,1\n", "penuh.csv baris 2: ada 2 kolom, seharusnya 3."),
        ("a,b,c\n1,,2\n", "penuh.csv baris 2, kolom 2 ('b'): nilai penuhnya kosong."),
        ("a,b,c\n1,-1,2\n", "penuh.csv baris 2, kolom 2 ('b'): -1 negatif."),
        ("a,b,c\n1,1e10,2\n", "1e10 terlalu besar"),
        ("", "penuh.csv: berkas ini kosong."),
    ],
)
def test_what_is_wrong_with_the_maxima(tmp_path: Path, maxima: str, problem: str) -> None:
    with pytest.raises(Unreadable) as trouble:
        read_matrix(*written(tmp_path, maxima=maxima))
    assert problem in trouble.value.problems[0]


def test_of_many_mistakes_the_first_are_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as trouble:
        read_matrix(*written(tmp_path, "a,b,c\n" + "x,y,z\n" * 100))
    assert len(trouble.value.problems) == 21
    assert "baris selanjutnya tidak dibaca" in trouble.value.problems[-1]


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    scores, maxima = written(tmp_path)
    with scores.open("ab") as stream:
        stream.truncate(commands_stats.BYTES_AT_MOST + 1)  # a hole, which takes no room
    with pytest.raises(Unreadable, match=r"nilai\.csv: berkas ini lebih dari 200 MB"):
        read_matrix(scores, maxima)
