import type { Entry } from '../history';
import type { Demand } from './faultChecks';
import { deadlinesAreExact, nothingIsAcknowledgedWhileDown, presenceIsTrue, runIsNotVacuous } from './faultChecks';
import { gather } from './facts';
import type { Finding } from './findings';
import { Findings } from './findings';
import { callsAreOnlyRepeated, everyProcessIsRestarted, oneStopsAtATime, stopsAreClean } from './restartChecks';
import { acknowledgedIsStored, epochStays, everythingIsAnswered, idsAreSingle, orderHolds, refusedIsNotStored } from './logChecks';
import { readBackIsWhole, readersAgree, strangersSeeNothing, watermarksRise } from './readerChecks';

/**
 * Whether a history keeps the promises: nothing found means that it does, and that enough happened for that to mean
 * something. Pure: the same history and demand give the same findings.
 */
export function check(history: readonly Entry[], demand: Demand): readonly Finding[] {
  const facts = gather(history);
  const findings = new Findings();
  runIsNotVacuous(facts, findings, demand);
  acknowledgedIsStored(facts, findings);
  idsAreSingle(facts, findings);
  refusedIsNotStored(facts, findings);
  orderHolds(facts, findings);
  readersAgree(facts, findings);
  readBackIsWhole(facts, findings);
  watermarksRise(facts, findings);
  strangersSeeNothing(facts, findings);
  nothingIsAcknowledgedWhileDown(facts, findings);
  presenceIsTrue(facts, findings);
  deadlinesAreExact(facts, findings);
  everythingIsAnswered(facts, findings);
  epochStays(facts, findings);
  if (demand.restarts) {
    everyProcessIsRestarted(facts, findings, demand.restarts);
    oneStopsAtATime(facts, findings);
    stopsAreClean(facts, findings);
    callsAreOnlyRepeated(facts, findings);
  }
  return findings.all();
}
