"""Print the JSON schema of what the console reads and writes over HTTP; `npm run types` turns it into types.

Sockets have theirs from `bangban schema`.
"""

from __future__ import annotations

import json

from pydantic.json_schema import models_json_schema

from bot.editing.schemas import (
    ExamplesAdded,
    FlowChecked,
    FlowCreate,
    FlowList,
    FlowUpdate,
    IntentCreate,
    IntentCreated,
    IntentList,
    IntentUpdate,
    ReplyList,
    ReplyUpdate,
    SentenceCreate,
    SentenceList,
)
from bot.editing.training_schemas import ModelsRead, Parsed, PendingRead, TrainingLog, TrainingPage
from channels.miniprogram.admin import MiniProgramRead, MiniProgramUpdate
from channels.sms.admin import SmsCheck, SmsLog, SmsSecrets, SmsStatus, SmsTest
from channels.tencent.accounts.checks import AccountCheck
from channels.tencent.replies.reply_settings import ReplySettings
from channels.web.appearance import IdentitySecret, LogoRead
from channels.web.codes import PhoneCodeSent
from channels.webhook.admin import (
    PortalCreate,
    PortalDeliveryPage,
    PortalRead,
    PortalShown,
    PortalUpdate,
    Retried,
)
from channels.wechat.admin import OfficialRead, OfficialUpdate
from channels.wechat.menu_endpoints import MenuChange, MenuEdited, MenuRead
from channels.wechat.reminder_endpoints import ReminderRead, ReminderTrial, TrialResult
from channels.wecom.admin import WecomRead, WecomUpdate
from core.audit_endpoints import AuditThing
from core.audit_reading import AuditPage
from core.auth.account_schemas import (
    AccountCreate,
    AccountPage,
    AccountUpdate,
    DepartmentRead,
    DepartmentWrite,
    PasswordShown,
)
from core.auth.http import AccountRead, LoginResponse, PasswordChange
from core.auth.key_schemas import ApiKeyPage, ApiKeyShown, ApiKeyUpdate
from core.conversation.attachments.settings import ExchangeSettings
from core.conversation.inbox_endpoints import InboxCreate, InboxRead, InboxUpdate
from core.conversation.keeping import PersonalSettings
from core.conversation.looking import Reveal
from core.conversation.widget import WidgetSettings
from core.sensitive.endpoints import WordsTrial, WordsTried
from core.sensitive.words import WordsConfig
from core.sms.settings import SmsSettings
from core.webhooks.keys import Rotation
from core.webhooks.trial import CallTrial
from handoff.agents.schemas import AgentRead, GroupRead, GroupWrite, PresenceOptions
from handoff.agents.settings import PresenceSettings
from handoff.businesses import BusinessLines
from handoff.desk.contact_schemas import CitizenRead, ContactChange, ConversationChange
from handoff.desk.routing_trial import RoutingTrial, TrialRead
from handoff.desk.schemas import (
    ConversationContext,
    ConversationPage,
    EarlierPage,
    FoundPage,
    ListChoices,
    MessagePage,
)
from handoff.desk.team.settings import TeamSettings
from handoff.desk.wall.schemas import WallRead
from handoff.desk.wrapping.schemas import WrapUpItem, WrapUpRead
from handoff.hours.endpoints import CalendarRead
from handoff.hours.settings import AdmissionSettings, CalendarSettings, HoursSettings, StatutoryYear
from handoff.hours.texts import TextsSettings
from handoff.left_messages.schemas import (
    LeftMessageCounts,
    LeftMessageDetail,
    LeftMessageInFull,
    LeftMessagePage,
    LeftMessageStepWrite,
    LeftTicketWrite,
    OwnLeftMessage,
)
from handoff.left_messages.settings import LeftMessageSettings
from handoff.queue.settings import QueueSettings
from handoff.ratings.schemas import RatingPage, RatingRead
from handoff.ratings.settings import RatingSettings
from handoff.routing.settings import RoutingSettings
from handoff.rules.book import RulesConfig
from handoff.rules.preview import PreviewRequest, RulesPreview
from handoff.saved_replies.schemas import RepliesImported, SavedReplyList, SavedReplyWrite
from handoff.sla.settings import ClockSettings
from handoff.tickets.assigning.absence_schemas import AbsenceRead, AbsenceWrite
from handoff.tickets.assigning.preview import AssigningPreview, AssigningPreviewRequest
from handoff.tickets.assigning.settings import AssigningSettings
from handoff.tickets.assigning.staff_endpoints import TicketStaff
from handoff.tickets.assigning.trial import AssigningTrial, AssigningTrialRead
from handoff.tickets.citizens.schemas import OwnTicket, OwnTicketDetail, OwnTicketForms
from handoff.tickets.deadlines.recalculating import DeadlineRecalculation
from handoff.tickets.deadlines.settings import DeadlineSettings
from handoff.tickets.deadlines.trial import DeadlineTrial, DeadlineTrialRead
from handoff.tickets.importing.schemas import TicketImport
from handoff.tickets.listing.schemas import (
    BulkResults,
    BulkWrite,
    ExportWrite,
    FilterRead,
    FilterWrite,
    ListQuery,
    TicketChoices,
    TicketCounts,
    TicketRowPage,
)
from handoff.tickets.notices.schemas import NoticePage, NoticesSeen
from handoff.tickets.office.schemas import (
    SentAgain,
    TicketDeliveryPage,
    TicketEndpointRead,
    TicketEndpointShown,
    TicketEndpointWrite,
)
from handoff.tickets.prefill import TicketPrefill
from handoff.tickets.schemas import (
    TicketCreate,
    TicketDetail,
    TicketInFull,
    TicketRead,
    TicketStepWrite,
)
from handoff.tickets.self_service import CitizenTicketSettings
from handoff.tickets.types.schemas import (
    TicketTypeChecked,
    TicketTypeCreate,
    TicketTypeRead,
    TicketTypeVersionRead,
)
from knowledge.articles.endpoints import SearchRead
from knowledge.articles.reads import (
    ArticleCreate,
    ArticlePage,
    ArticleRead,
    AttachmentRead,
    CategoryRead,
    Deleted,
    DiffRead,
    Rendered,
    RenderRequest,
    ReviewPage,
    TagRead,
    VersionCreate,
    VersionUpdate,
)
from knowledge.ingest.schemas import ImportApply, ImportPage, RowChoice, RowDetail, RowPage
from knowledge.learning.schemas import (
    Adopt,
    ClusterPage,
    DayRead,
    DecisionRead,
    HotPage,
    HotPins,
    QuestionPage,
)
from knowledge.retrieval.endpoints import CollisionRead, CollisionsAsked, ExplainRead, ScopeRead

