/** Small choices of this device, kept in localStorage when it is there. */
export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(`ui:${name}`);
  } catch {
    return null;
  }
}

export function writeSetting(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`ui:${name}`);
    else localStorage.setItem(`ui:${name}`, value);
  } catch {
    // The choice then lasts until the page is closed.
  }
}
