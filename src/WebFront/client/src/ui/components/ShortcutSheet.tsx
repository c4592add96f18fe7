import { useI18n } from '../i18n/context';
import { Dialog } from './Dialog';

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const rows: readonly (readonly [readonly string[], string])[] = [
    [['/'], t('scSearch')],
    [['Alt', t('keyUpDown')], t('scConversation')],
    [['↑', '↓'], t('scMessages')],
    [['Home', 'End'], t('scEnds')],
    [['Enter'], t('scSend')],
    [['Shift', 'Enter'], t('scNewline')],
    [['Esc'], t('scClose')],
    [['?'], t('scHelp')],
  ];
  return (
    <Dialog title={t('shortcuts')} onClose={onClose}>
      <dl class="keys">
        {rows.map(([keys, words]) => (
          <div key={words}>
            <dt>{words}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
