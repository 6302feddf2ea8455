// Made by `npm run types` from the server's schemas. Do not edit.
export type Role = "agent" | "handler" | "editor" | "supervisor" | "admin" | "program";
/**
 * Whose conversations somebody may see. What each means in queries: handoff/desk/access.py.
 */
export type Scope = "own" | "group" | "all";
/**
 * Whose conversations somebody may see. What each means in queries: handoff/desk/access.py.
 */
export type Scope1 = "own" | "group" | "all";
export type Unit = "minutes" | "days" | "workdays";
export type TicketStatus = "new" | "open" | "pending" | "resolved" | "closed" | "withdrawn";
export type TicketStep =
  | "classify"
  | "revise"
  | "assign"
  | "accept"
  | "return"
  | "comment"
  | "reply"
  | "ask"
  | "resume"
  | "submit"
  | "approve"
  | "send_back"
  | "resolve"
  | "tell"
  | "follow_up"
  | "rate"
  | "close"
  | "reopen"
  | "withdraw"
  | "urge"
  | "remark"
  | "merge"
  | "take_in"
  | "link"
  | "unlink"
  | "escalate"
  | "reschedule";
export type ConversationStatus = "bot" | "queued" | "assigned" | "closed";
export type LeftStatus = "new" | "claimed" | "answered" | "handled";
export type LeftStep =
  "leave" | "claim" | "give_back" | "answer" | "follow_up" | "handle" | "file" | "ask_again";

/**
 * `account_id` null: one's own. `hand_over`: what is under way goes to the substitute when it begins.
 */
export interface AbsenceWrite {
  account_id?: string | null;
  substitute_id?: string | null;
  from_at: string;
  until_at: string;
  hand_over?: boolean;
  note?: string;
}
export interface AccountCreate {
  login: string;
  name: string;
  role: Role;
  scope?: Scope | null;
  department_id?: string | null;
}
/**
 * What is left out stays; `scope` null gives back what the role has.
 */
export interface AccountUpdate {
  name?: string;
  role?: Role | null;
  scope?: Scope | null;
  department_id?: string | null;
}
export interface Adopt {
  article_id: string;
  /**
   * @minItems 1
   * @maxItems 50
   */
  wordings: string[];
}
/**
 * Points from this age on, counted by the year of birth.
 */
export interface AgePoints {
  from_age: number;
  points: number;
}
/**
 * Words for an answer; `{number}`, `{name}` and `{title}` are filled in.
 */
export interface AnswerTemplate {
  name: string;
  text: string;
}
/**
 * The whole of a key's settings.
 *
 * `sees`: own: what it has filed, or what was put in its hands; group: the tickets of `department_ids` and those below
 * them; all. `types`: of these types alone; empty: of all. `may_handle`: file tickets and take steps, else read only.
 */
export interface ApiKeyUpdate {
  name: string;
  sees?: Scope1;
  may_handle?: boolean;
  /**
   * @maxItems 100
   */
  department_ids?: string[];
  /**
   * @maxItems 100
   */
  types?: string[];
  per_minute?: number;
  expires_at?: string | null;
}
/**
 * A page of a mini-program, which must be linked with the official account. `url`: for WeChats too old for it.
 */
export interface AppPage {
  app_id: string;
  page: string;
  url: string;
}
/**
 * The texts and limits of one version. `next` holds keys of other articles, `attachments` ids.
 *
 * `variants`: what a channel shows in place of the answer, as plain text.
 */
export interface ArticleContent {
  question: string;
  /**
   * @maxItems 200
   */
  similar?: string[];
  answer_md: string;
  /**
   * @maxItems 20
   */
  citations?: Source[];
  business?: string;
  region?: string;
  audience?: "public" | "internal";
  effective_from?: string | null;
  effective_to?: string | null;
  /**
   * @maxItems 10
   */
  next?: string[];
  /**
   * @maxItems 20
   */
  tags?: string[];
  variants?: {
    [k: string]: string;
  };
  /**
   * @maxItems 10
   */
  attachments?: string[];
}
/**
 * A citation that names its document; its link, if it has one, can be opened.
 */
export interface Source {
  document: string;
  number?: string;
  clause?: string;
  link?: string;
}
export interface ArticleCreate {
  content: ArticleContent;
  category_id?: string | null;
}
/**
 * The edited rules, and of how many days the tickets are taken.
 */
export interface AssigningPreviewRequest {
  settings: AssigningSettings;
  days?: number;
}
/**
 * Shipped: no rules, everything goes to whoever may dispatch.
 *
 * `dispatcher`: gets what no rule fits and what is given back; None: everybody who may dispatch sees it.
 * `strategy`: how one of a department is chosen where no rule says so: a flow or a dispatcher named the department.
 */
export interface AssigningSettings {
  /**
   * @maxItems 200
   */
  rules: AssigningRule[];
  dispatcher: string | null;
  strategy: "anybody" | "least_loaded" | "round_robin";
}
/**
 * To `account`, or to `department`, when all conditions hold; an empty list asks nothing. See choice.CONDITIONS.
 */
export interface AssigningRule {
  name: string;
  /**
   * @maxItems 50
   */
  type: string[];
  /**
   * @maxItems 50
   */
  business: string[];
  /**
   * @maxItems 50
   */
  region: string[];
  /**
   * @maxItems 50
   */
  words: string[];
  /**
   * @maxItems 10
   */
  source: ("agent" | "bot" | "citizen" | "left_message" | "api" | "import")[];
  /**
   * @maxItems 4
   */
  priority: ("low" | "normal" | "high" | "urgent")[];
  department: string | null;
  account: string | null;
  strategy: "anybody" | "least_loaded" | "round_robin";
}
/**
 * An example ticket, and the rules to try. `text`: title and description.
 */
export interface AssigningTrial {
  settings: AssigningSettings;
  type: string;
  text?: string;
  business?: string;
  region?: string;
  source?: "agent" | "bot" | "citizen" | "left_message" | "api" | "import";
  priority?: "low" | "normal" | "high" | "urgent";
}
/**
 * The bot is out of order `in_a_row` times; what the knowledge base answered meanwhile breaks the row.
 */
export interface BotDownSettings {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  in_a_row: number;
}
/**
 * `version`: what was looked at; a newer one is refused.
 */
export interface BulkTicket {
  id: string;
  version: number;
}
/**
 * One step with many tickets, each by itself: what is refused of one changes nothing for the others.
 */
export interface BulkWrite {
  step: "assign" | "accept" | "revise" | "close";
  /**
   * @minItems 1
   * @maxItems 100
   */
  tickets: BulkTicket[];
  reason?: string;
  assignee_id?: string | null;
  department_id?: string | null;
  priority?: ("low" | "normal" | "high" | "urgent") | null;
}
/**
 * A business that people see to: what it is called (the articles' category), and intents that mean it.
 *
 * `group_id` and `text` None or empty: those of the rule.
 */
export interface BusinessLine {
  business: string;
  intents: string[];
  group_id: string | null;
  text: string;
}
/**
 * Businesses that go straight to people. `answer_first`: after the bot's answer, not in its place.
 */
export interface BusinessSettings {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  answer_first: boolean;
  lines: BusinessLine[];
}
/**
 * The citizen's own button. Where it does not hold, pressing it is answered with a refusal.
 */
export interface ButtonSettings {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
}
/**
 * Where an answer comes from.
 */
export interface Citation {
  document: string;
  number: string;
  clause: string;
  link: string;
}
/**
 * A draft's wordings. `article_id`: the article it belongs to, which does not collide with itself.
 */
export interface CollisionsAsked {
  question: string;
  /**
   * @maxItems 200
   */
  similar?: string[];
  article_id?: string | null;
  region?: string | null;
}
/**
 * Only what is sent is changed.
 */
export interface ContactChange {
  name?: string | null;
  region?: string | null;
  customer_group?: string | null;
  tags?: string[] | null;
  birth_year?: number | null;
}
/**
 * `business`: what it is about; null: not known.
 */
export interface ConversationChange {
  business?: string | null;
}
/**
 * Who is to be served by people: by customer group or tag, at the first message or once he wants a person.
 *
 * With `when` "wish" another rule has noticed the wish; this one decides who gets it.
 */
export interface CustomerSettings {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  when: "first_message" | "wish";
  groups: string[];
  tags: string[];
}
/**
 * Who is told: who has the ticket, who leads its department, those who dispatch, and people by name.
 */
export interface DeadlineAudience {
  assignee: boolean;
  leader: boolean;
  supervisors: boolean;
  /**
   * @maxItems 50
   */
  account_ids: string[];
}
/**
 * Once it is so late (`after` None: at once), these people are told as well.
 */
export interface DeadlineEscalation {
  after: DeadlineSpan | null;
  to: DeadlineAudience;
}
/**
 * So much time: minutes of duty hours, days of the calendar, or workdays.
 */
export interface DeadlineSpan {
  amount: number;
  unit: Unit;
}
/**
 * Holds for the tickets of its types and priorities (empty: all). The first policy that fits a ticket counts.
 *
 * `given`: the ticket's own field (a date) in which whoever transferred it says by when; where it is filled in, the
 * ticket is to be settled by then, whatever `resolve` says, and no pause moves it. `before`: reminders ahead of
 * each deadline; `again`: how often it is said anew when it is missed, `again_most` times at most.
 */
export interface DeadlinePolicy {
  id: string;
  name: string;
  /**
   * @maxItems 50
   */
  types: string[];
  /**
   * @maxItems 4
   */
  priorities: ("low" | "normal" | "high" | "urgent")[];
  accept: DeadlineSpan | null;
  answer: DeadlineSpan | null;
  resolve: DeadlineSpan | null;
  schedule: string;
  pause_while_pending: boolean;
  given: string | null;
  /**
   * @maxItems 5
   */
  before: DeadlineSpan[];
  again: DeadlineSpan | null;
  again_most: number;
  /**
   * @maxItems 10
   */
  escalations: DeadlineEscalation[];
}
/**
 * The policies in their order, and how days are counted (handoff/sla/spans.py Counting).
 */
export interface DeadlineSettings {
  /**
   * @maxItems 100
   */
  policies: DeadlinePolicy[];
  first_day_counts: boolean;
  move_off_days: boolean;
  until: "closing" | "midnight";
}
/**
 * A ticket that might be. `settings` missing: those that are saved.
 */
export interface DeadlineTrial {
  type: string;
  priority?: "low" | "normal" | "high" | "urgent";
  filed_at: string;
  given?: string | null;
  /**
   * @maxItems 10
   */
  pauses?: DeadlineTrialPause[];
  settings?: DeadlineSettings | null;
}
/**
 * The citizen was waited for. `until` missing: he still is.
 */
export interface DeadlineTrialPause {
  since: string;
  until?: string | null;
}
/**
 * `leader_id`: who reviews what its people answer to tickets; null: nobody.
 */
export interface DepartmentWrite {
  name: string;
  parent_id?: string | null;
  leader_id?: string | null;
}
/**
 * `phones`: in full, for those who may see them; `reason`: why, where that is asked for.
 */
export interface ExportWrite {
  query: ListQuery;
  phones?: boolean;
  reason?: string;
}
/**
 * A list (`view`), its filters and its order, as sent with a request and as saved. Empty values do not filter.
 *
 * Times: since is in, until is out. `q`: a whole ticket number, a whole phone number, or words. `reverse`: backwards.
 */
export interface ListQuery {
  view: "all" | "mine" | "department" | "unassigned" | "review" | "due_soon" | "overdue" | "waiting";
  /**
   * @maxItems 30
   */
  type: string[];
  /**
   * @maxItems 6
   */
  status: TicketStatus[];
  /**
   * @maxItems 30
   */
  stage: string[];
  /**
   * @maxItems 30
   */
  department: string[];
  /**
   * @maxItems 30
   */
  assignee: string[];
  /**
   * @maxItems 30
   */
  business: string[];
  /**
   * @maxItems 30
   */
  region: string[];
  /**
   * @maxItems 4
   */
  priority: ("low" | "normal" | "high" | "urgent")[];
  /**
   * @maxItems 30
   */
  source: string[];
  /**
   * @maxItems 30
   */
  channel: string[];
  filed_since: string | null;
  filed_until: string | null;
  due_since: string | null;
  due_until: string | null;
  number: string;
  phone: string;
  name: string;
  q: string;
  conversation_id: string | null;
  contact_id: string | null;
  sort: "filed" | "due" | "updated" | "priority";
  reverse: boolean;
}
/**
 * Whoever served a citizen within the days is waited for, if online and with room.
 */
export interface FamiliarSettings {
  enabled: boolean;
  within_days: number;
  wait_seconds: number;
}
export interface FilterWrite {
  name: string;
  query: ListQuery;
  shared?: boolean;
}
/**
 * `stages[0]` is where a ticket begins.
 */
export interface Flow {
  /**
   * @minItems 1
   * @maxItems 20
   */
  stages: Stage[];
}
/**
 * One stage of a flow. `next`: the keys of the stages that may follow, the usual one first, or `end`.
 *
 * dispatch: somebody decides whose it is; handle: it is worked on, and the answer written; review: the answer is
 * approved, or sent back to the stage that wrote it.
 */
export interface Stage {
  key: string;
  name: string;
  kind: "dispatch" | "handle" | "review";
  who: Who;
  /**
   * @minItems 1
   * @maxItems 8
   */
  next: string[];
}
/**
 * Who may do a stage.
 *
 * assigned: the ticket's person, or anybody of its department while it has none; dispatchers: those who may
 * dispatch; leader: who leads the ticket's department; department, persons, role: those named.
 */
export interface Who {
  kind: "assigned" | "dispatchers" | "leader" | "department" | "persons" | "role";
  department_id: string | null;
  account_ids: string[];
  role: ("supervisor" | "admin") | null;
}
/**
 * `also`: other words in which a citizen may choose it.
 */
export interface FlowChoice {
  label: string;
  /**
   * @maxItems 10
   */
  also: string[];
  to: ToNode | ToText | ToQuestion | ToTask | ToPerson;
}
/**
 * Goes on with another node.
 */
export interface ToNode {
  kind: "node";
  node: string;
}
/**
 * Says a last text.
 */
export interface ToText {
  kind: "end";
  text: string;
}
/**
 * Answers a question from the knowledge base.
 */
export interface ToQuestion {
  kind: "question";
  text: string;
}
/**
 * Opens a task, named by its intent.
 */
export interface ToTask {
  kind: "task";
  task: string;
}
/**
 * Hands the conversation over to people.
 */
export interface ToPerson {
  kind: "person";
}
/**
 * Begins at the first node.
 */
export interface FlowContent {
  /**
   * @maxItems 20
   */
  nodes: FlowNode[];
}
export interface FlowNode {
  id: string;
  text: string;
  /**
   * @maxItems 8
   */
  choices: FlowChoice[];
}
export interface FlowCreate {
  title: string;
  content?: FlowContent1;
}
/**
 * Begins at the first node.
 */
export interface FlowContent1 {
  /**
   * @maxItems 20
   */
  nodes: FlowNode[];
}
/**
 * An active flow is only saved without problems.
 */
export interface FlowUpdate {
  edit: number;
  title: string;
  content: FlowContent;
  active: boolean;
}
/**
 * The first bubble: a text and what can be chosen at once.
 */
export interface Greeting {
  text: string;
  /**
   * @maxItems 12
   */
  choices: string[];
}
export interface GroupWrite {
  name: string;
  /**
   * @maxItems 50
   */
  categories?: string[];
  /**
   * @maxItems 1000
   */
  members?: string[];
}
/**
 * The bot offered a person and the citizen chose it.
 */
export interface GuidedSettings {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
}
/**
 * The pinned articles' keys in their order. `inbox` None: for all inboxes without pins of their own.
 *
 * `pins` None (only with an inbox): the inbox takes those of all again.
 */
export interface HotPins {
  inbox?: string | null;
  pins: string[] | null;
  days?: number | null;
  count?: number | null;
}
/**
 * `reviewed`: who applies declares that the texts were reviewed before; audited.
 */
export interface ImportApply {
  publish?: boolean;
  reviewed?: boolean;
  accept_duplicates?: boolean;
}
export interface InboxCreate {
  id: string;
  name: string;
  greeting?: Greeting | null;
}
/**
 * What is left out stays as it is.
 */
export interface InboxUpdate {
  name?: string | null;
  enabled?: boolean | null;
  greeting?: Greeting | null;
}
/**
 * Not active at first. It replies with one of `replies` (chosen at random), or starts the flow.
 */
export interface IntentCreate {
  title: string;
  means: string;
  /**
   * @maxItems 5
   */
  replies?: string[];
  flow_id?: string | null;
  /**
   * @maxItems 200
   */
  examples?: string[];
}
/**
 * All of it; `edit` as read.
 */
