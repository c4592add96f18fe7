import type { WireError } from './protocol';

/** The numbered errors of docs/protocol.md part 7; pinned by tests/Contracts/errors.json. */
export const ErrorCode = {
  internal: 1000,
  bad_request: 1001,
  unknown_method: 1002,
  unsupported_protocol: 1003,
  unavailable: 1004,
  hello_first: 1005,
  outcome_unknown: 1006,
  busy: 1007,
  unauthenticated: 2001,
  bad_credentials: 2002,
  name_taken: 2003,
  bad_name: 2004,
  weak_password: 2005,
  too_many_attempts: 2006,
  session_revoked: 2007,
  origin_refused: 2008,
  conversation_not_found: 3001,
  message_empty: 3002,
  message_too_long: 3003,
  message_malformed: 3004,
  id_conflict: 3005,
  bad_message_id: 3006,
  own_store: 3007,
  bad_position: 3008,
  store_not_found: 3009,
  product_not_found: 3010,
  rate_limited: 3011,
  too_many: 4001,
  not_an_agent: 4002,
  order_not_found: 5001,
  order_wrong_state: 5002,
  order_changed: 5003,
  order_other_side: 5004,
  order_invalid: 5005,
  amount_invalid: 5006,
  parcel_invalid: 5007,
  tracking_invalid: 5008,
  extension_too_long: 5009,
  refund_too_large: 5010,
  refund_not_found: 5011,
  bad_signature: 5012,
  stale_report: 5013,
  review_not_found: 6001,
  review_not_allowed: 6002,
  review_exists: 6003,
  review_locked: 6004,
  reply_exists: 6005,
  not_held: 6006,
} as const;

export type ErrorName = keyof typeof ErrorCode;

/** Codes of the `closing` event. */
export const ClosingCode = {
  token_expired: 9001,
  session_revoked: 9002,
  slow_client: 9003,
  draining: 9004,
  too_many_connections: 9005,
  flooding: 9006,
} as const;

const temporary: ReadonlySet<number> = new Set([
  ErrorCode.internal,
  ErrorCode.unavailable,
  ErrorCode.outcome_unknown,
  ErrorCode.busy,
  ErrorCode.too_many_attempts,
  ErrorCode.rate_limited,
]);

export function isTemporary(code: number): boolean {
  return temporary.has(code);
}

/** An error that arises here but reads like one of the server's. */
export function localError(name: ErrorName, message: string, limit: number | null = null): WireError {
  const code = ErrorCode[name];
  return { code, name, message, temporary: isTemporary(code), retryAfterMs: null, limit };
}

/** Reads an error object from the wire; null when it is none. A code that is not known yet is kept. */
export function readError(value: unknown): WireError | null {
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const { code, name, message, temporary: again, retryAfterMs, limit } = value as Record<string, unknown>;
  if (typeof code !== 'number') {
    return null;
  }
  return {
    code,
    name: typeof name === 'string' ? name : 'unknown',
    message: typeof message === 'string' ? message : '',
    temporary: typeof again === 'boolean' ? again : isTemporary(code),
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
    limit: typeof limit === 'number' ? limit : null,
  };
}
