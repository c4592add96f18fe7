import type { Random } from './env';
import { Limits } from './limits';

/**
 * How long to wait before attempt number `attempt` (from 0): full jitter, so that clients that lost
 * one server together do not come back together. Between 0 and `capMs`, for ever.
 */
export function retryDelayMs(attempt: number, random: Random, capMs: number = Limits.retryCapMs): number {
  // Beyond 2^16 the cap holds anyway; a client that tried for months must not overflow.
  const exponential = Limits.retryBaseMs * 2 ** Math.min(attempt, 16);
  return random() * Math.min(capMs, exponential);
}
