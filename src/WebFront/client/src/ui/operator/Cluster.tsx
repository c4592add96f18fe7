import type { ComponentChildren } from 'preact';
import type { Cluster, ClusterProcess } from '../../sdk/cluster';
import { LoadFailed, Skeleton } from '../components/bits';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { useNow, useOnline, useQuery } from '../lib/hooks';
import { clockTime, relativeTime, roughDuration } from '../lib/time';
import { megabytes, nowOf, points, trendOf, type Figure } from '../lib/trend';
import { api } from '../session';
import '../styles/cluster.css';

const refreshMs = 5_000;
/** Three refreshes without an answer. */
const staleMs = 20_000;
const rowsShown = 8;

/** The cluster at one look: four big figures, then who does what, then what stands out. */
export function ClusterSection() {
  const { t, lang } = useI18n();
  const now = useNow(refreshMs);
  const online = useOnline();
  const { data, failed, reload } = useQuery(
    'cluster',
    async () => {
      const answer = await api.cluster();
      if (!answer.ok) throw new Error(answer.error.name);
      return { cluster: answer.cluster, heardAt: Date.now() };
    },
    refreshMs,
  );
  if (failed) return <LoadFailed retry={reload} />;
  if (!data) return <Skeleton width="100%" height="420px" />;
  const { cluster, heardAt } = data;
  const stale = !online || now - heardAt > staleMs;
  return (
    <section class="cluster" aria-labelledby="cluster-title" data-testid="cluster" data-stale={stale}>
      <div class="cluster-head">
        <div>
          <h2 id="cluster-title">{t('clusterTitle')}</h2>
          <p class="muted small-text">{t('clusterLead')}</p>
        </div>
        {stale ? (
          <p class="chip amber" role="status" title={t('clusterStaleText')}>
            <Icon name="alert" size={14} />
            {t('clusterStale')}
          </p>
        ) : (
          <p class="muted small-text num">{t('clusterLive', { time: clockTime(cluster.at, lang) })}</p>
        )}
      </div>
      <Headline cluster={cluster} />
      <Processes cluster={cluster} now={now} />
      <div class="cluster-lists">
        <Hottest cluster={cluster} />
        <SlowClients cluster={cluster} now={now} />
        <RefusalList cluster={cluster} />
      </div>
    </section>
  );
}

function Headline({ cluster }: { cluster: Cluster }) {
  const { t, lang, number } = useI18n();
  const active = cluster.silos.filter((silo) => silo.status === 'active').length;
  const { overdue } = cluster;
  return (
    <div class="tiles">
      <Trend cluster={cluster} figure="connections" label={t('clusterConnections')} />
      <Trend cluster={cluster} figure="sends" label={t('clusterSends')} />
      <Trend cluster={cluster} figure="refused" label={t('clusterRefused')} />
      <div class="tile" data-alarm={active < cluster.silos.length}>
        <span class="tile-label">{t('clusterSilos')}</span>
        <strong class="tile-value num">{active === cluster.silos.length ? number(active) : `${number(active)} / ${number(cluster.silos.length)}`}</strong>
        <span class="tile-note">{cluster.grainHost}</span>
      </div>
      <div class="tile" data-alarm={overdue.count > 0}>
        <span class="tile-label">{t('clusterOverdue')}</span>
        <strong class="tile-value num">{overdue.more ? `${number(overdue.count)}+` : number(overdue.count)}</strong>
        <span class="tile-note">{overdue.oldest ? t('clusterOverdueSince', { time: clockTime(overdue.oldest, lang) }) : t('clusterOverdueNone')}</span>
      </div>
    </div>
  );
}

function Trend({ cluster, figure, label }: { cluster: Cluster; figure: Figure; label: string }) {
  const { t } = useI18n();
  const format = useFigure();
  return (
    <div class="tile" data-figure={figure}>
      <span class="tile-label">{label}</span>
      <strong class="tile-value num">{format(nowOf(cluster, figure))}</strong>
      <Line values={trendOf(cluster, figure)} label={t('clusterTrend', { name: label })} height={40} />
    </div>
  );
}

