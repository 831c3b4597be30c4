"""The flow in the chat: what speaks, a new one that is sent, versions, blocks, and the preview."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import charts
from bot.admin.flow_presses import ShowFlowPlay
from bot.flow.content import Kind
from bot.services import drafts, flows, users_language, variables
from bot.services.roles import Role
from bot.ui import router
from bot.ui.screen import Attachment
from models import AuditEntry, Message, Place, UserTag, UserVariable
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.house.screens_flow import furnish_flow, play_largest
from tests.house.test_screens import check_screen
from tests.services.flows_cast import SHORTER, TEXT, first, stands
from tests.ui.cast import ADA, ALMA, OTTO, SARA, SETUP, VERA, sender


@pytest.fixture(autouse=True)
def speaking(db: Session) -> None:
    """Version 1 speaks."""
    first(db)


@pytest.fixture
def alma(db: Session) -> Hand:
    """An admin who is not the owner."""
    return Hand(db, ALMA)


def attached(hand: Hand) -> Attachment:
    """What the screen before somebody carries."""
    assert hand.screen is not None and hand.screen.attachment is not None
    return hand.screen.attachment


def at(db: Session, block: str) -> None:
    """Vera stands at a block."""
    stands(db, sender(VERA), block)


class TestOverview:
    def test_it_says_what_speaks_since_when_and_with_how_many_people(self, db: Session, ada: Hand) -> None:
        at(db, "hours")
        seen = ada.types("/flow")
        assert "Version 1" in seen
        assert "Speaks since Sun 22 Nov 2026, 13:00 Europe/Vienna" in seen
        assert "3 blocks" in seen and "1 variable, languages: en, de" in seen
        assert "1 person stands here now" in seen
        assert "File on disk: none" in seen

    @pytest.mark.parametrize("who", [SARA, OTTO])
    def test_nobody_but_admins_sees_it_and_who_tries_is_audited(self, db: Session, who: int) -> None:
        assert Hand(db, who).types("/flow") == "This needs the role admin."
        assert db.scalar(select(func.count()).where(AuditEntry.refused.is_not(None))) == 1

    def test_the_home_screen_leads_there(self, ada: Hand) -> None:
        ada.types("/admin")
        assert "Version 1" in ada.presses("Flow")

    def test_the_download_is_the_file_as_it_was_written(self, ada: Hand) -> None:
        ada.types("/flow")
        ada.presses("Download")
        assert (attached(ada).name, attached(ada).make()) == ("flow-1.toml", TEXT.encode())
        assert not attached(ada).picture

    @pytest.mark.skipif(not charts.available(), reason="the extra “charts” is not installed")
    def test_the_picture_is_a_png(self, ada: Hand) -> None:
        ada.types("/flow")
        ada.presses("Picture")
        assert attached(ada).picture
        assert attached(ada).make().startswith(b"\x89PNG")

    def test_a_command_that_cannot_be_read_gets_the_usage(self, ada: Hand) -> None:
        assert ada.types("/flow fly").startswith("Usage: /flow [reload")
        assert ada.types("/flow reload") == "There is no flow file on disk."
        assert ada.types("/flow version 9") == "This version of the flow does not exist any more."
        assert "Version 1" in ada.types("/flow version 1")
        assert "3 blocks" in ada.types("/flow blocks")


class TestSending:
    def test_a_good_flow_is_shown_as_a_difference_and_in_a_picture(self, alma: Hand) -> None:
        seen = alma.sends("my flow.TOML", SHORTER)
        assert "A flow that was sent" in seen and "Sent by" in seen
        assert "Different from version 1" in seen
        assert "• Block “hours” is gone." in seen
        assert "• welcome: “Hello.” becomes “Good day.”." in seen
        assert "• welcome: “Hours” leads to “asked” instead of “hours”." in seen
        assert not charts.available() or attached(alma).picture

    def test_of_long_texts_it_shows_where_they_differ(self, ada: Hand) -> None:
        long = "We are the front desk of the city library, and we are open from nine "
        ada.sends("flow.toml", TEXT.replace('"Hello."', f'"{long}to six."'))
        ada.presses("Activate")
        ada.presses("Activate")
        seen = ada.sends("flow.toml", TEXT.replace('"Hello."', f'"{long}to eight."'))
        assert "• welcome: “…open from nine to six.” becomes “…open from nine to eight.”." in seen

    def test_a_flow_with_problems_is_answered_with_all_of_them(self, alma: Hand) -> None:
        said = alma.sends(
            "flow.toml", SHORTER.replace('to     = "asked"', 'to     = "ask"').replace('"text", re', '"txt", re')
        )
        assert said.startswith("This flow cannot be used:\nline 14 ")
        assert said.count("\n") == 2

    def test_problems_and_notes_are_in_the_language_of_whoever_reads_them(self, db: Session, ada: Hand) -> None:
        users_language.choose(db, ADA, "de", now=NOON)
        said = ada.sends("flow.toml", SHORTER.replace('to     = "asked"', 'to     = "askd"'))
        assert said.startswith("Dieser Ablauf ist nicht verwendbar:\nZeile 14  Block „welcome“: der Knopf „")
        assert said.endswith("führt zu „askd“; diesen Block gibt es nicht. Ist „asked“ gemeint?")
        ada.sends("flow.toml", TEXT.replace('say = "Hello."', 'say = { en = "Hello." }'))
        assert "Block „welcome“: „Hello.“ fehlt in de" in ada.presses("Prüfungen")

    def test_it_speaks_after_two_presses_and_the_second_says_what_it_means(self, db: Session, alma: Hand) -> None:
        at(db, "hours")
        alma.sends("flow.toml", SHORTER)
        question = alma.presses("Activate")
        assert "instead of version 1" in question
        assert "1 person stands at a block that vanishes" in question
        assert "Version 2" in alma.presses("Activate")
        assert alma.said == "Version 2 is active now."
        entry = db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.actor_id, entry.action) == (ALMA, "flow.activate")

    def test_it_can_be_dropped(self, alma: Hand) -> None:
        alma.sends("flow.toml", SHORTER)
        assert "Version 1" in alma.presses("Drop")
        assert alma.said == "The flow that was sent is forgotten."

    def test_an_old_question_does_not_overrule_what_came_between(self, alma: Hand, ada: Hand) -> None:
        alma.sends("flow.toml", SHORTER)
        alma.presses("Activate")
        ada.sends("flow.toml", TEXT.replace("Hello.", "Servus."))
        ada.presses("Activate")
        ada.presses("Activate")
        assert alma.presses("Activate") == "Version 2 was activated meanwhile. Look at the difference again."

    def test_a_flow_from_somebody_else_is_no_command(self, db: Session) -> None:
        assert router.takes(db, "flow.toml", user_id=OTTO, setup=SETUP) is None
        assert router.takes(db, "flow.txt", user_id=ADA, setup=SETUP) is None
        assert router.takes(db, "flow.toml", user_id=ALMA, setup=SETUP) is not None

    def test_a_file_that_a_reply_waits_for_is_no_command(self, db: Session, alma: Hand) -> None:
        alma.types("/conversation 101")
        alma.presses("Reply")
        assert router.takes(db, "flow.toml", user_id=ALMA, setup=SETUP) is None

    def test_a_preview_gives_way_to_a_flow_that_is_sent(self, db: Session, alma: Hand) -> None:
        alma.types("/flow play")
        assert router.takes(db, "flow.toml", user_id=ALMA, setup=SETUP) is not None

    def test_a_flow_too_large_for_a_picture_comes_without_one(self, alma: Hand) -> None:
        more = "".join(f'[blocks.more_{n}]\nentry = true\nend = true\nsay = "{n}"\n' for n in range(300))
        assert "too many blocks for a picture" in alma.sends("flow.toml", TEXT + more)
        assert alma.screen is not None and alma.screen.attachment is None
        assert "too many blocks for a picture" in alma.presses("Picture")


class TestHistory:
    def test_versions_are_listed_with_who_and_how(self, alma: Hand) -> None:
        alma.sends("flow.toml", SHORTER)
        alma.presses("Activate")
        alma.presses("Activate")
        seen = alma.presses("History")
        assert "2 · 22 Nov, 13:00 · Sent by \u2068Alma\u2069 · 2 blocks" in seen
        assert "1 · 22 Nov, 13:00 · From the file on disk, at start · 3 blocks" in seen

    def test_one_press_brings_the_last_one_back_and_one_more_undoes_that(self, db: Session, alma: Hand) -> None:
        alma.sends("flow.toml", SHORTER)
        alma.presses("Activate")
        alma.presses("Activate")
        assert "Version 3" in alma.presses("Roll back to version 1")
        assert "Brought back by" in alma.sees()
        active = flows.active(db)
        assert active is not None and active.text == TEXT
        alma.presses("Roll back to version 2")
        active = flows.active(db)
        assert active is not None and (active.number, active.text) == (4, SHORTER)

    def test_an_older_version_is_compared_and_brought_back(self, alma: Hand) -> None:
        for text in (SHORTER, TEXT.replace("Hello.", "Servus.")):
            alma.sends("flow.toml", text)
            alma.presses("Activate")
            alma.presses("Activate")
        alma.types("/flow version 1")
        assert "welcome: “Servus.” becomes “Hello.”." in alma.presses("Against active")
        alma.types("/flow version 1")
        assert "instead of version 3" in alma.presses("Roll back to this")

    def test_a_long_list_of_changes_has_pages(self, alma: Hand) -> None:
        more = "".join(f'\n[blocks.more_{n}]\nentry = true\nend = true\nsay = "{n}"\n' for n in range(20))
        assert "and 5 more changes" in alma.sends("flow.toml", TEXT + more)
        assert "more_19" not in alma.presses("All changes")
        assert "more_19" in alma.presses("More")


class TestBlocks:
    def test_a_block_shows_its_texts_its_people_and_its_ways(self, db: Session, ada: Hand) -> None:
        at(db, "welcome")
        ada.types("/flow blocks")
        seen = ada.presses("welcome")
        assert "1 person stands here now" in seen
        assert "Hello." in seen and "A city, please." in seen
        assert "Hours → hours" in seen
        assert ada.types("/flow block nowhere") == "The flow has no block nowhere."

    def test_a_text_is_changed_in_place_and_speaks_at_once(self, db: Session, ada: Hand) -> None:
        ada.types("/flow block welcome")
        assert "Hello." in ada.presses("Change text 1")
        seen = ada.writes("Good <b>day</b>.")
        assert ada.said == "Version 2 is active now."
        assert "Good <b>day</b>." in seen
        active = flows.active(db)
        assert active is not None and active.text == TEXT.replace("Hello.", "Good <b>day</b>.")
        assert drafts.get(db, ADA) is None

    def test_a_text_that_breaks_the_flow_is_refused_and_may_be_written_again(self, ada: Hand) -> None:
        ada.types("/flow block welcome")
        ada.presses("Change text 1")
        assert "<b> is never closed" in ada.writes("Good <b>day.")
        assert ada.writes("", Kind.PHOTO, "file") == "Please write the new text as a message."
        assert "Good day." in ada.writes("Good day.")

    def test_it_can_be_given_up(self, db: Session, ada: Hand) -> None:
        ada.types("/flow block welcome")
        ada.presses("Change text 1")
        assert "Hello." in ada.presses("Cancel")
        assert drafts.get(db, ADA) is None


@pytest.fixture
def traces(db: Session) -> Callable[[], list[object]]:
    """All that a conversation leaves behind."""

    def count() -> list[object]:
        tables = (Message, Place, UserTag, UserVariable)
        return [db.scalar(select(func.count()).select_from(table)) for table in tables]

    return count


class TestPlaying:
    def test_it_talks_like_the_flow_and_leaves_no_trace(
        self, db: Session, ada: Hand, traces: Callable[[], list[object]]
    ) -> None:
        before = traces()
        assert "Hello." in ada.types("/flow play")
        assert "9 to 18." in ada.presses("Hours")
        assert "Hello." in ada.presses("Return")
        seen = ada.writes("Linz")
        assert "city = Linz" in seen and "staff are asked at welcome: Linz" in seen
        assert "hours will be opened" in seen
        assert "the bot would be silent now" in seen
        assert ada.pending == frozenset()
        assert traces() == before
        assert variables.values(db, ADA) == {}

    def test_while_staff_are_asked_it_is_silent_until_handed_back(self, ada: Hand) -> None:
        ada.types("/flow play")
        ada.writes("Linz")
        assert "Someone will answer." not in ada.writes("hello?")
        assert "would be silent" not in ada.presses("Hand back")

    def test_time_passes_with_a_press(self, ada: Hand) -> None:
        ada.types("/flow play asked")
        assert "9 to 18." in ada.presses("Let the wait end")

    def test_it_begins_at_any_block(self, ada: Hand) -> None:
        ada.types("/flow block hours")
        assert "Sundays closed." in ada.presses("Play from here")
        assert ada.types("/flow play nowhere") == "The flow has no block nowhere."

    def test_as_a_user_it_has_their_language_and_variables(self, db: Session, ada: Hand) -> None:
        variables.remember(db, 102, {"city": "Graz"}, SETUP.flow)
        text = TEXT.replace('say = "Hello."', 'say = { en = "Hello {city|you}.", de = "Hallo {city|du}." }')
        ada.sends("flow.toml", text)
        ada.presses("Activate")
        ada.presses("Activate")
        seen = ada.types("/flow play as 102")
        assert "As \u2068Victor\u2069 (102)" in seen and "Hallo Graz." in seen
        assert "Hello you." in ada.types("/flow play")
        assert ada.types("/flow play as 999") == "There is no user 999."

    def test_it_begins_from_the_card_of_a_user_and_leaves_no_trace(
        self, ada: Hand, traces: Callable[[], list[object]]
    ) -> None:
        before = traces()
        ada.types("/user 102")
        ada.presses("More")
        assert "As \u2068Victor\u2069 (102)" in ada.presses("Play as this user")
        ada.writes("Linz")
        assert traces() == before

    def test_what_would_be_done_is_told_in_the_language_of_whoever_plays(self, ada: Hand, db: Session) -> None:
        users_language.choose(db, ADA, "de", now=NOON)
        ada.types("/flow play")
        assert "das Team wird gefragt, bei welcome: Linz" in ada.writes("Linz")

    def test_a_language_that_lacks_texts_says_how_many(self, ada: Hand) -> None:
        ada.sends("flow.toml", TEXT.replace('say = "Hello."', 'say = { en = "Hello." }'))
        ada.presses("Activate")
        assert "languages: en, de (1 text missing)" in ada.presses("Activate")

    def test_servers_that_may_not_be_asked_are_named(self, ada: Hand) -> None:
        asks = 'actions = [{ do = "http", url = "https://api.example.com/", else = "hours" }]'
        ada.sends("flow.toml", TEXT.replace('actions = [{ do = "wait", hours = 1, to = "hours" }]', asks))
        ada.presses("Activate")
        assert "calls there fail: api.example.com" in ada.presses("Activate")

    def test_a_place_and_a_poll_are_shown_with_what_is_in_them(self, ada: Hand) -> None:
        more = 'say = [{ location = [48.2, 16.4] }, { poll = "When?", options = ["Now", "Later"] }, "Hello."]'
        ada.sends("flow.toml", TEXT.replace('say = "Hello."', more))
        seen = ada.presses("Play")
        assert "location\n48.2, 16.4" in seen and "poll\nWhen?\n○ Now\n○ Later" in seen

    def test_a_flow_that_was_only_sent_can_be_played(self, ada: Hand) -> None:
        ada.sends("flow.toml", SHORTER)
        assert "Good day." in ada.presses("Play")

    def test_the_largest_block_fits_on_the_screen(self, db: Session, ada: Hand) -> None:
        furnish_flow(db)
        play_largest(db, ADA)
        ada.presses(ShowFlowPlay())
        assert ada.screen is not None
        check_screen(ada.screen, Role.OWNER, ShowFlowPlay())

    def test_it_is_over_when_something_else_was_begun(self, ada: Hand) -> None:
        ada.types("/flow play")
        button = ada.button("Hours").press
        assert button is not None
        ada.presses("End preview")
        assert ada.presses(button) == "This preview is over. Start it again under /flow."
        assert "This preview is over." in ada.presses(ShowFlowPlay())
        assert "Hello." in ada.presses("From the start")
