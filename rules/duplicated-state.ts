import {
  disagreeingReaders, dropColumns, duplicates, hasFewValues, isApplicationSeen, isSameType, isState, isUniqueAlone, listed, nameOf, runsWith, siteOf, sqlName,
  sqlTable, writesWithout, type Confidence, type Copy, type Duplicate, type DuplicatePair, type ForeignKey, type Level, type Project, type Related, type Remedy,
  type Rule, type Use,
} from '../src/lint/rule.js';

/** More places of one kind help nobody. */
const MOST_SITES = 8;

export const duplicatedState: Rule = {
  id: 'duplicated-state',
  summary: 'The same fact stored in two tables and kept in step by hand',
  level: 'error',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    for (const duplicate of duplicates(project)) {
      const { copyTable, sourceTable, pairs } = duplicate;
      const trigger = pairs.every((pair) => pair.trigger) ? pairs[0].trigger : null;
      const lonely = pairs.flatMap((pair) => [...writesWithout(project, pair.source, pair.copy), ...writesWithout(project, pair.copy, pair.source)]);
      const disagreeing = pairs.flatMap((pair) => disagreeingReaders(project, pair));
      const grade = gradeOf(project, duplicate);
      report({
        table: copyTable,
        columns: pairs.map((pair) => pair.copy),
        message: `${columnsOf(
          copyTable.name,
          pairs.map((pair) => pair.copy.name),
        )} ${pairs.length === 1 ? 'stores' : 'store'} the same as ${columnsOf(
          sourceTable.name,
          pairs.map((pair) => pair.source.name),
        )}${trigger ? `, kept in step by the trigger ${trigger.name}` : `${howKept(pairs)}${lonely.length > 0 && !trigger ? '; other code writes one side only' : ''}`}`,
        help: trigger
          ? `Keep it where reads need it; otherwise drop it and read ${sourceTable.name}`
          : `Keep ${sourceTable.name} as the only source of truth: drop ${pairs.length === 1 ? 'the copy' : 'the copies'} in ${copyTable.name} and read through the relationship. Where both are needed, use a view, a generated column or a trigger`,
        confidence: grade.confidence,
        level: grade.level,
        related: [
          ...pairs.map((pair): Related => ({ message: 'source of truth', place: pair.source.place, table: sourceTable, column: pair.source })),
          ...(trigger ? [{ message: `the trigger ${trigger.name} copies it`, place: trigger.place, table: sourceTable }] : []),
          ...pairs.flatMap((pair) =>
            pair.syncs.map((sync): Related => ({ message: syncMessage(sync), place: sync.place, table: sync.to.table, column: sync.to })),
          ),
          ...(trigger
            ? []
            : oneForEachSite(lonely).map((use): Related => ({
                message: `writes ${nameOf(use.column)} and not ${nameOf(twinOf(pairs, use))}`,
                place: use.place,
                table: use.table,
                column: use.column,
              }))),
          ...oneForEachSite(disagreeing).map((use): Related => ({
            message: `reads ${nameOf(use.column)} where other files read ${nameOf(twinOf(pairs, use))}`,
            place: use.place,
            table: use.table,
            column: use.column,
          })),
        ],
        remedies: remedies(duplicate),
        discriminator: sourceTable.name,
      });
    }
  },
};

/** Whoever changes the source of a row that is there changes the copy too: it is not what was known when the row was made. */
function isChangedWith(project: Project, { source, syncs }: DuplicatePair): boolean {
  return syncs.some(
    (sync) => sync.via === 'same-value' && project.usesOf(source).some((use) => use.kind === 'write' && use.atInsert !== true && runsWith(use, sync)),
  );
}

/** The database or the model empties the key when its parent goes. */
const isClearedWithParent = ({ onDelete, modelOnDelete }: ForeignKey): boolean => onDelete === 'set null' || modelOnDelete === 'set null';

/**
 * A cart becomes an order: the row takes its parent's values over in the function that moves it to another state, as they are at that
 * moment. A state itself is not one of them, and whoever changes the parent changes none of its rows.
 */
