import { millisecondsOf, type Service } from './ask.ts'
import { Batches } from './batches.ts'
import { decide, type Decision } from './decide.ts'
import { errorOf, SegmentryError } from './error.ts'
import { type People, peopleOf, withPart } from './person.ts'
import { readSplit, type Split, type SplitForm } from './plan.ts'
import type { Done, Message, Red, RedNode, Send, Status } from './red.ts'
import type { ServiceNode } from './segmentry-service.ts'

/** A message that waits for its answer. */
interface Waiting {
  message: Message
  people: People
  send: Send
  done: Done
  since: number
}

/** Sends each message out of the branch that its person takes. */
export default (RED: Red): void => {
  RED.nodes.registerType('segmentry-split', function (this: RedNode, form: SplitForm) {
    RED.nodes.createNode(this, form)
    try {
      const found = RED.nodes.getNode(form.service) as ServiceNode | null
      if (!found) throw new SegmentryError('not-configured', 'found no service, expected one to be chosen')
      run(this, form, readSplit(form), found.service)
    } catch (error) {
      const wrong = errorOf(error)
      this.status(problem(wrong))
      this.on('input', (_message, _send, done) => done(wrong))
    }
  })

  function run(node: RedNode, form: SplitForm, split: Split, service: Service): void {
    const stop = new AbortController()
    const batches = new Batches<Waiting>({
      wait: numberOr(form.wait, 5),
      most: numberOr(form.most, 1_000),
      count: ({ people }) => people.ids.length,
      work,
    })
    let hasSpoken = false
    // Whoever types a path is used to beginning it so.
    const property = form.property.replace(/^msg\./, '')
    check()

    node.on('input', (message, send, done) => {
      try {
        const people = peopleOf(message, property, pathIn(message))
        if (people.ids.length === 0) done()
        else batches.add({ message, people, send, done, since: Date.now() })
      } catch (error) {
        refuse([{ done }], errorOf(error))
      }
    })

    node.on('close', () => {
      stop.abort()
      const left = batches.close()
      for (const { done } of left) done(stopped())
      // A Catch node that is stopped as well takes an error and says nothing of it.
      if (left.length > 0)
        node.warn(`Stopped with ${left.length} messages that had no answer yet: they have failed`)
    })

    function pathIn(message: Message): (string | number)[] {
      try {
        return RED.util.normalisePropertyExpression(property, message)
      } catch (error) {
        throw new SegmentryError('no-person', `found no way to msg.${property}: ${(error as Error).message}`)
      }
    }

    /** Asks for nobody, so that whoever deploys sees at once whether the service can follow the plan. */
    function check(): void {
      decide(service, split, [], stop.signal).then(
        () => hasSpoken || node.status({}),
        (error: unknown) => hasSpoken || stop.signal.aborted || node.status(problem(errorOf(error))),
      )
    }

    /** Says something of messages, which is newer than what came of the deployment. */
    function say(status: Status): void {
      hasSpoken = true
      node.status(status)
    }

    async function work(batch: readonly Waiting[]): Promise<void> {
      const ids = batch.flatMap(({ people }) => people.ids)
      say({ fill: 'blue', shape: 'ring', text: `asking ${ids.length}` })
      try {
        const decisions = await decide(service, split, ids, stop.signal)
        if (stop.signal.aborted) return
        say({ fill: 'green', shape: 'dot', text: `${ids.length} asked` })
        let first = 0
        for (const waiting of batch) {
          const after = first + waiting.people.ids.length
          route(waiting, decisions.slice(first, after))
          first = after
        }
      } catch (error) {
        if (stop.signal.aborted) return
        const wrong = errorOf(error)
        refuse(batch, wrong)
        // Who has waited as long as an answer may take does not wait for another that does not come.
        if (wrong.code === 'timeout') {
          const latest = Date.now() - millisecondsOf(service)
          refuse(
            batches.take(({ since }) => since <= latest),
            wrong,
          )
        }
      }
    }

    function route({ message, people, send, done }: Waiting, decisions: readonly Decision[]): void {
      try {
        const places = decisions.map(outputOf)
        const outputs = Array.from({ length: form.outputs }, (): Message | null => null)
        for (const output of new Set(places)) {
          const chosen = [...places.keys()].filter((i) => places[i] === output)
          const part = people.list ? withPart(message, people.list, chosen) : message
          const decided = chosen.map((i) => decisions[i])
          if (form.decision)
            RED.util.setMessageProperty(part, form.decision, people.list ? decided : decided[0], true)
          outputs[output] = part
        }
        send(outputs)
        done()
      } catch (error) {
        refuse([{ done }], errorOf(error))
      }
    }

    function outputOf({ subject, branch, reason }: Decision): number {
      const output = reason === 'not-found' ? split.missing : split.outputs.get(branch)
      if (output !== undefined) return output
      const message = `the segment service does not know the person '${subject.slice(0, 80)}'`
      throw new SegmentryError('person-not-found', message)
    }

    function refuse(messages: readonly { done: Done }[], error: SegmentryError): void {
      if (messages.length > 0) say(problem(error))
      for (const { done } of messages) done(error)
    }
  }
}

const stopped = (): SegmentryError =>
  new SegmentryError('stopped', 'the node was stopped before there was an answer', { retryable: true })

/** What went wrong, as it stands below the node. */
const problem = ({ message }: SegmentryError): Status => ({
  fill: 'red',
  shape: 'ring',
  text: message.split('\n')[0]!.slice(0, 100),
})

const numberOr = (written: number | string, otherwise: number): number => {
  const number = Number(written)
  return written !== '' && Number.isFinite(number) && number >= 0 ? number : otherwise
}
