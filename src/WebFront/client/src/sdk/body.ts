import { localError } from './errors';
import type { WireError } from './protocol';

/** Length in Unicode code points, which is what the limit counts. */
export function codePoints(body: string): number {
  let count = 0;
  for (let at = 0; at < body.length; at += body.codePointAt(at)! > 0xffff ? 2 : 1) {
    count++;
  }
  return count;
}

/** Why a body cannot be sent, in the server's own words; null when it can. */
export function checkBody(body: string, codePointsMax: number): WireError | null {
  if (body.trim() === '') {
    return localError('message_empty', 'A message needs some text.');
  }
  if (body.includes('\0') || /\p{Surrogate}/u.test(body)) {
    return localError('message_malformed', 'The text holds a character that cannot be sent.');
  }
  if (codePoints(body) > codePointsMax) {
    return localError('message_too_long', `A message has at most ${codePointsMax} characters.`, codePointsMax);
  }
  return null;
}
