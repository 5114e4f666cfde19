import { alterTable, isOwnTable, sqlTable, type Draft, type Policy, type Project, type Rule, type Table } from '../src/lint/rule.js';

export const rowLevelSecurity: Rule = {
  id: 'row-level-security',
  summary: 'Row level security that is half set up',
  level: 'warning',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    for (const table of project.schema.tables) {
      if (isOwnTable(table)) for (const draft of flawsOf(project, table)) report(draft);
    }
  },
};

function* flawsOf(project: Project, table: Table): Generator<Draft> {
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
  } else if (!enabled && othersHaveIt(project, table)) {
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
      message: `The policy ${policy.name} on ${sqlTable(table)} lets everybody it is for ${EFFECTS[policy.command] ?? 'change every row'}`,
      help: `Replace true by a condition on the row, or restrict the policy to a role that may do so`,
    };
  }
}

const EFFECTS: Readonly<Record<string, string>> = { insert: 'insert any row', update: 'update every row', delete: 'delete every row' };
/** Everybody, and the roles that PostgREST gives to visitors and to whoever is logged in. */
const PUBLIC = new Set(['public', 'anon', 'authenticated']);

/** `USING (true)` or `WITH CHECK (true)` for anything but reading, for others than a role made for the purpose. */
function isOpenWrite(policy: Policy): boolean {
  const isTrue = (text: string | null) => text !== null && /^[(\s]*true[)\s]*$/i.test(text);
  if (policy.command === 'select' || policy.isRestrictive || (policy.roles?.length && !policy.roles.some((role) => PUBLIC.has(role)))) return false;
  return policy.command === 'insert' ? isTrue(policy.check) : isTrue(policy.using) && (policy.check === null || isTrue(policy.check));
}

/** At least three tables of its schema have it, and these are four fifths of all. */
function othersHaveIt(project: Project, table: Table): boolean {
  const isPeer = (one: Table) => one !== table && isOwnTable(one) && one.schema === table.schema && one.database === table.database;
  const secured = project.schema.tables.filter((one) => one.rowSecurity.enabled && isPeer(one)).length;
  return secured >= 3 && secured >= project.schema.tables.filter(isPeer).length * 0.8;
}
