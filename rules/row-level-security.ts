import { alterTable, isOwnTable, sqlTable, type Draft, type Policy, type Project, type Rule, type Table } from '../src/lint/rule.js';

export const rowLevelSecurity: Rule = {
  id: 'row-level-security',
  summary: 'Row level security that is half set up',
  level: 'warning',
  precision: 'high',
  evidence: 'presence',
  isOfPostgres: true,
  check(project, report) {
    const counts = countTables(project.schema.tables);
    for (const table of project.schema.tables) {
      if (isOwnTable(table)) for (const draft of flawsOf(project, counts, table)) report(draft);
    }
  },
};

function* flawsOf(project: Project, counts: Counts, table: Table): Generator<Draft> {
  const { enabled, policies } = table.rowSecurity;
  const enable = [{ title: 'Switch it on', sql: alterTable(table, 'ENABLE ROW LEVEL SECURITY') }];
  if (!enabled && policies.length > 0) {
    yield {
      table, columns: [], place: policies[0].place, discriminator: 'policy without row level security', remedies: enable,
      // Where no table at all has it, it may be switched on somewhere else.
      confidence: project.schema.tables.some((one) => one.database === table.database && one.rowSecurity.enabled) ? 'high' : 'medium',
      message: `${table.name} has the policy ${policies[0].name}, but row level security is not switched on, so that nothing asks it`,
      help: `Enable row level security on ${table.name}`,
    };
  } else if (!enabled && othersHaveIt(counts, table)) {
    yield {
      table, columns: [], confidence: 'medium', discriminator: 'no row level security', remedies: enable,
      message: `${table.name} has no row level security, while nearly all tables beside it do`,
      help: `Enable row level security on ${table.name} and add policies`,
    };
  }
  if (enabled && policies.length === 0) {
    yield {
      table, columns: [], confidence: 'medium', level: 'note', place: enabled, discriminator: 'row level security without policy',
      message: `${table.name} has row level security and no policy: nobody but its owner and roles that bypass it sees a row`,
      help: `Add a policy for those who may read ${table.name}, or suppress this finding where only the server's own role may`,
    };
  }
  for (const policy of enabled ? policies.filter(isOpenWrite) : []) {
    yield {
      table, columns: [], confidence: 'medium', place: policy.place, discriminator: `open policy ${policy.name}`,
      message: `The policy ${policy.name} on ${sqlTable(table)} lets everybody it is for ${effectOf(policy)}`,
      help: `Replace true by a condition on the row, or restrict the policy to a role that may do so`,
    };
  }
}

const EFFECTS: Readonly<Record<string, string>> = { insert: 'insert any row', update: 'update every row', delete: 'delete every row' };
/** A check narrows what may be inserted and what rows become, and not which are deleted. */
const effectOf = ({ command, check }: Policy): string => EFFECTS[command] ?? (check === null || isTrue(check) ? 'change every row' : 'delete every row');
const isTrue = (text: string | null): boolean => text !== null && /^[(\s]*true[)\s]*$/i.test(text);
/** Everybody, and the roles that PostgREST gives to visitors and to whoever is logged in. */
const PUBLIC = new Set(['public', 'anon', 'authenticated']);

/** `USING (true)` or `WITH CHECK (true)` for anything but reading, for others than a role made for the purpose. */
function isOpenWrite(policy: Policy): boolean {
  if (policy.command === 'select' || policy.isRestrictive || (policy.roles?.length && !policy.roles.some((role) => PUBLIC.has(role)))) return false;
  return policy.command === 'insert'
    ? isTrue(policy.check)
    : isTrue(policy.using) && (policy.command !== 'update' || policy.check === null || isTrue(policy.check));
}

/** At least three other tables of its schema have it, and these are four fifths of them; `table`, which has not, is one of the counted. */
function othersHaveIt(counts: Counts, table: Table): boolean {
  const { all, secured } = counts.get(schemaOf(table))!;
  return secured >= 3 && secured >= (all - 1) * 0.8;
}

/** How many own tables each schema of each database has, and how many of them with row level security. */
type Counts = ReadonlyMap<string, { all: number; secured: number }>;

function countTables(tables: readonly Table[]): Counts {
  const counts = new Map<string, { all: number; secured: number }>();
  for (const table of tables.filter(isOwnTable)) {
    const count = counts.get(schemaOf(table)) ?? { all: 0, secured: 0 };
    counts.set(schemaOf(table), count);
    count.all += 1;
    if (table.rowSecurity.enabled) count.secured += 1;
  }
  return counts;
}

const schemaOf = (table: Table): string => JSON.stringify([table.database, table.schema]);
