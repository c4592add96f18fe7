// What the driver tells a process full of clients, and what it hears back.

export type Role =
  /** Writes to one store. */
  | 'buyer'
  /** Answers for a store. */
  | 'agent'
  /** Tries what it may not. */
  | 'stranger'
  /** Looks at the dots of all stores. */
  | 'watcher'
  /** Sends as fast as the socket takes it, when told to. */
  | 'flooder';

export interface ClientPlan {
  readonly name: string;
  readonly role: Role;
  readonly user: string;
  readonly token: string;
  /** Hub addresses, tried in turn. */
  readonly urls: readonly string[];
  readonly store: string;
  readonly conversations: readonly string[];
}

export interface WorkerPlan {
  readonly file: string;
  readonly seed: number;
  readonly clients: readonly ClientPlan[];
  readonly stores: readonly string[];
  readonly products: Readonly<Record<string, string>>;
  /** Share of sends that are deliberately sent twice. */
  readonly repeats: number;
  readonly bodyChars: number;
  /** Share of sends that agents write; anybody is as likely as anybody else when absent. */
  readonly agentsShare?: number;
}

export type Command =
  | { readonly do: 'begin'; readonly plan: WorkerPlan }
  /** Everybody connects; buyers write their first message. */
  | { readonly do: 'connect' }
  /** Agents open their stores' conversations, watchers watch. */
  | { readonly do: 'open' }
  /** Sends a second of this process, all clients together; 0 ends it. `orders` a second beside them. */
  | { readonly do: 'load'; readonly rate: number; readonly orders: number }
  | { readonly do: 'drain'; readonly withinMs: number }
  /** Writes down what every SDK client shows. */
  | { readonly do: 'hold' }
  /** Ends the clients whose names begin so, politely. */
  | { readonly do: 'leave'; readonly prefix: string }
  /** Floods, or stops and waits until every call has its outcome. */
  | { readonly do: 'flood'; readonly on: boolean }
  | { readonly do: 'status' }
  | { readonly do: 'end' };

export interface Heard {
  readonly ok: boolean;
  readonly text?: string;
  readonly online?: number;
  readonly waiting?: number;
  /** Orders placed, with the buyer's token to read them by. */
  readonly orders?: readonly { readonly order: string; readonly token: string; readonly user: string }[];
}
