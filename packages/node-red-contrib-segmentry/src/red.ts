import type { IncomingMessage, ServerResponse } from 'node:http'

// Node-RED, as far as these nodes use it.

/** What travels along wires. */
export type Message = Record<string, unknown>

/** Sends a message, or none, out of each output. */
export type Send = (outputs: (Message | null)[]) => void

/** Says that a message has been dealt with, or why it could not be. */
export type Done = (error?: Error) => void

/** What a node says below itself in the editor. */
export interface Status {
  fill?: 'red' | 'green' | 'yellow' | 'blue' | 'grey'
  shape?: 'ring' | 'dot'
  text?: string
}

/** A node that runs. */
export interface RedNode {
  id: string
  on(event: 'input', listener: (message: Message, send: Send, done: Done) => void): void
  on(event: 'close', listener: () => void): void
  status(status: Status): void
  warn(message: string): void
}

/** A request to the editor's server, with its body read. */
export interface AdminRequest extends IncomingMessage {
  body?: unknown
}

type AdminHandler = (request: AdminRequest, response: ServerResponse, next: () => void) => void

/** What a file of nodes is given. */
export interface Red {
  nodes: {
    createNode(node: object, form: object): void
    getNode(id: string): RedNode | null
    registerType(type: string, constructor: (this: never, form: never) => void, more?: object): void
  }
  httpAdmin: { post(path: string, ...handlers: AdminHandler[]): void }
  auth: { needsPermission(permission: string): AdminHandler }
  util: {
    normalisePropertyExpression(expression: string, message?: Message): (string | number)[]
    setMessageProperty(message: Message, property: string, value: unknown, create: boolean): boolean
  }
}
