import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const startMs = 40_000;

/** The program under test: what CHAT_TEST_WEBFRONT names, else where a build for the embedded host leaves it. */
const program =
  process.env['CHAT_TEST_WEBFRONT'] ??
  join(import.meta.dirname, '../../../artifacts/embedded/bin/WebFront/debug/Chat.WebFront.dll');

/** One real server process with the demo marketplace, on a free port and a data directory that goes with it. */
export class ChatServer {
  private process: ChildProcess | null = null;
  private log = '';
  private address = 'http://127.0.0.1:0';

  private constructor(
    private readonly data: string,
    private readonly settings: readonly string[],
  ) {}

  /** Starts it; `settings` are further ones, such as `--Chat:Policy:SendBurst=100`. */
  static async start(...settings: string[]): Promise<ChatServer> {
    const server = new ChatServer(await mkdtemp(join(tmpdir(), 'chat-browser-')), settings);
    await server.run();
    return server;
  }

  get url(): string {
    return this.address;
  }

  /** Ends the process as a power cut would. */
  async kill(): Promise<void> {
    const { process: running } = this;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
  }

  /** Starts again on the same port and the same data. */
  async startAgain(): Promise<void> {
    await this.kill();
    await this.run();
  }

  async dispose(): Promise<void> {
    await this.kill();
    await rm(this.data, { recursive: true, force: true });
  }

  private async run(): Promise<void> {
    const settings = [
      `--urls=${this.address}`,
      '--Chat:Demo=true',
      '--Chat:Database:Provider=Sqlite',
      `--Chat:Database:ConnectionString=Data Source=${join(this.data, 'chat.db')}`,
      ...this.settings,
    ];
    const running = spawn('dotnet', [program, ...settings], { cwd: this.data, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = running;
    process.once('exit', () => running.kill('SIGKILL'));
    this.log = '';
    const late = AbortSignal.timeout(startMs);
    await this.listening(running, late);
    // Demo accounts can sign in only once the first start has made them.
    while (!(await fetch(`${this.address}/health/ready`, { signal: late })).ok) late.throwIfAborted();
  }

  private listening(running: ChildProcess, late: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`The server ${why}.\n${this.log}`));
      const hear = (chunk: Buffer) => {
        this.log = (this.log + chunk.toString()).slice(-20_000);
        const told = /Now listening on: (http:\/\/\S+)/.exec(this.log);
        if (!told) return;
        this.address = told[1]!;
        resolve();
      };
      late.addEventListener('abort', () => fail(`was not ready within ${startMs} ms`));
      running.stdout!.on('data', hear);
      running.stderr!.on('data', hear);
      running.on('error', (error) => fail(`did not start: ${error.message}`));
      running.on('exit', (code) => fail(`ended with code ${code}`));
    });
  }
}
