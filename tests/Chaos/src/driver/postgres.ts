import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './processes';

/** Where a run keeps its messages, and how they are read past the product. */
export interface Database {
  /** Settings of the servers. */
  readonly settings: Readonly<Record<string, string>>;
  readonly directory: string;
  create(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  query(sql: string): Promise<string>;
  /** One line of JSON for each message and each row of the clients' conversations; `body` where the database cannot hash. */
  readonly messagesSql: string;
  readonly rowsSql: string;
}

/** A PostgreSQL of the run's own, as shipped but for its port: durable settings stay what they are. */
export class Postgres implements Database {
  private readonly password = randomBytes(16).toString('hex');
  private readonly bin: string;

  constructor(
    readonly directory: string,
    private readonly host: string,
    private readonly port: number,
  ) {
    const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a)) : [];
    if (versions.length === 0) throw new Error('PostgreSQL is not installed here.');
    this.bin = `/usr/lib/postgresql/${versions[0]}/bin`;
  }

  get settings(): Record<string, string> {
    const address = `Host=${this.host};Port=${this.port};Username=chat;Password=${this.password};Database=postgres`;
    return { Chat__Database__Provider: 'Postgres', Chat__Database__ConnectionString: address };
  }

  readonly messagesSql = `SELECT json_build_object('conversation', conversation, 'seq', seq, 'change', change, 'id', client_id, 'sender', sender,
      'hash', left(encode(sha256(convert_to(body, 'UTF8')), 'hex'), 16),
      'notice', (notice -> 'order' ->> 'id') || '/' || (notice -> 'order' ->> 'version'))
    FROM message WHERE conversation LIKE 'chaos-%' ORDER BY conversation, seq`;

  readonly rowsSql = `SELECT json_build_object('conversation', id, 'head', head, 'change', change, 'marks', json_build_array(
      json_build_object('member', 'u:' || buyer, 'delivered', buyer_delivered, 'read', buyer_read, 'unread', buyer_unread),
      json_build_object('member', 's:' || store, 'delivered', store_delivered, 'read', store_read, 'unread', store_unread)))
    FROM conversation WHERE id LIKE 'chaos-%'`;

  async create(): Promise<void> {
    mkdirSync(this.directory, { recursive: true });
    chmodSync(this.directory, 0o700);
    const passwordFile = join(this.directory, 'password');
    writeFileSync(passwordFile, this.password, { mode: 0o600 });
    const passFile = join(this.directory, 'pgpass');
    writeFileSync(passFile, `*:*:*:chat:${this.password}`, { mode: 0o600 });
    if (process.getuid!() === 0) await command('chown', '-R', 'postgres', this.directory);
    await this.as('initdb', '-D', join(this.directory, 'data'), '-U', 'chat', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C.UTF-8');
    writeFileSync(
      join(this.directory, 'data', 'pg_hba.conf'),
      'host all all 127.0.0.1/32 scram-sha-256\nhost all all 10.77.0.0/24 scram-sha-256\n',
    );
  }

  start(): Promise<void> {
    const settings = `-c listen_addresses=${[...new Set(['127.0.0.1', this.host])].join(',')} -c port=${this.port} -c unix_socket_directories=${this.directory} -c max_connections=400`;
    return this.control('-l', join(this.directory, 'server.log'), '-o', settings, 'start');
  }

  /** As a power cut: no checkpoint, the log is replayed at the next start. */
  stopAtOnce(): Promise<void> {
    return this.control('-m', 'immediate', 'stop');
  }

  async stop(): Promise<void> {
    await this.control('-m', 'fast', 'stop').catch(() => undefined);
  }

  /** Whether the server still runs; a PostgreSQL that cannot write its log ends itself. */
  isUp(): Promise<boolean> {
    return this.control('status').then(() => true, () => false);
  }

  async query(sql: string): Promise<string> {
    // The password by a file: a command line is for everybody to read.
    const address = `host=127.0.0.1 port=${this.port} user=chat dbname=postgres passfile=${join(this.directory, 'pgpass')}`;
    return command(join(this.bin, 'psql'), '-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-d', address, '-c', sql);
  }

  private async control(...args: string[]): Promise<void> {
    await this.as('pg_ctl', '-D', join(this.directory, 'data'), '-w', '-t', '60', ...args);
  }

  private async as(program: string, ...args: string[]): Promise<void> {
    // PostgreSQL refuses to run as root.
    const line = [join(this.bin, program), ...args];
    const as = process.getuid!() === 0 ? ['runuser', '-u', 'postgres', '--', ...line] : line;
    // What stays in the background must not hold our pipes.
    await command('sh', '-c', 'cd / && exec "$@" >>"$0" 2>&1 </dev/null', join(this.directory, '../control.log'), ...as);
  }
}
