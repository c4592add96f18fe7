// The peer "socket.io 4 with PostgreSQL": what a competent team would write with it for the bench's task, and no more.
//   node server.mjs PORT insert|group PUBLIC_KEY_PEM
// The database is named by the usual PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE.
// insert: one INSERT, one commit for each message, on a pool. group: one writer; what arrives during a commit is the next
// statement, up to BATCH_MAX rows. Either way the answer to "send" comes after the commit, and so does the delivery.
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import pg from 'pg';
import { Server } from 'socket.io';

const [port, mode, keyFile] = process.argv.slice(2);
const POOL_MAX = 64;
const BATCH_MAX = 1024;

const key = createPublicKey(readFileSync(keyFile));
const pool = new pg.Pool({ max: mode === 'insert' ? POOL_MAX : 1, idleTimeoutMillis: 0 });
await pool.query(`CREATE TABLE IF NOT EXISTS message (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sender text NOT NULL, recipient text NOT NULL,
  client_id uuid NOT NULL, body text NOT NULL, sent_at timestamptz NOT NULL DEFAULT now())`);
await pool.query('CREATE INDEX IF NOT EXISTS message_of_recipient ON message (recipient, id)');

const insertOne = (sender, to, id, body) =>
  pool.query({
    name: 'insert',
    text: 'INSERT INTO message (sender, recipient, client_id, body) VALUES ($1, $2, $3, $4)',
    values: [sender, to, id, body],
  });

let waiting = [];
let writing = false;
const insertWithOthers = (...row) =>
  new Promise((resolve, reject) => {
    waiting.push({ row, resolve, reject });
    if (!writing) void drain();
  });

async function drain() {
  writing = true;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, BATCH_MAX);
    const column = (i) => batch.map((entry) => entry.row[i]);
    try {
      await pool.query({
        name: 'insert-many',
        text: `INSERT INTO message (sender, recipient, client_id, body)
          SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[])`,
        values: [column(0), column(1), column(2), column(3)],
      });
      for (const entry of batch) entry.resolve();
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
  }
  writing = false;
}

const store = mode === 'insert' ? insertOne : insertWithOthers;

/** The user of a token of the bench's issuer; undefined when its signature or time is wrong. */
function userOf(token) {
  const [head, claims, signature] = String(token).split('.');
  const signed = Buffer.from(`${head}.${claims}`);
  const good = verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature ?? '', 'base64url'));
  const { sub, exp } = good ? JSON.parse(Buffer.from(claims, 'base64url')) : {};
  return exp > Date.now() / 1000 ? sub : undefined;
}

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, httpCompression: false, serveClient: false });
// As its "memory usage" page advises: the first HTTP request is not needed any more.
io.engine.on('connection', (raw) => {
  raw.request = null;
});
io.use((socket, next) => {
  socket.data.user = userOf(socket.handshake.auth.token);
  next(socket.data.user ? undefined : new Error('unauthenticated'));
});
io.on('connection', (socket) => {
  const { user } = socket.data;
  socket.join(`user:${user}`);
  socket.on('send', async (to, id, body, answer) => {
    try {
      await store(user, to, id, body);
      io.to(`user:${to}`).emit('message', user, id, body);
      answer(0);
    } catch (error) {
      console.error(error.message);
      answer(1);
    }
  });
  socket.on('watch', (shops, answer) => {
    socket.join(shops.map((shop) => `presence:${shop}`));
    answer(0);
  });
  socket.on('presence', (shop, status, answer) => {
    io.to(`presence:${shop}`).emit('presence', shop, status);
    answer(0);
  });
});
http.listen(Number(port), '127.0.0.1', 4096);
