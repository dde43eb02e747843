import type { ServerResponse } from 'node:http'
import { ask, isObject, type Service } from './ask.ts'
import { errorOf, SegmentryError } from './error.ts'
import type { Red, RedNode } from './red.ts'

/** The form of the node, as the flow keeps it. */
interface ServiceForm {
  url: string
  timeout: number | string
}

/** A node that knows where the service is. */
export interface ServiceNode extends RedNode {
  service: Service
  credentials?: { key?: string }
}

/** What the editor asks segments of: a node that runs, or one that is not deployed as it is in the editor. */
interface SegmentsRequest {
  id?: string
  form?: { url?: unknown; timeout?: number | string; key?: string } | null
}

/** As the form says it; ten where it says nothing that could be, and a day at most: timers know no more than 24 days. */
const seconds = (timeout: number | string | undefined): number =>
  Number(timeout) > 0 ? Math.min(Number(timeout), 86_400) : 10

/** Where the segment service is, and the key to it; and the list of its segments, for the editor. */
export default (RED: Red): void => {
  RED.nodes.registerType(
    'segmentry-service',
    function (this: ServiceNode, form: ServiceForm) {
      RED.nodes.createNode(this, form)
      this.service = {
        url: form.url,
        timeout: seconds(form.timeout),
        ...(this.credentials?.key && { key: this.credentials.key }),
      }
    },
    { credentials: { key: { type: 'password' } } },
  )

  RED.httpAdmin.post(
    '/segmentry-service/segments',
    RED.auth.needsPermission('segmentry-service.write'),
    (request, response) => void list(request.body ?? {}, response),
  )

  async function list(request: SegmentsRequest, response: ServerResponse): Promise<void> {
    try {
      const service = serviceOf(request)
      const { segments } = await ask<{ segments?: unknown }>(service, '/segments')
      if (!Array.isArray(segments) || !segments.every(isObject)) {
        throw new SegmentryError(
          'unavailable',
          `found no list of segments at ${service.url}: look at the URL`,
        )
      }
      write(response, 200, { segments })
    } catch (error) {
      const { message, code } = errorOf(error)
      write(response, 502, { message, code })
    }
  }

  function serviceOf({ id, form }: SegmentsRequest): Service {
    const deployed = id === undefined ? undefined : (RED.nodes.getNode(id) as ServiceNode | null)?.service
    if (!form) {
      if (deployed) return deployed
      throw new SegmentryError(
        'not-configured',
        'found no service that runs: deploy it, and open this form again',
      )
    }
    // A key that is known here goes to the address that it was deployed with, and to no other that somebody types.
    const key = form.key ?? (deployed?.url === form.url ? deployed?.key : undefined)
    return { url: String(form.url), timeout: seconds(form.timeout), ...(key && { key }) }
  }
}

function write(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
