import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const execute = promisify(execFile);

/** Runs a command to its end; rejects with what it said. */
export async function command(program: string, ...args: string[]): Promise<string> {
  return (await execute(program, args, { maxBuffer: 1 << 30 })).stdout;
}

export async function until(holds: () => boolean | Promise<boolean>, withinMs: number, what: string, everyMs = 100): Promise<number> {
  const begun = Date.now();
  while (!(await holds())) {
    if (Date.now() - begun > withinMs) throw new Error(`${what} within ${withinMs / 1000} s.`);
    await pause(everyMs);
  }
  return Date.now() - begun;
}

/** One server process that is started, struck and started again under the same name. */
export class Server {
  private running: ChildProcess | null = null;
  /** Ends that nobody here caused. */
  crashes = 0;
  private expected = false;

  constructor(
    readonly name: string,
    private argv: readonly string[],
    private readonly environment: Readonly<Record<string, string>>,
    readonly readyUrl: string,
    readonly log: string,
    private readonly directory: string,
  ) {}

  get alive(): boolean {
    return this.running !== null && this.running.exitCode === null && this.running.signalCode === null;
  }

  get pid(): number {
    return this.running?.pid ?? 0;
  }

  start(): void {
    const log = openSync(this.log, 'a');
    const [program, ...args] = this.argv;
    const started = spawn(program!, args, { cwd: this.directory, env: { ...process.env, ...this.environment }, stdio: ['ignore', log, log], detached: true });
    this.running = started;
    this.expected = false;
    started.on('error', () => (this.crashes += 1));
    started.on('exit', () => {
      if (this.running === started && !this.expected) this.crashes++;
    });
  }

  /** From its next start on it is another program. */
  become(argv: readonly string[]): void {
    this.argv = argv;
  }

  /**
   * Tells it to stop, `impatient` again and again by other signals too, and waits for that, as long as it takes up to a minute;
   * the code is -1 when a signal ended it.
   */
  async stop(impatient: boolean): Promise<{ readonly code: number; readonly tookMs: number }> {
    const begun = Date.now();
    const running = this.running!;
    this.signal('SIGTERM');
    const killer = setTimeout(() => this.signal('SIGKILL'), 60_000);
    for (const signal of impatient ? (['SIGTERM', 'SIGINT', 'SIGTERM'] as const) : []) {
      await pause(150);
      this.signal(signal);
    }
    if (this.alive) await new Promise((resolve) => running.once('exit', resolve));
    clearTimeout(killer);
    return { code: running.exitCode ?? -1, tookMs: Date.now() - begun };
  }

  /** `SIGKILL` is expected to end it; `SIGSTOP` and `SIGCONT` are not. */
  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT') this.expected = true;
    if (this.alive) this.running!.kill(signal);
  }

  async end(): Promise<void> {
    if (!this.alive) return;
    const gone = new Promise((resolve) => this.running!.once('exit', resolve));
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const killer = setTimeout(() => this.signal('SIGKILL'), 20_000);
    await gone;
    clearTimeout(killer);
  }

  async isReady(): Promise<boolean> {
    try {
      return (await fetch(this.readyUrl, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }

  ready(withinMs = 60_000, everyMs = 100): Promise<number> {
    return until(() => this.isReady(), withinMs, `${this.name} is not ready`, everyMs);
  }

  /** Resident memory, bytes. */
  get memory(): number {
    const told = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
    return Number(told?.[1] ?? 0) * 1024;
  }

  /** How often a text stands in the log. */
  said(text: string): number {
    return readFileSync(this.log, 'utf8').split(text).length - 1;
  }
}
