"""Topics of pushes: left one by one, taken up again, and looked at before every send."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.services import deliveries_plan, push_runs, push_topics, users
from bot.services.refusal import Refusal
from tests.clock import FakeClock
from tests.services import campaign
from tests.services.campaign import ADA, FIRST, Campaign


@pytest.fixture
def news(db: Session, clock: FakeClock) -> Campaign:
    """A push of the topic "news" for everyone; three people are there."""
    campaign.people(db, clock, 3)
    made = Campaign(db, clock)
    made.push.topic = "news"
    db.flush()
    return made


def test_who_has_left_the_topic_gets_nothing_of_it(news: Campaign) -> None:
    push_topics.leave(news.db, FIRST, "news", news.clock.now())
    push_topics.leave(news.db, FIRST + 1, "offers", news.clock.now())
    run_id = news.starts()
    assert news.state_of(run_id, FIRST) == ("skipped", "topic")
    assert news.delivers_all(run_id) == [FIRST + 1, FIRST + 2]


def test_who_leaves_while_it_runs_is_skipped_before_the_send(news: Campaign) -> None:
    run_id = news.starts()
    push_topics.leave(news.db, FIRST + 2, "news", news.clock.now())
    assert news.delivers_all(run_id) == [FIRST, FIRST + 1]
    assert news.state_of(run_id, FIRST + 2) == ("skipped", "topic")
    news.check(run_id)


def test_the_topic_of_a_run_is_the_one_it_began_with(news: Campaign) -> None:
    run_id = news.starts()
    news.push.topic = "offers"
    push_topics.leave(news.db, FIRST, "news", news.clock.now())
    push_topics.leave(news.db, FIRST + 1, "offers", news.clock.now())
    assert news.delivers_all(run_id) == [FIRST + 1, FIRST + 2]


def test_the_forecast_counts_who_has_left(news: Campaign) -> None:
    push_topics.leave(news.db, FIRST, "news", news.clock.now())
    run = push_runs.draft(news.db, news.push.id, by=ADA, now=news.clock.now())
    forecast = deliveries_plan.forecast(news.db, run, setup=news.setup, now=news.clock.now())
    assert forecast == {None: 2, "topic": 1, "unsubscribed": 2}


def test_the_way_back_ends_no_pushes_at_all(news: Campaign) -> None:
    now = news.clock.now()
    assert push_topics.leave(news.db, FIRST, "news", now)
    assert not push_topics.leave(news.db, FIRST, "news", now)
    assert push_topics.leave(news.db, FIRST, None, now)
    assert push_topics.left_by(news.db, FIRST) == ["news"]
    assert push_topics.come_back(news.db, FIRST, "news", now)
    assert not push_topics.come_back(news.db, FIRST, "news", now)
    user = users.get(news.db, FIRST)
    assert user is not None and user.unsubscribed_at is None
    assert push_topics.left_by(news.db, FIRST) == []


@pytest.mark.parametrize("written", ["", "  ", "all", "x" * 33])
def test_what_is_no_topic_is_refused(written: str) -> None:
    with pytest.raises(Refusal):
        push_topics.read(written)
    assert push_topics.read(" Special  Offers ") == push_topics.read("special offers")


def test_topics_are_known_by_pushes_and_by_who_left(news: Campaign) -> None:
    push_topics.leave(news.db, FIRST, "offers", news.clock.now())
    assert push_topics.known(news.db) == ["news", "offers"]
