"""The stand-in of X over real HTTP: it answers as X's specification says, and refuses as X does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import requests

from tests.bots.x_stand_in import ACCOUNT, StandIn, running_x

SPECIFICATION = Path(__file__).parents[3] / "shared/specs/x-api-2.167.openapi.json"
POST_FIELDS = {
    "tweet.fields": "attachments,author_id,conversation_id,created_at,entities,geo,note_tweet,"
    "referenced_tweets",
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id,"
    "attachments.media_keys,geo.place_id",
    "user.fields": "description,name,username,verified_type",
    "media.fields": "media_key,type",
    "place.fields": "country_code,full_name",
}
NEW_FIELDS = {
    "post.fields": "attachments,conversation_id,created_at,entities,geo,note_post",
    "expansions": "author_id,referenced_posts,attachments.media_keys,geo.place_id",
    "user.fields": "description,name,username,verified_type",
    "media.fields": "media_key,type",
    "place.fields": "country_code,full_name",
}


@pytest.fixture
def x(tmp_path: Path) -> Iterator[StandIn]:
    with running_x(tmp_path) as running:
        running.world.add_person("budi", "Budi Contoh")
        yield running


@pytest.fixture(scope="module")
def components() -> dict[str, Any]:
    if not SPECIFICATION.exists():
        pytest.skip(f"X's OpenAPI file is not there: put it at {SPECIFICATION}")
    specification = json.loads(SPECIFICATION.read_text())
    loaded: dict[str, Any] = _closed(specification["components"])
    return loaded


def _closed(schema: Any) -> Any:
    """The schema with no other fields allowed than those it names, so that inventions show."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def check(answer: requests.Response, schema: str, components: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    jsonschema.validate(body, {"$ref": f"#/components/schemas/{schema}", "components": components})
    return body


def full_world(x: StandIn) -> dict[str, str]:
    """One post of every kind; their ids by name."""
    parent = x.world.post("budi", "Jembatan putus", media=["video"])
    ids = {
        "parent": parent,
        "reply": x.world.post("sari", f"@{ACCOUNT} tolong", reply_to=parent),
        "quote": x.world.post("sari", f"@{ACCOUNT} lihat", quote_of=parent),
        "photo": x.world.post(
            "sari", f"@{ACCOUNT} ini", media=["photo"], place="Sleman", point=(-7.7, 110.3)
        ),
        "long": x.world.post("sari", f"@{ACCOUNT} " + "panjang & lebar " * 30),
    }
    ids["repost"] = x.world.post("budi", "", repost_of=ids["photo"])
    ids["edited"] = x.world.edit(ids["quote"], f"@{ACCOUNT} lihat ini")
    return ids


def ids_of(answer: requests.Response) -> list[str]:
    return [post["id"] for post in answer.json().get("data", [])]


def mentions(x: StandIn, **params: str) -> requests.Response:
    return x.get(f"/2/users/{x.world.account_id}/mentions", **params)


def search(x: StandIn, query: str, **params: str) -> requests.Response:
    return x.get("/2/tweets/search/recent", query=query, **params)


# ---------------------------------------------------------------- the specification


def test_every_reading_answers_as_specified(x: StandIn, components: dict[str, Any]) -> None:
    ids = full_world(x)
    x.world.publish("Terima kasih", ids["photo"])

    me = x.get("/2/users/me", **{"user.fields": NEW_FIELDS["user.fields"]})
    mine = x.get(f"/2/users/{x.world.account_id}/tweets", **NEW_FIELDS)
    looked_up = x.get("/2/tweets", ids=f"{ids['photo']},99", **NEW_FIELDS)

    check(me, "GetUsersMeResponse", components)
    check(mine, "GetUsersPostsResponse", components)
    check(looked_up, "GetPostsByIdsResponse", components)
    check(search(x, f"@{ACCOUNT}", **NEW_FIELDS), "SearchPostsRecentResponse", components)
    body = check(mentions(x, **NEW_FIELDS), "GetUsersMentionsResponse", components)
    assert {"posts", "users", "media", "places"} == set(body["includes"])
    assert len(body["data"]) == 5


def test_posting_answers_as_specified(x: StandIn, components: dict[str, Any]) -> None:
    (post,) = x.mentions(1)

    answer = x.create({"text": "Terima kasih", "reply": {"in_reply_to_tweet_id": post}})

    assert answer.status_code == 201
    body = answer.json()
    body["data"]["edit_history_post_ids"] = body["data"].pop("edit_history_tweet_ids")
    schema = {"$ref": "#/components/schemas/CreatePostsResponse", "components": components}
    jsonschema.validate(body, schema)


def test_bad_requests_answer_as_specified(x: StandIn, components: dict[str, Any]) -> None:
    check(mentions(x, max_results="3"), "InvalidRequestProblem", components)


def test_without_fields_a_post_has_its_defaults_only(x: StandIn) -> None:
    full_world(x)

    body = mentions(x).json()

    assert set(body["data"][0]) == {"id", "text", "edit_history_tweet_ids"}
    assert "includes" not in body


