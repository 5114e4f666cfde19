/** What a run is to write is set aside on disk once it is much, and can be asked for all the same. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newEntries } from '../../src/workspace/new-entries.js';
import { openStore } from '../../src/workspace/store-file.js';
import { scratch } from '../support/scratch.js';

const large = (letter: string) => JSON.stringify(letter.repeat(700_000));
const keys = ['a', 'b', 'c', 'd', 'e'];

describe('new entries', () => {
  it.each([['beside the store', (folder: string) => join(folder, 'cache', 'store')], ['in memory where no file can be made', (folder: string) => { writeFileSync(join(folder, 'file'), ''); return join(folder, 'file', 'store'); }]])('are kept %s', (_, placeIn) => {
    const folder = scratch();
    const entries = newEntries(placeIn(folder));
    for (const key of keys) entries.add(key, large(key));
    entries.add('b', '"again"');
    expect(keys.map((key) => entries.content(key))).toEqual([large('a'), '"again"', large('c'), large('d'), large('e')]);
    expect([entries.isEmpty, entries.has('c'), entries.has('f'), entries.content('f')]).toEqual([false, true, false, null]);
    let text = '';
    for (const piece of entries.lines()) text += piece.toString();
    const lines = text.split('\n');
    expect(lines.filter((line) => line.startsWith('b ')).at(-1)).toContain('"again"');
    expect(new Set(lines.map((line) => line.slice(0, 2)))).toEqual(new Set(['a ', 'b ', 'c ', 'd ', 'e ', '']));
    entries.close();
    expect(readdirSync(folder, { recursive: true }).filter((path) => String(path).includes('.new-'))).toEqual([]);
  });

  it('are written whole by a store, however many there are', () => {
    const file = join(scratch(), 'store');
    const store = openStore(file, '1');
    for (const key of keys) store.putNote(key, key.repeat(700_000));
    expect(store.note('a')).toBe('a'.repeat(700_000));
    expect(store.close()).toBeNull();
    const again = openStore(file, '1');
    expect(keys.map((key) => again.note(key) === key.repeat(700_000))).toEqual(keys.map(() => true));
    again.putNote('f', 'f');
    expect(again.close()).toBeNull();
    expect([...keys, 'f'].map((key) => openStore(file, '1').note(key)?.[0])).toEqual([...keys, 'f']);
  });
});
