import type { Clock, Random } from './env';
import { systemClock } from './env';
import { ErrorCode } from './errors';
import type { Result, WireError } from './protocol';
import type { KeyValueStorage } from './storage';
import { uuid7 } from './uuid';

/** How long to wait before each further attempt of a command whose outcome is not known. */
const pausesMs = [400, 1_200, 3_000] as const;

/** After these nobody can say whether the command was stored: the same id must be asked again. */
const open: ReadonlySet<number> = new Set([ErrorCode.internal, ErrorCode.unavailable, ErrorCode.outcome_unknown, ErrorCode.busy]);

export const isOutcomeOpen = (error: WireError): boolean => open.has(error.code);

interface Kept {
  readonly id: string;
  readonly content: string;
}

/**
 * Ids of what a person wants done once. An intention is named after what it is about ("pay 123") and keeps its id until there
 * is a definite answer: over retries, a second click and, where `storage` outlives it, a reload of the page. Other content
 * under the same name is another intention.
 */
export class Intents {
  private readonly running = new Map<string, { readonly content: string; readonly outcome: Promise<unknown> }>();

  constructor(
    private readonly storage: KeyValueStorage,
    private readonly clock: Clock = systemClock,
    private readonly random: Random = Math.random,
  ) {}

  /**
   * Runs a command until it has a definite answer or the attempts are used up; then the caller may ask again, and it is the
   * same command. A second call while the first runs gets the first one's answer.
   */
  act<T extends object>(name: string, content: object, command: (id: string) => Promise<Result<T>>): Promise<Result<T>> {
    const text = JSON.stringify(content);
    const key = `intent:${name}`;
    const before = this.running.get(key);
    if (before?.content === text) {
      return before.outcome as Promise<Result<T>>;
    }
    const outcome = this.attempts(key, this.idFor(key, text), command);
    const run = { content: text, outcome };
    this.running.set(key, run);
    void outcome.then(() => {
      if (this.running.get(key) === run) {
        this.running.delete(key);
      }
    });
    return outcome;
  }

  private async attempts<T extends object>(key: string, id: string, command: (id: string) => Promise<Result<T>>): Promise<Result<T>> {
    for (let attempt = 0; ; attempt++) {
      const answer = await command(id);
      if (answer.ok || !(isOutcomeOpen(answer.error) || answer.error.code === ErrorCode.rate_limited)) {
        this.storage.remove(key);
        return answer;
      }
      const pause = pausesMs[attempt];
      if (pause === undefined) {
        return answer;
      }
      // What the server asked for, and some more, so that not all who were refused together come back together.
      const wait = Math.max(pause, answer.error.retryAfterMs ?? 0) + this.random() * pause;
      await new Promise<void>((done) => this.clock.after(wait, done));
    }
  }

  private idFor(key: string, content: string): string {
    const kept = readKept(this.storage.get(key));
    if (kept?.content === content) {
      return kept.id;
    }
    const id = uuid7(this.clock.now());
    this.storage.set(key, JSON.stringify({ id, content } satisfies Kept));
    return id;
  }
}

function readKept(text: string | null): Kept | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Kept> | null;
    return typeof kept?.id === 'string' && typeof kept.content === 'string' ? { id: kept.id, content: kept.content } : null;
  } catch {
    return null;
  }
}
