import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A wire to a server that can be cut, deafened and mended. Bytes pass as they are, so both ends stay what they are. */
export class Cable {
  private readonly sockets = new Set<Socket>();
  private whole = true;
  private deaf = false;

  private constructor(
    private readonly port: number,
    private readonly listener: Server,
  ) {
    listener.on('connection', (near) => this.join(near));
  }

  static async to(url: string): Promise<Cable> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new Cable(Number(new URL(url).port), listener);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  /** Breaks what is connected and everything that tries to connect. */
  cut(): void {
    this.whole = false;
    this.sockets.forEach((socket) => socket.destroy());
  }

  /** Loses everything the server says; what it is told still arrives. */
  deafen(): void {
    this.deaf = true;
  }

  mend(): void {
    this.whole = true;
    this.deaf = false;
  }

  close(): void {
    this.cut();
    this.listener.close();
  }

  private join(near: Socket): void {
    if (!this.whole) {
      near.destroy();
      return;
    }
    const far = connect(this.port, '127.0.0.1');
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
    near.pipe(far);
    far.on('data', (bytes) => {
      if (!this.deaf) near.write(bytes);
    });
  }
}
