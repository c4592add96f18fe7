// Judges a history that was recorded before: node bin/check.mjs data/chaos/<run>
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../checker/check';
import { gather } from '../checker/facts';
import { parseHistory } from '../history';
import { countsOf, table } from './report';

const directory = join(process.argv[2] ?? '.', 'history');
const history = readdirSync(directory).flatMap((name) => parseHistory(readFileSync(join(directory, name), 'utf8')));
const findings = check(history, { oks: {}, faults: {} });
console.log(table(countsOf(gather(history))));
findings.forEach(({ rule, text }) => console.log(`VIOLATION ${rule}: ${text}`));
console.log(`${findings.length} violations`);
process.exit(findings.length === 0 ? 0 : 1);
