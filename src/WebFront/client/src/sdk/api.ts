import { clusterApi, type ClusterApi } from './cluster';
import { ErrorCode } from './errors';
import type { Person, Presence, Product, ProductId, Result, Store, StoreId } from './protocol';
import { merged, request, search, wrapped, type ApiOptions } from './rest';
import { reviewsApi, type Rating, type ReviewsApi } from './reviews';

export type { ApiOptions } from './rest';

export interface Session {
  readonly token: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
  readonly user: Person;
}

/** What a person may do beside buying and selling. */
export type Role = 'moderator' | 'operator';

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
  readonly rating?: Rating | null;
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
  readonly role: 'buyer' | 'seller' | Role;
  /** One sentence on what this account is good for. */
  readonly label: string;
  readonly store?: StoreId | null;
}

/** The REST side of docs/protocol.md part 8. Nothing throws: a broken network is error 1004. */
export interface Api extends ReviewsApi, ClusterApi {
  register(account: { name: string; displayName: string; password: string }): Promise<Result<Session>>;
  signIn(credentials: { name: string; password: string }): Promise<Result<Session>>;
  signOut(): Promise<Result<object>>;
  renew(): Promise<Result<Session>>;
  me(): Promise<Result<{ user: Person; stores: readonly Store[]; roles: readonly Role[] }>>;
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
    ...reviewsApi(call),
    ...clusterApi(call),
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

/** Whether an answer means that the session is over. */
export function isSignedOut(code: number): boolean {
  return code === ErrorCode.unauthenticated || code === ErrorCode.session_revoked;
}
