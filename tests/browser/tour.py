"""The walk through the screens whose pictures stand in the documentation: what is typed and pressed, in order."""

from __future__ import annotations

from tests.browser.camera import Camera

VERA, SARA, ADA = 101, 201, 301
DESK = -1_001_700_000_001


async def walk(camera: Camera) -> None:
    """All of it. Vera is a visitor, Sara is staff, Ada is the owner."""
    for part in (visits, asks, answers, people, groups, pushes, flow, figures, house, own, topics):
        await part(camera)


async def visits(camera: Camera) -> None:
    """What everybody sees: a block with buttons, a picture, an input that is checked."""
    await camera.sits(VERA)
    await camera.page.click(f"#phone-{VERA} .big", "Start")
    await camera.sees("Hello Vera")
    await camera.shot("visitor-start", 2)
    await camera.presses("Opening hours", "The entrance")
    await camera.shot("visitor-picture", 2)
    await camera.presses("Back", "Hello Vera")
    await camera.presses("Library card", "Which name")
    await camera.types("Vera Novak", "How old are you")
    await camera.types("old enough", "in years, from 0 to 120")
    await camera.shot("visitor-input", 4)
    await camera.types("34", "in which city")
    await camera.types("Vienna", "share your number")
    await camera.types("No, thank you", "Hello Vera")


async def asks(camera: Camera) -> None:
    """The support loop from the question to the one who takes it."""
    await camera.types("person", "What would you like to know")
    await camera.types("Do you have Kafka in Czech?", "Someone will answer")
    await camera.shot("visitor-asks", 3)
    await camera.sits(SARA)
    await camera.sees("Support request")
    await camera.shot("support-alert")
    await camera.presses("Take", "taken by")
    await camera.types("/requests", "1 open")
    await camera.shot("support-queue")


async def answers(camera: Camera) -> None:
    """Canned answers, reading, answering, handing back."""
    await camera.types("/canned add hours We are open from 9 to 18, {first_name|dear visitor}.", "hours")
    await camera.shot("support-canned")
    await camera.types("/conversation 101", "Kafka")
    await camera.shot("support-conversation")
    await camera.presses("Reply", "Write your answer")
    await camera.shot("support-reply")
    await camera.types("Third shelf on the left.", "Third shelf")
    await camera.types("/user 101", "Bot: off")
    await camera.shot("support-user")
    await camera.presses("Switch the bot on", "Bot: on")
    await camera.sits(VERA)
    await camera.sees("I am back")
    await camera.shot("visitor-back", 3)


async def people(camera: Camera) -> None:
    """Home, the list, a rule, a card and what lies behind it."""
    await camera.sits(ADA)
    await camera.types("/admin", "Front desk")
    await camera.shot("home", 2)
    await camera.types("/users", "users")
    await camera.shot("users")
    await camera.types("/users city = Vienna and age >= 18", "Last active first")
    await camera.shot("users-rule", 2)
    await camera.presses("Export", "The file comes into this chat")
    await camera.shot("users-export")
    await camera.types("/users citty = Vienna", "Did you mean city?")
    await camera.shot("users-mistake", 2)
    await camera.types("/user 101", "Tags: member")
    await camera.shot("user")
    await camera.presses("Variables (5)", "Library cards")
    await camera.shot("user-variables")
    await camera.presses("‹ Back", "Tags: member")
    await camera.presses("More …", "Move to block")
    await camera.shot("user-more")


async def groups(camera: Camera) -> None:
    """A group by a typed line, and by buttons."""
    await camera.types('/groups new "Adults in Vienna" all city = Vienna; age >= 18', "Among them")
    await camera.shot("group", 2)
    await camera.types('/groups new "Readers" any tag = reader', "Readers")
    await camera.types("/groups", "2 groups")
    await camera.shot("groups")
    await camera.types("/groups show Readers", "Readers")
    await camera.presses("Add a rule", "Rule for")
    await camera.shot("group-rule")


async def pushes(camera: Camera) -> None:
    """From a push that is saved to its report."""
    await camera.types('/push new "Reading week" to "Adults in Vienna" start reading_week', "Adults in Vienna")
    await camera.shot("push", 2)
    await camera.presses("Send", "Who gets it?")
    await camera.shot("push-recipients")
    await camera.presses("All", "When shall it go out?")
    await camera.shot("push-time")
    await camera.presses("Now", "Send “Reading week” to")
    await camera.shot("push-review")
    await camera.types(
        '/push new "Sale" to everyone text Dear {first_name|reader}, the book sale begins on Friday.', "Sale"
    )
    await camera.types("/push", "3 pushes")
    await camera.shot("pushes")
    await camera.types("/push Autumn readings", "reached 38")
    await camera.presses("History", "reached 38 · 40")
    await camera.presses("1", "blocked")
    await camera.shot("push-sent")
    await camera.presses("Report", "bot was blocked by the user")
    await camera.shot("push-report")


async def flow(camera: Camera) -> None:
    """The conversation as a picture and as a list."""
    await camera.types("/flow", "Version")
    await camera.shot("flow")
    await camera.presses("Picture", "As of")
    await camera.shot("flow-picture")
    await camera.types("/flow play welcome", "Preview")
    await camera.shot("flow-play")


async def figures(camera: Camera) -> None:
    """The figures of a month."""
    await camera.types("/stats 30d", "The last 30 days")
    await camera.shot("stats")


async def house(camera: Camera) -> None:
    """What runs the house."""
    await camera.types("/staff", "support messages on")
    await camera.shot("staff")
    await camera.presses("Invitations", "No link is open")
    await camera.presses("Invite staff", "Send this link to one person")
    await camera.shot("invitations")
    await camera.types("/settings", "Time zone")
    await camera.shot("settings")
    await camera.presses("Maintenance", "Write what users read meanwhile")
    await camera.shot("settings-maintenance")
    await camera.types("/cancel", "Cancelled")
    await camera.types("/audit", "Times in")
    await camera.shot("audit")


async def own(camera: Camera) -> None:
    """What everybody may ask for themselves."""
    await camera.sits(VERA)
    await camera.types("/help", "What you can type")
    await camera.shot("help")
    await camera.types("/forget", "Delete everything about you?")
    await camera.shot("forget")


async def topics(camera: Camera) -> None:
    """The same request as a topic of the staff group."""
    await camera.sits(ADA)
    await camera.types(f"/settings support_group {DESK}", "Staff group")
    await camera.sits(VERA)
    await camera.types("person", "What would you like to know")
    await camera.types("May I bring my dog?", "Someone will answer")
    await camera.sits(DESK)
    await camera.page.wait_for_text(f"#phone-{DESK} .topic", "Waiting")
    await camera.page.click(f"#phone-{DESK} .topic:nth-child(2)")
    await camera.sees("May I bring my dog?")
    await camera.shot("support-topic")