export interface IntentUpdate {
  edit: number;
  title: string;
  means: string;
  /**
   * @maxItems 5
   */
  replies?: string[];
  flow_id?: string | null;
  active: boolean;
}
/**
 * Words by which a citizen asks for a person.
 *
 * A verb and a person together are a request: 转一下人工, 找你们客服 (`verbs` with `people`, and
 * `strict_verbs` with `staff`, who are often only talked about). `requests` are whole phrases that
 * fire wherever they stand; `services` name the people and need a wish beside them; `alone` fire
 * only as a whole clause. `other_meanings` are longer phrases that hold a keyword and mean
 * something else. `asked_about` after a person makes it a question about them.
 */
export interface KeywordSettings {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  strict_verbs: string[];
  verbs: string[];
  people: string[];
  staff: string[];
  requests: string[];
  services: string[];
  alone: string[];
  other_meanings: string[];
  asked_about: string[];
}
/**
 * A step. `version`: what the person has seen; a newer one refuses the step.
 *
 * `text`: the answer, or what was noted. `way`: how an answer goes out.
 */
export interface LeftMessageStepWrite {
  version: number;
  text?: string;
  way?: "sms" | "channel";
}
/**
 * The ticket it goes on as. `title` "": how it begins. `note`: what the desk adds; `business` None: its own.
 */
export interface LeftTicketWrite {
  version: number;
  type: string;
  title?: string;
  note?: string;
  priority?: ("low" | "normal" | "high" | "urgent") | null;
  business?: string | null;
}
/**
 * A button: with items below it, or tapped itself. `hot`: the hot questions are below it.
 */
export interface MenuButton {
  url: string | null;
  say: string | null;
  app: AppPage | null;
  hot: boolean;
  name: string;
  /**
   * @maxItems 5
   */
  items: MenuItem[];
}
/**
 * An item below a button.
 */
export interface MenuItem {
  url: string | null;
  say: string | null;
  app: AppPage | null;
  hot: boolean;
  name: string;
}
/**
 * `menu` null: the menu WeChat shows stays, and we leave it alone from now on.
 */
export interface MenuChange {
  menu: MenuConfig | null;
}
/**
 * The account's menu. Pushing it replaces the one edited in WeChat's console: so there is none by default.
 */
export interface MenuConfig {
  /**
   * @minItems 1
   * @maxItems 3
   */
  buttons: MenuButton[];
}
/**
 * A whole account. What is left out of secrets, texts, page and reminder stays; a reminder of null is none.
 */
export interface MiniProgramUpdate {
  token?: string | null;
  app_secret?: string | null;
  encoding_aes_key?: string | null;
  name: string;
  app_id: string;
  mode?: "plain" | "compatible" | "encrypted";
  format?: "json" | "xml";
  welcome?: string | null;
  hot_questions?: string[] | null;
  page_inbox?: string | null;
  reminder?: SubscribeConfig | null;
}
/**
 * The subscribe message that says that something waits. `page`: of the mini-program, opened by a tap.
 */
export interface SubscribeConfig {
  template_id: string;
  fields: {
    [k: string]: string;
  };
  page: string;
}
/**
 * Which were read; missing: all there are.
 */
export interface NoticesSeen {
  ids?: string[] | null;
}
/**
 * A whole account. Secrets, texts and the menu that are left out stay as they are.
 *
 * A `menu` of null is no menu of ours: the one WeChat has is from then on looked after in WeChat's console.
 */
export interface OfficialUpdate {
  token?: string | null;
  app_secret?: string | null;
  encoding_aes_key?: string | null;
  name: string;
  app_id: string;
  mode?: "plain" | "compatible" | "encrypted";
  welcome?: string | null;
  hot_questions?: string[] | null;
  menus?: boolean;
  menu?: MenuConfig | null;
  page_inbox?: string | null;
  page_login?: boolean | null;
}
/**
 * `to_group` null: anybody. `text`: what the citizen is told; empty: nothing.
 */
export interface OverflowStep {
  from_group: string;
  to_group: string | null;
  after_seconds: number;
  text: string;
}
export interface PasswordChange {
  old: string;
  new: string;
}
export interface PortalCreate {
  id: string;
  name: string;
  callback_url?: string;
}
/**
 * What is left out stays as it is.
 */
export interface PortalUpdate {
  name?: string | null;
  callback_url?: string | null;
  enabled?: boolean | null;
}
/**
 * The edited rules, and of how many days the conversations are taken.
 */
export interface PreviewRequest {
  rules: RuleSettings;
  days?: number;
}
/**
 * All rules, in the order in which they are asked (policy.py).
 */
export interface RuleSettings {
  customer_group: CustomerSettings1;
  keyword: KeywordSettings1;
  guided: GuidedSettings1;
  understood: UnderstoodSettings;
  business: BusinessSettings1;
  bot_down: BotDownSettings1;
  unknown: UnknownSettings;
  repeated: RepeatedSettings;
  button: ButtonSettings1;
}
/**
 * Who is to be served by people: by customer group or tag, at the first message or once he wants a person.
 *
 * With `when` "wish" another rule has noticed the wish; this one decides who gets it.
 */
export interface CustomerSettings1 {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  when: "first_message" | "wish";
  groups: string[];
  tags: string[];
}
/**
 * Words by which a citizen asks for a person.
 *
 * A verb and a person together are a request: 转一下人工, 找你们客服 (`verbs` with `people`, and
 * `strict_verbs` with `staff`, who are often only talked about). `requests` are whole phrases that
 * fire wherever they stand; `services` name the people and need a wish beside them; `alone` fire
 * only as a whole clause. `other_meanings` are longer phrases that hold a keyword and mean
 * something else. `asked_about` after a person makes it a question about them.
 */
export interface KeywordSettings1 {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  strict_verbs: string[];
  verbs: string[];
  people: string[];
  staff: string[];
  requests: string[];
  services: string[];
  alone: string[];
  other_meanings: string[];
  asked_about: string[];
}
/**
 * The bot offered a person and the citizen chose it.
 */
export interface GuidedSettings1 {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
}
/**
 * What the bot understood, by its reason. Reasons not listed hand over as well.
 */
export interface UnderstoodSettings {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  reasons: {
    [k: string]: ReasonSettings;
  };
}
/**
 * One thing the bot may understand: whether it hands over, to whom, with which words.
 *
 * `category`: the business it counts as, unless the message names one. `group_id` None: the rule's.
 */
export interface ReasonSettings {
  enabled: boolean;
  category: string | null;
  text: string;
  group_id: string | null;
}
/**
 * Businesses that go straight to people. `answer_first`: after the bot's answer, not in its place.
 */
export interface BusinessSettings1 {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  answer_first: boolean;
  lines: BusinessLine[];
}
/**
 * The bot is out of order `in_a_row` times; what the knowledge base answered meanwhile breaks the row.
 */
export interface BotDownSettings1 {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  in_a_row: number;
}
/**
 * `in_a_row` messages the knowledge base cannot answer, with no answer in between.
 */
export interface UnknownSettings {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  in_a_row: number;
}
/**
 * The same question `times` times within `within_minutes`, by meaning or by the article.
 *
 * `similarity` is the encoder's, -1..1; 0.7 is measured with the built-in one (docs/adr/0011).
 * Questions answered confidently from different articles are different ones however alike they
 * look (男职工/女职工多少岁退休), unless they reach `similarity_across_articles`. Messages
 * shorter than `shortest` characters (是, 好的, amounts typed into a form) are no questions.
 */
export interface RepeatedSettings {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  times: number;
  similarity: number;
  similarity_across_articles: number;
  within_minutes: number;
  shortest: number;
}
/**
 * The citizen's own button. Where it does not hold, pressing it is answered with a refusal.
 */
export interface ButtonSettings1 {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
}
/**
 * `points_per_minute`: what a minute of waiting is worth, so that points never win for ever.
 */
export interface PrioritySettings {
  points_per_minute: number;
  transferred: number;
  customer_groups: {
    [k: string]: number;
  };
  tags: {
    [k: string]: number;
  };
  businesses: {
    [k: string]: number;
  };
  /**
   * @maxItems 10
   */
  ages: AgePoints[];
}
/**
 * Whom to send it to: the openid of somebody who follows the account.
 */
export interface ReminderTrial {
  openid: string;
}
/**
 * Texts of a draft as the editor holds them.
 */
export interface RenderRequest {
  answer_md: string;
  region?: string | null;
  variants?: {
    [k: string]: string;
  };
  /**
   * @maxItems 20
   */
  citations?: Citation[];
  /**
   * @maxItems 10
   */
  attachments?: string[];
}
/**
 * The same question `times` times within `within_minutes`, by meaning or by the article.
 *
 * `similarity` is the encoder's, -1..1; 0.7 is measured with the built-in one (docs/adr/0011).
 * Questions answered confidently from different articles are different ones however alike they
 * look (男职工/女职工多少岁退休), unless they reach `similarity_across_articles`. Messages
 * shorter than `shortest` characters (是, 好的, amounts typed into a form) are no questions.
 */
export interface RepeatedSettings1 {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  times: number;
  similarity: number;
  similarity_across_articles: number;
  within_minutes: number;
  shortest: number;
}
export interface ReplyUpdate {
  edit: number;
  /**
   * @minItems 1
   * @maxItems 5
   */
  variants: string[];
}
export interface Reveal {
  reason?: string;
}
/**
 * How long the present secret stays valid beside the new one.
 */
export interface Rotation {
  keep_hours?: number;
}
/**
 * To `group`, when all conditions hold; an empty list asks nothing. See rules.CONDITIONS.
 *
 * `agent`: waited for first, as a designated one.
 */
export interface RoutingRule {
  name: string;
  group: string;
  agent: string | null;
  /**
   * @maxItems 50
   */
  business: string[];
  /**
   * @maxItems 50
   */
  inbox: string[];
  /**
   * @maxItems 50
   */
  channel: string[];
  /**
   * @maxItems 50
   */
  sub_channel: string[];
  /**
   * @maxItems 50
   */
  region: string[];
  /**
   * @maxItems 50
   */
  tag: string[];
  /**
   * @maxItems 50
   */
  customer_group: string[];
  /**
   * @maxItems 50
   */
  language: string[];
}
/**
 * Shipped: agents pull, the queue goes by time with the old and the handed on a little earlier.
 *
 * `channel_capacity`: most conversations of a channel in one agent's hands; not named: no limit of
 * its own. `wanted_seconds`: how long a designated or asked-for agent is waited for.
 */
export interface RoutingSettings {
  automatic: boolean;
  strategy: "least_loaded" | "round_robin";
  priority: PrioritySettings1;
  /**
   * @maxItems 100
   */
  rules: RoutingRule[];
  /**
   * @maxItems 100
   */
  overflow: OverflowStep[];
  familiar: FamiliarSettings1;
  wanted_seconds: number;
  channel_capacity: {
    [k: string]: number;
  };
  waiting: WaitingSettings;
}
/**
 * `points_per_minute`: what a minute of waiting is worth, so that points never win for ever.
 */
export interface PrioritySettings1 {
  points_per_minute: number;
  transferred: number;
  customer_groups: {
    [k: string]: number;
  };
  tags: {
    [k: string]: number;
  };
  businesses: {
    [k: string]: number;
  };
  /**
   * @maxItems 10
   */
  ages: AgePoints[];
}
/**
 * Whoever served a citizen within the days is waited for, if online and with room.
 */
export interface FamiliarSettings1 {
  enabled: boolean;
  within_days: number;
  wait_seconds: number;
}
/**
 * The bot beside the queue. `lead_in` stands before each of its answers; empty: nothing does.
 *
 * `{ahead}` is how many stand before the citizen; `still_next` is for whom nobody does.
 */
export interface WaitingSettings {
  answer_questions: boolean;
  lead_in: string;
  still_waiting: string;
  still_next: string;
  ask_cancel: string;
}
/**
 * An example citizen, and the settings to try, saved or not.
 */
export interface RoutingTrial {
  settings: RoutingSettings;
  inbox?: string;
  business?: string;
  sub_channel?: string;
  region?: string;
  language?: string;
  customer_group?: string;
  /**
   * @maxItems 20
   */
  tags?: string[];
  birth_year?: number | null;
  transferred?: boolean;
}
/**
 * Rows to take (true), to leave (false), or to treat as their outcome says (null).
 */
export interface RowChoice {
  /**
   * @minItems 1
   * @maxItems 1000
   */
  positions: number[];
  wanted: boolean | null;
}
/**
 * `group_id` exactly with scope group. The order on the page is by `position`, then by title.
 */
export interface SavedReplyWrite {
  scope: "shared" | "group" | "own";
  group_id?: string | null;
  shortcut?: string;
  title: string;
  text: string;
  category?: string;
  position?: number;
}
export interface SentenceCreate {
  text: string;
  intent: string;
}
/**
 * What is left out stays as it is.
 */
export interface SmsSecrets {
  aliyun?: string | null;
  tencent?: string | null;
}
export interface SmsTest {
  phone: string;
  template?: string;
}
/**
 * File a ticket, from a conversation (its contact becomes the ticket's) or without one.
 *
 * `fields`: by the keys of the type's fields. `priority` None: the type's own. `department_id`, `assignee_id`: for
 * who may say so; else the rules decide. `external_id`: what it is called where it comes from; filed
 * again under it, it is refused with the number it has. `file_ids`: uploaded before, or shown in the conversation.
 */
export interface TicketCreate {
  type: string;
  title: string;
  description?: string;
  priority?: ("low" | "normal" | "high" | "urgent") | null;
  business?: string | null;
  region?: string | null;
  fields?: {
    [k: string]: unknown;
  };
  citizen_name?: string;
  citizen_phone?: string;
  conversation_id?: string | null;
  external_id?: string | null;
  department_id?: string | null;
  assignee_id?: string | null;
  /**
   * @maxItems 20
   */
  file_ids?: string[];
}
/**
 * A type as it stands in one version. `prefix`: what its numbers begin with.
 */
export interface TicketDefinition {
  name: string;
  help: string;
  prefix: string;
  /**
   * @maxItems 40
   */
  fields: TicketField[];
  flow: Flow;
  /**
   * @minItems 1
   */
  priorities: ("low" | "normal" | "high" | "urgent")[];
  priority: "low" | "normal" | "high" | "urgent";
  department_ids: string[];
  /**
   * @maxItems 50
   */
  templates: AnswerTemplate[];
  by_citizen: boolean;
  close_after_days: number;
  follow_up: boolean;
}
/**
 * One field. Values: text, number (as a decimal text), date (ISO), choice (one of `choices`), file (ids of
 * attachments), person ({name, phone, id_number?}), address ({text, region?}).
 */
export interface TicketField {
  key: string;
  name: string;
  kind: "text" | "long_text" | "number" | "date" | "choice" | "file" | "person" | "address";
  required: boolean;
  visible: "citizen" | "staff" | "handlers";
  asked: boolean;
  /**
   * @maxItems 100
   */
  choices: string[];
  masked: boolean;
  help: string;
}
/**
 * The whole of an endpoint's settings. Empty `steps`, `types`, `department_ids`: all of them; `file` is a step too.
 * `personal`: what it gets of a citizen.
 */
export interface TicketEndpointWrite {
  name: string;
  url: string;
  active?: boolean;
  /**
   * @maxItems 100
   */
  steps?: (TicketStep | "file")[];
  /**
   * @maxItems 100
   */
  types?: string[];
  /**
   * @maxItems 100
   */
  department_ids?: string[];
  personal?: "none" | "masked" | "full";
}
/**
 * A step. `version` is the version the person has seen; a newer one refuses the step.
 *
 * `reason` says why; it is the note, the question, the words to the citizen or the answer where the step is that.
 * `assignee_id`, `department_id`: for assign. `next_stage`: of those that may follow, for submit, approve (also
 * `end`) and where a stage of dispatching is done; the usual one without. `type`: for classify. `title`, `priority`,
 * `business`, `region`, `citizen_name`, `citizen_phone`, `fields` (an empty value takes one out): for revise; `fields`
 * for classify, submit and resolve as well. `other`: number or id, for merge, link and unlink. `result`: for
 * follow_up. `file_ids`: as in filing; with reply, ask and resolve the citizen gets them.
 */
export interface TicketStepWrite {
  version: number;
  reason?: string;
  assignee_id?: string | null;
  department_id?: string | null;
  next_stage?: string | null;
  type?: string | null;
  title?: string | null;
  priority?: ("low" | "normal" | "high" | "urgent") | null;
  business?: string | null;
  region?: string | null;
  citizen_name?: string | null;
  citizen_phone?: string | null;
  fields?: {
    [k: string]: unknown;
  };
  other?: string | null;
  result?: ("satisfied" | "unsatisfied" | "unreachable") | null;
  /**
   * @maxItems 20
   */
  file_ids?: string[];
}
/**
 * `id` stays for good: programs file under it.
 */
export interface TicketTypeCreate {
  id: string;
  definition: TicketDefinition;
}
/**
 * What the bot understood, by its reason. Reasons not listed hand over as well.
 */
