import {
  collectionName, collectionsBy, collectionText, couldBeFollowed, counted, impliedKeys, isActorRole, isAssociation, isDead, isInReach, isKeyOnItsWayOut,
  isShapedByLibrary, isThroughTable, isUniqueAlone, listed, nameOf, referencesBy, referenceName, referenceText, hasPlainName, tieText, type Confidence,
  type ForeignKey, type Project, type Rule, type Table,
} from '../src/lint/rule.js';

export const missingBackReference: Rule = {
  id: 'missing-back-reference',
  summary: 'A model with some collections that lacks others for keys that point at it',
  level: 'warning',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    const byParent = keysByParent(project);
    const share = shareWithWayBack(project, byParent);
    for (const [parent, keys] of byParent) {
      const declared = parent.relationships.filter((one) => one.many && !one.isImplicit);
      if (declared.length === 0 || keys.length === 0) continue;
      const names = keys.map(collectionName);
      const lines = keys.flatMap((key) => collectionText(key, inverseOf(key)) ?? []);
      const owed = keys.flatMap((key) => {
        const isThere = referencesBy(key).length > 0;
        const code = (isThere ? tieText : referenceText)(key, collectionName(key), inverseOf(key));
        return code ? [{ title: `${isThere ? 'Tie' : 'Add'} the other side in ${key.table.model}`, code }] : [];
      });
      report({
        table: parent,
        columns: [],
        message: `${parent.model} declares ${listed(declared.map((one) => one.name))} but no collection for ${counted(keys.length, 'other key')} that ${keys.length === 1 ? 'points' : 'point'} at ${parent.name}: ${listed(names)} ${names.length === 1 ? 'is' : 'are'} missing`,
        help: `Add ${listed(names)} to ${parent.model}, each tied to the relationship of the other side`,
        confidence: confidenceOf(declared.length, keys.length, share),
        related: keys.map((key) => ({ message: `${nameOf(key.columns[0])} has no way back`, place: key.place, table: key.table, column: key.columns[0] })),
        remedies: lines.length > 0 ? [{ title: `Add to ${parent.model}`, code: lines.join('\n') }, ...owed] : [],
        discriminator: keys
          .map((key) => nameOf(key.columns[0]))
          .sort()
          .join(),
      });
    }
  },
};

/** Where most keys to a parent have none, the few that have one are the exception; less so where a way back is usual in the project. */
function confidenceOf(declared: number, missing: number, share: number): Confidence {
  if (missing <= declared * 2) return 'high';
  return declared > 1 && missing <= FEW && share >= USUAL ? 'medium' : 'low';
}
/** More are missing on purpose. */
const FEW = 6;
const USUAL = 0.4;

/** The share of keys with a collection for them, of those that could have one. */
function shareWithWayBack({ schema }: Project, missing: ReadonlyMap<Table, readonly ForeignKey[]>): number {
  const declared = schema.tables.flatMap((table) => table.foreignKeys).filter((key) => collectionsBy(key).some((one) => !one.isImplicit)).length;
  const owed = [...missing.values()].flat().length;
  return declared === 0 ? 0 : declared / (declared + owed);
}

/** The keys that each parent could have a collection for and has none, in the order of the schema. */
function keysByParent(project: Project): Map<Table, ForeignKey[]> {
  const found = new Map<Table, ForeignKey[]>();
  for (const table of project.schema.tables) {
    if (
      table.foreignKeys.length === 0 ||
      isAssociation(table) ||
      isThroughTable(project.schema, table) ||
      isDead(project, table) ||
      isShapedByLibrary(project, table)
    )
      continue;
    const implied = impliedKeys(project, table);
    for (const key of table.foreignKeys) {
      if (implied.has(key) || !isOwed(project, key) || isKeyOnItsWayOut(key)) continue;
      const keys = found.get(key.target);
      if (keys) keys.push(key);
      else found.set(key.target, [key]);
    }
  }
  return found;
}

function isOwed(project: Project, key: ForeignKey): boolean {
  const { table, target } = key;
  if (!couldBeFollowed(key) || !target.declaresRelationships || target === table || !isInReach(project, target, table) || isDead(project, target)) return false;
  const references = referencesBy(key);
  if (collectionsBy(key).length > 0 || references.some((one) => one.inverse !== null || one.viewOnly)) return false;
  // A row that shares its parent's key extends it, and of a key that is unique there is one row: neither is a collection.
  if (key.columns.every((column) => table.primaryKey?.columns.includes(column)) || (key.columns.length === 1 && isUniqueAlone(key.columns[0]))) return false;
  // Of several keys to one parent only the one with its plain name has an obvious collection.
  const rivals = table.foreignKeys.filter((one) => one.target === target);
  return !isActorRole(project.schema, key) && (rivals.length === 1 || hasPlainName(key));
}

/** What the child calls its parent already. */
function inverseOf(key: ForeignKey): string {
  return referencesBy(key)[0]?.name ?? referenceName(key);
}
