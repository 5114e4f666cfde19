/** Runs the rules over a project: levels and options from the config, drafts into findings, doubles out, one order. */
import type { Config } from '../config/config.js';
import { globs } from '../config/match.js';
import { isApplicationSeen, type Project } from '../model/project.js';
import { isOfLibrary } from '../model/column-kinds.js';
import type { Schema, Table } from '../model/schema.js';
import { placeOf, tableName, toFinding, type DraftContext, type Hash } from './draft.js';
import type { Finding, Locate } from './finding.js';
import { byPlace, isAsSure } from './order.js';
import type { Draft, Rule } from './rule.js';
import { levelOf, settingsOf } from './settings.js';

export interface EngineInput {
  readonly project: Project;
  readonly rules: readonly Rule<any>[];
  readonly config: Pick<Config, 'rules' | 'overrides' | 'base' | 'externalReaders' | 'minConfidence'>;
  readonly locate: Locate;
  readonly hash: Hash;
}

/** `shown` reach the wanted confidence, `hidden` do not. Both are sorted by place. */
export interface Judged { readonly shown: readonly Finding[]; readonly hidden: readonly Finding[] }

/** Checks every rule that is on somewhere. A rule that throws fails the run, with the rule named. */
export function checkRules(input: EngineInput): Judged {
  const { project, config } = input;
  const readElsewhere = globs(config.externalReaders);
  // Of what nobody does nothing can be said where no application is in sight.
  const isUnseen = !isApplicationSeen(project);
  const isSilent = (rule: Rule<any>, { table, columns }: Draft) =>
    rule.evidence === 'absence' && (isUnseen || readElsewhere(table.name) || readElsewhere(tableName(table)) || columns.some(isOfLibrary));
  const context: DraftContext = { project, locate: input.locate, hash: input.hash, isAmbiguous: sharesItsName(project.schema) };
  const final = new Set(input.rules.filter((rule) => rule.isFinal).map((rule) => rule.id));

  const all = input.rules.flatMap((rule) => draftsOf(rule, input)
    .filter(({ draft }) => !isSilent(rule, draft))
    .map(({ draft, level }) => toFinding(rule, draft, level, context)));
  const shown = all.filter((finding) => isAsSure(finding.confidence, config.minConfidence));
  const judged = new Set(shown.filter((finding) => final.has(finding.rule) && finding.columns.length === 0).map((finding) => finding.table));
  const covers = new Map(input.rules.map((rule) => [rule.id, rule.covers ?? []]));
  const covered = new Set(shown.flatMap((finding) => covers.get(finding.rule)!.map((id) => subjectOf(id, finding))));
  const isLeft = (finding: Finding) => (final.has(finding.rule) || !judged.has(finding.table)) && !covered.has(subjectOf(finding.rule, finding));
  return {
    shown: unique(shown.filter(isLeft)).sort(byPlace),
    hidden: unique(all.filter((finding) => !isAsSure(finding.confidence, config.minConfidence) && isLeft(finding))).sort(byPlace),
  };
}

function draftsOf(rule: Rule<any>, { project, config }: EngineInput): { readonly draft: Draft; readonly level: ReturnType<typeof levelOf> }[] {
  const settings = settingsOf(rule, config);
  return settings.variants.flatMap((options) => {
    const drafts: Draft[] = [];
    try {
      rule.check(project, (draft) => drafts.push(draft), options);
    } catch (error) {
      throw new Error(`rule ${rule.id}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    return drafts.filter(({ table }) => !rule.isOfPostgres || table.engine === undefined).flatMap((draft) => {
      const effective = settings.at(placeOf(draft).path, tableName(draft.table));
      return effective.level !== 'off' && effective.options === options ? [{ draft, level: levelOf(effective, rule, draft.level) }] : [];
    });
  });
}

const subjectOf = (rule: string, { table, columns }: Finding): string => JSON.stringify([rule, table, columns]);

/** One finding for each fingerprint: the surest, of these the first in order. */
function unique(findings: readonly Finding[]): Finding[] {
  const best = new Map<string, Finding>();
  for (const finding of findings) {
    const known = best.get(finding.fingerprint);
    if (!known || isBetter(finding, known)) best.set(finding.fingerprint, finding);
  }
  return [...best.values()];
}

function isBetter(one: Finding, other: Finding): boolean {
  return one.confidence === other.confidence ? byPlace(one, other) < 0 : isAsSure(one.confidence, other.confidence);
}

function sharesItsName(schema: Schema): (table: Table) => boolean {
  const databases = new Map<string, Set<string>>();
  for (const table of schema.tables) databases.set(tableName(table), (databases.get(tableName(table)) ?? new Set()).add(table.database));
  return (table) => (databases.get(tableName(table))?.size ?? 0) > 1;
}
