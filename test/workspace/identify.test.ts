/** When files are read for their ids, and what becomes of an id when the text changes. */
import { expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config/config.js';
import type { FactsStore } from '../../src/facts/store.js';
import { NO_STORE } from '../../src/facts/store.js';
import { readFacts } from '../../src/read.js';
import { depths, roleIndex } from '../../src/roles.js';
import { blobId } from '../../src/workspace/blob-id.js';
import { identified } from '../../src/workspace/identify.js';

/** A file on disk whose text can change, and how often it was read. */
function onDisk(path: string, text: string, id?: string) {
  const state = { text, reads: 0 };
  const file = { path, stamp: '1:1:1:1', ...(id === undefined ? {} : { id }), read: () => { state.reads += 1; return Buffer.from(state.text); } };
  return { state, file };
}

const idOf = (text: string): string => blobId(Buffer.from(text));

it('reads a file once for its facts and its id where nothing is kept', async () => {
  const { state, file } = onDisk('models.py', 'a = 1\n');
  const files = identified([file]);
  const kept: string[] = [];
  await readFacts(files, depths(roleIndex(DEFAULTS)), { ...NO_STORE, put: (key) => void kept.push(key) });
  expect(kept).toEqual([`${idOf('a = 1\n')}:facts:py`]);
  expect([files[0]!.id, state.reads]).toEqual([idOf('a = 1\n'), 1]);
});

it('asks what is kept by the id, and does not read what has been told', async () => {
  const { state, file } = onDisk('models.py', 'a = 1\n', idOf('a = 1\n'));
  const asked: string[] = [];
  const store: FactsStore = { isEmpty: false, get: (key) => { asked.push(key); return null; }, put: () => { throw new Error('nothing is new'); } };
  await readFacts([file], depths(roleIndex(DEFAULTS)), store);
  expect([asked, state.reads]).toEqual([[`${idOf('a = 1\n')}:facts:py`], 0]);
});

it('follows what is read, and says that it has changed', () => {
  const { state, file } = onDisk('models.py', 'a = 1\n');
  const [found] = identified([file]);
  expect([found!.id, found!.hasChanged]).toEqual([idOf('a = 1\n'), false]);
  state.text = 'a = 2\n';
  found!.read();
  expect([found!.id, found!.hasChanged]).toEqual([idOf('a = 2\n'), true]);
});
