import { useEffect } from 'preact/hooks';
import { useAuth } from './session';

/** No key, touch or movement for this long: nobody is at this device. */
const idleMs = 60_000;
const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'focus'] as const;

/** Tells the client whether somebody is here; the server turns silence into "away" later. */
export function useActivity(): void {
  const { client } = useAuth();
  useEffect(() => {
    if (!client) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let active: boolean | null = null;
    const set = (next: boolean) => {
      if (next !== active) client.setActive(next);
      active = next;
    };
    const sign = () => {
      if (document.visibilityState !== 'visible') return;
      set(true);
      clearTimeout(timer);
      timer = setTimeout(() => set(false), idleMs);
    };
    const visibility = () => (document.visibilityState === 'visible' ? sign() : set(false));
    signs.forEach((name) => addEventListener(name, sign, { passive: true }));
    document.addEventListener('visibilitychange', visibility);
    visibility();
    return () => {
      clearTimeout(timer);
      signs.forEach((name) => removeEventListener(name, sign));
      document.removeEventListener('visibilitychange', visibility);
    };
  }, [client]);
}
