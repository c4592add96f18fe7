import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { LoadFailed } from '../components/bits';

/** A page that is a chunk of its own: who never opens it does not load it. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let Loaded: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const [failed, setFailed] = useState(false);
    const [, redraw] = useState(0);
    const start = () => {
      setFailed(false);
      load().then(
        (component) => {
          Loaded = component;
          redraw((n) => n + 1);
        },
        () => setFailed(true),
      );
    };
    useEffect(() => {
      if (!Loaded) start();
    }, []);
    if (Loaded) return <Loaded {...props} />;
    return failed ? <LoadFailed retry={start} page /> : <div class="center" aria-busy="true" />;
  };
}
