import { describe, expect, it } from 'vitest';
import { codePoints, hueOf, initials, matches, oneLine, splitLinks } from './text';

describe('codePoints', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['😀😀', 2],
    ['e\u0301', 2],
    ['مرحبا', 5],
    ['你好', 2],
  ])('%j has %i', (text, count) => expect(codePoints(text)).toBe(count));
});

describe('splitLinks', () => {
  it('keeps plain text whole', () => expect(splitLinks('a < b & c')).toEqual([{ text: 'a < b & c' }]));

  it('leaves the full stop outside of the link', () => {
    expect(splitLinks('see https://example.com/a?b=1. Bye').map((part) => [part.text, part.host])).toEqual([
      ['see ', undefined],
      ['https://example.com/a?b=1', 'example.com'],
      ['. Bye', undefined],
    ]);
  });

  it('shows the host a link really leads to', () => {
    expect(splitLinks('https://bank.example@evil.example/x')[0]?.host).toBe('evil.example');
    expect(splitLinks('https://аpple.example/')[0]?.host).toBe('xn--pple-43d.example');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'www.example.com', 'https://'])('makes no link of %s', (text) => {
    expect(splitLinks(text).every((part) => part.href === undefined)).toBe(true);
  });

  it('loses nothing', () => {
    const body = 'a https://x.example/1, b http://y.example\n(https://z.example)';
    expect(splitLinks(body).map((part) => part.text).join('')).toBe(body);
  });
});

describe('names', () => {
  it.each([
    ['Emma Clarke', 'EC'],
    ['Łukasz', 'Ł'],
    ['王磊', '王'],
    ['  ', '?'],
    ['Ana Maria Pop', 'AP'],
  ])('%j is %s', (name, letters) => expect(initials(name)).toBe(letters));

  it('keeps the colour of an id', () => {
    expect(hueOf('casa-lumbre')).toBe(hueOf('casa-lumbre'));
    expect(hueOf('casa-lumbre')).not.toBe(hueOf('yunwu-tea'));
  });
});

describe('matches', () => {
  it('ignores case and accents', () => {
    expect(matches('Lâna din Apuseni', 'lana')).toBe(true);
    expect(matches('Лесная игрушка', 'ЛЕСНАЯ')).toBe(true);
    expect(matches('Casa', 'casas')).toBe(false);
  });
});

it('oneLine folds white space', () => expect(oneLine(' a\n\n b\tc ')).toBe('a b c'));