export interface UnderstoodSettings1 {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  reasons: {
    [k: string]: ReasonSettings;
  };
}
/**
 * `in_a_row` messages the knowledge base cannot answer, with no answer in between.
 */
export interface UnknownSettings1 {
  enabled: boolean;
  inboxes: string[];
  hours: "always" | "on_duty" | "off_duty";
  group_id: string | null;
  text: string;
  in_a_row: number;
}
/**
 * `based_on`: the number of the newest version the editor saw.
 */
export interface VersionCreate {
  based_on: number;
  content: ArticleContent;
}
/**
 * `edit`: the draft's counter as the editor saw it.
 */
export interface VersionUpdate {
  edit: number;
  content: ArticleContent;
}
/**
 * The bot beside the queue. `lead_in` stands before each of its answers; empty: nothing does.
 *
 * `{ahead}` is how many stand before the citizen; `still_next` is for whom nobody does.
 */
export interface WaitingSettings1 {
  answer_questions: boolean;
  lead_in: string;
  still_waiting: string;
  still_next: string;
  ask_cancel: string;
}
/**
 * A whole account. Secrets and texts that are left out stay as they are.
 */
export interface WecomUpdate {
  token?: string | null;
  app_secret?: string | null;
  encoding_aes_key?: string | null;
  name: string;
  corp_id: string;
  open_kfid: string;
  welcome?: string | null;
  hot_questions?: string[] | null;
}
/**
 * Who may do a stage.
 *
 * assigned: the ticket's person, or anybody of its department while it has none; dispatchers: those who may
 * dispatch; leader: who leads the ticket's department; department, persons, role: those named.
 */
export interface Who1 {
  kind: "assigned" | "dispatchers" | "leader" | "department" | "persons" | "role";
  department_id: string | null;
  account_ids: string[];
  role: ("supervisor" | "admin") | null;
}
/**
 * `action` is what happens to citizens' messages; agents' are never sent.
 */
export interface WordList {
  name: string;
  /**
   * @maxItems 50000
   */
  words: string[];
  direction: "agent" | "citizen" | "both";
  action: "mask" | "refuse";
  enabled: boolean;
}
/**
 * The lists as a stored document. `refusal` is what a citizen is told whose message is not taken.
 */
export interface WordsConfig {
  /**
   * @maxItems 50
   */
  lists: WordList[];
  refusal: string;
}
/**
 * A text as it would go by these lists, which need not be saved.
 */
export interface WordsTrial {
  config: WordsConfig;
  text: string;
}
/**
 * A line about the conversation's life: who did what. `text` is what people read.
 */
export interface ActivityContent {
  type: "activity";
  kind: string;
  text: string;
  data: {
    [k: string]: unknown;
  };
}
export interface AlertRaised {
  code: string;
  details: {
    [k: string]: unknown;
  };
  message: string;
}
/**
 * An answer from the knowledge base. `score` is the calibrated 0..1; `next` are questions to ask on.
 *
 * `variants`: what a channel shows in place of `text_md`, as plain text.
 */
export interface AnswerContent {
  type: "answer";
  text_md: string;
  article_id: string;
  question: string;
  score: number;
  citations: Citation[];
  next: string[];
  variants: {
    [k: string]: string;
  };
}
/**
 * `helpful`: null takes the verdict back.
 */
export interface AnswerFeedback {
  helpful: boolean | null;
  message_id: string;
}
/**
 * `agent_id`: who asked, answered by the owner; without it an invitation is answered by who was invited.
 */
export interface AnswerJoin {
  accept: boolean;
  agent_id?: string | null;
  conversation_id: string;
}
/**
 * A file as who sends it names it: uploaded before; the rest of FileContent is the server's to fill in.
 */
export interface AttachedFile {
  attachment_id: string;
  type: "image" | "voice" | "video" | "file";
}
export interface Author {
  kind: "visitor" | "bot" | "agent" | "system";
  id: string | null;
  name: string | null;
}
/**
 * One button on opening: what it says and what is asked by pressing it.
 */
export interface BusinessEntry {
  label: string;
  ask: string;
}
export interface Choice {
  label: string;
  value: string;
}
export interface ChoicesContent {
  type: "choices";
  text: string;
  /**
   * @maxItems 12
   */
  choices: Choice[];
  table?: Table | null;
}
/**
 * Short cells in rows; every row has a cell for each column. Channels that show only text make lines of it.
 */
export interface Table {
  caption: string;
  /**
   * @minItems 1
   * @maxItems 8
   */
  columns: string[];
  /**
   * @maxItems 400
   */
  rows: string[][];
}
/**
 * `unread`: what the citizen wrote and no agent has read.
 */
export interface ConversationAssigned {
  agent_id: string;
  conversation: ConversationRead;
  unread: number;
}
/**
 * A conversation as both sides see it; agents get the fields below `handoff` as well.
 *
 * `waiting_since`: since when an agent owes the citizen an answer; `answer_due_at`: by when.
 */
export interface ConversationRead {
  agent_read_seq: number;
  answer_due_at: string | null;
  brief: boolean;
  business: string | null;
  channel: string;
  closed_at: string | null;
  contact_id: string | null;
  contact_name: string | null;
  contact_tags: string[];
  created_at: string;
  epoch: number;
  handoff: {
    [k: string]: unknown;
  } | null;
  id: string;
  inbox_id: string;
  language: string;
  last_seq: number;
  owner_id: string | null;
  owner_name: string | null;
  preview: string;
  status: ConversationStatus;
  sub_channel: string;
  updated_at: string;
  visitor_read_seq: number;
  waiting_since: string | null;
}
export interface ConversationQueued {
  conversation: ConversationRead;
  place: QueuePlace;
  waiting: number;
}
/**
 * Where in the queue: in the order of `order_at`, for anybody or for a group.
 */
export interface QueuePlace {
  category: string | null;
  group_id: string | null;
  order_at: string;
  priority: number;
  queued_at: string;
}
export interface DeclineTransfer {
  conversation_id: string;
  reason?: string;
}
/**
 * How far a message came on a channel that others run (WeChat); our own sockets need none.
 *
 * delivered: the channel has taken it. failed: for good, `reason` says why; it can be tried again. held: the channel
 * lets nothing through now; it goes out when the citizen writes again. `reminded`: that he was told that it waits.
 * unsure: it was handed over and no answer came; it can be sent again, and may then be there twice.
 */
export interface Delivery {
  state: "sending" | "retrying" | "delivered" | "failed" | "held" | "unsure";
  reason: string;
  reminded?: "" | "notice" | "sms";
}
/**
 * For the citizen of the conversation; null takes it back.
 */
export interface DesignateAgent {
  agent_id: string | null;
  conversation_id: string;
}
/**
 * For commands that take nothing.
 */
export interface Empty {}
/**
 * What may be sent in an inbox beside texts, and how large a file may be.
 */
export interface Exchange {
  kinds: ("image" | "voice" | "video" | "file")[];
  max_mb: number;
}
/**
 * `state`: a file that its channel still fetches, or that could not be had, for which `reason` is said.
 */
export interface FileContent {
  type: "image" | "voice" | "video" | "file";
  attachment_id: string;
  url: string;
  name: string;
  size: number;
  media_type: string;
  width?: number | null;
  height?: number | null;
  thumbnail_url?: string | null;
  seconds?: number | null;
  state?: ("pending" | "failed") | null;
  reason?: string | null;
}
export interface FileTicket {
  /**
   * @maxItems 200
   */
  attachment_ids?: string[];
  business?: string | null;
  client_msg_id: string;
  code: string;
  fields?: {
    [k: string]: unknown;
  };
  name: string;
  phone: string;
  text: string;
  type: string;
}
export interface FollowUpLeftMessage {
  id: string;
  text: string;
}
export interface FormContent {
  type: "form";
  data: {
    [k: string]: unknown;
  };
}
/**
 * The citizen's own words, as they stand now. `changeable_until`: afterwards it stays as it is.
 */
export interface GivenRating {
  score: number;
  label: string;
  tags: string[];
  comment: string;
  created_at: string;
  changeable_until: string;
}
/**
 * The questions an inbox offers first have changed.
 */
export interface HotUpdated {
  questions: string[];
}
/**
 * `side_px`, `bottom_px`: the button's distance from the window's edges; on phones at most 16 from the side.
 *
 * `texts_en` are for pages in English.
 */
export interface InboxWidget {
  colour: string;
  logo: string;
  side: "right" | "left";
  side_px: number;
  bottom_px: number;
  texts: WidgetTexts;
  texts_en: WidgetTexts1;
  opening: Opening;
  /**
   * @maxItems 8
   */
  entries: BusinessEntry[];
}
/**
 * `title`: over the window. `bubble`: on the button. `greeting`: one line beside the closed button, to invite.
 *
 * An empty one is the widget's own in the citizen's language; an empty greeting is none.
 */
export interface WidgetTexts {
  title: string;
  bubble: string;
  greeting: string;
}
/**
 * `title`: over the window. `bubble`: on the button. `greeting`: one line beside the closed button, to invite.
 *
 * An empty one is the widget's own in the citizen's language; an empty greeting is none.
 */
export interface WidgetTexts1 {
  title: string;
  bubble: string;
  greeting: string;
}
/**
 * When the window opens by itself: never, at once, or after some seconds. A citizen who closed it is left alone.
 *
 * `pages`: only where the path of the page's address matches one of these, `*` standing for anything; none: on all.
 */
export interface Opening {
  when: "never" | "at_once" | "after";
  seconds: number;
  /**
   * @maxItems 50
   */
  pages: string[];
  on_phones: boolean;
}
export interface InviteToJoin {
  agent_id: string;
  conversation_id: string;
}
export interface LeaveMessage {
  /**
   * @maxItems 200
   */
  attachment_ids?: string[];
  business?: string | null;
  client_msg_id: string;
  code: string;
  name: string;
  phone: string;
  text: string;
}
/**
 * A left message has moved on; whoever shows it asks anew.
 */
export interface LeftMessageUpdated {
  id: string;
  number: string;
  status: "new" | "claimed" | "answered" | "handled";
  version: number;
}
/**
 * `system`: what the degrees are measured by. China's maps, and WeChat, use gcj02, some 500 m off from wgs84.
 */
export interface LocationContent {
  type: "location";
  latitude: number;
  longitude: number;
  label: string;
  system?: "wgs84" | "gcj02";
}
export interface LogOutAgent {
  agent_id: string;
}
export interface MessageRead {
  id: string;
  conversation_id: string;
  seq: number;
  author: Author;
  content:
    | TextContent
    | ChoicesContent
    | AnswerContent
    | FileContent
    | LocationContent
    | FormContent
    | ActivityContent;
  client_msg_id: string | null;
  private: boolean;
  created_at: string;
  citations: Citation[] | null;
  masked?: boolean;
  helpful: boolean | null;
  mentions?: string[];
  delivery?: Delivery | null;
}
/**
 * `voice`: the recording in which it was said, where a channel made the text of it.
 */
export interface TextContent {
  type: "text";
  text: string;
  table?: Table | null;
  voice?: FileContent | null;
}
/**
 * `key`: what opening it gave; "" for one of the window's own.
 */
export interface NameTicket {
  id: string;
  key?: string;
}
export interface OfConversation {
  conversation_id: string;
}
export interface OpenTicket {
  code: string;
  number: string;
  phone: string;
}
/**
 * When the window opens by itself: never, at once, or after some seconds. A citizen who closed it is left alone.
 *
 * `pages`: only where the path of the page's address matches one of these, `*` standing for anything; none: on all.
 */
export interface Opening1 {
  when: "never" | "at_once" | "after";
  seconds: number;
  /**
   * @maxItems 50
   */
  pages: string[];
  on_phones: boolean;
}
/**
 * How many messages the citizen has left, when one was answered last, and what another may be about.
 *
 * `codes`: a code proves the phone; else it is taken as told.
 */
export interface OwnLeftMessages {
  answered_at: string | null;
  businesses: string[];
  codes: boolean;
  count: number;
}
/**
 * How many tickets the citizen has filed in the window's inbox, and what is new about them.
 *
 * `asked`: so many wait for the citizen. `told_at`: when he was asked, told or answered something last.
 */
export interface OwnTickets {
  asked: number;
  count: number;
  told_at: string | null;
}
/**
 * An agent beside the owner: asks to join, is invited to, or has joined.
 */
export interface ParticipantRead {
  agent_id: string;
  at: string;
  name: string;
  state: "asked" | "invited" | "joined";
}
/**
 * `reason`: why busy or at rest; `since`: in this status; `by`: who chose it.
 */
export interface PresenceUpdated {
  active: number;
  agent_id: string;
  by: "agent" | "system" | "supervisor";
  capacity: number;
  reason: string;
  since: string | null;
  status: "online" | "busy" | "rest" | "wrap_up" | "offline";
}
export interface QueueUpdated {
  ahead: number;
  conversation_id: string;
  eta_seconds: number | null;
  position: number;
}
/**
 * `service`: which of the conversation's services by people; without it the last one.
 */
export interface RateConversation {
  comment?: string;
  conversation_id: string;
  score: number;
  service?: string | null;
  /**
   * @maxItems 12
   */
  tags?: string[];
}
export interface RateTicket {
  comment?: string;
  id: string;
  key?: string;
  score: number;
  /**
   * @maxItems 200
   */
  tags?: string[];
}
/**
 * One service by a person (an assignment) and what the citizen thought of it; `ended_at` null: still going on.
 */
export interface RatedService {
  agent_name: string;
  conversation_id: string;
  ended_at: string | null;
  id: string;
  rating: GivenRating | null;
  started_at: string;
}
/**
 * `score` 1 (worst) to 5; `tags` are those that may be chosen with it.
 */
export interface RatingLevelRead {
  label: string;
  score: number;
  tags: string[];
}
/**
 * `levels`: best first. `reason_up_to`: from this score down a tag or some words are asked for; 0: never.
 *
 * `services`: those that can be rated or were rated lately, latest first.
 */
export interface RatingOffer {
  comment_hint: string;
  levels: RatingLevelRead[];
  most_tags: number;
  reason_up_to: number;
  services: RatedService[];
  thanks: string;
  title: string;
}
/**
 * `service`: the one that is to be rated.
 */
export interface RatingRequested {
  conversation_id: string;
  invited_by: string | null;
  service: string | null;
}
/**
 * To somebody else, or to another place in the line: exactly one of the three.
 */
export interface ReassignConversation {
  conversation_id: string;
  note?: string;
  priority?: number | null;
  to_agent?: string | null;
  to_group?: string | null;
}
export interface RecallMessage {
  conversation_id: string;
  message_id: string;
}
export interface RemarkTicket {
  /**
   * @maxItems 200
   */
  attachment_ids?: string[];
  client_msg_id: string;
  disputes?: boolean;
  id: string;
  key?: string;
  text: string;
}
/**
 * So many until then.
 */
export interface RepliesLeft {
  replies: number;
  ends_at: string;
}
/**
 * What agents may still send in a conversation. `left` of `limit`, the last of them until `ends_at`.
 *
 * `windows`: the same taken apart, that which ends first leading. `open`: with nothing left, whether that is because
 * all are used (true), or because the citizen has not written for too long. `held`: messages that wait for him.
 */
export interface ReplyWindowUpdated {
  conversation_id: string;
  channel: string;
  left: number;
  limit: number;
  ends_at: string | null;
  open: boolean;
  windows: RepliesLeft[];
  held: number;
  reminded: "" | "notice" | "sms";
}
export interface RequestHandoff {
  category?: string | null;
}
export interface RetryDelivery {
  conversation_id: string;
  message_id: string;
}
export interface ReturnConversation {
  conversation_id: string;
  note?: string;
}
/**
 * `purpose`: what the code is to be good for; for nothing else.
 */
export interface SendPhoneCode {
  phone: string;
  purpose?: "left_message" | "ticket";
}
/**
 * A knowledge suggestion sent with one click: the article's text with its citations.
 */
export interface SentAnswer {
  article_id: string;
  citations: Citation[];
  next: string[];
  question: string;
  score: number;
  text_md: string;
  type: "answer";
  variants: {
    [k: string]: string;
  };
}
/**
 * A place as a citizen sends it: WGS 84, degrees. Five digits behind the point are a metre; more say nothing.
 */
export interface SentLocation {
  label: string;
  latitude: number;
  longitude: number;
  system?: "wgs84" | "gcj02";
  type: "location";
}
/**
 * The citizen turned out to be one we know already (persons.py): the window connects anew, with its token.
 */
