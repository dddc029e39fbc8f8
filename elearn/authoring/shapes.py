"""The shapes of the content format that an editor offers to write in, as CONTENT-FORMAT says them.

A text is what is written; `${…}` is a place to fill in, reached one after another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _


def shapes() -> Sequence[Mapping[str, str]]:
    """Each with its `label`, `detail` (what it is for) and `text`."""
    question = f"## ${{{_('Pertanyaan')}}}\n\n"
    right, wrong, answer = _("jawaban yang benar"), _("jawaban yang salah"), _("jawaban")
    texts = [
        (
            _("Satu jawaban"),
            _("pilihan ganda"),
            f"{question}- (x) ${{{right}}}\n- ( ) ${{{wrong}}}\n- ( ) ${{{wrong} 2}}\n",
        ),
        (
            _("Beberapa jawaban"),
            _("boleh lebih dari satu yang benar"),
            f"{question}- [x] ${{{right}}}\n- [x] ${{{right} 2}}\n- [ ] ${{{wrong}}}\n",
        ),
        (_("Isian singkat"), _("dijawab dengan kata"), f"{question}= ${{{answer}}}\n"),
        (_("Angka"), _("dengan kelonggaran"), f"{question}= ${{1:20}} ± ${{2:0,5}}\n"),
        (
            _("Menjodohkan"),
            _("pasangan kiri dan kanan"),
            f"{question}- ${{{_('kiri')}}} => ${{{_('kanan')}}}\n- ${{{_('kiri')} 2}} => ${{{_('kanan')} 2}}\n",
        ),
        (
            _("Mengurutkan"),
            _("ditulis dalam urutan yang benar"),
            f"## ${{{_('Pertanyaan')}}} {{.ordering}}\n\n1. ${{{_('pertama')}}}\n2. ${{{_('kedua')}}}\n"
            f"3. ${{{_('ketiga')}}}\n",
        ),
        (_("Isian di dalam teks"), _("rumpang"), f"{question}${{{_('Kalimat dengan')}}} [[${{{answer}}}]].\n"),
        (
            _("Esai"),
            _("dinilai oleh pengajar"),
            f"## ${{{_('Pertanyaan')}}} {{.essay words=50..300}}\n\n| {_('Kriteria')} | {_('Poin')} | {_('Deskriptor')} |\n"
            f"| --- | --- | --- |\n| ${{{_('kriteria')}}} | ${{1:2}} | ${{{_('yang diharapkan')}}} |\n",
        ),
        (_("Bagian kuis"), _("kumpulan soal yang diambil acak"), f"# ${{{_('Bagian')}}} {{draw=${{1:3}}}}\n\n"),
        (_("Cek pemahaman"), _("di dalam materi"), f"```quiz\n{question}- (x) ${{{right}}}\n- ( ) ${{{wrong}}}\n```\n"),
        (_("Petunjuk"), _("ditampilkan bila diminta"), f"> [!hint] ${{{_('petunjuk')}}}\n"),
        (_("Pembahasan"), _("ditampilkan sesudah dijawab"), f"> ${{{_('mengapa demikian')}}}\n"),
        (_("Catatan"), _("kotak yang menonjol"), f"!!! note\n    ${{{_('isi catatan')}}}\n"),
        (_("Tabel"), _("dengan judul kolom"), "| ${Judul} | ${Judul 2} |\n| --- | --- |\n| ${isi} | ${isi 2} |\n"),
    ]
    return [{"label": label, "detail": detail, "text": text} for label, detail, text in texts]
