import { useI18n } from '../i18n/context';
import { useRoles } from '../roles';
import { Dialog } from './Dialog';

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const { data: roles } = useRoles();
  const desk: readonly (readonly [readonly string[], string])[] = roles?.includes('moderator')
    ? [
        [['J', 'K'], t('scQueue')],
        [['A'], t('scApprove')],
        [['R'], t('scReject')],
      ]
    : [];
  const rows: readonly (readonly [readonly string[], string])[] = [
    [['/'], t('scSearch')],
    [['Alt', t('keyUpDown')], t('scConversation')],
    [['↑', '↓'], t('scMessages')],
    [['Home', 'End'], t('scEnds')],
    [['Enter'], t('scSend')],
    [['Shift', 'Enter'], t('scNewline')],
    ...desk,
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
