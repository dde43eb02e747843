import { defaultPayloadConverter } from '@temporalio/common'
import { temporal } from '@temporalio/proto'
import Long from 'long'

// What a Temporal server keeps of a run of the recipe. A server is not to be had without a download, so the events are written
// here; and they are objects of the protocol, as another copy of its library would read them from JSON.

const types = temporal.api.enums.v1.EventType
type Event = temporal.api.history.v1.IHistoryEvent
/** An event or several, given the number of the first. */
type Written = (first: number) => readonly Event[]

const payloads = (value: unknown) => ({ payloads: [defaultPayloadConverter.toPayload(value)] })
const at = (id: number) => Long.fromNumber(id)

/** The workflow is gone through until it waits. */
const turn: Written = (first) => [
  {
    eventType: types.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    workflowTaskScheduledEventAttributes: { taskQueue: { name: 'store' } },
  },
  {
    eventType: types.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    workflowTaskStartedEventAttributes: { scheduledEventId: at(first) },
  },
  {
    eventType: types.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
    workflowTaskCompletedEventAttributes: { scheduledEventId: at(first), startedEventId: at(first + 1) },
  },
]

const began: Written = () => [
  {
    eventType: types.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    workflowExecutionStartedEventAttributes: {
      workflowType: { name: 'journey' },
      taskQueue: { name: 'store' },
      input: payloads('ann'),
      originalExecutionRunId: 'run',
      firstExecutionRunId: 'run',
      workflowTaskTimeout: { seconds: at(10) },
      workflowId: 'journey-ann',
      attempt: 1,
    },
  },
]

const split =
  (activityId: string, decision: unknown): Written =>
  (first) => [
    {
      eventType: types.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
      activityTaskScheduledEventAttributes: {
        activityId,
        activityType: { name: 'splitWelcome' },
        taskQueue: { name: 'store' },
        input: payloads('ann'),
        workflowTaskCompletedEventId: at(first - 1),
      },
    },
    {
      eventType: types.EVENT_TYPE_ACTIVITY_TASK_STARTED,
      activityTaskStartedEventAttributes: { scheduledEventId: at(first), attempt: 1 },
    },
    {
      eventType: types.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
      activityTaskCompletedEventAttributes: {
        scheduledEventId: at(first),
        startedEventId: at(first + 1),
        result: payloads(decision),
      },
    },
  ]

const pause: Written = (first) => [
  {
    eventType: types.EVENT_TYPE_TIMER_STARTED,
    timerStartedEventAttributes: {
      timerId: '1',
      startToFireTimeout: { seconds: at(3 * 86_400) },
      workflowTaskCompletedEventId: at(first - 1),
    },
  },
  {
    eventType: types.EVENT_TYPE_TIMER_FIRED,
    timerFiredEventAttributes: { timerId: '1', startedEventId: at(first) },
  },
]

const ended: Written = (first) => [
  {
    eventType: types.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
    workflowExecutionCompletedEventAttributes: {
      result: payloads('not compared'),
      workflowTaskCompletedEventId: at(first - 1),
    },
  },
]

/** The parts in their order, numbered from 1. */
function history(...parts: readonly Written[]) {
  const events: Event[] = []
  for (const part of parts) {
    for (const event of part(events.length + 1)) {
      const eventTime = { seconds: at(1_795_000_000 + events.length) }
      events.push({ ...event, eventId: at(events.length + 1), eventTime })
    }
  }
  return temporal.api.history.v1.History.create({ events })
}

/** The whole journey, with what its splits gave. */
export const journeyOf = (first: unknown, later: unknown) =>
  history(began, turn, split('1', first), turn, pause, turn, split('2', later), turn, ended)

/** One that slept first: another workflow has written it. */
export const otherJourney = () => history(began, turn, pause, turn)
