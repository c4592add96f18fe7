import { localError, readError } from './errors';
import type { Result } from './protocol';

export interface ApiOptions {
  /** Origin of the front end; the page's own by default. */
  readonly base?: string;
  readonly token?: () => string | null;
  readonly fetch?: typeof fetch;
}

export type Call = (method: string, path: string, body?: object) => Promise<Answer>;

/** The parsed body of an answer, not yet believed. */
export type Answer = Result<{ value: unknown }>;

/** Asks once. A broken network, and an answer that is no JSON, are errors like the server's own. */
export async function request(options: ApiOptions, method: string, path: string, body?: object): Promise<Answer> {
  const token = options.token?.() ?? null;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token) {
    headers['authorization'] = `Bearer ${token}`;
  }
  if (body) {
    headers['content-type'] = 'application/json';
  }
  try {
    const send = options.fetch ?? fetch;
    const response = await send(`${options.base ?? ''}${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    return response.ok ? { ok: true, value: text === '' ? {} : JSON.parse(text) } : refusal(response, text);
  } catch {
    return { ok: false, error: localError('unavailable', 'The server cannot be reached.') };
  }
}

function refusal(response: Response, text: string): Answer {
  const told = parse(text) as { error?: unknown } | null;
  const error = readError(told?.error) ?? fromStatus(response.status);
  const seconds = Number(response.headers.get('retry-after'));
  return { ok: false, error: error.retryAfterMs || !seconds ? error : { ...error, retryAfterMs: seconds * 1000 } };
}

/** Something between us and the front end answered, for example a proxy. */
function fromStatus(status: number) {
  const message = `HTTP ${status}`;
  if (status === 401) {
    return localError('unauthenticated', message);
  }
  return status >= 500 || status === 429 ? localError('unavailable', message) : { ...localError('bad_request', message), status };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** An answer whose fields are the result's. */
export function merged<T extends object>(answer: Answer): Result<T> {
  return answer.ok ? { ok: true, ...(answer.value as T) } : answer;
}

/** A single thing arrives bare; its result carries it under a name. */
export function wrapped<T>(answer: Answer, wrap: (value: never) => T): Result<T> {
  return answer.ok ? { ok: true, ...wrap(answer.value as never) } : answer;
}

/** The query part of an address; what is not given is left out. */
export function search(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]): [string, string] => [name, String(value)]);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
