"""Pages of X that are not as they should be: nothing moves the cursor that is no page."""

from typing import Any

import pytest

from bots.x_fields import is_id
from bots.x_pages import UnexpectedAnswer, read_page


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "",
        {},
        {"data": []},
        {"errors": [{"title": "Internal error"}]},
        {"meta": None, "data": []},
        {"meta": {"result_count": 3}},
        {"meta": {"result_count": 1}, "data": {"id": "5"}},
    ],
)
def test_what_is_no_page_is_refused(body: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        read_page(body, "7")


def test_an_empty_page_is_a_page() -> None:
    page = read_page({"meta": {"result_count": 0}}, "7")

    assert (page.raws, page.ids, page.next_token) == ((), (), None)


def test_a_broken_post_is_kept_and_leaves_the_others_alone() -> None:
    posts: list[Any] = [{"id": "9"}, None, {"text": "tanpa id"}, {"id": "8"}]

    page = read_page({"meta": {"result_count": 4}, "data": posts}, "7")

    assert page.ids == (9, 8)
    assert len({raw.key for raw in page.raws}) == 4
    assert page.raws == read_page({"meta": {}, "data": posts}, "7").raws


def test_a_raw_can_be_stored_as_text_whatever_is_in_it() -> None:
    page = read_page({"meta": {}, "data": [{"id": "9", "text": "\ud800\0"}]}, "7")

    assert page.raws[0].payload.isascii()
    assert "\0" not in page.raws[0].payload


@pytest.mark.parametrize("includes", [None, [], {"users": 5, "tweets": [None, {"id": 5}]}])
def test_broken_includes_are_left_out(includes: Any) -> None:
    body = {"meta": {}, "data": [{"id": "9"}], "includes": includes}

    assert read_page(body, "7").ids == (9,)


@pytest.mark.parametrize("post_id", [5, None, "", "-5", "5.0", "٥", "0", "9" * 19, "9" * 400])
def test_only_xs_numbers_are_ids(post_id: Any) -> None:
    assert not is_id(post_id)
