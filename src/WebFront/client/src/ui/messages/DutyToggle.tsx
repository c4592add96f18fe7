import { useState } from 'preact/hooks';
import type { Store } from '../../sdk/protocol';
import { useI18n } from '../i18n/context';
import { errorWords } from '../lib/errors';
import { useAuth, useChat } from '../session';

/** Whether this agent counts for the store's presence. Shows what the server confirmed, not what was hoped. */
export function DutyToggle({ store }: { store: Store }) {
  const i18n = useI18n();
  const { client } = useAuth();
  const online = useChat((state) => state.connection.name === 'online');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const toggle = async () => {
    if (!client || busy || !online) return;
    setBusy(true);
    const answer = await client.setDuty(store.id, !store.onDuty);
    setBusy(false);
    setProblem(answer.ok ? null : errorWords(answer.error, i18n));
  };
  return (
    <div class="duty">
      <button
        type="button"
        role="switch"
        class="switch"
        aria-checked={store.onDuty}
        aria-disabled={busy || !online}
        data-testid="duty-toggle"
        onClick={() => void toggle()}
      >
        <span class="switch-track" aria-hidden="true" />
        <span class="switch-text">
          <strong>{i18n.t(store.onDuty ? 'onDuty' : 'offDuty')}</strong>
          <span class="hint">{problem ?? i18n.t(store.onDuty ? 'dutyHintOn' : 'dutyHintOff')}</span>
        </span>
      </button>
    </div>
  );
}
