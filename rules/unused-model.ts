import {
  isAssociation, isJudgeable, lifeOf, listed, mentionsOf, dropTable, type Confidence, type Life, type Mention, type Related, type Rule,
} from '../src/lint/rule.js';

export const unusedModel: Rule = {
  id: 'unused-model',
  summary: 'A table that no application code uses',
  level: 'warning',
  precision: 'high',
  evidence: 'absence',
  isFinal: true,
  check(project, report) {
    for (const table of project.schema.tables) {
      if (!isJudgeable(project, table) || isAssociation(table)) continue;
      const life = lifeOf(project, table);
      if (!life.isUnused) continue;
      const mentions = mentionsOf(project, table);
      report({
        table,
        columns: [],
        message: `No application code in this repository uses ${table.name}: ${whereNamed(mentions)}${doubtOf(life)}`,
        help: `Drop ${table.name} and ${table.model ? `the model ${table.model}` : 'its declaration'} if nothing outside this repository needs it, or build the feature it was meant for. List it under externalReaders if another program uses it`,
        confidence: confidenceOf(life, mentions),
        related: mentions.map((mention): Related => ({ message: WORDS[mention.role].place, place: mention.place, table })),
        remedies: [{ title: `Drop ${table.name}, once no other program uses it`, sql: dropTable(table) }],
      });
    }
  },
};

const WORDS: Record<Mention['role'], { readonly list: string; readonly place: string }> = {
  application: { list: 'application code', place: 'named here' },
  migration: { list: 'migrations', place: 'named in a migration' },
  seed: { list: 'a seed script', place: 'filled by a seed script' },
  test: { list: 'tests', place: 'used in a test' },
  admin: { list: 'the administration site', place: 'registered with the administration site' },
  type: { list: 'type annotations', place: 'named in a type only' },
  relationship: { list: 'relationships of other models', place: 'a relationship that nothing follows' },
};

function whereNamed(mentions: readonly Mention[]): string {
  const roles = [...new Set(mentions.map((mention) => mention.role))];
  return roles.length === 0
    ? 'nothing but its declaration mentions it'
    : `only ${listed(roles.map((role) => WORDS[role].list))} ${roles.length === 1 && /^(a|the) /.test(WORDS[roles[0]].list) ? 'names' : 'name'} it`;
}

function doubtOf(life: Life): string {
  if (life.doubt === 'gap') return ', but code reaches tables in a way that cannot be followed';
  if (life.doubt === 'referenced') return ', but a foreign key that is in use points at it';
  return life.doubt === null ? '' : ', but most tables here are used by code that cannot be read';
}

/** An administrator may work with the rows through the generated pages. */
function confidenceOf(life: Life, mentions: readonly Mention[]): Confidence {
  if (life.doubt) return 'low';
  return mentions.some((mention) => mention.role === 'admin' || mention.role === 'type') ? 'medium' : 'high';
}
