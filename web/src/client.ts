/** The one way in which the page asks the server. */

import { who } from "./who";

/** Why the server did not do it; `status` is 0 where it did not answer at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const PATIENCE_MS = 30_000;

/** Writes a path with what is filled in encoded: path`jobs/${id}/log`. */
export function path(parts: TemplateStringsArray, ...given: string[]): string {
  return String.raw(parts, ...given.map(encodeURIComponent));
}

/** Returns a path with those parameters that say something. */
export function asking(where: string, given: Record<string, string | null | undefined>): string {
  const said = Object.entries(given).filter((pair): pair is [string, string] => !!pair[1]);
  return said.length ? `${where}?${new URLSearchParams(said)}` : where;
}

/**
 * Asks for a path below `api/`. `seen` lets the server share one answer among all who have
 * seen the same overview.
 */
export async function ask<T>(method: Method, where: string, body?: unknown, seen?: string): Promise<T> {
  const answer = await sent(method, where, body, seen);
  const said: unknown = await answer.json().catch(() => null);
  if (answer.ok) return said as T;
  if (answer.status === 401) who.value = null;
  const told = (said ?? {}) as { code?: string; detail?: string };
  throw new Problem(answer.status, told.code ?? "", told.detail ?? `The server said ${answer.status}.`);
}

async function sent(method: Method, where: string, body: unknown, seen?: string): Promise<Response> {
  const headers: Record<string, string> = { "X-Jobsys-Request": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (seen !== undefined) headers["X-Jobsys-Seen"] = seen;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await fetch(`api/${where}`, {
      method,
      headers,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Problem(0, "AWAY", "The server does not answer.");
  }
}
