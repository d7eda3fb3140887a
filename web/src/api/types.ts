/** Shapes of the HTTP contract, as the pages read them. State lists are values, so that tests can walk them. */

export const INCIDENT_STATES = ['pending', 'active', 'completing', 'complete', 'cancelled', 'error', 'archived'] as const
export const STAGE_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const
export const SIMULATION_STATES = [
  'created', 'queued', 'running', 'completing', 'succeeded', 'failed', 'timed_out', 'cancelled', 'lost',
] as const
export const JOB_STATES = [
  'scheduled', 'queued', 'running', 'completing', 'paused', 'succeeded', 'failed', 'timed_out', 'cancelled',
  'quarantined', 'lost',
] as const
export const MACHINE_STATES = ['answers', 'unreachable', 'pending'] as const
export const SOURCE_STATES = ['waiting', 'polling', 'paused', 'failing'] as const
export const DELIVERY_STATES = ['queued', 'delivered', 'ignored', 'quarantined'] as const
export const WORKFLOW_STATES = ['loaded', 'broken'] as const
export const ALARM_STATES = ['new', 'acknowledged', 'shelved', 'gone'] as const
export const ALARM_PRIORITIES = ['critical', 'high', 'low'] as const
export const LOOP_STATES = ['running', 'waiting', 'backing_off', 'stopped'] as const
export const MODULE_STATES = ['ok', 'degraded'] as const
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const

export type IncidentState = (typeof INCIDENT_STATES)[number]
export type StageState = (typeof STAGE_STATES)[number]
export type SimulationState = (typeof SIMULATION_STATES)[number]
export type JobState = (typeof JOB_STATES)[number]
export type MachineState = (typeof MACHINE_STATES)[number]
export type SourceState = (typeof SOURCE_STATES)[number]
export type DeliveryState = (typeof DELIVERY_STATES)[number]
export type AlarmState = (typeof ALARM_STATES)[number]
export type AlarmPriority = (typeof ALARM_PRIORITIES)[number]

type Time = string
export interface Page<T> {
  items: T[]
  next_cursor?: string | null
}
export interface Waiting {
  kind: string
  since: Time | null
  text: string
  next_check_at: Time | null
}

export interface Session {
  user: { id: string; email: string; name: string; role: string }
  role: string
  scopes: string[]
  expires_at: Time
}
export interface SessionRow {
  id: string
  created_at: Time
  last_seen_at: Time
  user_agent: string | null
  current: boolean
}
export interface Token {
  id: string
  name: string
  prefix: string
  scopes?: string[]
  created_at?: Time
  last_used_at?: Time | null
  expires_at?: Time | null
  revoked_at?: Time | null
}
export interface TokenCreated extends Token {
  token: string
}

export interface Version {
  version: string
  commit: string | null
  schema_revision: string | null
}
export interface LoopHealth {
  name: string
  state: (typeof LOOP_STATES)[number]
  runs: number
  failures: number
  last_error: string | null
  last_run_at: Time | null
  next_run_at: Time | null
}
export interface ModuleHealth {
  name: string
  status: (typeof MODULE_STATES)[number]
  text: string | null
  loops: LoopHealth[]
}
export interface Health {
  status: 'ok' | 'degraded'
  server_time: Time
  node: { id: string; name: string; started_at: Time }
  modules: ModuleHealth[]
}
export interface Driver {
  kind: string
  name: string
  title: string
  available: boolean
  error: string | null
  settings_schema: JsonSchema
}

export interface Event {
  id: string
  at: Time
  type: string
  subject_id: string | null
  incident_id: string | null
  actor: string | null
  text: string
  data: Record<string, unknown>
}
export interface Alarm {
  id: string
  key: string
  priority: AlarmPriority
  state: AlarmState
  title: string
  consequence: string | null
  action: string | null
  subject_id: string | null
  raised_at: Time
  cleared_at: Time | null
  count: number
  seen: boolean
  acknowledged_by: string | null
  acknowledged_at: Time | null
  note: string | null
  shelved_until: Time | null
  shelved_reason: string | null
}
export interface LogRecord {
  at: Time
  level: string
  module: string | null
  message: string
  request_id?: string | null
  job_id?: string | null
  incident_id?: string | null
  simulation_id?: string | null
  data?: Record<string, unknown>
}
export interface Job {
  id: string
  number: number
  kind: string
  queue: string
  state: JobState
  priority: number
  attempt: number
  max_attempts: number
  created_at: Time
  run_at: Time | null
  started_at: Time | null
  finished_at: Time | null
  incident_id: string | null
  error: string | null
  waiting_on: Waiting | null
}