function isTakenAtTransition(project: Project, { copy, source, syncs }: DuplicatePair): boolean {
  if (hasFewValues(copy) || syncs.some((sync) => sync.via !== 'assignment' || sync.to !== copy || sync.context.inLoop)) return false;
  const states = copy.table.columns.filter((column) => column !== copy && isState(column));
  const isMoved = (sync: Copy) =>
    states.some((column) =>
      project.usesOf(column).some((use) => use.kind === 'write' && use.atInsert !== true && use.value?.k === 'constant' && runsWith(use, sync)),
    );
  return syncs.every((sync) => isMoved(sync) && !project.usesOf(source).some((use) => use.kind === 'write' && runsWith(use, sync)));
}

/**
 * Code changes either side without the other, and none moves a value: by all that is seen these are two facts, unless they have a type of their own in common.
 */
function isWrittenApart(project: Project, { pairs }: Pick<Duplicate, 'pairs'>): boolean {
  if (pairs.some((pair) => pair.copy.type.enumName && pair.copy.type.enumName === pair.source.type.enumName)) return false;
  return pairs.some((pair) => writesWithout(project, pair.source, pair.copy).length > 0 && writesWithout(project, pair.copy, pair.source).length > 0);
}

/**
 * Two names in common are often chance (a client and its project each have a budget and its kind); a type of their own beside another name, or three rare
 * names, are not.
 */
function isBeyondChance(pairs: readonly DuplicatePair[]): boolean {
  return pairs.filter(({ twin }) => twin.isRare && twin.isTheirsAlone).length >= 3 || (pairs.length > 1 && pairs.some(({ twin }) => twin.hasSameEnum));
}

function gradeOf(project: Project, { pairs, link, copyTable }: Duplicate): { confidence: Confidence; level?: Level } {
  const synced = pairs.filter((pair) => pair.syncs.length > 0);
  if (pairs.every((pair) => pair.trigger)) return { level: 'note', confidence: 'low' };
  // A key that is cleared with its parent leaves the copy, a name or an address, as all that is known of it; a state ends with what is in it.
  if (
    link.kind === 'direct' &&
    link.path[0].table === copyTable &&
    isClearedWithParent(link.path[0]) &&
    !synced.some((pair) => hasFewValues(pair.copy) || isChangedWith(project, pair))
  )
    return { level: 'warning', confidence: 'low' };
  if (link.kind === 'direct' && link.path[0].table === copyTable && synced.length > 0 && synced.every((pair) => isTakenAtTransition(project, pair)))
    return { level: 'warning', confidence: 'low' };
  // Without an application in sight, a copy taken once looks like one that is kept in step.
  if (synced.length === 0 && !isApplicationSeen(project)) return { level: 'warning', confidence: 'low' };
  if (synced.length === 0) {
    const isOptional = pairs.some((pair) => pair.copy.nullable !== pair.source.nullable);
    return {
      level: 'warning',
      confidence: isBeyondChance(pairs) && !isOptional && !isWrittenApart(project, { pairs }) && link.kind === 'direct' ? 'medium' : 'low',
    };
  }
  // Code ties them, not what they are called: the one may be made of the other.
  if (synced.every((pair) => pair.twin.isByCode)) return { level: 'warning', confidence: 'medium' };
  const isTyped = synced.some((pair) => pair.syncs.some((sync) => sync.via === 'assignment' || sync.via === 'sql'));
  // One value of the same name in two payloads may be anybody's.
  const isNamesake = synced.every((pair) => pair.copy.name === pair.source.name && pair.syncs.every((sync) => sync.via === 'payload'));
  return { confidence: isTyped || synced.length > 1 ? 'high' : isNamesake ? 'low' : 'medium' };
}

function columnsOf(table: string, names: readonly string[]): string {
  return names.length === 1 ? `${table}.${names[0]}` : `${table} (${names.join(', ')})`;
}

/** What the code does to keep them equal, and what can go wrong with it. */
function howKept(pairs: readonly DuplicatePair[]): string {
  const syncs = pairs.flatMap((pair) => pair.syncs);
  if (syncs.length === 0) return ', and nothing in this repository keeps them in step';
  const wrong = [...new Set(syncs.flatMap(risksOf))];
  return `, kept in step by hand${wrong.length > 0 ? ` ${listed(wrong)}` : ''}`;
}

