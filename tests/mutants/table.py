"""Mechanisms of docs/trust.md, each with a way to break it and the test that has to fail then."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mechanism broken: `old` stands in `file` once and becomes `new`; `test` fails for it. `row`: of the page."""

    row: str
    file: str
    old: str
    new: str
    test: str


MUTANTS = (
    Mutant(
        "R5",
        "bot/services/inbox.py",
        "new = {row.update_id: row for row in rows if row.update_id not in known}",
        "new = {row.update_id: row for row in rows}",
        "tests/services/test_small_services.py::test_an_update_is_stored_once_however_often_it_comes",
    ),
    Mutant(
        "R6",
        "bot/intake.py",
        'in_order = sorted(updates, key=lambda update: int(update["update_id"]))',
        "in_order = list(updates)",
        "tests/faults/test_updates.py::test_r6_a_shuffled_batch_is_handled_in_the_order_of_its_ids_and_a_gap_holds_nothing_up",
    ),
    Mutant(
        "R9",
        "bot/turns.py",
        "final = waiting.attempts >= TRIES",
        "final = False",
        "tests/edge/test_turns.py::test_a_poisoned_update_is_parked_told_once_and_the_next_goes_on",
    ),
    Mutant(
        "R11",
        "bot/turns.py",
        "asyncio.timeout(self._deadline)",
        "asyncio.timeout(None)",
        "tests/edge/test_turns.py::test_a_handler_that_hangs_is_cut_off_and_frees_its_lane",
    ),
    Mutant(
        "R12",
        "bot/loop_watch.py",
        "if looks >= self._patience:",
        "if looks < 0:",
        "tests/faults/test_watchdogs.py::test_r12_a_loop_that_is_dead_ends_the_process",
    ),
    Mutant(
        "R17",
        "bot/telegram_http.py",
        'raise NotSent(f"Telegram cannot be reached ({type(error).__name__})") from None',
        'raise Lost(f"Telegram cannot be reached ({type(error).__name__})") from None',
        "tests/edge/test_telegram_http.py::test_a_closed_port_means_nothing_was_sent",
    ),
    Mutant(
        "R18",
        "bot/services/outgoing_note.py",
        'if letter.doubt is None and letter.author != "push":',
        "if letter.doubt is None:",
        "tests/edge/test_outbox.py::test_a_push_is_never_repeated",
    ),
    Mutant(
        "R19",
        "bot/limits.py",
        "self._chat(chat_id).close_until(now + seconds)",
        "self._chat(chat_id)",
        "tests/edge/test_limits.py::test_a_chat_that_was_told_to_wait_waits_exactly_so_long_and_others_do_not",
    ),
    Mutant(
        "R20",
        "bot/limits.py",
        "self._bot.close_until(max(until for _, _, until in self._told))",
        "self._bot.close_until(now)",
        "tests/edge/test_limits.py::test_several_chats_told_to_wait_stop_the_whole_bot",
    ),
    Mutant(
        "R26",
        "bot/services/deliveries_carry.py",
        "if attempts else frozenset()",
        "if not attempts else frozenset()",
        "tests/jobs/test_jobs.py",
    ),
    Mutant(
        "R27",
        "bot/receipts.py",
        '"blocked by the user", ',
        "",
        "tests/edge/test_receipts.py::test_each_refusal_has_its_outcome",
    ),
    Mutant(
        "R45",
        "bot/receipts.py",
        '"message is not modified", ',
        "",
        "tests/edge/test_receipts.py::test_each_refusal_has_its_outcome",
    ),
    Mutant(
        "R54",
        "bot/receipts.py",
        ', "topic_not_modified"',
        "",
        "tests/edge/test_receipts.py::test_each_refusal_has_its_outcome",
    ),
    Mutant(
        "R68",
        "bot/services/storable.py",
        'text = text.replace("\\x00", "")',
        "text = str(text)",
        "tests/services/test_variables.py::test_any_text_can_be_stored_and_comes_back_without_nul",
    ),
    Mutant(
        "S1",
        "bot/ui/router.py",
        "    if desk.actor.role < role:\n        return _forbid(desk, role, what, target)\n    try:",
        "    try:",
        "tests/threats/test_authorisation.py::test_s1_every_command_is_refused_to_whoever_lacks_its_role",
    ),
    Mutant(
        "S3",
        "bot/handlers/group.py",
        "message.sender_chat is None",
        "message.chat is not None",
        "tests/threats/test_authorisation.py::test_s3_whoever_writes_as_a_chat_is_nobody",
    ),
    Mutant(
        "S4",
        "bot/handlers/press.py",
        "if query.message is None or query.message.chat.id != query.from_user.id:",
        "if query.message is None:",
        "tests/threats/test_authorisation.py::test_s4_what_is_not_a_private_chat_has_no_screens",
    ),
    Mutant(
        "S5",
        "bot/ui/press.py",
        "return made if pack(made) == data else None",
        "return made",
        "tests/ui/test_press.py",
    ),
    Mutant(
        "S7",
        "bot/services/invitations.py",
        "        _INVITATIONS.c.digest == digest_of(secret),\n        _INVITATIONS.c.used_at.is_(None),\n",
        "        _INVITATIONS.c.digest == digest_of(secret),\n",
        "tests/admin/test_owner.py::test_an_invitation_works_once_and_only_its_digest_is_kept",
    ),
    Mutant(
        "S7",
        "bot/services/invitations.py",
        "        _INVITATIONS.c.expires_at > now,\n",
        "",
        "tests/admin/test_owner.py::test_an_invitation_expires_and_can_be_taken_back",
    ),
    Mutant(
        "S7",
        "bot/services/invitations.py",
        "    if _wrong_ones(db, by.id, now) >= TRIES:\n        return None\n",
        "",
        "tests/admin/test_owner.py::test_guessing_links_ends_after_a_few",
    ),
    Mutant(
        "S8",
        "bot/services/invitations.py",
        "fits = bool(setup.claim) and hmac.compare_digest(digest_of(code), setup.claim)",
        "fits = bool(setup.claim)",
        "tests/admin/test_owner.py::test_the_first_owner_has_the_code_of_the_console",
    ),
    Mutant(
        "S10",
        "bot/services/roles.py",
        '    if user_id == by.id:\n        raise Refusal("refusals.not_oneself")\n',
        "",
        "tests/services/test_roles.py::test_nobody_changes_their_own_rank_or_that_of_somebody_unknown",
    ),
    Mutant(
        "S10",
        "bot/services/roles.py",
        '    if before.role == "owner":\n        raise Refusal("refusals.owner_stays")\n',
        "",
        "tests/services/test_roles.py::test_an_owner_by_the_code_of_the_console_stays_one",
    ),
    Mutant(
        "S14",
        "bot/webhook.py",
        "if not hmac.compare_digest(given.encode(), self._secret.encode()):",
        "if not given:",
        "tests/edge/test_webhook.py::test_without_the_secret_nothing_is_read",
    ),
    Mutant(
        "S15",
        "bot/webhook.py",
        "client_max_size=LARGEST",
        "client_max_size=LARGEST * 99",
        "tests/edge/test_webhook.py::test_a_huge_body_is_refused",
    ),
    Mutant(
        "S15",
        "bot/webhook.py",
        "if not is_update(update):",
        "if update is None:",
        "tests/edge/test_webhook.py::test_what_is_no_update_is_refused",
    ),
    Mutant(
        "S17",
        "bot/logs.py",
        'return TOKEN.sub("[secret]", text)',
        "return text",
        "tests/edge/test_logs.py::test_no_token_and_no_password_in_lines_fields_or_tracebacks",
    ),
    Mutant(
        "S21",
        "bot/ui/html.py",
        'return _COMMAND.sub("/" + _WORD_JOINER, text)',
        "return text",
        "tests/ui/test_html.py::test_a_command_in_a_quote_cannot_be_tapped",
    ),
    Mutant(
        "S21",
        "bot/ui/html.py",
        "return _LINK.sub(_WORD_JOINER, text)",
        "return text",
        "tests/ui/test_html.py::test_nothing_that_a_stranger_wrote_becomes_a_link",
    ),
    Mutant(
        "S28",
        "bot/http_call.py",
        'if not found or not all(is_public(one["host"]) for one in found):',
        'if not found or not any(is_public(one["host"]) for one in found):',
        "tests/edge/test_http_call.py::test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to",
    ),
    Mutant(
        "S28",
        "bot/http_call.py",
        "return ip.is_global and not (ip.is_multicast or ip.is_reserved)",
        "return True",
        "tests/edge/test_http_call.py::test_no_address_inside_is_public",
    ),
    Mutant(
        "S32",
        "bot/services/tables.py",
        'return f"\'{text}" if _FORMULA.match(text) else text',
        "return text",
        "tests/services/test_users_import.py::test_no_text_becomes_a_formula_and_it_comes_back_as_it_was",
    ),
    Mutant(
        "S36",
        "bot/pace.py",
        "            return Pace.TOO_FAST\n",
        "            return Pace.FINE\n",
        "tests/edge/test_pace.py::test_half_a_minutes_worth_may_come_at_once_then_they_are_told_once",
    ),
    Mutant(
        "S42",
        "bot/services/audit_chain.py",
        "if row.digest is None or (previous is not None and row.chain != _link(previous, row.digest)):",
        "if row.digest is None:",
        "tests/services/test_settings.py::test_the_chain_holds_and_shows_where_it_was_cut_or_changed",
    ),
    Mutant(
        "S51",
        "bot/config.py",
        'if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):',
        'if parts.scheme in ("http", "https"):',
        "tests/edge/test_config.py::test_nobody_else_may_see_the_token",
    ),
)