# What routes answer, an area a line.
ANSWERS = [
    AccountRead, LoginResponse, AccountPage, PasswordShown, DepartmentRead, AuditPage, AuditThing,
    WordsConfig, WordsTried, PersonalSettings,
    AgentRead, GroupRead, ConversationContext, ConversationPage, MessagePage, RatingRead, RatingPage, RatingSettings,
    FoundPage, ListChoices, EarlierPage, CitizenRead,
    TicketRead, TicketDetail, TicketInFull, TicketStaff,
    TicketTypeRead, TicketTypeVersionRead, TicketTypeChecked, TicketImport,
    AssigningSettings, AssigningTrialRead, AssigningPreview, AbsenceRead, TicketPrefill,
    TicketRowPage, TicketCounts, TicketChoices, FilterRead, BulkResults,
    DeadlineSettings, DeadlineTrialRead, DeadlineRecalculation, NoticePage,
    OwnTicket, OwnTicketDetail, OwnTicketForms, CitizenTicketSettings,
    OwnLeftMessage, PhoneCodeSent, LeftMessagePage, LeftMessageDetail, LeftMessageCounts, LeftMessageInFull, LeftMessageSettings,
    SavedReplyList, RepliesImported, ExchangeSettings,
    TeamSettings, WallRead, RoutingSettings, TrialRead,
    RulesConfig, RulesPreview, QueueSettings, ClockSettings, ReplySettings, PresenceSettings, PresenceOptions,
    WrapUpItem, WrapUpRead,
    HoursSettings, AdmissionSettings, TextsSettings, CalendarSettings, CalendarRead, StatutoryYear,
    BusinessLines, InboxRead, WidgetSettings, LogoRead, IdentitySecret,
    SmsSettings, SmsStatus, SmsCheck, SmsLog,
    SearchRead, ArticlePage, ArticleRead, ReviewPage, DiffRead, CategoryRead, TagRead, AttachmentRead,
    Deleted, Rendered,
    ExplainRead, ScopeRead, CollisionRead,
    ImportPage, RowPage, RowDetail,
    QuestionPage, DayRead, ClusterPage, DecisionRead, HotPage, MenuRead,
    PortalRead, PortalShown, PortalDeliveryPage, CallTrial, Retried,
    TicketEndpointRead, TicketEndpointShown, TicketDeliveryPage, SentAgain, ApiKeyPage, ApiKeyShown,
    OfficialRead, MiniProgramRead, WecomRead, AccountCheck, MenuEdited, ReminderRead, TrialResult,
    IntentList, IntentCreated, ExamplesAdded, ReplyList, SentenceList, FlowList, FlowChecked,
    TrainingPage, TrainingLog, ModelsRead, PendingRead, Parsed,
]  # fmt: skip
# What they read.
BODIES = [
    AccountCreate, AccountUpdate, DepartmentWrite, PasswordChange, GroupWrite, WordsTrial, Reveal,
    PreviewRequest, RoutingTrial,
    SavedReplyWrite,
    ListQuery, FilterWrite, BulkWrite, ExportWrite,
    DeadlineTrial, NoticesSeen,
    AssigningTrial, AssigningPreviewRequest, AbsenceWrite, LeftTicketWrite,
    TicketCreate, TicketStepWrite, TicketTypeCreate, LeftMessageStepWrite, ContactChange, ConversationChange, InboxCreate, InboxUpdate,
    ArticleCreate, VersionCreate, VersionUpdate, RenderRequest,
    CollisionsAsked, ImportApply, RowChoice,
    Adopt, HotPins, PortalCreate, PortalUpdate, Rotation,
    TicketEndpointWrite, ApiKeyUpdate,
    SmsSecrets, SmsTest,
    OfficialUpdate, MiniProgramUpdate, WecomUpdate, MenuChange, ReminderTrial,
    IntentCreate, IntentUpdate, ReplyUpdate, SentenceCreate, FlowCreate, FlowUpdate,
]  # fmt: skip

_, answers = models_json_schema([(model, "serialization") for model in ANSWERS])
_, bodies = models_json_schema([(model, "validation") for model in BODIES])
print(json.dumps({"answers": answers["$defs"], "bodies": bodies["$defs"]}))