function risksOf(sync: Copy): readonly string[] {
  return [...(sync.context.isSwallowed ? ['inside a handler that swallows errors'] : []), ...(sync.isSplit ? ['in another transaction than the source'] : [])];
}

function syncMessage(sync: Copy): string {
  const what = sync.via === 'same-value' ? `given the same value as ${nameOf(sync.from)} here` : `copied here from ${nameOf(sync.from)}`;
  const wrong = [
    ...(sync.context.isSwallowed ? ['inside a handler that only logs or ignores an error'] : []),
    ...(sync.isSplit ? ['in another transaction, so one can fail without the other'] : []),
  ];
  return [what, ...wrong].join(', ');
}

function twinOf(pairs: readonly DuplicatePair[], use: Use) {
  const pair = pairs.find((one) => one.copy === use.column || one.source === use.column)!;
  return pair.copy === use.column ? pair.source : pair.copy;
}

function oneForEachSite(uses: readonly Use[]): readonly Use[] {
  const key = (use: Use) => `${siteOf(use)} ${use.table.name}`;
  return uses.filter((use, i) => uses.findIndex((one) => key(one) === key(use)) === i).slice(0, MOST_SITES);
}

function remedies({ copyTable, sourceTable, link, pairs }: Duplicate): readonly Remedy[] {
  const drop: Remedy = {
    title: `A: drop the copies in ${copyTable.name} and read ${sourceTable.name}`,
    sql: dropColumns(
      copyTable,
      pairs.map((pair) => pair.copy),
    ),
  };
  // A text and a UUID cannot be joined as they are.
  if (link.kind !== 'direct' || link.path[0].columns.length !== 1 || !isSameType(link.path[0].columns[0], link.path[0].targetColumns[0])) return [drop];
  const [key] = link.path;
  const chosen = pairs.map((pair) => `${sqlName(pair.source.name)}${pair.source.name === pair.copy.name ? '' : ` AS ${sqlName(pair.copy.name)}`}`);
  const view = sqlName(`${copyTable.name}_with_state`);
  const from = sqlName(key.columns[0].name);
  const to = sqlName(key.targetColumns[0].name);
  const isOfCopy = key.table === copyTable;
  // Where each row of the copy has one row of the source at most, the two can be joined as they are.
  if (isOfCopy || isUniqueAlone(key.columns[0])) {
    const join = isOfCopy && !key.columns[0].nullable ? 'JOIN' : 'LEFT JOIN';
    const on = isOfCopy ? `s.${to} = c.${from}` : `s.${from} = c.${to}`;
    return [
      drop,
      {
        title: 'B: show both together in a view, after A',
        sql: `CREATE VIEW ${view} AS\n  SELECT c.*, ${chosen.map((text) => `s.${text}`).join(', ')}\n  FROM ${sqlTable(copyTable)} AS c ${join} ${sqlTable(sourceTable)} AS s ON ${on};`,
      },
    ];
  }
  const latest =
    sourceTable.columns.find((column) => column.role === 'updated-at' && !column.nullable) ??
    sourceTable.columns.find((column) => column.role === 'created-at') ??
    sourceTable.columns.find((column) => column.name === 'created_at') ??
    sourceTable.primaryKey?.columns[0];
  const order = latest ? ` ORDER BY ${from}, ${sqlName(latest.name)} DESC` : '';
  return [
    drop,
    {
      title: `B: show the latest row of ${sourceTable.name} for each row of ${copyTable.name} in a view, after A`,
      sql: `CREATE VIEW ${view} AS\n  SELECT c.*, ${chosen.map((text) => `s.${text.split(' AS ').pop()}`).join(', ')}\n  FROM ${sqlTable(copyTable)} AS c\n  LEFT JOIN (SELECT DISTINCT ON (${from}) ${from}, ${chosen.join(', ')} FROM ${sqlTable(sourceTable)}${order}) AS s ON s.${from} = c.${to};`,
    },
  ];
}