export interface Source {
  id: string
  name: string
  driver: string
  settings: Record<string, unknown>
  enabled: boolean
  state: SourceState
  last_polled_at: Time | null
  next_poll_at: Time | null
  last_error: string | null
  delivery_count: number
  quarantined_count: number
  waiting_on: Waiting | null
}
export interface Delivery {
  id: string
  source_id: string
  source_name: string
  item_key: string
  revision: number | string
  state: DeliveryState
  reason: string | null
  received_at: Time
  incident_id: string | null
  bytes: number
  title: string | null
  body?: unknown
}

export interface Workflow {
  name: string
  title: string
  version: string
  state: (typeof WORKFLOW_STATES)[number]
  error: { file: string; line: number | null; message: string } | null
  stages: { name: string; sends: string[] }[]
  parameters_schema: JsonSchema | null
  path: string
}

export interface IncidentWait {
  subject_id: string
  subject: string
  kind: string
  text: string
  since: Time | null
  next_check_at: Time | null
}
export interface Incident {
  id: string
  name: string
  workflow: string
  workflow_version: string
  state: IncidentState
  exercise: boolean
  key: string | null
  opened_at: Time
  activated_at: Time | null
  finished_at: Time | null
  deadline_at: Time | null
  comment: string | null
  source_item: { source_name: string; item_key: string; url: string | null } | null
  area: GeoJSON.Geometry | null
  headline: { label: string; value: string; detail: string | null } | null
  stage: string | null
  stage_count: number
  stages_done: number
  simulation_count: number
  simulations_done: number
  simulations_failed: number
  simulations_running: number
  dataset_count: number
  dataset_bytes: number
  first_result_seconds: number | null
  waiting_on: Waiting | null
  waits?: IncidentWait[]
  state_data?: Record<string, unknown>
}

export interface TimelineDelivery {
  id: string
  at: Time
  label: string | null
  state: string
  revision: number | string
}
export interface TimelineStage {
  id: string
  name: string
  state: StageState
  queued_at: Time
  started_at: Time | null
  finished_at: Time | null
  attempts: number
  label: string | null
  error: string | null
  attempts_log: { attempt: number; started_at: Time; finished_at: Time | null; error: string | null }[]
}
export interface TimelineSimulation {
  id: string
  name: string
  machine: string | null
  driver: string | null
  state: SimulationState
  native_state: string | null
  created_at: Time
  queued_at: Time | null
  started_at: Time | null
  finished_at: Time | null
  attempt: number
  error: string | null
  progress: number | null
}
export interface TimelineDataset {
  id: string
  name: string
  media_type: string
  bytes: number
  sha256: string | null
  at: Time
  simulation_id: string | null
  stage: string | null
  role: string | null
}
export interface Timeline {
  server_time: Time
  from_at: Time
  to_at: Time
  deliveries: TimelineDelivery[]
  stages: TimelineStage[]
  simulations: TimelineSimulation[]
  datasets: TimelineDataset[]
}

export interface Simulation {
  id: string
  incident_id: string | null
  name: string
  machine: string | null
  state: SimulationState
  native_id: string | null
  native_state: string | null
  created_at: Time
  queued_at: Time | null
  started_at: Time | null
  finished_at: Time | null
  seconds: number | null
  exit_code: number | null
  error: string | null
  command: string | string[] | null
  placement: { machine: string | null; reasons: unknown[] } | null
  resources: { cores?: number | null; memory_bytes?: number | null; walltime_seconds?: number | null } | null
  usage: { cpu_seconds?: number | null; max_rss_bytes?: number | null } | null
  waiting_on: Waiting | null
}
export interface Machine {
  id: string
  name: string
  driver: string
  transport: string | null
  enabled: boolean
  cordoned: boolean
  test_mode: boolean
  state: MachineState
  cores: number | null
  cores_used: number | null
  queued_count: number
  running_count: number
  last_polled_at: Time | null
  last_error: string | null
}
export interface Storage {
  id: string
  name: string
  driver: string
  state: string
  bytes_used: number | null
  bytes_free: number | null
}
export interface Dataset {
  id: string
  name: string
  media_type: string
  bytes: number
  sha256: string | null
  role: string | null
  incident_id: string | null
  simulation_id: string | null
  stage: string | null
  created_at: Time
  comment: string | null
  provenance: {
    incident?: string | null
    stage?: string | null
    simulation?: string | null
    machine?: string | null
    inputs?: string[]
  } | null
  replicas: { storage: string; path: string; state: string; verified_at: Time | null }[]
}

/** The part of JSON Schema that settings models use. */
export interface JsonSchema {
  type?: string | string[]
  title?: string
  description?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
  format?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  items?: JsonSchema
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
  $ref?: string
  $defs?: Record<string, JsonSchema>
  writeOnly?: boolean
}
