import { ErrorCode, localError, readError } from './errors';
import type { Person, Presence, Product, ProductId, Result, Store, StoreId } from './protocol';

export interface Session {
  readonly token: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
  readonly user: Person;
}

export interface StoreCard {
  readonly id: StoreId;
  readonly name: string;
  readonly tagline: string;
  readonly country: string;
  readonly languages: readonly string[];
  readonly image: string;
  readonly presence: Presence;
  /** `share` is 0 to 1 of the conversations answered inside 24 h, out of `sample`. */
  readonly replyTime?: { readonly share: number; readonly medianMs: number; readonly sample: number } | null;
}

export interface ProductDetails extends Product {
  readonly description: string;
  /** The language of `description`. */
  readonly descriptionLang: string;
  readonly storeCard: StoreCard;
}

export interface DemoAccount {
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
  readonly role: 'buyer' | 'seller';
  /** One sentence on what this account is good for. */
  readonly label: string;
  readonly store?: StoreId | null;
}

export interface ApiOptions {
  /** Origin of the front end; the page's own by default. */
  readonly base?: string;
  readonly token?: () => string | null;
  readonly fetch?: typeof fetch;
}

/** The REST side of docs/protocol.md part 8. Nothing throws: a broken network is error 1004. */
export interface Api {
  register(account: { name: string; displayName: string; password: string }): Promise<Result<Session>>;
  signIn(credentials: { name: string; password: string }): Promise<Result<Session>>;
  signOut(): Promise<Result<object>>;
  renew(): Promise<Result<Session>>;
  me(): Promise<Result<{ user: Person; stores: readonly Store[] }>>;
  demo(): Promise<Result<{ accounts: readonly DemoAccount[] }>>;
  stores(): Promise<Result<{ stores: readonly StoreCard[] }>>;
  store(id: StoreId): Promise<Result<{ store: StoreCard & { readonly products: readonly Product[] } }>>;
  /** Descriptions come in `lang` where they exist in it, else as the browser asks, else in English. */
  products(query?: { q?: string; store?: StoreId; lang?: string }): Promise<Result<{ products: readonly ProductDetails[] }>>;
  product(id: ProductId, query?: { lang?: string }): Promise<Result<{ product: ProductDetails }>>;
}

export function createApi(options: ApiOptions = {}): Api {
  const call = (method: string, path: string, body?: object) => request(options, method, path, body);
  return {
    register: async (account) => merged(await call('POST', '/api/accounts', account)),
    signIn: async (credentials) => merged(await call('POST', '/api/sessions', credentials)),
    signOut: async () => merged(await call('DELETE', '/api/sessions/current')),
    renew: async () => merged(await call('POST', '/api/sessions/current/renew')),
    me: async () => merged(await call('GET', '/api/me')),
    demo: async () => merged(await call('GET', '/api/demo')),
    stores: async () => merged(await call('GET', '/api/stores')),
    store: async (id) => wrapped(await call('GET', `/api/stores/${encodeURIComponent(id)}`), (store) => ({ store })),
    products: async (query = {}) => merged(await call('GET', `/api/products${search(query)}`)),
    product: async (id, query = {}) =>
      wrapped(await call('GET', `/api/products/${encodeURIComponent(id)}${search(query)}`), (product) => ({ product })),
  };
}

type Answer = Result<{ value: unknown }>;

async function request(options: ApiOptions, method: string, path: string, body?: object): Promise<Answer> {
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

function merged<T extends object>(answer: Answer): Result<T> {
  return answer.ok ? { ok: true, ...(answer.value as T) } : answer;
}

/** A single thing arrives bare; its result carries it under a name. */
function wrapped<T>(answer: Answer, wrap: (value: never) => T): Result<T> {
  return answer.ok ? { ok: true, ...wrap(answer.value as never) } : answer;
}

function search(query: { q?: string; store?: StoreId; lang?: string }): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

/** Whether an answer means that the session is over. */
export function isSignedOut(code: number): boolean {
  return code === ErrorCode.unauthenticated || code === ErrorCode.session_revoked;
}