export interface SessionMoved {}
export interface SessionReady {
  contact: string;
  conversation: ConversationRead | null;
  drafts: boolean;
  exchange: Exchange;
  hot: string[];
  left_messages: OwnLeftMessages1;
  rating: RatingOffer | null;
  subscribe: string[];
  tickets: OwnTickets1;
  token: string;
  unread: number;
  welcome: {
    [k: string]: unknown;
  }[];
  widget: InboxWidget1;
}
/**
 * How many messages the citizen has left, when one was answered last, and what another may be about.
 *
 * `codes`: a code proves the phone; else it is taken as told.
 */
export interface OwnLeftMessages1 {
  answered_at: string | null;
  businesses: string[];
  codes: boolean;
  count: number;
}
/**
 * How many tickets the citizen has filed in the window's inbox, and what is new about them.
 *
 * `asked`: so many wait for the citizen. `told_at`: when he was asked, told or answered something last.
 */
export interface OwnTickets1 {
  asked: number;
  count: number;
  told_at: string | null;
}
/**
 * `side_px`, `bottom_px`: the button's distance from the window's edges; on phones at most 16 from the side.
 *
 * `texts_en` are for pages in English.
 */
export interface InboxWidget1 {
  colour: string;
  logo: string;
  side: "right" | "left";
  side_px: number;
  bottom_px: number;
  texts: WidgetTexts;
  texts_en: WidgetTexts1;
  opening: Opening;
  /**
   * @maxItems 8
   */
  entries: BusinessEntry[];
}
/**
 * `reason`: one of those the settings offer; `hand_on`: going offline, open conversations are given away.
 */
export interface SetPresence {
  hand_on?: boolean;
  reason?: string;
  status: "online" | "busy" | "rest" | "offline";
}
/**
 * Knowledge suggestions for the message `for_seq`; `results` as in `kb search`.
 *
 * `for_draft`: for what the citizen is still writing after that message, which nobody sees.
 */
export interface SuggestionsUpdated {
  conversation_id: string;
  for_draft: boolean;
  for_seq: number;
  results: {
    [k: string]: unknown;
  }[];
}
export interface TakeOverConversation {
  conversation_id: string;
  reason?: string;
}
/**
 * How a conversation stands among colleagues, as a whole. `return_to`: who handed it to the owner of `epoch`.
 */
export interface TeamUpdated {
  conversation_id: string;
  epoch: number;
  owner_id: string | null;
  participants: ParticipantRead[];
  return_to: string | null;
  return_to_name: string | null;
  transfer: TransferRead | null;
}
/**
 * A conversation on its way to an agent, who has not accepted yet, or to a group.
 *
 * It says nothing any more when the conversation's epoch is another one.
 */
export interface TransferRead {
  epoch: number;
  expires_at: string;
  from_agent: string;
  from_name: string;
  id: string;
  note: string;
  to_agent: string | null;
  to_group: string | null;
  to_name: string;
}
/**
 * A ticket has moved on; whoever shows it, or counts some, asks anew. `step`: "" for citizens.
 */
export interface TicketUpdated {
  id: string;
  number: string;
  status: "new" | "open" | "pending" | "resolved" | "closed" | "withdrawn";
  step: string;
  version: number;
}
export interface TransferConversation {
  conversation_id: string;
  note?: string;
  to_agent?: string | null;
  to_group?: string | null;
}
export interface TypingUpdated {
  author: "visitor" | "agent" | "bot";
  conversation_id: string;
  name: string | null;
  on: boolean;
}
/**
 * What a citizen may write, and an agent: plain text.
 */
export interface VisitorContent {
  text: string;
  type: "text";
}
/**
 * `title`: over the window. `bubble`: on the button. `greeting`: one line beside the closed button, to invite.
 *
 * An empty one is the widget's own in the citizen's language; an empty greeting is none.
 */
export interface WidgetTexts2 {
  title: string;
  bubble: string;
  greeting: string;
}
export interface WithdrawTicket {
  id: string;
  key?: string;
  reason: string;
}
/**
 * Save the form, or skip it.
 */
export interface WrapUpSend {
  business?: string | null;
  skip?: boolean;
  solved?: ("yes" | "no" | "follow_up") | null;
  summary?: string;
  wrap_up_id: string;
}
/**
 * A form of the agent's: owed, saved or skipped. `until`: the time for it runs to then.
 */
export interface WrapUpUpdated {
  conversation_id: string;
  id: string;
  state: "pending" | "done" | "skipped";
  until: string | null;
}
/**
 * `and_earlier`: going back, do not end with the conversation but go on in those before it on the same inbox.
 */
export interface VisitorListMessages {
  after_seq?: number | null;
  and_earlier?: boolean;
  before_seq?: number | null;
  conversation_id?: string | null;
  limit?: number;
}
export interface VisitorMarkRead {
  seq: number;
}
export interface VisitorSendMessage {
  client_msg_id: string;
  content: VisitorContent | AttachedFile | SentLocation;
}
/**
 * `draft`: what is written so far, sent only while an agent serves. It is looked up and never kept.
 */
export interface VisitorSetTyping {
  draft?: string;
  on: boolean;
}
export interface AgentListMessages {
  after_seq?: number | null;
  before_seq?: number | null;
  conversation_id: string;
  limit?: number;
}
export interface AgentMarkRead {
  conversation_id: string;
  seq: number;
}
export interface AgentSendMessage {
  client_msg_id: string;
  content: VisitorContent | SentAnswer | AttachedFile;
  conversation_id: string;
  /**
   * @maxItems 20
   */
  mentions?: string[];
  private?: boolean;
}
export interface AgentSetTyping {
  conversation_id: string;
  on: boolean;
}
/**
 * `open_tickets`: how many the person has in hand now. `handed_over_at`: since then nothing waits with him.
 */
export interface AbsenceRead {
  id: string;
  account_id: string;
  account_name: string;
  substitute_id: string | null;
  substitute_name: string;
  from_at: string;
  until_at: string;
  state: "planned" | "current" | "past";
  hand_over: boolean;
  handed_over_at: string | null;
  open_tickets: number;
  note: string;
}
/**
 * `ok`: nothing failed. `errcode` and `message` are those of the first step that did.
 */
export interface AccountCheck {
  ok: boolean;
  errcode: number | null;
  message: string;
  steps: CheckStep[];
}
export interface CheckStep {
  key: "address" | "token" | "allow_list" | "clock" | "permission" | "push";
  state: "ok" | "warning" | "failed" | "unknown";
  message: string;
}
/**
 * `scope` None: what the role has, which is `scope_in_force`.
 */
export interface AccountDetail {
  id: string;
  login: string;
  name: string;
  role: Role;
  scope: Scope | null;
  scope_in_force: Scope;
  department_id: string | null;
  active: boolean;
  created_at: string;
  last_login_at: string | null;
}
/**
 * How an account is. `since`: failing from then on, null while all is well; `message` says what to do.
 *
 * `ok_at`: WeChat last took a call of ours. `pushed_at`, `push_refused_at`: it last reached us, or somebody did whose
 * push was refused, for the reason in `push_refused`. `sealed`: that push was signed with our Token and did not open,
 * so it was WeChat's, and every message of a citizen is refused.
 */
export interface AccountHealth {
  since: string | null;
  errcode: number | null;
  message: string;
  ok_at: string | null;
  pushed_at: string | null;
  push_refused_at: string | null;
  push_refused: string;
  sealed: boolean;
}
/**
 * In the order of logins. `next`: the `after` of the next page; null: no more.
 */
export interface AccountPage {
  items: AccountDetail[];
  next: string | null;
}
export interface AccountRead {
  id: string;
  login: string;
  name: string;
  role: string;
  scope: Scope;
  permissions: string[];
}
/**
 * The decision table.
 */
export interface AdmissionSettings {
  /**
   * @minItems 1
   * @maxItems 50
   */
  rows: Row[];
}
/**
 * Fits when all its conditions do. `waiting_from`: at least so many wait; `inboxes`: empty for all.
 *
 * `text` is what the citizen is told; empty for the usual words of the outcome.
 */
export interface Row {
  outcome: "person" | "queue" | "left_message" | "bot";
  duty: "any" | "on" | "off";
  agents: "any" | "free" | "full" | "none";
  waiting_from: number;
  inboxes: string[];
  text: string;
}
/**
 * An agent at the desk. `status` is the effective one, `since` when and for which `reason`; `groups` are group ids.
 *
 * `by`: who chose what the agent chose: the agent, the system, a supervisor.
 */
export interface AgentRead {
  id: string;
  login: string;
  name: string;
  role: string;
  status: "online" | "busy" | "rest" | "wrap_up" | "offline";
  reason: string;
  since: string | null;
  by: "agent" | "system" | "supervisor";
  active: number;
  capacity: number;
  groups: string[];
}
export interface AliyunSettings {
  access_key_id: string;
}
export interface ApiKeyPage {
  items: ApiKeyRead[];
  next: string | null;
}
/**
 * `hint`: how the token ends. `former_until`: the token before is valid so long. `account_id` acts for it.
 */
export interface ApiKeyRead {
  id: string;
  account_id: string;
  name: string;
  hint: string;
  former_until: string | null;
  sees: Scope;
  may_handle: boolean;
  department_ids: string[];
  types: string[];
  per_minute: number;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
}
/**
 * `token` is never shown again.
 */
export interface ApiKeyShown {
  key: ApiKeyRead;
  token: string;
}
/**
 * An article as the pages of the learning loop name it.
 */
export interface ArticleName {
  id: string;
  question: string;
}
/**
 * `people`: names of the authors, by what stands in `author`.
 */
export interface ArticlePage {
  items: ArticleSummary[];
  next: string | null;
  people: {
    [k: string]: string;
  };
}
/**
 * A line of the list. The texts are the newest version's; `live`: a version is published.
 */
export interface ArticleSummary {
  id: string;
  key: string;
  question: string;
  category: string;
  category_id: string;
  business: string;
  region: string;
  audience: "public" | "internal";
  status: "draft" | "in_review" | "published" | "retired";
  version: number;
  live: boolean;
  expires_on: string | null;
  author: string;
  updated_at: string;
}
/**
 * An article with all its versions, newest first. `in_force`: the id of the version that holds today.
 */
export interface ArticleRead {
  id: string;
  key: string;
  source: string;
  category_id: string;
  category: string;
  live: boolean;
  expires_on: string | null;
  created_at: string;
  updated_at: string;
  in_force: string | null;
  versions: VersionRead[];
  attachments: AttachmentRead[];
  people: {
    [k: string]: string;
  };
}
/**
 * A version as it is stored; `edit` is to be given back with a change of a draft.
 */
export interface VersionRead {
  id: string;
  article_id: string;
  number: number;
  status: "draft" | "in_review" | "published" | "retired";
  edit: number;
  question: string;
  similar: string[];
  answer_md: string;
  citations: Citation[];
  business: string;
  region: string;
  audience: "public" | "internal";
  effective_from: string | null;
  effective_to: string | null;
  next: string[];
  tags: string[];
  variants: {
    [k: string]: string;
  };
  attachments: string[];
  remarks: Remark[];
  rolled_back_to: number | null;
  created_by: string;
  authors: string[];
  created_at: string;
  updated_at: string;
  submitted_at: string | null;
  reviewed_by: string | null;
  published_at: string | null;
  retired_at: string | null;
  retired_by: string | null;
}
/**
 * What was said about a version on its way.
 */
export interface Remark {
  kind: "note" | "sent_back" | "withdrawn";
  by: string;
  at: string;
  text: string;
}
export interface AttachmentRead {
  id: string;
  name: string;
  media_type: string;
  size: number;
  url: string;
}
/**
 * Which rule decides and to whom it leads; both null and "" where whoever dispatches gets it.
 */
export interface AssigningOutcome {
  rule: string | null;
  to: string;
}
/**
 * `tickets` looked at, of `filed` in that time. `changed`: newest first, at most 200 of `changed_count`.
 */
export interface AssigningPreview {
  days: number;
  filed: number;
  tickets: number;
  counts: AssigningRuleCount[];
  changed: ChangedTicket[];
  changed_count: number;
}
/**
 * How many tickets a rule decides, by the rules in force and by the edited ones. `rule` null: no rule does.
 */
export interface AssigningRuleCount {
  rule: string | null;
  before: number;
  after: number;
}
/**
 * A ticket that would go elsewhere; its title without numbers.
 */
export interface ChangedTicket {
  id: string;
  number: string;
  type: string;
  title: string;
  at: string;
  before: AssigningOutcome;
  after: AssigningOutcome;
}
/**
 * `rule`: null where none fits. `department`, `person`: names, "" for nobody in particular. `lines`: why.
 */
export interface AssigningTrialRead {
  rule: string | null;
  department: string;
  person: string;
  lines: string[];
}
export interface AuditEntry {
  id: string;
  at: string;
  actor: string;
  actor_name: string;
  action: string;
  label: string;
  subject: string;
  subject_label: string;
  data: {
    [k: string]: unknown;
  };
}
/**
 * Newest first. `next`: the `after` of the next page; null: no more.
 */
export interface AuditPage {
  items: AuditEntry[];
  next: string | null;
}
/**
 * What actions can be narrowed to.
 */
export interface AuditThing {
  code: string;
  label: string;
}
/**
 * `code` and `message`: why it was refused; empty when it was done.
 */
export interface BulkResult {
  id: string;
  number: string;
  title: string;
  done: boolean;
  code: string;
  message: string;
}
export interface BulkResults {
  results: BulkResult[];
}
/**
 * In the order in which people choose among them.
 */
export interface BusinessLines {
  /**
   * @minItems 1
   * @maxItems 100
   */
  lines: string[];
}
export interface ButtonRead {
  label: string;
  value: string;
}
/**
 * `missing`: the years to import now: this one, and from November on the next.
 */
export interface CalendarRead {
  years: YearRead[];
  missing: number[];
}
/**
 * The days of one year that are in force. `source` missing: nobody knows them, and both are empty.
 */
export interface YearRead {
  year: number;
  source: "imported" | "shipped" | "missing";
  off: {
    [k: string]: string;
  };
  makeup: {
    [k: string]: string;
  };
}
/**
 * Years that were imported; they go before what ships.
 */
export interface CalendarSettings {
  /**
   * @maxItems 30
   */
  years: StatutoryYear[];
}
/**
 * Days off and worked weekend days of one year, with the holiday's name.
 */
export interface StatutoryYear {
  year: number;
  off: {
    [k: string]: string;
  };
  makeup: {
    [k: string]: string;
  };
}
/**
 * `ok`: the ping was taken. `checks_signature`: one that was signed with another secret was refused; null when that
 * was not tried. `message` says what to do.
 */
export interface CallTrial {
  ok: boolean;
  status: number | null;
  seconds: number;
  checks_signature: boolean | null;
  message: string;
}
export interface CandidateRead {
  article_id: string;
  question: string;
  category: string;
  region: string;
  internal: boolean;
  score: number;
  band: "answer" | "guide" | "unknown";
  wording: string;
  signals: SignalRead[];
  contrasts: ContrastRead[];
  answer_md: string;
  citations: Citation[];
}
/**
 * One reason for a score (knowledge/retrieval/fusion.py names them); about 0..1, conflict and agreement count.
 */
export interface SignalRead {
  name: string;
  value: number;
}
/**
 * A pair of words that changes the answer: the sides the question and the candidate name.
 *
 * `differs`: both name one and it is not the same. `asked` is empty when the citizen did not say it.
 */
export interface ContrastRead {
  group: string;
  asked: string[];
  offered: string[];
  differs: boolean;
}
/**
 * `articles` are filed in it, `total` with everything below it.
 */
export interface CategoryRead {
  id: string;
  name: string;
  parent_id: string | null;
  position: number;
  path: string;
  articles: number;
  total: number;
}
/**
 * What became of one sentence. Intents are names.
 */
export interface Change {
  text: string;
  expected: string;
  before: string;
  now: string;
}
/**
 * Part of a conversation that would go otherwise. null: the bot would have kept it.
 */
export interface ChangedConversation {
  conversation_id: string;
  inbox_id: string;
  at: string;
  before: Outcome | null;
  after: Outcome | null;
}
/**
 * Which rule hands over, to which group (null: by business), at which message (masked; "" for the button).
 */
export interface Outcome {
  seq: number;
  rule:
    | "customer_group"
    | "keyword"
    | "guided"
    | "understood"
    | "business"
    | "bot_down"
    | "unknown"
    | "repeated"
    | "button";
  group_id: string | null;
  text: string;
  at: string;
}
/**
 * What is known of a citizen, as agents may correct it.
 */
export interface CitizenRead {
  id: string;
  name: string;
  region: string;
  customer_group: string;
  tags: string[];
  birth_year: number | null;
}
/**
 * `names`: citizens read who answered; else it is the office that does.
 *
 * `without_sms`: where no texts are sent, so no code can prove a phone, it is taken as told and marked so.
 * `most_a_day`: so many tickets a citizen may file himself. `confirm_by_sms`: the number is also sent to the phone
 * that was proved. `rate_days`: so long after an answer it may be rated. In `thanks` {number} stands for the ticket's
 * number.
 */
