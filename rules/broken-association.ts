import { type BrokenReference, type Rule } from '../src/lint/rule.js';

export const brokenAssociation: Rule = {
  id: 'broken-association',
  summary: 'A relationship, key, index or constraint that names something that does not exist',
  level: 'error',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    for (const broken of project.schema.broken) {
      if (broken.table.isExternal) continue;
      const { table, what, missing } = broken;
      report({
        table,
        columns: [],
        message: `${WORDS[what]} ${broken.name} of ${table.name} names ${missing}, which nothing in this repository declares`,
        help: `Correct the name, or remove the ${WORDS[what].toLowerCase().replace(/^the /, '')} if ${missing} is gone`,
        confidence: confidenceOf(broken),
        place: broken.place,
        discriminator: `${what} ${broken.name} ${missing}`,
      });
    }
  },
};

const WORDS: Record<BrokenReference['what'], string> = {
  relationship: 'The relationship',
  'foreign-key': 'The foreign key',
  index: 'The index',
  constraint: 'The constraint',
};

/** Another table may be declared in a library; a table's own columns are all in sight. */
function confidenceOf(broken: BrokenReference): 'high' | 'medium' {
  return broken.what === 'index' || broken.what === 'constraint' ? 'high' : 'medium';
}
