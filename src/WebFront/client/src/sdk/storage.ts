/** Small durable storage for the outbox and the device id. Never throws: a refused write answers false. */
export interface KeyValueStorage {
  get(key: string): string | null;
  set(key: string, value: string): boolean;
  remove(key: string): void;
  /** Keys that begin with `prefix`. */
  keys(prefix: string): readonly string[];
}

export function memoryStorage(): KeyValueStorage {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => {
      values.set(key, value);
      return true;
    },
    remove: (key) => {
      values.delete(key);
    },
    keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/**
 * localStorage where the browser grants it (private modes and full disks may not), else memory. `area` may name sessionStorage
 * instead, which each tab has for itself.
 */
export function browserStorage(area: () => Storage = () => globalThis.localStorage): KeyValueStorage {
  const fallback = memoryStorage();
  const attempt = <T>(act: (storage: Storage) => T, otherwise: () => T): T => {
    try {
      return act(area());
    } catch {
      return otherwise();
    }
  };
  return {
    get: (key) => attempt((storage) => storage.getItem(key), () => null) ?? fallback.get(key),
    set: (key, value) =>
      attempt(
        (storage) => {
          storage.setItem(key, value);
          fallback.remove(key);
          return true;
        },
        () => {
          fallback.set(key, value);
          return false;
        },
      ),
    remove: (key) => {
      fallback.remove(key);
      attempt((storage) => storage.removeItem(key), () => undefined);
    },
    keys: (prefix) => {
      const stored = attempt((storage) => Object.keys(storage), () => []);
      return [...new Set([...stored.filter((key) => key.startsWith(prefix)), ...fallback.keys(prefix)])];
    },
  };
}