export interface CitizenTicketSettings {
  names: boolean;
  without_sms: boolean;
  most_a_day: number;
  confirm_by_sms: boolean;
  rate_days: number;
  thanks: string;
}
/**
 * Shipped: answers within 3 minutes, the measure usual in contracts for this service.
 *
 * `answer_seconds` is for every answer but the first. 0 of `warn_before_seconds`, `alert_again_minutes` and
 * `queue_alert_minutes` means: not at all. In the alerts {waited} is how long the citizen has waited, {minutes} the
 * same in minutes, {left} the seconds that are left, {agent} the agent's name.
 */
export interface ClockSettings {
  first_answer_seconds: number;
  answer_seconds: number;
  warn_before_seconds: number;
  answer_warning: string;
  answer_alert: string;
  alert_again_minutes: number;
  queue_alert_minutes: number;
  queue_alert: string;
  idle_reminder_minutes: number;
  idle_reminder: string;
  idle_close_minutes: number;
  idle_closed: string;
}
/**
 * `counts`: clusters in each state. `clustered_at`: when they were last made.
 */
export interface ClusterPage {
  items: ClusterRead[];
  next: string | null;
  counts: {
    [k: string]: number;
  };
  clustered_at: string | null;
}
/**
 * Unanswered questions that mean the same. `trend`: questions a day, oldest first, the last one today's.
 *
 * `since_decided`: how many came in after the decision. `off_topic`: of them, taken for none of our business.
 */
export interface ClusterRead {
  id: string;
  state: "open" | "drafted" | "adopted" | "dismissed";
  size: number;
  recent: number;
  earlier: number;
  since_decided: number;
  off_topic: number;
  trend: number[];
  examples: string[];
  nearest: ArticleName | null;
  nearest_score: number | null;
  first_at: string;
  last_at: string;
  article: ArticleName | null;
  decided_by: string | null;
  decided_at: string | null;
}
/**
 * `wording` of the draft means `question` of another article: it is as near to its `other_wording` as `similarity`.
 *
 * near: `same` in words, or `near` in meaning.
 */
export interface CollisionRead {
  wording: string;
  article_id: string;
  question: string;
  other_wording: string;
  similarity: number;
  near: "same" | "near";
}
/**
 * An added wording that is nearer to another article than to its own.
 */
export interface CollisionWarning {
  wording: string;
  article_id: string;
  question: string;
  other_wording: string;
  similarity: number;
}
/**
 * `compared` sentences of `sentences`; `added` are those of intents the running model does not know.
 *
 * `worse`: right before and wrong now; `better` the other way round. `passed`: not fewer right than before.
 */
export interface Comparison {
  sentences: number;
  compared: number;
  before: Score;
  after: Score;
  worse: Change[];
  better: Change[];
  added: number;
  added_right: number;
  passed: boolean;
}
/**
 * Of the sentences compared; shares 0..1.
 */
export interface Score {
  right: number;
  accuracy: number;
  macro_f1: number;
}
export interface ContactRead {
  id: string;
  name: string;
  region: string;
  customer_group: string;
  tags: string[];
  birth_year: number | null;
  channel: string;
  inbox_id: string;
  inbox_name: string;
  since: string;
}
/**
 * The side panel. `tickets` as in GET /tickets; `ratings` of this conversation's services.
 *
 * `earlier` is the first page, `earlier_next` the `after` of the next one. `invited_at`: when a rating of the
 * present service was last asked for; `rated`: whether there is one. `why` it went where it did.
 * `replies`: what the citizen's channel still lets us send; null where it lets everybody write as they like.
 */
export interface ConversationContext {
  contact: ContactRead;
  handoff: HandoffReason | null;
  earlier: EarlierConversation[];
  earlier_next: string | null;
  invited_at: string | null;
  rated: boolean;
  why: RoutingWhy | null;
  replies: ReplyWindowUpdated | null;
  tickets: {
    [k: string]: unknown;
  }[];
  ratings: {
    [k: string]: unknown;
  }[];
}
/**
 * Why people were asked in. `label` is the rule in Chinese; `evidence` what it rests on.
 *
 * `summary`: the bot's, for the agent; null for conversations from before there was one.
 */
export interface HandoffReason {
  rule: string;
  label: string;
  evidence: {
    [k: string]: unknown;
  };
  category: string | null;
  summary: HandoffSummary | null;
}
/**
 * What the bot tells the agent. `turns`: the last ones, oldest first. `task`: what was under way, with `answers`.
 *
 * `reason`: what the bot understood the citizen to feel or want (complaint, anger), "" when nothing of that kind.
 */
export interface HandoffSummary {
  turns: SummaryTurn[];
  task: string;
  answers: string[];
  business: string | null;
  reason: string;
}
/**
 * What a citizen asked (masked) and what became of it: `outcome` as in summary.outcome_of, articles' `titles`.
 */
export interface SummaryTurn {
  said: string;
  outcome: string;
  titles: string[];
}
/**
 * `agents`: names of those who served it.
 */
export interface EarlierConversation {
  id: string;
  inbox_id: string;
  channel: string;
  sub_channel: string;
  status: string;
  created_at: string;
  closed_at: string | null;
  preview: string;
  agents: string[];
}
/**
 * `waiting`: why it waits where it does, null when it does not. `services`: the latest first.
 *
 * `group`: the skill group's name, "" for anybody; `priority` as set; both while it waits.
 */
export interface RoutingWhy {
  waiting: string[] | null;
  group_id: string | null;
  group: string;
  priority: number | null;
  services: ServiceWhy[];
  designated_id: string | null;
  designated: string;
}
/**
 * Why this agent got it, in sentences.
 */
export interface ServiceWhy {
  agent: string;
  started_at: string;
  ended_at: string | null;
  lines: string[];
}
/**
 * A line of the list. `unread`: messages the owner has not read; `queued_at`: waits since, for
 * `group_id`, in the order of `order_at`.
 *
 * `undelivered`: a message to the citizen failed for good. `mentioned`: a note names the reader, who has not looked.
 */
export interface ConversationItem {
  id: string;
  inbox_id: string;
  channel: string;
  sub_channel: string;
  language: string;
  business: string | null;
  status: ConversationStatus;
  epoch: number;
  owner_id: string | null;
  owner_name: string | null;
  last_seq: number;
  visitor_read_seq: number;
  agent_read_seq: number;
  created_at: string;
  updated_at: string;
  closed_at: string | null;
  handoff: {
    [k: string]: unknown;
  } | null;
  contact_id: string | null;
  contact_name: string | null;
  contact_tags: string[];
  preview: string;
  brief: boolean;
  waiting_since: string | null;
  answer_due_at: string | null;
  unread: number;
  queued_at: string | null;
  order_at: string | null;
  category: string | null;
  priority: number;
  group_id: string | null;
  customer_group: string;
  undelivered: boolean;
  mentioned: boolean;
}
/**
 * `next` is the `after` of the next page; null: no more. `waiting`: the whole queue.
 */
export interface ConversationPage {
  items: ConversationItem[];
  next: string | null;
  waiting: number;
}
/**
 * How citizens' own questions of one day were answered; numbers of questions.
 */
export interface DayRead {
  day: string;
  answer: number;
  guide: number;
  unknown: number;
  unhelpful: number;
  handed_off: number;
}
/**
 * One promise. `explanation`: why it is due then, line by line; `policy`: the rule's name; `round` above 1: anew.
 *
 * `state` breached with `met_at`: it was made good too late.
 */
export interface DeadlineRead {
  target: "accept" | "answer" | "resolve";
  round: number;
  state: "active" | "paused" | "met" | "breached" | "cancelled";
  started_at: string;
  due_at: string | null;
  paused_since: string | null;
  met_at: string | null;
  policy: string;
  explanation: string[];
}
/**
 * How the last one went. `checked` tickets under way, `changed` of them are due at another time now.
 */
export interface DeadlineRecalculation {
  causes: ("policies" | "hours" | "calendar")[];
  started_at: string | null;
  finished_at: string | null;
  checked: number;
  changed: number;
}
/**
 * Something that will be told of a target, unless it is done before.
 */
export interface DeadlineTrialNotice {
  target: "accept" | "answer" | "resolve";
  at: string;
  kind: "soon" | "overdue" | "again" | "escalated";
}
/**
 * `policy` missing: nothing is promised for such a ticket.
 */
export interface DeadlineTrialRead {
  policy: string | null;
  deadlines: DeadlineRead[];
  notices: DeadlineTrialNotice[];
}
/**
 * The draft that came of a decision.
 */
export interface DecisionRead {
  article_id: string;
  version_id: string;
  added: string[];
  collisions: CollisionWarning[];
}
export interface Deleted {
  article_id: string;
  article_deleted: boolean;
}
/**
 * `accounts`: how many belong to it directly. `leader_active`: whether who leads it still works here.
 */
export interface DepartmentRead {
  id: string;
  name: string;
  parent_id: string | null;
  leader_id: string | null;
  leader_name: string | null;
  leader_active: boolean;
  accounts: number;
}
/**
 * What `version` changes in `against` (None: everything is new), for each field that differs.
 *
 * `calls_off`: numbers of planned versions that will not begin if an unpublished `version` is published.
 */
export interface DiffRead {
  version: string;
  against: string | null;
  calls_off: number[];
  fields: {
    [k: string]: Segment[];
  };
}
/**
 * For a list's field a segment is one item.
 */
export interface Segment {
  op: "equal" | "insert" | "delete";
  text: string;
}
/**
 * `next` is the `after` of the next page; null: no more.
 */
export interface EarlierPage {
  items: EarlierConversation[];
  next: string | null;
}
/**
 * What a rating said before it was changed at `until`.
 */
export interface EarlierRating {
  score: number;
  label: string;
  tags: string[];
  comment: string;
  until: string;
}
/**
 * `id` is None for shipped ones, which cannot be removed.
 */
export interface ExampleRead {
  id: string | null;
  text: string;
  own: boolean;
  created_by: string | null;
  created_at: string | null;
}
/**
 * `intent` has the sentence already; `code`: example_taken, or example_twice when it is the same intent.
 */
export interface ExampleRefusal {
  text: string;
  code: "example_taken" | "example_twice" | "regression_sentence";
  message: string;
  intent: string | null;
  title: string | null;
}
/**
 * `near` is almost the same sentence. Of another intent: the two will be confused. `similarity` 0..1.
 */
export interface ExampleWarning {
  text: string;
  near: string;
  intent: string;
  title: string;
  same_intent: boolean;
  similarity: number;
}
export interface ExamplesAdded {
  added: ExampleRead[];
  refused: ExampleRefusal[];
  warnings: ExampleWarning[];
}
/**
 * `inboxes`: those that differ from `default`, by their id.
 */
export interface ExchangeSettings {
  default: InboxExchange;
  inboxes: {
    [k: string]: InboxExchange1;
  };
}
/**
 * `most_files`: a conversation's, of both sides. `suggest_while_typing`: what a citizen has not sent yet may be
 * looked up for the agent, who does not see it.
 */
export interface InboxExchange {
  kinds: ("image" | "voice" | "video" | "file")[];
  max_mb: number;
  most_files: number;
  suggest_while_typing: boolean;
}
/**
 * `most_files`: a conversation's, of both sides. `suggest_while_typing`: what a citizen has not sent yet may be
 * looked up for the agent, who does not see it.
 */
export interface InboxExchange1 {
  kinds: ("image" | "voice" | "video" | "file")[];
  max_mb: number;
  most_files: number;
  suggest_while_typing: boolean;
}
/**
 * `contents` is what the citizen would be shown, `candidates` are best first.
 */
export interface ExplainRead {
  query: string;
  read_as: string;
  region: string;
  as_of: string;
  band: "answer" | "guide" | "unknown";
  thresholds: ThresholdsRead;
  open_choice: string[];
  candidates: CandidateRead[];
  contents: (
    | TextContent
    | ChoicesContent
    | AnswerContent
    | FileContent
    | LocationContent
    | FormContent
    | ActivityContent
  )[];
}
/**
 * From which score, 0..1, on a result is answered or offered among others.
 */
export interface ThresholdsRead {
  answer: number;
  guide: number;
}
/**
 * A field's value as the reader may see it (types/values.py). `masked`: a number in it is starred.
 */
export interface FieldRead {
  key: string;
  name: string;
  kind: "text" | "long_text" | "number" | "date" | "choice" | "file" | "person" | "address";
  value:
    | string
    | string[]
    | {
        [k: string]: string;
      };
  masked: boolean;
}
/**
 * `mine`: may be changed by whoever asks. A filter whose query is from another time is shown without it.
 */
export interface FilterRead {
  id: string;
  name: string;
  query: ListQuery;
  shared: boolean;
  mine: boolean;
}
export interface FlowChecked {
  problems: FlowProblem[];
}
/**
 * What stands in the way of using it; `node` and `choice` (from 0) say where.
 */
export interface FlowProblem {
  node: string | null;
  choice: number | null;
  code: string;
  message: string;
}
export interface FlowLink {
  id: string;
  title: string;
  active: boolean;
}
export interface FlowList {
  items: FlowRead[];
  tasks: TaskRead[];
  max_nodes: number;
  max_choices: number;
}
/**
 * `starts`: titles of the intents that start it. `problems` must be empty before it can be used.
 */
export interface FlowRead {
  id: string;
  title: string;
  content: FlowContent;
  active: boolean;
  problems: FlowProblem[];
  starts: string[];
  edit: number;
  updated_by: string;
  updated_at: string;
}
/**
 * A task that a choice may lead to.
 */
export interface TaskRead {
  task: string;
  title: string;
}
/**
 * Why the search shows a conversation. `text`: the words around what was looked for, of message `seq`.
 */
export interface Found {
  by: "words" | "name" | "ticket" | "number";
  text: string;
  seq: number | null;
}
export interface FoundConversation {
  id: string;
  inbox_id: string;
  channel: string;
  sub_channel: string;
  language: string;
  business: string | null;
  status: ConversationStatus;
  epoch: number;
  owner_id: string | null;
  owner_name: string | null;
  last_seq: number;
  visitor_read_seq: number;
  agent_read_seq: number;
  created_at: string;
  updated_at: string;
  closed_at: string | null;
  handoff: {
    [k: string]: unknown;
  } | null;
  contact_id: string | null;
  contact_name: string | null;
  contact_tags: string[];
  preview: string;
  brief: boolean;
  waiting_since: string | null;
  answer_due_at: string | null;
  unread: number;
  queued_at: string | null;
  order_at: string | null;
  category: string | null;
  priority: number;
  group_id: string | null;
  customer_group: string;
  undelivered: boolean;
  mentioned: boolean;
  found: Found;
}
/**
 * `next` is the `after` of the next page; null: nothing further back.
 *
 * `since`: so far back was looked. A page may be empty and have a next one: a request looks through so many
 * messages and no more.
 */
export interface FoundPage {
  items: FoundConversation[];
  next: string | null;
  since: string | null;
}
export interface GroupRead {
  id: string;
  name: string;
  categories: string[];
  members: string[];
}
export interface Guess {
  intent: string;
  title: string;
  confidence: number;
}
export interface HistoryRead {
  version: number;
  at: string;
  actor: string;
  actor_name: string;
  step: string;
  from_status: TicketStatus | null;
  to_status: TicketStatus;
  reason: string;
  data: {
    [k: string]: unknown;
  };
  lines: string[];
  files: string[];
  delivery: Delivery | null;
  read: boolean | null;
}
/**
 * A result, as `kb search` prints it.
 */
export interface HitRead {
  article_id: string;
  question: string;
  score: number;
  band: "answer" | "guide" | "unknown";
  citations: Citation[];
  answer_md: string;
  category: string;
  next: string[];
  internal: boolean;
}
/**
 * `items`: what citizens are shown, in this order. `candidates`: what comes next. `lapsed`: pinned, but not shown
 * today. `own_pins`: whether the inbox has pins of its own. `inboxes`: those there are to choose from.
 */
export interface HotPage {
  inbox: string | null;
  days: number;
  count: number;
  own_pins: boolean;
  pins: string[];
  items: HotRead[];
  candidates: HotRead[];
  lapsed: string[];
  inboxes: InboxName[];
}
/**
 * A hot question. `conversations` asked it within the days counted, `tapped` of them only by tapping it.
 */
export interface HotRead {
  article_id: string;
  key: string;
  question: string;
  conversations: number;
  tapped: number;
  pinned: boolean;
}
export interface InboxName {
  id: string;
  name: string;
}
/**
 * `usual` is the schedule of every inbox that `inboxes` does not name.
 *
 * Shipped: open all day, so that a fresh installation can be tried at any hour.
 */
export interface HoursSettings {
  /**
   * @minItems 1
   * @maxItems 50
   */
  schedules: Schedule[];
  usual: string;
  inboxes: {
    [k: string]: string;
  };
}
/**
 * One set of duty hours: seven lists from Monday on, and special days.
 *
 * `statutory`: closed on statutory days off; on weekend days that are worked instead, `makeup` holds.
 */
