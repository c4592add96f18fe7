/** One live link to a hub. It ends once; a new link is a new connection. */
export interface HubLink {
  /**
   * Calls a hub method. Answers the reply object as it came; rejects when the link breaks first
   * or when the server answered with a completion error (its text is the rejection's message).
   */
  invoke(method: string, argument: object): Promise<unknown>;
  close(): Promise<void>;
}

export interface LinkHandlers {
  /** The argument of the `events` call, not yet checked. */
  readonly events: (list: unknown) => void;
  readonly closed: () => void;
}

/** Why no link came to be. `status` is the HTTP status where there was an answer. */
export class ConnectError extends Error {
  constructor(
    message: string,
    readonly status: number | null,
  ) {
    super(message);
  }
}

/** How links are made: SignalR in production, a fake in tests. */
export interface HubTransport {
  /** Resolves when the link is up; rejects with a `ConnectError`. */
  connect(url: string, token: string, handlers: LinkHandlers): Promise<HubLink>;
}
