/** What operators see of the cluster: docs/protocol.md part 8. */

import type { Result } from './protocol';
import { wrapped, type Call } from './rest';

export interface LoadSample {
  readonly at: number;
  readonly connections: number;
  /** All of these by the second. */
  readonly sends: number;
  readonly pushes: number;
  readonly refused: number;
  readonly stored: number;
}

export interface ClusterProcess {
  readonly id: string;
  readonly kind: 'single' | 'node' | 'front' | 'silo';
  readonly place: string;
  readonly version: string;
  readonly startedAt: number;
  readonly at: number;
  /** Cores in use. */
  readonly cpu: number;
  readonly memoryBytes: number;
  /** Only of a process with connections. */
  readonly waiting?: { readonly events: number; readonly bytes: number } | null;
  readonly samples: readonly LoadSample[];
}

export interface Cluster {
  readonly at: number;
  readonly grainHost: string;
  readonly silos: readonly {
    readonly place: string;
    readonly status: string;
    readonly activations?: number | null;
    readonly startedAt?: number | null;
  }[];
  readonly processes: readonly ClusterProcess[];
  readonly hottest: readonly { readonly conversation: string; readonly sends: number }[];
  readonly slow: readonly { readonly place: string; readonly user: string; readonly events: number; readonly bytes: number }[];
  readonly cut: readonly { readonly place: string; readonly user: string; readonly at: number }[];
  readonly refusals: readonly { readonly code: number; readonly name: string; readonly count: number }[];
  readonly overdue: { readonly count: number; readonly more: boolean; readonly oldest?: number | null };
}

export interface ClusterApi {
  /** For operators; to everybody else the address does not exist. */
  cluster(): Promise<Result<{ cluster: Cluster }>>;
}

export function clusterApi(call: Call): ClusterApi {
  return {
    cluster: async () => wrapped(await call('GET', '/api/operator/cluster'), (value: Cluster) => ({ cluster: value })),
  };
}