export interface Schedule {
  id: string;
  name: string;
  /**
   * @minItems 7
   * @maxItems 7
   */
  weekly: string[][];
  special: {
    [k: string]: string[];
  };
  statutory: boolean;
  makeup: string[];
}
/**
 * `secret` is told once, when it is made.
 */
export interface IdentitySecret {
  since: string | null;
  secret: string | null;
}
/**
 * Newest first.
 */
export interface ImportPage {
  items: ImportRead[];
  next: string | null;
}
/**
 * One import. `done` of `total` rows of the step under way; `total` is unknown until the file was read once.
 *
 * `taken` and `left`: rows an editor chose to take or to leave, by outcome; told while it is `ready`.
 */
export interface ImportRead {
  id: string;
  file: string;
  size: number;
  state: "reading" | "ready" | "applying" | "done" | "cancelled" | "failed";
  done: number;
  total: number | null;
  counts: RowCounts;
  warnings: RowWarnings;
  taken: RowCounts1;
  left: RowCounts2;
  options: {
    [k: string]: unknown;
  };
  result: RowResults;
  error_code: string;
  error: string;
  created_by: string;
  created_at: string;
  updated_at: string;
}
/**
 * Rows by outcome; known from `ready` on.
 */
export interface RowCounts {
  new: number;
  changed: number;
  unchanged: number;
  duplicate: number;
  refused: number;
}
/**
 * Rows to look at before they are imported; known from `ready` on.
 *
 * retired: they would bring back what a person has retired, and are left unless chosen. uncited: citizens would
 * be told an answer that names no source.
 */
export interface RowWarnings {
  retired: number;
  uncited: number;
}
/**
 * Rows by outcome; known from `ready` on.
 */
export interface RowCounts1 {
  new: number;
  changed: number;
  unchanged: number;
  duplicate: number;
  refused: number;
}
/**
 * Rows by outcome; known from `ready` on.
 */
export interface RowCounts2 {
  new: number;
  changed: number;
  unchanged: number;
  duplicate: number;
  refused: number;
}
/**
 * Rows by what was done with them; known when it is `done`.
 *
 * published: the text was there as a draft. conflict: the article was left as it is, the row's reason says why.
 */
export interface RowResults {
  created: number;
  changed: number;
  published: number;
  unchanged: number;
  skipped: number;
  conflict: number;
  refused: number;
}
/**
 * `row` as the spreadsheet counts.
 */
export interface ImportedTicket {
  row: number;
  id: string;
  number: string;
}
export interface InboxChoice {
  id: string;
  name: string;
  channel: string;
}
/**
 * `reason_up_to`: from this score down a tag or some words must be given; 0: never.
 *
 * `open_days`: a service can be rated until so many days after its end.
 */
export interface InboxRatings {
  title: string;
  comment_hint: string;
  thanks: string;
  /**
   * @minItems 5
   * @maxItems 5
   */
  levels: Level[];
  most_tags: number;
  reason_up_to: number;
  open_days: number;
}
export interface Level {
  score: number;
  label: string;
  /**
   * @maxItems 12
   */
  tags: string[];
}
/**
 * `greeting` is null where the channel has its own way to greet.
 */
export interface InboxRead {
  id: string;
  channel: string;
  name: string;
  enabled: boolean;
  greeting: Greeting | null;
  created_at: string;
}
/**
 * Texts of one inbox that differ; the others are the usual ones.
 */
export interface InboxTexts {
  person: string | null;
  queued: string | null;
  off_duty: string | null;
  off_duty_unknown: string | null;
  full: string | null;
  nobody: string | null;
  timed_out: string | null;
  claimed: string | null;
  released: string | null;
  closed: string | null;
}
export interface IntentCreated {
  intent: IntentDetail;
  refused: ExampleRefusal[];
  warnings: ExampleWarning[];
}
/**
 * `regression` sentences test it. `people`: names of those who changed it, by account.
 */
export interface IntentDetail {
  name: string;
  title: string;
  means: string;
  group: string;
  own: boolean;
  active: boolean;
  replies: string[];
  flow: FlowLink | null;
  examples: number;
  own_examples: number;
  problems: string[];
  edit: number;
  updated_by: string | null;
  updated_at: string | null;
  sentences: ExampleRead[];
  regression: number;
  people: {
    [k: string]: string;
  };
}
export interface IntentGroup {
  name: string;
  title: string;
}
/**
 * `groups` in the order to be shown in. `untrained`: something was changed that no training has seen.
 */
export interface IntentList {
  items: IntentRead[];
  groups: IntentGroup[];
  untrained: boolean;
}
/**
 * An intent, shipped or own.
 *
 * `examples`: all of them, `own_examples` of them by editors. Of an own one: `problems` say, in words, why it
 * cannot be used (yet); `edit` is its counter, to be sent back with a change. A shipped one is always active,
 * its counter is 0.
 */
export interface IntentRead {
  name: string;
  title: string;
  means: string;
  group: string;
  own: boolean;
  active: boolean;
  replies: string[];
  flow: FlowLink | null;
  examples: number;
  own_examples: number;
  problems: string[];
  edit: number;
  updated_by: string | null;
  updated_at: string | null;
}
/**
 * What was said to and fro about it, as its citizen reads it. `by`: "" for the citizen's own words.
 */
export interface LeftAnswer {
  at: string;
  by: string;
  text: string;
}
/**
 * For the menu: what waits to be taken, what one owes oneself, what is too late.
 */
export interface LeftMessageCounts {
  new: number;
  mine: number;
  overdue: number;
}
/**
 * `conversation_id`: where it was left, for those who may read that; None for others. `may_file`: as a ticket.
 */
export interface LeftMessageDetail {
  id: string;
  number: string;
  status: LeftStatus;
  version: number;
  channel: string;
  inbox_id: string;
  business: string | null;
  name: string;
  phone: string;
  phone_proved: boolean;
  text: string;
  files: number;
  claimed_by: string | null;
  claimed_name: string | null;
  due_at: string | null;
  overdue: boolean;
  created_at: string;
  updated_at: string;
  answered_at: string | null;
  handled_at: string | null;
  forgotten: boolean;
  steps: LeftStep[];
  conversation_id: string | null;
  ticket: LeftTicket | null;
  may_file: boolean;
  attachments: FileContent[];
  history: LeftMessageStepRead[];
}
/**
 * The ticket a left message went on as.
 */
export interface LeftTicket {
  id: string;
  number: string;
  status: TicketStatus;
}
/**
 * `way`: how an answer went out; `delivery`: how far it came; `read`: the citizen has opened it there.
 */
export interface LeftMessageStepRead {
  version: number;
  at: string;
  actor: string;
  actor_name: string;
  step: LeftStep;
  from_status: LeftStatus | null;
  to_status: LeftStatus;
  text: string;
  way: ("sms" | "channel") | null;
  delivery: Delivery | null;
  read: boolean | null;
}
/**
 * What was shown in part, looked at once: the look is audited. `said`: by the number of the step.
 */
export interface LeftMessageInFull {
  name: string;
  phone: string;
  text: string;
  said: {
    [k: string]: string;
  };
}
export interface LeftMessagePage {
  items: LeftMessageRead[];
  next: string | null;
}
/**
 * A left message in lists; numbers in it are shown in part. `steps`: those possible next.
 */
export interface LeftMessageRead {
  id: string;
  number: string;
  status: LeftStatus;
  version: number;
  channel: string;
  inbox_id: string;
  business: string | null;
  name: string;
  phone: string;
  phone_proved: boolean;
  text: string;
  files: number;
  claimed_by: string | null;
  claimed_name: string | null;
  due_at: string | null;
  overdue: boolean;
  created_at: string;
  updated_at: string;
  answered_at: string | null;
  handled_at: string | null;
  forgotten: boolean;
  steps: LeftStep[];
}
/**
 * Shipped times are examples: every organisation has promised its own.
 *
 * `answer_workdays`: not counting the day it was left. `warn_minutes`: so long before the deadline those who can
 * answer are reminded; 0: never. `keep_days`: so long after the last answer name, phone, texts and files stay.
 * `page_inbox`: the website inbox whose page citizens of other channels are sent to; "": the first there is.
 * `confirm_by_sms`: the number is also sent to the phone that was proved.
 * `without_sms`: where no texts are sent, so no code can prove a phone, it is taken as told and marked so.
 * In texts {number} stands for the left message's number.
 */
export interface LeftMessageSettings {
  answer_workdays: number;
  warn_minutes: number;
  keep_days: number;
  page_inbox: string;
  confirm_by_sms: boolean;
  without_sms: boolean;
  thanks: string;
  warning: string;
  overdue: string;
}
/**
 * What lists can be narrowed to.
 */
export interface ListChoices {
  inboxes: InboxChoice[];
  businesses: string[];
  tags: string[];
}
export interface LoginResponse {
  account: AccountRead;
  token: string;
}
/**
 * `address`: what to put into the settings' `logo`.
 */
export interface LogoRead {
  address: string;
}
/**
 * With what administrators have set (`config`; null: WeChat's menu is not ours) and what that comes to now.
 *
 * `hot`: the names below a button of the hot questions. `waiting`: a push is under way, or waits for its next try.
 */
export interface MenuEdited {
  inbox: string;
  name: string;
  buttons: {
    [k: string]: unknown;
  }[];
  pushed_at: string | null;
  failed_at: string | null;
  errcode: number | null;
  error: string;
  config: MenuConfig | null;
  draft: {
    [k: string]: unknown;
  }[];
  hot: string[];
  waiting: boolean;
}
/**
 * The menu of one account. `buttons` as WeChat took them last; `error` is what it said to a later one, or "".
 */
export interface MenuRead {
  inbox: string;
  name: string;
  buttons: {
    [k: string]: unknown;
  }[];
  pushed_at: string | null;
  failed_at: string | null;
  errcode: number | null;
  error: string;
}
/**
 * Messages in order of seq. `next`: after_seq of the next page forward; null at the end.
 */
export interface MessagePage {
  items: MessageRead[];
  next: number | null;
}
/**
 * An account as an administrator sees it.
 */
export interface MiniProgramRead {
  inbox: string;
  name: string;
  enabled: boolean;
  callback_url: string;
  secrets_set: SecretsSet;
  health: AccountHealth;
  problem: string;
  app_id: string;
  mode: "plain" | "compatible" | "encrypted";
  format: "json" | "xml";
  welcome: string;
  hot_questions: string[];
  page_inbox: string;
  reminder: SubscribeConfig | null;
}
/**
 * Which secrets are stored.
 */
export interface SecretsSet {
  token: boolean;
  app_secret: boolean;
  encoding_aes_key: boolean;
}
/**
 * What is wrong with a definition: `where` is the path of it, `stage` the key of the stage it is about.
 */
export interface MistakeRead {
  code: string;
  where: string;
  message: string;
  stage: string | null;
}
/**
 * A model that can be switched to. `training_id` None: the shipped one, without the editors' data.
 */
export interface ModelRead {
  training_id: string | null;
  live: boolean;
  state:
    ("queued" | "training" | "evaluating" | "ready" | "refused" | "live" | "failed" | "cancelled") | null;
  accuracy: number | null;
  created_at: string | null;
  created_by: string | null;
  switched_at: string | null;
  switched_by: string | null;
}
/**
 * `switching`: the training being switched to (its id, or `shipped`), None when nothing is.
 *
 * `switchable` False: Rasa is run by the operator, `note` says what to do. `problem`: why the last switch was
 * given up; the model before it answers on. `people` as in TrainingPage.
 */
export interface ModelsRead {
  items: ModelRead[];
  live: string | null;
  switching: string | null;
  switchable: boolean;
  note: string;
  problem: string;
  people: {
    [k: string]: string;
  };
}
export interface Named {
  id: string;
  name: string;
}
/**
 * A stage that may follow; `end` when the ticket may be settled then.
 */
export interface NextStage {
  key: string;
  name: string;
}
/**
 * Newest first; `next` is the `after` of the next page. `unread`: of all.
 */
export interface NoticePage {
  items: NoticeRead[];
  next: string | null;
  unread: number;
}
/**
 * A notice. `ticket_id` missing: it is about no ticket. `target` and `due_at`: of the deadline it is about; `year`:
 * whose days off are missing.
 */
export interface NoticeRead {
  id: string;
  kind:
    | "assigned"
    | "returned"
    | "review"
    | "urged"
    | "remarked"
    | "withdrawn"
    | "rated"
    | "reopened"
    | "due_soon"
    | "overdue"
    | "escalated"
    | "calendar";
  ticket_id: string | null;
  number: string;
  title: string;
  target: ("accept" | "answer" | "resolve") | null;
  due_at: string | null;
  year: number | null;
  by: string;
  at: string;
  read_at: string | null;
}
/**
 * An account as an administrator sees it.
 */
export interface OfficialRead {
  inbox: string;
  name: string;
  enabled: boolean;
  callback_url: string;
  secrets_set: SecretsSet;
  health: AccountHealth;
  problem: string;
  app_id: string;
  mode: "plain" | "compatible" | "encrypted";
  menus: boolean;
  welcome: string;
  hot_questions: string[];
  menu: MenuConfig | null;
  page_inbox: string;
  page_login: boolean;
  page_url: string;
}
/**
 * What a row changes or repeats: an article (`article_id`), or an earlier row (`row`).
 */
export interface OtherRead {
  article_id: string | null;
  row: number | null;
  question: string;
  answer_md: string;
  category: string;
  status: string;
}
/**
 * A left message as its citizen sees it. `due_at`: by when an answer was promised, while one is owed.
 */
export interface OwnLeftMessage {
  id: string;
  number: string;
  status: LeftStatus;
  business: string | null;
  text: string;
  files: FileContent[];
  due_at: string | null;
  created_at: string;
  said: LeftAnswer[];
}
/**
 * A ticket in the citizen's list. `due_at`: by when an answer was promised, while one is owed and the clock runs.
 *
 * `told_at`: when he was asked, told or answered something last.
 */
export interface OwnTicket {
  id: string;
  number: string;
  type: string;
  title: string;
  state: "new" | "open" | "pending" | "resolved" | "closed" | "withdrawn";
  due_at: string | null;
  created_at: string;
  told_at: string | null;
}
/**
 * One ticket whole. `key`: opens it again from this window, where it is not one of the window's own.
 *
 * `asked`: what the citizen is to add, while it waits for that. `late`: the promised time is over. `urged_at`: when
 * he last asked to hurry. `merged_into`: the number under which it goes on.
 */
export interface OwnTicketDetail {
  id: string;
  key: string;
  number: string;
  type: string;
  title: string;
  state: "new" | "open" | "pending" | "resolved" | "closed" | "withdrawn";
  due_at: string | null;
  created_at: string;
  told_at: string | null;
  text: string;
  values: OwnTicketValue[];
  files: FileContent[];
  asked: string;
  answer: string;
  late: boolean;
  urged_at: string | null;
  merged_into: string;
  steps: OwnTicketStep[];
  may: ("remark" | "withdraw" | "urge" | "confirm" | "dispute" | "rate")[];
  rating: GivenRating | null;
}
export interface OwnTicketValue {
  name: string;
  value: string;
}
/**
 * `by`: who answered, where that is told; "" else. `disputes`: the citizen does not agree with the answer.
 */
export interface OwnTicketStep {
  kind:
    | "filed"
    | "accepted"
    | "asked"
    | "resumed"
    | "added"
    | "urged"
    | "replied"
    | "answered"
    | "reopened"
    | "followed_up"
    | "closed"
    | "withdrawn"
    | "merged"
    | "rated";
  at: string;
  text: string;
  by: string;
  disputes: boolean;
}
/**
 * A field that a citizen fills in when he files a ticket himself.
 */
export interface OwnTicketField {
  key: string;
  name: string;
  kind: "text" | "long_text" | "number" | "date" | "choice" | "file" | "person" | "address";
  required: boolean;
  choices: string[];
  help: string;
}
/**
 * What may be filed. `codes`: a code proves the phone; else it is taken as told.
 */
export interface OwnTicketForms {
  types: OwnTicketType[];
  businesses: string[];
  codes: boolean;
}
export interface OwnTicketType {
  id: string;
  name: string;
  help: string;
  fields: OwnTicketField[];
}
/**
 * What a model makes of a sentence. `model`: a training's id, or `shipped`.
 */
export interface Parsed {
  model: string;
  intent: Guess;
  ranking: Guess[];
  values: Value[];
  wishes: Wish[];
}
/**
 * `value` is normalised: an amount in fen, a duration in months.
 */
export interface Value {
  kind: string;
  value: unknown;
  text: string;
  start: number;
  end: number;
}
export interface Wish {
  text: string;
  intent: string;
  title: string;
  confidence: number;
}
/**
 * A generated password: shown this once, stored only as a hash.
 */
