import { useState } from 'preact/hooks';
import type { PolicyFigure } from '../../sdk/reviews';
import { LoadFailed, Skeleton, StatePanel } from '../components/bits';
import { Icon } from '../components/Icon';
import { useI18n } from '../i18n/context';
import { useQuery } from '../lib/hooks';
import { differs, figureWords, findFigures } from '../lib/policy';
import { usePageTitle } from '../lib/tab';
import { api } from '../session';
import { ClusterSection } from './Cluster';
import '../styles/desk.css';

/** What an operator looks at: one section for each matter. */
export function Operator() {
  const { t } = useI18n();
  usePageTitle(t('operator'));
  return (
    <div class="page desk wide">
      <header class="desk-head">
        <h1>{t('operator')}</h1>
      </header>
      <ClusterSection />
      <PolicySection />
    </div>
  );
}

function PolicySection() {
  const { t, tn } = useI18n();
  const [query, setQuery] = useState('');
  const [onlyChanged, setOnlyChanged] = useState(false);
  const { data, failed, reload } = useQuery('policy', async () => {
    const answer = await api.policy();
    if (!answer.ok) throw new Error(answer.error.name);
    return answer.policy;
  });
  if (failed) return <LoadFailed retry={reload} />;
  const shown = findFigures(data ?? [], query, onlyChanged);
  const changed = (data ?? []).filter(differs).length;
  return (
    <section class="panel" aria-labelledby="policy-title">
      <div class="panel-head">
        <div>
          <h2 id="policy-title">{t('policy')}</h2>
          <p class="muted small-text">{t('policyLead')}</p>
        </div>
        {data && (
          <p class="panel-facts num" role="status">
            <span>{tn('policyFigures', shown.length)}</span>
            {changed > 0 && (
              <span class="chip good" data-testid="policy-changed">
                <Icon name="pencil" size={12} />
                {tn('policyDiffer', changed)}
              </span>
            )}
          </p>
        )}
        <div class="panel-tools">
          <label class="small-search panel-search">
            <Icon name="search" size={16} />
            <span class="sr">{t('policySearch')}</span>
            <input
              type="search"
              dir="auto"
              autocomplete="off"
              placeholder={t('policySearch')}
              value={query}
              data-search="policy"
              data-testid="policy-search"
              onInput={(event) => setQuery(event.currentTarget.value)}
            />
          </label>
          <button type="button" class="filter" aria-pressed={onlyChanged} onClick={() => setOnlyChanged(!onlyChanged)}>
            {t('policyOnlyChanged')}
          </button>
        </div>
      </div>
      {!data && <Skeleton width="100%" height="480px" />}
      {data && shown.length === 0 && (
        <StatePanel icon="search" title={t('policyNone')} text={t('policyNoneText')}>
          <button
            type="button"
            class="btn"
            onClick={() => {
              setQuery('');
              setOnlyChanged(false);
            }}
          >
            {t('showAll')}
          </button>
        </StatePanel>
      )}
      {shown.length > 0 && <PolicyTable figures={shown} />}
    </section>
  );
}

function PolicyTable({ figures }: { figures: readonly PolicyFigure[] }) {
  const { t } = useI18n();
  return (
    <table class="policy" data-testid="policy">
      <thead>
        <tr>
          <th scope="col">{t('policyName')}</th>
          <th scope="col">{t('policyValue')}</th>
          <th scope="col">{t('policyDefault')}</th>
          <th scope="col">{t('policyRange')}</th>
        </tr>
      </thead>
      <tbody>
        {figures.map((figure) => (
          <Figure key={figure.name} figure={figure} />
        ))}
      </tbody>
    </table>
  );
}

function Figure({ figure }: { figure: PolicyFigure }) {
  const { t, lang } = useI18n();
  const words = (value: PolicyFigure['value'] | null | undefined) => figureWords(value, figure.unit, lang);
  const changed = differs(figure);
  const range = [figure.min, figure.max].map(words).filter(Boolean);
  return (
    <tr data-changed={changed} data-figure={figure.name}>
      <th scope="row">
        <span lang="en" dir="ltr" class="policy-words">
          {figure.description}
        </span>
        <code dir="ltr">{figure.name}</code>
      </th>
      <td class="num policy-value" data-label={t('policyValue')}>
        <strong>{words(figure.value)}</strong>
        {changed && (
          <span class="chip good">
            <Icon name="pencil" size={12} />
            {t('policyChanged')}
          </span>
        )}
      </td>
      <td class="num" data-label={t('policyDefault')}>
        {words(figure.default)}
      </td>
      <td class="num muted" data-label={t('policyRange')}>
        {range.join(' – ')}
      </td>
    </tr>
  );
}