/** Time goes from left to right in every language, as in every instrument. */
function Line({ values, label, height }: { values: readonly number[]; label: string; height: number }) {
  const line = points(values, 200, height - 4);
  return (
    <svg class="line" viewBox={`0 -2 200 ${height}`} preserveAspectRatio="none" role="img" aria-label={label} style={{ height: `${height}px` }}>
      {values.length > 1 && <polygon points={`0,${height - 4} ${line} 200,${height - 4}`} />}
      <polyline points={line} vector-effect="non-scaling-stroke" />
    </svg>
  );
}

function Processes({ cluster, now }: { cluster: Cluster; now: number }) {
  const { t, lang, number } = useI18n();
  const format = useFigure();
  const cores = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
  const kinds = { single: t('clusterKindSingle'), node: t('clusterKindNode'), front: t('clusterKindFront'), silo: t('clusterKindSilo') };
  const grainsOf = (process: ClusterProcess) => {
    if (process.kind === 'front') return null;
    const port = process.place.split(':').at(-1);
    const active = cluster.silos.filter((silo) => silo.status === 'active');
    // On machines of their own silos often have the same port: better no figure than that of another.
    const own = active.length === 1 ? active : active.filter((silo) => silo.place.endsWith(`:${port}`));
    return own.length === 1 ? (own[0]?.activations ?? null) : null;
  };
  return (
    <div class="panel">
      <h3>{t('clusterFronts')}</h3>
      {cluster.processes.length === 0 && <Nothing text={t('clusterFrontsNone')} />}
      {cluster.processes.length > 0 && (
        <table class="processes" data-testid="processes">
          <thead>
            <tr>
              <th scope="col">{t('clusterPlace')}</th>
              <th scope="col">{t('clusterConnections')}</th>
              <th scope="col">{t('clusterSends')}</th>
              <th scope="col">{t('clusterStored')}</th>
              <th scope="col">{t('clusterWaiting')}</th>
              <th scope="col">{t('clusterGrains')}</th>
              <th scope="col">{t('clusterCpu')}</th>
              <th scope="col">{t('clusterMemory')}</th>
              <th scope="col">{t('clusterUptime')}</th>
            </tr>
          </thead>
          <tbody>
            {cluster.processes.map((process) => {
              const last = process.samples.at(-1);
              const grains = grainsOf(process);
              const serves = process.kind !== 'silo';
              const holds = process.kind !== 'front';
              return (
                <tr key={process.id} data-kind={process.kind}>
                  <th scope="row">
                    <bdi dir="ltr" class="place">
                      {process.place}
                    </bdi>
                    <span class="muted small-text">
                      {kinds[process.kind]} · <bdi dir="ltr">{process.version}</bdi>
                    </span>
                  </th>
                  <td class="num" data-label={t('clusterConnections')}>
                    {serves && last ? (
                      <span class="with-line">
                        <strong>{number(last.connections)}</strong>
                        <Line values={process.samples.map((one) => one.connections)} label={t('clusterTrend', { name: t('clusterConnections') })} height={20} />
                      </span>
                    ) : null}
                  </td>
                  <td class="num" data-label={t('clusterSends')}>
                    {serves && last ? (
                      <span class="with-line">
                        <strong>{format(last.sends)}</strong>
                        <Line values={process.samples.map((one) => one.sends)} label={t('clusterTrend', { name: t('clusterSends') })} height={20} />
                      </span>
                    ) : null}
                  </td>
                  <td class="num" data-label={t('clusterStored')}>
                    {holds && last ? <strong>{format(last.stored)}</strong> : null}
                  </td>
                  <td class="num" data-label={t('clusterWaiting')}>
                    {process.waiting ? number(process.waiting.events) : null}
                  </td>
                  <td class="num" data-label={t('clusterGrains')}>
                    {grains === null ? null : number(grains)}
                  </td>
                  <td class="num" data-label={t('clusterCpu')}>
                    {cores.format(process.cpu)}
                  </td>
                  <td class="num" data-label={t('clusterMemory')}>
                    {megabytes(process.memoryBytes, lang)}
                  </td>
                  <td class="num" data-label={t('clusterUptime')}>
                    {roughDuration(Math.max(0, now - process.startedAt), lang)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <SilosLeft cluster={cluster} />
    </div>
  );
}

/** Silos that are not in service: those that are show among the processes. */
function SilosLeft({ cluster }: { cluster: Cluster }) {
  const { t } = useI18n();
  const left = cluster.silos.filter((silo) => silo.status !== 'active');
  if (left.length === 0) return null;
  return (
    <ul class="silos-left" aria-label={t('clusterSilosTitle')}>
      {left.map((silo) => (
        <li key={`${silo.place} ${silo.startedAt}`} class="chip amber">
          <bdi dir="ltr">{silo.place}</bdi>: <span lang="en">{silo.status}</span>
        </li>
      ))}
    </ul>
  );
}

function Hottest({ cluster }: { cluster: Cluster }) {
  const { t, number } = useI18n();
  const most = cluster.hottest[0]?.sends ?? 1;
  return (
    <List title={t('clusterHot')} lead={t('clusterHotLead')} empty={cluster.hottest.length === 0 ? t('clusterHotNone') : null}>
      {cluster.hottest.slice(0, rowsShown).map((hot) => (
        <li key={hot.conversation} class="bar" style={{ '--share': hot.sends / most }}>
          <bdi dir="ltr" class="ellipsis">
            {hot.conversation}
          </bdi>
          <strong class="num">{number(hot.sends)}</strong>
        </li>
      ))}
    </List>
  );
}

function SlowClients({ cluster, now }: { cluster: Cluster; now: number }) {
  const { t, lang, number } = useI18n();
  const none = cluster.slow.length + cluster.cut.length === 0;
  return (
    <List title={t('clusterSlow')} lead={t('clusterSlowLead')} empty={none ? t('clusterSlowNone') : null}>
      {cluster.slow.slice(0, rowsShown).map((slow, i) => (
        <li key={`slow ${i}`}>
          <bdi dir="ltr" class="ellipsis">
            {slow.user}
          </bdi>
          <span class="num">
            <strong>{number(slow.events)}</strong> · {megabytes(slow.bytes, lang)}
          </span>
        </li>
      ))}
      {cluster.cut.slice(0, rowsShown - Math.min(rowsShown, cluster.slow.length)).map((cut, i) => (
        <li key={`cut ${i}`}>
          <bdi dir="ltr" class="ellipsis">
            {cut.user}
          </bdi>
          <span class="chip amber">{t('clusterCut', { time: relativeTime(cut.at, now, lang, t('presenceNow')) })}</span>
        </li>
      ))}
    </List>
  );
}

function RefusalList({ cluster }: { cluster: Cluster }) {
  const { t, number } = useI18n();
  const most = cluster.refusals[0]?.count ?? 1;
  return (
    <List title={t('clusterRefusals')} lead={t('clusterRefusalsLead')} empty={cluster.refusals.length === 0 ? t('clusterRefusalsNone') : null}>
      {cluster.refusals.slice(0, rowsShown).map((refusal) => (
        <li key={refusal.code} class="bar" style={{ '--share': refusal.count / most }}>
          <bdi dir="ltr" class="ellipsis">
            <span class="num muted">{refusal.code}</span> <code>{refusal.name}</code>
          </bdi>
          <strong class="num">{number(refusal.count)}</strong>
        </li>
      ))}
    </List>
  );
}

function List({ title, lead, empty, children }: { title: string; lead: string; empty: string | null; children: ComponentChildren }) {
  return (
    <section class="panel">
      <h3>{title}</h3>
      <p class="muted small-text">{lead}</p>
      {empty ? <Nothing text={empty} /> : <ol class="cluster-list">{children}</ol>}
    </section>
  );
}

function Nothing({ text }: { text: string }) {
  return (
    <p class="nothing">
      <Icon name="check" size={16} />
      {text}
    </p>
  );
}

/** Small figures with a digit behind the point, large ones without. */
function useFigure(): (value: number) => string {
  const { lang } = useI18n();
  return (value) => new Intl.NumberFormat(lang, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}
