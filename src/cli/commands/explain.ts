import type { Project } from '../../model/project.js';
import type { Column, Table } from '../../model/schema.js';
import { UserError } from '../../errors.js';
import { tableName } from '../../lint/draft.js';
import type { Finding } from '../../lint/finding.js';
import { settingsOf } from '../../lint/settings.js';
import { nearestName } from '../../nearest.js';
import { explainSubject, type Verdict } from '../../report/explain.js';
import type { WholeRun } from '../../run.js';
import { rulePage } from '../../workspace/own-files.js';
import type { Io } from '../io.js';
import { runWholeWithProgress, setUp, type CommonFlags, type Setup } from '../setup.js';

/** A rule's page, or all that is known of a table or column of the project. */
export async function explain(flags: CommonFlags & { readonly subject: string }, io: Io): Promise<number> {
  const setup = await setUp(flags, io);
  const rule = setup.allRules.find((one) => one.id === flags.subject);
  if (rule) {
    io.stdout.write(rulePage(rule.id) ?? `# ${rule.id}\n\n${rule.summary}.\n`);
    return 0;
  }
  const done = await runWholeWithProgress(setup.job, flags, io);
  const found = subjectsOf(done.analysis.project, flags.subject);
  if (found.length === 0) throw unknown(flags.subject, done.analysis.project, setup);
  io.stdout.write(found.map((subject) => explainSubject(done.analysis.project, subject, verdictsOn(subject, done, setup), done.locate)).join('\n'));
  return 0;
}

/** Tables by their name or model, columns by `table.column`, where attribute names count as well. */
function subjectsOf(project: Project, name: string): readonly (Table | Column)[] {
  const isTable = (table: Table, text: string) => [table.name, tableName(table), table.model, ...table.submodels].includes(text);
  const tables = project.schema.tables.filter((table) => isTable(table, name));
  if (tables.length > 0) return tables;
  const dot = name.lastIndexOf('.');
  const [owner, member] = [name.slice(0, dot), name.slice(dot + 1)];
  return project.schema.tables
    .filter((table) => isTable(table, owner))
    .flatMap((table) => table.columns.filter((column) => column.name === member || column.attribute === member));
}

function unknown(name: string, project: Project, { allRules }: Setup): UserError {
  const names = [
    ...allRules.map((rule) => rule.id),
    ...project.schema.tables.flatMap((table) => [tableName(table), ...table.columns.map((column) => `${tableName(table)}.${column.name}`)]),
  ];
  const nearest = nearestName(name, names);
  return new UserError(
    `there is no rule, table or column '${name}'${nearest ? `; did you mean '${nearest}'?` : ''}`,
    '"schemalint schema" prints every table, "schemalint rules" every rule',
  );
}

/** What each rule says of the subject, and if nothing, as far as can be told why. */
function verdictsOn(subject: Table | Column, done: WholeRun, { job, allRules }: Setup): Verdict[] {
  const table = tableName('table' in subject ? subject.table : subject);
  const isAbout = (finding: Finding) =>
    finding.table === table && (!('table' in subject) || finding.columns.length === 0 || finding.columns.includes(subject.name));
  const path = subject.place.path;
  return allRules.map((rule): Verdict => {
    const of = (findings: readonly Finding[]) => findings.filter((finding) => finding.rule === rule.id && isAbout(finding));
    const { level } = settingsOf(rule, job.config).at(path, table);
    return {
      rule: rule.id,
      isOff: level === 'off',
      reported: of(done.result.findings),
      suppressed: of(done.result.suppressedFindings),
      hidden: of(done.hidden),
    };
  });
}
