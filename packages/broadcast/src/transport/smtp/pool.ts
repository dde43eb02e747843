import type { Line } from './line.ts'

/** Connections that are used again. */
export interface Pool {
  /** A connection of one's own; rejects with the error of opening it. */
  take(): Promise<Line>
  /** Gives it back; one that is dead or has served enough is closed. */
  give(line: Line): void
  /** Ends all, once nobody has one any more. */
  close(): Promise<void>
}

/** At most `size` connections at a time, each for at most `most` messages. */
export function poolOf(size: number, most: number, open: () => Promise<Line>): Pool {
  const idle: Line[] = []
  const waiting: (() => void)[] = []
  let taken = 0
  let opened = 0
  let closed: (() => void) | undefined
  let first: Promise<Line> | undefined

  const place = async (): Promise<void> => {
    if (taken < size) taken += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else taken -= 1
    if (taken === 0) closed?.()
  }
  const end = (line: Line): void => {
    opened -= 1
    if (line.dead) return
    line.dead = true
    line.connection.quit()
  }
  /** While there is none, one tries for all: a wrong password is shown once, and not by each of them. */
  const opening = async (): Promise<Line> => {
    if (opened === 0 && first) {
      await first
      return opening()
    }
    const attempt = open()
    first ??= attempt
    try {
      const line = await attempt
      opened += 1
      return line
    } finally {
      if (first === attempt) first = undefined
    }
  }

  return {
    take: async () => {
      await place()
      for (let line = idle.pop(); line; line = idle.pop()) {
        if (!line.dead) return line
        opened -= 1
      }
      try {
        return await opening()
      } catch (error) {
        leave()
        throw error
      }
    },
    give: (line) => {
      if (line.dead || line.used >= most || closed) end(line)
      else idle.push(line)
      leave()
    },
    close: async () => {
      if (taken > 0) await new Promise<void>((resolve) => (closed = resolve))
      for (const line of idle.splice(0)) end(line)
    },
  }
}
