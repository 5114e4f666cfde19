/** What a run keeps of a tree that is written to while it is looked at. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { DEFAULTS } from '../src/config/config.js';
import { run, type Job } from '../src/run.js';
import { rootsOf } from '../src/workspace/roots.js';
import { openStore } from '../src/workspace/store-file.js';
import { scratch } from './support/scratch.js';

const MODELS = 'from sqlalchemy import Column, Integer, String\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n\nclass Lead(Base):\n    __tablename__ = "leads"\n    id = Column(Integer, primary_key=True)\n    stage = Column(String)\n';
const APP = 'from models import Lead\n\n\ndef count(session):\n    return session.query(Lead).count()\n';

it('keeps no outcome that mixes two versions of a file', async () => {
  const folder = scratch({ 'models.py': MODELS, 'app.py': APP });
  const cache = join(scratch(), 'store');
  const look = async (more: Partial<Job> = {}) => {
    const store = openStore(cache, '1');
    const { result } = await run({ roots: rootsOf([], folder), config: DEFAULTS, rules, version: '1', store, ...more });
    store.close();
    return result.findings.map(({ rule, columns, location }) => `${rule} ${columns.join()} ${location.path}:${location.startLine}`);
  };
  const models = join(folder, 'models.py');
  const interrupted = await look({ onStage: (name) => { if (name === 'link') writeFileSync(models, `\n\n\n${MODELS}`); } });
  writeFileSync(models, MODELS);
  const [expected, again] = [await look({ store: null }), await look()];
  expect(interrupted).not.toEqual(expected);
  expect(again).toEqual(expected);
});
