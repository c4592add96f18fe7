/** Unicode code points, the unit of the server's message limit (a surrogate pair counts once). */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

export interface TextPart {
  text: string;
  /** Set when the part is a link: an http(s) address and the host it really leads to. */
  href?: string;
  host?: string;
}

const address = /https?:\/\/[^\s<>"'`]+/giu;
const trailing = /[.,;:!?)\]}'"»”’。，、；：！？）】]+$/u;

/** Splits text into plain parts and links. A malformed address stays plain text. */
export function splitLinks(body: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of body.matchAll(address)) {
    const shown = match[0].replace(trailing, '');
    const link = parseLink(shown);
    if (!link) continue;
    if (match.index > from) parts.push({ text: body.slice(from, match.index) });
    parts.push({ text: shown, href: link.href, host: link.host });
    from = match.index + shown.length;
  }
  if (from < body.length) parts.push({ text: body.slice(from) });
  return parts;
}

/** The host comes from the parser, in punycode, so look-alike letters and user:pass@ tricks show. */
function parseLink(shown: string): { href: string; host: string } | undefined {
  try {
    const url = new URL(shown);
    return { href: url.href, host: url.host };
  } catch {
    return undefined;
  }
}

/** One line for lists and notifications. */
export const oneLine = (body: string): string => body.replace(/\s+/gu, ' ').trim();

/** Case- and accent-insensitive "contains". */
export function matches(haystack: string, needle: string): boolean {
  const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
  return fold(haystack).includes(fold(needle.trim()));
}

/** Up to two letters that stand for a name; one character for scripts without word gaps. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = [...(words[0] ?? '?')][0] ?? '?';
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? '')][0] ?? '') : '';
  return (first + last).toLocaleUpperCase();
}

/** A hue that stays the same for an id, so a person keeps their colour everywhere. */
export function hueOf(id: string): number {
  let hash = 2166136261;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619);
  return (hash >>> 0) % 360;
}
