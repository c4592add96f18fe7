import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';

const audience = 'chat-chaos';
const lifeSeconds = 12 * 3600;

/** An outside issuer of tokens, as a marketplace has one: thousands sign in without thousands of password hashes. */
export class Issuer {
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly server: HttpServer;
  readonly address: string;

  constructor(port: number, host = '127.0.0.1') {
    this.address = `http://${host}:${port}`;
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer: this.address, jwks_uri: `${this.address}/keys`, id_token_signing_alg_values_supported: ['ES256'] },
      '/keys': { keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'chaos' }] },
    };
    this.server = createServer((request, response) => {
      const document = documents[request.url ?? ''];
      response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(document ?? {}));
    }).listen(port, host);
  }

  get settings(): Record<string, string> {
    return { Chat__Auth__Authority: this.address, Chat__Auth__Audience: audience };
  }

  token(user: string): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: this.address, aud: audience, sub: user, name: user, iat: now, nbf: now - 5, exp: now + lifeSeconds };
    const signed = [{ alg: 'ES256', typ: 'JWT', kid: 'chaos' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const signature = sign('sha256', Buffer.from(signed), { key: this.keys.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  close(): void {
    this.server.close();
  }
}
