import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from './postgres';
import { command } from './processes';

/** Stored as .NET lays its 16 bytes: the first three groups backwards. */
const uuid = [[4, 3, 2, 1], [6, 5], [8, 7], [9, 10], [11, 12, 13, 14, 15, 16]]
  .map((group) => group.map((byte) => `substr(lower(hex(client_id)), ${2 * byte - 1}, 2)`).join(' || '))
  .join(` || '-' || `);

/** A file of the single process. Read with the sqlite3 program, whose file it shares as any other reader would. */
export class Sqlite implements Database {
  constructor(readonly directory: string) {}

  get settings(): Record<string, string> {
    return { Chat__Mode: 'single', Chat__Database__Provider: 'Sqlite', Chat__Database__ConnectionString: `Data Source=${this.file}` };
  }

  readonly messagesSql = `SELECT json_object('conversation', conversation, 'seq', seq, 'change', change, 'id', ${uuid}, 'sender', sender, 'body', body,
      'notice', json_extract(notice, '$.order.id') || '/' || json_extract(notice, '$.order.version'))
    FROM message WHERE conversation LIKE 'chaos-%' ORDER BY conversation, seq`;

  readonly rowsSql = `SELECT json_object('conversation', id, 'head', head, 'change', change, 'marks', json_array(
      json_object('member', 'u:' || buyer, 'delivered', buyer_delivered, 'read', buyer_read, 'unread', buyer_unread),
      json_object('member', 's:' || store, 'delivered', store_delivered, 'read', store_read, 'unread', store_unread)))
    FROM conversation WHERE id LIKE 'chaos-%'`;

  async create(): Promise<void> {
    mkdirSync(this.directory, { recursive: true });
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  query(sql: string): Promise<string> {
    return command('sqlite3', '-bail', '-batch', '-noheader', this.file, sql);
  }

  private get file(): string {
    return join(this.directory, 'chat.db');
  }
}
