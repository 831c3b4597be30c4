"""Versions of the flow: offering, activating, bringing back; the file on disk; changing a text in place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.flow import FlowError
from bot.flow.effects import Wake
from bot.services import flows, flows_file, flows_people, flows_texts, variables, waits
from bot.services.flows_file import FileState
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from models import AuditEntry, FlowVersion, Push
from tests.clock import NOON
from tests.services.flows_cast import ACTOR, SHORTER, TEXT, first, on_disk, setup_of, stands
from tests.ui.cast import SARA, VERA, VICTOR, sender

SETUP = setup_of()


def refused(error: pytest.ExceptionInfo[Refusal]) -> str:
    return error.value.key


def speaks(db: Session) -> tuple[int | None, str]:
    """The number and the first words of the version that speaks."""
    version = flows.active(db)
    assert version is not None
    return version.number, flows_texts.texts_of(version, "welcome")[0].words


def activate(db: Session, version: FlowVersion, seen: int | None) -> FlowVersion:
    return flows.activate(db, version.id, seen=seen, by=ACTOR, setup=SETUP, now=NOON)


def audited(db: Session) -> list[str]:
    return [entry.action for entry in db.scalars(select(AuditEntry).order_by(AuditEntry.id))]


class TestVersions:
    def test_what_is_offered_does_not_speak_before_it_is_activated(self, db: Session) -> None:
        first(db)
        offered = flows.offer(db, SHORTER, by=ACTOR, setup=SETUP, now=NOON)
        assert speaks(db) == (1, "Hello.")
        assert activate(db, offered, 1).number == 2
        assert speaks(db) == (2, "Good day.")
        assert (offered.activated_at, offered.activated_by) == (NOON, ACTOR.id)
        assert audited(db) == ["flow.activate", "flow.offer", "flow.activate"]

    def test_a_flow_with_problems_is_refused_with_all_of_them_and_their_lines(self, db: Session) -> None:
        first(db)
        broken = SHORTER.replace('to     = "asked"', 'to     = "askd"').replace('"text", retry', '"txt", retry')
        with pytest.raises(Refusal) as error:
            flows.offer(db, broken, by=ACTOR, setup=SETUP, now=NOON)
        assert refused(error) == "flow.unusable"
        problems = str(error.value.values["problems"]).splitlines()
        assert len(problems) >= 2
        assert all(line.startswith("line ") for line in problems)
        assert 'Did you mean "asked"?' in problems[0]
        assert speaks(db) == (1, "Hello.")

    def test_more_problems_than_fit_are_counted(self, db: Session) -> None:
        many = "".join(f'[[keywords]]\nis = ["k{n}"]\nto = "nowhere_at_all_{n}"\n' for n in range(200))
        with pytest.raises(Refusal) as error:
            flows.offer(db, TEXT + many, by=ACTOR, setup=SETUP, now=NOON)
        problems = str(error.value.values["problems"])
        assert len(problems) < 3500
        assert problems.splitlines()[-1].startswith("+ ")

    def test_a_new_offer_replaces_the_one_before_of_the_same_person(self, db: Session) -> None:
        first(db)
        old = flows.offer(db, SHORTER, by=ACTOR, setup=SETUP, now=NOON)
        other = flows.offer(db, SHORTER, by=Actor(302, "Alma", Role.ADMIN), setup=SETUP, now=NOON)
        flows.offer(db, TEXT, by=ACTOR, setup=SETUP, now=NOON)
        with pytest.raises(Refusal):
            flows.get(db, old.id)
        assert flows.get(db, other.id) is other

    def test_what_another_admin_activated_meanwhile_is_not_overruled_unseen(self, db: Session) -> None:
        first(db)
        offered = flows.offer(db, SHORTER, by=ACTOR, setup=SETUP, now=NOON)
        first(db)
        with pytest.raises(Refusal) as error:
            activate(db, offered, 1)
        assert refused(error) == "flow.meanwhile"

    def test_a_version_is_brought_back_under_a_new_number(self, db: Session) -> None:
        old = first(db)
        activate(db, flows.offer(db, SHORTER, by=ACTOR, setup=SETUP, now=NOON), 1)
        back = activate(db, old, 2)
        assert (back.number, back.source, back.digest) == (3, "back", old.digest)
        assert speaks(db) == (3, "Hello.")

    def test_new_variables_are_declared_with_the_version(self, db: Session) -> None:
        first(db)
        text = TEXT.replace("[variables]", '[variables]\npet = { type = "text" }')
        activate(db, flows.offer(db, text, by=ACTOR, setup=SETUP, now=NOON), 1)
        assert "pet" in variables.names(db)

    def test_the_history_is_paged_by_number(self, db: Session) -> None:
        first(db)
        for seen, text in enumerate([SHORTER, TEXT, SHORTER], start=1):
            activate(db, flows.offer(db, text, by=ACTOR, setup=SETUP, now=NOON), seen)
        page = flows.history(db, size=3)
        assert ([version.number for version in page.versions], page.older) == ([4, 3, 2], True)
        page = flows.history(db, before=2, size=3)
        assert ([version.number for version in page.versions], page.older) == ([1], False)

    def test_only_admins_offer_activate_drop_and_edit(self, db: Session) -> None:
        version = first(db)
        staff = Actor(SARA, "Sara", Role.STAFF)
        with pytest.raises(Refusal):
            flows.offer(db, SHORTER, by=staff, setup=SETUP, now=NOON)
        with pytest.raises(Refusal):
            flows.activate(db, version.id, seen=1, by=staff, setup=SETUP, now=NOON)
        with pytest.raises(Refusal):
            flows.drop(db, version.id, by=staff, now=NOON)
        with pytest.raises(Refusal):
            flows_texts.edit(db, "welcome", 0, expected="Hello.", words="x", by=staff, setup=SETUP, now=NOON)

    def test_an_offer_is_dropped_and_a_version_that_has_spoken_is_not(self, db: Session) -> None:
        version = first(db)
        offered = flows.offer(db, SHORTER, by=ACTOR, setup=SETUP, now=NOON)
        assert flows.drop(db, offered.id, by=ACTOR, now=NOON)
        assert not flows.drop(db, offered.id, by=ACTOR, now=NOON)
        assert not flows.drop(db, version.id, by=ACTOR, now=NOON)
        assert speaks(db) == (1, "Hello.")


class TestFile:
    def test_the_first_start_takes_the_file(self, db: Session, tmp_path: Path) -> None:
        flow = flows_file.at_start(db, on_disk(tmp_path), now=NOON)
        assert (flow.path, flow.folder) == (tmp_path / "flow.toml", tmp_path)
        assert speaks(db) == (1, "Hello.")
        assert "city" in variables.names(db)

    def test_what_was_activated_in_the_chat_survives_a_start(self, db: Session, tmp_path: Path) -> None:
        path = on_disk(tmp_path)
        flows_file.at_start(db, path, now=NOON)
        activate(db, flows.offer(db, SHORTER, by=ACTOR, setup=SETUP, now=NOON), 1)
        flow = flows_file.at_start(db, path, now=NOON)
        assert (set(flow.blocks), flow.path) == ({"welcome", "asked"}, path)
        assert speaks(db) == (2, "Good day.")

    def test_a_file_that_was_changed_since_is_taken_at_start(self, db: Session, tmp_path: Path) -> None:
        flows_file.at_start(db, on_disk(tmp_path), now=NOON)
        activate(db, flows.offer(db, SHORTER, by=ACTOR, setup=SETUP, now=NOON), 1)
        path = on_disk(tmp_path, TEXT.replace("Hello.", "Servus."))
        assert flows_file.state(db, setup_of(path)) is FileState.CHANGED
        flows_file.at_start(db, path, now=NOON)
        assert speaks(db) == (3, "Servus.")
        assert flows_file.state(db, setup_of(path)) is FileState.SEEN

    def test_a_broken_or_missing_file_never_replaces_a_good_version(self, db: Session, tmp_path: Path) -> None:
        flows_file.at_start(db, on_disk(tmp_path), now=NOON)
        path = on_disk(tmp_path, "start = 1")
        assert set(flows_file.at_start(db, path, now=NOON).blocks) == {"welcome", "hours", "asked"}
        assert flows_file.state(db, setup_of(path)) is FileState.BROKEN
        path.unlink()
        assert set(flows_file.at_start(db, path, now=NOON).blocks) == {"welcome", "hours", "asked"}

    def test_the_very_first_start_needs_a_good_file(self, db: Session, tmp_path: Path) -> None:
        with pytest.raises(FlowError):
            flows_file.at_start(db, on_disk(tmp_path, "start = 1"), now=NOON)

    def test_reload_takes_a_changed_file_and_says_no_to_the_same_or_a_broken_one(
        self, db: Session, tmp_path: Path
    ) -> None:
        path = on_disk(tmp_path)
        flows_file.at_start(db, path, now=NOON)
        setup = setup_of(path)
        with pytest.raises(Refusal) as error:
            flows_file.reload(db, by=ACTOR, setup=setup, now=NOON)
        assert refused(error) == "flow.file_seen_already"
        on_disk(tmp_path, "start = 1")
        with pytest.raises(Refusal) as error:
            flows_file.reload(db, by=ACTOR, setup=setup, now=NOON)
        assert refused(error) == "flow.unusable"
        on_disk(tmp_path, SHORTER)
        assert flows_file.reload(db, by=ACTOR, setup=setup, now=NOON).number == 2
        with pytest.raises(Refusal) as error:
            flows_file.reload(db, by=ACTOR, setup=setup_of(), now=NOON)
        assert refused(error) == "flow.no_file"

    def test_pictures_that_are_gone_stop_an_activation_but_not_a_start(self, db: Session, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_bytes(b"x")
        text = TEXT.replace('say = "Hello." # greeting', 'say = ["Hello.", { photo = "a.png" }]')
        path = on_disk(tmp_path, text)
        flows_file.at_start(db, path, now=NOON)
        (tmp_path / "a.png").unlink()
        version = flows.active(db)
        assert version is not None
        with pytest.raises(Refusal) as error:
            flows.activate(db, version.id, seen=1, by=ACTOR, setup=setup_of(path), now=NOON)
        assert "a.png" in str(error.value.values["problems"])
        assert "welcome" in flows_file.at_start(db, path, now=NOON).blocks


class TestEditing:
    def edit(self, db: Session, block: str, place: int, expected: str, words: str) -> str:
        version = flows_texts.edit(db, block, place, expected=expected, words=words, by=ACTOR, setup=SETUP, now=NOON)
        return version.text

    def test_every_text_of_a_block_is_found(self, db: Session) -> None:
        version = first(db)
        assert [(one.language, one.words) for one in flows_texts.texts_of(version, "hours")] == [
            ("", "9 to 18."),
            ("en", "Sundays closed."),
            ("de", "Sonntags geschlossen."),
        ]
        assert [one.words for one in flows_texts.texts_of(version, "welcome")] == ["Hello.", "A city, please."]

    @pytest.mark.parametrize(
        ("block", "place", "before", "after"),
        [
            ("welcome", 0, "Hello.", "Good day."),
            ("welcome", 1, "A city, please.", "Which city?"),
            ("hours", 0, "9 to 18.", "8 to 17."),
            ("hours", 2, "Sonntags geschlossen.", "Sonntags zu."),
        ],
    )
    def test_nothing_else_of_the_file_changes(
        self, db: Session, block: str, place: int, before: str, after: str
    ) -> None:
        first(db)
        assert self.edit(db, block, place, before, after) == TEXT.replace(before, after)
        assert audited(db)[-1] == "flow.edit"

    def test_several_lines_quotes_and_backslashes_come_back_as_they_were_written(self, db: Session) -> None:
        first(db)
        words = 'One\n"two" \\three\\ """four"""'
        self.edit(db, "welcome", 0, "Hello.", words)
        assert speaks(db) == (2, words)

    def test_a_block_in_an_inline_table_is_changed_too(self) -> None:
        text = 'blocks = { a = { say = "A" } } # comment\n'
        assert flows_texts.rewritten(text, ("blocks", "a", "say"), "B") == text.replace('"A"', '"B"')

    def test_a_text_that_somebody_else_changed_meanwhile_is_not_overwritten(self, db: Session) -> None:
        first(db)
        self.edit(db, "welcome", 0, "Hello.", "Good day.")
        with pytest.raises(Refusal) as error:
            self.edit(db, "welcome", 0, "Hello.", "Servus.")
        assert refused(error) == "flow.text_changed"

    @pytest.mark.parametrize("words", ["<b>open", "{citty}", "{", "x" * 4097])
    def test_a_text_that_breaks_the_flow_is_refused_with_its_line(self, db: Session, words: str) -> None:
        first(db)
        with pytest.raises(Refusal) as error:
            self.edit(db, "welcome", 0, "Hello.", words)
        assert refused(error) == "flow.unusable"
        assert "line 10" in str(error.value.values["problems"])
        assert speaks(db) == (1, "Hello.")

    def test_the_same_text_and_an_unknown_block_are_refused(self, db: Session) -> None:
        first(db)
        with pytest.raises(Refusal) as error:
            self.edit(db, "welcome", 0, "Hello.", " Hello. ")
        assert refused(error) == "flow.same_text"
        with pytest.raises(Refusal) as error:
            self.edit(db, "nowhere", 0, "", "x")
        assert refused(error) == "flow.no_block"


class TestPeople:
    def test_who_stands_where_is_counted(self, db: Session) -> None:
        stands(db, sender(VERA), "hours")
        stands(db, sender(VICTOR), "hours")
        assert flows_people.people_at(db) == {"hours": 2}

    def test_whom_a_new_version_leaves_behind(self, db: Session) -> None:
        stands(db, sender(VERA), "hours")
        stands(db, sender(VICTOR), "welcome")
        for title, start in (("Spring", "hours"), ("Autumn", "welcome")):
            db.add(Push(title=title, folded=title.lower(), start=start, created_at=NOON))
        db.flush()
        old, new = SETUP.flow, flows.checked(SHORTER, SETUP)
        left = flows_people.stranded(db, old, new)
        assert (left.people, left.waits, left.pushes) == (1, 0, ("Spring",))

    def test_waits_that_lead_to_a_vanishing_block_are_counted(self, db: Session) -> None:
        stands(db, sender(VERA), "asked")
        waits.begin(db, VERA, [Wake(NOON + timedelta(hours=1), "hours")])
        assert flows_people.stranded(db, SETUP.flow, flows.checked(SHORTER, SETUP)).waits == 1
