"""What the figures of an item mean for the trainer who wrote it. Indonesian: these sentences are shown as they are."""

from __future__ import annotations

from elearn.core.statistics.model import ItemStatistics

# With fewer attempts a correlation is off by ±0.18 and more (its standard error is about 1/√n).
ENOUGH = 30
# Percent. Bounds of ours: from what value a trainer's time is worth a look, not where an item becomes bad.
EASY, HARD, WEAK = 95, 20, 20


def verdict(item: ItemStatistics) -> list[str]:
    """Sentences on what to look into, the most urgent first; empty when the figures give no reason.

    With fewer than 30 attempts it says only that, since any other sentence would read chance as a fault.
    """
    if item.attempts < ENOUGH:
        return [f"Baru {item.attempts} percobaan menjawab soal ini; perlu paling sedikit {ENOUGH} untuk menilainya."]
    return [*_on_discrimination(item), *_on_facility(item)]


def _on_discrimination(item: ItemStatistics) -> list[str]:
    index = item.discrimination_index
    if index is None:
        same = item.sd == 0 and item.facility is not None and HARD <= item.facility <= EASY
        return ["Semua percobaan mendapat nilai yang sama: soal ini tidak membedakan peserta."] if same else []
    if index < 0:
        return ["Soal ini membedakan terbalik: peserta kuat lebih sering salah. Periksa kunci."]
    # Where nearly all are right there is little left to tell people apart by: that it is easy says it all.
    if index < WEAK and not (item.facility is not None and item.facility > EASY):
        return [
            f"Daya beda soal ini rendah ({_percent(index)}): peserta kuat dan lemah menjawab hampir sama baiknya. "
            "Periksa apakah rumusannya jelas."
        ]
    return []


def _on_facility(item: ItemStatistics) -> list[str]:
    facility = item.facility
    if facility is None:
        return []
    if facility > EASY:
        return [f"Soal ini sangat mudah: rata-rata nilainya {_percent(facility)} dari nilai penuh."]
    if item.guess_score is not None and facility < item.guess_score:
        return [
            f"Rata-rata nilai soal ini ({_percent(facility)}) di bawah hasil menebak ({_percent(item.guess_score)}). "
            "Periksa kunci dan pengecoh."
        ]
    if facility < HARD:
        return [f"Soal ini sangat sulit: rata-rata nilainya {_percent(facility)} dari nilai penuh."]
    return []


def _percent(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace(".", ",") + "%"
