import { useEffect } from 'preact/hooks';
import { Icon } from './Icon';

export interface Told {
  readonly text: string;
  /** It did not go as wanted. */
  readonly bad?: boolean;
}

const shownMs = 5_000;

/** One short sentence about what was just done. It is announced, takes no focus and goes by itself. */
export function Toast({ told, onGone }: { told: Told | null; onGone: () => void }) {
  useEffect(() => {
    if (!told) return;
    const timer = setTimeout(onGone, shownMs);
    return () => clearTimeout(timer);
  }, [told]);
  return (
    <div class="toast-slot" role="status">
      {told && (
        <p class="toast" data-testid="toast" data-bad={told.bad === true}>
          <Icon name={told.bad ? 'info' : 'check'} size={18} />
          {told.text}
        </p>
      )}
    </div>
  );
}
