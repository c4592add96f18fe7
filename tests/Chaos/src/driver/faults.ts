import { diskPostgres, diskSqlite } from './disk';
import { frontKill, postgres, siloKill, siloStop } from './killing';
import { network } from './network';
import { presence, slow } from './people';
import type { Fault } from './run';

/** In the order in which they run when all are asked for. */
export const faults: readonly Fault[] = [siloKill, siloStop, postgres, frontKill, slow, presence, network, diskPostgres, diskSqlite];
