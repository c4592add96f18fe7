import { diskPostgres, diskSqlite } from './disk';
import { frontKill, postgres, siloKill, siloStop } from './killing';
import { network } from './network';
import { flood, standstill } from './overload';
import { presence, slow } from './people';
import { rolling, upgrade } from './rolling';
import type { Fault } from './run';

/** In the order in which they run when all are asked for; an upgrade only when it is asked for by name, since it needs another build. */
export const faults: readonly Fault[] = [siloKill, siloStop, postgres, frontKill, slow, flood, standstill, presence, network, diskPostgres, diskSqlite, rolling];

export const named: readonly Fault[] = [...faults, upgrade];
