"""The tables, one file per noun. No queries here: SQL lives in `bot/services/`."""

from models.alarm import Alarm
from models.audit import AuditEntry
from models.base import Base
from models.call import Call
from models.canned_answer import CannedAnswer
from models.delivery import Delivery
from models.desk_topic import DeskPost, DeskTopic, StaffGroup
from models.digest import Digest
from models.draft import Draft
from models.export import Export
from models.farewell import Farewell, Tombstone
from models.filter import Filter
from models.flow_version import FlowVersion
from models.group import Group, GroupRule
from models.inbox import InboxUpdate
from models.invitation import Invitation
from models.list_columns import ListColumns
from models.message import Message
from models.place import Place
from models.planned_message import PlannedMessage
from models.push import Push, PushGroup, PushHalt, PushMember
from models.push_content import PushClick, PushContent, PushSweep, TopicLeft
from models.push_run import PushRun, PushSelection
from models.request import Request
from models.setting import Setting
from models.tag import UserTag
from models.upload import Upload
from models.user import User
from models.variable import UserVariable, Variable
from models.wait import Wait
from models.worker import Worker

__all__ = [
    "Alarm",
    "AuditEntry",
    "Base",
    "Call",
    "CannedAnswer",
    "Delivery",
    "Digest",
    "DeskPost",
    "DeskTopic",
    "Draft",
    "Export",
    "Farewell",
    "Filter",
    "FlowVersion",
    "Group",
    "GroupRule",
    "InboxUpdate",
    "Invitation",
    "ListColumns",
    "Message",
    "Place",
    "PlannedMessage",
    "Push",
    "PushClick",
    "PushContent",
    "PushGroup",
    "PushHalt",
    "PushMember",
    "PushRun",
    "PushSelection",
    "PushSweep",
    "Request",
    "Setting",
    "StaffGroup",
    "Tombstone",
    "TopicLeft",
    "Upload",
    "User",
    "UserTag",
    "UserVariable",
    "Variable",
    "Wait",
    "Worker",
]
