import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import type { HubTransport } from './transport';
import { ConnectError } from './transport';

const serverTimeoutMs = 30_000;
/** The server asks a link that says nothing for 12 s. */
const keepAliveMs = 11_000;
const probeTimeoutMs = 5_000;

/** SignalR over a WebSocket and nothing else; retrying is the connection's affair. */
export const signalrTransport: HubTransport = {
  async connect(url, token, handlers) {
    const hub = new HubConnectionBuilder()
      .withUrl(url, {
        skipNegotiation: true,
        transport: HttpTransportType.WebSockets,
        accessTokenFactory: () => token,
      })
      .configureLogging(LogLevel.None)
      .build();
    hub.serverTimeoutInMilliseconds = serverTimeoutMs;
    hub.keepAliveIntervalInMilliseconds = keepAliveMs;
    hub.on('events', handlers.events);
    hub.onclose(handlers.closed);
    try {
      await hub.start();
    } catch (cause) {
      throw new ConnectError(cause instanceof Error ? cause.message : 'connect failed', await probe(url, token));
    }
    return {
      invoke: (method, argument) => hub.invoke<unknown>(method, argument),
      close: () => hub.stop(),
    };
  },
};

/** A browser hides why a WebSocket was refused; negotiation is refused for the same reasons and says so. */
async function probe(url: string, token: string): Promise<number | null> {
  try {
    const response = await fetch(`${url}/negotiate?negotiateVersion=1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(probeTimeoutMs),
    });
    return response.ok ? null : response.status;
  } catch {
    return null;
  }
}
