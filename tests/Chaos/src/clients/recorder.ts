import { closeSync, openSync, writeSync } from 'node:fs';
import type { Entry, Op, Outcome } from '../history';

/** Milliseconds of the machine's monotonic clock: one clock for all processes of a run. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

const flushBytes = 64 * 1024;

/** The file that one operating-system process writes its part of the history to. */
export class HistoryFile {
  private readonly file: number;
  private waiting = '';

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  write(entry: Entry): void {
    this.waiting += `${JSON.stringify(entry)}\n`;
    if (this.waiting.length >= flushBytes) this.flush();
  }

  flush(): void {
    writeSync(this.file, this.waiting);
    this.waiting = '';
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }
}

export type Detail = Omit<Entry, 'process' | 'sequence' | 'time' | 'type' | 'op'>;

/** Writes down what one client does and is told. */
export class Recorder {
  private sequence = 0;
  epoch: string | undefined;
  private readonly identity: { user?: string; device?: string };

  constructor(
    private readonly file: HistoryFile,
    readonly process: string,
    user?: string,
    device?: string,
  ) {
    this.identity = { ...(user === undefined ? {} : { user }), ...(device === undefined ? {} : { device }) };
  }

  /** Answers the entry's number, by which its outcome names it. */
  add(op: Op, type: Outcome, detail: Detail = {}): number {
    const sequence = ++this.sequence;
    const epoch = this.epoch === undefined ? {} : { epoch: this.epoch };
    this.file.write({ process: this.process, sequence, time: monotonicMs(), type, op, ...this.identity, ...epoch, ...detail });
    return sequence;
  }
}
