import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const MODELS = `
import { DataTypes, Sequelize } from 'sequelize';
export const sequelize = new Sequelize('postgres://', { define: { timestamps: false } });
export const User = sequelize.define('User', { email: DataTypes.STRING, name: DataTypes.STRING, rank: DataTypes.INTEGER, secret: DataTypes.STRING }, { tableName: 'users' });
`;
const usesOf = async (code: string): Promise<readonly string[]> => {
  const { project } = await analyseText({ 'src/models.ts': MODELS, 'src/code.ts': `import { User } from './models';\n${code}` });
  return project.usage.uses.filter((use) => use.place.path === 'src/code.ts').map((use) => `${use.column.name} ${use.kind}`).sort();
};

describe('lodash over rows', () => {
  it.each([
    ['a list', "import pick from 'lodash/pick';\nconst FIELDS = ['email', 'name'] as const;\nexport const view = async (res) => { const user = await User.findByPk(1); res.json(pick(user, FIELDS)); };"],
    ['names', "import _ from 'lodash';\nexport const view = async (res) => { const user = await User.findByPk(1); res.json(_.pick(user, 'email', 'name')); };"],
    ['of each', "import { pick } from 'lodash';\nconst one = (user) => pick(user, ['email', 'name']);\nexport const view = async (res) => { const users = await User.findAll(); res.json(users.map(one)); };"],
    ['the row last', "import * as R from 'ramda';\nexport const view = async (res) => { res.json(R.pick(['email', 'name'], await User.findByPk(1))); };"],
  ])('reads the fields that it picks, and hands out no others: %s', async (_, code) => {
    expect([...new Set((await usesOf(code)).map((use) => use.split(' ')[0]).filter((name) => name !== 'id'))]).toEqual(['email', 'name']);
  });

  it('reads the field that it goes by, and gives rows back', async () => {
    const code = "import _, { keyBy } from 'lodash';\nexport async function list() { const users = await User.findAll(); const by = keyBy(users, 'email'); const groups = _.groupBy(users, (user) => user.rank); const [first] = _.sortBy(users, ['rank']); return by['a'].name + first.name + groups[1][0].name; }";
    expect(await usesOf(code)).toEqual(['email read', 'name read', 'name read', 'name read', 'rank read', 'rank read']);
  });

  it('hands out all where it is not known what is picked', async () => {
    expect(await usesOf("import pick from 'lodash/pick';\nexport const view = async (res, fields: string[]) => { const user = await User.findByPk(1); res.json(pick(user, fields)); };")).toContain('secret expose');
  });
});