def test_old_and_new_names_say_the_same(x: StandIn) -> None:
    ids = full_world(x)

    old = {post["id"]: post for post in mentions(x, **POST_FIELDS).json()["data"]}
    new = {post["id"]: post for post in mentions(x, **NEW_FIELDS).json()["data"]}

    assert old[ids["reply"]]["referenced_tweets"] == new[ids["reply"]]["referenced_posts"]
    assert old[ids["long"]]["note_tweet"] == new[ids["long"]]["note_post"]


# ---------------------------------------------------------------- reading


def test_pages_come_newest_first_and_a_token_leads_to_the_next(x: StandIn) -> None:
    ids = x.mentions(12)

    first = mentions(x, max_results="5")
    token = first.json()["meta"]["next_token"]
    second = mentions(x, max_results="5", pagination_token=token)

    assert ids_of(first) + ids_of(second) == ids[::-1][:10]
    assert first.json()["meta"]["newest_id"] == ids[-1]


def test_since_and_until_are_exclusive(x: StandIn) -> None:
    ids = x.mentions(6)

    assert ids_of(mentions(x, since_id=ids[1], until_id=ids[4])) == [ids[3], ids[2]]


def test_mentions_end_eight_hundred_posts_down_and_search_goes_on(x: StandIn) -> None:
    ids = x.mentions(810)

    assert ids_of(mentions(x, until_id=ids[12])) == [ids[11], ids[10]]
    assert ids_of(search(x, f"@{ACCOUNT}", until_id=ids[2])) == [ids[1], ids[0]]


def test_search_ends_seven_days_back(x: StandIn) -> None:
    (old,) = x.mentions(1)
    x.clock.forward(days=8)
    (new,) = x.mentions(1)

    assert ids_of(search(x, f"@{ACCOUNT}")) == [new]
    assert search(x, f"@{ACCOUNT}", since_id=old).status_code == 400
    assert search(x, f"@{ACCOUNT}", until_id=old).status_code == 400


def test_search_leaves_out_retweets_when_asked(x: StandIn) -> None:
    (post,) = x.mentions(1)
    repost = x.world.post("budi", "", repost_of=post)

    assert ids_of(search(x, f"@{ACCOUNT}")) == [repost, post]
    assert ids_of(search(x, f"@{ACCOUNT} -is:retweet")) == [post]


def test_an_edited_post_is_listed_once_and_knows_its_history(x: StandIn) -> None:
    first = x.world.post("sari", f"@{ACCOUNT} lampu pdam")
    second = x.world.edit(first, f"@{ACCOUNT} lampu padam")

    (post,) = mentions(x).json()["data"]

    assert (post["id"], post["edit_history_tweet_ids"]) == (second, [first, second])


def test_deleted_and_protected_posts_are_errors_of_a_look_up(x: StandIn) -> None:
    kept, deleted = x.mentions(2)
    hidden = x.world.post("budi", "rahasia")
    x.world.delete(deleted)
    x.world.protect("budi")

    answer = x.get("/2/tweets", ids=f"{kept},{deleted},{hidden}")

    kinds = {one["resource_id"]: one["type"].split("/")[-1] for one in answer.json()["errors"]}
    assert ids_of(answer) == [kept]
    assert kinds == {deleted: "resource-not-found", hidden: "not-authorized-for-resource"}


def test_an_expired_token_is_a_bad_request(x: StandIn) -> None:
    x.mentions(6)
    token = mentions(x, max_results="5").json()["meta"]["next_token"]
    x.world.token_age += 1

    assert mentions(x, max_results="5", pagination_token=token).status_code == 400


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    "params",
    [
        {"max_results": "101"},
        {"max_results": "4"},
        {"since_id": "kemarin"},
        {"until_id": "9" * 30},
        {"pagination_token": "apa"},
        {"tweet.filed": "text"},
    ],
)
def test_wrong_parameters_are_refused(x: StandIn, params: dict[str, str]) -> None:
    assert mentions(x, **params).status_code == 400


@pytest.mark.parametrize("ids", ["", "a", ",".join(["1"] * 101)])
def test_wrong_ids_are_refused(x: StandIn, ids: str) -> None:
    assert x.get("/2/tweets", ids=ids).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"text": 5},
        {"text": "a", "poll": {}},
        {"text": "a", "reply": {"in_reply_to_tweet_id": 5}},
    ],
)
def test_wrong_bodies_are_refused(x: StandIn, body: object) -> None:
    assert x.create(body).status_code == 400


def test_who_does_not_sign_is_not_let_in(x: StandIn) -> None:
    for headers in ({}, {"Authorization": "Bearer token"}, {"Authorization": "OAuth x"}):
        answer = requests.get(f"{x.base_url}/2/users/me", headers=headers, timeout=5)
        assert answer.status_code == 401


def test_every_answer_counts_the_rate_limit_down(tmp_path: Path) -> None:
    with running_x(tmp_path, limits={"me": 2}) as x:
        answers = [x.get("/2/users/me") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        left = [answer.headers["x-rate-limit-remaining"] for answer in answers]
        assert left == ["1", "0", "0"]
        assert int(answers[2].headers["x-rate-limit-reset"]) > 1_700_000_000


def test_other_endpoints_have_their_own_limit(tmp_path: Path) -> None:
    with running_x(tmp_path, limits={"me": 0}) as x:
        assert x.get("/2/users/me").status_code == 429
        assert mentions(x).status_code == 200
