import {
  type IExecuteFunctions,
  type IHookFunctions,
  type IHttpRequestMethods,
  type ILoadOptionsFunctions,
  type INode,
  type INodePropertyOptions,
  type IPollFunctions,
  type JsonObject,
  NodeApiError,
} from 'n8n-workflow'

/** Whoever asks the service: a node that runs or is switched on, or the editor that fills a drop-down. */
type Caller = IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions | IPollFunctions

/** A segment as the service lists it. */
interface SegmentInfo {
  key: string
  title: string
  description?: string
}

/** What the service says when it refuses, as RFC 9457 has it. */
interface Problem {
  detail: string
  code: string
  retryable: boolean
  issues: { message: string; path: (string | number)[] }[]
}

interface Answer {
  statusCode: number
  body: unknown
}

/** Asks the service, as the credentials say; what it refuses is an error of this node. */
export async function ask<T>(
  caller: Caller,
  method: IHttpRequestMethods,
  path: string,
  body?: object,
): Promise<T> {
  const url = await urlOf(caller, path)
  return told<T>(caller, await send(caller, method, url, body), url)
}

/** Asks for something that may be gone: nothing, when the service does not have it. */
export async function askIfThere<T>(
  caller: Caller,
  method: IHttpRequestMethods,
  path: string,
): Promise<T | undefined> {
  const url = await urlOf(caller, path)
  const answer = await send(caller, method, url, undefined)
  return answer.statusCode === 404 ? undefined : told<T>(caller, answer, url)
}

/** What the drop-downs of segments offer. */
export async function segmentOptions(editor: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const { segments } = await ask<{ segments: SegmentInfo[] }>(editor, 'GET', '/segments')
  return segments.map(({ key, title, description }) => ({ name: title, value: key, description }))
}

async function urlOf(caller: Caller, path: string): Promise<string> {
  const { baseUrl } = await caller.getCredentials<{ baseUrl: string }>('segmentryApi')
  return baseUrl.replace(/\/+$/, '') + path
}

function told<T>(caller: Caller, answer: Answer, url: string): T {
  if (answer.statusCode >= 200 && answer.statusCode < 300) return answer.body as T
  throw refusalOf(caller.getNode(), answer, url)
}

async function send(
  caller: Caller,
  method: IHttpRequestMethods,
  url: string,
  body: object | undefined,
): Promise<Answer> {
  try {
    return (await caller.helpers.httpRequestWithAuthentication.call(caller, 'segmentryApi', {
      method,
      url,
      json: true,
      returnFullResponse: true,
      ignoreHttpStatusErrors: true,
      ...(body && { body }),
    })) as Answer
  } catch (error) {
    throw new NodeApiError(caller.getNode(), error as JsonObject)
  }
}

function refusalOf(node: INode, { statusCode, body }: Answer, url: string): NodeApiError {
  const httpCode = String(statusCode)
  if (!isProblem(body)) {
    return new NodeApiError(
      node,
      {},
      {
        message: `Found the answer ${httpCode} at ${url}, expected one of a segment service`,
        description: 'Look at the base URL of the credentials',
        httpCode,
      },
    )
  }
  const { detail, code, retryable, issues } = body
  const places = issues.map(({ message, path }) =>
    path.length === 0 ? message : `${message}\n  at ${path.join('.')}`,
  )
  const error = new NodeApiError(node, {}, { message: detail, description: places.join('\n'), httpCode })
  Object.assign(error.context, { code, retryable })
  return error
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' &&
  body !== null &&
  'detail' in body &&
  'issues' in body &&
  Array.isArray(body.issues)