export interface PasswordShown {
  account: AccountDetail;
  password: string;
}
/**
 * `op`: what happened to it since. `name` is that of the intent, the reply text, the flow (its key).
 *
 * Of examples and regression sentences, which change by the line: `added` and `removed` count the lines.
 */
export interface PendingChange {
  kind: "intent" | "examples" | "reply" | "flow" | "regression";
  op: "added" | "changed" | "removed";
  name: string;
  title: string;
  added: number;
  removed: number;
}
/**
 * What is active now and not in the live model. `unused`: titles of own intents and flows not switched on.
 */
export interface PendingRead {
  items: PendingChange[];
  unused: string[];
}
export interface PersonChoice {
  id: string;
  name: string;
  department_id: string | null;
}
/**
 * `keep_days`: so long after closing identity numbers stay readable for those who may look at them.
 *
 * `keep_files_days`: so long after closing files stay in the thread; 0: as long as the conversation.
 * `keep_tickets_days`: so long after its end a ticket's personal data stays (handoff/tickets/life/keeping.py); what
 * people complained about may be looked into for years.
 */
export interface PersonalSettings {
  keep_days: number;
  keep_files_days: number;
  keep_tickets_days: number;
  reveal_reason: boolean;
}
/**
 * `wait_seconds`: until another one may be asked for. `valid_seconds`: how long this one lasts.
 */
export interface PhoneCodeSent {
  wait_seconds: number;
  valid_seconds: number;
}
/**
 * A notice to the portal. `id` is its webhook-id.
 */
export interface PortalDelivery {
  id: string;
  type: string;
  state: "delivered" | "retrying" | "failed";
  attempts: number;
  status: number | null;
  error: string;
  seconds: number;
  conversation_id: string | null;
  created_at: string;
  updated_at: string;
}
export interface PortalDeliveryPage {
  items: PortalDelivery[];
  next: string | null;
}
/**
 * `address` is where the portal sends its events. `waiting`, `failed`: notices to the portal.
 */
export interface PortalRead {
  id: string;
  name: string;
  enabled: boolean;
  address: string;
  callback_url: string;
  secrets: ValidSecret[];
  waiting: number;
  failed: number;
}
/**
 * A secret that is valid, without itself. `until` null: the present one.
 */
export interface ValidSecret {
  since: string;
  until: string | null;
}
/**
 * `secret` is never shown again.
 */
export interface PortalShown {
  inbox: PortalRead;
  secret: string;
}
/**
 * What an agent can choose from, and the time they have.
 */
export interface PresenceOptions {
  busy_reasons: string[];
  rest_reasons: string[];
  rest_minutes: number;
  wrap_up_seconds: number;
  wrap_up_required: boolean;
}
/**
 * 0 means: not at all (`rest_minutes`: as long as one likes).
 *
 * `grace_seconds`: after the last desk of an agent was lost, before the conversations are handed on;
 * `return_minutes`: so much longer for the agent alone when nobody else is there. `wrap_up_seconds`: after each
 * service; `wrap_up_required`: the form cannot be skipped. `busy_after_waiting`: so many citizens waiting beyond the
 * limit make an agent busy; `busy_ends_by_itself`: online again when all have their answer.
 */
export interface PresenceSettings {
  /**
   * @maxItems 20
   */
  busy_reasons: string[];
  /**
   * @maxItems 20
   */
  rest_reasons: string[];
  rest_minutes: number;
  grace_seconds: number;
  return_minutes: number;
  handed_on: string;
  back_soon: string;
  gone: string;
  wrap_up_seconds: number;
  wrap_up_required: boolean;
  busy_after_waiting: number;
  busy_ends_by_itself: boolean;
}
export interface QuestionPage {
  items: QuestionRead[];
  next: string | null;
}
/**
 * One question as it was asked (masked) and what became of it.
 */
export interface QuestionRead {
  id: string;
  conversation_id: string;
  asked_at: string;
  text: string;
  source: "bot" | "agent";
  inbox_id: string;
  band: "answer" | "guide" | "unknown";
  score: number | null;
  article: ArticleName | null;
  picked: ArticleName | null;
  offered: boolean;
  helpful: boolean | null;
  handoff: string | null;
  cluster_id: string | null;
}
/**
 * Who is let in is the decision table's matter, what citizens read the texts': handoff/hours.
 */
export interface QueueSettings {
  timeout_minutes: number;
}
export interface RatingPage {
  items: RatingRead[];
  next: string | null;
}
/**
 * `service`: the assignment. `group_name` is empty where nobody's group was concerned.
 */
export interface RatingRead {
  id: string;
  service: string;
  conversation_id: string;
  agent_id: string;
  agent_name: string | null;
  group_id: string | null;
  group_name: string;
  score: number;
  label: string;
  tags: string[];
  comment: string;
  earlier: EarlierRating[];
  created_at: string;
  changed_at: string | null;
}
/**
 * `inboxes`: those that differ from `default`, by their id.
 */
export interface RatingSettings {
  default: InboxRatings;
  inboxes: {
    [k: string]: InboxRatings;
  };
}
/**
 * One thing that is wrong with a row, which may have several.
 *
 * `column`: the name of the one that is wrong, empty: the row as a whole. Never what stands in it.
 */
export interface RefusedRow {
  row: number;
  column: string;
  message: string;
}
/**
 * `example`: its numbers are made up.
 */
export interface RegionRead {
  key: string;
  name: string;
  example: boolean;
}
/**
 * `name` stands in answers as {{name}}; citizens of the region read `display`.
 */
export interface RegionValueRead {
  name: string;
  display: string;
  source: string;
}
/**
 * Another ticket as a page names it. `readable`: whether the reader may open it.
 */
export interface RelatedTicket {
  id: string;
  number: string;
  title: string;
  status: TicketStatus;
  readable: boolean;
  remarks: HistoryRead[];
}
/**
 * `kind`: template messages reach every follower; subscribe messages those who agreed to that very one.
 *
 * `fields`: by WeChat's name of the field what stands in it. `url`: the page a tap opens, "" for none.
 */
export interface ReminderConfig {
  kind: "template" | "subscribe";
  template_id: string;
  fields: {
    [k: string]: string;
  };
  url: string;
}
/**
 * `reminder` null: nothing is sent when the replies are used up.
 */
export interface ReminderRead {
  reminder: ReminderConfig | null;
}
/**
 * `web_md`: with the region's numbers filled in; `wechat_text`: the whole text of the bubbles.
 */
export interface Rendered {
  web_md: string;
  wechat_text: string;
}
export interface RepliesImported {
  added: number;
  changed: number;
  unchanged: number;
  refused: ReplyRefused[];
}
/**
 * `row` as the spreadsheet counts, the head being 1.
 */
export interface ReplyRefused {
  row: number;
  reason: string;
}
export interface ReplyGroup {
  id: string;
  name: string;
}
export interface ReplyList {
  items: ReplyRead[];
}
/**
 * A text the bot says; with several variants, one of them at random. `when` says where it is said.
 *
 * `words` are those that may stand in braces in it; each may be left out.
 *
 * `shipped` are the product's own variants, `variants` those in use after the next training. `buttons` stand
 * below each. `edit` 0: not changed.
 */
export interface ReplyRead {
  name: string;
  title: string;
  when: string;
  shipped: string[];
  variants: string[];
  buttons: ButtonRead[];
  words: WordRead[];
  changed: boolean;
  edit: number;
  updated_by: string | null;
  updated_at: string | null;
}
/**
 * A word in braces, {name}, that the program fills in.
 */
export interface WordRead {
  name: string;
  title: string;
}
/**
 * `settle_seconds`: how long an agent's words wait for more of them, once no more than `scarce` replies are left;
 * 0: not at all. While there are more, nothing is held up.
 *
 * `remind`: tell the citizen when words wait that WeChat does not let through, `remind_after_minutes` later, between
 * `remind_begin` and `remind_end` (China's time), once a day at most. `remind_by_sms`: by text message where WeChat's
 * own notices do not reach him and he has proved his phone. `keep_days`: so long what waits is kept.
 */
export interface ReplySettings {
  settle_seconds: number;
  scarce: number;
  remind: boolean;
  remind_after_minutes: number;
  remind_begin: string;
  remind_end: string;
  remind_by_sms: boolean;
  keep_days: number;
}
/**
 * A place in a text, written {name}; who fills it goes by `means`.
 */
export interface ReplyVariable {
  name: string;
  means: "citizen" | "agent" | "business" | "time" | "ticket";
}
export interface Retried {
  count: number;
}
export interface ReviewPage {
  items: ReviewRead[];
  next: string | null;
  people: {
    [k: string]: string;
  };
}
/**
 * A version that waits for a second person. `may_publish`: the caller has not written in it.
 */
export interface ReviewRead {
  version_id: string;
  article_id: string;
  number: number;
  edit: number;
  question: string;
  category: string;
  audience: "public" | "internal";
  authors: string[];
  submitted_at: string;
  note: string;
  first: boolean;
  may_publish: boolean;
}
/**
 * `content`: the row's columns as read. `diff`: by field, what would change in its article.
 */
export interface RowDetail {
  row: RowRead;
  content: {
    [k: string]: unknown;
  };
  diff: {
    [k: string]: Segment[];
  };
  other: OtherRead | null;
}
/**
 * A row of the file. `number` is the line, row or page a person finds it at; `position` its place, from 1.
 *
 * `fields`: columns that differ from the article. near_*: what a duplicate repeats, and how alike they are, 0..1.
 * `wanted`: an editor's word, None when its outcome decides. retired, uncited: as in RowWarnings.
 */
export interface RowRead {
  position: number;
  number: number;
  outcome: "new" | "changed" | "unchanged" | "duplicate" | "refused";
  question: string;
  field: string;
  reason: string;
  article_id: string | null;
  fields: string[];
  near_article_id: string | null;
  near_row: number | null;
  near_question: string;
  similarity: number | null;
  wanted: boolean | null;
  result: string;
  retired: boolean;
  uncited: boolean;
}
export interface RowPage {
  items: RowRead[];
  next: number | null;
}
/**
 * How many handoffs a rule leads to, by the rules in force and by the edited ones.
 */
export interface RuleCount {
  rule:
    | "customer_group"
    | "keyword"
    | "guided"
    | "understood"
    | "business"
    | "bot_down"
    | "unknown"
    | "repeated"
    | "button";
  before: number;
  after: number;
}
/**
 * The rules as a stored document.
 */
export interface RulesConfig {
  rules: RuleSettings1;
}
/**
 * All rules, in the order in which they are asked (policy.py).
 */
export interface RuleSettings1 {
  customer_group: CustomerSettings1;
  keyword: KeywordSettings1;
  guided: GuidedSettings1;
  understood: UnderstoodSettings;
  business: BusinessSettings1;
  bot_down: BotDownSettings1;
  unknown: UnknownSettings;
  repeated: RepeatedSettings;
  button: ButtonSettings1;
}
/**
 * `conversations` looked at, of `begun` in that time; `turns`: messages to the bot, of which `not_asked` had no
 * reply of the bot to judge by. `changed`: newest first, of the newest MOST_CHANGED of `changed_count` those that the
 * caller may read; `hidden`: how many may not be.
 */
export interface RulesPreview {
  days: number;
  begun: number;
  conversations: number;
  turns: number;
  not_asked: number;
  counts: RuleCount[];
  changed: ChangedConversation[];
  changed_count: number;
  hidden: number;
}
/**
 * All the caller may use, most used first. `groups`: those whose replies the caller sees.
 */
export interface SavedReplyList {
  items: SavedReplyRead[];
  groups: ReplyGroup[];
  variables: ReplyVariable[];
}
/**
 * `editable`: by who asks.
 */
export interface SavedReplyRead {
  id: string;
  scope: "shared" | "group" | "own";
  group_id: string | null;
  group_name: string | null;
  shortcut: string;
  title: string;
  initials: string;
  text: string;
  category: string;
  position: number;
  uses: number;
  updated_at: string;
  editable: boolean;
}
/**
 * What an article may be limited to. `region` is the installation's own, `nationwide` stands for no limit.
 *
 * `values`: the numbers of the installation's region.
 */
export interface ScopeRead {
  region: string;
  nationwide: string;
  regions: RegionRead[];
  businesses: string[];
  values: RegionValueRead[];
}
/**
 * `band` says what may be done with the results; they are best first.
 */
export interface SearchRead {
  query: string;
  band: "answer" | "guide" | "unknown";
  results: HitRead[];
}
export interface SentAgain {
  count: number;
}
export interface SentenceList {
  items: SentenceRead[];
}
/**
 * `id` is None for shipped ones.
 */
export interface SentenceRead {
  id: string | null;
  text: string;
  intent: string;
  title: string;
  own: boolean;
  created_by: string | null;
  created_at: string | null;
}
/**
 * `{ahead}` people before one, `{opening}` the next duty hours, `{minutes}` waited, `{name}` of the agent.
 */
export interface ServiceTexts {
  person: string;
  queued: string;
  off_duty: string;
  off_duty_unknown: string;
  full: string;
  nobody: string;
  timed_out: string;
  claimed: string;
  released: string;
  closed: string;
}
/**
 * `code`: our stable code, `provider_code`: what the provider calls it; both empty when all is well.
 */
export interface SmsCheck {
  ok: boolean;
  code: string;
  provider_code: string;
  message: string;
}
/**
 * Of phone codes. The limits are those that providers themselves keep to per phone, or stricter.
 */
export interface SmsCodeLimits {
  valid_minutes: number;
  tries: number;
  seconds_between: number;
  per_hour: number;
  per_day: number;
  address_per_hour: number;
  address_per_day: number;
  all_per_day: number;
}
/**
 * When texts nobody is waiting for may go out, in China's time; codes go out at any time.
 */
export interface SmsHours {
  begin: string;
  end: string;
}
export interface SmsInboundRead {
  phone_masked: string;
  text: string;
  received_at: string;
}
/**
 * The newest first.
 */
export interface SmsLog {
  texts: SmsTextRead[];
  inbound: SmsInboundRead[];
}
/**
 * A text without what it said.
 */
export interface SmsTextRead {
  id: string;
  template: string;
  phone_masked: string;
  state: string;
  provider: string;
  error: string;
  provider_code: string;
  attempts: number;
  created_at: string;
  sent_at: string | null;
  settled_at: string | null;
}
/**
 * `automatic`: the HTTP gateway of the installation's environment, else the console, which sends nothing.
 *
 * `sign_name`: the approved signature without its brackets. `templates`: the provider's name of each of ours.
 */
export interface SmsSettings {
  provider: "automatic" | "console" | "http" | "aliyun" | "tencent";
  sign_name: string;
  templates: {
    [k: string]: string | "";
  };
  hours: SmsHours;
  codes: SmsCodeLimits;
  aliyun: AliyunSettings;
  tencent: TencentSettings;
}
export interface TencentSettings {
  secret_id: string;
  sdk_app_id: string;
  region: string;
}
/**
 * `in_use`: the provider that sends. `secrets`: which are stored. `callbacks`: what to enter at the provider.
 *
 * `gateway`: whether the installation's environment names an HTTP gateway. `codes_today`: sent by all servers.
 */
export interface SmsStatus {
  in_use: "console" | "http" | "aliyun" | "tencent";
  gateway: boolean;
  simulator_url: string;
  secrets: {
    [k: string]: boolean;
  };
  callbacks: {
    [k: string]: string;
  };
  templates: SmsTemplateRead[];
  codes_today: number;
}
/**
 * `text` is the wording to hand in at the provider.
 */
export interface SmsTemplateRead {
  name: string;
  title: string;
  text: string;
  params: string[];
}
export interface StageChoice {
  key: string;
  name: string;
  kind: "dispatch" | "handle" | "review";
}
export interface TagRead {
  tag: string;
  articles: number;
}
/**
 * Shipped: a colleague has to accept. Until then the citizen keeps the agent he has.
 *
 * `accept_seconds`: unanswered for so long, an offer is over and the sender is told.
 * `group_return_minutes`: nobody of the group has taken it for so long, the sender gets it back if they are online
 * and have room; else it goes on waiting.
 */
export interface TeamSettings {
  transfer_accepted: boolean;
  accept_seconds: number;
  group_return_minutes: number;
}
export interface TextsSettings {
  usual: ServiceTexts1;
  inboxes: {
    [k: string]: InboxTexts;
  };
}
/**
 * `{ahead}` people before one, `{opening}` the next duty hours, `{minutes}` waited, `{name}` of the agent.
 */
export interface ServiceTexts1 {
  person: string;
  queued: string;
  off_duty: string;
  off_duty_unknown: string;
  full: string;
  nobody: string;
  timed_out: string;
  claimed: string;
  released: string;
  closed: string;
}
/**
 * What can be filtered by.
 */
