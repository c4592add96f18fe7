import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface PopoverProps {
  label: string;
  button: ComponentChildren;
  buttonClass?: string;
  class?: string;
  testid?: string;
  children: (close: () => void) => ComponentChildren;
}

/** A button with a small panel under it. Esc and a press outside close it; focus goes back to the button. */
export function Popover({ label, button, buttonClass = 'icon-btn', class: className = '', testid, children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    trigger.current?.focus();
  };

  // Before the next key can come: an Esc that overtook this would find the focus moved into what it closes.
  useLayoutEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    root.current?.querySelector<HTMLElement>('.popover [aria-checked="true"], .popover button, .popover a')?.focus();
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const items = [...(root.current?.querySelectorAll<HTMLElement>('.popover button, .popover a') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % items.length]?.focus();
  };

  return (
    <div class={`popover-root ${className}`} ref={root} onKeyDown={onKeyDown}>
      <button
        ref={trigger}
        type="button"
        class={buttonClass}
        title={label}
        aria-expanded={open}
        data-testid={testid}
        onClick={() => setOpen(!open)}
      >
        <span class="sr">{label}</span>
        {button}
      </button>
      {open && <div class="popover">{children(close)}</div>}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  value: T;
  options: readonly { value: T; label: ComponentChildren; lang?: string }[];
  onChoose: (value: T) => void;
}

export function ChoiceList<T extends string>({ legend, value, options, onChoose }: ChoiceProps<T>) {
  return (
    <div role="radiogroup" aria-label={legend} class="choices">
      <p class="choices-title" aria-hidden="true">
        {legend}
      </p>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          lang={option.lang}
          class="choice"
          onClick={() => onChoose(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
