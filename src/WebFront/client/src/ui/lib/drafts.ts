import type { Product } from '../../sdk/protocol';

/** What was being written in a conversation when it was left. */
export interface Draft {
  readonly text: string;
  /** The product pinned as the context of the message. */
  readonly product: Product | null;
}

const empty: Draft = { text: '', product: null };
const keyOf = (user: string, conversation: string): string => `draft:${user}:${conversation}`;

/** Storage may be full, forbidden or hold an older shape: a draft is then simply not kept. */
export function readDraft(user: string, conversation: string): Draft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(user, conversation)) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return empty;
    const { text, product } = kept as Partial<Draft>;
    return { text: typeof text === 'string' ? text : '', product: product ?? null };
  } catch {
    return empty;
  }
}

export function writeDraft(user: string, conversation: string, draft: Draft): void {
  try {
    if (draft.text === '' && !draft.product) localStorage.removeItem(keyOf(user, conversation));
    else localStorage.setItem(keyOf(user, conversation), JSON.stringify(draft));
  } catch {
    // Kept on the screen only.
  }
}