export interface TicketChoices {
  types: TypeChoice[];
  departments: Named[];
  people: PersonChoice[];
  businesses: string[];
  regions: string[];
  channels: string[];
}
export interface TypeChoice {
  id: string;
  name: string;
  stages: StageChoice[];
}
/**
 * `open`: how many tickets are in the person's hands. `substitute_name`: who stands in while he is away.
 * `dispatches`: may say whose a ticket is.
 */
export interface TicketColleague {
  id: string;
  name: string;
  department_id: string | null;
  open: number;
  away: boolean;
  substitute_name: string | null;
  dispatches: boolean;
}
/**
 * How many are in each list, as far as `most`: who has more needs no number.
 */
export interface TicketCounts {
  counts: {
    [k: string]: number;
  };
  most: number;
}
/**
 * Newest first. `next`: the `after` of the next page; null: no more.
 */
export interface TicketDeliveryPage {
  items: TicketDeliveryRead[];
  next: string | null;
}
/**
 * An event on its way. `id` is its webhook-id; `status` the system's last HTTP status, null: no answer.
 */
export interface TicketDeliveryRead {
  id: string;
  endpoint_id: string;
  ticket_id: string;
  number: string;
  step: string;
  version: number;
  state: "delivered" | "retrying" | "failed";
  attempts: number;
  status: number | null;
  error: string;
  seconds: number;
  created_at: string;
  updated_at: string;
}
export interface TicketDepartment {
  id: string;
  name: string;
  parent_id: string | null;
  leader_id: string | null;
}
/**
 * A ticket as its page shows it. `draft`: what is under review. `worded`: steps that need words. `next_stages`:
 * the stages that may follow this one. `definition`: what it was filed under, for the forms of its steps.
 * `external_id`: what it is called where it comes from; of a left message its id.
 */
export interface TicketDetail {
  id: string;
  number: string;
  type: string;
  type_name: string;
  title: string;
  priority: "low" | "normal" | "high" | "urgent";
  business: string | null;
  region: string | null;
  status: TicketStatus;
  stage: string;
  stage_name: string;
  turn: string;
  version: number;
  source: "agent" | "bot" | "citizen" | "left_message" | "api" | "import";
  conversation_id: string | null;
  contact_id: string | null;
  contact_name: string | null;
  citizen_name: string;
  citizen_phone: string;
  department_id: string | null;
  department_name: string | null;
  assignee_id: string | null;
  assignee_name: string | null;
  handler_id: string | null;
  created_by: string | null;
  due_at: string | null;
  urged_at: string | null;
  remarked_at: string | null;
  score: number | null;
  created_at: string;
  updated_at: string;
  resolved_at: string | null;
  closed_at: string | null;
  forgotten: boolean;
  steps: TicketStep[];
  description: string;
  resolution: string;
  draft: string;
  history: HistoryRead[];
  handler_name: string | null;
  turn_name: string;
  values: FieldRead[];
  deadlines: DeadlineRead[];
  files: TicketFileRead[];
  links: RelatedTicket[];
  merged: RelatedTicket[];
  merged_into: RelatedTicket | null;
  worded: TicketStep[];
  next_stages: NextStage[];
  definition: TicketDefinition | null;
  external_id: string | null;
  rating: GivenRating | null;
}
/**
 * A file as those see it who see the ticket. `by_citizen`: its citizen sees it too.
 */
export interface TicketFileRead {
  file: FileContent;
  by_citizen: boolean;
  by: string;
  by_name: string;
  at: string;
}
/**
 * `waiting`: events not delivered yet; `failed`: that it will not take, or that were left out. `failing_since`: it
 * is tried again at `next_try_at`; what comes meanwhile waits behind the first.
 */
export interface TicketEndpointRead {
  id: string;
  name: string;
  url: string;
  active: boolean;
  steps: string[];
  types: string[];
  department_ids: string[];
  personal: "none" | "masked" | "full";
  secrets: ValidSecret[];
  waiting: number;
  failed: number;
  failing_since: string | null;
  next_try_at: string | null;
  last_error: string;
  created_at: string;
}
/**
 * `secret` is never shown again.
 */
export interface TicketEndpointShown {
  endpoint: TicketEndpointRead;
  secret: string;
}
/**
 * `rows`: how many there are; `good`: how many are right and new; `wrong`: how many have something in `refused`.
 *
 * `known`: filed by an earlier import.
 */
export interface TicketImport {
  rows: number;
  good: number;
  wrong: number;
  filed: ImportedTicket[];
  known: ImportedTicket[];
  refused: RefusedRow[];
}
/**
 * What was shown in part, looked at once: the look is audited. `said`: by the number of the step.
 */
export interface TicketInFull {
  citizen_name: string;
  citizen_phone: string;
  title: string;
  description: string;
  resolution: string;
  draft: string;
  fields: {
    [k: string]: unknown;
  };
  said: {
    [k: string]: string;
  };
}
/**
 * What is known; the person who files looks it over. `fields`: by the keys of the type's fields.
 */
export interface TicketPrefill {
  type: string | null;
  title: string;
  description: string;
  business: string | null;
  region: string | null;
  citizen_name: string;
  citizen_phone: string;
  fields: {
    [k: string]:
      | string
      | string[]
      | {
          [k: string]: string;
        };
  };
}
/**
 * A ticket in short lists; numbers in it are shown in part. `steps`: what the reader may do now.
 *
 * `turn`: whose turn it is (life/flow.py).
 */
export interface TicketRead {
  id: string;
  number: string;
  type: string;
  type_name: string;
  title: string;
  priority: "low" | "normal" | "high" | "urgent";
  business: string | null;
  region: string | null;
  status: TicketStatus;
  stage: string;
  stage_name: string;
  turn: string;
  version: number;
  source: "agent" | "bot" | "citizen" | "left_message" | "api" | "import";
  conversation_id: string | null;
  contact_id: string | null;
  contact_name: string | null;
  citizen_name: string;
  citizen_phone: string;
  department_id: string | null;
  department_name: string | null;
  assignee_id: string | null;
  assignee_name: string | null;
  handler_id: string | null;
  created_by: string | null;
  due_at: string | null;
  urged_at: string | null;
  remarked_at: string | null;
  score: number | null;
  created_at: string;
  updated_at: string;
  resolved_at: string | null;
  closed_at: string | null;
  forgotten: boolean;
  steps: TicketStep[];
}
/**
 * A ticket in a list; numbers in it are shown in part. `turn`: whose turn it is (types of life/flow.py).
 */
export interface TicketRow {
  id: string;
  number: string;
  type: string;
  type_name: string;
  title: string;
  priority: "low" | "normal" | "high" | "urgent";
  status: TicketStatus;
  stage: string;
  stage_name: string;
  turn: string;
  version: number;
  source: string;
  channel: string | null;
  business: string | null;
  region: string | null;
  citizen_name: string;
  citizen_phone: string;
  conversation_id: string | null;
  contact_id: string | null;
  department_id: string | null;
  department_name: string | null;
  assignee_id: string | null;
  assignee_name: string | null;
  due_at: string | null;
  overdue: boolean;
  urged: boolean;
  remarked: boolean;
  score: number | null;
  created_at: string;
  updated_at: string;
}
/**
 * `next`: the `after` of the next page, None at the end. `stopped`: a search that looked at many and found few
 * stopped here; it goes on with `next`.
 */
export interface TicketRowPage {
  items: TicketRow[];
  next: string | null;
  stopped: boolean;
}
export interface TicketStaff {
  departments: TicketDepartment[];
  people: TicketColleague[];
}
/**
 * Nothing is stored. No mistakes: it would be accepted.
 */
export interface TicketTypeChecked {
  mistakes: MistakeRead[];
}
/**
 * A type as it is in force. `active`: whether new tickets of it may be filed.
 */
export interface TicketTypeRead {
  id: string;
  version: number;
  active: boolean;
  definition: TicketDefinition;
}
/**
 * What a type was set to. `by_name`: of the account, else who it was otherwise (system).
 */
export interface TicketTypeVersionRead {
  version: number;
  at: string;
  by: string;
  by_name: string;
  definition: TicketDefinition;
}
/**
 * How much the editors' data it was given holds.
 */
export interface TrainingContent {
  intents: number;
  examples: number;
  replies: number;
  flows: number;
}
export interface TrainingLog {
  log: string;
}
/**
 * Newest first; `next` is the `after` of the next page. `untrained`: changes no training has seen.
 *
 * `people`: names by what stands in `created_by` and `switched_by`.
 */
export interface TrainingPage {
  items: TrainingRead[];
  next: string | null;
  untrained: boolean;
  people: {
    [k: string]: string;
  };
}
/**
 * A training. `percent` 0..100 of the whole; `step` says what is being done.
 *
 * `report` is known from `evaluating` on. `refused`: worse than the model it was compared with. `has_model`: it
 * can be tested and switched to. `cause` upgrade: started by the product itself after an update.
 */
export interface TrainingRead {
  id: string;
  state: "queued" | "training" | "evaluating" | "ready" | "refused" | "live" | "failed" | "cancelled";
  step: "waiting" | "writing" | "training" | "evaluating" | "comparing" | "done";
  percent: number;
  cause: "editor" | "upgrade";
  content: TrainingContent;
  switch_when_ready: boolean;
  report: Comparison | null;
  has_model: boolean;
  seconds: number | null;
  error_code: string;
  error: string;
  created_by: string;
  created_at: string;
  updated_at: string;
  switched_at: string | null;
  switched_by: string | null;
  forced_reason: string;
}
/**
 * `group`: its name, "" for anybody. `minutes_ahead`: as if they had come that much earlier.
 *
 * `agent`: who would get it now if it were given automatically; null: nobody is free. `lines`: why.
 */
export interface TrialRead {
  group: string;
  priority: number;
  minutes_ahead: number;
  agent: string | null;
  lines: string[];
}
/**
 * Whether WeChat took it; if not, `message` says what to do.
 */
export interface TrialResult {
  ok: boolean;
  errcode: number | null;
  message: string;
}
/**
 * `unanswered`: conversations whose citizen waits for an answer; `unanswered_since`: the longest.
 */
export interface WallAgent {
  id: string;
  name: string;
  status: "online" | "busy" | "rest" | "wrap_up" | "offline";
  reason: string;
  since: string | null;
  active: number;
  capacity: number;
  groups: string[];
  unanswered: number;
  unanswered_since: string | null;
}
export interface WallAlert {
  id: string;
  at: string;
  code: string;
  message: string;
  conversation_id: string | null;
  agent_id: string | null;
  agent_name: string;
}
/**
 * One that waits or is served. `waiting_since`: for a place in somebody's hands, or for the answer.
 */
export interface WallConversation {
  id: string;
  status: string;
  channel: string;
  contact_id: string;
  contact_name: string;
  owner_id: string | null;
  group_id: string | null;
  waiting_since: string | null;
  answer_due_at: string | null;
}
/**
 * A line. `group_id` null: whoever waits for anybody. `oldest_at`: since when the longest waits.
 */
export interface WallQueue {
  group_id: string | null;
  name: string;
  waiting: number;
  oldest_at: string | null;
  eta_seconds: number | null;
}
export interface WallRead {
  at: string;
  queues: WallQueue[];
  agents: WallAgent[];
  conversations: WallConversation[];
  totals: WallTotals;
  alerts: WallAlert[];
}
/**
 * Of the day, from midnight in China. `first_answer_seconds` and `rating` are averages; null: none yet.
 *
 * `handed_off` counts requests for a person, `served` services that began, `closed` those that ended with the
 * conversation. The first answer is measured from the beginning of the service.
 */
export interface WallTotals {
  handed_off: number;
  served: number;
  closed: number;
  first_answer_seconds: number | null;
  rating: number | null;
  rated: number;
}
/**
 * An account as an administrator sees it.
 */
export interface WecomRead {
  inbox: string;
  name: string;
  enabled: boolean;
  callback_url: string;
  secrets_set: SecretsSet;
  health: AccountHealth;
  problem: string;
  corp_id: string;
  open_kfid: string;
  welcome: string;
  hot_questions: string[];
}
/**
 * `inboxes`: those that differ from `default`, by their id.
 */
export interface WidgetSettings {
  default: InboxWidget2;
  inboxes: {
    [k: string]: InboxWidget;
  };
}
/**
 * `side_px`, `bottom_px`: the button's distance from the window's edges; on phones at most 16 from the side.
 *
 * `texts_en` are for pages in English.
 */
export interface InboxWidget2 {
  colour: string;
  logo: string;
  side: "right" | "left";
  side_px: number;
  bottom_px: number;
  texts: WidgetTexts;
  texts_en: WidgetTexts1;
  opening: Opening;
  /**
   * @maxItems 8
   */
  entries: BusinessEntry[];
}
/**
 * `agent`: the words that keep an agent from sending it. `shown`: what a citizen's text becomes.
 */
export interface WordsTried {
  agent: string[];
  citizen: "sent" | "masked" | "refused";
  shown: string;
}
/**
 * A form that is not written yet. `until`: the wrap-up time runs to then.
 */
export interface WrapUpItem {
  id: string;
  conversation_id: string;
  contact_id: string;
  contact_name: string;
  state: "pending" | "done" | "skipped";
  until: string | null;
  created_at: string;
}
/**
 * The form: a draft while it is pending. `editable_until`: null as long as it was not saved.
 */
export interface WrapUpRead {
  id: string;
  conversation_id: string;
  contact_id: string;
  contact_name: string;
  state: "pending" | "done" | "skipped";
  until: string | null;
  created_at: string;
  business: string | null;
  businesses: string[];
  solved: ("yes" | "no" | "follow_up") | null;
  summary: string;
  required: boolean;
  saved_at: string | null;
  editable_until: string | null;
}

/** What the server pushes: the payload's type follows from the event's name. */
export interface ServerEvents {
  "alert.raised": AlertRaised;
  "conversation.assigned": ConversationAssigned;
  "conversation.queued": ConversationQueued;
  "conversation.updated": ConversationRead;
  "hot.updated": HotUpdated;
  "left_message.updated": LeftMessageUpdated;
  "message.created": MessageRead;
  "message.updated": MessageRead;
  "presence.updated": PresenceUpdated;
  "queue.updated": QueueUpdated;
  "rating.requested": RatingRequested;
  "rating.updated": RatedService;
  "reply_window.updated": ReplyWindowUpdated;
  "session.moved": SessionMoved;
  "session.ready": SessionReady;
  "suggestions.updated": SuggestionsUpdated;
  "team.updated": TeamUpdated;
  "ticket.updated": TicketUpdated;
  "typing.updated": TypingUpdated;
  "wrap_up.updated": WrapUpUpdated;
}

/** What may be commanded on /visitor, and with what. */
export interface VisitorPayloads {
  "answer_feedback": AnswerFeedback;
  "cancel_handoff": Empty;
  "close_conversation": Empty;
  "confirm_ticket": NameTicket;
  "file_ticket": FileTicket;
  "follow_up_left_message": FollowUpLeftMessage;
  "leave_message": LeaveMessage;
  "list_left_messages": Empty;
  "list_messages": VisitorListMessages;
  "list_services": Empty;
  "list_tickets": Empty;
  "mark_read": VisitorMarkRead;
  "open_ticket": OpenTicket;
  "rate_conversation": RateConversation;
  "rate_ticket": RateTicket;
  "read_ticket": NameTicket;
  "remark_ticket": RemarkTicket;
  "request_handoff": RequestHandoff;
  "send_message": VisitorSendMessage;
  "send_phone_code": SendPhoneCode;
  "set_typing": VisitorSetTyping;
  "ticket_forms": Empty;
  "urge_ticket": NameTicket;
  "withdraw_ticket": WithdrawTicket;
}

/** What may be commanded on /agent, and with what. */
export interface AgentPayloads {
  "accept_transfer": OfConversation;
  "answer_join": AnswerJoin;
  "ask_to_join": OfConversation;
  "cancel_transfer": OfConversation;
  "claim_conversation": OfConversation;
  "claim_next": Empty;
  "close_conversation": OfConversation;
  "decline_transfer": DeclineTransfer;
  "designate_agent": DesignateAgent;
  "invite_rating": OfConversation;
  "invite_to_join": InviteToJoin;
  "join_conversation": OfConversation;
  "leave_conversation": OfConversation;
  "list_messages": AgentListMessages;
  "log_out_agent": LogOutAgent;
  "mark_read": AgentMarkRead;
  "reassign_conversation": ReassignConversation;
  "recall_message": RecallMessage;
  "release_conversation": OfConversation;
  "retry_delivery": RetryDelivery;
  "return_conversation": ReturnConversation;
  "send_message": AgentSendMessage;
  "set_presence": SetPresence;
  "set_typing": AgentSetTyping;
  "step_out": OfConversation;
  "take_over_conversation": TakeOverConversation;
  "transfer_conversation": TransferConversation;
  "wrap_up": WrapUpSend;
}
