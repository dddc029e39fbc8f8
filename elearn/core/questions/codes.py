"""The diagnostics of questions: each code with what it says, for the documentation and its test."""

from __future__ import annotations

QUESTION_CODES: dict[str, str] = {
    "Q201": "Tidak ada jawaban benar.",
    "Q202": "Lebih dari satu jawaban benar pada soal pilihan tunggal.",
    "Q203": "Kurang dari dua pilihan.",
    "Q204": "Dua pilihan berbunyi sama.",
    "Q205": "Tanda pilihan tidak dikenal.",
    "Q206": "Bobot pilihan tidak dapat mencapai 100 %.",
    "Q207": "Bobot dan tanda x bercampur dalam satu soal.",
    "Q208": "Kurung bulat dan kurung siku bercampur dalam satu soal.",
    "Q209": "Pilihan kosong.",
    "Q210": "Soal tanpa pilihan dan tanpa jawaban.",
    "Q211": "Dua bentuk jawaban bercampur dalam satu soal.",
    "Q212": "Jawaban bukan bilangan yang dapat dibaca.",
    "Q213": "Rentang terbalik, atau toleransi negatif.",
    "Q214": "Jawaban kosong atau hanya tanda bintang.",
    "Q215": "Bobot jawaban di luar 0 sampai 100 %.",
    "Q220": "Atribut soal tidak dikenal.",
    "Q221": "Nilai atribut soal tidak dapat dipakai.",
    "Q222": "Jenis soal tidak dikenal.",
    "Q223": "Soal tanpa kalimat tanya.",
    "Q230": "Bilangan kunci dapat dibaca dengan dua cara.",
    "Q231": "Jawaban yang sama tertulis dua kali.",
    "Q240": "Pasangan tanpa satu tanda => di antara kedua sisinya.",
    "Q241": "Kurang dari dua pasangan, atau semuanya sama di sisi kanan.",
    "Q242": "Kurang dari tiga langkah untuk diurutkan.",
    "Q243": "Rumpang yang tidak ditutup.",
    "Q244": "Rumpang di tempat yang tidak dapat diisi.",
    "Q245": "Skala sikap tanpa scale=.",
}
