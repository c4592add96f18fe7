// Sums what the test runners wrote: results.mjs DIRECTORY [--filtered]
// Reads *.trx (dotnet test), *.json (vitest), the exit code of each in <file>.exit, and notes.tsv. A runner that ended
// badly without a failed test, or left no readable result, counts as one failure. With --filtered a C# runner may find
// no test; otherwise that is a failure too.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [directory, ...flags] = process.argv.slice(2);
const filtered = flags.includes('--filtered');
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const skips = new Map();

const skip = (reason, count = 1) => {
  total.skipped += count;
  skips.set(reason, (skips.get(reason) ?? 0) + count);
};
const fail = (what) => {
  total.failed += 1;
  failures.push(what);
};
const unescapeXml = (text) =>
  text.replace(/&(lt|gt|quot|apos|amp|#x[0-9A-Fa-f]+|#\d+);/g, (_, name) => {
    const named = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
    if (name in named) return named[name];
    return String.fromCodePoint(name[1] === 'x' ? parseInt(name.slice(2), 16) : Number(name.slice(1)));
  });

/** Counts a trx file by its single results: its own counters leave skipped tests out. */
function readTrx(text, name) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const match of text.matchAll(/<UnitTestResult\s([^>]*?)(?:\/>|>([\s\S]*?)<\/UnitTestResult>)/g)) {
    const attribute = (key) => unescapeXml(new RegExp(`\\b${key}="([^"]*)"`).exec(match[1])?.[1] ?? '');
    const outcome = attribute('outcome');
    if (outcome === 'Passed') {
      counts.passed += 1;
    } else if (outcome === 'NotExecuted') {
      counts.skipped += 1;
      const reason = /<(?:Message|StdOut)>([\s\S]*?)<\/(?:Message|StdOut)>/.exec(match[2] ?? '')?.[1];
      skip(reason ? unescapeXml(reason).trim() : attribute('testName'));
    } else {
      counts.failed += 1;
      fail(`${name}: ${attribute('testName')}`);
    }
  }
  total.passed += counts.passed;
  return counts;
}

function readVitest(text, name) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of JSON.parse(text).testResults) {
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) {
      counts.failed += 1;
      fail(`${name}: ${file.name} did not load`);
    }
    for (const test of file.assertionResults) {
      if (test.status === 'passed') {
        counts.passed += 1;
      } else if (test.status === 'failed') {
        counts.failed += 1;
        fail(`${name}: ${test.fullName}`);
      } else {
        counts.skipped += 1;
        skip(test.fullName);
      }
    }
  }
  total.passed += counts.passed;
  return counts;
}

for (const exitFile of readdirSync(directory).filter((file) => file.endsWith('.exit')).sort()) {
  const resultFile = exitFile.slice(0, -'.exit'.length);
  const name = resultFile.replace(/\.(trx|json)$/, '');
  const exitCode = Number(readFileSync(join(directory, exitFile), 'utf8'));
  let counts;
  try {
    const path = join(directory, resultFile);
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (text === '' && exitCode === 0 && filtered) continue;
    if (text === '') throw new Error('it left no results');
    counts = resultFile.endsWith('.trx') ? readTrx(text, name) : readVitest(text, name);
  } catch (error) {
    fail(`${name}: the runner ended with code ${exitCode}; ${error.message}`);
    continue;
  }
  if (exitCode !== 0 && counts.failed === 0) fail(`${name}: the runner ended with code ${exitCode}`);
  else if (counts.passed + counts.failed + counts.skipped === 0 && !filtered) fail(`${name}: no test ran`);
}

const notes = join(directory, 'notes.tsv');
if (existsSync(notes)) {
  for (const line of readFileSync(notes, 'utf8').split('\n').filter(Boolean)) {
    const [kind, reason] = line.split('\t');
    if (kind === 'skipped') skip(reason);
    else fail(reason);
  }
}

if (total.passed + total.failed === 0) console.log('\nNo test ran.');
if (failures.length) console.log('\nFailed:');
for (const failure of failures) console.log(`  ${failure}`);
if (skips.size) console.log('\nSkipped:');
for (const [reason, count] of skips) console.log(`  ${count} x ${reason}`);

console.log();
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
