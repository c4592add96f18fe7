import type { Clock, Random } from './env';
import type { MethodName, Methods, Result } from './protocol';
import type { ChatEvent } from './reduce';
import { retryDelayMs } from './retry';
import type { ChatState } from './state';

/** What the parts of the client share. */
export interface Core {
  readonly clock: Clock;
  readonly random: Random;
  readonly state: () => ChatState;
  readonly dispatch: (event: ChatEvent) => void;
  readonly call: <M extends MethodName>(method: M, argument: Methods[M][0]) => Promise<Result<Methods[M][1]>>;
}

export interface Tasks {
  /**
   * Runs `work` unless work of that key is under way or waits out a failure. Work answers whether
   * it succeeded; after a failure `onDue` is called when its turn has come again.
   */
  run(key: string, work: () => Promise<boolean>): void;
  /** Forgets failures and waits, so that everything may start at once. */
  refresh(): void;
}

/** Keeps each piece of background work single, and repeats what failed with growing pauses. */
export function createTasks(clock: Clock, random: Random, onDue: () => void): Tasks {
  const running = new Map<string, number>();
  const failures = new Map<string, number>();
  const waits = new Map<string, () => void>();
  let generation = 0;

  return {
    run(key, work) {
      if (running.get(key) === generation || waits.has(key)) {
        return;
      }
      const mine = generation;
      running.set(key, mine);
      void work().then((done) => {
        if (running.get(key) === mine) {
          running.delete(key);
        }
        if (mine !== generation) {
          return;
        }
        if (done) {
          failures.delete(key);
          return onDue();
        }
        const attempt = failures.get(key) ?? 0;
        failures.set(key, attempt + 1);
        const again = () => {
          waits.delete(key);
          onDue();
        };
        waits.set(key, clock.after(retryDelayMs(attempt, random), again));
      });
    },
    refresh() {
      generation++;
      running.clear();
      failures.clear();
      waits.forEach((cancel) => cancel());
      waits.clear();
    },
  };
}
