import { useEffect, useState } from 'preact/hooks';
import type { OrderId } from '../../sdk/protocol';
import type { OrderAct } from './model';

/** Which question is asked about which order. It lives outside the card that opened it: a newer notice may replace that card. */
export interface OpenDialog {
  readonly order: OrderId;
  readonly act: Exclude<OrderAct, 'again'>;
}

let open: OpenDialog | null = null;
const listeners = new Set<() => void>();

export function openOrderDialog(dialog: OpenDialog | null): void {
  open = dialog;
  listeners.forEach((listener) => listener());
}

export function useOrderDialog(): OpenDialog | null {
  const [dialog, setDialog] = useState(open);
  useEffect(() => {
    const listener = () => setDialog(open);
    listeners.add(listener);
    listener();
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return dialog;
}
