"""The units and the people of the demo city. Every name is put together by chance from common given and family names;
every number is valid in form and belongs to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from elearn.core.identity import make_nip, make_nippppk

# code, kind, name, short name, how many people besides the head
UNITS: tuple[tuple[str, str, str, str, int], ...] = (
    ("kota", "kota", "Pemerintah Kota Bandung", "Kota Bandung", 0),
    ("diskominfo", "dinas", "Dinas Komunikasi dan Informatika", "Diskominfo", 4),
    ("diskominfo.layanan-digital", "bidang", "Bidang Layanan Digital", "Layanan Digital", 23),
    ("diskominfo.data-statistik", "bidang", "Bidang Data dan Statistik", "Data dan Statistik", 15),
    ("disdukcapil", "dinas", "Dinas Kependudukan dan Pencatatan Sipil", "Disdukcapil", 5),
    (
        "disdukcapil.pendaftaran",
        "bidang",
        "Bidang Pelayanan Pendaftaran Penduduk",
        "Pendaftaran Penduduk",
        20,
    ),
    ("disdukcapil.pencatatan", "bidang", "Bidang Pelayanan Pencatatan Sipil", "Pencatatan Sipil", 16),
    ("dpmptsp", "dinas", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "DPMPTSP", 5),
    ("dpmptsp.perizinan", "bidang", "Bidang Pelayanan Perizinan", "Perizinan", 18),
    ("bkpsdm", "badan", "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia", "BKPSDM", 5),
    ("bkpsdm.kompetensi", "bidang", "Bidang Pengembangan Kompetensi", "Pengembangan Kompetensi", 16),
    ("kec-antapani", "kecamatan", "Kecamatan Antapani", "Kec. Antapani", 9),
    ("kec-antapani.kidul", "kelurahan", "Kelurahan Antapani Kidul", "Antapani Kidul", 10),
    ("kec-antapani.kulon", "kelurahan", "Kelurahan Antapani Kulon", "Antapani Kulon", 10),
    ("kec-coblong", "kecamatan", "Kecamatan Coblong", "Kec. Coblong", 9),
    ("kec-coblong.dago", "kelurahan", "Kelurahan Dago", "Dago", 11),
    ("kec-coblong.lebak-gede", "kelurahan", "Kelurahan Lebak Gede", "Lebak Gede", 10),
    ("kec-gedebage", "kecamatan", "Kecamatan Gedebage", "Kec. Gedebage", 9),
    ("kec-gedebage.cimincrang", "kelurahan", "Kelurahan Cimincrang", "Cimincrang", 12),
    ("kec-gedebage.rancabolang", "kelurahan", "Kelurahan Rancabolang", "Rancabolang", 13),
)

HEADS = {
    "kota": "Asisten Administrasi Umum",
    "dinas": "Kepala Dinas",
    "badan": "Kepala Badan",
    "bidang": "Kepala Bidang",
    "kecamatan": "Camat",
    "kelurahan": "Lurah",
}
POSITIONS = {
    "dinas": ("Analis Perencanaan", "Arsiparis", "Pengelola Keuangan", "Pranata Humas"),
    "badan": ("Analis SDM Aparatur", "Arsiparis", "Pengelola Kepegawaian"),
    "bidang": (
        "Pranata Komputer",
        "Penelaah Teknis Kebijakan",
        "Pengelola Layanan",
        "Analis Data",
        "Pengadministrasi Perkantoran",
        "Operator Layanan Operasional",
    ),
    "kecamatan": ("Pengelola Layanan", "Pengelola Aduan", "Penelaah Teknis Kebijakan", "Bendahara"),
    "kelurahan": ("Pengelola Layanan", "Pengadministrasi Perkantoran", "Pengelola Pemberdayaan Masyarakat"),
}

WOMEN = [
    "Ai",
    "Aisyah",
    "Anggita",
    "Astri",
    "Ayu",
    "Citra",
    "Desi",
    "Dewi",
    "Dian",
    "Dini",
    "Elis",
    "Eneng",
    "Euis",
    "Fitri",
    "Hana",
    "Iis",
    "Imas",
    "Indah",
    "Intan",
    "Kania",
    "Kartika",
    "Laras",
    "Lilis",
    "Lina",
    "Maya",
    "Mega",
    "Mira",
    "Nani",
    "Neneng",
    "Nina",
    "Nisa",
    "Novi",
    "Nur",
    "Putri",
    "Rani",
    "Ratih",
    "Ratna",
    "Reni",
    "Rika",
    "Rini",
    "Rosi",
    "Santi",
    "Sari",
    "Sinta",
    "Siti",
    "Sri",
    "Tia",
    "Tina",
    "Vina",
    "Wulan",
    "Yanti",
    "Yeni",
    "Yuli",
]
MEN = [
    "Adang",
    "Ade",
    "Agus",
    "Ahmad",
    "Aldi",
    "Andri",
    "Anton",
    "Arif",
    "Asep",
    "Bagas",
    "Bambang",
    "Bayu",
    "Budi",
    "Cecep",
    "Dadan",
    "Dani",
    "Deden",
    "Dedi",
    "Dikdik",
    "Eko",
    "Encep",
    "Fajar",
    "Farhan",
    "Galih",
    "Gilang",
    "Hadi",
    "Hendra",
    "Herman",
    "Heru",
    "Iman",
    "Indra",
    "Irfan",
    "Iwan",
    "Jajang",
    "Joko",
    "Kurnia",
    "Luthfi",
    "Maman",
    "Mulyana",
    "Nana",
    "Nanang",
    "Nugraha",
    "Oki",
    "Rangga",
    "Reza",
    "Rian",
    "Rizal",
    "Rudi",
    "Surya",
    "Tatang",
    "Taufik",
    "Teguh",
    "Tono",
    "Ujang",
    "Wahyu",
    "Yayan",
    "Yogi",
    "Yusuf",
    "Zaki",
]
FAMILY = [
    "Adiwijaya",
    "Anggraeni",
    "Apriliani",
    "Ardiansyah",
    "Budiman",
    "Darmawan",
    "Fauziah",
    "Firmansyah",
    "Gunawan",
    "Hamdani",
    "Handayani",
    "Haryanto",
    "Herdiana",
    "Hermawan",
    "Hidayat",
    "Iskandar",
    "Kosasih",
    "Kurniasih",
    "Kurniawan",
    "Kusnadi",
    "Lesmana",
    "Maharani",
    "Mahendra",
    "Maulana",
    "Muharam",
    "Mulyadi",
    "Nurdin",
    "Nurhayati",
    "Nurjanah",
    "Permana",
    "Permatasari",
    "Pertiwi",
    "Prasetya",
    "Pratama",
    "Purnama",
    "Puspita",
    "Rachman",
    "Rahayu",
    "Rahmawati",
    "Ramdani",
    "Rosmiati",
    "Rukmana",
    "Rustandi",
    "Saepudin",
    "Safitri",
    "Santika",
    "Saputra",
    "Septiani",
    "Setiadi",
    "Setiawan",
    "Sobari",
    "Suhendar",
    "Sukmana",
    "Sulastri",
    "Sumarna",
    "Supriatna",
    "Suryana",
    "Susilawati",
    "Sutisna",
    "Syahputra",
    "Tresnawati",
    "Wahyuni",
    "Wibawa",
    "Wijayanti",
    "Wirawan",
    "Wulandari",
    "Yudistira",
    "Yulianti",
]

WOMANLY = (
    "ani",
    "anti",
    "ari",
    "asih",
    "iah",
    "ika",
    "iani",
    "jannah",
    "tiwi",
    "uni",
    "wati",
    "yanti",
    "itri",
    "anah",
    "yati",
    "iati",
    "sari",
    "ayu",
    "ita",
)


@dataclass(slots=True)
class Citizen:
    """An invented ASN. `ability` is in logits (0: half of average questions right); `zeal` is how much they study, 0..1."""

    name: str
    number: str
    unit: str
    position: str
    ability: float
    zeal: float
    head: bool = False
    roles: list[str] = field(default_factory=list)
    demo: str = ""
    person_id: int = 0


def citizens(random: Random, today: date) -> list[Citizen]:
    """All people of the city, heads first in each unit; the same for the same random state and day."""
    names = _names(random)
    people = []
    for code, kind, _name, _short, staff in UNITS:
        people.append(_citizen(random, next(names), code, HEADS[kind], today, head=True))
        for _ in range(staff):
            position = random.choice(POSITIONS.get(kind, ("Analis",)))
            people.append(_citizen(random, next(names), code, position, today))
    _give_roles(people)
    return people


def _names(random: Random) -> Iterator[tuple[str, str]]:
    """(name, sex), each once."""
    seen = set()
    while True:
        sex = random.choice("PPLLL")
        given, family = (WOMEN, FAMILY) if sex == "P" else (MEN, [f for f in FAMILY if not f.endswith(WOMANLY)])
        name = f"{random.choice(given)} {random.choice(family)}"
        if name not in seen and name.split()[0] not in name.split()[1]:
            seen.add(name)
            yield name, sex


def _citizen(
    random: Random, named: tuple[str, str], unit: str, position: str, today: date, *, head: bool = False
) -> Citizen:
    name, sex = named
    age = random.randint(38, 56) if head else random.randint(23, 56)
    born = date(today.year - age, 1, 1) + timedelta(days=random.randint(0, 364))
    serial = random.randint(1, 29)
    if not head and random.random() < 0.35:
        appointed = random.randint(max(born.year + 22, 2019), max(born.year + 22, 2025))
        number = make_nippppk(born, appointed, random.randint(1, 2), sex, serial)
        position = position.replace("Arsiparis", "Penata Layanan Operasional")
    else:
        year = random.randint(born.year + 22, min(born.year + 30, today.year - 1))
        number = make_nip(born, year, random.choice((1, 3, 4, 12)), sex, serial)
    return Citizen(
        name=name,
        number=number,
        unit=unit,
        position=position,
        ability=random.gauss(0.25, 0.8),
        zeal=min(1.0, max(0.0, random.betavariate(2.6, 1.6))),
        head=head,
    )


def _give_roles(people: list[Citizen]) -> None:
    for person in people:
        if person.head:
            person.roles.append("atasan")
    trainers = [p for p in people if p.unit == "bkpsdm.kompetensi" and not p.head]
    for person in trainers[:6]:
        person.roles.append("pengajar")
        person.position = "Widyaiswara"
    admin = next(p for p in people if p.unit == "bkpsdm" and not p.head)
    admin.roles.append("admin")
    admin.position = "Analis SDM Aparatur"

    team = [p for p in people if p.unit == "diskominfo.layanan-digital"]
    learner = next(p for p in team if not p.head)
    learner.ability, learner.zeal = 1.6, 0.7
    learner.name, learner.position = "Rina Kurniasih", "Pranata Komputer"
    learner.number = make_nip(date(1992, 4, 17), 2019, 3, "P", 7)
    for person, role in (
        (learner, "peserta"),
        (trainers[0], "pengajar"),
        (team[0], "atasan"),
        (admin, "admin"),
    ):
        person.demo = role
